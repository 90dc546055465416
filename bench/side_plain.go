package main

import (
	"errors"
	"runtime"
	"sync"
	"time"
)

// goSide writes the scenarios as Go programs do: goroutines, channels,
// sync.Mutex. The runtime places the goroutines.
type goSide struct{}

// run runs each body on a goroutine, all from one line, and times them.
func (goSide) run(bodies ...func()) time.Duration {
	watch := newStopwatch(len(bodies))
	var ready, over sync.WaitGroup
	line := make(chan struct{})
	for i, body := range bodies {
		ready.Add(1)
		over.Go(func() {
			ready.Done()
			<-line
			watch.time(i, body)
		})
	}
	ready.Wait()
	close(line)
	over.Wait()
	return watch.elapsed()
}

func (s goSide) createJoin(n int, cpus pair) (time.Duration, error) { return s.startJoin(n, cpus) }

func (s goSide) startJoin(n int, _ pair) (time.Duration, error) {
	return s.run(func() {
		for range n {
			var over sync.WaitGroup
			over.Go(func() {})
			over.Wait()
		}
	}), nil
}

// lockPair is pinned, by way of a goroutine that is wired to its OS thread:
// nobody sleeps here, so that costs nothing, and the lock it is compared with
// has its turn on the same CPU.
func (s goSide) lockPair(n, cpu int) (time.Duration, error) {
	m := new(guardedByMutex)
	var failed error
	d := s.run(func() {
		// Not unlocked: the pinned thread ends with the goroutine.
		runtime.LockOSThread()
		if failed = pin(cpu); failed == nil {
			m.turns(n)
		}
	})
	return d, errors.Join(failed, counted(m.counter, n))
}

func (s goSide) contend(n int, _ pair) (time.Duration, error) {
	m := new(guardedByMutex)
	half := func() { m.turns(n / 2) }
	d := s.run(half, half)
	return d, counted(m.counter, n/2*2)
}

// guardedByMutex is a counter, alone with its lock on its cache lines.
type guardedByMutex struct {
	_       [128]byte
	mutex   sync.Mutex
	counter int // guarded by mutex
	_       [128]byte
}

func (m *guardedByMutex) turns(n int) {
	for range n {
		m.mutex.Lock()
		m.counter++
		m.mutex.Unlock()
	}
}

func (s goSide) roundTrip(n int, _ pair) (time.Duration, error) {
	// With room for one, as a semaphore has: the waker need not wait.
	there, back := make(chan struct{}, 1), make(chan struct{}, 1)
	return s.run(func() {
		for range n {
			there <- struct{}{}
			<-back
		}
	}, func() {
		for range n {
			<-there
			back <- struct{}{}
		}
	}), nil
}

func (s goSide) queue(n int, _ pair) (time.Duration, error) {
	q := make(chan int, queueCapacity)
	wrong := 0
	d := s.run(func() {
		for i := range n {
			q <- i
		}
	}, func() {
		for i := range n {
			if v := <-q; v != i {
				wrong++
			}
		}
	})
	return d, inOrder(wrong)
}
