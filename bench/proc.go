package main

import (
	"bufio"
	"bytes"
	"os"
	"strconv"
	"strings"
)

// peakRSS gives the most memory in bytes that this process has had resident;
// 0 where that cannot be told.
//
// Not getrusage's ru_maxrss: a process inherits that from the one that started
// it, so that a small child of a large parent would look large.
func peakRSS() int64 { return procStatus("VmHWM") << 10 }

// osThreads gives the number of OS threads in this process; 0 where that
// cannot be told.
func osThreads() int { return int(procStatus("Threads")) }

// procStatus gives a number out of what Linux tells of this process, 0 if
// there is none.
func procStatus(key string) int64 {
	value, _, _ := strings.Cut(procField("/proc/self/status", key), " ")
	n, _ := strconv.ParseInt(value, 10, 64)
	return n
}

// procField gives the value of the first line "key: value" in a file, ""
// if there is none.
func procField(path, key string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ":")
		if strings.TrimSpace(name) == key {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
