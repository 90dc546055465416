package pthreadtest_test

import (
	"io"
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/pthread/pthreadtest"
)

func TestReadTakesOneByteAtATime(t *testing.T) {
	need(t)
	r, w, err := os.Pipe()
	require.NoError(t, err)
	defer r.Close()
	defer w.Close()
	_, err = w.Write([]byte{1, 2})
	require.NoError(t, err)
	fd := int(r.Fd()) // which makes it blocking
	assert.NoError(t, pthreadtest.Read(fd))
	assert.NoError(t, pthreadtest.Read(fd))
	require.NoError(t, w.Close())
	assert.Equal(t, io.EOF, pthreadtest.Read(fd))
	assert.Equal(t, syscall.EBADF, pthreadtest.Read(-1))
}

func TestCaughtSignalsAreCounted(t *testing.T) {
	need(t)
	caught := pthreadtest.CatchSignal(syscall.SIGUSR2)
	before := caught()
	require.NoError(t, syscall.Kill(os.Getpid(), syscall.SIGUSR2))
	assert.True(t, pthreadtest.Eventually(func() bool { return caught() == before+1 }))
}
