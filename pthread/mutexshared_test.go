package pthread_test

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/pthread"
)

func TestMutexInSharedMemoryIsFoundAsItWasMade(t *testing.T) {
	need(t)
	for _, a := range mutexAttrs() {
		t.Run(attrName(a), func(t *testing.T) {
			lockThread(t)
			s := newShared(t, 2)
			const at = pthread.SharedSize
			_, err := s.Mutex(at)
			isErrno(t, syscall.ENOENT, "pthread_mutex_init", err)
			made, err := s.NewMutex(at, &a)
			needMutex(t, a, err)
			_, err = s.NewMutex(at, &a)
			isErrno(t, syscall.EEXIST, "pthread_mutex_init", err)
			_, err = s.NewCond(at)
			isErrno(t, syscall.EEXIST, "pthread_cond_init", err)
			_, err = s.Cond(at)
			isErrno(t, syscall.EINVAL, "pthread_cond_init", err)

			found, err := s.Mutex(at)
			require.NoError(t, err)
			require.NoError(t, found.Lock())
			onThread(t, func() {
				ok, err := made.TryLock()
				assert.False(t, ok)
				assert.NoError(t, err)
				isErrno(t, syscall.EBUSY, "pthread_mutex_destroy", made.Destroy())
			})
			require.NoError(t, made.Unlock(), "they are the same")
			require.NoError(t, made.Destroy())
			isErrno(t, syscall.EINVAL, "pthread_mutex_lock", found.Lock())
			isErrno(t, syscall.EINVAL, "pthread_mutex_unlock", found.Unlock())
			isErrno(t, syscall.EINVAL, "pthread_mutex_destroy", found.Destroy())
			_, err = s.Mutex(at)
			isErrno(t, syscall.ENOENT, "pthread_mutex_init", err)

			// A handle goes with what is there now.
			_, err = s.NewMutex(at, nil)
			require.NoError(t, err)
			assert.NoError(t, found.Lock())
			onThread(t, func() { assert.NoError(t, found.Unlock()) })
		})
	}
}

func TestCondInSharedMemoryIsFoundAndEnds(t *testing.T) {
	need(t)
	s := newShared(t, 2)
	_, err := s.Cond(0)
	isErrno(t, syscall.ENOENT, "pthread_cond_init", err)
	made, err := s.NewCond(0)
	require.NoError(t, err)
	_, err = s.NewCond(0)
	isErrno(t, syscall.EEXIST, "pthread_cond_init", err)
	found, err := s.Cond(0)
	require.NoError(t, err)
	m, err := s.NewMutex(pthread.SharedSize, nil)
	require.NoError(t, err)

	woken := false // guarded by m
	require.NoError(t, m.Lock())
	waker := spawn(t, func() {
		assert.NoError(t, m.Lock())
		woken = true
		assert.NoError(t, found.Signal())
		assert.NoError(t, m.Unlock())
	})
	for !woken {
		require.NoError(t, made.Wait(m))
	}
	require.NoError(t, m.Unlock())
	join(t, waker)

	require.NoError(t, made.Destroy())
	isErrno(t, syscall.EINVAL, "pthread_cond_signal", found.Signal())
	isErrno(t, syscall.EINVAL, "pthread_cond_destroy", found.Destroy())
	_, err = s.NewCond(0)
	assert.NoError(t, err, "the place is free")
}

