package pthread

import "runtime"

// Self gives the calling thread (pthread_self): the one handle of a thread
// that Create made, else a new handle, which can do all but Join and Detach.
// The answer is about the OS thread; a goroutine that is not locked to one may
// be on another by the time it looks. It is nil where Available is false.
//
// A thread of C or of the runtime ends for its handles when it runs the
// destructors of its thread-specific data. In destructors that run after
// that, and in one of the last round that is the first to ask, a handle can
// tell no more than ID and TID.
func Self() *Thread {
	if !Available {
		return nil
	}
	// All that follows is to be of one thread.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if t := slots.get(shimThreadSlot()); t != nil {
		return t
	}
	t := &Thread{tid: shimThreadTID()}
	t.id.Store(shimThreadSelf())
	self, errno := shimSelfGet()
	if errno != 0 {
		t.err = check("pthread_setspecific", errno)
		return t
	}
	t.self = self
	runtime.AddCleanup(t, shimSelfDrop, self)
	return t
}

// Equal says whether both are handles of the same thread (pthread_equal).
// Unlike the numbers (ID) of POSIX, they are not those of another thread once
// one has ended. Nil and the zero Thread are of none.
func (t *Thread) Equal(u *Thread) bool {
	if t == nil || u == nil {
		return false
	}
	// A thread of Create has one handle; others may have many, and one record,
	// which lives as long as any of them.
	return t == u && (t.slot != 0 || t.tid != 0) || t.self != nil && t.self == u.self
}

// ID gives the pthread_t as a number. It may be given to another thread once
// this one has been joined, or has ended detached. It is 0 for a nil *Thread.
func (t *Thread) ID() uintptr {
	if t == nil {
		return 0
	}
	return t.id.Load()
}

// TID gives the kernel's number of the thread (gettid; on macOS
// pthread_threadid_np, on FreeBSD pthread_getthreadid_np), on Linux as in
// /proc/self/task. It waits for a thread that has not taken its first step. It
// is 0 for a nil *Thread.
func (t *Thread) TID() int {
	if t == nil {
		return 0
	}
	if t.slot != 0 {
		t.begun.wait()
	}
	return t.tid
}
