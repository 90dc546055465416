//go:build cgo && (linux || darwin || freebsd)

package csrc

// #cgo CFLAGS: -std=c11 -D_GNU_SOURCE -pthread
// #cgo linux freebsd LDFLAGS: -pthread
import "C"

import "embed"

// sources makes the content of every shim part of this package's build key,
// and so of pthread's, which imports it: an edit of a header rebuilds both.
//
//go:embed *.c *.h
var sources embed.FS

var _ = sources
