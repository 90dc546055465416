// Package threadtest is for tests of what is built on package threading: run
// a test on each backend, find what it left behind, wait until threads really
// wait, and try in a process of its own what would end the test's.
//
// A thread's body asserts, it never requires: t.FailNow and t.Fatal are
// runtime.Goexit, which ends the thread and not the test.
package threadtest
