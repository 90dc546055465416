//go:build cgo && (linux || darwin || freebsd)

package pthreadtest

/*
#include "stack.h"

#cgo noescape pttest_use_stack
#cgo nocallback pttest_use_stack
*/
import "C"

func useStack(bytes int) { C.pttest_use_stack(C.size_t(bytes)) }
