package pthread_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/pythreads/pythreads/pthread"
)

func TestWhatWasDeclaredAndNotMadeRefusesEverything(t *testing.T) {
	need(t)
	var (
		mutex   pthread.Mutex
		rwmutex pthread.RWMutex
		cond    pthread.Cond
		sem     pthread.Sem
		spin    pthread.SpinLock
		barrier pthread.Barrier
		key     pthread.Key[int]
		thread  pthread.Thread
	)
	made, err := pthread.NewMutex(nil)
	assert.NoError(t, err)
	now := time.Now()
	got := func(ok bool, err error) error {
		assert.False(t, ok)
		return err
	}
	for name, err := range map[string]error{
		"Mutex.Lock":         mutex.Lock(),
		"Mutex.TryLock":      got(mutex.TryLock()),
		"Mutex.TimedLock":    got(mutex.TimedLock(now)),
		"Mutex.Unlock":       mutex.Unlock(),
		"Mutex.Consistent":   mutex.Consistent(),
		"Mutex.Destroy":      mutex.Destroy(),
		"RWMutex.RLock":      rwmutex.RLock(),
		"RWMutex.Lock":       rwmutex.Lock(),
		"RWMutex.TimedRLock": got(rwmutex.TimedRLock(now)),
		"RWMutex.TimedLock":  got(rwmutex.TimedLock(now)),
		"RWMutex.Unlock":     rwmutex.Unlock(),
		"RWMutex.RUnlock":    rwmutex.RUnlock(),
		"RWMutex.Destroy":    rwmutex.Destroy(),
		"Cond.Wait":          cond.Wait(made),
		"Cond.TimedWait":     got(cond.TimedWait(made, now)),
		"Cond.Signal":        cond.Signal(),
		"Cond.Broadcast":     cond.Broadcast(),
		"Cond.Destroy":       cond.Destroy(),
		"Sem.Wait":           sem.Wait(),
		"Sem.TryWait":        got(sem.TryWait()),
		"Sem.Post":           sem.Post(),
		"Sem.Destroy":        sem.Destroy(),
		"Sem.Close":          sem.Close(),
		"SpinLock.Lock":      spin.Lock(),
		"SpinLock.TryLock":   got(spin.TryLock()),
		"SpinLock.Unlock":    spin.Unlock(),
		"SpinLock.Destroy":   spin.Destroy(),
		"Barrier.Wait":       got(barrier.Wait()),
		"Barrier.Destroy":    barrier.Destroy(),
		"Key.Delete":         key.Delete(),
		"Thread.Kill":        thread.Kill(0),
	} {
		assert.ErrorIs(t, err, syscall.EINVAL, name)
	}
	waiting, err := pthread.NewCond()
	assert.NoError(t, err)
	assert.ErrorIs(t, waiting.Wait(&mutex), syscall.EINVAL)
}
