//go:build !windows

package pthread_test

import (
	"runtime"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/pythreads/pythreads/pthread"
	"github.com/pythreads/pythreads/pthread/pthreadtest"
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
	a := pthread.NewSigSet(syscall.SIGUSR1)
	b := a
	b.Add(syscall.SIGUSR2)
	assert.False(t, a.Has(syscall.SIGUSR2))
	b.Remove(syscall.SIGUSR2)
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

// mask gives the calling thread's signal mask.
func mask(t testing.TB) pthread.SigSet {
	old, err := pthread.Sigmask(pthread.SigBlock, pthread.SigSet{})
	assert.NoError(t, err)
	return old
}

func TestSigmaskBlocksUnblocksAndSets(t *testing.T) {
	need(t)
	onThread(t, func() {
		usr1, both := pthread.NewSigSet(syscall.SIGUSR1), pthread.NewSigSet(syscall.SIGUSR1, syscall.SIGUSR2)
		before := mask(t)
		for _, step := range []struct {
			how  pthread.SigHow
			set  pthread.SigSet
			want func(pthread.SigSet) pthread.SigSet
		}{
			{pthread.SigBlock, usr1, func(s pthread.SigSet) pthread.SigSet { s.Add(syscall.SIGUSR1); return s }},
			{pthread.SigBlock, both, func(s pthread.SigSet) pthread.SigSet { s.Add(syscall.SIGUSR2); return s }},
			{pthread.SigUnblock, usr1, func(s pthread.SigSet) pthread.SigSet { s.Remove(syscall.SIGUSR1); return s }},
			{pthread.SigSetMask, usr1, func(pthread.SigSet) pthread.SigSet { return usr1 }},
			{pthread.SigSetMask, before, func(pthread.SigSet) pthread.SigSet { return before }},
		} {
			was := mask(t)
			old, err := pthread.Sigmask(step.how, step.set)
			assert.NoError(t, err)
			assert.Equal(t, was, old)
			assert.Equal(t, step.want(was), mask(t))
		}
	})
}

func TestSigmaskPassesOverWhatCannotBeBlocked(t *testing.T) {
	need(t)
	onThread(t, func() {
		old, err := pthread.Sigmask(pthread.SigSetMask, pthread.FullSigSet())
		assert.NoError(t, err)
		full := mask(t)
		_, err = pthread.Sigmask(pthread.SigSetMask, old)
		assert.NoError(t, err)
		for _, sig := range []syscall.Signal{syscall.SIGKILL, syscall.SIGSTOP, 32, 33} {
			assert.False(t, full.Has(sig), "signal %d", int(sig))
		}
		for _, sig := range []syscall.Signal{syscall.SIGHUP, syscall.SIGTERM, syscall.SIGURG, min(80, lastSignal()), lastSignal()} {
			assert.True(t, full.Has(sig), "signal %d", int(sig))
		}
	})
}

func TestSigmaskIsTheThreadsOwn(t *testing.T) {
	need(t)
	onThread(t, func() {
		old, err := pthread.Sigmask(pthread.SigBlock, pthread.NewSigSet(syscall.SIGWINCH))
		assert.NoError(t, err)
		assert.False(t, old.Has(syscall.SIGWINCH))
		onThread(t, func() { assert.False(t, mask(t).Has(syscall.SIGWINCH)) })
		runtime.Gosched()
		assert.True(t, mask(t).Has(syscall.SIGWINCH))
	})
}

func TestSigmaskOfAnUnknownHowIsAnError(t *testing.T) {
	need(t)
	for _, how := range []pthread.SigHow{-1, 3, 1 << 30} {
		_, err := pthread.Sigmask(how, pthread.SigSet{})
		isErrno(t, syscall.EINVAL, "pthread_sigmask", err)
		assert.ErrorContains(t, err, "unknown SigHow")
	}
}

func TestAttrSigMaskIsTheThreadsOwn(t *testing.T) {
	need(t)
	for _, set := range []pthread.SigSet{
		{},
		pthread.NewSigSet(syscall.SIGUSR1),
		pthread.NewSigSet(syscall.SIGTERM, syscall.SIGWINCH, lastSignal()),
	} {
		assert.Equal(t, set, join(t, create(t, &pthread.Attr{SigMask: &set}, func() any { return mask(t) })))
	}
}

func TestAttrSigMaskLeavesTheRuntimeWhatItNeeds(t *testing.T) {
	need(t)
	full := pthread.FullSigSet()
	want := full
	want.Remove(
		syscall.SIGILL, syscall.SIGTRAP, syscall.SIGABRT, syscall.SIGBUS, syscall.SIGFPE, syscall.SIGSEGV,
		syscall.SIGPROF, syscall.SIGSYS, syscall.SIGURG,
		syscall.SIGKILL, syscall.SIGSTOP, // the kernel's
		32, 33, 34, // the C library's; 34 is musl's
	)
	got := join(t, create(t, &pthread.Attr{SigMask: &full}, func() any { return mask(t) })).(pthread.SigSet)
	got.Remove(32, 33, 34)
	assert.Equal(t, want.Signals(), got.Signals())
	assert.Equal(t, pthread.FullSigSet(), full)
}

func TestWhatTheRuntimeUnblocksCanBeBlockedInC(t *testing.T) {
	need(t)
	pthreadtest.Calls(2, func(call int) {
		if call == 0 {
			_, err := pthread.Sigmask(pthread.SigBlock, pthread.NewSigSet(syscall.SIGTERM))
			assert.NoError(t, err)
			return
		}
		assert.True(t, mask(t).Has(syscall.SIGTERM))
	})()
}
