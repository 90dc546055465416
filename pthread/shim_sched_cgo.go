//go:build cgo && (linux || darwin || freebsd)

package pthread

/*
#include "pt_sched.h"

#cgo noescape pt_sched_get
#cgo nocallback pt_sched_get
#cgo noescape pt_sched_nice
#cgo nocallback pt_sched_nice
#cgo noescape pt_sched_range
#cgo nocallback pt_sched_range
#cgo noescape pt_sched_set
#cgo nocallback pt_sched_set
#cgo noescape pt_sched_yield
#cgo nocallback pt_sched_yield
*/
import "C"

import (
	"slices"
	"syscall"
)

var policies = [...]C.int{
	PolicyInherit: C.PT_POLICY_INHERIT,
	PolicyOther:   C.PT_POLICY_OTHER,
	PolicyFIFO:    C.PT_POLICY_FIFO,
	PolicyRR:      C.PT_POLICY_RR,
	PolicyBatch:   C.PT_POLICY_BATCH,
	PolicyIdle:    C.PT_POLICY_IDLE,
}

func shimSchedRange(p Policy) (least, greatest int, errno syscall.Errno) {
	var low, high C.int
	err := C.pt_sched_range(policies[p], &low, &high)
	return int(low), int(high), syscall.Errno(err)
}

func shimSchedSet(id uintptr, s Sched) syscall.Errno {
	c := C.pt_sched{policy: policies[s.Policy], priority: C.int(s.Priority)}
	return syscall.Errno(C.pt_sched_set(C.uintptr_t(id), &c))
}

func shimSchedNice(tid, nice int) syscall.Errno {
	return syscall.Errno(C.pt_sched_nice(C.int64_t(tid), C.int(nice)))
}

// shimSchedGet gives, with ENOTSUP, the system's number of a policy that is
// none of Policy's.
func shimSchedGet(id uintptr, tid int) (Sched, syscall.Errno) {
	var c C.pt_sched
	err := C.pt_sched_get(C.uintptr_t(id), C.int64_t(tid), &c)
	s := Sched{Policy: Policy(c.policy), Priority: int(c.priority), Nice: int(c.nice)}
	if err == 0 {
		s.Policy = Policy(slices.Index(policies[:], c.policy))
	}
	return s, syscall.Errno(err)
}

func shimSchedYield() { C.pt_sched_yield() }
