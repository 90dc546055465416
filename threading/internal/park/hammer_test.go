package park_test

import (
	"context"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/pythreads/pythreads/threading/internal/park"
)

// The smallest thing that can be waited for: tokens are added to State, takers
// take one or wait. Every token must be taken and no taker may be forgotten,
// whatever ends its wait.
type tokens struct{ list park.List }

func (k *tokens) try() bool {
	for {
		v := k.list.State.Load()
		if v == 0 {
			return false
		}
		if k.list.State.CompareAndSwap(v, v-1) {
			return true
		}
	}
}

func (k *tokens) take(lim park.Limit) bool {
	w := park.NewWaiter()
	for {
		k.list.Lock()
		k.list.Push(w)
		got := k.try()
		if got {
			k.list.Remove(w)
		}
		k.list.Unlock()
		if got {
			return true
		}
		switch w.Sleep(&k.list, lim) {
		case park.Limited:
			return false
		case park.Handed:
			return true
		}
		if k.try() {
			return true
		}
		if lim.Reached() {
			return false
		}
		w.Rearm()
	}
}

func (k *tokens) give(hand bool) {
	if !hand {
		k.list.State.Add(1)
		if k.list.Empty() {
			return
		}
	}
	if w := pop(&k.list); w != nil {
		if hand {
			w.Wake(park.Handed)
		} else {
			w.Wake(park.Retry)
		}
	} else if hand {
		k.give(false)
	}
}

func TestNoTokenIsLostBetweenKindsOfThreadsAndTheirLimits(t *testing.T) {
	guard(t)
	const takers, rounds = 2, 300 // takers of each kind
	var (
		shared       tokens
		given, taken atomic.Int64
		left         atomic.Int64
	)
	var waits []func()
	for _, k := range kinds() {
		for range takers {
			left.Add(1)
			waits = append(waits, k.start(func() {
				defer left.Add(-1)
				for range rounds {
					ok := false
					switch rand.IntN(4) {
					case 0:
						ok = shared.take(park.Limit{})
					case 1:
						ok = shared.take(park.After(rand.N(200 * time.Microsecond)))
					case 2:
						ctx, cancel := context.WithTimeout(context.Background(), rand.N(200*time.Microsecond))
						ok = shared.take(park.Within(ctx))
						cancel()
					default:
						ctx, cancel := context.WithCancel(context.Background())
						go cancel()
						ok = shared.take(park.Within(ctx))
					}
					if ok {
						taken.Add(1)
					}
				}
			}))
		}
	}
	// As long as one is left a token comes; a taker that is forgotten hangs.
	for left.Load() > 0 {
		given.Add(1)
		shared.give(rand.IntN(2) == 0)
		if rand.IntN(8) == 0 {
			time.Sleep(rand.N(20 * time.Microsecond))
		}
		for shared.list.State.Load() > 100 && left.Load() > 0 {
			time.Sleep(10 * time.Microsecond) // takers have a chance to find none
		}
	}
	for _, wait := range waits {
		wait()
	}
	assert.Equal(t, given.Load(), taken.Load()+int64(shared.list.State.Load()))
	requireEmpty(t, &shared.list)
}

// A wake-up and a limit that come at the same moment: either both sides say
// that it was woken, or both that it was not.
func TestWakeAndLimitAgreeOnWhoWasFirst(t *testing.T) {
	forKinds(t, func(t *testing.T, k kind) {
		const rounds = 400
		var l park.List
		ws := make(chan *park.Waiter)
		tokens := make(chan park.Token)
		wait := k.start(func() {
			for i := range rounds {
				w := park.NewWaiter()
				l.Lock()
				l.Push(w)
				l.Unlock()
				var lim park.Limit
				cancel := func() {}
				if i%2 == 0 {
					lim = park.After(rand.N(100 * time.Microsecond))
				} else {
					var ctx context.Context
					ctx, cancel = context.WithTimeout(context.Background(), rand.N(100*time.Microsecond))
					lim = park.Within(ctx)
				}
				ws <- w
				tokens <- w.Sleep(&l, lim)
				cancel()
			}
		})
		for range rounds {
			w := <-ws
			for end := park.After(rand.N(100 * time.Microsecond)); !end.Reached(); {
			}
			popped := pop(&l)
			if popped == nil {
				assert.Equal(t, park.Limited, <-tokens)
				continue
			}
			assert.Same(t, w, popped)
			w.Wake(park.Handed)
			assert.Equal(t, park.Handed, <-tokens)
		}
		wait()
		requireEmpty(t, &l)
	})
}
