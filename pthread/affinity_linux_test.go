package pthread_test

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/pythreads/pythreads/pthread"
	"github.com/pythreads/pythreads/pthread/pthreadtest"
)

// runsOn gives the processors of the calling thread as the kernel says.
func runsOn(t testing.TB) (cpus []int) {
	var set unix.CPUSet
	assert.NoError(t, unix.SchedGetaffinity(0, &set))
	for n := range len(set) * wordBits {
		if set.IsSet(n) {
			cpus = append(cpus, n)
		}
	}
	return cpus
}

func TestAttrAffinityHoldsInTheBody(t *testing.T) {
	need(t)
	lists := [][]int{nil, everyCPU()}
	for _, n := range everyCPU()[:min(4, len(everyCPU()))] {
		lists = append(lists, []int{n}, []int{n, n})
	}
	for _, detached := range []bool{false, true} {
		for _, cpus := range lists {
			want := cpus
			if cpus == nil {
				want = everyCPU()
			} else if len(cpus) == 2 && cpus[0] == cpus[1] {
				want = cpus[:1]
			}
			got, own := make(chan []int, 1), make(chan []int, 1)
			th := create(t, &pthread.Attr{Affinity: cpus, Detached: detached}, func() any {
				got <- runsOn(t)
				a, err := pthread.Self().Affinity()
				assert.NoError(t, err)
				own <- a
				return nil
			})
			assert.Equal(t, want, <-got)
			assert.Equal(t, want, <-own)
			if !detached {
				join(t, th)
			}
		}
	}
}

func TestSetAffinityMovesAnyThread(t *testing.T) {
	need(t)
	for _, h := range handles {
		th, end := h.start(t)
		for _, n := range everyCPU() {
			assert.NoError(t, th.SetAffinity(n), h.name)
			got, err := th.Affinity()
			assert.NoError(t, err, h.name)
			assert.Equal(t, []int{n}, got, h.name)
		}
		assert.NoError(t, th.SetAffinity(everyCPU()...), h.name)
		end()
	}
}

// lastCPU is the last number that the kernel's sets have room for.
func lastCPU() int { return pthread.MaxCPUs() - 1 }

// noSuchCPU gives a number that the kernel takes and the machine has not.
func noSuchCPU(t *testing.T) int {
	if cpus := everyCPU(); cpus[len(cpus)-1] == lastCPU() {
		t.Skip("the machine has each processor that its kernel has a number for")
	}
	return lastCPU()
}

func TestProcessorsThatAreNotThereAreLeftOut(t *testing.T) {
	need(t)
	none, one := noSuchCPU(t), everyCPU()[0]
	assert.Equal(t, []int{one}, join(t, create(t, &pthread.Attr{Affinity: []int{none, one}}, func() any { return runsOn(t) })))
}

func TestProcessorsThatCannotBeAreRefused(t *testing.T) {
	need(t)
	th, leave := parked(t, nil)
	for _, row := range []struct {
		cpus   []int
		detail string
	}{
		{[]int{}, "no CPU"},
		{[]int{-1}, "CPU -1 (this kernel numbers them 0 to "},
		{[]int{0, -1 << 40}, "CPU -1099511627776 ("},
		{[]int{0, lastCPU() + 1}, fmt.Sprintf("CPU %d (this kernel numbers them 0 to %d)", lastCPU()+1, lastCPU())},
		{[]int{1 << 40}, "CPU 1099511627776 ("},
	} {
		_, err := pthread.Create(&pthread.Attr{Affinity: row.cpus}, func() any { return nil })
		isErrno(t, syscall.EINVAL, "pthread_attr_setaffinity_np", err)
		assert.ErrorContains(t, err, row.detail)
		err = th.SetAffinity(row.cpus...)
		isErrno(t, syscall.EINVAL, "pthread_setaffinity_np", err)
		assert.ErrorContains(t, err, row.detail)
	}
	leave()
	join(t, th)
}

func TestCreateThatCannotPutItsThreadOnAProcessorRunsNothing(t *testing.T) {
	need(t)
	none := noSuchCPU(t)
	for i := range 20 { // more than may be born at a time
		_, err := pthread.Create(&pthread.Attr{Affinity: []int{none}, Detached: i%2 == 0}, func() any {
			t.Error("the body ran")
			return nil
		})
		isErrno(t, syscall.EINVAL, "pthread_create", err)
		assert.ErrorContains(t, err, fmt.Sprintf("none of the CPUs [%d]", none))
	}
	assert.Zero(t, pthread.SlotsInUse())
	onThread(t, func() {})

	th, leave := parked(t, nil)
	err := th.SetAffinity(none)
	isErrno(t, syscall.EINVAL, "pthread_setaffinity_np", err)
	assert.ErrorContains(t, err, fmt.Sprintf("none of the CPUs [%d]", none))
	leave()
	join(t, th)
}

func init() {
	// The runtime keeps its threads, so only a new process surely starts some.
	children["heirs"] = func() {
		const n = 100
		// Places enough, so that each new goroutine wants a thread at once, and
		// the body, which does not give its own place up, has to start it.
		runtime.GOMAXPROCS(3 * n)
		all := everyCPU()
		th, err := pthread.Create(&pthread.Attr{Affinity: all[:1], Policy: pthread.PolicyBatch}, func() any {
			var parkers [n]pthread.Parker
			var ready atomic.Int32
			heirs := make(chan string, n)
			for i := range n {
				go func() {
					runtime.LockOSThread() // so each has a thread
					defer runtime.UnlockOSThread()
					self := pthread.Self()
					a, err := self.Affinity()
					s, err2 := self.Sched()
					heirs <- fmt.Sprintln(len(a) < len(all), s.Policy, err, err2)
					ready.Add(1)
					parkers[i].Park()
				}()
				for int(ready.Load()) <= i {
					pthread.Yield()
				}
			}
			for i := range n {
				parkers[i].Unpark()
				fmt.Print(<-heirs)
			}
			return nil
		})
		if err != nil {
			panic(err)
		}
		if _, err := th.Join(); err != nil {
			panic(err)
		}
	}
}

func TestThreadsOfTheRuntimeDoNotInheritFromAThread(t *testing.T) {
	need(t)
	if len(everyCPU()) == 1 {
		t.Skip("needs two processors, to tell one of them from all")
	}
	stdout, _ := runChild(t, "heirs")
	require.NotEmpty(t, stdout)
	assert.NotContains(t, stdout, "true")
	assert.NotContains(t, stdout, "Batch")
	assert.Contains(t, stdout, "false Other <nil> <nil>\n")
}

func TestAffinityIsSeenFromC(t *testing.T) {
	need(t)
	one := everyCPU()[:1]
	pthreadtest.Calls(2, func(call int) {
		runtime.LockOSThread() // so that no thread of the runtime inherits it
		defer runtime.UnlockOSThread()
		if call == 0 {
			assert.NoError(t, pthread.Self().SetAffinity(one...))
			return
		}
		assert.Equal(t, one, runsOn(t))
	})()
}
