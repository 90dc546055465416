package pthread_test

import (
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/pythreads/pythreads/pthread"
	"github.com/pythreads/pythreads/pthread/pthreadtest"
)

// block blocks signals of the calling thread until the test ends.
func block(t *testing.T, signals ...syscall.Signal) {
	t.Helper()
	lockThread(t)
	var set, old unix.Sigset_t
	for _, s := range signals {
		set.Val[int(s-1)/wordBits] |= 1 << (int(s-1) % wordBits)
	}
	require.NoError(t, unix.PthreadSigmask(unix.SIG_BLOCK, &set, &old))
	t.Cleanup(func() { assert.NoError(t, unix.PthreadSigmask(unix.SIG_SETMASK, &old, nil)) })
}

const wordBits = 32 << (^uintptr(0) >> 63) // of a word of unix.Sigset_t

// blocked gives the calling thread's signal mask.
func blocked() (mask unix.Sigset_t) {
	if err := unix.PthreadSigmask(unix.SIG_BLOCK, nil, &mask); err != nil {
		panic(err)
	}
	return mask
}

func has(mask unix.Sigset_t, s syscall.Signal) bool {
	return mask.Val[int(s-1)/wordBits]>>(int(s-1)%wordBits)&1 == 1
}

// shownBlocked gives the calling thread's signal mask as /proc shows it.
func shownBlocked(tid int) (string, error) {
	text, err := os.ReadFile("/proc/self/task/" + strconv.Itoa(tid) + "/status")
	if err != nil {
		return "", err
	}
	_, rest, _ := strings.Cut(string(text), "\nSigBlk:")
	line, _, _ := strings.Cut(rest, "\n")
	return strings.TrimSpace(line), nil
}

func TestThreadHasTheSignalMaskOfTheProcessAndNotItsCreators(t *testing.T) {
	need(t)
	look := func() (mask unix.Sigset_t, shown string) {
		onThread(t, func() {
			mask = blocked()
			var err error
			shown, err = shownBlocked(pthread.Self().TID())
			assert.NoError(t, err)
		})
		return mask, shown
	}
	before, beforeShown := look()
	block(t, syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGTERM, syscall.SIGWINCH)
	require.True(t, has(blocked(), syscall.SIGUSR1), "the creator has it blocked")
	after, afterShown := look()
	assert.Equal(t, before, after)
	if !emulated() { // an emulator's threads have masks of their own
		assert.Equal(t, beforeShown, afterShown)
	}
	assert.True(t, has(blocked(), syscall.SIGUSR1), "the creator has it blocked still")
}

func init() {
	children["mask"] = func() {
		th, err := pthread.Create(nil, func() any {
			mask := blocked()
			return fmt.Sprint(has(mask, syscall.SIGUSR1), " ", has(mask, syscall.SIGUSR2))
		})
		if err != nil {
			panic(err)
		}
		v, err := th.Join()
		fmt.Println(v, err)
	}
}

func TestSignalMaskThatTheProcessWasStartedWithIsKept(t *testing.T) {
	need(t)
	stdout, _ := runChild(t, "mask")
	assert.Equal(t, "false false <nil>\n", stdout)
	block(t, syscall.SIGUSR2) // a child inherits the mask of the thread that starts it
	stdout, _ = runChild(t, "mask")
	assert.Equal(t, "false true <nil>\n", stdout)
}

// pending says whether a signal that was sent to the calling thread waits there.
func pending(t *testing.T, s syscall.Signal) bool {
	var set unix.Sigset_t
	_, _, errno := unix.Syscall(unix.SYS_RT_SIGPENDING, uintptr(unsafe.Pointer(&set)), 8, 0)
	assert.Zero(t, errno)
	return has(set, s)
}

