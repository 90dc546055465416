//go:build cgo && linux

package pthreadtest

/*
#include <malloc.h>
#include <stddef.h>

// Bytes that the program has of malloc and has not given back. musl cannot
// tell.
static size_t heap_in_use(void)
{
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 33)
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
