package pthread_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/pthread"
	"github.com/pythreads/pythreads/pthread/pthreadtest"
)

// pipe is one that C can block on.
type pipe struct {
	fd int // where to read
	w  *os.File
}

func newPipe(t testing.TB) pipe {
	t.Helper()
	r, w, err := os.Pipe()
	require.NoError(t, err)
	t.Cleanup(func() { r.Close(); w.Close() })
	return pipe{int(r.Fd()), w} // Fd makes it a blocking one
}

func (p pipe) read() error { return pthreadtest.Read(p.fd) }

func (p pipe) write(t testing.TB) {
	_, err := p.w.Write([]byte{1})
	assert.NoError(t, err)
}

func TestInterruptibleGivesWhatTheCallGives(t *testing.T) {
	need(t)
	cause := errors.New("the call's")
	done, cancel := context.WithCancel(t.Context())
	for name, ctx := range map[string]context.Context{"never ends": context.Background(), "can end": done} {
		for _, want := range []error{nil, cause} {
			assert.Equal(t, want, pthread.Interruptible(ctx, func() error { return want }), name)
		}
	}
	assert.NoError(t, pthread.Interruptible(done, func() error {
		cancel()
		return nil
	}), "it has done its work all the same")
}

func TestInterruptibleDoesNotCallWithAContextThatHasEnded(t *testing.T) {
	need(t)
	cause := errors.New("no more")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	assert.Equal(t, cause, pthread.Interruptible(ctx, func() error {
		t.Error("called")
		return nil
	}))
}

func TestInterruptibleKeepsItsThread(t *testing.T) {
	need(t)
	var before, after int
	assert.NoError(t, pthread.Interruptible(t.Context(), func() error {
		before = pthread.Self().TID()
		for range 100 {
			runtime.Gosched()
		}
		after = pthread.Self().TID()
		return nil
	}))
	assert.Equal(t, before, after)
}

func TestThreadThatIsBlockedInCIsInterrupted(t *testing.T) {
	need(t)
	for _, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) {
			p := newPipe(t)
			ctx, cancel := context.WithCancel(t.Context())
			inCall := make(chan struct{})
			var err error
			wait := kind.start(t, func() {
				err = pthread.Interruptible(ctx, func() error {
					close(inCall)
					return p.read()
				})
			})
			<-inCall
			cancel()
			wait()
			assert.Equal(t, syscall.EINTR, err)
		})
	}
	t.Run("and Join gives its result", func(t *testing.T) {
		p := newPipe(t)
		ctx, cancel := context.WithTimeoutCause(t.Context(), 5*time.Millisecond, os.ErrDeadlineExceeded)
		defer cancel()
		th := create(t, nil, func() any {
			err := pthread.Interruptible(ctx, p.read)
			if errors.Is(err, syscall.EINTR) && ctx.Err() != nil {
				err = context.Cause(ctx)
			}
			return err
		})
		assert.Equal(t, os.ErrDeadlineExceeded, join(t, th))
	})
}

func init() {
	if os.Getenv(childEnv) == "interrupt main" {
		runtime.LockOSThread() // here, it is for the main thread and for good
	}
	children["interrupt main"] = func() {
		r, _, err := os.Pipe()
		if err != nil {
			panic(err)
		}
		fd := int(r.Fd())
		ctx, cancel := context.WithCancel(context.Background())
		err = pthread.Interruptible(ctx, func() error {
			go cancel()
			return pthreadtest.Read(fd)
		})
		fmt.Println(err == syscall.EINTR, pthread.Self().TID() == os.Getpid())
	}
}

func TestMainThreadIsInterrupted(t *testing.T) {
	need(t)
	stdout, _ := runChild(t, "interrupt main")
	assert.Equal(t, "true true\n", stdout)
}

// plainContext has nothing but the four methods.
type plainContext struct{ context.Context }

func (c plainContext) Value(any) any { return nil }

func TestInterruptibleTakesAnyContext(t *testing.T) {
	need(t)
	p := newPipe(t)
	ctx, cancel := context.WithCancel(t.Context())
	assert.Equal(t, syscall.EINTR, pthread.Interruptible(plainContext{ctx}, func() error {
		cancel()
		return p.read()
	}))
	ctx, cancel = context.WithCancel(t.Context())
	assert.NoError(t, pthread.Interruptible(plainContext{ctx}, func() error { return nil }))
	cancel()
}

func TestCallIsInterruptedUntilItReturns(t *testing.T) {
	need(t)
	p := newPipe(t)
	ctx, cancel := context.WithCancel(t.Context())
	const times = 5
	n := 0
	assert.NoError(t, pthread.Interruptible(ctx, func() error {
		cancel()
		for ; n < times; n++ {
			if err := p.read(); err != syscall.EINTR {
				return err
			}
		}
		return nil
	}))
	assert.Equal(t, times, n)
}