func TestKillOfABlockedSignalIsPendingUntilItIsUnblocked(t *testing.T) {
	need(t)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGUSR1)
	defer signal.Stop(signals)
	usr1 := pthread.NewSigSet(syscall.SIGUSR1)
	var sent pthread.Parker
	th := create(t, &pthread.Attr{SigMask: &usr1}, func() any {
		sent.Park()
		// An emulator keeps signals from the kernel as it likes.
		assert.True(t, emulated() || pending(t, syscall.SIGUSR1))
		assert.Empty(t, signals)
		_, err := pthread.Sigmask(pthread.SigUnblock, usr1)
		assert.NoError(t, err)
		assert.Equal(t, syscall.SIGUSR1, <-signals)
		assert.False(t, pending(t, syscall.SIGUSR1))
		return nil
	})
	assert.NoError(t, th.Kill(syscall.SIGUSR1))
	sent.Unpark()
	join(t, th)
}

func TestKillIsHeardByNotify(t *testing.T) {
	need(t)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGUSR2)
	defer signal.Stop(signals)
	for _, h := range handles {
		th, end := h.start(t)
		require.NoError(t, th.Kill(syscall.SIGUSR2), h.name)
		assert.Equal(t, syscall.SIGUSR2, <-signals, h.name)
		end()
	}
}

func TestSignalsBreakOffNoWait(t *testing.T) {
	need(t)
	// A handler, so that the signal interrupts what it meets.
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGUSR1)
	defer signal.Stop(signals)

	m, err := pthread.NewMutex(nil)
	require.NoError(t, err)
	require.NoError(t, m.Lock())
	c, err := pthread.NewCond()
	require.NoError(t, err)
	cm, err := pthread.NewMutex(nil)
	require.NoError(t, err)
	s, err := pthread.NewSem(0)
	require.NoError(t, err)
	var p pthread.Parker
	open := false // guarded by cm
	hour := far["an hour"]()

	waits := map[string]func(){
		"Parker.Park": p.Park,
		"Mutex.Lock":  func() { assert.NoError(t, m.Lock()); assert.NoError(t, m.Unlock()) },
		"Mutex.TimedLock": func() {
			ok, err := m.TimedLock(hour)
			assert.True(t, ok)
			assert.NoError(t, err)
			assert.NoError(t, m.Unlock())
		},
		"Sem.Wait":      func() { assert.NoError(t, s.Wait()) },
		"Sem.TimedWait": func() { ok, err := s.TimedWait(hour); assert.True(t, ok); assert.NoError(t, err) },
		"Cond.Wait":     func() { waitOpen(t, c, cm, &open, c.Wait) },
		"Cond.TimedWait": func() {
			waitOpen(t, c, cm, &open, func(m *pthread.Mutex) error { _, err := c.TimedWait(m, hour); return err })
		},
	}
	var threads []*pthread.Thread
	for _, wait := range waits {
		threads = append(threads, spawn(t, wait))
	}
	for range 20 {
		for _, th := range threads {
			require.NoError(t, th.Kill(syscall.SIGUSR1))
		}
		<-signals // at least one of them has got it
	}
	// None has returned: each is in /proc still.
	tasks := pthreadtest.Tasks()
	for _, th := range threads {
		assert.Contains(t, tasks, th.TID())
	}
	p.Unpark()
	assert.NoError(t, m.Unlock())
	assert.NoError(t, s.Post())
	assert.NoError(t, s.Post())
	assert.NoError(t, cm.Lock())
	open = true
	assert.NoError(t, c.Broadcast())
	assert.NoError(t, cm.Unlock())
	for _, th := range threads {
		join(t, th)
	}
}

// waitOpen waits until *open, which m guards.
func waitOpen(t *testing.T, c *pthread.Cond, m *pthread.Mutex, open *bool, wait func(*pthread.Mutex) error) {
	assert.NoError(t, m.Lock())
	for !*open {
		if !assert.NoError(t, wait(m)) {
			break
		}
	}
	assert.NoError(t, m.Unlock())
}
