package pthread_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"golang.org/x/sys/unix"

	"github.com/pythreads/pythreads/pthread"
)

// The kernel's numbers.
var kernelPolicy = map[pthread.Policy]uintptr{
	pthread.PolicyOther: 0,
	pthread.PolicyFIFO:  1,
	pthread.PolicyRR:    2,
	pthread.PolicyBatch: 3,
	pthread.PolicyIdle:  5,
}

func realTime(p pthread.Policy) bool { return p == pthread.PolicyFIFO || p == pthread.PolicyRR }

// runsAs gives the calling thread's policy as the kernel says.
func runsAs(t testing.TB) uintptr {
	policy, _, errno := unix.RawSyscall(unix.SYS_SCHED_GETSCHEDULER, 0, 0, 0)
	assert.Zero(t, errno)
	return policy
}

// entitled skips the test where the user has no right to real-time policies.
func entitled(t *testing.T, err error) {
	t.Helper()
	if errors.Is(err, syscall.EPERM) {
		t.Skip("this user has no right to real-time policies: ", err)
	}
}

func TestAttrPolicyHoldsInTheBody(t *testing.T) {
	need(t)
	for policy, number := range kernelPolicy {
		t.Run(policy.String(), func(t *testing.T) {
			priority := 0
			if realTime(policy) {
				priority = 3
			}
			th, err := pthread.Create(&pthread.Attr{Policy: policy, Priority: priority}, func() any {
				assert.Equal(t, number, runsAs(t))
				s, err := pthread.Self().Sched()
				assert.NoError(t, err)
				return s
			})
			entitled(t, err)
			assert.NoError(t, err)
			assert.Equal(t, pthread.Sched{Policy: policy, Priority: priority}, join(t, th))
		})
	}
}

func TestPolicyIsInheritedUnlessAsked(t *testing.T) {
	need(t)
	look := func(attr *pthread.Attr) uintptr {
		return join(t, create(t, attr, func() any { return runsAs(t) })).(uintptr)
	}
	join(t, create(t, &pthread.Attr{Policy: pthread.PolicyBatch}, func() any {
		assert.Equal(t, kernelPolicy[pthread.PolicyBatch], look(nil))
		assert.Equal(t, kernelPolicy[pthread.PolicyBatch], look(&pthread.Attr{Name: "heir"}))
		assert.Equal(t, kernelPolicy[pthread.PolicyOther], look(&pthread.Attr{Policy: pthread.PolicyOther}))
		return nil
	}))
}

func TestSetSchedChangesAnyThread(t *testing.T) {
	need(t)
	for _, h := range handles {
		t.Run(h.name, func(t *testing.T) {
			th, end := h.start(t)
			defer end()
			first, err := th.Sched()
			assert.NoError(t, err)
			// Upward only: the way back needs a right.
			for _, s := range []pthread.Sched{
				{Policy: pthread.PolicyOther, Nice: first.Nice},
				{Policy: pthread.PolicyOther, Nice: first.Nice + 1},
				{Policy: pthread.PolicyBatch, Nice: first.Nice + 2},
			} {
				assert.NoError(t, th.SetSched(s))
				got, err := th.Sched()
				assert.NoError(t, err)
				assert.Equal(t, s, got)
			}
			nice, err := unix.Getpriority(unix.PRIO_PROCESS, th.TID())
			assert.NoError(t, err)
			assert.Equal(t, 20-(first.Nice+2), nice, "as the kernel says it")
			err = th.SetSched(pthread.Sched{Policy: pthread.PolicyRR, Priority: 2, Nice: first.Nice + 2})
			entitled(t, err)
			assert.NoError(t, err)
			got, err := th.Sched()
			assert.NoError(t, err)
			assert.Equal(t, pthread.Sched{Policy: pthread.PolicyRR, Priority: 2, Nice: first.Nice + 2}, got)
		})
	}
}

func TestSchedSeesWhatAnotherSet(t *testing.T) {
	need(t)
	th, leave := parked(t, &pthread.Attr{Policy: pthread.PolicyOther})
	set := func(number uintptr) {
		var priority int32
		_, _, errno := unix.Syscall(unix.SYS_SCHED_SETSCHEDULER, uintptr(th.TID()), number, uintptr(unsafe.Pointer(&priority)))
		assert.Zero(t, errno)
	}
	set(kernelPolicy[pthread.PolicyBatch])
	s, err := th.Sched()
	assert.NoError(t, err)
	assert.Equal(t, pthread.PolicyBatch, s.Policy)
	const resetOnFork = 0x40000000
	set(kernelPolicy[pthread.PolicyBatch] | resetOnFork)
	s, err = th.Sched()
	assert.NoError(t, err)
	assert.Equal(t, pthread.PolicyBatch, s.Policy)
	leave()
	join(t, th)
}

