//go:build cgo && (linux || darwin || freebsd)

package pthread_test

import (
	"fmt"
	"log"

	"github.com/pythreads/pythreads/pthread"
)

// Each thread computes a part; behind the barrier, one of them has them all.
func ExampleBarrier() {
	const n = 3
	b, err := pthread.NewBarrier(n)
	if err != nil {
		log.Fatal(err)
	}
	defer b.Destroy()
	var parts [n]int
	var threads [n]*pthread.Thread
	for i := range threads {
		threads[i], err = pthread.Create(nil, func() any {
			parts[i] = (i + 1) * (i + 1)
			serial, err := b.Wait()
			if err != nil {
				return err
			}
			if serial {
				fmt.Println(parts[0] + parts[1] + parts[2])
			}
			return nil
		})
		if err != nil {
			log.Fatal(err)
		}
	}
	for _, th := range threads {
		if _, err := th.Join(); err != nil {
			log.Fatal(err)
		}
	}
	// Output: 14
}
