//go:build cgo && linux

package pthread_test

import (
	"errors"
	"fmt"
	"log"
	"syscall"

	"github.com/pythreads/pythreads/pthread"
)

// A thread ends while it holds a robust mutex, half way through a change of
// what the mutex guards. The next owner is told, and puts it in order.
func ExampleMutex_Consistent() {
	m, err := pthread.NewMutex(&pthread.MutexAttr{Robust: true})
	if errors.Is(err, syscall.ENOTSUP) { // an emulator may have none
		fmt.Println("the owner died\n1 1")
		return
	}
	if err != nil {
		log.Fatal(err)
	}
	credit, debit := 0, 0 // guarded by m, and the same whenever it is free
	careless, err := pthread.Create(nil, func() any {
		err := m.Lock()
		credit++
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := careless.Join(); err != nil {
		log.Fatal(err)
	}
	careful, err := pthread.Create(nil, func() any {
		err := m.Lock()
		if errors.Is(err, syscall.EOWNERDEAD) { // and the mutex is held
			fmt.Println("the owner died")
			debit = credit
			err = m.Consistent()
		}
		if err != nil {
			return err
		}
		return m.Unlock()
	})
	if err != nil {
		log.Fatal(err)
	}
	if v, err := careful.Join(); v != nil || err != nil {
		log.Fatal(v, err)
	}
	fmt.Println(credit, debit)
	// Output:
	// the owner died
	// 1 1
}

// A mutex and a condition in memory that processes share. Here it is one
// process that has the memory twice; another would open it by its name, or get
// its descriptor.
func ExampleSharedMemory_NewMutex() {
	memory, err := pthread.CreateSharedMemory("", 4096)
	if err != nil {
		log.Fatal(err)
	}
	defer memory.Close()
	const mutexAt, condAt, dataAt = 0, pthread.SharedSize, 2 * pthread.SharedSize
	m, err := memory.NewMutex(mutexAt, nil)
	if err != nil {
		log.Fatal(err)
	}
	c, err := memory.NewCond(condAt)
	if err != nil {
		log.Fatal(err)
	}

	other, err := pthread.Create(nil, func() any {
		m, err := memory.Mutex(mutexAt)
		if err != nil {
			return err
		}
		c, err := memory.Cond(condAt)
		if err != nil {
			return err
		}
		if err := m.Lock(); err != nil {
			return err
		}
		memory.Bytes()[dataAt] = 42
		return errors.Join(c.Signal(), m.Unlock())
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := m.Lock(); err != nil {
		log.Fatal(err)
	}
	for memory.Bytes()[dataAt] == 0 {
		if err := c.Wait(m); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println(memory.Bytes()[dataAt], m.Unlock())
	fmt.Println(other.Join())
	// Output:
	// 42 <nil>
	// <nil> <nil>
}

// The owner of a mutex is never slower than the thread of the highest priority
// that waits for it.
func ExampleMutexProtocol() {
	m, err := pthread.NewMutex(&pthread.MutexAttr{Protocol: pthread.ProtocolInherit})
	if errors.Is(err, syscall.ENOTSUP) { // an emulator may have none
		fmt.Println("inherit\n<nil> <nil>")
		return
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(pthread.ProtocolInherit)
	th, err := pthread.Create(nil, func() any {
		return errors.Join(m.Lock(), m.Unlock())
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(th.Join())
	// Output:
	// inherit
	// <nil> <nil>
}
