package park_test

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/threading/internal/park"
)

func TestListIsSixteenBytes(t *testing.T) {
	if unsafe.Sizeof(uintptr(0)) != 8 {
		t.Skip("pointers are smaller here")
	}
	assert.EqualValues(t, 16, unsafe.Sizeof(park.List{}))
}

func TestZeroListIsEmpty(t *testing.T) {
	var l park.List
	requireEmpty(t, &l)
	l.Lock()
	l.WakeAll(park.Retry)
	requireEmpty(t, &l)
	assert.Zero(t, l.State.Load())
}

func TestPopIsFirstInFirstOut(t *testing.T) {
	var l park.List
	var ws []*park.Waiter
	l.Lock()
	defer l.Unlock()
	for range 5 {
		w := park.NewWaiter()
		ws = append(ws, w)
		l.Push(w)
	}
	for i, w := range ws {
		assert.Equal(t, 5-i, l.Len())
		assert.Same(t, w, l.Pop())
	}
	assert.Nil(t, l.Pop())
}

func TestPushFrontIsBeforeAllOthers(t *testing.T) {
	var l park.List
	l.Lock()
	defer l.Unlock()
	a, b, c, d := park.NewWaiter(), park.NewWaiter(), park.NewWaiter(), park.NewWaiter()
	l.PushFront(a)
	l.PushFront(b)
	l.Push(c)
	l.PushFront(d)
	for i, w := range []*park.Waiter{d, b, a, c} {
		assert.Same(t, w, l.Pop(), "place %d", i)
	}
}

func TestRemoveKeepsTheOrderOfTheRest(t *testing.T) {
	var l park.List
	l.Lock()
	defer l.Unlock()
	for removed := range 4 {
		ws := []*park.Waiter{park.NewWaiter(), park.NewWaiter(), park.NewWaiter(), park.NewWaiter()}
		for _, w := range ws {
			l.Push(w)
		}
		l.Remove(ws[removed])
		for _, w := range slices.Delete(ws, removed, removed+1) {
			assert.Same(t, w, l.Pop(), "without place %d", removed)
		}
		assert.True(t, l.Empty())
	}
}

// The ring against a slice that does the same the plain way.
func TestListDoesWhatASliceWould(t *testing.T) {
	var l park.List
	var model []*park.Waiter
	r := rand.New(rand.NewPCG(1, 2))
	l.Lock()
	defer l.Unlock()
	for range 5000 {
		switch op := r.IntN(5); {
		case op == 0:
			w := park.NewWaiter()
			l.PushFront(w)
			model = slices.Insert(model, 0, w)
		case op <= 2:
			w := park.NewWaiter()
			l.Push(w)
			model = append(model, w)
		case len(model) == 0:
			require.Nil(t, l.Pop())
		case op == 3:
			require.Same(t, model[0], l.Pop())
			model = model[1:]
		default:
			i := r.IntN(len(model))
			l.Remove(model[i])
			model = slices.Delete(model, i, i+1)
		}
		require.Equal(t, len(model), l.Len())
		require.Equal(t, len(model) == 0, l.Empty())
	}
}

func TestGuardExcludes(t *testing.T) {
	guard(t)
	const rounds = 5000
	var l park.List
	n := 0
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for i := range rounds {
				l.Lock()
				n++
				if i%512 == 0 {
					runtime.Gosched() // the holder loses its processor
				}
				l.Unlock()
			}
		})
	}
	all.Wait()
	assert.Equal(t, 4*rounds, n)
}
