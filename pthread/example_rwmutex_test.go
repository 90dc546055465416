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

func ExampleRWMutex() {
	m, err := pthread.NewRWMutex(nil)
	if err != nil {
		log.Fatal(err)
	}
	defer m.Destroy()
	settings := map[string]string{} // guarded by m
	writer, err := pthread.Create(nil, func() any {
		if err := m.Lock(); err != nil {
			return err
		}
		settings["colour"] = "green"
		return m.Unlock()
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(writer.Join())
	reader, err := pthread.Create(nil, func() any {
		if err := m.RLock(); err != nil {
			return err
		}
		defer m.RUnlock()
		return settings["colour"]
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(reader.Join())
	// Output:
	// <nil> <nil>
	// green <nil>
}

// Readers exclude writers, not each other.
func ExampleRWMutex_TimedLock() {
	m, err := pthread.NewRWMutex(nil)
	if err != nil {
		log.Fatal(err)
	}
	if err := m.RLock(); err != nil {
		log.Fatal(err)
	}
	fmt.Println(m.TimedRLock(time.Now().Add(time.Millisecond)))
	fmt.Println(m.TimedLock(time.Now().Add(time.Millisecond)))
	fmt.Println(m.Unlock())
	fmt.Println(errors.Join(m.RUnlock(), m.RUnlock(), m.Destroy()))
	// Output:
	// true <nil>
	// false <nil>
	// pthread: pthread_rwlock_unlock: operation not permitted
	// <nil>
}

// A lock that is mostly read, where writers should not wait for all readers
// that are still to come.
func ExampleRWMutexAttr() {
	m, err := pthread.NewRWMutex(&pthread.RWMutexAttr{Prefer: pthread.PreferWriters})
	if errors.Is(err, syscall.ENOTSUP) { // musl has none
		m, err = pthread.NewRWMutex(nil)
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(m.TryRLock())
	// Output: true <nil>
}

func ExamplePreference() {
	_, err := pthread.NewRWMutex(&pthread.RWMutexAttr{Prefer: pthread.PreferWriters + 1})
	fmt.Println(err)
	// Output: pthread: pthread_rwlockattr_setkind_np: invalid argument (unknown preference 2)
}
