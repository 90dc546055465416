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
		"Reserve":             func() error { return pthread.Reserve(3) },
		"NewMutex":            func() error { _, err := pthread.NewMutex(nil); return err },
		"NewMutex bad":        func() error { _, err := pthread.NewMutex(&pthread.MutexAttr{Type: 99}); return err },
		"NewCond":             func() error { _, err := pthread.NewCond(); return err },
		"NewSem":              func() error { _, err := pthread.NewSem(0); return err },
		"WatchExit":           func() error { _, err := pthread.WatchExit(); return err },
		"Stack":               func() error { _, err := new(pthread.Thread).Stack(); return err },
		"NewRWMutex":          func() error { _, err := pthread.NewRWMutex(nil); return err },
		"NewRWMutex bad":      func() error { _, err := pthread.NewRWMutex(&pthread.RWMutexAttr{Prefer: 99}); return err },
		"NewSpinLock":         func() error { _, err := pthread.NewSpinLock(); return err },
		"NewBarrier":          func() error { _, err := pthread.NewBarrier(2); return err },
		"NewBarrier bad":      func() error { _, err := pthread.NewBarrier(0); return err },
		"CreateSharedMemory":  func() error { _, err := pthread.CreateSharedMemory("", 0); return err },
		"OpenSharedMemory":    func() error { _, err := pthread.OpenSharedMemory(""); return err },
		"SharedMemoryFromFD":  func() error { _, err := pthread.SharedMemoryFromFD(^uintptr(0)); return err },
		"UnlinkSharedMemory":  func() error { return pthread.UnlinkSharedMemory("") },
		"OpenSem":             func() error { _, err := pthread.OpenSem("", -1, 0, 0); return err },
		"UnlinkSem":           func() error { return pthread.UnlinkSem("") },
		"SharedMemory.NewSem": func() error { _, err := new(pthread.SharedMemory).NewSem(-1, 1<<31); return err },
		"SharedMemory.Sem":    func() error { _, err := new(pthread.SharedMemory).Sem(-1); return err },
		"Join":                func() error { _, err := new(pthread.Thread).Join(); return err },
		"TryJoin":             func() error { _, _, err := new(pthread.Thread).TryJoin(); return err },
		"Detach":              func() error { return new(pthread.Thread).Detach() },
		"Kill":                func() error { return new(pthread.Thread).Kill(0) },
		"SetName":             func() error { return new(pthread.Thread).SetName("") },
		"SetAffinity":         func() error { return new(pthread.Thread).SetAffinity(-1) },
		"Affinity":            func() error { _, err := new(pthread.Thread).Affinity(); return err },
		"SetSched":            func() error { return new(pthread.Thread).SetSched(pthread.Sched{}) },
		"Sched":               func() error { _, err := new(pthread.Thread).Sched(); return err },
		"Sigmask":             func() error { _, err := pthread.Sigmask(-1, pthread.SigSet{}); return err },
		"PriorityRange":       func() error { _, _, err := pthread.Policy(-1).PriorityRange(); return err },
		"NewKey":              func() error { _, err := pthread.NewKey[int](nil); return err },
		"Interruptible":       func() error { return pthread.Interruptible(t.Context(), nil) },
		"InterruptSignal":     func() error { _, err := pthread.InterruptSignal(); return err },
	} {
		assert.Equal(t, pthread.ErrUnavailable, f(), name)
	}
	assert.Nil(t, pthread.Self())
	pthread.DrainExits(func(*pthread.ExitNotice) { t.Error("a notice without threads") })
	assert.ErrorContains(t, pthread.ErrUnavailable, "CGO_ENABLED=1")
}
