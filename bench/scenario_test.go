package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every scenario on every side, for a moment.
func TestScenariosRun(t *testing.T) {
	cpus, err := choose("")
	require.NoError(t, err)
	for _, sc := range scenarios(cpus) {
		for _, s := range sides() {
			t.Run(sc.slug+"/"+s.name, func(t *testing.T) {
				// More than the queue holds, and odd.
				d, err := sc.run(s, queueCapacity+77)
				assert.NoError(t, err)
				assert.Positive(t, d)
			})
		}
	}
}

func TestSampleAsksEachSideInEachRound(t *testing.T) {
	var asked []string
	sc := scenario{run: func(s side, n int) (time.Duration, error) {
		if n > 2 {
			asked = append(asked, s.(namedSide).name)
		}
		return time.Duration(n) * time.Millisecond, nil
	}}
	list := []namedSide{{name: "a"}, {name: "b"}}
	all, err := sc.sample(list, 3, 4*time.Millisecond, nil)
	require.NoError(t, err)
	assert.Equal(t, [][]float64{{1e6, 1e6, 1e6}, {1e6, 1e6, 1e6}}, all)
	assert.Equal(t, "a b a b b a a b", strings.Join(asked, " "), "calibration, then there and back")
}

func TestCalibrationReachesTheTarget(t *testing.T) {
	for _, each := range []time.Duration{0, time.Nanosecond, time.Microsecond, time.Second} {
		sc := scenario{run: func(_ side, n int) (time.Duration, error) {
			// A clock that stands still at first must not end in a division by 0.
			return time.Duration(n)*each + time.Duration(n/1000), nil
		}}
		n, err := sc.calibrate(namedSide{}, time.Millisecond)
		require.NoError(t, err)
		d, _ := sc.run(nil, n)
		assert.GreaterOrEqual(t, d, time.Millisecond)
	}
}

func TestGoalsNameSidesThatExist(t *testing.T) {
	names := []string{nativeSide, goroutineSide, plainSide, rawSide}
	for _, sc := range scenarios(pair{}) {
		if sc.goal != nil {
			assert.True(t, slices.Contains(names, sc.goal.subject) && slices.Contains(names, sc.goal.peer), sc.name)
		}
	}
	for _, s := range sides() {
		assert.Contains(t, names, s.name)
	}
}

func TestGoalsArePassedAndMissed(t *testing.T) {
	list := []namedSide{{name: "us"}, {name: "them"}}
	table := []scenario{
		{goal: &goal{"first", "us", "them", 1.9}},
		{},
		{goal: &goal{"second", "us", "them", 2}},
		{goal: &goal{"third", "us", "nobody", 2}},
		{goal: &goal{"fourth", "us", "them", 1.9}},
	}
	pairs := [][]float64{{20, 20, 20}, {10, 10, 10}}
	// Ratios of 1.75, 2 and 2.25.
	wide := [][]float64{{17.5, 20, 22.5}, {10, 10, 10}}
	var out strings.Builder
	samples{pairs, pairs, pairs, pairs, wide}.reportGoals(&out, table, list)
	text := strings.Join(strings.Fields(out.String()), " ")
	assert.Contains(t, text, "first 2.00 0.00 1.9 MISSED")
	assert.Contains(t, text, "second 2.00 0.00 2.0 met")
	assert.NotContains(t, text, "third")
	assert.Contains(t, text, "fourth 2.00 0.12 1.9 met, within the spread")

	out.Reset()
	samples{pairs}.reportGoals(&out, table[1:2], list)
	assert.Contains(t, out.String(), "No goals")
}

func TestStopwatchSpansAllThreads(t *testing.T) {
	at := func(s int) time.Time { return time.Unix(int64(s), 0) }
	w := &stopwatch{begin: []time.Time{at(5), at(3), at(4)}, end: []time.Time{at(6), at(9), at(8)}}
	assert.Equal(t, 6*time.Second, w.elapsed())
}
