//go:build !race

package pthread_test

// raceEnabled says whether the race detector is on.
const raceEnabled = false
