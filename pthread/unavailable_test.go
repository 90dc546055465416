package pthread_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/pythreads/pythreads/pthread"
)

func TestWithoutPOSIXThreadsEverythingIsErrUnavailable(t *testing.T) {
	if pthread.Available {
		t.Skip("POSIX threads are there")
	}
	guard(t)
	for name, f := range map[string]func() error{
		"Create": func() error {
			_, err := pthread.Create(nil, func() any { return nil })
			return err
		},
		"Create with bad sizes": func() error {
			_, err := pthread.Create(&pthread.Attr{StackSize: -1, GuardSize: -7}, nil)
			return err
		},
		"Reserve":      func() error { return pthread.Reserve(3) },
		"NewMutex":     func() error { _, err := pthread.NewMutex(nil); return err },
		"NewMutex bad": func() error { _, err := pthread.NewMutex(&pthread.MutexAttr{Type: 99}); return err },
		"NewCond":      func() error { _, err := pthread.NewCond(); return err },
		"NewSem":       func() error { _, err := pthread.NewSem(0); return err },
		"WatchExit":    func() error { _, err := pthread.WatchExit(); return err },
		"Stack":        func() error { _, err := new(pthread.Thread).Stack(); return err },

		"NewKey":          func() error { _, err := pthread.NewKey[int](nil); return err },
		"Interruptible":   func() error { return pthread.Interruptible(t.Context(), nil) },
		"InterruptSignal": func() error { _, err := pthread.InterruptSignal(); return err },
	} {
		assert.Equal(t, pthread.ErrUnavailable, f(), name)
	}
	assert.Nil(t, pthread.Self())
	pthread.DrainExits(func(*pthread.ExitNotice) { t.Error("a notice without threads") })
	assert.ErrorContains(t, pthread.ErrUnavailable, "CGO_ENABLED=1")
}
