package queue_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/pythreads/pythreads/pthread/pthreadtest"
	"github.com/pythreads/pythreads/queue"
	"github.com/pythreads/pythreads/threading"
	"github.com/pythreads/pythreads/threading/threadtest"
)

var children = map[string]func(){
	// The real main thread takes part.
	"hammer": func() {
		n, err := strconv.Atoi(os.Getenv("HAMMER"))
		if err != nil {
			panic(err)
		}
		threading.Main(func() { hammer(n) })
		fmt.Println("done")
	},
}

func TestMain(m *testing.M) { threadtest.Main(m, children) }

// check ends the process if something is broken: its threads may hang.
func check(ok bool, format string, args ...any) {
	if !ok {
		fmt.Fprintf(os.Stderr, format+"\n", args...)
		os.Exit(1)
	}
}

// kinds are the ways to run a body beside main: on a native thread, on a
// thread of the goroutine backend, on a goroutine that nobody knows, and on a
// thread that C made.
func kinds() []func(body func()) (wait func()) {
	backend := func(b threading.Backend) func(body func()) func() {
		return func(body func()) func() {
			th := threading.NewThread(body, threading.WithBackend(b))
			err := th.Start()
			check(err == nil, "start: %v", err)
			return func() { check(th.Join() == nil, "a thread failed") }
		}
	}
	all := []func(func()) func(){
		backend(threading.Goroutine),
		func(body func()) func() {
			over := make(chan struct{})
			go func() { defer close(over); body() }()
			return func() { <-over }
		},
	}
	if pthreadtest.Available {
		all = append(all, backend(threading.Pthread), pthreadtest.Go)
	}
	return all
}

// hammer passes about n items through a queue of three places, from a producer
// of each kind and main to a consumer of each kind. The consumers keep count
// under a lock, and a condition over it tells main when all is there.
func hammer(n int) {
	all := kinds()
	producers := len(all) + 1
	share := n / producers / len(all) * len(all)
	total := share * producers

	q := queue.NewQueue[int](3)
	var l threading.Lock
	var c = threading.NewCondition(&l)
	count, sum := 0, 0 // guarded by l

	produce := func(id int) {
		for i := range share {
			v := id*share + i
			err := queue.ErrFull
			switch i % 4 {
			case 0:
				err = q.Put(v)
			case 1:
				err = q.PutContext(context.Background(), v)
			case 2:
				err = q.PutTimeout(v, time.Minute)
			default:
				for err != nil {
					err = q.PutTimeout(v, time.Duration(i%8/4)*20*time.Microsecond)
				}
			}
			check(err == nil, "put: %v", err)
		}
	}
	consume := func() {
		last := make([]int, producers) // one more than the item last seen
		for i := range total / len(all) {
			v, err := 0, queue.ErrEmpty
			switch i % 4 {
			case 0:
				v, err = q.Get()
			case 1:
				v, err = q.GetContext(context.Background())
			case 2:
				v, err = q.GetTimeout(time.Minute)
			default:
				for err != nil {
					v, err = q.GetTimeout(time.Duration(i%8/4) * 20 * time.Microsecond)
				}
			}
			check(err == nil, "get: %v", err)
			check(v >= last[v/share], "item %d came after %d", v, last[v/share]-1)
			last[v/share] = v + 1
			l.Acquire()
			sum += v
			if count++; count == total {
				c.Notify(1)
			}
			l.Release()
			err = q.TaskDone()
			check(err == nil, "task done: %v", err)
		}
	}

	var waits []func()
	for id, start := range all {
		waits = append(waits, start(consume), start(func() { produce(id) }))
	}
	produce(len(all))
	c.Acquire()
	c.WaitFor(func() bool { return count == total })
	check(sum == total*(total-1)/2, "sum %d of %d items", sum, total)
	c.Release()
	q.Join()
	for _, wait := range waits {
		wait()
	}
	check(q.Empty() && q.UnfinishedTasks() == 0, "%d items left, %d unfinished", q.Qsize(), q.UnfinishedTasks())
}

func hammerWithMain(t *testing.T, n int) {
	assert.Equal(t, threadtest.Result{Stdout: "done\n"}, threadtest.Child(t, "hammer", fmt.Sprint("HAMMER=", n)))
}

func TestAllKindsOfThreadsAndMainShareAQueue(t *testing.T) { hammerWithMain(t, 10_000) }
