package pthread_test

import (
	"bytes"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/pythreads/pythreads/pthread"
)

// What the race detector makes of native threads, as the package's
// documentation tells it. Each case is a process of its own, since a report
// fails the process.

func init() {
	// Data that only locks of this package guard.
	children["guarded"] = func() {
		m, s := must(pthread.NewMutex(nil)), must(pthread.NewSem(1))
		var byMutex, bySem int
		body := func() {
			for range 1000 {
				try(m.Lock())
				byMutex++
				try(m.Unlock())
				try(s.Wait())
				bySem++
				try(s.Post())
			}
		}
		beside(body, body)
		if byMutex != 2000 || bySem != 2000 {
			panic("additions were lost")
		}
	}

	// Two writes without a lock, and without a call into C around them.
	children["racing"] = func() {
		var racy int
		var s stage
		beside(func() {
			racy++
			s.set(1)
			s.await(2)
		}, func() {
			s.await(1)
			racy++
			s.set(2)
		})
	}

	// Two writes without a lock in common, each beside a lock of its own.
	children["hidden"] = func() {
		var racy int
		var s stage
		touch := func() {
			m := must(pthread.NewMutex(nil))
			try(m.Lock())
			try(m.Unlock())
		}
		beside(func() {
			racy++
			touch()
			s.set(1)
			s.await(2)
		}, func() {
			s.await(1)
			touch()
			racy++
			s.set(2)
		})
	}
}

func TestRaceDetector(t *testing.T) {
	if !raceEnabled {
		t.Skip("needs -race")
	}
	for _, row := range []struct {
		name     string
		reported bool
	}{
		{"guarded", false},
		{"racing", true},
		// Not as one would have it: if this one changes, the documentation of
		// the package does, too.
		{"hidden", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			need(t)
			cmd := child(t, row.name)
			cmd.Env = append(cmd.Env, "GORACE=halt_on_error=0 exitcode=66 atexit_sleep_ms=0")
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			err := cmd.Run()
			if row.reported {
				assert.Error(t, err)
				assert.Equal(t, 66, cmd.ProcessState.ExitCode())
				assert.Contains(t, stderr.String(), "WARNING: DATA RACE")
			} else {
				assert.NoError(t, err, &stderr)
			}
		})
	}
}

// stage orders two threads so that the race detector does not see it.
type stage struct{ n int32 }

//go:norace
//go:noinline
func (s *stage) get() int32 { return s.n }

//go:norace
//go:noinline
func (s *stage) set(n int32) { s.n = n }

func (s *stage) await(n int32) {
	for s.get() != n {
		runtime.Gosched()
	}
}

// beside runs both bodies in threads, at once.
func beside(a, b func()) {
	var threads []*pthread.Thread
	for _, body := range []func(){a, b} {
		threads = append(threads, must(pthread.Create(nil, func() any { body(); return nil })))
	}
	for _, th := range threads {
		must(th.Join())
	}
}
