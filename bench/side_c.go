package main

import (
	"time"

	"github.com/pythreads/pythreads/bench/internal/rawc"
)

// cSide is the scenarios in C.
type cSide struct{}

func (s cSide) createJoin(n int, cpus pair) (time.Duration, error) { return s.startJoin(n, cpus) }

func (cSide) startJoin(n int, cpus pair) (time.Duration, error) {
	return rawc.StartJoin(n, cpus[0], cpus[1], smallStack)
}

func (cSide) lockPair(n, cpu int) (time.Duration, error) { return rawc.LockPair(n, cpu) }

func (cSide) contend(n int, cpus pair) (time.Duration, error) {
	return rawc.Contend(n, cpus[0], cpus[1])
}

func (cSide) roundTrip(n int, cpus pair) (time.Duration, error) {
	return rawc.RoundTrip(n, cpus[0], cpus[1])
}

func (cSide) queue(n int, cpus pair) (time.Duration, error) {
	return rawc.Queue(n, queueCapacity, cpus[0], cpus[1])
}
