//go:build race

package threading_test

// raceEnabled says whether the race detector is on: it is slow, allocates, and
// knows no more than 8,128 goroutines at a time.
const raceEnabled = true
