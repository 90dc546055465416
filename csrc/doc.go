// Package csrc holds the C shims of pythreads: what Go cannot say to POSIX
// threads through cgo alone. It has no Go API. Package pthread imports it for
// its side effect, which is that the C below it is compiled and linked.
//
// # The contract of the shims
//
//   - One prefix, pt_, for every symbol, then the object, then the verb.
//   - Every function returns 0 or an errno value; results go through pointers.
//     No shim sets or reads errno for its caller.
//   - A deadline is an absolute time of CLOCK_MONOTONIC in nanoseconds
//     (pt_deadline.h). A wait that a signal breaks off (EINTR) goes on here.
//   - POSIX objects live where they do not move: in memory that the shim's _new
//     made and its _free frees, or in memory that processes share, where a tag
//     says what is there (pt_tag.h).
//   - C knows nothing of Go but two function pointers: the entry of a new
//     thread (pt_thread.h), and what is told of the end of a thread that has
//     values (pt_key.h). So every file here compiles, links and is tested as
//     plain C (testdata).
//   - What a platform lacks stands in a file of that platform, or is ENOTSUP.
//
// # Why a package of its own
//
// Were these files only included by pthread from a sibling folder, an edit
// here would not be seen by the build cache, and "go mod vendor" would leave
// the folder out. As a package it is built and vendored like any other, and
// embedding the sources makes a change of a header rebuild pthread too.
package csrc