func TestSchedulingThatCannotBeIsRefused(t *testing.T) {
	need(t)
	th, leave := parked(t, nil)
	for _, row := range []struct {
		policy   pthread.Policy
		priority int
		detail   string
	}{
		{pthread.PolicyFIFO, 0, "priority 0 of policy FIFO (1 to 99)"},
		{pthread.PolicyFIFO, 100, "priority 100 of policy FIFO (1 to 99)"},
		{pthread.PolicyRR, -1, "priority -1 of policy RR (1 to 99)"},
		{pthread.PolicyOther, 1, "priority 1 of policy Other (0 to 0)"},
		{pthread.PolicyBatch, 1, "priority 1 of policy Batch (0 to 0)"},
		{pthread.PolicyIdle, -1, "priority -1 of policy Idle (0 to 0)"},
		{pthread.PolicyInherit, 1, "Inherit"},
		{pthread.PolicyIdle + 1, 0, "Policy(6)"},
		{-1, 0, "Policy(-1)"},
	} {
		_, err := pthread.Create(&pthread.Attr{Policy: row.policy, Priority: row.priority}, func() any { return nil })
		isErrno(t, syscall.EINVAL, "pthread_attr_setschedparam", err)
		assert.ErrorContains(t, err, row.detail)
		err = th.SetSched(pthread.Sched{Policy: row.policy, Priority: row.priority})
		isErrno(t, syscall.EINVAL, "pthread_setschedparam", err)
		assert.ErrorContains(t, err, row.detail)
	}
	isErrno(t, syscall.EINVAL, "pthread_setschedparam", th.SetSched(pthread.Sched{}))
	for _, nice := range []int{-21, 20, 1 << 40} {
		err := th.SetSched(pthread.Sched{Policy: pthread.PolicyIdle, Nice: nice})
		isErrno(t, syscall.EINVAL, "setpriority", err)
		assert.ErrorContains(t, err, fmt.Sprintf("nice value %d (-20 to 19)", nice))
	}
	s, err := th.Sched()
	assert.NoError(t, err)
	assert.Equal(t, pthread.PolicyOther, s.Policy, "nothing has changed")
	leave()
	join(t, th)
}

func TestScope(t *testing.T) {
	need(t)
	join(t, create(t, &pthread.Attr{Scope: pthread.ScopeSystem}, func() any { return nil }))
	_, err := pthread.Create(&pthread.Attr{Scope: pthread.ScopeProcess}, func() any { return nil })
	isErrno(t, syscall.ENOTSUP, "pthread_create", err)
	assert.ErrorContains(t, err, "ScopeSystem")
	_, err = pthread.Create(&pthread.Attr{Scope: 2}, func() any { return nil })
	isErrno(t, syscall.EINVAL, "pthread_attr_setscope", err)
	assert.ErrorContains(t, err, "scope 2")
}

func TestPriorityRange(t *testing.T) {
	need(t)
	for policy := range kernelPolicy {
		least, greatest, err := policy.PriorityRange()
		assert.NoError(t, err)
		want := [2]int{0, 0}
		if realTime(policy) {
			want = [2]int{1, 99}
		}
		assert.Equal(t, want, [2]int{least, greatest}, policy.String())
	}
	for _, policy := range []pthread.Policy{pthread.PolicyInherit, -1, 6} {
		_, _, err := policy.PriorityRange()
		isErrno(t, syscall.EINVAL, "sched_get_priority_max", err)
		assert.ErrorContains(t, err, policy.String())
	}
}

func TestPolicyString(t *testing.T) {
	var names []string
	for p := range pthread.PolicyIdle + 2 {
		names = append(names, p.String())
	}
	assert.Equal(t, []string{"Inherit", "Other", "FIFO", "RR", "Batch", "Idle", "Policy(6)"}, names)
}

func init() {
	children["no rights"] = func() {
		must := func(err error) {
			if err != nil {
				panic(err)
			}
		}
		must(unix.Setrlimit(unix.RLIMIT_RTPRIO, &unix.Rlimit{}))
		must(unix.Setrlimit(unix.RLIMIT_NICE, &unix.Rlimit{}))
		must(syscall.Setgroups(nil))
		must(syscall.Setresgid(lonelyUser, lonelyUser, lonelyUser))
		must(syscall.Setresuid(lonelyUser, lonelyUser, lonelyUser))
		for range 20 {
			_, err := pthread.Create(&pthread.Attr{Policy: pthread.PolicyFIFO, Priority: 7}, func() any { panic("the body ran") })
			if !errors.Is(err, syscall.EPERM) {
				fmt.Println("not refused:", err)
			}
		}
		_, err := pthread.Create(&pthread.Attr{Policy: pthread.PolicyFIFO, Priority: 7, Detached: true}, func() any { panic("the body ran") })
		fmt.Println(err)
		fmt.Println("slots:", pthread.SlotsInUse())
		th, err := pthread.Create(&pthread.Attr{Policy: pthread.PolicyBatch}, func() any {
			fmt.Println(pthread.Self().SetSched(pthread.Sched{Policy: pthread.PolicyRR, Priority: 8}))
			fmt.Println(pthread.Self().SetSched(pthread.Sched{Policy: pthread.PolicyOther, Nice: -5}))
			s, err := pthread.Self().Sched()
			fmt.Println(s.Policy, s.Priority, s.Nice, err)
			return nil
		})
		must(err)
		_, err = th.Join()
		must(err)
	}
}

func TestSchedulingWithoutTheRightIsAnError(t *testing.T) {
	need(t)
	if os.Getuid() != 0 {
		t.Skip("needs root, to give its rights away")
	}
	stdout, stderr := runChild(t, "no rights")
	assert.Equal(t, strings.Join([]string{
		"pthread: pthread_create: operation not permitted (no right to policy FIFO with priority 7 (CAP_SYS_NICE or RLIMIT_RTPRIO gives it))",
		"slots: 0",
		"pthread: pthread_setschedparam: operation not permitted (no right to policy RR with priority 8 (CAP_SYS_NICE or RLIMIT_RTPRIO gives it))",
		"pthread: setpriority: permission denied (no right to nice value -5 (CAP_SYS_NICE or RLIMIT_NICE gives it))",
		"Other 0 0 <nil>",
		"",
	}, "\n"), stdout)
	assert.Empty(t, stderr)
}
