package queue_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"testing"
	"time"
	"weak"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/queue"
	"github.com/pythreads/pythreads/threading"
	"github.com/pythreads/pythreads/threading/threadtest"
)

// start starts a thread on b that the test waits for at its end.
func start(t *testing.T, b threading.Backend, body func()) *threading.Thread {
	t.Helper()
	th := threading.NewThread(body, threading.WithBackend(b), threading.WithName(t.Name()))
	require.NoError(t, th.Start())
	t.Cleanup(func() { assert.NoError(t, th.Join()) })
	return th
}

// patience is for waits that are to end by what another thread does.
const patience = 20 * time.Second

// moment is for waits that are to end by their limit.
const moment = 2 * time.Millisecond

func TestItemsComeOutInTheOrderTheyWentIn(t *testing.T) {
	q := queue.NewQueue[int](0)
	for i := range 100 { // over several growths of the ring, with a moved head
		require.NoError(t, q.Put(2*i))
		require.NoError(t, q.Put(2*i+1))
		v, err := q.Get()
		require.NoError(t, err)
		require.Equal(t, i, v)
	}
	require.Equal(t, 100, q.Qsize())
	for i := range 100 {
		v, err := q.GetNowait()
		require.NoError(t, err)
		require.Equal(t, 100+i, v)
	}
	assert.True(t, q.Empty())
}

func TestFullQueueRefusesAndKeepsWhatItHas(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for name, put := range map[string]func(*queue.Queue[int]) error{
		"PutNowait":           func(q *queue.Queue[int]) error { return q.PutNowait(9) },
		"PutTimeout zero":     func(q *queue.Queue[int]) error { return q.PutTimeout(9, 0) },
		"PutTimeout expiring": func(q *queue.Queue[int]) error { return q.PutTimeout(9, moment) },
		"PutContext ended":    func(q *queue.Queue[int]) error { return q.PutContext(ctx, 9) },
	} {
		t.Run(name, func(t *testing.T) {
			q := queue.NewQueue[int](2)
			require.NoError(t, put(q), "there is room")
			require.False(t, q.Full())
			require.NoError(t, q.PutNowait(2))
			require.True(t, q.Full())

			want := queue.ErrFull
			if name == "PutContext ended" {
				want = context.Canceled
			}
			assert.ErrorIs(t, put(q), want)
			assert.Equal(t, 2, q.Qsize())
			assert.Equal(t, 2, q.UnfinishedTasks())
			v, err := q.Get()
			require.NoError(t, err)
			assert.Equal(t, 9, v)
		})
	}
}

func TestEmptyQueueRefuses(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for name, get := range map[string]func(*queue.Queue[int]) (int, error){
		"GetNowait":           (*queue.Queue[int]).GetNowait,
		"GetTimeout zero":     func(q *queue.Queue[int]) (int, error) { return q.GetTimeout(0) },
		"GetTimeout expiring": func(q *queue.Queue[int]) (int, error) { return q.GetTimeout(moment) },
		"GetContext ended":    func(q *queue.Queue[int]) (int, error) { return q.GetContext(ctx) },
	} {
		t.Run(name, func(t *testing.T) {
			q := queue.NewQueue[int](2)
			want := queue.ErrEmpty
			if name == "GetContext ended" {
				want = context.Canceled
			}
			_, err := get(q)
			assert.ErrorIs(t, err, want)

			require.NoError(t, q.Put(7))
			v, err := get(q)
			require.NoError(t, err, "an item is there")
			assert.Equal(t, 7, v)
			_, err = get(q)
			assert.ErrorIs(t, err, want)
		})
	}
}

func TestNegativeTimeouts(t *testing.T) {
	var valueError *threading.ValueError
	bounded, unbounded := queue.NewQueue[int](5), queue.NewQueue[int](0)

	require.ErrorAs(t, bounded.PutTimeout(1, -time.Second), &valueError, "even if there is room")
	assert.Equal(t, "'timeout' must be a non-negative number", valueError.Error())
	assert.True(t, bounded.Empty())

	assert.NoError(t, unbounded.PutTimeout(1, -time.Second), "without a bound the timeout is not looked at")

	_, err := unbounded.GetTimeout(-1)
	assert.ErrorAs(t, err, &valueError, "even if an item is there")
	assert.Equal(t, 1, unbounded.Qsize())
}

