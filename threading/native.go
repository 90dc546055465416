package threading

import (
	"sync/atomic"

	"github.com/pythreads/pythreads/pthread"
)

// native is the OS thread under a Thread of the Pthread backend, and who
// looks after its remains: an OS thread that has ended keeps its stack until
// it was joined, so every one must be, once, also where nobody joins the
// Thread.
type native struct {
	thread *pthread.Thread
	taken  atomic.Bool // somebody joins it, or has
	joined Event
}

// lastEnded is the native thread that ended last. Each that ends joins its
// predecessor, if nobody has, so that no more than one is ever left.
var lastEnded atomic.Pointer[native]

// startNative starts the thread on a pthread.
func (t *Thread) startNative() error {
	size := t.stackSize
	if size == 0 {
		size = int(stackSize.Load())
	}
	if size != 0 {
		size = max(size, stackFloor())
	}
	thread, err := pthread.Create(&pthread.Attr{StackSize: size, Name: t.Name()}, func() any {
		if t.os.Load() == nil {
			t.setNative(pthread.Self())
		}
		t.bootstrap()
		return nil
	})
	if err == nil {
		t.setNative(thread)
	}
	return err
}

// setNative notes the OS thread. Both its creator and the thread do, since
// each may need it before the other has come to it.
func (t *Thread) setNative(thread *pthread.Thread) {
	t.os.CompareAndSwap(nil, &native{thread: thread})
}

// join joins the OS thread if nobody else does.
func (n *native) join() {
	if n.taken.CompareAndSwap(false, true) {
		n.thread.Join() // its result is no news: the Thread has it
		n.joined.Set()
	}
}

// bury waits until the OS thread is gone, once the body is over.
func (t *Thread) bury() {
	n := t.os.Load()
	if n == nil || t.err == ErrGoexit {
		return // a goroutine; or it sleeps for ever
	}
	n.join()
	n.joined.Wait()
}

// passAway is the last act of a thread.
func (t *Thread) passAway() {
	n := t.os.Load()
	if n == nil || t.err == ErrGoexit {
		return
	}
	if predecessor := lastEnded.Swap(n); predecessor != nil {
		predecessor.join()
	}
}
