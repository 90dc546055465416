//go:build cgo && (linux || darwin || freebsd)

package pthread_test

import (
	"errors"
	"fmt"
	"log"
	"syscall"
	"time"

	"github.com/pythreads/pythreads/pthread"
)

func ExampleThread_TimedJoin() {
	var leave pthread.Parker
	th, err := pthread.Create(nil, func() any {
		leave.Park()
		return "done"
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(th.TimedJoin(time.Now().Add(time.Millisecond)))
	leave.Unpark()
	fmt.Println(th.Join())
	// Output:
	// <nil> false <nil>
	// done <nil>
}

// A handle outlives its thread and knows it.
func ExampleThread_Kill() {
	th, err := pthread.Create(nil, func() any { return pthread.Self().Kill(0) })
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(th.Join())
	err = th.Kill(0)
	fmt.Println(errors.Is(err, syscall.ESRCH), err)
	// Output:
	// <nil> <nil>
	// true pthread: pthread_kill: no such process (the thread has ended)
}
