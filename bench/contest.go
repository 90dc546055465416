package main

import (
	"errors"
	"fmt"
	"slices"
)

// entry is a variant of the job and what was measured of it, by round.
type entry struct {
	variant
	wall, cpu    []float64 // seconds
	rss, threads []float64
	proof        string // of its threads, if they are native
}

// verdict is the outcome of a contest.
type verdict struct {
	entries    []entry
	rounds     int
	files      int // that were read
	bytes      int64
	words      int64
	unreadable []result
}

// contest has the variants do the job in turns, each time in a process of its
// own by way of run, and insists that they all come to the same results.
func contest(j job, list []variant, rounds int, run func(variant, job) (outcome, error), bar *progress) (*verdict, error) {
	// A first pass brings the tree into the page cache. It does not count, but
	// for its results.
	yardstick := list[len(list)-1]
	bar.describe("reading the tree")
	first, err := run(yardstick, j)
	if err != nil {
		return nil, err
	}
	v := &verdict{rounds: rounds}
	if err := v.count(first.Results); err != nil {
		return nil, err
	}
	for _, variant := range list {
		v.entries = append(v.entries, entry{variant: variant})
	}
	turn := make([]*entry, len(list))
	for i := range turn {
		turn[i] = &v.entries[i]
	}
	for range rounds {
		for _, e := range turn {
			bar.describe(e.name)
			out, err := run(e.variant, j)
			if err != nil {
				return nil, err
			}
			if diff := firstDifference(first.Results, out.Results); diff != "" {
				return nil, fmt.Errorf("%s and %s disagree, first in\n%s", yardstick.name, e.name, diff)
			}
			if e.native {
				if e.proof, err = proveThreads(out.Workers, j.Stack); err != nil {
					return nil, fmt.Errorf("%s: not the threads that were asked for: %w", e.name, err)
				}
			}
			e.wall = append(e.wall, out.Wall.Seconds())
			e.cpu = append(e.cpu, out.CPU.Seconds())
			e.rss = append(e.rss, float64(out.RSS))
			e.threads = append(e.threads, float64(out.Threads))
			bar.step()
		}
		slices.Reverse(turn) // as in scenario.sample
	}
	return v, nil
}

// count sums up what the tree consists of.
func (v *verdict) count(results []result) error {
	for _, r := range results {
		if r.Err != "" {
			v.unreadable = append(v.unreadable, r)
			continue
		}
		v.files++
		v.bytes += r.Bytes
		v.words += r.Words
	}
	if v.files == 0 {
		return errors.New("no file that can be read in the tree")
	}
	return nil
}
