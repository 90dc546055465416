package pthread_test

import (
	"bytes"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/pthread"
	"github.com/pythreads/pythreads/pthread/pthreadtest"
)

// drain takes all notices there are.
func drain() map[*pthread.ExitNotice]int {
	drained := map[*pthread.ExitNotice]int{}
	pthread.DrainExits(func(n *pthread.ExitNotice) { drained[n]++ })
	return drained
}

// watch gives the calling thread's notice.
func watch(t testing.TB) *pthread.ExitNotice {
	n, err := pthread.WatchExit()
	assert.NoError(t, err)
	return n
}

func TestWatchExitGivesAThreadOneNotice(t *testing.T) {
	need(t)
	defer drain()
	var a, b []*pthread.ExitNotice
	pthreadtest.Calls(3, func(int) { a = append(a, watch(t), watch(t)) })()
	pthreadtest.Calls(3, func(int) { b = append(b, watch(t)) })()
	for _, n := range a {
		assert.Same(t, a[0], n)
	}
	for _, n := range b {
		assert.Same(t, b[0], n)
	}
	assert.NotSame(t, a[0], b[0])
}

func TestNoticeTellsOfTheEndOfAThreadAndNotOfACall(t *testing.T) {
	need(t)
	drain()
	notices, next := make(chan *pthread.ExitNotice), make(chan struct{})
	wait := pthreadtest.Calls(3, func(int) {
		notices <- watch(t)
		<-next
	})
	var n *pthread.ExitNotice
	for range 3 {
		n = <-notices
		assert.False(t, n.Exited())
		assert.Empty(t, drain())
		next <- struct{}{}
	}
	wait()
	assert.True(t, n.Exited())
	assert.Equal(t, map[*pthread.ExitNotice]int{n: 1}, drain())
	assert.Empty(t, drain(), "once and not again")
	assert.True(t, n.Exited(), "for ever")
	assert.Zero(t, pthread.Watched())
}

func TestNoticesWorkForAllThreadsThatEnd(t *testing.T) {
	need(t)
	for _, row := range []kind{
		{"native", func(t testing.TB, body func()) func() {
			th := spawn(t, body)
			return func() { join(t, th) }
		}},
		{"alien", func(t testing.TB, body func()) func() { return pthreadtest.Go(body) }},
		{"thread of the runtime", func(t testing.TB, body func()) func() {
			done := make(chan struct{})
			go takeThreadAlong(body, done)
			return func() { <-done }
		}},
	} {
		drain()
		var n *pthread.ExitNotice
		row.start(t, func() { n = watch(t) })()
		assert.True(t, pthreadtest.Eventually(n.Exited), row.name)
		assert.Equal(t, 1, drain()[n], row.name)
		assert.Zero(t, pthread.Watched(), row.name)
	}
}

// takeThreadAlong runs body on a thread of the runtime that ends with it, as it
// does where a goroutine ends that is locked. The main thread would not end
// but sleep for ever.
func takeThreadAlong(body func(), done chan<- struct{}) {
	runtime.LockOSThread()
	if pthread.Self().TID() != os.Getpid() {
		body()
		close(done)
		return
	}
	defer runtime.UnlockOSThread()
	another := make(chan struct{})
	go takeThreadAlong(body, another)
	<-another
	close(done)
}

// Go's memory of the notice is the user's for as long as he likes, and C's
// goes with it.
func TestNoticeOutlivesItsThreadAndTheCollector(t *testing.T) {
	need(t)
	drain()
	const n = 100
	kept := make([]*pthread.ExitNotice, n)
	pthreadtest.Churn(n, 2, 1, func(thread, _ int) { kept[thread] = watch(t) })
	drain()
	for range 3 {
		runtime.GC()
		pthreadtest.Churn(n, 2, 1, func(int, int) { watch(t) }) // would get freed memory
		drain()
	}
	for _, notice := range kept {
		require.True(t, notice.Exited())
	}
}

// goid is the number of the calling goroutine.
func goid() uint64 {
	var buf [64]byte
	text := bytes.TrimPrefix(buf[:runtime.Stack(buf[:], false)], []byte("goroutine "))
	digits, _, _ := bytes.Cut(text, []byte(" "))
	id, err := strconv.ParseUint(string(digits), 10, 64)
	if err != nil {
		panic(err)
	}
	return id
}

// hammerExit keeps a record of short C threads by the id of their goroutine,
// as a registry of threads would, with notices as the only news of an end. A
// thread that finds somebody else's record must find it marked as ended.
func hammerExit(t *testing.T, threads, parallel int) {
	drain()
	type record struct {
		notice *pthread.ExitNotice
		thread int
	}
	var (
		records            sync.Map // by goid
		mistaken, recycled atomic.Int64
		drained            atomic.Int64
		done               = make(chan struct{})
		drainer            sync.WaitGroup
	)
	drainOnce := func() {
		pthread.DrainExits(func(n *pthread.ExitNotice) {
			if !n.Exited() {
				t.Error("a notice of a thread that lives")
			}
			drained.Add(1)
		})
	}
	// Two drainers: each notice is one's or the other's.
	for range 2 {
		drainer.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					drainOnce()
					runtime.Gosched()
				}
			}
		})
	}
	pthreadtest.Churn(threads, parallel, 2, func(thread, call int) {
		id := goid()
		if v, ok := records.Load(id); ok {
			r := v.(record)
			switch {
			case r.thread == thread:
				if call == 0 || r.notice.Exited() {
					mistaken.Add(1)
				}
				return
			case r.notice.Exited():
				recycled.Add(1)
			default:
				mistaken.Add(1)
			}
		}
		n := watch(t)
		if n.Exited() {
			t.Error("the thread lives")
		}
		records.Store(id, record{n, thread})
	})
	close(done)
	drainer.Wait()
	drainOnce()
	assert.Zero(t, mistaken.Load(), "threads taken for another")
	assert.EqualValues(t, threads, drained.Load())
	assert.Zero(t, pthread.Watched())
	t.Logf("%d threads, %d with an identity that another had before", threads, recycled.Load())
}

func TestTenThousandThreadsLeaveNoNotice(t *testing.T) {
	need(t)
	hammerExit(t, 10000, 4)
}
