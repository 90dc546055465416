//go:build !windows

package pthread_test

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/pythreads/pythreads/pthread"
	"github.com/pythreads/pythreads/pthread/pthreadtest"
)

// operations are what can be done to any thread that is alive. Each changes
// nothing that anybody would miss.
var operations = slices.DeleteFunc([]operation{
	{"Kill", "pthread_kill", func(th *pthread.Thread) error { return th.Kill(0) }},
	{"SetName", "pthread_setname_np", func(th *pthread.Thread) error { return th.SetName("renamed") }},
	{"Name", "pthread_getname_np", func(th *pthread.Thread) error { _, err := th.Name(); return err }},
	{"SetAffinity", "pthread_setaffinity_np", func(th *pthread.Thread) error { return th.SetAffinity(everyCPU()...) }},
	{"Affinity", "pthread_getaffinity_np", func(th *pthread.Thread) error { _, err := th.Affinity(); return err }},
	{"SetSched", "pthread_setschedparam", func(th *pthread.Thread) error {
		s, err := th.Sched()
		if err != nil {
			priority, _, err := pthread.PolicyOther.PriorityRange()
			if err != nil {
				return err
			}
			s = pthread.Sched{Policy: pthread.PolicyOther, Priority: priority}
		}
		return th.SetSched(s)
	}},
	{"Sched", "pthread_getschedparam", func(th *pthread.Thread) error { _, err := th.Sched(); return err }},
	{"CPUTime", "pthread_getcpuclockid", func(th *pthread.Thread) error { _, err := th.CPUTime(); return err }},
	{"Stack", "pthread_getattr_np", func(th *pthread.Thread) error { _, err := th.Stack(); return err }},
}, operation.isMissing)

type operation struct {
	name, op string
	do       func(*pthread.Thread) error
}

// isMissing says whether the system cannot do it to any thread.
func (o operation) isMissing() bool {
	return runtime.GOOS == "darwin" && (o.name == "SetName" || o.name == "SetAffinity" || o.name == "Affinity")
}

// everyCPU gives the processors of this process.
var everyCPU = sync.OnceValue(func() []int {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cpus, err := pthread.Self().Affinity()
	if err != nil {
		panic(err)
	}
	return cpus
})

// handles are threads of each kind, which live until end is called.
var handles = []struct {
	name  string
	start func(t testing.TB) (th *pthread.Thread, end func())
}{
	{"joined", func(t testing.TB) (*pthread.Thread, func()) {
		th, leave := parked(t, nil)
		return th, func() { leave(); join(t, th) }
	}},
	{"detached at birth", func(t testing.TB) (*pthread.Thread, func()) {
		th, leave := parked(t, &pthread.Attr{Detached: true})
		return th, leave
	}},
	{"detached later", func(t testing.TB) (*pthread.Thread, func()) {
		th, leave := parked(t, nil)
		return th, func() { assert.NoError(t, th.Detach()); leave() }
	}},
	{"over but not joined yet", func(t testing.TB) (*pthread.Thread, func()) {
		th, leave := parked(t, nil)
		t.Cleanup(func() { join(t, th) })
		return th, leave
	}},
	{"of C", func(t testing.TB) (*pthread.Thread, func()) {
		self, leave := make(chan *pthread.Thread), make(chan struct{})
		wait := pthreadtest.Go(func() {
			// So that no thread of the runtime inherits what is done to it.
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			self <- pthread.Self()
			<-leave
		})
		return <-self, func() { close(leave); wait() }
	}},
	{"of the runtime", func(t testing.TB) (*pthread.Thread, func()) {
		self, leave, done := make(chan *pthread.Thread), make(chan struct{}), make(chan struct{})
		go takeThreadAlong(func() { self <- pthread.Self(); <-leave }, done)
		return <-self, func() { close(leave); <-done }
	}},
}

func TestOperationsWorkOnAnyThreadUntilItHasEnded(t *testing.T) {
	need(t)
	for _, h := range handles {
		t.Run(h.name, func(t *testing.T) {
			th, end := h.start(t)
			for _, o := range operations {
				assert.NoError(t, o.do(th), o.name)
			}
			end()
			// The end is soon after what tells of it.
			pollUntil(func() bool { return th.Kill(0) != nil })
			for _, o := range operations {
				err := o.do(th)
				isErrno(t, syscall.ESRCH, o.op, err, o.name)
				assert.ErrorContains(t, err, "the thread has ended", o.name)
			}
			assert.NotZero(t, th.TID())
			assert.NotZero(t, th.ID())
			assert.True(t, th.Equal(th))
		})
	}
}

