//go:build cgo

package pthread

import (
	"runtime/cgo"
	"testing"
)

// What naming a thread to C costs over its life: given, looked up once by the
// new thread, and taken back. One thread at a time, and with a thousand others
// alive; alone and from all processors.
func BenchmarkSlots(b *testing.B) {
	t := new(Thread)
	for _, others := range []int{0, 1000} {
		name := map[int]string{0: "alone", 1000: "among 1000"}[others]
		b.Run("slots/"+name, func(b *testing.B) {
			var s slotTable
			for range others {
				s.put(t)
			}
			life := func() {
				slot := s.put(t)
				if s.get(slot) != t {
					panic("another's")
				}
				s.drop(slot)
			}
			b.Run("serial", func(b *testing.B) {
				for b.Loop() {
					life()
				}
			})
			b.Run("parallel", func(b *testing.B) {
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						life()
					}
				})
			})
		})
		b.Run("handle/"+name, func(b *testing.B) {
			for range others {
				defer cgo.NewHandle(t).Delete()
			}
			life := func() {
				h := cgo.NewHandle(t)
				if h.Value().(*Thread) != t {
					panic("another's")
				}
				h.Delete()
			}
			b.Run("serial", func(b *testing.B) {
				for b.Loop() {
					life()
				}
			})
			b.Run("parallel", func(b *testing.B) {
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						life()
					}
				})
			})
		})
	}
}
