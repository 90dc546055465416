package csrc_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/pthread"
)

// copyModule copies what a program with threads is built from.
func copyModule(t *testing.T) (dir string) {
	t.Helper()
	root, dir := module(t), t.TempDir()
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(root, name))
		require.NoError(t, err)
		write(t, dir, name, string(text))
	}
	for _, pkg := range []string{"csrc", "pthread", "pthread/caller"} {
		entries, err := os.ReadDir(filepath.Join(root, pkg))
		require.NoError(t, err)
		for _, e := range entries {
			if e.IsDir() || strings.HasSuffix(e.Name(), "_test.go") {
				continue
			}
			text, err := os.ReadFile(filepath.Join(root, pkg, e.Name()))
			require.NoError(t, err)
			write(t, dir, filepath.Join(pkg, e.Name()), string(text))
		}
	}
	return dir
}

// An edit of C that no Go file shows must reach the program all the same: the
// build cache has to know of it. What was built before makes it a fair test.
func TestRebuildSeesEditsOfC(t *testing.T) {
	needGo(t)
	dir := copyModule(t)
	// A constant of C's for each way by which one gets into a program: with a
	// .c file that is compiled in csrc, and with a header that cgo reads for
	// pthread.
	write(t, dir, "pthread/probe.go", `//go:build cgo

package pthread

/*
#include "pt_probe.h"
*/
import "C"

// Probe gives the constant of a header and that of a .c file.
func Probe() (header, source int) { return C.PT_PROBE_HEADER, int(C.pt_probe_source()) }
`)
	write(t, dir, "csrc/pt_probe.h", "#define PT_PROBE_HEADER 1\nint pt_probe_source(void);\n")
	write(t, dir, "csrc/pt_probe.c", "#include \"pt_probe.h\"\nint pt_probe_source(void) { return 10; }\n")
	write(t, dir, "probe/main.go", `package main

import (
	"fmt"

	"github.com/pythreads/pythreads/pthread"
)

func main() {
	header, source := pthread.Probe()
	fmt.Println("header:", header, "source:", source, "floor:", pthread.Limits().StackMin)
	th, err := pthread.Create(nil, func() any { return "result" })
	if err != nil {
		panic(err)
	}
	fmt.Println(th.Join())
}
`)
	floor := pthread.Limits().StackMin
	check := func(header, source, floor int, when string) {
		t.Helper()
		run(t, dir, modFlags("mod"), "go", "build", "-o", "probe.out", "./probe")
		assert.Equal(t, fmt.Sprintf("header: %d source: %d floor: %d\nresult <nil>", header, source, floor),
			run(t, dir, nil, filepath.Join(dir, "probe.out")), when)
	}
	check(1, 10, floor, "before any edit")
	edit(t, dir, "csrc/pt_probe.c", "return 10", "return 11")
	check(1, 11, floor, "after an edit of a .c file")
	edit(t, dir, "csrc/pt_probe.h", "PT_PROBE_HEADER 1", "PT_PROBE_HEADER 2")
	check(2, 11, floor, "after an edit of a header")
	// And so with a file of ours: as if the system's own minimum were 1 MiB.
	edit(t, dir, "csrc/pt_thread.c", "*size = (size_t)n;", "*size = (size_t)1 << 20;")
	page := os.Getpagesize()
	check(2, 11, (1<<20+32<<10+page-1)/page*page, "after an edit of pt_thread.c")
}
