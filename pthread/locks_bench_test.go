package pthread_test

import (
	"testing"

	"github.com/pythreads/pythreads/pthread"
)

func BenchmarkRWMutexUncontended(b *testing.B) {
	needB(b)
	for _, row := range preferences {
		b.Run(row.name, func(b *testing.B) {
			lockThread(b)
			m := newRWMutex(b, row.prefer)
			b.Run("read", func(b *testing.B) {
				for b.Loop() {
					if m.RLock() != nil || m.RUnlock() != nil {
						b.Fatal("refused")
					}
				}
			})
			b.Run("write", func(b *testing.B) {
				lockThread(b)
				for b.Loop() {
					if m.Lock() != nil || m.Unlock() != nil {
						b.Fatal("refused")
					}
				}
			})
		})
	}
}

func BenchmarkSpinLockUncontended(b *testing.B) {
	needB(b)
	l := newSpinLock(b)
	for b.Loop() {
		if l.Lock() != nil || l.Unlock() != nil {
			b.Fatal("refused")
		}
	}
}

// A round of two threads.
func BenchmarkBarrier(b *testing.B) {
	needB(b)
	for _, k := range kinds {
		b.Run(k.name, func(b *testing.B) {
			barrier := newBarrier(b, 2)
			end := false // written before a round, read behind it
			wait := k.start(b, func() {
				for !end {
					_, _ = barrier.Wait()
				}
			})
			done := k.start(b, func() {
				for b.Loop() {
					_, _ = barrier.Wait()
				}
				end = true
				_, _ = barrier.Wait()
			})
			done()
			wait()
		})
	}
}

func BenchmarkOnceDone(b *testing.B) {
	var once pthread.Once
	once.Do(func() {})
	for b.Loop() {
		once.Do(nil)
	}
}