func TestInterruptibleInInterruptible(t *testing.T) {
	need(t)
	p, served := newPipe(t), newPipe(t)
	for _, kind := range kinds {
		t.Run(kind.name+", the inner context ends", func(t *testing.T) {
			kind.start(t, func() {
				assert.NoError(t, pthread.Interruptible(t.Context(), func() error {
					for range 20 {
						ctx, cancel := context.WithCancel(t.Context())
						assert.Equal(t, syscall.EINTR, pthread.Interruptible(ctx, func() error {
							go cancel()
							return p.read()
						}))
						// No more of it for the outer one.
						go served.write(t)
						if err := served.read(); err != nil {
							return err
						}
					}
					return nil
				}))
			})()
		})
		t.Run(kind.name+", the outer context ends", func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			kind.start(t, func() {
				assert.Equal(t, syscall.EINTR, pthread.Interruptible(ctx, func() error {
					go cancel()
					return pthread.Interruptible(context.Background(), p.read)
				}))
			})()
		})
	}
}

func TestPanicAndGoexitLeaveInterruptible(t *testing.T) {
	need(t)
	p, served := newPipe(t), newPipe(t)
	ends := map[string]func(){
		"panic":  func() { panic("out") },
		"Goexit": runtime.Goexit,
	}
	for name, end := range ends {
		kinds[0].start(t, func() { // Goexit does not leave the others
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			defer func() {
				if name == "panic" {
					assert.Equal(t, "out", recover())
				}
				go served.write(t)
				assert.NoError(t, served.read())
			}()
			ctx, cancel := context.WithCancel(t.Context())
			_ = pthread.Interruptible(ctx, func() error {
				cancel()
				assert.Equal(t, syscall.EINTR, p.read())
				end()
				return nil
			})
			t.Error("it goes on")
		})()
	}
}

func TestNoInterruptIsLostOrLeftOver(t *testing.T) {
	need(t)
	for _, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) {
			guard(t)
			hammerInterrupt(t, kind, 500)
		})
	}
}

// hammerInterrupt ends the context at any moment around the beginning of a
// read that nobody serves, or around the end of a call that does not block,
// and has a read follow that is served: that one must not be interrupted.
func hammerInterrupt(t *testing.T, kind kind, rounds int) {
	silent, served := newPipe(t), newPipe(t)
	cancels, serve := make(chan context.CancelFunc), make(chan struct{})
	random, own := rand.New(rand.NewPCG(1, uint64(rounds))), rand.New(rand.NewPCG(2, uint64(rounds)))
	canceller := kinds[0].start(t, func() {
		for cancel := range cancels {
			spin(random)
			cancel()
		}
	})
	server := kinds[0].start(t, func() {
		for range serve {
			served.write(t)
		}
	})
	var early, interrupted, unharmed int
	kind.start(t, func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		for i := range rounds {
			ctx, cancel := context.WithCancel(context.Background())
			cancels <- cancel
			if i%3 == 0 {
				spin(own)
			}
			err := pthread.Interruptible(ctx, func() error {
				spin(own)
				if i%2 == 0 {
					return nil
				}
				return silent.read()
			})
			switch err {
			case syscall.EINTR:
				interrupted++
			case nil:
				unharmed++
			case context.Canceled:
				early++
			default:
				t.Errorf("round %d: %v", i, err)
			}
			serve <- struct{}{}
			if err := served.read(); err != nil {
				t.Errorf("round %d, after the end: %v", i, err)
			}
		}
	})()
	close(cancels)
	close(serve)
	canceller()
	server()
	assert.Equal(t, rounds, early+interrupted+unharmed)
	t.Logf("%d interrupted, %d did not block, %d with a context that had ended", interrupted, unharmed, early)
}

// spin lets a random time go by that is about as long as getting into a read
// takes.
func spin(random *rand.Rand) {
	for until := time.Now().Add(time.Duration(random.IntN(40)) * time.Microsecond); time.Now().Before(until); {
		runtime.Gosched()
	}
}

func TestInterruptSignalIsOneOfThemAndStays(t *testing.T) {
	need(t)
	sig, err := pthread.InterruptSignal()
	require.NoError(t, err)
	assert.Contains(t, interruptSignals(), sig)
	again, err := pthread.InterruptSignal()
	assert.NoError(t, err)
	assert.Equal(t, sig, again)
}

// interruptSignals are those that may be chosen, the best first: but for macOS
// the real-time signals. The last of Linux is SIGRTMIN of glibc alone.
func interruptSignals() (sigs []syscall.Signal) {
	least := syscall.Signal(34)
	switch runtime.GOOS {
	case "darwin":
		return []syscall.Signal{23, 29} // SIGIO, SIGINFO
	case "freebsd":
		least = 65
	}
	for sig := lastSignal(); sig >= least; sig-- {
		sigs = append(sigs, sig)
	}
	return sigs
}

// catchLast has C handle the last of them too, unless it is the C library's
// own, as on musl, and nobody can have it.
func catchLast() {
	defer func() { _ = recover() }()
	sigs := interruptSignals()
	pthreadtest.CatchSignal(sigs[len(sigs)-1])
}

// interruptOnce has Interruptible break off a read, and gives its result.
func interruptOnce() error {
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close()
	defer w.Close()
	fd := int(r.Fd())
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	return pthread.Interruptible(ctx, func() error {
		go cancel()
		return pthreadtest.Read(fd)
	})
}

