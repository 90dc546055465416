package main

import (
	"cmp"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/pythreads/pythreads/bench/internal/rawc"
	"github.com/pythreads/pythreads/pthread"
)

// machine describes what the figures were measured on, in a line.
func machine() string {
	kernel, _ := os.ReadFile("/proc/sys/kernel/osrelease")
	return fmt.Sprintf("%s %s/%s, %s, %d cores, GOMAXPROCS %d, libc %s, kernel %s",
		runtime.Version(), runtime.GOOS, runtime.GOARCH,
		cpuModel(),
		runtime.NumCPU(), runtime.GOMAXPROCS(0), rawc.Libc(),
		cmp.Or(strings.TrimSpace(string(kernel)), "unknown"))
}

func cpuModel() string {
	return cmp.Or(procField("/proc/cpuinfo", "model name"), "unknown CPU")
}

// missing says what this build cannot do, and how to get it; "" if it has
// everything.
func missing() string {
	if pthread.Available {
		return ""
	}
	why := "there is no binding to POSIX threads for " + runtime.GOOS + " yet."
	if !builtWithCgo() {
		why = "this was built without cgo, which needs a C compiler. " + getCompiler(runtime.GOOS)
	}
	return "No native threads and no C to compare with: " + why + "\nWhat follows runs on goroutines."
}

// getCompiler says how to get a C compiler, and what else may be in the way.
func getCompiler(goos string) string {
	how := map[string]string{
		"linux":   "apt-get install gcc libc6-dev (Debian, Ubuntu), dnf install gcc (Fedora), apk add gcc musl-dev (Alpine)",
		"darwin":  "xcode-select --install",
		"freebsd": "the base system's cc",
	}[goos]
	return "To get one: " + cmp.Or(how, "see https://go.dev/wiki/cgo") + "; and leave CGO_ENABLED unset."
}

// builtWithCgo says whether cgo was on when this program was built.
func builtWithCgo() bool {
	info, _ := debug.ReadBuildInfo()
	if info == nil {
		return false
	}
	for _, s := range info.Settings {
		if s.Key == "CGO_ENABLED" {
			return s.Value == "1"
		}
	}
	return false
}
