package main

import (
	"fmt"
	"runtime"
	"slices"
	"time"
)

// scenario is one thing that is measured on every side.
type scenario struct {
	name string
	slug string // in the samples file
	run  func(s side, n int) (time.Duration, error)
	goal *goal // nil: for information
}

// goal says how many times as long as a peer a subject may take.
type goal struct {
	text          string
	subject, peer string // names of sides
	bound         float64
}

// scenarios gives the table, for threads on these two CPUs.
func scenarios(cpus pair) []scenario {
	first := cpus[0]
	one := pair{first, first}
	return []scenario{
		{
			name: "create and join, one CPU",
			slug: "CreateJoinOneCPU",
			run:  func(s side, n int) (time.Duration, error) { return s.createJoin(n, one) },
		},
		{
			name: "create and join, two CPUs",
			slug: "CreateJoinTwoCPUs",
			run:  func(s side, n int) (time.Duration, error) { return s.createJoin(n, cpus) },
			goal: &goal{"create and join, two CPUs: pthreads / raw C", nativeSide, rawSide, 1.3},
		},
		{
			name: "start and join, one CPU",
			slug: "StartJoinOneCPU",
			run:  func(s side, n int) (time.Duration, error) { return s.startJoin(n, one) },
		},
		{
			name: "start and join, two CPUs",
			slug: "StartJoinTwoCPUs",
			run:  func(s side, n int) (time.Duration, error) { return s.startJoin(n, cpus) },
			goal: &goal{"start and join, two CPUs: pthreads / raw C", nativeSide, rawSide, 1.3},
		},
		{
			name: "lock and release, alone",
			slug: "LockPair",
			run:  func(s side, n int) (time.Duration, error) { return s.lockPair(n, first) },
			goal: &goal{"Lock, alone: pthreads / sync.Mutex", nativeSide, plainSide, 1.2},
		},
		{
			name: "lock and release, two threads",
			slug: "Contend",
			run:  func(s side, n int) (time.Duration, error) { return s.contend(n, cpus) },
		},
		{
			name: "wake-up round trip, one CPU",
			slug: "RoundTripOneCPU",
			run:  func(s side, n int) (time.Duration, error) { return s.roundTrip(n, one) },
			goal: &goal{"wake-up round trip, one CPU: pthreads / raw C", nativeSide, rawSide, 1.3},
		},
		{
			name: "wake-up round trip, two CPUs",
			slug: "RoundTripTwoCPUs",
			run:  func(s side, n int) (time.Duration, error) { return s.roundTrip(n, cpus) },
		},
		{
			name: "queue of 1024, one item",
			slug: "Queue",
			run:  func(s side, n int) (time.Duration, error) { return s.queue(n, cpus) },
			goal: &goal{"queue of 1024: pthreads / Go channel", nativeSide, plainSide, 2.5},
		},
	}
}

// samples is what was measured: nanoseconds an operation, by scenario, side
// and round.
type samples [][][]float64

// sample measures all scenarios on all sides. A measurement takes about
// target.
func sample(table []scenario, list []namedSide, rounds int, target time.Duration, bar *progress) (samples, error) {
	all := make(samples, len(table))
	for i, sc := range table {
		s, err := sc.sample(list, rounds, target, bar)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", sc.name, err)
		}
		all[i] = s
	}
	return all, nil
}

// sample measures one scenario. The sides take turns, and every other round
// in reverse, so that neither a slow minute of the machine nor the place in
// the round is held against one of them.
func (sc scenario) sample(list []namedSide, rounds int, target time.Duration, bar *progress) ([][]float64, error) {
	times := make([]int, len(list))
	for i, s := range list {
		bar.describe(sc.name)
		n, err := sc.calibrate(s, target)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		times[i] = n
	}
	all := make([][]float64, len(list))
	turn := make([]int, len(list))
	for i := range turn {
		turn[i] = i
	}
	for range rounds {
		for _, i := range turn {
			runtime.GC() // nobody is to clear up after the one before
			d, err := sc.run(list[i], times[i])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", list[i].name, err)
			}
			all[i] = append(all[i], float64(d.Nanoseconds())/float64(times[i]))
			bar.step()
		}
		slices.Reverse(turn)
	}
	return all, nil
}

// calibrate finds how often a side has to do the thing for it to take target.
func (sc scenario) calibrate(s namedSide, target time.Duration) (int, error) {
	for n := 2; ; {
		d, err := sc.run(s, n)
		if err != nil || d >= target {
			return n, err
		}
		// Towards a little more than the target, but in steps: what is
		// done for the first time, or a few times, says little of many.
		aim := 1.1 * float64(n) * float64(target) / float64(max(d, 1))
		n = int(min(max(aim, 1.5*float64(n)), 20*float64(n)))
	}
}