func TestCondAndMutexOfDifferentReach(t *testing.T) {
	need(t)
	s := newShared(t, 2)
	sharedCond, err := s.NewCond(0)
	require.NoError(t, err)
	sharedMutex, err := s.NewMutex(pthread.SharedSize, nil)
	require.NoError(t, err)
	ownCond, ownMutex := newCond(t), newMutex(t, pthread.MutexNormal)

	require.NoError(t, ownMutex.Lock())
	err = sharedCond.Wait(ownMutex)
	isErrno(t, syscall.EINVAL, "pthread_cond_wait", err)
	assert.ErrorContains(t, err, "the condition is in shared memory and the mutex is not")
	_, err = sharedCond.TimedWait(ownMutex, far["an hour"]())
	isErrno(t, syscall.EINVAL, "pthread_cond_timedwait", err)
	require.NoError(t, ownMutex.Unlock(), "it is held still")

	require.NoError(t, sharedMutex.Lock())
	notEarlyOrWokenOnce(t, ownCond, sharedMutex)
	woken := false // guarded by sharedMutex
	waker := spawn(t, func() {
		assert.NoError(t, sharedMutex.Lock())
		woken = true
		assert.NoError(t, ownCond.Signal())
		assert.NoError(t, sharedMutex.Unlock())
	})
	for !woken {
		require.NoError(t, ownCond.Wait(sharedMutex))
	}
	require.NoError(t, sharedMutex.Unlock())
	join(t, waker)
}

func TestCondWaitKeepsBothMemoriesMapped(t *testing.T) {
	need(t)
	forCond, err := pthread.CreateSharedMemory("", pthread.SharedSize)
	require.NoError(t, err)
	forMutex, err := pthread.CreateSharedMemory("", pthread.SharedSize)
	require.NoError(t, err)
	c, err := forCond.NewCond(0)
	require.NoError(t, err)
	m, err := forMutex.NewMutex(0, nil)
	require.NoError(t, err)
	wake := waitOn(t, c, m)
	isErrno(t, syscall.EBUSY, "munmap", forCond.Close())
	isErrno(t, syscall.EBUSY, "munmap", forMutex.Close())
	wake()
	require.NoError(t, forMutex.Close())
	isErrno(t, syscall.EINVAL, "pthread_cond_wait", c.Wait(m))
	require.NoError(t, forCond.Close())
	isErrno(t, syscall.EINVAL, "pthread_cond_wait", c.Wait(m))
}

// ---- two processes, one of which is killed

// An account is what a mutex of the tests below guards: two numbers that are
// the same whenever nobody holds it.
type account struct{ data []byte }

func (a account) get() (x, y uint64) {
	return binary.NativeEndian.Uint64(a.data), binary.NativeEndian.Uint64(a.data[8:])
}
func (a account) setX(v uint64) { binary.NativeEndian.PutUint64(a.data, v) }
func (a account) setY(v uint64) { binary.NativeEndian.PutUint64(a.data[8:], v) }

// vault is shared memory with mutexes, a condition after them, and an account
// for each mutex.
type vault struct {
	s        *pthread.SharedMemory
	mutexes  []*pthread.Mutex
	accounts []account
	ready    *pthread.Cond
	// steps counts what the child does while nobody looks.
	steps *atomic.Uint64
}

func vaultSize(n int) int { return (2*n + 2) * pthread.SharedSize }

// openVault makes or finds what is in it.
func openVault(s *pthread.SharedMemory, n int, attr *pthread.MutexAttr) (v vault, err error) {
	v.s = s
	for i := range n {
		var m *pthread.Mutex
		if attr != nil {
			m, err = s.NewMutex(i*pthread.SharedSize, attr)
		} else {
			m, err = s.Mutex(i * pthread.SharedSize)
		}
		if err != nil {
			return v, err
		}
		v.mutexes = append(v.mutexes, m)
		v.accounts = append(v.accounts, account{s.Bytes()[(n+1+i)*pthread.SharedSize:]})
	}
	if attr != nil {
		v.ready, err = s.NewCond(n * pthread.SharedSize)
	} else {
		v.ready, err = s.Cond(n * pthread.SharedSize)
	}
	v.steps = (*atomic.Uint64)(unsafe.Pointer(&s.Bytes()[(2*n+1)*pthread.SharedSize]))
	return v, err
}

