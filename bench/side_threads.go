package main

import (
	"errors"
	"time"

	"github.com/pythreads/pythreads/pthread"
	"github.com/pythreads/pythreads/queue"
	"github.com/pythreads/pythreads/threading"
)

// threadSide writes the scenarios with packages threading and queue, on one
// of the backends. Native threads are pinned; goroutines cannot be.
type threadSide struct{ backend threading.Backend }

// run runs each body on a thread of its own, all from one line, and times
// them.
func (s threadSide) run(cpus []int, bodies ...func()) (time.Duration, error) {
	watch := newStopwatch(len(bodies))
	ready, line := threading.NewSemaphore(0), threading.NewEvent()
	errs := make([]error, len(bodies))
	cancelled := false // written before line, read after
	var threads []*threading.Thread
	for i, body := range bodies {
		t := threading.NewThread(func() {
			if s.backend == threading.Pthread {
				errs[i] = pin(cpus[i])
			}
			ready.Release()
			if line.Wait(); !cancelled {
				watch.time(i, body)
			}
		}, threading.WithBackend(s.backend))
		if err := t.Start(); err != nil {
			cancelled = true
			errs = append(errs, err)
			break
		}
		threads = append(threads, t)
	}
	for range threads {
		ready.Acquire()
	}
	line.Set()
	for _, t := range threads {
		errs = append(errs, t.Join())
	}
	return watch.elapsed(), errors.Join(errs...)
}

// startJoin starts threads from a thread of the same kind, so that the one
// which waits is native too and the new ones inherit its CPUs.
func (s threadSide) startJoin(n int, cpus pair) (time.Duration, error) {
	return s.repeat(n, cpus, func() error {
		t := threading.NewThread(func() {}, threading.WithBackend(s.backend), threading.WithStackSize(smallStack))
		if err := t.Start(); err != nil {
			return err
		}
		return t.Join()
	})
}

// createJoin is startJoin with package pthread alone, where that is what the
// backend stands on.
func (s threadSide) createJoin(n int, cpus pair) (time.Duration, error) {
	if s.backend != threading.Pthread {
		return s.startJoin(n, cpus)
	}
	return s.repeat(n, cpus, func() error {
		t, err := pthread.Create(&pthread.Attr{StackSize: smallStack}, func() any { return nil })
		if err != nil {
			return err
		}
		_, err = t.Join()
		return err
	})
}

// repeat has one thread, tied to the CPUs, do something n times or until it
// fails.
func (s threadSide) repeat(n int, cpus pair, do func() error) (time.Duration, error) {
	var failed error
	d, err := s.run(cpus[:1], func() {
		if s.backend == threading.Pthread {
			failed = pin(cpus[:]...)
		}
		for i := 0; i < n && failed == nil; i++ {
			failed = do()
		}
	})
	return d, errors.Join(failed, err)
}

func (s threadSide) lockPair(n, cpu int) (time.Duration, error) {
	l := new(guardedByLock)
	d, err := s.run([]int{cpu}, func() { l.turns(n) })
	return d, errors.Join(err, counted(l.counter, n))
}

func (s threadSide) contend(n int, cpus pair) (time.Duration, error) {
	l := new(guardedByLock)
	half := func() { l.turns(n / 2) }
	d, err := s.run(cpus[:], half, half)
	return d, errors.Join(err, counted(l.counter, n/2*2))
}

// guardedByLock is a counter, alone with its lock on its cache lines.
type guardedByLock struct {
	_       [128]byte
	lock    threading.Lock
	counter int // guarded by lock
	_       [128]byte
}

func (l *guardedByLock) turns(n int) {
	for range n {
		l.lock.Acquire()
		l.counter++
		l.lock.Release()
	}
}

func (s threadSide) roundTrip(n int, cpus pair) (time.Duration, error) {
	there, back := threading.NewSemaphore(0), threading.NewSemaphore(0)
	return s.run(cpus[:], func() {
		for range n {
			there.Release()
			back.Acquire()
		}
	}, func() {
		for range n {
			there.Acquire()
			back.Release()
		}
	})
}

func (s threadSide) queue(n int, cpus pair) (time.Duration, error) {
	q := queue.NewQueue[int](queueCapacity)
	wrong := 0
	d, err := s.run(cpus[:], func() {
		for i := range n {
			q.Put(i)
		}
	}, func() {
		for i := range n {
			if v, _ := q.Get(); v != i {
				wrong++
			}
		}
	})
	return d, errors.Join(err, inOrder(wrong))
}
