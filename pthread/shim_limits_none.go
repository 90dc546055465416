//go:build !(cgo && (linux || darwin || freebsd))

package pthread

import "syscall"

func shimLimitsKeys() (int, syscall.Errno)                 { return 0, unavailable }
func shimLimitsDestructorIterations() (int, syscall.Errno) { return 0, unavailable }
func shimLimitsLibc() (string, syscall.Errno)              { return "", unavailable }
