package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestContestCountsWhatChildrenReport(t *testing.T) {
	walls := map[string][]time.Duration{
		"quick": {2 * time.Second, 4 * time.Second, 3 * time.Second},
		// The first one of the yardstick reads the tree.
		"plain": {time.Hour, time.Second, time.Second, 2 * time.Second},
	}
	results := []result{{Path: "a", Bytes: 3e6, Words: 5}, {Path: "b", Err: "gone"}, {Path: "c", Bytes: 1e6, Words: 7}}
	v, err := contest(job{}, []variant{{name: "quick"}, {name: "plain"}}, 3, func(v variant, _ job) (outcome, error) {
		wall := walls[v.name][0]
		walls[v.name] = walls[v.name][1:]
		return outcome{Wall: wall, CPU: wall / 2, RSS: 5e6, Threads: 7, Results: results}, nil
	}, nil)
	require.NoError(t, err)
	assert.Equal(t, 2, v.files)
	assert.EqualValues(t, 12, v.words)

	var out strings.Builder
	v.report(&out)
	text := strings.Join(strings.Fields(out.String()), " ")
	assert.Contains(t, text, "2 files, 4.0 MB")
	assert.Contains(t, text, "1 unreadable, such as b (gone)")
	// 4 MB in 3 s; against 1 s. The rounds' own ratios are 2, 4 and 1.5, their
	// quartiles 1.75 and 3.
	assert.Contains(t, text, "quick 1 1.3 1.500 5.0 7 3.00 0.62")
	assert.Contains(t, text, "plain 2 4.0 0.500 5.0 7 1.00 0.00")
}

func TestContestEndsWithAnyFault(t *testing.T) {
	fine := outcome{Results: []result{{Path: "a"}}}
	native := variant{name: "native", native: true}
	plain := variant{name: "plain"}
	for want, second := range map[string]outcome{
		"disagree": {Results: []result{{Path: "a", Words: 1}}},
		"not the threads that were asked for": {
			Results: fine.Results,
			Workers: []identity{{Name: "hash-0"}},
		},
	} {
		_, err := contest(job{}, []variant{native, plain}, 1, func(v variant, _ job) (outcome, error) {
			if v.native {
				return second, nil
			}
			return fine, nil
		}, nil)
		assert.ErrorContains(t, err, want)
	}
	broken := errors.New("no process")
	_, err := contest(job{}, []variant{plain}, 1, func(variant, job) (outcome, error) { return fine, broken }, nil)
	assert.ErrorIs(t, err, broken)
}
