package pthread

import (
	"fmt"
	"strings"
	"syscall"
)

// MutexType is what a mutex does when it is misused or locked again
// (pthread_mutexattr_settype).
type MutexType int

const (
	// MutexNormal does not know its owner: locking it twice blocks for ever,
	// and any thread may unlock it (PTHREAD_MUTEX_NORMAL). POSIX leaves that
	// last thing undefined; Linux and macOS allow it. On FreeBSD all mutexes
	// have an owner, and are for goroutines that are locked to their threads.
	MutexNormal MutexType = iota
	// MutexErrorCheck answers EDEADLK when its owner locks it again, and EPERM
	// when another thread unlocks it (PTHREAD_MUTEX_ERRORCHECK).
	MutexErrorCheck
	// MutexRecursive may be locked again by its owner and counts; EPERM to
	// other threads that unlock it (PTHREAD_MUTEX_RECURSIVE).
	MutexRecursive
	// MutexAdaptive is MutexNormal with a waiter that spins for a moment
	// before it sleeps (PTHREAD_MUTEX_ADAPTIVE_NP). Only glibc and FreeBSD
	// have it.
	MutexAdaptive
)

// String gives the name as POSIX has it, in small letters: "errorcheck".
func (t MutexType) String() string {
	return enumName("MutexType", int(t), "normal", "errorcheck", "recursive", "adaptive")
}

// MutexProtocol is what holding a mutex does to a thread's priority
// (pthread_mutexattr_setprotocol).
type MutexProtocol int

const (
	// ProtocolNone: nothing (PTHREAD_PRIO_NONE).
	ProtocolNone MutexProtocol = iota
	// ProtocolInherit: the owner runs with the highest priority of the threads
	// that it keeps waiting, so that one of a priority between cannot keep
	// them waiting too (PTHREAD_PRIO_INHERIT).
	ProtocolInherit
	// ProtocolProtect: the owner runs with MutexAttr.PrioCeiling from Lock to
	// Unlock (PTHREAD_PRIO_PROTECT). The thread must have the policy
	// SCHED_FIFO or SCHED_RR and a priority not above the ceiling, else Lock
	// gives EINVAL, and EPERM where it may not have that priority. glibc looks
	// up the thread's policy and priority at its first such Lock, and from
	// then on believes what pthread_setschedparam tells it; a bare system call
	// goes unnoticed. musl has no such mutexes.
	ProtocolProtect
)

// String gives the name as POSIX has it, in small letters: "inherit".
func (p MutexProtocol) String() string {
	return enumName("MutexProtocol", int(p), "none", "inherit", "protect")
}

// MutexAttr says how a mutex is made (pthread_mutexattr_t). A nil *MutexAttr
// and the zero value mean a normal mutex.
//
// What the platform lacks is an *Error with ENOTSUP, whose Op and Detail name
// it: MutexAdaptive and ProtocolProtect on musl, MutexAdaptive and Robust on
// macOS, ProtocolInherit or Robust on a kernel without them, and
// ProtocolProtect together with Robust on glibc. What is out of range is an
// *Error with EINVAL.
type MutexAttr struct {
	Type     MutexType
	Protocol MutexProtocol

	// PrioCeiling is the priority that ProtocolProtect gives: one of
	// SCHED_FIFO's, on Linux 1 to 99 (pthread_mutexattr_setprioceiling). With
	// another protocol it must be 0.
	PrioCeiling int

	// Robust makes a mutex that does not stay locked for ever when its owner
	// ends, be it a thread or a whole process (pthread_mutexattr_setrobust):
	// see Mutex.
	Robust bool
}

// mutexStep is the part of a MutexAttr that C refused, as in csrc/pt_mutex.h.
type mutexStep int

const (
	stepPlace mutexStep = iota
	stepType
	stepProtocol
	stepCeiling
	stepRobust
	stepInit
)

// checked gives the attributes by value, if each is one that POSIX knows.
func (a *MutexAttr) checked() (MutexAttr, error) {
	if a == nil {
		return MutexAttr{}, nil
	}
	switch {
	case a.Type < MutexNormal || a.Type > MutexAdaptive:
		return *a, a.refused(stepType, syscall.EINVAL)
	case a.Protocol < ProtocolNone || a.Protocol > ProtocolProtect:
		return *a, a.refused(stepProtocol, syscall.EINVAL)
	case a.Protocol != ProtocolProtect && a.PrioCeiling != 0, int(int32(a.PrioCeiling)) != a.PrioCeiling:
		return *a, a.refused(stepCeiling, syscall.EINVAL)
	}
	return *a, nil
}

// refused is the error of a step of making a mutex.
func (a *MutexAttr) refused(step mutexStep, errno syscall.Errno) error {
	e := &Error{Op: "pthread_mutex_init", Errno: errno}
	why := "out of range"
	if errno == syscall.ENOTSUP {
		why = "this system has none"
	}
	switch step {
	case stepType:
		e.Op, e.Detail = "pthread_mutexattr_settype", fmt.Sprintf("mutex type %v: %s", a.Type, why)
	case stepProtocol:
		e.Op, e.Detail = "pthread_mutexattr_setprotocol", fmt.Sprintf("mutex protocol %v: %s", a.Protocol, why)
	case stepCeiling:
		if a.Protocol != ProtocolProtect {
			why = fmt.Sprintf("there is none with the protocol %v", a.Protocol)
		} else if errno == syscall.EINVAL {
			why = "it must be a priority of SCHED_FIFO"
		}
		e.Op, e.Detail = "pthread_mutexattr_setprioceiling", fmt.Sprintf("priority ceiling %d: %s", a.PrioCeiling, why)
	case stepRobust:
		e.Op, e.Detail = "pthread_mutexattr_setrobust", "robust: "+why
	case stepInit:
		if errno == syscall.ENOTSUP {
			e.Detail = fmt.Sprintf("a mutex that is %s: %s", a.words(), why)
		}
	}
	return e
}

// words names what is set.
func (a *MutexAttr) words() string {
	words := []string{a.Type.String()}
	if a.Protocol != ProtocolNone {
		words = append(words, "of the protocol "+a.Protocol.String())
	}
	if a.Robust {
		words = append(words, "robust")
	}
	return strings.Join(words, " and ")
}

// enumName gives the name of the value v of a type.
func enumName(typ string, v int, names ...string) string {
	if v < 0 || v >= len(names) {
		return fmt.Sprintf("%s(%d)", typ, v)
	}
	return names[v]
}
