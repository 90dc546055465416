package pthread_test

import (
	"fmt"

	"github.com/pythreads/pythreads/pthread"
)

func ExampleOnce() {
	var once pthread.Once
	for range 3 {
		once.Do(func() { fmt.Println("the library is initialized") })
	}
	// Output: the library is initialized
}

// An init that failed is tried again by the next caller.
func ExampleOnce_Do() {
	var once pthread.Once
	open := func(path string) (err any) {
		defer func() { err = recover() }()
		once.Do(func() {
			if path == "" {
				panic("no path")
			}
			fmt.Println("open:", path)
		})
		return nil
	}
	fmt.Println(open(""))
	fmt.Println(open("/dev/one"))
	fmt.Println(open("/dev/two"))
	// Output:
	// no path
	// open: /dev/one
	// <nil>
	// <nil>
}
