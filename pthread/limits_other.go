//go:build !(linux || darwin || freebsd)

package pthread

// threadLimit cannot be told here.
func threadLimit() (int, string) { return 0, "" }
