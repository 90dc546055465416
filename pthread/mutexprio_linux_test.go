package pthread_test

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/pythreads/pythreads/pthread"
	"github.com/pythreads/pythreads/pthread/pthreadtest"
)

// The policies of sched(7).
const (
	schedOther = 0
	schedFIFO  = 1
)

// setPriority gives the calling thread a priority of SCHED_FIFO, or the usual
// policy for 0.
func setPriority(priority int) error {
	attr := unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: schedOther}
	if priority > 0 {
		attr.Policy, attr.Priority = schedFIFO, uint32(priority)
	}
	return unix.SchedSetAttr(0, &attr, 0)
}

// withPriority runs body with a priority of SCHED_FIFO, and must be all that
// the thread does.
func withPriority(priority int, body func()) error {
	// Else the runtime, in need of a thread, might make it from this one, with
	// this one's priority.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := setPriority(priority); err != nil {
		return err
	}
	body()
	return setPriority(0)
}

// needPriority skips the test where threads may not have priorities.
func needPriority(t *testing.T) {
	t.Helper()
	if emulated() {
		t.Skip("an emulator knows nothing of priorities")
	}
	var err error
	onThread(t, func() { err = withPriority(1, func() {}) })
	if err != nil {
		t.Skip("this user may not use SCHED_FIFO:", err)
	}
}

func TestMutexProtectRaisesItsOwner(t *testing.T) {
	need(t)
	needPriority(t)
	a := pthread.MutexAttr{Protocol: pthread.ProtocolProtect, PrioCeiling: 20}
	for _, place := range places {
		t.Run(place.name, func(t *testing.T) {
			lockThread(t)
			m, err := place.make(t, a)
			needMutex(t, a, err)
			ceiling, err := m.PrioCeiling()
			assert.NoError(t, err)
			assert.Equal(t, 20, ceiling)
			// On a thread of its own, for libc keeps in mind what a thread's
			// policy was, and gives it to those that the thread makes.
			onThread(t, func() {
				isErrno(t, syscall.EINVAL, "pthread_mutex_lock", m.Lock(), "no real-time policy")
			})

			priority := func() int {
				_, p := taskStat(pthread.Self().TID())
				return -p - 1
			}
			var held, tried pthread.Parker
			owner := spawn(t, func() {
				assert.NoError(t, withPriority(5, func() {
					assert.Equal(t, 5, priority())
					assert.NoError(t, m.Lock())
					assert.Equal(t, 20, priority())
					held.Unpark()
					tried.Park()
					assert.NoError(t, m.Unlock())
					assert.Equal(t, 5, priority())
					old, err := m.SetPrioCeiling(30)
					assert.NoError(t, err)
					assert.Equal(t, 20, old)
					assert.NoError(t, m.Lock())
					assert.Equal(t, 30, priority())
					assert.NoError(t, m.Unlock())
					assert.Equal(t, 5, priority())
				}))
			})
			held.Park()
			onThread(t, func() {
				assert.NoError(t, withPriority(6, func() {
					ok, err := m.TryLock()
					assert.False(t, ok)
					assert.NoError(t, err)
					assert.Equal(t, 6, priority())
				}))
			})
			tried.Unpark()
			join(t, owner)
			for _, ceiling := range []int{-1, 0, 100, 1 << 30} {
				_, err := m.SetPrioCeiling(ceiling)
				isErrno(t, syscall.EINVAL, "pthread_mutex_setprioceiling", err, ceiling)
			}
			onThread(t, func() {
				assert.NoError(t, withPriority(40, func() {
					isErrno(t, syscall.EINVAL, "pthread_mutex_lock", m.Lock(), "above the ceiling")
				}))
			})
			assert.NoError(t, m.Destroy())
		})
	}
}

