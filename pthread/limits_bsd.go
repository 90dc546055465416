//go:build darwin || freebsd

package pthread

import "golang.org/x/sys/unix"

// sysctlLimit gives a limit that a sysctl has, and its name.
func sysctlLimit(name string) (int, string) {
	n, err := unix.SysctlUint32(name)
	if err != nil || n == 0 {
		return 0, ""
	}
	return int(n), name
}
