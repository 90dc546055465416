//go:build race

package pthread_test

// raceEnabled says whether the race detector is on. It knows no more than
// 8,128 goroutines at a time.
const raceEnabled = true
