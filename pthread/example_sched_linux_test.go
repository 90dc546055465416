//go:build cgo

package pthread_test

import (
	"errors"
	"fmt"
	"log"
	"syscall"

	"github.com/pythreads/pythreads/pthread"
)

// A thread for work that should be in nobody's way.
func ExamplePolicy() {
	th, err := pthread.Create(&pthread.Attr{Policy: pthread.PolicyIdle}, func() any {
		sched, err := pthread.Self().Sched()
		if err != nil {
			return err
		}
		return sched.Policy
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(th.Join())
	fmt.Println(pthread.PolicyIdle.PriorityRange())
	// Output:
	// Idle <nil>
	// 0 0 <nil>
}

// A thread that steps back: a greater nice value needs no right.
func ExampleSched() {
	th, err := pthread.Create(nil, func() any {
		self := pthread.Self()
		before, err := self.Sched()
		if err != nil {
			return err
		}
		sched := before
		sched.Nice++
		if err := self.SetSched(sched); err != nil {
			return err
		}
		after, err := self.Sched()
		if err != nil {
			return err
		}
		return after.Nice - before.Nice
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(th.Join())
	// Output: 1 <nil>
}

func ExampleScope() {
	_, err := pthread.Create(&pthread.Attr{Scope: pthread.ScopeProcess}, func() any { return nil })
	fmt.Println(errors.Is(err, syscall.ENOTSUP))
	// Output: true
}
