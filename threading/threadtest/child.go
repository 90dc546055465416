package threadtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"
)

// childVariable tells a process that it is a child, and which.
const childVariable = "PYTHREADS_TEST_CHILD"

// emulatorVariable holds the words, separated by blanks, that have to precede
// a program of this platform, where an emulator runs it; empty elsewhere.
const emulatorVariable = "PYTHREADS_TEST_EXEC"

// childLimit is the longest that a child may take.
const childLimit = 2 * time.Minute

func init() {
	if os.Getenv(childVariable) != "" {
		// Wires the main goroutine to the main OS thread for good, so that a
		// child's scenario begins there, as a program's main does.
		runtime.LockOSThread()
	}
}

// Main is the body of a TestMain: in a child it runs the scenario of that
// name on the main goroutine, and leaves with 0 if that returns; elsewhere it
// runs the tests.
func Main(m *testing.M, children map[string]func()) {
	name := os.Getenv(childVariable)
	if name == "" {
		os.Exit(m.Run())
	}
	scenario := children[name]
	if scenario == nil {
		fmt.Fprintf(os.Stderr, "no child %q\n", name)
		os.Exit(125)
	}
	scenario()
	os.Exit(0)
}

// Result is how a child ended.
type Result struct {
	Code           int // its exit status; -1 for a death by signal
	Stdout, Stderr string
}

// Child runs the test's own program again as the child of that name, with the
// environment of the test and env (KEY=value) added, and waits for its end.
func Child(t testing.TB, name string, env ...string) Result {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	words := append(strings.Fields(os.Getenv(emulatorVariable)), self)
	ctx, cancel := context.WithTimeout(context.Background(), childLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	// The race detector would have each child wait for a second at its end.
	race := "GORACE=" + strings.TrimSpace(os.Getenv("GORACE")+" atexit_sleep_ms=0")
	cmd.Env = append(append(os.Environ(), childVariable+"="+name, race), env...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err = cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || ctx.Err() != nil {
		t.Fatalf("child %s: %v\nstdout: %s\nstderr: %s", name, errors.Join(err, ctx.Err()), &stdout, &stderr)
	}
	return Result{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// Emulated says whether an emulator runs this program; it is some ten times
// slower then, and the kernel is not quite the one it believes to be on.
func Emulated() bool { return os.Getenv(emulatorVariable) != "" }
