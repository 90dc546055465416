package pthreadtest_test

import (
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/pythreads/pythreads/pthread/pthreadtest"
)

func TestWithoutCgoWhatBlocksPanics(t *testing.T) {
	if pthreadtest.Available {
		t.Skip("C is there")
	}
	assert.Panics(t, func() { _ = pthreadtest.Read(0) })
	assert.Panics(t, func() { pthreadtest.CatchSignal(syscall.SIGTERM) })
}
