package pthreadtest

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// taskDir is where Linux lists the threads of this process.
const taskDir = "/proc/self/task"

// Tasks gives the threads of this process as the kernel sees them: the name
// of each (comm) by its number. It is empty where there is no /proc.
func Tasks() map[int]string {
	tasks := map[int]string{}
	entries, err := os.ReadDir(taskDir)
	if err != nil {
		return tasks
	}
	for _, e := range entries {
		tid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		// One that has ended since the listing is left out.
		if name, err := os.ReadFile(filepath.Join(taskDir, e.Name(), "comm")); err == nil {
			tasks[tid] = strings.TrimSuffix(string(name), "\n")
		}
	}
	return tasks
}

// Foreign gives the number of threads of this process that the Go runtime did
// not make for itself: those of package pthread and those of C. What the
// platform adds, as an emulator does, is counted too, so only differences mean
// something. The main thread counts, too, once a goroutine has ended that was
// locked to it: the runtime gives it up then, but it stays.
//
// It takes the count once that has stood still for some looks, so it is for
// when no threads begin or end, but for those that do so just now.
func Foreign() int {
	const looks = 5
	last, same := foreign(), 1
	Eventually(func() bool {
		now := foreign()
		if now != last || now < 0 { // no process has fewer threads than its runtime
			last, same = now, 0
		}
		same++
		return same > looks
	})
	return last
}

// foreign is one look. It is the kernel's count less the runtime's, and the
// two are not of one moment: the runtime counts a thread of its own before the
// kernel does, and forgets it before the kernel does.
func foreign() int {
	entries, err := os.ReadDir(taskDir)
	if err != nil {
		return 0
	}
	own := []metrics.Sample{{Name: "/sched/threads/total:threads"}}
	metrics.Read(own)
	return len(entries) - int(own[0].Value.Uint64())
}

// Eventually says whether condition became true, asking again and again for
// up to half a minute. It is for what happens soon after its cause but with
// no signal that one could wait for: the kernel lists a thread for some
// microseconds after pthread_join.
func Eventually(condition func() bool) bool {
	for pause, left := 10*time.Microsecond, 30*time.Second; ; pause = min(2*pause, 50*time.Millisecond) {
		if condition() {
			return true
		}
		if left <= 0 {
			return false
		}
		time.Sleep(pause)
		left -= pause
	}
}

// CheckLeaks fails the test, when it and its cleanups have ended, if there
// are more foreign threads (Foreign) or goroutines than now. It is the first
// statement of a test, which must not run in parallel with others.
func CheckLeaks(t testing.TB) {
	t.Helper()
	check := LeakCheck()
	t.Cleanup(func() {
		if leaks := check(); leaks != "" {
			t.Error(leaks)
		}
	})
}

// LeakCheck is CheckLeaks for TestMain: check says what is there that was not
// at the call of LeakCheck, and "" if nothing is.
func LeakCheck() (check func() string) {
	before := Tasks()
	threads := Foreign()
	goroutines, _ := goroutines()
	return func() string {
		var leaks []string
		if !Eventually(func() bool { return Foreign() <= threads }) {
			var names []string
			for tid, name := range Tasks() {
				if _, old := before[tid]; !old {
					names = append(names, fmt.Sprintf("%d %q", tid, name))
				}
			}
			slices.Sort(names)
			leaks = append(leaks, fmt.Sprintf("%d foreign threads, %d before; threads since then, the runtime's own among them: %s",
				Foreign(), threads, strings.Join(names, ", ")))
		}
		var now int
		var trace string
		if !Eventually(func() bool { now, trace = goroutinesOver(goroutines); return now <= goroutines }) {
			leaks = append(leaks, fmt.Sprintf("%d goroutines, %d before:\n%s", now, goroutines, trace))
		}
		return strings.Join(leaks, "\n")
	}
}

// goroutinesOver is goroutines, without a trace if there are no more than n.
func goroutinesOver(n int) (int, string) {
	if now := runtime.NumGoroutine(); now <= n {
		return now, ""
	}
	return goroutines()
}

// goroutines gives the number of goroutines and their trace. The one that
// os/signal starts when it is first used, and keeps, is not counted.
func goroutines() (int, string) {
	n := runtime.NumGoroutine()
	trace := make([]byte, 1<<20)
	text := string(trace[:runtime.Stack(trace, true)])
	return n - strings.Count(text, "\nos/signal.loop()"), text
}
