package csrc_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A program as a user would have it, with this module vendored.
func TestVendorKeepsTheCAndBuilds(t *testing.T) {
	needGo(t)
	root, dir := module(t), t.TempDir()
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	require.NoError(t, err)
	// The version is ours and its checksum known: nothing has to be looked up.
	sys := run(t, root, nil, "go", "list", "-m", "-f", "{{.Path}} {{.Version}}", "golang.org/x/sys")
	write(t, dir, "go.mod", fmt.Sprintf(`module example.com/consumer

go 1.26.0

require github.com/pythreads/pythreads v0.0.0

require %s // indirect

replace github.com/pythreads/pythreads => %s
`, sys, strconv.Quote(root)))
	write(t, dir, "go.sum", string(sum))
	write(t, dir, "main.go", `package main

import (
	"fmt"

	"github.com/pythreads/pythreads/pthread"
)

func main() {
	th, err := pthread.Create(nil, func() any { return "from a native thread" })
	if err != nil {
		panic(err)
	}
	fmt.Println(th.Join())
}
`)
	run(t, dir, modFlags("mod"), "go", "mod", "vendor")

	for _, pattern := range []string{"*.c", "*.h"} {
		ours, err := filepath.Glob(filepath.Join(root, "csrc", pattern))
		require.NoError(t, err)
		require.NotEmpty(t, ours)
		for _, file := range ours {
			assert.FileExists(t, filepath.Join(dir, "vendor/github.com/pythreads/pythreads/csrc", filepath.Base(file)))
		}
	}
	run(t, dir, modFlags("vendor"), "go", "build", "-o", "consumer", ".")
	assert.Equal(t, "from a native thread <nil>", run(t, dir, nil, filepath.Join(dir, "consumer")))
}
