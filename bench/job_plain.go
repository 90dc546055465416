package main

import "sync"

// plain does the job as Go programs do: goroutines, channels, a WaitGroup.
func plain(j job) []result {
	tasks := make(chan string, taskBound)
	results := make(chan result, taskBound)

	go func() {
		defer close(tasks)
		j.walk(func(path string) { tasks <- path })
	}()

	var workers sync.WaitGroup
	for range j.Workers {
		workers.Go(func() {
			w := j.newWorker()
			for path := range tasks {
				results <- w.file(path)
			}
		})
	}
	go func() {
		workers.Wait()
		close(results)
	}()

	var all []result
	for r := range results {
		all = append(all, r)
	}
	return all
}
