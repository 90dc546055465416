// Package pthreadtest is for tests of code that threads made by C may call.
//
// Test files cannot use cgo, and a thread that package pthread makes is known
// to it from birth. The threads made here are not: plain C starts them with
// pthread_create, as a C library would, and they call a Go function. To the
// code under test they are aliens.
//
// A panic in such a function does not cross C. It ends the call, and comes up
// again, as a *Panic, where the test waits for the thread; the thread makes
// no further calls. runtime.Goexit (so t.FailNow and t.Fatal) is fatal to the
// process on a thread that C made, and nothing here can prevent that: assert
// in these functions, never require.
//
// Tasks and CheckLeaks look at the threads of the process, whoever made them.
// They need no cgo.
//
// Where Available is false, what starts a thread panics and says so.
package pthreadtest
