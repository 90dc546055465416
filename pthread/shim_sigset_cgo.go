//go:build cgo && (linux || darwin || freebsd)

package pthread

/*
#include "pt_sigset.h"

#cgo noescape pt_sigset_mask
#cgo nocallback pt_sigset_mask
*/
import "C"

import "syscall"

func cSigset(s SigSet) C.pt_sigset {
	return C.pt_sigset{bits: [2]C.uint64_t{C.uint64_t(s.bits[0]), C.uint64_t(s.bits[1])}}
}

func shimSigsetMask(how SigHow, set SigSet) (SigSet, syscall.Errno) {
	chow := [...]C.int{
		SigBlock:   C.PT_SIG_BLOCK,
		SigUnblock: C.PT_SIG_UNBLOCK,
		SigSetMask: C.PT_SIG_SETMASK,
	}[how]
	c, old := cSigset(set), C.pt_sigset{}
	err := C.pt_sigset_mask(chow, &c, &old)
	return SigSet{[2]uint64{uint64(old.bits[0]), uint64(old.bits[1])}}, syscall.Errno(err)
}
