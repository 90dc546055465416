package pthread

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/pythreads/pythreads/pthread/caller"
)

// Key is a place in which each thread has a value of its own: thread-specific
// data (pthread_key_t). It is made by NewKey and must not be copied. Any
// thread may use it: one of Create, one that C made, one of the Go runtime's,
// main.
//
// The value is the OS thread's and not the goroutine's. So a goroutine that
// sets one must be locked to its thread (runtime.LockOSThread; the bodies of
// Create and what C calls are), and it leaves the value behind with the thread
// when it unlocks itself; Clear it before.
//
// # Destructors
//
// When a thread ends that Create or C made, the key's destructor is called on
// that very thread with the thread's value, unless it has none. The thread is
// still itself: its number (TID), the goroutine and its other values are as
// before, but its value of this key is gone, and its body is over, so that
// Self is no longer the handle that Create gave. If destructors set values, there is another
// round, and after PTHREAD_DESTRUCTOR_ITERATIONS rounds (4 on Linux) what is
// left is dropped without one. The order of the keys within a round is not
// specified. All of it comes before the destructors of keys that C has made
// since the program began, and before Join returns.
//
// The threads of the Go runtime are different. Such a thread ends where a
// goroutine ends that is locked to it, and has left Go when its destructors are
// due. They are called instead on goroutines of their own, the next time that
// anything is done with any Key: the end itself calls nobody. The main thread
// never ends, only the process does, which calls no destructors.
//
// A panic in a destructor is printed to stderr, and the thread's other
// destructors are called as if nothing had happened. runtime.Goexit in one
// that runs on the ending thread cannot end it, as in a body of Create: it is
// reported on stderr, and the thread sleeps for the rest of the process,
// without calling the others; a Join of it does not return.
type Key[T any] struct{ key }

// NewKey makes a key for which no thread has a value yet (pthread_key_create).
// destructor may be nil.
//
// The error is an *Error with EAGAIN where the process has as many keys as it
// may: PTHREAD_KEYS_MAX, which is 1024 on glibc and 128 on musl, for Go, C
// libraries and the Go runtime (one) together. A key that is dropped without
// Delete is freed by the garbage collector once no thread has a value of it.
func NewKey[T any](destructor func(T)) (*Key[T], error) {
	if !Available {
		return nil, ErrUnavailable
	}
	reapKeys()
	c, errno := shimKeyCreate()
	if errno != 0 {
		return nil, &Error{
			Op: "pthread_key_create", Errno: errno,
			Detail: fmt.Sprintf("a process can have %d keys (PTHREAD_KEYS_MAX)", shimKeyMax()),
		}
	}
	k := &Key[T]{key{c: c}}
	if destructor != nil {
		k.destroy = func(box any) { destructor(*box.(*T)) }
	}
	k.alive.Store(true)
	k.cleanup = runtime.AddCleanup(k, func(c cKey) { shimKeyDelete(c) }, c)
	return k, nil
}

// Get gives the calling thread's value and whether it has one
// (pthread_getspecific). A goroutine that is not locked to a thread has none,
// nor has anybody after Delete.
func (k *Key[T]) Get() (value T, ok bool) {
	v, err := k.own("pthread_getspecific")
	if err != nil || v == nil {
		return value, false
	}
	return *v.box.(*T), true
}

// Set gives the calling thread a value, in place of the one it has
// (pthread_setspecific). Unlike in POSIX any value is one, be it nil or zero;
// see Clear. The old value's destructor is not called.
//
// The error is an *Error with EPERM where the goroutine is not locked to its
// thread, EINVAL after Delete, and ENOMEM.
func (k *Key[T]) Set(value T) error {
	const op = "pthread_setspecific"
	v, err := k.own(op)
	if err != nil {
		return err
	}
	if v != nil {
		*v.box.(*T) = value
		return nil
	}
	box := new(T)
	*box = value
	return k.add(op, box)
}

// Clear takes the calling thread's value away, if it has one
// (pthread_setspecific with NULL). The destructor is not called. The error is
// as for Set.
func (k *Key[T]) Clear() error {
	const op = "pthread_setspecific"
	v, err := k.own(op)
	if err != nil || v == nil {
		return err
	}
	return k.clear(op, v)
}

