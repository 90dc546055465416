package pthread_test

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"golang.org/x/sys/unix"

	"github.com/pythreads/pythreads/pthread"
	"github.com/pythreads/pythreads/pthread/pthreadtest"
)

const (
	// The limit counts all threads of a user, so nobody else may be this one.
	lonelyUser = 54321
	nproc      = 120
)

func init() {
	children["nproc"] = func() {
		must := func(err error) {
			if err != nil {
				panic(err)
			}
		}
		must(pthread.Reserve(2 * nproc))
		must(syscall.Setgroups(nil))
		must(syscall.Setresgid(lonelyUser, lonelyUser, lonelyUser))
		must(syscall.Setresuid(lonelyUser, lonelyUser, lonelyUser))
		must(unix.Setrlimit(unix.RLIMIT_NPROC, &unix.Rlimit{Cur: nproc, Max: nproc}))
		l := pthread.Limits()
		fmt.Println("limits:", l.Threads, l.ThreadsBy)

		var refusal error
		parkers := make([]pthread.Parker, 2*nproc)
		var threads []*pthread.Thread
		for i := range parkers {
			th, err := pthread.Create(&pthread.Attr{StackSize: l.StackMin}, func() any {
				parkers[i].Park()
				return i
			})
			if err != nil {
				refusal = err
				break
			}
			threads = append(threads, th)
		}
		fmt.Println("some:", len(threads) > 0, "all:", len(threads) == len(parkers))
		var e *pthread.Error
		fmt.Println("refused:", errors.As(refusal, &e) && e.Op == "pthread_create" && e.Errno == syscall.EAGAIN)
		fmt.Println("message:", refusal)

		// The runtime has to make do with the threads it has.
		runtime.GC()
		for range 10 {
			if _, err := pthread.Create(nil, func() any { return nil }); !errors.Is(err, syscall.EAGAIN) {
				fmt.Println("once more:", err)
			}
		}
		for i, th := range threads {
			parkers[i].Unpark()
			if v, err := th.Join(); v != i || err != nil {
				fmt.Println("join:", i, v, err)
			}
		}
		fmt.Println("slots:", pthread.SlotsInUse())
		// The kernel counts a thread a moment longer than there is something
		// to join.
		pthreadtest.Eventually(func() bool {
			th, err := pthread.Create(nil, func() any { return "room again" })
			if err == nil {
				fmt.Println(th.Join())
			}
			return err == nil
		})
	}
}

func TestLimitOnThreadsIsAnErrorAndNotTheEnd(t *testing.T) {
	need(t)
	if os.Getuid() != 0 {
		t.Skip("needs root, to become a user that has no other threads")
	}
	stdout, stderr := runChild(t, "nproc")
	assert.Equal(t, strings.Join([]string{
		fmt.Sprintf("limits: %d RLIMIT_NPROC", nproc),
		"some: true all: false",
		"refused: true",
		fmt.Sprintf("message: pthread: pthread_create: resource temporarily unavailable (can't start new thread with a stack of %d bytes)", pthread.Limits().StackMin),
		"slots: 0",
		"room again <nil>",
		"",
	}, "\n"), stdout)
	assert.Empty(t, stderr)
}