func TestBlockedPutTakesTheFirstRoom(t *testing.T) {
	threadtest.NoLeak(t)
	threadtest.Watchdog(t, time.Minute)
	ctx := context.Background()
	for name, put := range map[string]func(*queue.Queue[int]) error{
		"Put":        func(q *queue.Queue[int]) error { return q.Put(2) },
		"PutTimeout": func(q *queue.Queue[int]) error { return q.PutTimeout(2, patience) },
		"PutContext": func(q *queue.Queue[int]) error { return q.PutContext(ctx, 2) },
	} {
		t.Run(name, func(t *testing.T) {
			threadtest.Backends(t, func(t *testing.T, b threading.Backend) {
				q := queue.NewQueue[int](1)
				require.NoError(t, q.Put(1))
				th := start(t, b, func() { assert.NoError(t, put(q)) })
				v, err := q.Get()
				require.NoError(t, err)
				assert.Equal(t, 1, v)
				require.NoError(t, th.Join())
				v, err = q.Get()
				require.NoError(t, err)
				assert.Equal(t, 2, v)
			})
		})
	}
}

func TestBlockedGetTakesTheFirstItem(t *testing.T) {
	threadtest.NoLeak(t)
	threadtest.Watchdog(t, time.Minute)
	ctx := context.Background()
	for name, get := range map[string]func(*queue.Queue[int]) (int, error){
		"Get":        (*queue.Queue[int]).Get,
		"GetTimeout": func(q *queue.Queue[int]) (int, error) { return q.GetTimeout(patience) },
		"GetContext": func(q *queue.Queue[int]) (int, error) { return q.GetContext(ctx) },
	} {
		t.Run(name, func(t *testing.T) {
			threadtest.Backends(t, func(t *testing.T, b threading.Backend) {
				q := queue.NewQueue[int](1)
				var v int
				th := start(t, b, func() {
					var err error
					v, err = get(q)
					assert.NoError(t, err)
				})
				require.NoError(t, q.Put(5))
				require.NoError(t, th.Join())
				assert.Equal(t, 5, v)
			})
		})
	}
}

func TestContextEndsABlockedPutAndGet(t *testing.T) {
	threadtest.NoLeak(t)
	threadtest.Watchdog(t, time.Minute)
	threadtest.Backends(t, func(t *testing.T, b threading.Backend) {
		full, empty := queue.NewQueue[int](1), queue.NewQueue[int](1)
		require.NoError(t, full.Put(1))
		cause := errors.New("enough")
		ctx, cancel := context.WithCancelCause(context.Background())
		putter := start(t, b, func() { assert.ErrorIs(t, full.PutContext(ctx, 2), context.Canceled) })
		getter := start(t, b, func() {
			_, err := empty.GetContext(ctx)
			assert.ErrorIs(t, err, context.Canceled)
		})
		joiner := start(t, b, func() { assert.ErrorIs(t, full.JoinContext(ctx), context.Canceled) })
		cancel(cause)
		for _, th := range []*threading.Thread{putter, getter, joiner} {
			require.NoError(t, th.Join())
		}
		assert.Equal(t, 1, full.Qsize())
		assert.True(t, empty.Empty())
	})
}

func TestTaskDoneCountsToZeroAndNoFurther(t *testing.T) {
	var valueError *threading.ValueError
	q := queue.NewQueue[int](0)
	require.ErrorAs(t, q.TaskDone(), &valueError)
	assert.Equal(t, "task_done() called too many times", valueError.Error())

	q.Join() // nothing to wait for
	require.NoError(t, q.Put(1))
	_, err := q.Get()
	require.NoError(t, err)
	assert.Equal(t, 1, q.UnfinishedTasks(), "got is not done")
	require.NoError(t, q.TaskDone())
	q.Join()
	assert.ErrorAs(t, q.TaskDone(), &valueError)
}

