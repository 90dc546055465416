package pthread

import (
	"syscall"
	"time"
)

// Who looks after the end of a thread. Once it is joined or detached, it stays
// so.
const (
	claimNone     = iota
	claimJoining  // a join is under way, which may give up
	claimJoined   // it has succeeded
	claimDetached // nobody will join it
)

// Join waits until the thread has ended and gives what its body returned
// (pthread_join). The OS thread is gone when it returns.
//
// The error is a *PanicError if the body panicked, ErrGoexit if it called
// runtime.Goexit, and an *Error with EDEADLK for the calling thread itself,
// with EINVAL for a thread that is detached, that was joined before or is
// being joined, or that Create did not make. On glibc EDEADLK is also for a
// thread that is joining the calling one; elsewhere the two wait for ever.
//
// It blocks the calling OS thread, not only the goroutine. What the body did
// happens before Join's return. A Goexit is noticed within a second.
func (t *Thread) Join() (any, error) {
	result, _, err := t.join(nil)
	return result, err
}

// TimedJoin is Join with an end and says whether it joined before the deadline
// (pthread_timedjoin_np, pthread_clockjoin_np). The deadline is on the
// monotonic clock. Where it did not, the thread can be joined as before, by
// anybody. On macOS a record of this package's tells that the thread ends, in
// the last round but one of the destructors of its thread-specific data.
func (t *Thread) TimedJoin(deadline time.Time) (result any, joined bool, err error) {
	return t.join(&deadline)
}

// TryJoin joins a thread that has ended and says whether it did
// (pthread_tryjoin_np). For a thread whose body is over and whose OS thread is
// about to end it waits some microseconds. Where it did not join, the thread
// can be joined as before, by anybody.
func (t *Thread) TryJoin() (result any, joined bool, err error) {
	if err := t.joinable(); err != nil {
		return nil, false, err
	}
	if !t.own.ended() { // so its OS thread has not
		return nil, false, t.claimed(joinOp)
	}
	if err := t.take(joinOp, claimJoining); err != nil {
		return nil, false, err
	}
	if err := t.refuseOwnEnd(); err != nil {
		return nil, false, err
	}
	return t.settle(shimThreadTryJoin(t.id.Load()))
}

// refuseOwnEnd gives the claim back that the thread took on itself, in a
// destructor of its thread-specific data. While there is a claim the pthread_t
// is no other thread's.
func (t *Thread) refuseOwnEnd() error {
	if t.own.ended() && t.id.Load() == shimThreadSelf() {
		t.claim.Store(claimNone)
		return errSelfJoin()
	}
	return nil
}

func errSelfJoin() error {
	return &Error{Op: joinOp, Errno: syscall.EDEADLK, Detail: "a thread can't join itself"}
}

const joinOp = "pthread_join"

// join waits until the deadline; nil: for ever.
func (t *Thread) join(deadline *time.Time) (result any, joined bool, err error) {
	if err := t.joinable(); err != nil {
		return nil, false, err
	}
	if err := t.take(joinOp, claimJoining); err != nil {
		return nil, false, err
	}
	if err := t.refuseOwnEnd(); err != nil {
		return nil, false, err
	}
	// Waiting for the OS thread itself is one sleep and one wake-up; waiting
	// for a word of ours first would make it two. But a thread that halted in
	// Goexit never ends, so look for that now and then.
	id := t.id.Load()
	errno, last := shimThreadTryJoin(id), false
	for patience := 10 * time.Millisecond; pending(errno) && !last && !t.halted(); patience = min(2*patience, time.Second) {
		look := time.Now().Add(patience)
		if deadline != nil && !look.Before(*deadline) {
			look, last = *deadline, true
		}
		errno = shimThreadTimedJoin(id, look)
	}
	return t.settle(errno)
}

// settle is the end of a join, which took the claim.
func (t *Thread) settle(errno syscall.Errno) (result any, joined bool, err error) {
	if errno == 0 || t.halted() {
		t.claim.Store(claimJoined)
		return t.result, true, t.err
	}
	t.claim.Store(claimNone)
	if pending(errno) {
		return nil, false, nil
	}
	return nil, false, check(joinOp, errno)
}

// pending says whether errno is that of a thread which has not ended.
func pending(errno syscall.Errno) bool {
	return errno == syscall.EBUSY || errno == syscall.ETIMEDOUT
}

// halted says whether the thread sleeps for ever after a Goexit.
func (t *Thread) halted() bool { return t.own.ended() && t.err == ErrGoexit }

// joinable says why the caller cannot join the thread, whoever has a claim on
// it.
func (t *Thread) joinable() error {
	if err := t.ours(joinOp); err != nil {
		return err
	}
	if !t.own.ended() && shimThreadSlot() == t.slot {
		return errSelfJoin()
	}
	return nil
}

// ours says why op, which is for threads of Create, cannot be done.
func (t *Thread) ours(op string) error {
	if err := t.known(op); err != nil {
		return err
	}
	if t.slot == 0 {
		return &Error{Op: op, Errno: syscall.EINVAL, Detail: "the thread was not made by Create"}
	}
	return nil
}

// Detach lets the thread go: nobody can join it, and the system frees it by
// itself when it ends (pthread_detach). The error is an *Error with EINVAL if
// the thread is detached, joined or being joined, or was not made by Create.
func (t *Thread) Detach() error {
	const op = "pthread_detach"
	if err := t.ours(op); err != nil {
		return err
	}
	if err := t.take(op, claimDetached); err != nil {
		return err
	}
	t.reportUnseen()
	return check(op, shimThreadDetach(t.id.Load()))
}

// take makes claim the thread's, unless somebody has one.
func (t *Thread) take(op string, claim uint32) error {
	for !t.claim.CompareAndSwap(claimNone, claim) {
		if err := t.claimed(op); err != nil {
			return err
		}
	}
	return nil
}

// claimed is the error of op for a thread that somebody has a claim on.
func (t *Thread) claimed(op string) error {
	var detail string
	switch t.claim.Load() {
	case claimNone:
		return nil
	case claimJoining:
		detail = "the thread is being joined"
	case claimJoined:
		detail = "the thread is joined already"
	case claimDetached:
		detail = "the thread is detached"
	}
	return &Error{Op: op, Errno: syscall.EINVAL, Detail: detail}
}
