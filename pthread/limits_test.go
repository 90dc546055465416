package pthread_test

import (
	"os"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/pythreads/pythreads/pthread"
)

func TestLimitsAreOfUse(t *testing.T) {
	guard(t)
	l := pthread.Limits()
	t.Logf("%+v", l)
	assert.Equal(t, os.Getpagesize(), l.PageSize)
	if pthread.Available {
		assert.GreaterOrEqual(t, l.StackMin, 64<<10)
		assert.Zero(t, l.StackMin%l.PageSize)
		assert.GreaterOrEqual(t, l.StackDefault, l.StackMin)
		_, err := create(t, &pthread.Attr{StackSize: l.StackMin}, func() any { return nil }).Join()
		assert.NoError(t, err)
	} else {
		assert.Zero(t, l.StackMin)
		assert.Zero(t, l.StackDefault)
	}
	if runtime.GOOS == "linux" {
		assert.Positive(t, l.Threads)
		assert.NotEmpty(t, l.ThreadsBy)
	} else {
		assert.Zero(t, l.Threads)
		assert.Empty(t, l.ThreadsBy)
	}
}
