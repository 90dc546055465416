package main

import (
	"errors"
	"fmt"

	"github.com/pythreads/pythreads/queue"
	"github.com/pythreads/pythreads/threading"
)

// threaded does the job as Python programs do: threads and queues. All
// threads are of the backend b. It also gives what the workers found out about
// themselves.
func threaded(j job, b threading.Backend) ([]result, []identity, error) {
	tasks := queue.NewQueue[string](taskBound) // "" ends one worker
	results := queue.NewQueue[result](taskBound)
	identities := make([]identity, j.Workers)

	var threads []*threading.Thread
	for i := range j.Workers {
		threads = append(threads, threading.NewThread(func() {
			// Also if it panics: the gatherer counts the workers that end.
			defer results.Put(result{})
			identities[i] = whoAmI()
			w := j.newWorker()
			for {
				path, _ := tasks.Get()
				if path == "" {
					return
				}
				results.Put(w.file(path))
			}
		}, threading.WithBackend(b), threading.WithName(fmt.Sprintf("hash-%d", i)), threading.WithStackSize(j.Stack)))
	}
	// Last, so that no worker has ended before all have begun: their native ids
	// are distinct then.
	threads = append(threads, threading.NewThread(func() {
		defer func() {
			for range j.Workers {
				tasks.Put("")
			}
		}()
		j.walk(func(path string) { tasks.Put(path) })
	}, threading.WithBackend(b), threading.WithName("walk")))

	for _, t := range threads {
		if err := t.Start(); err != nil {
			return nil, nil, fmt.Errorf("thread %s: %w", t.Name(), err)
		}
	}

	var all []result
	for running := j.Workers; running > 0; {
		r, _ := results.Get()
		if r.Path == "" {
			running--
			continue
		}
		all = append(all, r)
	}
	var errs []error
	for _, t := range threads {
		errs = append(errs, t.Join())
	}
	return all, identities, errors.Join(errs...)
}
