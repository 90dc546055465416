//go:build cgo && (linux || darwin || freebsd)

package pthread_test

import (
	"fmt"
	"log"
	"os"
	"os/signal"
	"syscall"

	"github.com/pythreads/pythreads/pthread"
)

// A signal that must not break into a piece of C waits until it is over.
func ExampleSigSet() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGUSR1)
	defer signal.Stop(signals)

	usr1 := pthread.NewSigSet(syscall.SIGUSR1)
	th, err := pthread.Create(&pthread.Attr{SigMask: &usr1}, func() any {
		if err := pthread.Self().Kill(syscall.SIGUSR1); err != nil {
			return err
		}
		fmt.Println("pending, not delivered:", len(signals))
		if _, err := pthread.Sigmask(pthread.SigUnblock, usr1); err != nil {
			return err
		}
		return <-signals
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(th.Join())
	// Output:
	// pending, not delivered: 0
	// user defined signal 1 <nil>
}

func ExampleSigHow() {
	th, err := pthread.Create(nil, func() any {
		old, err := pthread.Sigmask(pthread.SigBlock, pthread.NewSigSet(syscall.SIGWINCH))
		if err != nil {
			return err
		}
		now, err := pthread.Sigmask(pthread.SigSetMask, old)
		if err != nil {
			return err
		}
		return fmt.Sprint(old.Has(syscall.SIGWINCH), now.Has(syscall.SIGWINCH))
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(th.Join())
	// Output: false true <nil>
}
