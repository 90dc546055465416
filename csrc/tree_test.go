package csrc_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/pthread"
)

// The tests of this folder run the go command: what they check is that it
// takes C in a folder of its own for what it is. They hold for the platform
// that they run on and need a C compiler.
func needGo(t *testing.T) {
	t.Helper()
	if !pthread.Available {
		t.Skip("cgo is off, and no C is built")
	}
	if testing.Short() {
		t.Skip("builds programs")
	}
	_, err := exec.LookPath("go")
	require.NoError(t, err)
}

// module is the root of the module under test.
func module(t *testing.T) string {
	t.Helper()
	_, file, _, ok := runtime.Caller(0)
	require.True(t, ok)
	root := filepath.Dir(filepath.Dir(file))
	if !filepath.IsAbs(root) { // built with -trimpath: the test's folder is all we have
		var err error
		root, err = filepath.Abs("..")
		require.NoError(t, err)
	}
	return root
}

// run runs a command in a folder and gives what it said on stdout. env is
// added to the environment.
func run(t *testing.T, dir string, env []string, name string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, "%s %s\n%s", name, strings.Join(args, " "), &stderr)
	return strings.TrimSpace(string(out))
}

// write writes a file of a folder.
func write(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o777))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o666))
}

// edit replaces the one place of old in a file.
func edit(t *testing.T, dir, name, old, new string) {
	t.Helper()
	path := filepath.Join(dir, name)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(string(text), old), "%q in %s", old, name)
	require.NoError(t, os.WriteFile(path, []byte(strings.Replace(string(text), old, new, 1)), 0o666))
}

// modFlags replaces what GOFLAGS may say of how modules are found: a vendor
// folder or another go.mod of the caller's is not this module's.
func modFlags(mod string) []string {
	flags := []string{"-mod=" + mod}
	for _, f := range strings.Fields(os.Getenv("GOFLAGS")) {
		if !strings.HasPrefix(f, "-mod=") && !strings.HasPrefix(f, "-modfile=") {
			flags = append(flags, f)
		}
	}
	return []string{"GOFLAGS=" + strings.Join(flags, " "), "GOWORK=off"}
}
