//go:build gc

#include "textflag.h"

// The register g holds the caller's record in all Go code.

// func load(off uintptr) uint64
TEXT ·load(SB), NOSPLIT|NOFRAME, $0-16
	MOVD off+0(FP), R0
	ADD  g, R0
	MOVD (R0), R0
	MOVD R0, ret+8(FP)
	RET

// func loadSelf(off uintptr) (rec uintptr, word uint64)
TEXT ·loadSelf(SB), NOSPLIT|NOFRAME, $0-24
	MOVD off+0(FP), R0
	MOVD g, R1
	ADD  R1, R0
	MOVD (R0), R0
	MOVD R1, rec+8(FP)
	MOVD R0, word+16(FP)
	RET

// func loadAt(rec, off uintptr) uint64
TEXT ·loadAt(SB), NOSPLIT|NOFRAME, $0-24
	MOVD rec+0(FP), R1
	MOVD off+8(FP), R0
	ADD  R1, R0
	MOVD (R0), R0
	MOVD R0, ret+16(FP)
	RET

// func load32At(rec, off uintptr) uint32
// LDARW is the load that acquires.
TEXT ·load32At(SB), NOSPLIT|NOFRAME, $0-20
	MOVD rec+0(FP), R1
	MOVD off+8(FP), R0
	ADD   R1, R0
	LDARW (R0), R0
	MOVW  R0, ret+16(FP)
	RET
