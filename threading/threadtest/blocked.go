package threadtest

import (
	"bytes"
	"runtime"
	"testing"
)

// WaitBlocked waits until n threads, of whatever kind, are in a wait of
// package threading (or of one that is built on it), and fails the test if
// they do not come to that.
//
// It looks for them in the trace of all goroutines, which native threads and
// those of C have while they are in Go. Each that it counts has queued for
// what it waits for, so that a release, notify or set from now on meets it;
// or it sleeps in the system's join. What it does not tell is whether some
// of them have been woken already and have had no time to leave: before a
// second round, wait for a sign from those of the first.
//
// All threads of the process count, so the test must not run in parallel with
// others.
func WaitBlocked(t testing.TB, n int) {
	t.Helper()
	last := 0
	if !Eventually(func() bool { last = Blocked(); return last == n }) {
		t.Fatalf("%d threads wait, want %d\n%s", last, n, trace())
	}
}

// asleep are the functions of which one is in the trace of each thread that
// waits: a waiter calls Sleep after it has queued.
var asleep = [][]byte{
	[]byte("/threading/internal/park.(*Waiter).Sleep("),
	[]byte("/threading.(*native).join("),
}

// Blocked gives the number of threads that WaitBlocked looks for.
func Blocked() int {
	n := 0
	for _, one := range bytes.Split(trace(), []byte("\n\n")) {
		for _, function := range asleep {
			if bytes.Contains(one, function) {
				n++
				break
			}
		}
	}
	return n
}

// trace gives the trace of all goroutines, taken with the world stopped.
func trace() []byte {
	for size := 64 << 10; ; size *= 2 {
		buf := make([]byte, size)
		if n := runtime.Stack(buf, true); n < size {
			return buf[:n]
		}
	}
}
