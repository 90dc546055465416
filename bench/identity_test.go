package main

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/pythreads/pythreads/pthread"
)

func TestProofOfThreads(t *testing.T) {
	if !pthread.Available {
		t.Skip("no POSIX threads in this build")
	}
	const stack = 256 << 10
	good := func() []identity {
		return []identity{
			{Name: "hash-0", NativeID: 12, Comm: "hash-0", Stack: stack},
			{Name: "hash-1", NativeID: 11, Comm: "hash-1", Stack: stack},
		}
	}
	line, err := proveThreads(good(), stack)
	assert.NoError(t, err)
	assert.Equal(t, "2 workers are OS threads 11…12 named hash-0…hash-1, stack 262144 bytes each", line)

	// As on musl.
	ids := good()
	ids[0].Stack, ids[1].Stack = stack+2832, stack+2832
	line, err = proveThreads(ids, stack)
	assert.NoError(t, err)
	assert.Contains(t, line, "stack 264976 bytes (262144 and")

	for want, spoil := range map[string]func(*identity){
		"hash-1 has no OS thread of its own":            func(id *identity) { id.NativeID = 0 },
		"hash-0 and hash-1 are the same OS thread 12":   func(id *identity) { id.NativeID = 12 },
		`the system calls hash-1 "bench"`:               func(id *identity) { id.Comm = "bench" },
		"hash-1 has a stack of 8388608 bytes, not 2621": func(id *identity) { id.Stack = 8 << 20 },
		"hash-1: cannot tell":                           func(id *identity) { id.Err = "cannot tell" },
	} {
		ids := good()
		spoil(&ids[1])
		_, err := proveThreads(ids, stack)
		assert.ErrorContains(t, err, want)
	}
	_, err = proveThreads(nil, stack)
	assert.Error(t, err)
}

func TestGrantedStackIsWhatThreadsGet(t *testing.T) {
	if !pthread.Available {
		t.Skip("no POSIX threads in this build")
	}
	limits := pthread.Limits()
	assert.Equal(t, limits.StackMin, grantedStack(32<<10))
	assert.Equal(t, limits.StackMin+limits.PageSize, grantedStack(limits.StackMin+1))
	assert.Equal(t, limits.StackDefault, grantedStack(0))
}
