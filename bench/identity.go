package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/pythreads/pythreads/pthread"
	"github.com/pythreads/pythreads/threading"
)

// identity is what a thread can tell of itself, half of it from the library
// and half from the system.
type identity struct {
	Name     string // that the thread was given
	NativeID int    // 0: not on an OS thread of its own
	Comm     string // the system's name for it
	Stack    int    // bytes, from pthread_getattr_np
	Err      string // why one of these could not be had
}

// whoAmI gives the calling thread's identity.
func whoAmI() identity {
	t := threading.CurrentThread()
	id := identity{Name: t.Name()}
	tid, ok := t.NativeID()
	if !ok {
		return id
	}
	id.NativeID = tid
	comm, err := os.ReadFile(fmt.Sprintf("/proc/self/task/%d/comm", tid))
	if err != nil {
		id.Err = err.Error()
		return id
	}
	id.Comm = strings.TrimSuffix(string(comm), "\n")
	stack, err := pthread.Self().Stack()
	if err != nil {
		id.Err = err.Error()
		return id
	}
	id.Stack = stack.Size
	return id
}

// proveThreads says in a line that the identities are those of distinct OS
// threads, named as asked and with stacks as asked; the error says which is
// not.
func proveThreads(ids []identity, stack int) (string, error) {
	stack = grantedStack(stack)
	size := fmt.Sprintf("%d bytes", stack)
	seen := map[int]string{}
	low, high := 0, 0
	for _, id := range ids {
		switch {
		case id.Err != "":
			return "", fmt.Errorf("%s: %s", id.Name, id.Err)
		case id.NativeID == 0:
			return "", fmt.Errorf("%s has no OS thread of its own", id.Name)
		case seen[id.NativeID] != "":
			return "", fmt.Errorf("%s and %s are the same OS thread %d", seen[id.NativeID], id.Name, id.NativeID)
		case id.Comm != id.Name:
			return "", fmt.Errorf("the system calls %s %q", id.Name, id.Comm)
		case id.Stack < stack || id.Stack >= stack+os.Getpagesize():
			return "", fmt.Errorf("%s has a stack of %d bytes, not %d", id.Name, id.Stack, stack)
		case id.Stack != stack:
			// musl: a thread's own variables share the stack's pages, and
			// what they leave over counts as stack.
			size = fmt.Sprintf("%d bytes (%d and what fills the last page)", id.Stack, stack)
		}
		seen[id.NativeID] = id.Name
		if low == 0 {
			low = id.NativeID
		}
		low, high = min(low, id.NativeID), max(high, id.NativeID)
	}
	if len(ids) == 0 {
		return "", fmt.Errorf("no worker has told who it is")
	}
	return fmt.Sprintf("%d workers are OS threads %d…%d named %s…%s, stack %s each",
		len(ids), low, high, ids[0].Name, ids[len(ids)-1].Name, size), nil
}

// grantedStack gives the stack size that a thread gets which asks for size:
// package threading raises it to what the platform can do with, and the system
// gives whole pages.
func grantedStack(size int) int {
	limits := pthread.Limits()
	if size == 0 {
		return limits.StackDefault
	}
	size = max(size, limits.StackMin)
	return (size + limits.PageSize - 1) / limits.PageSize * limits.PageSize
}
