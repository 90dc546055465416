package threadtest

import (
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pythreads/pythreads/pthread/pthreadtest"
	"github.com/pythreads/pythreads/threading"
)

// NoLeak fails the test if it, with those of its cleanups that are registered
// later, leaves anything running: a Thread that is still listed (dummies
// aside, which the test did not start), a goroutine, or an OS thread that the
// Go runtime did not make for itself. It is the first statement of a test,
// which must not run in parallel with others.
//
// What has ended lingers for some microseconds in the kernel's and the
// runtime's lists, so it looks again for up to half a minute before it fails.
func NoLeak(t testing.TB) {
	t.Helper()
	pthreadtest.CheckLeaks(t)
	before := threading.Enumerate()
	t.Cleanup(func() {
		var left []*threading.Thread
		if !Eventually(func() bool { left = started(before); return len(left) == 0 }) {
			t.Errorf("threads left by the test: %v", left)
		}
	})
}

// started gives the threads that are listed now and are not in before.
func started(before []*threading.Thread) []*threading.Thread {
	return slices.DeleteFunc(threading.Enumerate(), func(th *threading.Thread) bool {
		return isDummy(th) || slices.Contains(before, th)
	})
}

func isDummy(th *threading.Thread) bool { return strings.HasPrefix(th.String(), "<DummyThread(") }

// Eventually says whether condition became true within half a minute. It is
// for what follows soon but gives no signal to wait for.
func Eventually(condition func() bool) bool { return pthreadtest.Eventually(condition) }

// Watchdog ends the process, with every trace there is, if the test has not
// ended after d. A lost wake-up leaves threads that nothing can end, and the
// next test would count them.
func Watchdog(t testing.TB, d time.Duration) {
	name := t.Name()
	timer := time.AfterFunc(d, func() {
		debug.SetTraceback("all")
		panic(fmt.Sprintf("%s has not ended after %v", name, d))
	})
	t.Cleanup(func() { timer.Stop() })
}
