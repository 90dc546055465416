package threading

import "golang.org/x/sys/unix"

func nativeID() int { return unix.Gettid() }
