package main

import (
	"math"
	"slices"
)

// quantile gives the value below which the share p of the values lies; between
// two values it takes the straight line. The values are not changed; of none
// it is NaN.
func quantile(values []float64, p float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	at := p * float64(len(sorted)-1)
	low := int(at)
	if low == len(sorted)-1 {
		return sorted[low]
	}
	return sorted[low] + (at-float64(low))*(sorted[low+1]-sorted[low])
}

func median(values []float64) float64 { return quantile(values, 0.5) }

// ratio is how many times as much one side takes as another.
type ratio struct {
	value  float64 // median by median
	spread float64 // half the distance between the quartiles of the rounds' own ratios
}

// compare gives the ratio of subject to peer, whose values of the same index
// were measured one after the other.
//
// The middle is taken of each side by itself, so that it belongs to the
// figures in the table. The spread is taken of the ratios of neighbours, so
// that what slows down both for a while, as a busy machine does, does not
// count as uncertainty.
func compare(subject, peer []float64) ratio {
	each := make([]float64, min(len(subject), len(peer)))
	for i := range each {
		each[i] = subject[i] / peer[i]
	}
	return ratio{
		value:  median(subject) / median(peer),
		spread: (quantile(each, 0.75) - quantile(each, 0.25)) / 2,
	}
}

// within says whether the ratio is at most bound, as far as the spread lets
// one tell.
func (r ratio) within(bound float64) bool { return r.value <= bound+r.spread }
