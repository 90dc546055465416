//go:build gc

#include "textflag.h"

// The caller's record, from thread-local storage. The pair of instructions is the form that the assembler turns into
// what each operating system needs; functions written in assembly may not count on finding it in R14.
#define RECORD(r) MOVQ TLS, r; MOVQ 0(r)(TLS*1), r

// func load(off uintptr) uint64
TEXT ·load(SB), NOSPLIT|NOFRAME, $0-16
	RECORD(CX)
	MOVQ off+0(FP), AX
	MOVQ (CX)(AX*1), AX
	MOVQ AX, ret+8(FP)
	RET

// func loadSelf(off uintptr) (rec uintptr, word uint64)
TEXT ·loadSelf(SB), NOSPLIT|NOFRAME, $0-24
	RECORD(CX)
	MOVQ off+0(FP), AX
	MOVQ (CX)(AX*1), AX
	MOVQ CX, rec+8(FP)
	MOVQ AX, word+16(FP)
	RET

// func loadAt(rec, off uintptr) uint64
TEXT ·loadAt(SB), NOSPLIT|NOFRAME, $0-24
	MOVQ rec+0(FP), CX
	MOVQ off+8(FP), AX
	MOVQ (CX)(AX*1), AX
	MOVQ AX, ret+16(FP)
	RET

// func load32At(rec, off uintptr) uint32
// Every load acquires on this processor.
TEXT ·load32At(SB), NOSPLIT|NOFRAME, $0-20
	MOVQ rec+0(FP), CX
	MOVQ off+8(FP), AX
	MOVL (CX)(AX*1), AX
	MOVL AX, ret+16(FP)
	RET
