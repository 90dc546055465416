// Package queue is Python's module queue: queues between threads, with
// blocking, timed and cancellable forms of everything that can block, and
// with tasks that producers can wait for.
//
// Any kind of thread may use a queue at the same time as any other: threads of
// package threading on either backend, plain goroutines, C threads that call
// Go. Against a Go channel a Queue has a size that can be asked for, time-outs
// without a select, Join, and native threads that sleep natively; a channel
// has select.
package queue
