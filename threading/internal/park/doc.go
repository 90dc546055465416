// Package park is the one place where threads sleep. Every lock of package
// threading is a small state machine of atomics on top of it: what can be
// decided without waiting never comes here.
//
// # One list, any thread
//
// A thread that must wait makes a Waiter and pushes it on the List of what it
// waits for; whoever changes that thing pops waiters off the list and wakes
// them. How a waiter sleeps depends on what it is: one that is wired to its
// OS thread (made by the pthread backend, by C, or locked by
// runtime.LockOSThread) sleeps natively, in a pthread.Parker; any other
// goroutine on a channel. The waker need not know. A native thread on a
// channel would be woken through the Go scheduler by way of another thread: two
// that wake each other in turn take three times as long so. A goroutine in a
// Parker would hold an OS thread while it sleeps.
//
// # The protocol
//
//   - A List has a guard, a spin lock. The list is changed under it only, and
//     held for a few instructions, never while sleeping or waking.
//   - A waiter pushes itself, and then looks once more at what it waits for,
//     before it sleeps. A waker changes that thing first and then looks at the
//     list. All of it is sequentially consistent, so one of the two sees the
//     other, and no wake-up is lost.
//   - Whoever pops a waiter owes it exactly one Wake, after releasing the
//     guard.
//   - A waiter whose limit comes (a time, or the end of a context) takes the
//     guard. If it is still on the list it takes itself off, and was never
//     woken. If it is not, its Wake is on the way; it waits for that and counts
//     as woken, so a wake-up is never swallowed by a time-out.
//   - A waiter may be moved to another list (Condition moves those it notifies
//     to the lock's list); it sleeps on and knows by its list where it is.
//
// Waiters are not reused: a late touch by a waker then meets a waiter that
// nobody looks at, and a channel made inside a testing/synctest bubble is
// never seen outside.
package park