func init() {
	children["halted"] = func() {
		th, err := pthread.Create(nil, func() any { runtime.Goexit(); return nil })
		if err != nil {
			panic(err)
		}
		pollUntil(func() bool { return th.Kill(0) != nil })
		for _, o := range operations {
			fmt.Println(o.name, errors.Is(o.do(th), syscall.ESRCH))
		}
		v, joined, err := th.TryJoin()
		fmt.Println(v, joined, err == pthread.ErrGoexit)
		_, _, err = th.TryJoin()
		fmt.Println(err)

		th, err = pthread.Create(nil, func() any { runtime.Goexit(); return nil })
		if err != nil {
			panic(err)
		}
		v, joined, err = th.TimedJoin(far["an hour"]())
		fmt.Println(v, joined, err == pthread.ErrGoexit)
	}
}

// In a child, since the threads stay for ever.
func TestHaltedThreadCountsAsEnded(t *testing.T) {
	need(t)
	stdout, _ := runChild(t, "halted")
	var want strings.Builder
	for _, o := range operations {
		fmt.Fprintln(&want, o.name, true)
	}
	want.WriteString("<nil> true true\n")
	want.WriteString("pthread: pthread_join: invalid argument (the thread is joined already)\n")
	want.WriteString("<nil> true true\n")
	assert.Equal(t, want.String(), stdout)
}

func TestHandlesOfNothingAreAnError(t *testing.T) {
	need(t)
	for name, th := range map[string]*pthread.Thread{"nil": nil, "zero": new(pthread.Thread)} {
		for _, o := range operations {
			isErrno(t, syscall.EINVAL, o.op, o.do(th), name, o.name)
			assert.ErrorContains(t, o.do(th), name, o.name)
		}
		_, err := th.Join()
		isErrno(t, syscall.EINVAL, "pthread_join", err, name)
		_, _, err = th.TryJoin()
		isErrno(t, syscall.EINVAL, "pthread_join", err, name)
		_, _, err = th.TimedJoin(time.Now())
		isErrno(t, syscall.EINVAL, "pthread_join", err, name)
		isErrno(t, syscall.EINVAL, "pthread_detach", th.Detach(), name)
		isErrno(t, syscall.EINVAL, "pthread_setname_np", th.SetName(""), name)
		assert.Zero(t, th.TID(), name)
		assert.Zero(t, th.ID(), name)
		assert.False(t, th.Equal(th), name)
	}
}

func TestEqualHandlesAreThoseOfOneThread(t *testing.T) {
	need(t)
	for _, h := range handles {
		a, endA := h.start(t)
		b, endB := h.start(t)
		assert.True(t, a.Equal(a), h.name)
		assert.False(t, a.Equal(b), h.name)
		assert.False(t, b.Equal(a), h.name)
		assert.False(t, a.Equal(nil), h.name)
		assert.False(t, a.Equal(new(pthread.Thread)), h.name)
		endA()
		endB()
	}
	self := func() {
		a := pthread.Self()
		runtime.GC() // which may not take the record that b gets
		b := pthread.Self()
		assert.True(t, a.Equal(b))
		assert.True(t, b.Equal(a))
	}
	onThread(t, self)
	pthreadtest.Go(self)()
	lockThread(t)
	self()
}

func TestForeignThreadsCanNeitherBeJoinedNorDetached(t *testing.T) {
	need(t)
	th, end := handles[4].start(t)
	defer end()
	_, ok, err := th.TryJoin()
	assert.False(t, ok)
	isErrno(t, syscall.EINVAL, "pthread_join", err)
	_, ok, err = th.TimedJoin(time.Now())
	assert.False(t, ok)
	isErrno(t, syscall.EINVAL, "pthread_join", err)
	err = th.Detach()
	isErrno(t, syscall.EINVAL, "pthread_detach", err)
	assert.ErrorContains(t, err, "not made by Create")
}

func TestKillRefusesWhatIsNoSignal(t *testing.T) {
	need(t)
	th, leave := parked(t, nil)
	none := []syscall.Signal{-1, 32, 33, lastSignal() + 1, 128, 1 << 20}
	if runtime.GOOS == "freebsd" { // its C library takes these two for signals
		none = slices.DeleteFunc(none, func(sig syscall.Signal) bool { return sig == 127 || sig == 128 })
	}
	for _, sig := range none {
		err := th.Kill(sig)
		isErrno(t, syscall.EINVAL, "pthread_kill", err, "signal %d", int(sig))
		assert.ErrorContains(t, err, fmt.Sprintf("signal %d (0 to %d", int(sig), int(lastSignal())))
	}
	leave()
	join(t, th)
}