const (
	vaultEnv = "PYTHREADS_TEST_VAULT" // how many mutexes there are, and the name of the memory if it has one
	stay     = "robust-stay"          // takes all mutexes and stays
	hurry    = "robust-hurry"         // takes and gives up the first, without rest
)

func init() {
	// Both leave only by being killed.
	childOf := func(body func(v vault)) func() {
		return func() {
			must := func(err error) {
				if err != nil {
					fmt.Println(err)
					os.Exit(1)
				}
			}
			words := strings.Fields(os.Getenv(vaultEnv))
			n, err := strconv.Atoi(words[0])
			must(err)
			var s *pthread.SharedMemory
			if len(words) > 1 {
				s, err = pthread.OpenSharedMemory(words[1])
			} else {
				s, err = pthread.SharedMemoryFromFD(3)
			}
			must(err)
			v, err := openVault(s, n, nil)
			must(err)
			th, err := pthread.Create(nil, func() any {
				body(v)
				return nil
			})
			must(err)
			_, err = th.Join()
			must(err)
		}
	}
	must := func(err error) {
		if err != nil {
			panic(err)
		}
	}
	children[stay] = childOf(func(v vault) {
		for i, m := range v.mutexes {
			must(m.Lock())
			x, _ := v.accounts[i].get()
			v.accounts[i].setX(x + 1) // and never the other
		}
		must(v.ready.Broadcast())
		fmt.Println("held")
		_, _ = io.Copy(io.Discard, os.Stdin) // for ever
	})
	children[hurry] = childOf(func(v vault) {
		fmt.Println("held")
		for {
			must(v.mutexes[0].Lock())
			x, _ := v.accounts[0].get()
			v.accounts[0].setX(x + 1)
			v.steps.Add(1)
			v.accounts[0].setY(x + 1)
			must(v.mutexes[0].Unlock())
		}
	})
}

// startChild starts a child on a vault and waits for its word.
func (v vault) startChild(t *testing.T, name string) *exec.Cmd {
	t.Helper()
	cmd := child(t, name)
	where := strconv.Itoa(len(v.mutexes))
	if v.s.Name() != "" {
		where += " " + v.s.Name()
	} else {
		cmd.ExtraFiles = []*os.File{v.s.File()}
	}
	cmd.Env = append(cmd.Env, vaultEnv+"="+where)
	cmd.Stderr = os.Stderr
	_, err := cmd.StdinPipe() // which stays open as long as cmd is not waited for
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	word, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "held\n", word)
	return cmd
}

// kill kills a child and waits until it is gone.
func kill(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	require.NoError(t, cmd.Process.Kill())
	var exit *exec.ExitError
	require.ErrorAs(t, cmd.Wait(), &exit)
	require.Equal(t, syscall.SIGKILL, exit.Sys().(syscall.WaitStatus).Signal())
}

// newVault makes a vault under the name, if it is one.
func newVault(t *testing.T, name string, n int, attr pthread.MutexAttr) vault {
	t.Helper()
	s, err := pthread.CreateSharedMemory(name, vaultSize(n))
	require.NoError(t, err)
	t.Cleanup(func() {
		if name != "" {
			assert.NoError(t, pthread.UnlinkSharedMemory(name))
		}
		assert.NoError(t, s.Close())
	})
	v, err := openVault(s, n, &attr)
	needMutex(t, attr, err)
	return v
}

// mend puts the i'th account in order after the death of the mutex's owner.
func (v vault) mend(t *testing.T, i int) {
	t.Helper()
	x, y := v.accounts[i].get()
	assert.Equal(t, y+1, x, "as the dead left it")
	v.accounts[i].setY(x)
	assert.NoError(t, v.mutexes[i].Consistent())
}

// deadline is one that only a lost wake-up meets.
func deadline() time.Time { return time.Now().Add(watchdog / 2) }

