//go:build cgo && (linux || darwin || freebsd)

package pthread_test

import (
	"errors"
	"fmt"
	"log"
	"os"
	"syscall"
	"time"

	"github.com/pythreads/pythreads/pthread"
)

func ExampleCreate() {
	th, err := pthread.Create(nil, func() any { return 6 * 7 })
	if err != nil {
		log.Fatal(err)
	}
	result, err := th.Join()
	fmt.Println(result, err)
	// Output: 42 <nil>
}

func ExampleThread() {
	var leave pthread.Parker
	th, err := pthread.Create(&pthread.Attr{Name: "worker"}, func() any {
		leave.Park()
		return "done"
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(th.Name()) // what top -H shows
	leave.Unpark()
	fmt.Println(th.Join())
	_, err = th.Join()
	fmt.Println(err)
	// Output:
	// worker <nil>
	// done <nil>
	// pthread: pthread_join: invalid argument (the thread is joined already)
}

func ExampleSelf() {
	th, err := pthread.Create(nil, func() any { return pthread.Self() })
	if err != nil {
		log.Fatal(err)
	}
	self, _ := th.Join()
	fmt.Println(self == th)
	// Output: true
}

// A thread for a C library that wants much stack.
func ExampleAttr() {
	attr := pthread.Attr{
		Name:      "deep-recursion",
		StackSize: 64 << 20,
		GuardSize: 1 << 20,
	}
	th, err := pthread.Create(&attr, func() any {
		stack, err := pthread.Self().Stack()
		if err != nil {
			return err
		}
		return stack.Size >= 64<<20
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(th.Join())
	// Output: true <nil>
}

func ExampleStack() {
	th, err := pthread.Create(&pthread.Attr{GuardSize: pthread.NoGuard}, func() any {
		stack, err := pthread.Self().Stack()
		if err != nil {
			return err
		}
		return stack.Guard
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(th.Join())
	// Output: 0 <nil>
}

func ExampleBounds() {
	limits := pthread.Limits()
	_, err := pthread.Create(&pthread.Attr{StackSize: limits.StackMin - 1}, func() any { return nil })
	fmt.Println(errors.Is(err, syscall.EINVAL))
	// Output: true
}

func ExampleError() {
	m, err := pthread.NewMutex(&pthread.MutexAttr{Type: pthread.MutexErrorCheck})
	if err != nil {
		log.Fatal(err)
	}
	err = m.Unlock() // which nobody has locked
	var e *pthread.Error
	if errors.As(err, &e) {
		fmt.Println(e.Op, e.Errno == syscall.EPERM)
	}
	// Output: pthread_mutex_unlock true
}

func ExamplePanicError() {
	th, err := pthread.Create(&pthread.Attr{Name: "parser"}, func() any {
		panic(fmt.Errorf("bad input: %w", os.ErrInvalid))
	})
	if err != nil {
		log.Fatal(err)
	}
	_, err = th.Join()
	var p *pthread.PanicError
	if errors.As(err, &p) {
		fmt.Println(p.Thread, "panicked:", p.Value)
	}
	fmt.Println(errors.Is(err, os.ErrInvalid))
	// Output:
	// parser panicked: bad input: invalid argument
	// true
}

func ExampleMutex() {
	m, err := pthread.NewMutex(nil)
	if err != nil {
		log.Fatal(err)
	}
	defer m.Destroy()
	n := 0 // guarded by m
	add := func() any {
		for range 1000 {
			if err := m.Lock(); err != nil {
				return err
			}
			n++
			if err := m.Unlock(); err != nil {
				return err
			}
		}
		return nil
	}
	var threads []*pthread.Thread
	for range 3 {
		th, err := pthread.Create(nil, add)
		if err != nil {
			log.Fatal(err)
		}
		threads = append(threads, th)
	}
	for _, th := range threads {
		if _, err := th.Join(); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println(n)
	// Output: 3000
}

// A recursive mutex counts how often its thread has locked it. All of it is
// in one thread's body, which never changes its OS thread.
func ExampleMutexAttr() {
	m, err := pthread.NewMutex(&pthread.MutexAttr{Type: pthread.MutexRecursive})
	if err != nil {
		log.Fatal(err)
	}
	th, err := pthread.Create(nil, func() any {
		return errors.Join(m.Lock(), m.Lock(), m.Unlock(), m.Unlock())
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(th.Join())
	// Output: <nil> <nil>
}

func ExampleMutexType() {
	m, err := pthread.NewMutex(&pthread.MutexAttr{Type: pthread.MutexErrorCheck})
	if err != nil {
		log.Fatal(err)
	}
	th, err := pthread.Create(nil, func() any {
		if err := m.Lock(); err != nil {
			return err
		}
		defer m.Unlock()
		return errors.Is(m.Lock(), syscall.EDEADLK)
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(th.Join())
	// Output: true <nil>
}

func ExampleCond() {
	m, err := pthread.NewMutex(nil)
	if err != nil {
		log.Fatal(err)
	}
	c, err := pthread.NewCond()
	if err != nil {
		log.Fatal(err)
	}
	ready := false // guarded by m
	th, err := pthread.Create(nil, func() any {
		if err := m.Lock(); err != nil {
			return err
		}
		defer m.Unlock()
		for !ready {
			if err := c.Wait(m); err != nil {
				return err
			}
		}
		return "saw it"
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := m.Lock(); err != nil {
		log.Fatal(err)
	}
	ready = true
	if err := errors.Join(c.Signal(), m.Unlock()); err != nil {
		log.Fatal(err)
	}
	fmt.Println(th.Join())
	// Output: saw it <nil>
}

func ExampleSem() {
	s, err := pthread.NewSem(0)
	if err != nil {
		log.Fatal(err)
	}
	th, err := pthread.Create(nil, func() any { return s.Post() })
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(s.Wait())
	fmt.Println(th.Join())
	fmt.Println(s.TimedWait(time.Now().Add(time.Millisecond)))
	// Output:
	// <nil>
	// <nil> <nil>
	// false <nil>
}

func ExampleParker() {
	var p pthread.Parker
	value := ""
	th, err := pthread.Create(nil, func() any {
		p.Park()
		return value
	})
	if err != nil {
		log.Fatal(err)
	}
	value = "written before Unpark" // and so read after Park
	p.Unpark()
	fmt.Println(th.Join())
	fmt.Println(p.ParkUntil(time.Now().Add(time.Millisecond)))
	// Output:
	// written before Unpark <nil>
	// false
}

// What is kept for a thread can go when the thread has gone, whoever made it.
func ExampleExitNotice() {
	records := map[*pthread.ExitNotice]string{}
	th, err := pthread.Create(nil, func() any {
		notice, err := pthread.WatchExit()
		if err != nil {
			return err
		}
		records[notice] = "what is known of the thread"
		return notice.Exited()
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(th.Join())
	pthread.DrainExits(func(notice *pthread.ExitNotice) {
		delete(records, notice)
	})
	fmt.Println(len(records))
	// Output:
	// false <nil>
	// 0
}

func ExampleReserve() {
	// Ready for a hundred threads of a C library at once.
	fmt.Println(pthread.Reserve(100))
	// Output: <nil>
}
