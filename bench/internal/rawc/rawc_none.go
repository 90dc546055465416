//go:build !cgo || !linux

package rawc

import (
	"errors"
	"time"
)

// Available says whether the C is in this build.
const Available = false

var errNone = errors.New("rawc: not in this build")

// Libc names the C library: none that this program uses.
func Libc() string { return "none (built without cgo)" }

// StartJoin returns an error, as all others do in this build.
func StartJoin(n, cpu0, cpu1, stack int) (time.Duration, error) { return 0, errNone }

// LockPair returns an error.
func LockPair(n, cpu int) (time.Duration, error) { return 0, errNone }

// Contend returns an error.
func Contend(n, cpu0, cpu1 int) (time.Duration, error) { return 0, errNone }

// RoundTrip returns an error.
func RoundTrip(n, cpu0, cpu1 int) (time.Duration, error) { return 0, errNone }

// Queue returns an error.
func Queue(n, capacity, cpu0, cpu1 int) (time.Duration, error) { return 0, errNone }
