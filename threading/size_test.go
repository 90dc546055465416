package threading_test

import (
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"

	"github.com/pythreads/pythreads/threading"
)

func TestLocksAreSmall(t *testing.T) {
	if unsafe.Sizeof(uintptr(0)) != 8 {
		t.Skip("pointers are smaller here")
	}
	assert.EqualValues(t, 16, unsafe.Sizeof(threading.Lock{}))
	assert.LessOrEqual(t, unsafe.Sizeof(threading.Event{}), uintptr(24))
	assert.LessOrEqual(t, unsafe.Sizeof(threading.Semaphore{}), uintptr(24))
}

func TestNobodyAllocatesWhoNeedNotWait(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	var (
		l   threading.Lock
		r   threading.RLock
		c   = threading.NewCondition(&r)
		s   = threading.NewSemaphore(1)
		b   = threading.NewBoundedSemaphore(1)
		e   threading.Event
		set threading.Event
		th  = start(t, func() {})
		ctx = t.Context()
	)
	join(t, th)
	set.Set()
	threading.CurrentThread()
	for name, fn := range map[string]func(){
		"Lock":             func() { l.Acquire(); l.Release() },
		"Lock try":         func() { l.TryAcquire(); l.TryAcquire(); l.Release() },
		"Lock timeout":     func() { l.AcquireTimeout(time.Second); l.Release() },
		"Lock context":     func() { _ = l.AcquireContext(ctx); l.Release() },
		"RLock":            func() { r.Acquire(); r.Acquire(); r.Release(); r.Release() },
		"Condition":        func() { c.Acquire(); c.Notify(1); c.NotifyAll(); c.Release() },
		"Semaphore":        func() { s.Acquire(); s.Release() },
		"BoundedSemaphore": func() { b.Acquire(); b.Release() },
		"Event":            func() { e.Set(); e.IsSet(); e.Clear() },
		"Event wait":       func() { set.Wait(); set.WaitTimeout(time.Second); e.WaitTimeout(0) },
		"Thread":           func() { threading.CurrentThread(); threading.GetIdent(); th.IsAlive(); _ = th.Join() },
	} {
		assert.Zero(t, testing.AllocsPerRun(100, fn), name)
	}
}
