// Package caller answers one question: which goroutine is calling?
//
// Go hides the answer on purpose, but a library that gives each thread an identity, an owner to each lock and a
// place for thread-local values has to ask it at every call. The official way, parsing the header that
// [runtime.Stack] prints, is always right and takes microseconds. This package reads the same number from
// the runtime's record of the goroutine (its "g") in one to two nanoseconds.
//
// # Where the words are
//
// The record's layout belongs to the runtime and moves between Go versions, so no offset is written down here. When
// the package is initialized it starts eight goroutines, lets each look through the first words of its own record,
// and keeps the offsets that explain all of them: the goroutine id, the thread it is wired to, the function it was
// started with. Each must be found at exactly one place and must then answer rightly for a goroutine that took no
// part in the search. If anything is missing or ambiguous the whole package works in slow mode, by [runtime.Stack].
// An unknown Go version is therefore slow, never wrong; [Fast] tells which. Slow mode is also what other processors
// than amd64 and arm64 get, and other compilers than gc.
//
// The search takes 40 microseconds in a running program and 100 to 150 at its start, where the first switch away from
// the main goroutine has to make an OS thread; its goroutines have done their work when it ends. It calls
// [runtime.LockOSThread], which in a program without cgo makes the runtime start its template thread: one idle OS
// thread that any later use of LockOSThread would have started too. Where a record keeps its status is found later,
// at the first [Census], because that takes watching a goroutine end.
//
// # What an identity is worth
//
// Ids are never used twice for goroutines of go statements, so a [Ref] to one of those names it for ever, and
// [Census] tells whether it still exists. The goroutine that serves a thread made by C is different: the runtime
// lends it to the thread when the thread first calls Go and gives it to another thread after that one has ended, id
// included. Within the life of one C-made thread the id stays the same; beyond it, it means nothing.
//
// The body of an iterator under [iter.Pull] is a goroutine of its own, and so is every function of
// [time.AfterFunc].
package caller
