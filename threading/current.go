package threading

import (
	"fmt"

	"github.com/pythreads/pythreads/pthread"
	"github.com/pythreads/pythreads/pthread/caller"
)

// mainThread is the goroutine that runs main.
var mainThread = adopt(&Thread{name: "MainThread"}, lastIdent.Add(1))

// adopt registers the caller as t, which is alive from then on.
func adopt(t *Thread, ident uint64) *Thread {
	r := &record{ref: caller.Self(), thread: t}
	if caller.Foreign() {
		exit, err := pthread.WatchExit()
		if err != nil {
			panic(&RuntimeError{Msg: "can't watch the thread's end", Err: err})
		}
		r.exit = exit
	}
	t.tid, _ = GetNativeID()
	t.made = true
	t.ident.Store(ident)
	t.state.Store(threadStarted)
	threads.enter(r)
	return t
}

// MainThread gives the object of the main thread: the goroutine that runs
// main, whoever asks.
func MainThread() *Thread { return mainThread }

// CurrentThread gives the caller's Thread: the same at every call in one
// thread.
//
// For a caller that this package did not start, a C thread or a goroutine of
// the program, the first call makes a dummy object: named "Dummy-N", a daemon,
// alive, not to be joined. It is forgotten once its thread has ended. (Python
// does so from 3.13; before, dummies stayed for ever.)
func CurrentThread() *Thread {
	if t := threads.current(); t != nil {
		return t
	}
	t := &Thread{name: fmt.Sprintf("Dummy-%d", lastNumber.Add(1)), dummy: true}
	t.daemon.Store(true)
	return adopt(t, foreignIdent(caller.ID()))
}

// foreignIdent is the ident of a caller that this package did not start: out
// of the way of those that it gives.
func foreignIdent(id uint64) uint64 { return id | 1<<62 }

// GetIdent gives the caller's ident: a number other than 0 that no other
// living thread has. It makes no Thread object.
func GetIdent() uint64 {
	if t := threads.current(); t != nil {
		return t.ident.Load()
	}
	return foreignIdent(caller.ID())
}

// Enumerate gives all Threads that are alive or in the middle of their Start,
// daemons and dummies among them, in the order in which they were started, or
// first seen: the main thread is the first.
func Enumerate() []*Thread { return threads.list() }

// ActiveCount gives the length of what Enumerate would give.
func ActiveCount() int { return threads.count() }
