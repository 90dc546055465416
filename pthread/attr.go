package pthread

import (
	"cmp"
	"fmt"
	"math"
	"os"
	"syscall"
	"unicode/utf8"
	"unsafe"
)

// Attr says how Create makes a thread (pthread_attr_t). A nil *Attr and the
// zero value mean the defaults. Create keeps nothing of it but Stack's memory.
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

	// Stack is memory of the caller's for the stack (pthread_attr_setstack);
	// nil: the C library gets some. It must come from outside the Go heap, as
	// from unix.Mmap, and stay until the thread has been joined; for a
	// detached thread, for ever. The part of it between multiples of 16 is
	// used, on macOS that of whole pages, which must be Limits().StackMin
	// bytes at least. The C library puts its own data at the top of it.
	//
	// Such a stack has no guard but one that the caller makes. StackSize and
	// GuardSize must be 0 with it: POSIX ignores the guard's size then; here
	// it is EINVAL.
	Stack []byte

	// Detached makes a thread that nobody can join
	// (pthread_attr_setdetachstate). Its panic is printed to stderr.
	Detached bool

	// Name is the name that the system shows (pthread_setname_np): in
	// /proc/self/task/TID/comm, top -H, gdb. Linux takes the first 15 bytes;
	// a longer name is cut between characters, and so elsewhere. Empty: the
	// creator's on Linux, else none.
	Name string

	// Policy and Priority are the thread's scheduling
	// (pthread_attr_setinheritsched, pthread_attr_setschedpolicy,
	// pthread_attr_setschedparam). The zero value, PolicyInherit, is the
	// creator's; all others, PolicyBatch and PolicyIdle too, hold before the
	// body begins. The real-time policies need a right, or Create fails with
	// EPERM. Real-time Go code has its limits: it is held up by garbage
	// collection and by the Go scheduler like any other, and a thread that
	// does not block may keep the rest of the program from running.
	Policy   Policy
	Priority int // within Policy.PriorityRange; 0 for PolicyInherit

	// Scope is whom the thread competes with (pthread_attr_setscope).
	Scope Scope

	// Affinity is the numbers of the processors that the thread's body may run
	// on (pthread_attr_setaffinity_np, on musl too); nil: the creator's. macOS
	// cannot: ENOTSUP. As for SetAffinity, the machine must have one of them,
	// and an empty list is EINVAL.
	Affinity []int

	// SigMask is the signals that the thread blocks
	// (pthread_attr_setsigmask_np); nil: those that the process was started
	// with, which POSIX would take from the creator. Those that the Go runtime
	// needs (see Sigmask) are not blocked even so, and neither are SIGABRT,
	// SIGILL, SIGSYS and SIGTRAP.
	SigMask *SigSet
}

// NoGuard is the GuardSize of a stack without a guard.
const NoGuard = -1

// maxName is the longest thread name in bytes that Linux takes. Others take
// more, and a name is to be the same everywhere.
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

// checked gives the attributes that the shim gets: validated, sizes rounded up
// to pages, and the processors as the kernel wants them.
func (a *Attr) checked() (Attr, []uint, error) {
	if a == nil {
		return Attr{}, nil, nil
	}
	c := *a
	if err := cmp.Or(c.checkStack(), c.checkSize(), c.checkGuard(), c.checkSched()); err != nil {
		return Attr{}, nil, err
	}
	if c.SigMask != nil {
		mask := *c.SigMask // the caller may go on to change his
		c.SigMask = &mask
	}
	if c.Affinity == nil {
		return c, nil, nil
	}
	cpus, err := cpuSet("pthread_attr_setaffinity_np", c.Affinity)
	return c, cpus, err
}

func (a *Attr) checkStack() error {
	if a.Stack == nil {
		return nil
	}
	invalid := func(format string, args ...any) error {
		return &Error{Op: "pthread_attr_setstack", Errno: syscall.EINVAL, Detail: fmt.Sprintf(format, args...)}
	}
	if a.StackSize != 0 {
		return invalid("StackSize is %d with a Stack, whose length says it: it must be 0", a.StackSize)
	}
	if a.GuardSize != 0 {
		return invalid("GuardSize is %d with a Stack, which has the guard that its memory has: it must be 0", a.GuardSize)
	}
	align := stackAlign()
	odd := int(uintptr(unsafe.Pointer(unsafe.SliceData(a.Stack))) % uintptr(align))
	stack := a.Stack[min((align-odd)%align, len(a.Stack)):]
	stack = stack[:len(stack)/align*align]
	if floor := stackMin(); len(stack) < floor {
		return invalid("Stack has %d bytes between multiples of %d, below the floor of %d bytes", len(stack), align, floor)
	}
	a.Stack = stack
	return nil
}

func (a *Attr) checkSize() error {
	if a.StackSize == 0 {
		return nil
	}
	if floor := stackMin(); a.StackSize < floor {
		return &Error{
			Op: "pthread_attr_setstacksize", Errno: syscall.EINVAL,
			Detail: fmt.Sprintf("stack size %d is below the floor of %d bytes", a.StackSize, floor),
		}
	}
	a.StackSize = pages(a.StackSize)
	return nil
}

func (a *Attr) checkGuard() error {
	if a.GuardSize < NoGuard {
		return &Error{
			Op: "pthread_attr_setguardsize", Errno: syscall.EINVAL,
			Detail: fmt.Sprintf("guard size %d is negative", a.GuardSize),
		}
	}
	if a.GuardSize > 0 {
		a.GuardSize = pages(a.GuardSize)
	}
	return nil
}

func (a *Attr) checkSched() error {
	if a.Scope != ScopeSystem && a.Scope != ScopeProcess {
		return &Error{Op: "pthread_attr_setscope", Errno: syscall.EINVAL, Detail: fmt.Sprintf("unknown scope %d", int(a.Scope))}
	}
	const op = "pthread_attr_setschedparam"
	if a.Policy != PolicyInherit {
		return a.Policy.checkPriority(op, a.Priority)
	}
	if a.Priority != 0 {
		return &Error{Op: op, Errno: syscall.EINVAL, Detail: fmt.Sprintf("priority %d with PolicyInherit, which takes the creator's", a.Priority)}
	}
	return nil
}

// pages rounds n up to whole pages.
func pages(n int) int {
	p := os.Getpagesize()
	if n > math.MaxInt-p {
		return n // the system will refuse it
	}
	return (n + p - 1) / p * p
}
