package pthreadtest

import "fmt"

// UseStack calls a C function that writes to each page of so many bytes of
// the calling thread's stack for C frames, from the top downward, and returns.
// Where the stack has not as many left it is a fault that ends the process.
func UseStack(bytes int) {
	if bytes < 0 {
		panic(fmt.Sprintf("pthreadtest: UseStack of %d bytes", bytes))
	}
	useStack(bytes)
}
