package pthread

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestMonotonicIsTheSameMomentAndNeverEarly(t *testing.T) {
	// What one reads of a clock is older by the time one reads the next.
	const slack = 10 * time.Second
	for _, d := range []time.Duration{-time.Hour, -time.Second, 0, time.Millisecond, time.Hour, 1000 * time.Hour} {
		for name, in := range map[string]func() time.Time{
			"monotonic":  func() time.Time { return time.Now().Add(d) },
			"wall clock": func() time.Time { return time.Now().Add(d).Round(0) },
		} {
			before := readMonotonic()
			got := monotonic(in())
			assert.GreaterOrEqual(t, got, before+int64(d), "%s, %v", name, d)
			assert.LessOrEqual(t, got, before+int64(d+slack), "%s, %v", name, d)
		}
	}
}

func TestMonotonicEndsWhereItsNumbersEnd(t *testing.T) {
	for name, late := range map[string]time.Time{
		"longest duration": time.Now().Add(math.MaxInt64),
		"year 9999":        time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC),
		"last time":        time.Unix(1<<62, 0),
	} {
		assert.Greater(t, monotonic(late), readMonotonic()+int64(100*365*24*time.Hour), name)
	}
	for name, early := range map[string]time.Time{
		"zero time":         {},
		"shortest duration": time.Now().Add(math.MinInt64),
		"year 1":            time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC),
	} {
		assert.Negative(t, monotonic(early), name)
	}
}
