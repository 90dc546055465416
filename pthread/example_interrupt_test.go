//go:build cgo && (linux || darwin || freebsd)

package pthread_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"syscall"

	"github.com/pythreads/pythreads/pthread"
	"github.com/pythreads/pythreads/pthread/pthreadtest"
)

// A thread that is blocked in C is told to give up, and ends in order.
func ExampleInterruptible() {
	r, w, err := os.Pipe()
	if err != nil {
		log.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	fd := int(r.Fd())
	ctx, stop := context.WithCancelCause(context.Background())
	th, err := pthread.Create(nil, func() any {
		err := pthread.Interruptible(ctx, func() error {
			return pthreadtest.Read(fd) // read(2) in C, which nothing will ever serve
		})
		if errors.Is(err, syscall.EINTR) && ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
	stop(errors.New("time to go"))
	fmt.Println(th.Join())
	// Output: time to go <nil>
}

func ExampleInterruptSignal() {
	sig, err := pthread.InterruptSignal()
	fmt.Println(sig > syscall.SIGSYS, err)
	// Output: true <nil>
}
