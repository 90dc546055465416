package queue_test

import (
	"fmt"

	"github.com/pythreads/pythreads/queue"
	"github.com/pythreads/pythreads/threading"
)

// Workers take items until each gets its mark; the producer waits for the
// work, not for the workers.
func ExampleQueue() {
	q := queue.NewQueue[*int](10)
	var sum int
	var mu threading.Lock
	var workers []*threading.Thread
	for range 3 {
		w := threading.NewThread(func() {
			for {
				item, _ := q.Get()
				if item == nil {
					return
				}
				mu.Acquire()
				sum += *item
				mu.Release()
				_ = q.TaskDone()
			}
		})
		if err := w.Start(); err != nil {
			fmt.Println(err)
			return
		}
		workers = append(workers, w)
	}
	for i := range 100 {
		_ = q.Put(&i)
	}
	q.Join()
	fmt.Println("sum", sum)
	for range workers {
		_ = q.Put(nil)
	}
	for _, w := range workers {
		_ = w.Join()
	}
	// Output: sum 4950
}

func ExampleQueue_PutNowait() {
	q := queue.NewQueue[string](1)
	fmt.Println(q.PutNowait("first"))
	fmt.Println(q.PutNowait("second"))
	// Output:
	// <nil>
	// queue: full
}