// Two workers sum up what they get, until they get a mark each; twice, since a
// queue can be joined any number of times.
func TestJoinWaitsForAllWork(t *testing.T) {
	threadtest.NoLeak(t)
	threadtest.Watchdog(t, time.Minute)
	threadtest.Backends(t, func(t *testing.T, b threading.Backend) {
		q := queue.NewQueue[int](5)
		const stop = -1
		for range 2 {
			var mu threading.Lock
			sum := 0
			worker := func() {
				for {
					v, err := q.Get()
					assert.NoError(t, err)
					if v != stop {
						mu.Acquire()
						sum += v
						mu.Release()
					}
					assert.NoError(t, q.TaskDone())
					if v == stop {
						return
					}
				}
			}
			start(t, b, worker)
			start(t, b, worker)
			for i := range 100 {
				require.NoError(t, q.Put(i))
			}
			q.Join()
			mu.Acquire()
			assert.Equal(t, 4950, sum)
			mu.Release()
			require.NoError(t, q.Put(stop))
			require.NoError(t, q.Put(stop))
			q.Join()
		}
		assert.Error(t, q.TaskDone())
	})
}

func TestMaxsizeNotPositiveIsNoBound(t *testing.T) {
	for _, maxsize := range []int{0, -1} {
		q := queue.NewQueue[int](maxsize)
		assert.Equal(t, maxsize, q.Maxsize())
		for i := range 1000 {
			require.NoError(t, q.PutNowait(i))
		}
		assert.False(t, q.Full())
	}
}

// The smallest queue makes everybody wait for everybody.
func TestNothingIsLostOrDoubledBetweenKinds(t *testing.T) {
	threadtest.NoLeak(t)
	threadtest.Watchdog(t, time.Minute)
	const each = 500
	q := queue.NewQueue[int](2)
	var got threading.Lock
	var all []int
	var threads []*threading.Thread
	for i, b := range []threading.Backend{threading.GetBackend(), threading.Goroutine, threading.GetBackend(), threading.Goroutine} {
		threads = append(threads, start(t, b, func() {
			for n := range each {
				v := i*each + n
				switch n % 4 {
				case 0:
					assert.NoError(t, q.Put(v))
				case 1:
					assert.NoError(t, q.PutContext(context.Background(), v))
				case 2:
					assert.NoError(t, q.PutTimeout(v, patience))
				default:
					for q.PutTimeout(v, time.Microsecond) != nil {
					}
				}
			}
		}), start(t, b, func() {
			var mine []int
			for n := range each {
				var v int
				err := queue.ErrEmpty
				switch n % 4 {
				case 0:
					v, err = q.Get()
				case 1:
					v, err = q.GetContext(context.Background())
				case 2:
					v, err = q.GetTimeout(patience)
				default:
					for err != nil {
						v, err = q.GetTimeout(time.Microsecond)
					}
				}
				assert.NoError(t, err)
				mine = append(mine, v)
				assert.NoError(t, q.TaskDone())
			}
			for p := range 4 { // in order for each producer
				var last int
				for _, v := range mine {
					if v/each == p {
						assert.GreaterOrEqual(t, v, last)
						last = v
					}
				}
			}
			got.Acquire()
			all = append(all, mine...)
			got.Release()
		}))
	}
	for _, th := range threads {
		require.NoError(t, th.Join())
	}
	q.Join()
	slices.Sort(all)
	require.Len(t, all, 4*each)
	for i, v := range all {
		require.Equal(t, i, v)
	}
}

func TestQueueKeepsNothingAlive(t *testing.T) {
	q := queue.NewQueue[*[1 << 16]byte](0)
	item := new([1 << 16]byte)
	gone := weak.Make(item)
	require.NoError(t, q.Put(item))
	item = nil
	_, err := q.Get()
	require.NoError(t, err)
	runtime.GC()
	assert.Nil(t, gone.Value())
	runtime.KeepAlive(q)
}

func TestWarmQueueDoesNotAllocate(t *testing.T) {
	q := queue.NewQueue[int](0)
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		_ = q.Put(1)
		_, _ = q.Get()
	}))
}
