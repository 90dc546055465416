package pthread

import (
	"io/fs"
	"iter"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// threadLimit gives the lowest of the limits on the number of threads and its
// name.
func threadLimit() (int, string) {
	nproc := -1
	var r unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NPROC, &r) == nil && r.Cur < 1<<31 {
		nproc = int(r.Cur)
	}
	return threadLimitIn(os.DirFS("/"), unix.Getuid(), nproc)
}

// threadLimitIn is threadLimit for a process of that user with that
// RLIMIT_NPROC (negative for none), whose files are below root.
func threadLimitIn(root fs.FS, uid, nproc int) (int, string) {
	low, by := 0, ""
	lower := func(n int, name string) {
		// Where a limit is below what is there already, it leaves one.
		if n = max(n, 1); low == 0 || n < low {
			low, by = n, name
		}
	}
	lowerTo := func(file, name string, share int) {
		if n, ok := readInt(root, file); ok {
			lower(n/share, name)
		}
	}
	if nproc >= 0 && !isSuperuser(root, uid) {
		lower(nproc, "RLIMIT_NPROC")
	}
	lowerTo("proc/sys/kernel/threads-max", "kernel.threads-max", 1)
	lowerTo("proc/sys/kernel/pid_max", "kernel.pid_max", 1)
	// A stack and its guard are two mappings.
	lowerTo("proc/sys/vm/max_map_count", "vm.max_map_count", 2)
	for _, dir := range controlGroups(root) {
		file := path.Join(dir, "pids.max")
		lowerTo(strings.TrimPrefix(file, "/"), file, 1)
	}
	return low, by
}

// isSuperuser says whether the user is the machine's root, whom RLIMIT_NPROC
// does not hold; the root of a container's own users is another one outside.
func isSuperuser(root fs.FS, uid int) bool {
	if uid != 0 {
		return false
	}
	for line := range fields(root, "proc/self/uid_map") {
		if len(line) == 3 && line[0] == "0" {
			return line[1] == "0"
		}
	}
	return true // without namespaces
}

// controlGroups gives the directories of the control groups that may limit the
// number of this process's tasks: its own and all above it, as far up as they
// are mounted here, in either version of control groups.
func controlGroups(root fs.FS) []string {
	unified, pids := "", "" // where the process is in the two versions' trees
	for _, line := range strings.Split(readText(root, "proc/self/cgroup"), "\n") {
		parts := strings.SplitN(line, ":", 3)
		switch {
		case len(parts) != 3:
		case parts[0] == "0" && parts[1] == "":
			unified = parts[2]
		case slices.Contains(strings.Split(parts[1], ","), "pids"):
			pids = parts[2]
		}
	}
	var dirs []string
	for line := range fields(root, "proc/self/mountinfo") {
		// ID, parent, device, root, mount point, options, …, "-", type,
		// source, options of the file system.
		end := slices.Index(line, "-")
		if end < 6 || len(line) < end+4 {
			continue
		}
		within := ""
		switch line[end+1] {
		case "cgroup2":
			within = unified
		case "cgroup":
			if slices.Contains(strings.Split(line[end+3], ","), "pids") {
				within = pids
			}
		}
		if within == "" {
			continue
		}
		top := path.Clean(unescape(line[4]))
		for dir := path.Join(top, below(unescape(line[3]), within)); ; dir = path.Dir(dir) {
			dirs = append(dirs, dir)
			if dir == top || dir == "/" {
				break
			}
		}
	}
	return dirs
}

// below gives where within lies below the part of a tree that is mounted; the
// top of that where it does not, as in a container that sees its own part
// alone.
func below(mounted, within string) string {
	rest, ok := strings.CutPrefix(within, strings.TrimSuffix(mounted, "/"))
	if !ok || rest == "" || rest[0] != '/' || slices.Contains(strings.Split(rest, "/"), "..") {
		return "/"
	}
	return rest
}

// unescape undoes the octal escapes of mountinfo.
var unescape = strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`).Replace

// fields gives the words of each line of a file.
func fields(root fs.FS, file string) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for line := range strings.Lines(readText(root, file)) {
			if !yield(strings.Fields(line)) {
				return
			}
		}
	}
}

// readText gives what is in a file, or "" if there is none.
func readText(root fs.FS, file string) string {
	text, err := fs.ReadFile(root, file)
	if err != nil {
		return ""
	}
	return string(text)
}

// readInt gives the number in a file, and whether there is one.
func readInt(root fs.FS, file string) (int, bool) {
	n, err := strconv.Atoi(strings.TrimSpace(readText(root, file)))
	return n, err == nil
}
