package pthread_test

import (
	"context"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/pthread"
)

func TestInterruptibleRestoresTheSignalMask(t *testing.T) {
	need(t)
	sig, err := pthread.InterruptSignal()
	require.NoError(t, err)
	for _, row := range []struct {
		name  string
		block []syscall.Signal
	}{
		{"not blocked", nil},
		{"blocked", []syscall.Signal{sig}},
		{"blocked among others", []syscall.Signal{sig, syscall.SIGUSR1, sig - 1}},
	} {
		t.Run(row.name, func(t *testing.T) {
			block(t, row.block...)
			p, served := newPipe(t), newPipe(t)
			before := blocked()
			assert.Equal(t, len(row.block) > 0, has(before, sig))
			for range 20 {
				ctx, cancel := context.WithCancel(t.Context())
				assert.Equal(t, syscall.EINTR, pthread.Interruptible(ctx, func() error {
					within := blocked()
					assert.False(t, has(within, sig))
					assert.Equal(t, has(before, syscall.SIGUSR1), has(within, syscall.SIGUSR1))
					go cancel()
					return p.read()
				}))
				assert.Equal(t, before, blocked())
				go served.write(t)
				assert.NoError(t, served.read())
			}
			assert.NoError(t, pthread.Interruptible(t.Context(), func() error { return nil }))
			assert.Equal(t, before, blocked(), "when nothing was sent")
		})
	}
}