// Three threads share one processor. The low one has the mutex, the high one
// sleeps in Lock, the middle one computes. The low one can go on, and unlock,
// only if it counts as high. It is the order of events that tells, and each
// loop has an end, whatever happens.
func inversion(protocol pthread.MutexProtocol) (string, error) {
	const (
		low, middle, high = 10, 20, 30
		// Loops of the middle thread: while nobody says that the low one was
		// woken, and while that could do harm.
		patience, harm = 2_000_000_000, 100_000_000
	)
	// No stop of the world may wait for a thread that the middle one keeps
	// off its processor, and none of the three for a place in the scheduler.
	debug.SetGCPercent(-1)
	runtime.GOMAXPROCS(8)
	m, err := pthread.NewMutex(&pthread.MutexAttr{Protocol: protocol})
	if err != nil {
		return "", err
	}
	var allowed, one unix.CPUSet
	if err := unix.SchedGetaffinity(0, &allowed); err != nil {
		return "", err
	}
	if allowed.Count() < 2 {
		return "", errors.New("one processor")
	}
	for cpu := range 1024 {
		if allowed.IsSet(cpu) {
			one.Set(cpu)
			break
		}
	}
	var failure atomic.Pointer[error]
	must := func(err error) {
		if err != nil {
			failure.CompareAndSwap(nil, &err)
		}
	}
	thread := func(priority int, body func()) (*pthread.Thread, error) {
		return pthread.Create(nil, func() any {
			return withPriority(priority, func() {
				must(unix.SchedSetaffinity(0, &one))
				body()
			})
		})
	}
	var lowHas, highComes, spinning, lowAwake atomic.Bool
	var events, highAt, middleAt atomic.Int32 // in which order
	var lowGo pthread.Parker
	until := func(condition func() bool) error {
		if !pthreadtest.Eventually(condition) {
			return errors.New("one of the threads does not get where it should")
		}
		return nil
	}
	asleep := func(th *pthread.Thread) func() bool {
		return func() bool { state, _ := taskStat(th.TID()); return state == "S" }
	}

	lowTh, err := thread(low, func() {
		must(m.Lock())
		lowHas.Store(true)
		lowGo.Park()
		must(m.Unlock())
	})
	if err != nil {
		return "", err
	}
	if err := errors.Join(until(lowHas.Load), until(asleep(lowTh))); err != nil {
		return "", err
	}
	highTh, err := thread(high, func() {
		highComes.Store(true)
		must(m.Lock())
		highAt.Store(events.Add(1))
		must(m.Unlock())
	})
	if err != nil {
		return "", err
	}
	if err := errors.Join(until(highComes.Load), until(asleep(highTh))); err != nil {
		return "", err
	}
	middleTh, err := thread(middle, func() {
		spinning.Store(true)
		// Nothing that is a call, not even for a clock: at one the runtime
		// would make a break.
		for i := 0; i < patience && !lowAwake.Load() && highAt.Load() == 0; i++ {
		}
		for i := 0; i < harm && highAt.Load() == 0; i++ {
		}
		middleAt.Store(events.Add(1))
	})
	if err != nil {
		return "", err
	}
	if err := until(spinning.Load); err != nil {
		return "", err
	}
	lowGo.Unpark()
	err = until(func() bool {
		state, _ := taskStat(lowTh.TID())
		return state != "S" || highAt.Load() != 0
	})
	lowAwake.Store(true)
	for _, th := range []*pthread.Thread{lowTh, middleTh, highTh} {
		v, joinErr := th.Join()
		bodyErr, _ := v.(error)
		err = errors.Join(err, joinErr, bodyErr)
	}
	if p := failure.Load(); p != nil {
		err = errors.Join(err, *p)
	}
	if highAt.Load() < middleAt.Load() {
		return "high middle", err
	}
	return "middle high", err
}

func init() {
	for _, protocol := range []pthread.MutexProtocol{pthread.ProtocolNone, pthread.ProtocolInherit} {
		children["inversion "+protocol.String()] = func() { fmt.Println(inversion(protocol)) }
	}
}

// In processes of their own, since three threads that may not be disturbed
// take settings of the whole runtime.
func TestMutexInheritSavesTheHighFromTheMiddle(t *testing.T) {
	need(t)
	needPriority(t)
	if raceEnabled {
		t.Skip("with the race detector a loop consists of calls, in which the runtime may take the thread away")
	}
	if runtime.NumCPU() < 2 {
		t.Skip("the threads that watch need a processor of their own")
	}
	for protocol, order := range map[pthread.MutexProtocol]string{
		pthread.ProtocolNone:    "middle high",
		pthread.ProtocolInherit: "high middle",
	} {
		t.Setenv("GODEBUG", "asyncpreemptoff=1")
		stdout, stderr := runChild(t, "inversion "+protocol.String())
		// Where all processors are busy, the middle one may lose patience before
		// the low one is woken. It does not each time.
		for range 2 {
			if stdout == order+" <nil>\n" {
				break
			}
			stdout, stderr = runChild(t, "inversion "+protocol.String())
		}
		if strings.Contains(stdout, syscall.ENOTSUP.Error()) {
			t.Skip("no inheritance here:", stdout)
		}
		require.Equal(t, order+" <nil>\n", stdout, "%v\n%s", protocol, stderr)
	}
}
