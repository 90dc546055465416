package threading

import (
	"runtime"
	"sync"

	"github.com/pythreads/pythreads/pthread"
	"github.com/pythreads/pythreads/pthread/caller"
)

// threads is every Thread that is alive, and which goroutine each one is.
var threads registry

// Its lock is not one of ours: a goroutine in a testing/synctest bubble would
// wait for that on a channel of the bubble, which no thread outside may touch.
type registry struct {
	mu      sync.Mutex
	table   table // its writers hold mu
	active  ring  // guarded by mu; in the order of their starts, main first
	foreign int   // guarded by mu; records of threads whose end we must find out
	hooked  bool  // guarded by mu; a sweep is due at the next garbage collection
}

// current gives the caller's Thread, nil if it has none yet.
func (g *registry) current() *Thread {
	r := g.table.find(caller.ID())
	if r == nil || r.stale() {
		return nil
	}
	return r.thread
}

// launch lists a thread that starts. It has its place from now on, since it
// may be long until it runs.
func (g *registry) launch(t *Thread) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.active.push(t)
}

// abort takes a thread that could not be started off the list.
func (g *registry) abort(t *Thread) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.active.remove(t)
}

// enter registers the caller as the thread t of r.
func (g *registry) enter(r *record) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if old := g.table.find(r.ref.ID); old != nil {
		g.forget(old) // the C thread that this goroutine served before
	}
	if g.table.full() {
		g.sweep()
		g.table.rehash()
	}
	g.table.put(r)
	if r.thread.ring.next == nil { // else it was launched
		g.active.push(r.thread)
	}
	if r.thread.dummy {
		g.foreign++
		g.sweepAtGC()
	}
}

// leave takes a thread that ends off the list.
func (g *registry) leave(r *record) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.forget(r)
}

// forget takes a record out. The caller holds mu.
func (g *registry) forget(r *record) {
	g.table.remove(r)
	g.active.remove(r.thread)
	if r.thread.dummy {
		g.foreign--
	}
}

// sweep takes out the records of foreign threads that have ended: of C
// threads by their exit notices, of goroutines by a census. The caller holds
// mu.
func (g *registry) sweep() {
	if g.foreign == 0 {
		return
	}
	pthread.DrainExits(func(*pthread.ExitNotice) {}) // their flags tell
	exists := caller.Census()
	g.table.each(func(r *record) {
		switch {
		case !r.thread.dummy:
		case r.exit != nil && r.exit.Exited(), r.exit == nil && !exists(r.ref):
			g.forget(r)
		}
	})
}

// sweepAtGC has a sweep run with each garbage collection while there are
// foreign threads, so that what belongs to ended ones is freed then even if
// no thread comes or goes. The caller holds mu.
func (g *registry) sweepAtGC() {
	if g.hooked || g.foreign == 0 {
		return
	}
	g.hooked = true
	sentinel := new(*byte) // found unreachable by the next collection
	runtime.AddCleanup(sentinel, func(g *registry) {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.sweep()
		g.hooked = false
		g.sweepAtGC()
	}, g)
}

// list gives all threads in order.
func (g *registry) list() []*Thread {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sweep()
	return g.active.appendTo(make([]*Thread, 0, g.active.n))
}

// count says how many threads there are.
func (g *registry) count() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sweep()
	return g.active.n
}

// ring is a list of threads through their ring links; each is on one at most.
type ring struct {
	first *Thread
	n     int
}

// links are a thread's neighbours on a ring, nil off any.
type links struct{ next, prev *Thread }

func (r *ring) push(t *Thread) {
	r.n++
	if r.first == nil {
		r.first = t
		t.ring = links{t, t}
		return
	}
	last := r.first.ring.prev
	t.ring = links{r.first, last}
	last.ring.next, r.first.ring.prev = t, t
}

func (r *ring) remove(t *Thread) {
	r.n--
	if t.ring.next == t {
		r.first = nil
	} else {
		t.ring.prev.ring.next, t.ring.next.ring.prev = t.ring.next, t.ring.prev
		if r.first == t {
			r.first = t.ring.next
		}
	}
	t.ring = links{}
}

func (r *ring) appendTo(list []*Thread) []*Thread {
	t := r.first
	for range r.n {
		list = append(list, t)
		t = t.ring.next
	}
	return list
}
