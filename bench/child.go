package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/pythreads/pythreads/pthread"
	"github.com/pythreads/pythreads/threading"
)

// A variant is measured in a process of its own, because only a process has a
// peak of memory: this program again, told by childVariable what to do.
const childVariable = "PYTHREADS_BENCH_CHILD"

// order is what a child is told.
type order struct {
	Variant string
	Job     job
}

// outcome is what a child reports.
type outcome struct {
	Wall    time.Duration
	CPU     time.Duration // 0: not known
	RSS     int64         // peak, in bytes; 0: not known
	Threads int           // peak number of OS threads; 0: not known
	Results []result      // sorted
	Workers []identity
}

// variant is one way of doing the job.
type variant struct {
	name   string
	native bool // its workers have to be pthreads
	run    func(job) ([]result, []identity, error)
}

// variants are all that this build can do.
func variants() []variant {
	var list []variant
	if pthread.Available {
		list = append(list, variant{
			name:   "threads on pthreads",
			native: true,
			run: func(j job) (all []result, ids []identity, err error) {
				// The gatherer is to be a native thread as well.
				t := threading.NewThread(func() { all, ids, err = threaded(j, threading.Pthread) },
					threading.WithBackend(threading.Pthread), threading.WithName("gather"))
				if err := t.Start(); err != nil {
					return nil, nil, err
				}
				failed := t.Join()
				return all, ids, errors.Join(failed, err)
			},
		})
	}
	return append(list, variant{
		name: "threads on goroutines",
		run:  func(j job) ([]result, []identity, error) { return threaded(j, threading.Goroutine) },
	}, variant{
		name: "plain goroutines",
		run:  func(j job) ([]result, []identity, error) { return plain(j), nil, nil },
	})
}

// serve is the child's part: it does what order says and reports to w.
func serve(text string, list []variant, w io.Writer) error {
	var o order
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return fmt.Errorf("%s: %w", childVariable, err)
	}
	for _, v := range list {
		if v.name != o.Variant {
			continue
		}
		out, err := measure(v, o.Job)
		if err != nil {
			return fmt.Errorf("%s: %w", v.name, err)
		}
		return json.NewEncoder(w).Encode(out)
	}
	return fmt.Errorf("%s: no variant %q in this build", childVariable, o.Variant)
}

// measure runs a variant in this process.
func measure(v variant, j job) (outcome, error) {
	var out outcome
	wall, cpu := time.Now(), cpuTime()
	// The threads of the Go runtime stay until the process ends, the workers
	// until the last file is handed out; so there are never more threads than
	// at one of these two moments.
	j.walked = func() { out.Threads = osThreads() }
	results, ids, err := v.run(j)
	out.Wall, out.CPU = time.Since(wall), cpuTime()-cpu
	out.Threads = max(out.Threads, osThreads())
	out.RSS = peakRSS() // before the report, which takes memory too
	if err != nil {
		return out, err
	}
	sortResults(results)
	out.Results, out.Workers = results, ids
	return out, nil
}

// delegate has a child do the job by a variant.
func delegate(v variant, j job) (outcome, error) {
	var out outcome
	self, err := os.Executable()
	if err != nil {
		return out, err
	}
	text, err := json.Marshal(order{v.name, j})
	if err != nil {
		return out, err
	}
	words := append(emulator(), self)
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Env = append(os.Environ(), childVariable+"="+string(text))
	cmd.Stderr = os.Stderr
	report, err := cmd.Output()
	if err != nil {
		return out, fmt.Errorf("%s: the process that measures it failed: %w", v.name, err)
	}
	if err := json.Unmarshal(report, &out); err != nil {
		return out, fmt.Errorf("%s: its report makes no sense: %w", v.name, err)
	}
	return out, nil
}

// emulator is what starts a program of this platform; empty unless this is a
// foreign one that the kernel cannot start by itself.
func emulator() []string { return strings.Fields(os.Getenv("PYTHREADS_TEST_EXEC")) }
