package pthread

import (
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// threadLimit gives the lowest of the limits on the number of threads and its
// name.
func threadLimit() (int, string) {
	low, by := 0, ""
	lower := func(n int, name string) {
		if n > 0 && (low == 0 || n < low) {
			low, by = n, name
		}
	}
	var r unix.Rlimit
	// The superuser is not held to it.
	if unix.Geteuid() != 0 && unix.Getrlimit(unix.RLIMIT_NPROC, &r) == nil && r.Cur < 1<<31 {
		lower(int(r.Cur), "RLIMIT_NPROC")
	}
	lower(readInt("/proc/sys/kernel/threads-max"), "kernel.threads-max")
	lower(readInt("/proc/sys/kernel/pid_max"), "kernel.pid_max")
	lower(readInt("/sys/fs/cgroup/pids.max"), "cgroup pids.max")
	// A stack and its guard are two mappings.
	lower(readInt("/proc/sys/vm/max_map_count")/2, "vm.max_map_count")
	return low, by
}

// readInt gives the number in a file, or 0 if there is none.
func readInt(path string) int {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0
	}
	return n
}