// In children, since who has which signal is the whole process's affair, and
// for good.
func init() {
	children["signal of C"] = func() {
		best := interruptSignals()[0]
		caught := pthreadtest.CatchSignal(best)
		sig, err := pthread.InterruptSignal()
		fmt.Println(sig != best, err)
		fmt.Println(interruptOnce())
		fmt.Println("caught by C:", caught())
	}
	children["all signals of C"] = func() {
		sigs := interruptSignals()
		for _, sig := range sigs[:len(sigs)-1] {
			pthreadtest.CatchSignal(sig)
		}
		catchLast()
		_, err := pthread.InterruptSignal()
		fmt.Println(err)
		fmt.Println(pthread.Interruptible(context.Background(), func() error { panic("called") }))
	}
	children["signal taken by C"] = func() {
		sig, err := pthread.InterruptSignal()
		if err != nil {
			panic(err)
		}
		fmt.Println(interruptOnce())
		caught := pthreadtest.CatchSignal(sig)
		err = pthread.Interruptible(context.Background(), func() error { panic("called") })
		fmt.Println(err)
		fmt.Println("caught by C:", caught())
	}
	children["signal taken by C in the call"] = func() {
		sig, err := pthread.InterruptSignal()
		if err != nil {
			panic(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		var caught func() int
		fmt.Println(pthread.Interruptible(ctx, func() error {
			caught = pthreadtest.CatchSignal(sig)
			cancel()
			// It gives up by itself.
			time.Sleep(5 * time.Millisecond)
			return nil
		}))
		fmt.Println("caught by C:", caught())
	}
	children["signal and os/signal"] = func() {
		got := make(chan os.Signal, 100)
		again := make(chan os.Signal, 100)
		for _, row := range []struct {
			name string
			do   func()
		}{
			{"Notify all", func() { signal.Notify(got) }},
			{"Stop", func() { signal.Stop(got) }},
			{"Ignore all", func() { signal.Ignore() }},
			{"Notify all", func() { signal.Notify(again) }},
			{"Reset all", func() { signal.Reset() }},
			{"Ignore all", func() { signal.Ignore() }},
			{"Reset all", func() { signal.Reset() }},
			{"Notify it", func() { sig, _ := pthread.InterruptSignal(); signal.Notify(again, sig) }},
			{"Reset it", func() { sig, _ := pthread.InterruptSignal(); signal.Reset(sig) }},
			{"Ignore it", func() { sig, _ := pthread.InterruptSignal(); signal.Ignore(sig) }},
		} {
			row.do()
			fmt.Println(row.name, interruptOnce())
		}
		sig, err := pthread.InterruptSignal()
		for _, c := range []chan os.Signal{got, again} {
			for len(c) > 0 {
				if s := <-c; s == sig {
					fmt.Println("Notify got it")
				}
			}
		}
		fmt.Println(err)
	}
	children["all signals ignored"] = func() {
		signal.Ignore()
		catchLast() // which package os/signal leaves alone
		sig, err := pthread.InterruptSignal()
		sigs := interruptSignals()
		fmt.Println(slices.Contains(sigs[:len(sigs)-1], sig), err)
		fmt.Println(interruptOnce())
	}
}

const noSignal = "pthread: sigaction: device or resource busy (no signal is free to interrupt threads with, or the one chosen was taken since)"

func TestSignalThatCHasIsLeftAlone(t *testing.T) {
	need(t)
	stdout, _ := runChild(t, "signal of C")
	assert.Equal(t, "true <nil>\ninterrupted system call\ncaught by C: 0\n", stdout)
}

func TestWithoutAFreeSignalNothingIsInterruptible(t *testing.T) {
	need(t)
	stdout, _ := runChild(t, "all signals of C")
	assert.Equal(t, noSignal+"\n"+noSignal+"\n", stdout)
}

func TestSignalThatCTakesLaterIsGivenUp(t *testing.T) {
	need(t)
	stdout, _ := runChild(t, "signal taken by C")
	assert.Equal(t, "interrupted system call\n"+noSignal+"\ncaught by C: 0\n", stdout)
	stdout, _ = runChild(t, "signal taken by C in the call")
	assert.Equal(t, "<nil>\ncaught by C: 0\n", stdout)
}

func TestOSSignalDoesNotGetInTheWay(t *testing.T) {
	need(t)
	stdout, _ := runChild(t, "signal and os/signal")
	want := ""
	for _, name := range []string{"Notify all", "Stop", "Ignore all", "Notify all", "Reset all", "Ignore all", "Reset all", "Notify it", "Reset it", "Ignore it"} {
		want += name + " interrupted system call\n"
	}
	assert.Equal(t, want+"<nil>\n", stdout)
}

func TestIgnoredSignalServesIfNoOtherDoes(t *testing.T) {
	need(t)
	stdout, _ := runChild(t, "all signals ignored")
	assert.Equal(t, "true <nil>\ninterrupted system call\n", stdout)
}
