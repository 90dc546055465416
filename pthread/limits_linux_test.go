package pthread_test

import (
	"io/fs"
	"maps"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"

	"github.com/pythreads/pythreads/pthread"
)

// tree is a file system with these files.
func tree(files map[string]string) fs.FS {
	root := fstest.MapFS{}
	for name, text := range files {
		root[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return root
}

const (
	unifiedMount = "29 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
	pidsMount    = "38 31 0:35 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n39 31 0:36 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n"
)

func TestThreadsAreBoundByTheLowestLimit(t *testing.T) {
	guard(t)
	sysctls := map[string]string{
		"proc/sys/kernel/threads-max": "100000\n",
		"proc/sys/kernel/pid_max":     "200000\n",
		"proc/sys/vm/max_map_count":   "300000\n",
	}
	for _, row := range []struct {
		name  string
		files map[string]string
		uid   int
		nproc int
		want  int
		by    string
	}{
		{"threads-max", nil, 1, -1, 100000, "kernel.threads-max"},
		{"pid_max", map[string]string{"proc/sys/kernel/pid_max": "32768"}, 1, -1, 32768, "kernel.pid_max"},
		{"two mappings a thread", map[string]string{"proc/sys/vm/max_map_count": "65530"}, 1, -1, 32765, "vm.max_map_count"},
		{"a user's limit", nil, 1, 7000, 7000, "RLIMIT_NPROC"},
		{"a user's limit of none", nil, 1, 0, 1, "RLIMIT_NPROC"},
		{"not the superuser's", nil, 0, 7000, 100000, "kernel.threads-max"},
		{"not the superuser's, with namespaces", map[string]string{
			"proc/self/uid_map": "         0          0 4294967295\n",
		}, 0, 7000, 100000, "kernel.threads-max"},
		{"but a container's root has it", map[string]string{
			"proc/self/uid_map": "         1     100000      65535\n         0       1000          1\n",
		}, 0, 7000, 7000, "RLIMIT_NPROC"},
		{"version 2, own group", map[string]string{
			"proc/self/cgroup":                              "0::/user.slice/a.scope\n",
			"proc/self/mountinfo":                           unifiedMount,
			"sys/fs/cgroup/user.slice/a.scope/pids.max":     "500\n",
			"sys/fs/cgroup/user.slice/pids.max":             "9000\n",
			"sys/fs/cgroup/user.slice/other.scope/pids.max": "3\n",
		}, 0, -1, 500, "/sys/fs/cgroup/user.slice/a.scope/pids.max"},
		{"version 2, one above", map[string]string{
			"proc/self/cgroup":    "0::/user.slice/x y.slice/a.scope\n",
			"proc/self/mountinfo": unifiedMount,
			"sys/fs/cgroup/user.slice/x y.slice/a.scope/pids.max": "max\n",
			"sys/fs/cgroup/user.slice/x y.slice/pids.max":         "800\n",
			"sys/fs/cgroup/user.slice/pids.max":                   "9000\n",
		}, 0, -1, 800, "/sys/fs/cgroup/user.slice/x y.slice/pids.max"},
		{"version 2, group without a limit", map[string]string{
			"proc/self/cgroup":           "0::/a\n",
			"proc/self/mountinfo":        unifiedMount,
			"sys/fs/cgroup/a/pids.max":   "max\n",
			"sys/fs/cgroup/a/cpu.max":    "max 100000\n",
			"sys/fs/cgroup/cgroup.procs": "1\n",
		}, 0, -1, 100000, "kernel.threads-max"},
		{"version 2, limit of none", map[string]string{
			"proc/self/cgroup":         "0::/a\n",
			"proc/self/mountinfo":      unifiedMount,
			"sys/fs/cgroup/a/pids.max": "0\n",
		}, 0, -1, 1, "/sys/fs/cgroup/a/pids.max"},
		{"version 2, seen from inside a container", map[string]string{
			"proc/self/cgroup":       "0::/\n",
			"proc/self/mountinfo":    unifiedMount,
			"sys/fs/cgroup/pids.max": "120\n",
		}, 0, -1, 120, "/sys/fs/cgroup/pids.max"},
		{"version 2, group outside of what is seen", map[string]string{
			"proc/self/cgroup":               "0::/../sibling\n",
			"proc/self/mountinfo":            unifiedMount,
			"sys/fs/cgroup/pids.max":         "130\n",
			"sys/fs/sibling/pids.max":        "1\n",
			"sys/fs/cgroup/sibling/pids.max": "2\n",
		}, 0, -1, 130, "/sys/fs/cgroup/pids.max"},
		{"version 2, part of the tree mounted", map[string]string{
			"proc/self/cgroup":             "0::/docker/0a1b/inner\n",
			"proc/self/mountinfo":          "29 23 0:26 /docker/0a1b /sys/fs/cgroup ro - cgroup2 cgroup rw\n",
			"sys/fs/cgroup/inner/pids.max": "max\n",
			"sys/fs/cgroup/pids.max":       "64\n",
		}, 0, -1, 64, "/sys/fs/cgroup/pids.max"},
		{"version 2, a namesake's part mounted", map[string]string{
			"proc/self/cgroup":         "0::/docker/0a1b2\n",
			"proc/self/mountinfo":      "29 23 0:26 /docker/0a1b /sys/fs/cgroup ro - cgroup2 cgroup rw\n",
			"sys/fs/cgroup/pids.max":   "64\n",
			"sys/fs/cgroup/2/pids.max": "1\n",
		}, 0, -1, 64, "/sys/fs/cgroup/pids.max"},
		{"version 2 in an odd place", map[string]string{
			"proc/self/cgroup":    "0::/a\n",
			"proc/self/mountinfo": `29 23 0:26 / /run/c\040g rw - cgroup2 none rw` + "\n",
			"run/c g/a/pids.max":  "77\n",
		}, 0, -1, 77, "/run/c g/a/pids.max"},
		{"version 1", map[string]string{
			"proc/self/cgroup":                           "12:cpu,cpuacct:/other\n4:pids:/user.slice/s-1\n1:name=systemd:/x\n",
			"proc/self/mountinfo":                        pidsMount,
			"sys/fs/cgroup/pids/user.slice/s-1/pids.max": "max\n",
			"sys/fs/cgroup/pids/user.slice/pids.max":     "250\n",
			"sys/fs/cgroup/cpu/other/pids.max":           "1\n",
		}, 0, -1, 250, "/sys/fs/cgroup/pids/user.slice/pids.max"},
		{"version 1, controllers together", map[string]string{
			"proc/self/cgroup":                 "4:freezer,pids:/a:b\n",
			"proc/self/mountinfo":              "39 31 0:36 / /sys/fs/cgroup/mixed rw - cgroup cgroup rw,freezer,pids\n",
			"sys/fs/cgroup/mixed/a:b/pids.max": "66\n",
		}, 0, -1, 66, "/sys/fs/cgroup/mixed/a:b/pids.max"},
		{"both versions", map[string]string{
			"proc/self/cgroup":                 "4:pids:/a\n0::/b\n",
			"proc/self/mountinfo":              pidsMount + "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n",
			"sys/fs/cgroup/pids/a/pids.max":    "90\n",
			"sys/fs/cgroup/unified/b/pids.max": "91\n",
		}, 0, -1, 90, "/sys/fs/cgroup/pids/a/pids.max"},
		{"what cannot be read", map[string]string{
			"proc/self/cgroup":       "\n::\n0::\nnonsense\n",
			"proc/self/mountinfo":    "1 2 3 - cgroup2\n\n- - - - - - - - -\n" + unifiedMount,
			"sys/fs/cgroup/pids.max": "4\n",
		}, 0, -1, 100000, "kernel.threads-max"},
	} {
		files := maps.Clone(sysctls)
		maps.Copy(files, row.files)
		n, by := pthread.ThreadLimitIn(tree(files), row.uid, row.nproc)
		assert.Equal(t, row.want, n, row.name)
		assert.Equal(t, row.by, by, row.name)
	}
}

func TestThreadsCannotBeToldWithoutFiles(t *testing.T) {
	guard(t)
	n, by := pthread.ThreadLimitIn(tree(nil), 0, -1)
	assert.Zero(t, n)
	assert.Empty(t, by)
}
