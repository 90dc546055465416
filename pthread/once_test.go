package pthread_test

import (
	"errors"
	"runtime"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/pthread"
)

// hammerOnce has threads of all kinds come at once, again and again. In some
// rounds the first inits panic or end their goroutine.
func hammerOnce(t *testing.T, rounds int) {
	for round := range rounds {
		var once pthread.Once
		var tries atomic.Int32
		fail := int32(round % 3) // so many inits do not return
		done := 0                // guarded by once
		init := func() {
			if tries.Add(1) <= fail {
				panic("not yet")
			}
			done++
		}
		body := func() {
			for returned := false; !returned; {
				func() {
					defer func() { _ = recover() }()
					once.Do(init)
					returned = true
				}()
			}
			if done != 1 {
				t.Errorf("round %d: done %d times", round, done)
			}
		}
		var waits []func()
		for i := range 4 {
			waits = append(waits, kinds[i%len(kinds)].start(t, body))
		}
		for _, wait := range waits {
			wait()
		}
		assert.Equal(t, fail+1, tries.Load())
	}
}

func TestOnceHammerIsDoneOnceBeforeAnyoneGoesOn(t *testing.T) {
	guard(t)
	hammerOnce(t, 200)
}

func TestOnceCallsNoSecondInit(t *testing.T) {
	guard(t)
	var once pthread.Once
	calls := 0
	for range 3 {
		once.Do(func() { calls++ })
	}
	assert.Equal(t, 1, calls)
	once.Do(func() { t.Error("another init was called") })
	assert.Zero(t, testing.AllocsPerRun(10, func() { once.Do(nil) }))
}

func TestOnceThatPanickedIsAsNew(t *testing.T) {
	guard(t)
	var once pthread.Once
	for range 2 {
		assert.PanicsWithValue(t, "mine", func() { once.Do(func() { panic("mine") }) })
	}
	done := false
	once.Do(func() { done = true })
	assert.True(t, done)
	once.Do(func() { t.Error("done twice") })
}

// An init that does not return, while somebody waits or is about to.
func TestOnceGoesToTheNextWhenInitDoesNotReturn(t *testing.T) {
	guard(t)
	for name, leave := range map[string]func(){
		"panic":  func() { panic("out of init") },
		"Goexit": runtime.Goexit,
	} {
		for _, kind := range kinds {
			var once pthread.Once
			inside, out := make(chan struct{}), make(chan struct{})
			go func() {
				defer func() { _ = recover() }()
				once.Do(func() {
					close(inside)
					<-out
					leave()
				})
			}()
			<-inside
			done := false
			wait := kind.start(t, func() { once.Do(func() { done = true }) })
			close(out)
			wait()
			assert.True(t, done, "%s, %s", name, kind.name)
		}
	}
}

func TestOnceWaitsForAnInitThatRuns(t *testing.T) {
	guard(t)
	for _, kind := range kinds {
		var once pthread.Once
		inside, out := make(chan struct{}), make(chan struct{})
		done := false
		first := kind.start(t, func() {
			once.Do(func() {
				close(inside)
				<-out
				done = true
			})
		})
		<-inside
		var waits []func()
		for _, other := range kinds {
			waits = append(waits, other.start(t, func() {
				once.Do(func() { t.Error("another init was called") })
				assert.True(t, done, "went on before init had returned")
			}))
		}
		close(out)
		first()
		for _, wait := range waits {
			wait()
		}
	}
}

func TestOnceWithinItsOwnInitPanics(t *testing.T) {
	guard(t)
	for _, kind := range kinds {
		var once pthread.Once
		kind.start(t, func() {
			value := func() (v any) {
				defer func() { v = recover() }()
				once.Do(func() { once.Do(func() {}) })
				return nil
			}()
			err, _ := value.(error)
			isErrno(t, syscall.EDEADLK, "pthread_once", err, kind.name)
		})()
		// It was a panic like any other.
		done := false
		once.Do(func() { done = true })
		assert.True(t, done)
	}

	// An init that recovers from it has returned.
	var once pthread.Once
	once.Do(func() { assert.Panics(t, func() { once.Do(nil) }) })
	once.Do(func() { t.Error("done twice") })
}

func TestOnceWithinTheInitOfAnotherIsDone(t *testing.T) {
	guard(t)
	var outer, inner pthread.Once
	done := 0
	outer.Do(func() {
		inner.Do(func() { done++ })
		inner.Do(func() { done++ })
	})
	assert.Equal(t, 1, done)
}

func TestOncePanicOfAThreadIsItsJoinersError(t *testing.T) {
	need(t)
	var once pthread.Once
	cause := errors.New("no such device")
	th := create(t, nil, func() any {
		once.Do(func() { panic(cause) })
		return nil
	})
	_, err := th.Join()
	var p *pthread.PanicError
	require.ErrorAs(t, err, &p)
	assert.ErrorIs(t, err, cause)
}
