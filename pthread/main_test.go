package pthread_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/pthread"
	"github.com/pythreads/pythreads/pthread/pthreadtest"
)

// What cannot be tried in the test's own process (threads that never end,
// limits that cannot be raised again) is tried in a child: this binary, told
// by childEnv which of the children it is.
const childEnv = "PYTHREADS_TEST_CHILD"

// children is filled by the files that have one.
var children = map[string]func(){}

func TestMain(m *testing.M) {
	if name := os.Getenv(childEnv); name != "" {
		children[name]()
		os.Exit(0)
	}
	check := pthreadtest.LeakCheck()
	code := m.Run()
	if leaks := check(); leaks != "" {
		fmt.Fprintln(os.Stderr, "after all tests:", leaks)
		code = max(code, 1)
	}
	os.Exit(code)
}

// must and try are for children, which have no test to fail.
func must[T any](v T, err error) T {
	try(err)
	return v
}

func try(err error) {
	if err != nil {
		panic(err)
	}
}

// runner is what starts a program of this platform; not empty where an
// emulator has to.
func runner() []string { return strings.Fields(os.Getenv("PYTHREADS_TEST_EXEC")) }

// emulated says whether the kernel below is not the one that the program
// believes to be on.
func emulated() bool { return len(runner()) > 0 }

// child is a command that runs the child of that name.
func child(t *testing.T, name string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	words := append(runner(), self)
	ctx, cancel := context.WithTimeout(context.Background(), watchdog)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	cmd.Env = append(os.Environ(), childEnv+"="+name)
	return cmd
}

// runChild runs a child, which must leave with 0, and gives what it said.
func runChild(t *testing.T, name string) (stdout, stderr string) {
	t.Helper()
	cmd := child(t, name)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	require.NoError(t, err, "child %s\nstdout: %s\nstderr: %s", name, &out, &errs)
	return out.String(), errs.String()
}

// watchdog is the longest that anything here may take. A wait that it ends is
// a lost wake-up and not a slow machine.
const watchdog = 4 * time.Minute

// need skips the test where there are no threads, and has it fail if it
// leaves some behind or hangs.
func need(t testing.TB) {
	t.Helper()
	if !pthread.Available {
		t.Skip("no POSIX threads in this build")
	}
	guard(t)
}

// guard is need for what works in every build.
func guard(t testing.TB) {
	t.Helper()
	pthreadtest.CheckLeaks(t)
	// Native threads that hang cannot be left behind: the next test would
	// count them. So the whole process goes, with every trace there is.
	name := t.Name()
	timer := time.AfterFunc(watchdog, func() {
		debug.SetTraceback("all")
		panic(fmt.Sprintf("%s has not ended after %v", name, watchdog))
	})
	t.Cleanup(func() { timer.Stop() })
}

// notOn skips the test on a system that lacks what it is about.
func notOn(t testing.TB, system, why string) {
	t.Helper()
	if runtime.GOOS == system {
		t.Skipf("%s: %s", system, why)
	}
}

// needProc skips the test where the kernel does not list threads in /proc.
func needProc(t testing.TB) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("no /proc/self/task")
	}
}

// isListed checks that the kernel lists a thread, where it lists any.
func isListed(t testing.TB, tid int) {
	t.Helper()
	if runtime.GOOS == "linux" {
		assert.Contains(t, pthreadtest.Tasks(), tid)
	}
}

// lastSignal is the highest number of a signal.
func lastSignal() syscall.Signal {
	switch runtime.GOOS {
	case "darwin":
		return 31
	case "freebsd":
		return 126
	}
	return 64
}

// lockThread locks the test to its OS thread until it ends.
func lockThread(t testing.TB) {
	runtime.LockOSThread()
	t.Cleanup(runtime.UnlockOSThread)
}

// create starts a thread.
func create(t testing.TB, attr *pthread.Attr, start func() any) *pthread.Thread {
	t.Helper()
	th, err := pthread.Create(attr, start)
	require.NoError(t, err)
	return th
}

// spawn is create for a body without result.
func spawn(t testing.TB, body func()) *pthread.Thread {
	t.Helper()
	return create(t, nil, func() any {
		body()
		return nil
	})
}

// join joins a thread whose body must have returned.
func join(t testing.TB, th *pthread.Thread) any {
	t.Helper()
	v, err := th.Join()
	require.NoError(t, err)
	return v
}

// onThread runs body in a new thread and waits for it.
func onThread(t testing.TB, body func()) {
	t.Helper()
	join(t, spawn(t, body))
}

// isErrno checks that err is an *Error of a POSIX function.
func isErrno(t testing.TB, want syscall.Errno, op string, err error, msgAndArgs ...any) {
	t.Helper()
	var e *pthread.Error
	if assert.ErrorAs(t, err, &e, msgAndArgs...) {
		assert.Equal(t, op, e.Op, msgAndArgs...)
		assert.Equal(t, want, e.Errno, msgAndArgs...)
		assert.ErrorIs(t, err, want, msgAndArgs...)
	}
}

// Ways to say one moment. Deadlines are good with and without a reading of the
// monotonic clock.
var clocks = []struct {
	name string
	in   func(time.Duration) time.Time
}{
	{"monotonic", func(d time.Duration) time.Time { return time.Now().Add(d) }},
	{"wall clock", func(d time.Duration) time.Time { return time.Now().Add(d).Round(0) }},
}

// pasts are deadlines that have passed already.
var pasts = map[string]func() time.Time{
	"now":                  time.Now,
	"a second ago":         func() time.Time { return time.Now().Add(-time.Second) },
	"a second ago by wall": func() time.Time { return time.Now().Round(0).Add(-time.Second) },
	"a century ago":        func() time.Time { return time.Now().AddDate(-100, 0, 0) },
	"the epoch":            func() time.Time { return time.Unix(0, 0) },
	"the zero time":        func() time.Time { return time.Time{} },
}

// notEarly checks that a timed wait without event gives up, and not before its
// deadline. How much later is the machine's affair.
func notEarly(t *testing.T, wait func(deadline time.Time) (bool, error)) {
	t.Helper()
	for _, clock := range clocks {
		for _, d := range []time.Duration{0, 10 * time.Microsecond, time.Millisecond, 15 * time.Millisecond} {
			deadline := clock.in(d)
			ok, err := wait(deadline)
			now := time.Now()
			assert.NoError(t, err, "%s, %v", clock.name, d)
			assert.False(t, ok, "%s, %v: got something that was not there", clock.name, d)
			assert.False(t, now.Before(deadline), "%s, %v: early by %v", clock.name, d, deadline.Sub(now))
		}
	}
	for name, past := range pasts {
		ok, err := wait(past())
		assert.NoError(t, err, name)
		assert.False(t, ok, name)
	}
}

// far are deadlines that no test will see. Some do not fit any clock.
var far = map[string]func() time.Time{
	"an hour":         func() time.Time { return time.Now().Add(time.Hour) },
	"an hour by wall": func() time.Time { return time.Now().Add(time.Hour).Round(0) },
	"longest":         func() time.Time { return time.Now().Add(1<<63 - 1) },
	"year 9999":       func() time.Time { return time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC) },
}

// pollUntil gives the processor away until condition is true, and says whether
// it became so.
func pollUntil(condition func() bool) bool { return pthreadtest.Eventually(condition) }
