//go:build cgo && (linux || darwin || freebsd)

package pthread_test

import (
	"fmt"
	"log"

	"github.com/pythreads/pythreads/pthread"
)

// A connection for each thread that is closed when the thread ends.
func ExampleKey() {
	connections, err := pthread.NewKey(func(name string) {
		fmt.Println("closed:", name)
	})
	if err != nil {
		log.Fatal(err)
	}
	th, err := pthread.Create(nil, func() any {
		if _, ok := connections.Get(); !ok {
			if err := connections.Set("connection of a thread"); err != nil {
				return err
			}
		}
		name, _ := connections.Get()
		return "used: " + name
	})
	if err != nil {
		log.Fatal(err)
	}
	result, _ := th.Join()
	fmt.Println(result)
	fmt.Println(connections.Delete())
	// Output:
	// closed: connection of a thread
	// used: connection of a thread
	// <nil>
}
