//go:build !windows

package pthread_test

import (
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/pythreads/pythreads/pthread"
)

func TestSigSetHoldsWhatWasAdded(t *testing.T) {
	s := pthread.NewSigSet(syscall.SIGTERM, syscall.SIGHUP, 64, 65, 128)
	assert.Equal(t, []syscall.Signal{syscall.SIGHUP, syscall.SIGTERM, 64, 65, 128}, s.Signals())
	s.Add(syscall.SIGINT, syscall.SIGHUP)
	s.Remove(65, 128, syscall.SIGQUIT)
	assert.Equal(t, []syscall.Signal{syscall.SIGHUP, syscall.SIGINT, syscall.SIGTERM, 64}, s.Signals())
	assert.True(t, s.Has(syscall.SIGINT))
	assert.False(t, s.Has(syscall.SIGQUIT))
	assert.False(t, s.Has(65))
}

func TestSigSetHasNoRoomForWhatIsNoSignal(t *testing.T) {
	odd := []syscall.Signal{0, -1, 129, 1 << 30, -1 << 30}
	s := pthread.NewSigSet(odd...)
	assert.Equal(t, pthread.SigSet{}, s)
	s.Remove(odd...)
	for _, sig := range odd {
		assert.False(t, s.Has(sig))
	}
	assert.Empty(t, s.Signals())
}

func TestSigSetIsAValue(t *testing.T) {
	a := pthread.NewSigSet(syscall.SIGINT)
	b := a
	b.Add(syscall.SIGTERM)
	assert.False(t, a.Has(syscall.SIGTERM))
	b.Remove(syscall.SIGTERM)
	assert.True(t, a == b)
	assert.Len(t, map[pthread.SigSet]int{a: 1, b: 2}, 1)
}

func TestFullSigSetHasAllSignals(t *testing.T) {
	full := pthread.FullSigSet()
	assert.Len(t, full.Signals(), int(lastSignal()))
	for sig := syscall.Signal(1); sig <= lastSignal(); sig++ {
		assert.True(t, full.Has(sig))
		full.Remove(sig)
	}
	assert.Equal(t, pthread.SigSet{}, full)
}
