package pthread_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/pthread"
	"github.com/pythreads/pythreads/pthread/pthreadtest"
)

func needB(b *testing.B) {
	if !pthread.Available {
		b.Skip("no POSIX threads in this build")
	}
}

func BenchmarkCreateJoin(b *testing.B) {
	needB(b)
	for _, row := range []struct {
		name string
		attr *pthread.Attr
	}{
		{"default", nil},
		{"smallest stack", &pthread.Attr{StackSize: pthread.Limits().StackMin}},
		{"named", &pthread.Attr{Name: "bench"}},
	} {
		b.Run(row.name, func(b *testing.B) {
			for b.Loop() {
				th, err := pthread.Create(row.attr, func() any { return nil })
				if err != nil {
					b.Fatal(err)
				}
				if _, err := th.Join(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A wake-up and the answer to it.
func BenchmarkParkerRoundTrip(b *testing.B) {
	for _, k := range kinds {
		b.Run(k.name, func(b *testing.B) {
			var ping, pong pthread.Parker
			end := false
			wait := k.start(b, func() {
				for ping.Park(); !end; ping.Park() {
					pong.Unpark()
				}
			})
			done := k.start(b, func() {
				for b.Loop() {
					ping.Unpark()
					pong.Park()
				}
			})
			done()
			end = true
			ping.Unpark()
			wait()
		})
	}
}

// The token is there: what a wait costs that need not sleep.
func BenchmarkParkerToken(b *testing.B) {
	var p pthread.Parker
	for b.Loop() {
		p.Unpark()
		p.Park()
	}
}

// A deadline that has passed.
func BenchmarkParkerPoll(b *testing.B) {
	var p pthread.Parker
	past := time.Now()
	for b.Loop() {
		if p.ParkUntil(past) {
			b.Fatal("got a token")
		}
	}
}

func BenchmarkMutexUncontended(b *testing.B) {
	needB(b)
	for _, row := range mutexTypes {
		b.Run(row.name, func(b *testing.B) {
			lockThread(b)
			m := newMutex(b, row.kind)
			for b.Loop() {
				if m.Lock() != nil || m.Unlock() != nil {
					b.Fatal("refused")
				}
			}
		})
	}
}

func BenchmarkSemUncontended(b *testing.B) {
	needB(b)
	s := newSem(b, 0)
	for b.Loop() {
		if s.Post() != nil || s.Wait() != nil {
			b.Fatal("refused")
		}
	}
}

func BenchmarkCondSignalNobody(b *testing.B) {
	needB(b)
	c := newCond(b)
	for b.Loop() {
		if c.Signal() != nil {
			b.Fatal("refused")
		}
	}
}

// A deadline that has passed. Most of it is the kernel's: it lets the timers of
// ordinary threads be late by 50 us (PR_SET_TIMERSLACK).
func BenchmarkSemPoll(b *testing.B) {
	needB(b)
	s := newSem(b, 0)
	for b.Loop() {
		if ok, err := s.TimedWait(time.Now()); ok || err != nil {
			b.Fatal("got something")
		}
	}
}

func BenchmarkSelf(b *testing.B) {
	needB(b)
	b.Run("native", func(b *testing.B) {
		onThread(b, func() {
			for b.Loop() {
				_ = pthread.Self()
			}
		})
	})
	b.Run("goroutine", func(b *testing.B) {
		lockThread(b)
		for b.Loop() {
			_ = pthread.Self()
		}
	})
}

func BenchmarkExit(b *testing.B) {
	needB(b)
	pthreadtest.Go(func() {
		n, err := pthread.WatchExit()
		if err != nil {
			panic(err)
		}
		b.Run("watch", func(b *testing.B) {
			for b.Loop() {
				_, _ = pthread.WatchExit()
			}
		})
		b.Run("exited", func(b *testing.B) {
			for b.Loop() {
				_ = n.Exited()
			}
		})
	})()
	b.Run("drain nothing", func(b *testing.B) {
		for b.Loop() {
			pthread.DrainExits(func(*pthread.ExitNotice) {})
		}
	})
}

func BenchmarkReserve(b *testing.B) {
	needB(b)
	for b.Loop() {
		require.NoError(b, pthread.Reserve(10))
	}
}