// Delete ends the key (pthread_key_delete); Set, Clear and Delete give EINVAL
// from then on. All threads' values of it are dropped, and no destructor is
// called for them; those that have begun go on.
func (k *Key[T]) Delete() error { return k.delete("pthread_key_delete") }

// key is a Key without its type.
type key struct {
	c       cKey
	alive   atomic.Bool
	destroy func(box any) // nil: there is no destructor
	cleanup runtime.Cleanup
}

// keyValue is one thread's value of one key.
type keyValue struct {
	key    *key // it keeps the whole Key alive
	thread *cKeyThread
	number uintptr // its place in keyValues, and what the thread has in POSIX
	box    any     // a *T; written and read by the thread alone while that lives
}

// C keeps no pointers of Go's: a value is known to it by a number, and a
// thread by a record of C's.
var (
	keysMu     sync.Mutex
	keyThreads = map[*cKeyThread][]*keyValue{} // guarded by keysMu; threads that have values
	keyValues  keyTable
)

// own gives the calling thread's value; nil for none.
func (k *key) own(op string) (*keyValue, error) {
	if !k.alive.Load() {
		return nil, deletedKey(op)
	}
	if !caller.Locked() {
		reapKeys()
		return nil, &Error{
			Op: op, Errno: syscall.EPERM,
			Detail: "the goroutine is not locked to its thread (runtime.LockOSThread)",
		}
	}
	number, ended := shimKeyGet(k.c)
	runtime.KeepAlive(k)
	if ended {
		reapKeys()
	}
	// The system may have given the number of a key that was deleted just now
	// to a new one, so a value is looked at before it is believed.
	if v := keyValues.get(number); v != nil && v.key == k {
		return v, nil
	}
	return nil, nil
}

// add gives the calling thread, which has none, a value.
func (k *key) add(op string, box any) error {
	keysMu.Lock()
	defer keysMu.Unlock()
	if !k.alive.Load() {
		return deletedKey(op)
	}
	c, errno := shimKeyThread(caller.Foreign())
	if errno != 0 {
		return check(op, errno)
	}
	v := &keyValue{key: k, thread: c, box: box}
	keyValues.put(v)
	if errno := shimKeySet(k.c, v.number); errno != 0 {
		keyValues.drop(v)
		return check(op, errno)
	}
	keyThreads[c] = append(keyThreads[c], v)
	return nil
}

// clear takes v, a value of the calling thread, away.
func (k *key) clear(op string, v *keyValue) error {
	keysMu.Lock()
	defer keysMu.Unlock()
	if !k.alive.Load() {
		return deletedKey(op)
	}
	v.drop()
	err := check(op, shimKeySet(k.c, 0))
	runtime.KeepAlive(k)
	return err
}

func (k *key) delete(op string) error {
	reapKeys()
	keysMu.Lock()
	defer keysMu.Unlock()
	if !k.alive.CompareAndSwap(true, false) {
		return deletedKey(op)
	}
	keyValues.each(func(v *keyValue) {
		if v.key == k {
			v.drop()
		}
	})
	k.cleanup.Stop()
	err := check(op, shimKeyDelete(k.c))
	runtime.KeepAlive(k)
	return err
}

// deletedKey is the error of op on a key after its end, and on one that was
// declared and not made.
func deletedKey(op string) error {
	return &Error{Op: op, Errno: syscall.EINVAL, Detail: "the key was deleted, or NewKey did not make it"}
}

// drop forgets the value. The caller has keysMu.
func (v *keyValue) drop() {
	keyValues.drop(v)
	all := keyThreads[v.thread]
	at := slices.Index(all, v)
	if all = slices.Delete(all, at, at+1); len(all) > 0 {
		keyThreads[v.thread] = all
	} else {
		delete(keyThreads, v.thread)
	}
}

// dropAll forgets a thread's values and gives them. The caller has keysMu.
func dropAll(thread *cKeyThread) []*keyValue {
	all := keyThreads[thread]
	delete(keyThreads, thread)
	for _, v := range all {
		keyValues.drop(v)
	}
	return all
}