func TestSetNameIsSeenAndCutLikeAttrName(t *testing.T) {
	need(t)
	notOn(t, "darwin", "a thread names itself alone")
	th, leave := parked(t, &pthread.Attr{Name: "at birth"})
	name, err := th.Name()
	assert.NoError(t, err)
	assert.Equal(t, "at birth", name)
	for _, row := range []struct{ name, comm string }{
		{"later", "later"},
		{"sixteen bytes!!!", "sixteen bytes!!"},
		{"äöüäöüäö", "äöüäöüä"},
		{"cut\x00here", "cut"},
	} {
		assert.NoError(t, th.SetName(row.name))
		name, err := th.Name()
		assert.NoError(t, err)
		assert.Equal(t, row.comm, name)
		if runtime.GOOS == "linux" {
			assert.Equal(t, row.comm, pthreadtest.Tasks()[th.TID()])
		}
	}
	for _, empty := range []string{"", "\x00x"} {
		isErrno(t, syscall.EINVAL, "pthread_setname_np", th.SetName(empty), "%q", empty)
	}
	leave()
	join(t, th)
	onThread(t, func() {
		assert.NoError(t, pthread.Self().SetName("by itself"))
		name, err := pthread.Self().Name()
		assert.NoError(t, err)
		assert.Equal(t, "by itself", name)
	})
}

func TestThreadNamesItself(t *testing.T) {
	need(t)
	name := func() any {
		name, err := pthread.Self().Name()
		assert.NoError(t, err)
		return name
	}
	assert.Equal(t, "at birth", join(t, create(t, &pthread.Attr{Name: "at birth"}, name)))
	onThread(t, func() {
		assert.NoError(t, pthread.Self().SetName("longer than fifteen"))
		assert.Equal(t, "longer than fif", name())
	})
}

func TestCPUTimeGrowsWithTheThreadsOwnWork(t *testing.T) {
	need(t)
	used := func(th *pthread.Thread) time.Duration {
		d, err := th.CPUTime()
		assert.NoError(t, err)
		return d
	}
	idle, leave := parked(t, nil)
	idle.TID() // waits until it runs
	before := used(idle)
	busy := create(t, nil, func() any {
		self := pthread.Self()
		first := used(self)
		for used(self) < first+20*time.Millisecond {
		}
		return used(self) - first
	})
	worked := join(t, busy).(time.Duration)
	assert.Less(t, used(idle)-before, worked)
	leave()
	join(t, idle)
}

func TestYieldReturns(t *testing.T) {
	guard(t)
	for range 100 {
		pthread.Yield()
	}
}

// hammerUse does everything to threads that end, and are joined or detached,
// at the same moment. What is not done says that the thread has ended.
func hammerUse(t *testing.T, users, threads int) {
	var current [3]atomic.Pointer[pthread.Thread]
	var stop atomic.Bool
	var done [2]atomic.Int64 // operations on the living and on the ended
	use := func(i int) {
		for n := i; !stop.Load(); n++ {
			th := current[n%len(current)].Load()
			if th == nil {
				runtime.Gosched()
				continue
			}
			o := operations[n/len(current)%len(operations)]
			switch err := o.do(th); {
			case err == nil:
				done[0].Add(1)
			case errors.Is(err, syscall.ESRCH):
				done[1].Add(1)
			default:
				t.Errorf("%s: %v", o.name, err)
				return
			}
		}
	}
	var wg sync.WaitGroup
	for i := range users {
		wg.Go(func() { use(i) })
	}
	native := spawn(t, func() { use(users) })

	makers := []func(){
		func() {
			for i := range threads {
				th, err := pthread.Create(&pthread.Attr{StackSize: pthread.Limits().StackMin}, func() any { pthread.Yield(); return i })
				if !assert.NoError(t, err) {
					return
				}
				current[0].Store(th)
				if i%3 == 0 {
					assert.NoError(t, th.Detach())
					continue
				}
				v, err := th.Join()
				assert.NoError(t, err)
				assert.Equal(t, i, v)
			}
		},
		func() {
			pthreadtest.Churn(threads, 2, 1, func(int, int) { current[1].Store(pthread.Self()) })
		},
		func() {
			for range threads / 4 {
				done := make(chan struct{})
				go takeThreadAlong(func() { current[2].Store(pthread.Self()) }, done)
				<-done
			}
		},
	}
	var making sync.WaitGroup
	for _, m := range makers {
		making.Go(m)
	}
	making.Wait()
	stop.Store(true)
	wg.Wait()
	join(t, native)
	for i := range current {
		current[i].Store(nil)
	}
	assert.NotZero(t, done[0].Load(), "operations on the living")
	assert.NotZero(t, done[1].Load(), "operations on the ended")
	assert.True(t, pollUntil(func() bool { return pthread.SlotsInUse() == 0 }), "slots in use")
	runtime.GC() // the records go with the handles
}

func TestUseHammerOfThreadsThatEnd(t *testing.T) {
	need(t)
	hammerUse(t, 3, 400)
}
