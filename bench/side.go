package main

import (
	"fmt"
	"time"

	"github.com/pythreads/pythreads/bench/internal/rawc"
	"github.com/pythreads/pythreads/pthread"
	"github.com/pythreads/pythreads/threading"
)

// side is one way of writing the scenarios. Each method does its thing n
// times and gives the time that took. A pair says on which CPUs the two
// threads of the scenario run, for sides that can choose; a cpu does so for
// one thread.
//
// An error means that the threads could not be had, or that they came to a
// wrong result; a side checks what it can.
type side interface {
	createJoin(n int, cpus pair) (time.Duration, error)
	startJoin(n int, cpus pair) (time.Duration, error)
	lockPair(n, cpu int) (time.Duration, error)
	contend(n int, cpus pair) (time.Duration, error)
	roundTrip(n int, cpus pair) (time.Duration, error)
	queue(n int, cpus pair) (time.Duration, error)
}

// pair is the CPUs of two threads.
type pair [2]int

// The names of the sides; goals refer to them.
const (
	nativeSide    = "pthreads"
	goroutineSide = "goroutines"
	plainSide     = "plain Go"
	rawSide       = "raw C"
)

// namedSide is a side with the heading of its column.
type namedSide struct {
	name string
	side
}

// sides are all that this build can do, in an order in which native threads
// have both of those that they are compared with for neighbours.
func sides() []namedSide {
	var list []namedSide
	if rawc.Available {
		list = append(list, namedSide{rawSide, cSide{}})
	}
	if pthread.Available {
		list = append(list, namedSide{nativeSide, threadSide{threading.Pthread}})
	}
	return append(list, namedSide{plainSide, goSide{}}, namedSide{goroutineSide, threadSide{threading.Goroutine}})
}

// queueCapacity is that of the queue between two threads.
const queueCapacity = 1024

// smallStack is the stack of a thread that is started to do nothing: 64 KiB,
// or the least that package pthread takes where that is more, on every side.
var smallStack = max(64<<10, pthread.Limits().StackMin)

// counted says whether a counter under a lock came out right.
func counted(got, want int) error {
	if got != want {
		return fmt.Errorf("%d turns under the lock counted %d", want, got)
	}
	return nil
}

// inOrder says whether a queue gave out what was put in, in that order.
func inOrder(wrong int) error {
	if wrong > 0 {
		return fmt.Errorf("%d items came out of the queue out of order", wrong)
	}
	return nil
}

// stopwatch times threads that run at the same time: from the first beginning
// to the last end.
type stopwatch struct{ begin, end []time.Time }

func newStopwatch(threads int) *stopwatch {
	return &stopwatch{make([]time.Time, threads), make([]time.Time, threads)}
}

// time runs body as thread i.
func (w *stopwatch) time(i int, body func()) {
	w.begin[i] = time.Now()
	body()
	w.end[i] = time.Now()
}

// elapsed gives the time, once all are through.
func (w *stopwatch) elapsed() time.Duration {
	first, last := w.begin[0], w.end[0]
	for i := range w.begin {
		if w.begin[i].Before(first) {
			first = w.begin[i]
		}
		if w.end[i].After(last) {
			last = w.end[i]
		}
	}
	return last.Sub(first)
}