// killHolders has so many children take all mutexes of the vault and be killed.
func (v vault) killHolders(t *testing.T, kills int) {
	for range kills {
		cmd := v.startChild(t, stay)
		for _, m := range v.mutexes {
			ok, err := m.TryLock()
			require.False(t, ok, "the child has it")
			require.NoError(t, err)
		}
		kill(t, cmd)
		for i, m := range v.mutexes {
			got, err := m.TimedLock(deadline())
			require.True(t, got)
			isErrno(t, syscall.EOWNERDEAD, "pthread_mutex_timedlock", err)
			v.mend(t, i)
			require.NoError(t, m.Unlock())
			require.NoError(t, m.Lock(), "as if nothing had been")
			x, y := v.accounts[i].get()
			require.Equal(t, x, y)
			require.NoError(t, m.Unlock())
		}
	}
	for _, a := range v.accounts {
		x, _ := a.get()
		assert.Equal(t, uint64(kills), x)
	}
}

func TestMutexRobustOutlivesAKilledProcess(t *testing.T) {
	need(t)
	notOn(t, "darwin", "no robust mutexes")
	lockThread(t)
	attr := pthread.MutexAttr{Robust: true}
	t.Run("by descriptor", func(t *testing.T) {
		lockThread(t)
		newVault(t, "", 3, attr).killHolders(t, 10)
	})
	t.Run("by name", func(t *testing.T) {
		lockThread(t)
		newVault(t, fmt.Sprintf("/pythreads-vault-%d", os.Getpid()), 3, attr).killHolders(t, 10)
	})
}

// One sleeps in Lock, and one on a condition, when the owner is killed.
func TestMutexRobustOfAKilledProcessWakesSleepers(t *testing.T) {
	need(t)
	notOn(t, "darwin", "no robust mutexes")
	lockThread(t)
	v := newVault(t, "", 2, pthread.MutexAttr{Robust: true, Type: pthread.MutexErrorCheck})
	waiting := false // guarded by the second
	waiter := spawn(t, func() {
		m := v.mutexes[1]
		assert.NoError(t, m.Lock())
		waiting = true
		err := v.ready.Wait(m)
		for ; err == nil; err = v.ready.Wait(m) {
			x, y := v.accounts[1].get()
			assert.Equal(t, x, y, "a wake-up for nothing")
		}
		isErrno(t, syscall.EOWNERDEAD, "pthread_cond_wait", err)
		v.mend(t, 1)
		assert.NoError(t, m.Unlock())
	})
	require.True(t, pollUntil(func() bool {
		assert.NoError(t, v.mutexes[1].Lock())
		defer func() { assert.NoError(t, v.mutexes[1].Unlock()) }()
		return waiting
	}))
	cmd := v.startChild(t, stay) // it wakes the waiter, and keeps what that needs
	sleeper := spawn(t, func() {
		isErrno(t, syscall.EOWNERDEAD, "pthread_mutex_lock", v.mutexes[0].Lock())
		v.mend(t, 0)
		assert.NoError(t, v.mutexes[0].Unlock())
	})
	sleeper.TID()
	kill(t, cmd)
	join(t, sleeper)
	join(t, waiter)
}

// waitOn has a thread wait on the condition with the mutex, and gives what
// wakes it and waits for its end.
func waitOn(t *testing.T, c *pthread.Cond, m *pthread.Mutex) (wake func()) {
	t.Helper()
	waiting, woken := false, false // guarded by m
	waiter := spawn(t, func() {
		assert.NoError(t, m.Lock())
		for waiting = true; !woken; {
			if !assert.NoError(t, c.Wait(m)) {
				break
			}
		}
		assert.NoError(t, m.Unlock())
	})
	assert.True(t, pollUntil(func() bool {
		assert.NoError(t, m.Lock())
		defer func() { assert.NoError(t, m.Unlock()) }()
		return waiting
	}))
	return func() {
		require.NoError(t, m.Lock())
		woken = true
		require.NoError(t, c.Broadcast())
		require.NoError(t, m.Unlock())
		join(t, waiter)
	}
}
