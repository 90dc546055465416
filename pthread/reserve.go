package pthread

import (
	"runtime"
	"sync"
)

// Reserve readies the Go runtime for n threads of C's making, or of Create's,
// that are in Go at the same time.
//
// Each such thread needs a record of the runtime's (an M). The runtime keeps
// one spare and makes the next when that is taken; when many new threads want
// one at once they queue up for it, and spin meanwhile: 2,000 took 0.7 s on
// one machine, and thousands have been seen to take many seconds. Records are
// never freed, so Reserve has n of them made by starting n short threads; 4,000
// new threads then took 0.2 s. Each record costs about 20 KB of memory for the
// rest of the process.
//
// Reserve also has the runtime start as many threads of its own as it is
// likely to need. When the system refuses one to the runtime later, the
// process aborts; when it refuses one to Create, that is an error. So a
// program that comes near the limit on threads calls Reserve first; Reserve(0)
// is for this alone.
//
// It cannot be called from a package's init function, before which no thread
// of C's making gets into Go: it would not return.
//
// The error is Create's; what could be made by then stays.
func Reserve(n int) error {
	if !Available {
		return ErrUnavailable
	}
	reserveRuntimeThreads()
	var (
		parkers = make([]Parker, max(n, 0))
		threads = make([]*Thread, 0, max(n, 0))
		err     error
	)
	for i := range parkers {
		var t *Thread
		t, err = Create(&Attr{StackSize: stackMin()}, func() any {
			parkers[i].Park() // holds its record until all have one
			return nil
		})
		if err != nil {
			break
		}
		threads = append(threads, t)
	}
	for i, t := range threads {
		t.begun.wait()
		parkers[i].Unpark()
	}
	for _, t := range threads {
		if _, joinErr := t.Join(); err == nil {
			err = joinErr
		}
	}
	return err
}

// reserveRuntimeThreads makes the runtime start a thread for each place of
// its scheduler (GOMAXPROCS), twice: one that runs Go and one to stand in for
// it while it blocks in the system. It does so by holding as many in a system
// call at once.
func reserveRuntimeThreads() {
	var (
		parkers = make([]Parker, 2*runtime.GOMAXPROCS(0)+2)
		inside  sync.WaitGroup
		done    sync.WaitGroup
	)
	inside.Add(len(parkers))
	for i := range parkers {
		done.Go(func() {
			// Locked, so that no two of them share a thread.
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			inside.Done()
			parkers[i].Park()
		})
	}
	inside.Wait()
	for i := range parkers {
		parkers[i].Unpark()
	}
	done.Wait()
}
