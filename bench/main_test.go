package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The test binary is also the program: programVariable has it run with its
// arguments, as main does, and the processes that the program starts are this
// binary again. A variant named by tamperVariable then gets one word wrong.
const (
	programVariable = "PYTHREADS_BENCH_PROGRAM"
	tamperVariable  = "PYTHREADS_BENCH_TAMPER"
)

func TestMain(m *testing.M) {
	// Under the race detector every process sleeps a second before it ends,
	// for late reports. All that is started here is waited for.
	if os.Getenv("GORACE") == "" {
		os.Setenv("GORACE", "atexit_sleep_ms=0")
	}
	text := os.Getenv(childVariable)
	switch {
	case text != "":
		if err := serve(text, tampered(variants(), os.Getenv(tamperVariable)), os.Stdout); err != nil {
			os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
	case os.Getenv(programVariable) != "":
		os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
	default:
		os.Exit(m.Run())
	}
}

// tampered has the variant of that name count a word too many in the file
// latin.
func tampered(list []variant, name string) []variant {
	for i, v := range list {
		if v.name != name {
			continue
		}
		list[i].run = func(j job) ([]result, []identity, error) {
			results, ids, err := v.run(j)
			for k := range results {
				if results[k].Path == "latin" {
					results[k].Words++
				}
			}
			return results, ids, err
		}
	}
	return list
}

// program runs the program in a process of its own.
func program(t *testing.T, env []string, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	words := append(emulator(), self)
	words = append(words, args...)
	cmd := exec.CommandContext(t.Context(), words[0], words[1:]...)
	cmd.Env = append(append(os.Environ(), programVariable+"=1"), env...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		require.NoError(t, err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// A moment for each measurement.
var brief = []string{"-jobrounds=1", "-rounds=1", "-time=10us"}

func TestProgramMeasuresAndSaysSo(t *testing.T) {
	samples := t.TempDir() + "/samples"
	stdout, stderr, status := program(t, nil, append(brief, "-dir", sampleTree(t), "-workers=3", "-samples", samples)...)
	require.Equal(t, 0, status, "stdout: %s\nstderr: %s", stdout, stderr)
	assert.Empty(t, stderr, "no progress bar but on a terminal")
	assert.Contains(t, stdout, "agree on every file")
	for _, v := range variants() {
		assert.Contains(t, stdout, v.name)
		if v.native {
			assert.Regexp(t, `3 workers are OS threads \d+…\d+ named hash-0…hash-2, stack 26\d+ bytes`, stdout)
		}
	}
	for _, sc := range scenarios(pair{}) {
		assert.Contains(t, stdout, sc.name)
	}
	text, err := os.ReadFile(samples)
	require.NoError(t, err)
	assert.Regexp(t, `(?m)^BenchmarkJob/variant=plain-goroutines 1 \d+ ns/op [0-9.]+ MB/s$`, string(text))
	assert.Regexp(t, `(?m)^BenchmarkQueue/side=plain-Go 1 [0-9.]+ ns/op$`, string(text))
}

func TestDisagreementIsShownAndFails(t *testing.T) {
	for _, v := range variants() {
		t.Run(v.name, func(t *testing.T) {
			stdout, stderr, status := program(t, []string{tamperVariable + "=" + v.name},
				append(brief, "-only=job", "-dir", sampleTree(t), "-workers=2")...)
			// The yardstick is measured twice and so disagrees with all but
			// itself.
			assert.Equal(t, 1, status, stdout)
			assert.Contains(t, stderr, "disagree")
			assert.Contains(t, stderr, "latin: 14 bytes, 3 words")
			assert.Contains(t, stderr, "latin: 14 bytes, 4 words")
			assert.NotContains(t, stdout, "agree on every file")
		})
	}
}

func TestWrongUsageIsRefused(t *testing.T) {
	for name, args := range map[string][]string{
		"argument":    {"now"},
		"flag":        {"-fast"},
		"workers":     {"-workers=0"},
		"stack":       {"-stack=4096"},
		"part":        {"-only=all"},
		"cpus":        {"-cpus=0"},
		"another CPU": {"-cpus=0,100000"},
		"no tree":     {"-dir=" + t.TempDir() + "/none"},
		"no folder":   {"-dir=main_test.go"},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			assert.Equal(t, 2, run(args, &stdout, &stderr))
			assert.Empty(t, stdout.String())
			assert.NotEmpty(t, stderr.String())
		})
	}
}

func TestQuickGivesWayToFlags(t *testing.T) {
	c, err := parse([]string{"-quick", "-rounds=7", "-dir=."}, os.Stderr)
	require.NoError(t, err)
	assert.Equal(t, 7, c.rounds)
	assert.Equal(t, 1, c.jobRounds)
}

func TestEmptyTreeFails(t *testing.T) {
	_, stderr, status := program(t, nil, append(brief, "-only=job", "-dir", t.TempDir())...)
	assert.Equal(t, 1, status)
	assert.Contains(t, stderr, "no file that can be read")
}
