//go:build cgo && (darwin || freebsd)

package threading

import "github.com/pythreads/pythreads/pthread"

func nativeID() int { return pthread.Self().TID() }
