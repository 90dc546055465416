//go:build cgo && (linux || darwin || freebsd)

package pthread_test

import (
	"fmt"
	"log"
	"os"
	"syscall"

	"github.com/pythreads/pythreads/pthread"
)

// Two processes would do the two halves of this: one makes the memory and a
// semaphore that says when the data is there, the other knows the name.
func ExampleSharedMemory() {
	name := fmt.Sprintf("/example-%d", os.Getpid())

	mine, err := pthread.CreateSharedMemory(name, 4096)
	if err != nil {
		log.Fatal(err)
	}
	defer mine.Close()
	defer pthread.UnlinkSharedMemory(name)
	ready, err := mine.NewSem(0, 0)
	if err != nil {
		log.Fatal(err)
	}

	others, err := pthread.OpenSharedMemory(name)
	if err != nil {
		log.Fatal(err)
	}
	defer others.Close()
	theirs, err := others.Sem(0)
	if err != nil {
		log.Fatal(err)
	}

	copy(mine.Bytes()[pthread.SharedSize:], "hello")
	if err := ready.Post(); err != nil {
		log.Fatal(err)
	}

	if err := theirs.Wait(); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s\n", others.Bytes()[pthread.SharedSize:][:5])
	fmt.Println(theirs.Destroy())
	// Output:
	// hello
	// <nil>
}

// Memory without a name is handed to a child process as a descriptor: started
// with mine.File() as the first of its Cmd's ExtraFiles, the child has it as
// descriptor 3. Here a duplicate stands for that.
func ExampleSharedMemoryFromFD() {
	mine, err := pthread.CreateSharedMemory("", 100)
	if err != nil {
		log.Fatal(err)
	}
	defer mine.Close()
	copy(mine.Bytes(), "for the child")

	fd, err := syscall.Dup(int(mine.File().Fd()))
	if err != nil {
		log.Fatal(err)
	}
	theirs, err := pthread.SharedMemoryFromFD(uintptr(fd))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s, %d bytes\n", theirs.Bytes()[:13], len(theirs.Bytes()))
	fmt.Println(theirs.Close())
	// Output:
	// for the child, 100 bytes
	// <nil>
}

// At most two processes of those that know the name are past Wait at a time.
func ExampleOpenSem() {
	name := fmt.Sprintf("/example-%d", os.Getpid())
	s, err := pthread.OpenSem(name, os.O_CREATE, 0o600, 2)
	if err != nil {
		log.Fatal(err)
	}
	defer pthread.UnlinkSem(name) // by the last, or by a set-up script

	fmt.Println(s.Wait())
	fmt.Println(s.Value())
	fmt.Println(s.Post())
	fmt.Println(s.Close())
	// Output:
	// <nil>
	// 1 <nil>
	// <nil>
	// <nil>
}
