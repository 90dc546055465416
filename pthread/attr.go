package pthread

import (
	"fmt"
	"math"
	"os"
	"syscall"
	"unicode/utf8"
)

// Attr says how Create makes a thread (pthread_attr_t). A nil *Attr and the
// zero value mean the defaults.
type Attr struct {
	// StackSize is the size in bytes of the stack for C frames
	// (pthread_attr_setstacksize), rounded up to whole pages; 0 is the
	// platform's default (Limits). Go code runs on a stack of its own that
	// grows, so this matters for the C that the thread calls. Below
	// Limits().StackMin Create fails with EINVAL: the runtime's own frames and
	// a signal's frame need that much.
	StackSize int

	// GuardSize is the size in bytes of the protected area below the stack
	// (pthread_attr_setguardsize), rounded up to whole pages; 0 is the
	// platform's default, one page, and NoGuard none at all.
	GuardSize int

	// Detached makes a thread that nobody can join
	// (pthread_attr_setdetachstate). Its panic is printed to stderr.
	Detached bool

	// Name is the name that the system shows (pthread_setname_np): in
	// /proc/self/task/TID/comm, top -H, gdb. Linux takes the first 15 bytes;
	// a longer name is cut between characters. Empty: the creator's.
	Name string
}

// NoGuard is the GuardSize of a stack without a guard.
const NoGuard = -1

// maxName is the longest thread name in bytes that Linux takes.
const maxName = 15

// systemName gives name as pt_thread_begin wants it: cut to what the system
// takes, at its first NUL too, and NUL-terminated; "" for none.
func systemName(name string) string {
	end := 0
	for end < len(name) && name[end] != 0 {
		_, size := utf8.DecodeRuneInString(name[end:])
		if end+size > maxName {
			break
		}
		end += size
	}
	if end == 0 {
		return ""
	}
	return name[:end] + "\x00"
}

// checked gives the attributes that the shim gets: sizes validated and
// rounded up to pages.
func (a *Attr) checked() (*Attr, error) {
	if a == nil {
		return &Attr{}, nil
	}
	c := *a
	if c.StackSize != 0 {
		if floor := stackMin(); c.StackSize < floor {
			return nil, &Error{
				Op: "pthread_attr_setstacksize", Errno: syscall.EINVAL,
				Detail: fmt.Sprintf("stack size %d is below the floor of %d bytes", c.StackSize, floor),
			}
		}
		c.StackSize = pages(c.StackSize)
	}
	if c.GuardSize > 0 {
		c.GuardSize = pages(c.GuardSize)
	} else if c.GuardSize < NoGuard {
		return nil, &Error{
			Op: "pthread_attr_setguardsize", Errno: syscall.EINVAL,
			Detail: fmt.Sprintf("guard size %d is negative", c.GuardSize),
		}
	}
	return &c, nil
}

// pages rounds n up to whole pages.
func pages(n int) int {
	p := os.Getpagesize()
	if n > math.MaxInt-p {
		return n // the system will refuse it
	}
	return (n + p - 1) / p * p
}
