package main

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestQuantiles(t *testing.T) {
	for _, row := range []struct {
		values []float64
		p      float64
		want   float64
	}{
		{[]float64{7}, 0.25, 7},
		{[]float64{3, 1, 2}, 0.5, 2},
		{[]float64{4, 1, 3, 2}, 0.5, 2.5},
		{[]float64{4, 1, 3, 2}, 0.25, 1.75}, // a place of 0.75: between 1 and 2
		{[]float64{4, 1, 3, 2}, 0.75, 3.25}, // a place of 2.25: between 3 and 4
		{[]float64{10, 20, 30, 40, 50}, 0.25, 20},
		{[]float64{10, 20, 30, 40, 50}, 0, 10},
		{[]float64{10, 20, 30, 40, 50}, 1, 50},
	} {
		assert.InDelta(t, row.want, quantile(row.values, row.p), 1e-12, "%v of %v", row.p, row.values)
	}
	assert.True(t, math.IsNaN(median(nil)))
}

func TestQuantileLeavesItsValuesInOrder(t *testing.T) {
	values := []float64{3, 1, 2}
	median(values)
	assert.Equal(t, []float64{3, 1, 2}, values)
}

func TestRatioOfMediansAndSpreadOfRatios(t *testing.T) {
	// Medians 6 and 4. Ratios of the rounds: 1, 1.5, 2, 1.25, 3; in order 1,
	// 1.25, 1.5, 2, 3, so the quartiles are 1.25 and 2.
	r := compare([]float64{4, 6, 8, 5, 12}, []float64{4, 4, 4, 4, 4})
	assert.InDelta(t, 1.5, r.value, 1e-12)
	assert.InDelta(t, 0.375, r.spread, 1e-12)

	// The machine is ten times slower in one round: no spread.
	r = compare([]float64{2, 20, 2}, []float64{1, 10, 1})
	assert.Equal(t, ratio{2, 0}, r)
}

func TestWithinAllowsForTheSpread(t *testing.T) {
	assert.True(t, ratio{1.3, 0}.within(1.3))
	assert.True(t, ratio{1.4, 0.1}.within(1.3))
	assert.False(t, ratio{1.45, 0.1}.within(1.3))
}
