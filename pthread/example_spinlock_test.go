//go:build cgo && (linux || darwin || freebsd)

package pthread_test

import (
	"fmt"
	"log"

	"github.com/pythreads/pythreads/pthread"
)

func ExampleSpinLock() {
	l, err := pthread.NewSpinLock()
	if err != nil {
		log.Fatal(err)
	}
	n := 0 // guarded by l
	add := func() any {
		for range 1000 {
			if err := l.Lock(); err != nil {
				return err
			}
			n++ // no more than this: those who wait burn a processor
			if err := l.Unlock(); err != nil {
				return err
			}
		}
		return nil
	}
	th, err := pthread.Create(nil, add)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(add())
	fmt.Println(th.Join())
	fmt.Println(n, l.Destroy())
	// Output:
	// <nil>
	// <nil> <nil>
	// 2000 <nil>
}