// taken says whether the value was there still, and takes it away from the
// calling thread.
func (v *keyValue) taken() bool {
	keysMu.Lock()
	defer keysMu.Unlock()
	if keyValues.get(v.number) != v {
		return false
	}
	v.drop()
	shimKeySet(v.key.c, 0)
	runtime.KeepAlive(v)
	return true
}

// endKeyThread is where a thread that C made comes from C when it ends.
func endKeyThread(thread *cKeyThread) {
	for range keyRounds {
		keysMu.Lock()
		round := slices.Clone(keyThreads[thread])
		keysMu.Unlock()
		for _, v := range round {
			if v.taken() {
				v.destroy(true)
			}
		}
	}
	keysMu.Lock()
	defer keysMu.Unlock()
	for _, v := range dropAll(thread) {
		shimKeySet(v.key.c, 0) // the number is another's next
		runtime.KeepAlive(v)
	}
}

// reapKeys has destructors called for the runtime's threads that have ended.
// The goroutines are no luxury: who uses a key may hold a lock that the
// destructor of another wants.
func reapKeys() {
	shimKeyDrain(func(thread *cKeyThread) {
		keysMu.Lock()
		all := dropAll(thread)
		keysMu.Unlock()
		shimKeyThreadFree(thread)
		for _, v := range all {
			go v.destroy(false)
		}
	})
}

// destroy calls the destructor. onItsThread says that it runs on the thread
// that ends, which C made.
func (v *keyValue) destroy(onItsThread bool) {
	if v.key.destroy == nil {
		return
	}
	settled := false
	defer func() {
		if !settled && onItsThread {
			// As in a thread's body: neither Go nor C can end it from here.
			fmt.Fprintln(os.Stderr, "pthread: runtime.Goexit called in the destructor of a key (t.FailNow or t.Fatal?): the thread sleeps from now on")
			shimThreadHalt()
		}
	}()
	v.callDestructor()
	settled = true
}

// callDestructor recovers from the panic of a destructor.
func (v *keyValue) callDestructor() {
	defer func() {
		if p := recover(); p != nil {
			fmt.Fprintf(os.Stderr, "pthread: panic in the destructor of a key: %v\n\n%s\n", p, debug.Stack())
		}
	}()
	v.key.destroy(v.box)
}

// keyTable is how POSIX names a value: by a number from one up, since it may
// have no pointer of Go's. A look-up is for the thread whose value it is and
// takes no lock.
type keyTable struct {
	all  atomic.Pointer[[]atomic.Pointer[keyValue]] // index is number-1; replaced by a longer one
	free []uintptr                                  // guarded by keysMu
}

// put gives v a number. The caller has keysMu.
func (t *keyTable) put(v *keyValue) {
	if len(t.free) == 0 {
		t.grow()
	}
	last := len(t.free) - 1
	v.number = t.free[last]
	t.free = t.free[:last]
	(*t.all.Load())[v.number-1].Store(v)
}

func (t *keyTable) grow() {
	old := t.slice()
	all := make([]atomic.Pointer[keyValue], max(64, 2*len(old)))
	for i := range old {
		all[i].Store(old[i].Load())
	}
	t.all.Store(&all)
	for number := len(all); number > len(old); number-- {
		t.free = append(t.free, uintptr(number))
	}
}

func (t *keyTable) slice() []atomic.Pointer[keyValue] {
	if all := t.all.Load(); all != nil {
		return *all
	}
	return nil
}

// get gives the value of a number, nil for one that is not in use.
func (t *keyTable) get(number uintptr) *keyValue {
	all := t.slice()
	if number == 0 || number > uintptr(len(all)) {
		return nil
	}
	return all[number-1].Load()
}

// drop takes v's number back. The caller has keysMu.
func (t *keyTable) drop(v *keyValue) {
	t.slice()[v.number-1].Store(nil)
	t.free = append(t.free, v.number)
}

// each calls f for each value, which f may drop. The caller has keysMu.
func (t *keyTable) each(f func(*keyValue)) {
	all := t.slice()
	for i := range all {
		if v := all[i].Load(); v != nil {
			f(v)
		}
	}
}
