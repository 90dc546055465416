package pthread_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/pthread"
)

// Where the parts of a ring are in its memory.
const (
	ringLock  = iota * pthread.SharedSize // mutex
	ringRoom                              // semaphore: places that are free
	ringItems                             // semaphore: items in it
	ringData
	ringPlaces = 64
	ringSize   = ringData + int(unsafe.Sizeof(ringState{}))
)

// ringState is what the lock guards.
type ringState struct {
	in, out uint64
	place   [ringPlaces]item
}

// item is what goes through: its producer, and how many it made before.
type item struct{ producer, number uint32 }

// ring is a queue of items in memory that processes share.
type ring struct {
	lock        *pthread.Mutex
	room, items *pthread.Sem
	state       *ringState
}

func makeRing(m *pthread.SharedMemory) (*ring, error) {
	lock, err1 := m.NewMutex(ringLock, nil)
	room, err2 := m.NewSem(ringRoom, ringPlaces)
	items, err3 := m.NewSem(ringItems, 0)
	return &ring{lock, room, items, ringStateIn(m)}, errors.Join(err1, err2, err3)
}

func findRing(m *pthread.SharedMemory) (*ring, error) {
	lock, err1 := m.Mutex(ringLock)
	room, err2 := m.Sem(ringRoom)
	items, err3 := m.Sem(ringItems)
	return &ring{lock, room, items, ringStateIn(m)}, errors.Join(err1, err2, err3)
}

func ringStateIn(m *pthread.SharedMemory) *ringState {
	return (*ringState)(unsafe.Pointer(&m.Bytes()[ringData]))
}

// pass waits for one of the first semaphore, does something under the lock,
// and adds one to the second.
func (r *ring) pass(from, to *pthread.Sem, do func(*ringState)) error {
	if err := from.Wait(); err != nil {
		return err
	}
	if err := r.lock.Lock(); err != nil {
		return err
	}
	do(r.state)
	if err := r.lock.Unlock(); err != nil {
		return err
	}
	return to.Post()
}

func (r *ring) put(v item) error {
	return r.pass(r.room, r.items, func(s *ringState) {
		s.place[s.in%ringPlaces] = v
		s.in++
	})
}

func (r *ring) get() (v item, err error) {
	err = r.pass(r.items, r.room, func(s *ringState) {
		v = s.place[s.out%ringPlaces]
		s.out++
	})
	return v, err
}

func init() {
	// It takes all items out, and tells whether they were all, in order.
	children["ring"] = func() {
		m := inherited()
		r := must(findRing(m))
		producers, each := must(strconv.Atoi(os.Getenv("PRODUCERS"))), must(strconv.Atoi(os.Getenv("EACH")))
		next := make([]uint32, producers)
		count, sum, disorder := 0, uint64(0), 0
		for range producers * each {
			v := must(r.get())
			if v.number != next[v.producer] {
				disorder++
			}
			next[v.producer] = v.number + 1
			count++
			sum += uint64(v.number)
		}
		fmt.Println(count, sum, disorder)
		try(m.Close())
	}
}

// passThroughRing has threads of this process pass numbers to another process.
func passThroughRing(t *testing.T, producers, each int) {
	m := newMemory(t, ringSize)
	r, err := makeRing(m)
	require.NoError(t, err)
	cmd := child(t, "ring")
	cmd.Env = append(cmd.Env, fmt.Sprint("PRODUCERS=", producers), fmt.Sprint("EACH=", each))
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	inherit(cmd, m)
	begin := time.Now()
	require.NoError(t, cmd.Start())
	var gone atomic.Bool
	var all []*pthread.Thread
	for p := range producers {
		all = append(all, spawn(t, func() {
			for n := range each {
				if !assert.NoError(t, r.put(item{uint32(p), uint32(n)})) || gone.Load() {
					return
				}
			}
		}))
	}
	err = cmd.Wait()
	// A consumer that failed leaves the producers waiting for room.
	gone.Store(true)
	for range producers {
		assert.NoError(t, r.room.Post())
	}
	for _, th := range all {
		join(t, th)
	}
	require.NoError(t, err, "%s", &errs)
	t.Logf("%d items in %v", producers*each, time.Since(begin).Round(time.Millisecond))
	sum := uint64(producers) * uint64(each) * uint64(each-1) / 2
	assert.Equal(t, fmt.Sprintf("%d %d 0\n", producers*each, sum), out.String())
	assert.EqualValues(t, producers*each, r.state.in)
	assert.EqualValues(t, producers*each, r.state.out)
	assertValue(t, 0, r.items)
	closeMemory(t, m)
}

func TestRingBetweenTwoProcessesLosesNothing(t *testing.T) {
	need(t)
	passThroughRing(t, 1, 50_000)
	passThroughRing(t, 2, 25_000)
}
