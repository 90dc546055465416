//go:build cgo && (linux || darwin || freebsd)

package pthreadtest

/*
#include <stddef.h>
#include <stdlib.h>

// Bytes that the program has of malloc and has not given back. The others
// cannot tell.
#ifdef __GLIBC__
#include <malloc.h>
#if __GLIBC_PREREQ(2, 33)
#define TELLS
#endif
#endif

static size_t heap_in_use(void)
{
#ifdef TELLS
	struct mallinfo2 m = mallinfo2();
	return m.uordblks + m.hblkhd;
#else
	return 0;
#endif
}

#cgo noescape heap_in_use
#cgo nocallback heap_in_use
*/
import "C"

// CHeap gives the bytes that C code has from malloc and has not freed; 0 where
// that cannot be told, which is everywhere but on glibc.
func CHeap() int { return int(C.heap_in_use()) }
