package pthread

import (
	"errors"
	"fmt"
	"runtime"
	"syscall"
)

// Policy is how the system chooses among threads that could run (sched_setscheduler).
type Policy int

const (
	// PolicyInherit is, in an Attr, the creator's policy and priority
	// (PTHREAD_INHERIT_SCHED). All others are explicit
	// (PTHREAD_EXPLICIT_SCHED).
	PolicyInherit Policy = iota
	// PolicyOther shares the processors out by nice values (SCHED_OTHER).
	PolicyOther
	// PolicyFIFO runs before all that is not real-time, until it blocks or
	// yields or one of a higher priority comes (SCHED_FIFO).
	PolicyFIFO
	// PolicyRR is PolicyFIFO in turns among those of one priority (SCHED_RR).
	PolicyRR
	// PolicyBatch is PolicyOther for work that nobody waits for (SCHED_BATCH,
	// Linux).
	PolicyBatch
	// PolicyIdle runs when next to nothing else wants to (SCHED_IDLE, Linux).
	PolicyIdle
)

var policyNames = [...]string{
	PolicyInherit: "Inherit",
	PolicyOther:   "Other",
	PolicyFIFO:    "FIFO",
	PolicyRR:      "RR",
	PolicyBatch:   "Batch",
	PolicyIdle:    "Idle",
}

// String gives the name, such as "FIFO".
func (p Policy) String() string {
	if !p.exists() {
		return fmt.Sprintf("Policy(%d)", int(p))
	}
	return policyNames[p]
}

func (p Policy) exists() bool { return p >= 0 && int(p) < len(policyNames) }

// PriorityRange gives the least and the greatest priority of the policy
// (sched_get_priority_min, sched_get_priority_max): 1 to 99 for FIFO and RR on
// Linux, 0 to 0 for the others; macOS has 15 to 47 for each. A greater one goes
// first. The error is an *Error with EINVAL for PolicyInherit, which has none,
// and for what is no policy, and ENOTSUP for one that this system has not.
func (p Policy) PriorityRange() (min, max int, err error) {
	if !Available {
		return 0, 0, ErrUnavailable
	}
	const op = "sched_get_priority_max"
	if p == PolicyInherit || !p.exists() {
		return 0, 0, &Error{Op: op, Errno: syscall.EINVAL, Detail: fmt.Sprintf("policy %v has no priorities", p)}
	}
	min, max, errno := shimSchedRange(p)
	return min, max, check(op, errno)
}

// checkPriority says, as an error of op, why the policy cannot have that
// priority.
func (p Policy) checkPriority(op string, priority int) error {
	min, max, err := p.PriorityRange()
	if errors.Is(err, syscall.ENOTSUP) {
		return &Error{Op: op, Errno: syscall.ENOTSUP, Detail: fmt.Sprintf("policy %v: this system has none", p)}
	}
	if err != nil {
		return &Error{Op: op, Errno: syscall.EINVAL, Detail: fmt.Sprintf("policy %v", p)}
	}
	if priority < min || priority > max {
		return &Error{Op: op, Errno: syscall.EINVAL, Detail: fmt.Sprintf("priority %d of policy %v (%d to %d)", priority, p, min, max)}
	}
	return nil
}

// noRight is the detail for a policy that the system refuses.
func noRight(p Policy, priority int) string {
	return fmt.Sprintf("no right to policy %v with priority %d (CAP_SYS_NICE or RLIMIT_RTPRIO gives it)", p, priority)
}

// Scope is whom a thread competes with for the processors
// (pthread_attr_setscope).
type Scope int

const (
	// ScopeSystem is all threads of the system (PTHREAD_SCOPE_SYSTEM).
	ScopeSystem Scope = iota
	// ScopeProcess is the threads of the process (PTHREAD_SCOPE_PROCESS). No
	// C library of Linux and macOS has it: Create gives an *Error with
	// ENOTSUP. FreeBSD takes it for ScopeSystem.
	ScopeProcess
)

// Sched is how a thread is scheduled.
type Sched struct {
	Policy   Policy
	Priority int // within Policy.PriorityRange
	// Nice is the nice value, -20 to 19: a thread with a greater one gets less
	// of the processors. It counts for PolicyOther and PolicyBatch only; other
	// policies keep it for the way back. POSIX knows a process's; Linux has
	// one for each thread (getpriority with its TID). On macOS and FreeBSD it
	// is the process's, and cannot be changed for a thread.
	Nice int
}

// The nice values there are.
const minNice, maxNice = -20, 19

// SetSched sets the thread's policy and priority (pthread_setschedparam) and
// then its nice value (setpriority). To change one of them, change it in what
// the method Sched gives. As with SetAffinity, Go code on a thread of C calls
// runtime.LockOSThread first.
//
// The error is an *Error with EINVAL for values that cannot be, PolicyInherit
// among them; nothing has changed then. It is EPERM without the right to the
// policy, and, for setpriority, EACCES or EPERM without the right to the nice
// value, when the policy has changed already; and ENOTSUP for a policy, or
// another nice value, that this system cannot give a thread.
func (t *Thread) SetSched(s Sched) error {
	const op = "pthread_setschedparam"
	if err := t.known(op); err != nil {
		return err
	}
	if err := s.Policy.checkPriority(op, s.Priority); err != nil {
		return err
	}
	const niceOp = "setpriority"
	if s.Nice < minNice || s.Nice > maxNice {
		return &Error{Op: niceOp, Errno: syscall.EINVAL, Detail: fmt.Sprintf("nice value %d (%d to %d)", s.Nice, minNice, maxNice)}
	}
	err := t.use(op, func(id uintptr, _ int) syscall.Errno { return shimSchedSet(id, s) })
	if err != nil {
		return because(err, syscall.EPERM, "%s", noRight(s.Policy, s.Priority))
	}
	err = t.use(niceOp, func(_ uintptr, tid int) syscall.Errno { return shimSchedNice(tid, s.Nice) })
	for _, errno := range []syscall.Errno{syscall.EACCES, syscall.EPERM} {
		err = because(err, errno, "no right to nice value %d (CAP_SYS_NICE or RLIMIT_NICE gives it)", s.Nice)
	}
	return err
}

// Sched gives how the thread is scheduled now (pthread_getschedparam,
// getpriority), whoever set it. The error is an *Error with ENOTSUP for a
// policy that Policy does not have, such as Linux's SCHED_DEADLINE.
func (t *Thread) Sched() (Sched, error) {
	var s Sched
	err := t.use("pthread_getschedparam", func(id uintptr, tid int) (errno syscall.Errno) {
		s, errno = shimSchedGet(id, tid)
		return errno
	})
	if err != nil {
		return Sched{}, because(err, syscall.ENOTSUP, "the thread has the system's policy number %d", int(s.Policy))
	}
	return s, nil
}

// Yield lets another OS thread have the processor, if one waits for it
// (sched_yield). It is for real-time policies, whose threads of one priority
// give way to each other so. The caller's place in the Go scheduler goes with
// it, so goroutines gain nothing: for them there is runtime.Gosched, and that
// is what Yield is where Available is false. Neither is a way to wait for
// something.
func Yield() {
	if !Available {
		runtime.Gosched()
		return
	}
	shimSchedYield()
}
