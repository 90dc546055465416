package rawc_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/pythreads/pythreads/bench/internal/rawc"
)

// Every scenario, on whatever CPU this process may use; the C checks its own
// results.
func TestScenariosRun(t *testing.T) {
	cpu := need(t)
	for name, run := range map[string]func() (time.Duration, error){
		"StartJoin": func() (time.Duration, error) { return rawc.StartJoin(3, cpu, cpu, 256<<10) },
		"LockPair":  func() (time.Duration, error) { return rawc.LockPair(1000, cpu) },
		"Contend":   func() (time.Duration, error) { return rawc.Contend(1000, cpu, cpu) },
		"RoundTrip": func() (time.Duration, error) { return rawc.RoundTrip(10, cpu, cpu) },
		"Queue":     func() (time.Duration, error) { return rawc.Queue(100, 3, cpu, cpu) },
	} {
		t.Run(name, func(t *testing.T) {
			d, err := run()
			assert.NoError(t, err)
			assert.Positive(t, d)
		})
	}
}

func TestRefusalIsTheSystemsError(t *testing.T) {
	cpu := need(t)
	_, err := rawc.StartJoin(1, cpu, cpu, 1) // no stack is that small
	assert.ErrorIs(t, err, syscall.EINVAL)
	_, err = rawc.LockPair(1, 1023) // nor has any machine here so many CPUs
	assert.ErrorIs(t, err, syscall.EINVAL)
}
