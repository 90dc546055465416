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
	assert.Equal(t, runtime.GOOS+"/"+runtime.GOARCH, l.Platform)
	if pthread.Available {
		assert.GreaterOrEqual(t, l.StackMin, 64<<10)
		assert.Zero(t, l.StackMin%l.PageSize)
		assert.GreaterOrEqual(t, l.StackDefault, l.StackMin)
		_, err := create(t, &pthread.Attr{StackSize: l.StackMin}, func() any { return nil }).Join()
		assert.NoError(t, err)
		assert.GreaterOrEqual(t, l.Keys, 128, "which is POSIX's least")
		assert.GreaterOrEqual(t, l.DestructorIterations, 4, "which is POSIX's least")
		assert.Regexp(t, `^(glibc \d+\.\d+.*|musl|macOS \d+.*|FreeBSD \d+\.\d+.*)$`, l.Libc)
	} else {
		assert.Zero(t, l.Keys)
		assert.Zero(t, l.DestructorIterations)
		assert.Empty(t, l.Libc)
		assert.Zero(t, l.StackMin)
		assert.Zero(t, l.StackDefault)
	}
	switch runtime.GOOS {
	case "linux", "darwin", "freebsd":
		assert.Positive(t, l.Threads)
		assert.NotEmpty(t, l.ThreadsBy)
	default:
		assert.Zero(t, l.Threads)
		assert.Empty(t, l.ThreadsBy)
	}
}
