package pthread_test

import (
	"errors"
	"fmt"
	"io"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/pythreads/pythreads/pthread"
)

func TestErrorTellsTheFunctionTheErrnoAndTheDetail(t *testing.T) {
	for _, row := range []struct {
		err  *pthread.Error
		want string
	}{
		{
			&pthread.Error{Op: "pthread_join", Errno: syscall.EDEADLK},
			fmt.Sprint("pthread: pthread_join: ", syscall.EDEADLK.Error()),
		},
		{
			&pthread.Error{Op: "sem_init", Errno: syscall.EINVAL, Detail: "value 7"},
			fmt.Sprint("pthread: sem_init: ", syscall.EINVAL.Error(), " (value 7)"),
		},
	} {
		assert.EqualError(t, row.err, row.want)
		assert.ErrorIs(t, row.err, row.err.Errno)
		assert.NotErrorIs(t, row.err, syscall.EBUSY)
		var e *pthread.Error
		assert.ErrorAs(t, fmt.Errorf("wrapped: %w", row.err), &e)
		assert.Same(t, row.err, e)
	}
}

func TestPanicErrorUnwrapsToAnErrorOnly(t *testing.T) {
	err := &pthread.PanicError{Thread: "worker", Value: io.ErrUnexpectedEOF, Stack: []byte("the stack")}
	assert.EqualError(t, err, "pthread: panic in thread \"worker\": unexpected EOF\n\nthe stack")
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF)

	err = &pthread.PanicError{Value: "no error"}
	assert.NoError(t, errors.Unwrap(err))
	assert.ErrorContains(t, err, "no error")
}

func TestSentinelsDiffer(t *testing.T) {
	assert.NotErrorIs(t, pthread.ErrGoexit, pthread.ErrUnavailable)
	assert.ErrorContains(t, pthread.ErrGoexit, "runtime.Goexit")
}
