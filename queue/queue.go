package queue

import (
	"context"
	"time"

	"github.com/pythreads/pythreads/threading"
)

// Queue is Python's queue.Queue: first in, first out, for any number of
// producers and consumers.
//
// It is made by NewQueue and must not be copied. Blocked consumers, and
// blocked producers, are woken in the order in which they came, one for each
// item or free place; a newcomer may be quicker than the one woken, which
// then waits on. What came before a Put happens before the return of the Get
// that takes its item; what came before a TaskDone happens before the return
// of a Join that it ends.
type Queue[T any] struct {
	mutex    threading.Lock
	notEmpty *threading.Condition // consumers wait for an item
	notFull  *threading.Condition // producers wait for room
	allDone  *threading.Condition // joiners wait for unfinished to be 0

	items      ring[T] // guarded by mutex
	maxsize    int     // guarded by mutex; not positive: no bound
	unfinished int     // guarded by mutex; put and not yet reported done
}

// NewQueue makes an empty queue that holds maxsize items, or any number if
// maxsize is not positive.
func NewQueue[T any](maxsize int) *Queue[T] {
	q := &Queue[T]{maxsize: maxsize}
	q.notEmpty = threading.NewCondition(&q.mutex)
	q.notFull = threading.NewCondition(&q.mutex)
	q.allDone = threading.NewCondition(&q.mutex)
	return q
}

// Put adds an item and blocks while the queue is full. The error is nil.
func (q *Queue[T]) Put(v T) error {
	q.mutex.Acquire()
	defer q.mutex.Release()
	for q.full() {
		q.notFull.Wait()
	}
	q.put(v)
	return nil
}

// PutNowait adds an item; ErrFull if the queue is full.
func (q *Queue[T]) PutNowait(v T) error {
	q.mutex.Acquire()
	defer q.mutex.Release()
	if q.full() {
		return ErrFull
	}
	q.put(v)
	return nil
}

// PutTimeout is Put for d at the most, then ErrFull. With 0 it is PutNowait.
// For a queue with a bound, a negative d is a *threading.ValueError.
func (q *Queue[T]) PutTimeout(v T, d time.Duration) error {
	q.mutex.Acquire()
	defer q.mutex.Release()
	if q.maxsize > 0 && d < 0 {
		return errNegativeTimeout
	}
	if q.full() && !q.notFull.WaitForTimeout(func() bool { return !q.full() }, d) {
		return ErrFull
	}
	q.put(v)
	return nil
}

// PutContext is Put until ctx ends, and then returns ctx.Err. If there is
// room it puts whatever the state of ctx.
func (q *Queue[T]) PutContext(ctx context.Context, v T) error {
	q.mutex.Acquire()
	defer q.mutex.Release()
	for q.full() {
		if err := q.notFull.WaitContext(ctx); err != nil {
			return err
		}
	}
	q.put(v)
	return nil
}

// put adds an item. The caller holds the mutex.
func (q *Queue[T]) put(v T) {
	q.items.push(v)
	q.unfinished++
	q.notEmpty.Notify(1)
}

// full says whether a put must wait. The caller holds the mutex.
func (q *Queue[T]) full() bool { return q.maxsize > 0 && q.items.n >= q.maxsize }

// Get takes the first item and blocks while there is none. The error is nil.
func (q *Queue[T]) Get() (T, error) {
	q.mutex.Acquire()
	defer q.mutex.Release()
	for q.items.n == 0 {
		q.notEmpty.Wait()
	}
	return q.get(), nil
}

// GetNowait takes the first item; ErrEmpty if there is none.
func (q *Queue[T]) GetNowait() (v T, err error) {
	q.mutex.Acquire()
	defer q.mutex.Release()
	if q.items.n == 0 {
		return v, ErrEmpty
	}
	return q.get(), nil
}

// GetTimeout is Get for d at the most, then ErrEmpty. With 0 it is GetNowait.
// A negative d is a *threading.ValueError.
func (q *Queue[T]) GetTimeout(d time.Duration) (v T, err error) {
	if d < 0 {
		return v, errNegativeTimeout
	}
	q.mutex.Acquire()
	defer q.mutex.Release()
	if q.items.n == 0 && !q.notEmpty.WaitForTimeout(func() bool { return q.items.n > 0 }, d) {
		return v, ErrEmpty
	}
	return q.get(), nil
}

// GetContext is Get until ctx ends, and then returns ctx.Err. If there is an
// item it takes it whatever the state of ctx.
func (q *Queue[T]) GetContext(ctx context.Context) (v T, err error) {
	q.mutex.Acquire()
	defer q.mutex.Release()
	for q.items.n == 0 {
		if err := q.notEmpty.WaitContext(ctx); err != nil {
			return v, err
		}
	}
	return q.get(), nil
}

// get takes the first item; there is one. The caller holds the mutex.
func (q *Queue[T]) get() T {
	v := q.items.pop()
	q.notFull.Notify(1)
	return v
}

// TaskDone reports that an item which was got is dealt with. One report more
// than there were items is a *threading.ValueError and changes nothing.
func (q *Queue[T]) TaskDone() error {
	q.mutex.Acquire()
	defer q.mutex.Release()
	if q.unfinished == 0 {
		return errTaskDone
	}
	if q.unfinished--; q.unfinished == 0 {
		q.allDone.NotifyAll()
	}
	return nil
}

// Join blocks until every item that was put has been reported done.
func (q *Queue[T]) Join() {
	q.mutex.Acquire()
	defer q.mutex.Release()
	for q.unfinished > 0 {
		q.allDone.Wait()
	}
}

// JoinContext is Join until ctx ends, and then returns ctx.Err. Python has no
// such form.
func (q *Queue[T]) JoinContext(ctx context.Context) error {
	q.mutex.Acquire()
	defer q.mutex.Release()
	for q.unfinished > 0 {
		if err := q.allDone.WaitContext(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Qsize gives the number of items at one moment; it promises nothing for the
// next.
func (q *Queue[T]) Qsize() int {
	q.mutex.Acquire()
	defer q.mutex.Release()
	return q.items.n
}

// Empty says whether there was no item, with Qsize's reservation.
func (q *Queue[T]) Empty() bool { return q.Qsize() == 0 }

// Full says whether a put would have had to wait, with Qsize's reservation.
func (q *Queue[T]) Full() bool {
	q.mutex.Acquire()
	defer q.mutex.Release()
	return q.full()
}

// Maxsize gives the bound; not positive if there is none.
func (q *Queue[T]) Maxsize() int {
	q.mutex.Acquire()
	defer q.mutex.Release()
	return q.maxsize
}

// UnfinishedTasks gives the number of items that were put and not yet
// reported done.
func (q *Queue[T]) UnfinishedTasks() int {
	q.mutex.Acquire()
	defer q.mutex.Release()
	return q.unfinished
}
