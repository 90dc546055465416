// Package rawc is the benchmarks' lower bound: each scenario written in plain
// C over POSIX threads, with no Go in the loop. Go calls in once a
// measurement; the threads, the loop and the clock are C's.
//
// Every function pins its threads to the CPUs it is given and returns the
// time that the loop took. An error is a syscall.Errno, or says that the
// threads did not do what they were to do.
package rawc
