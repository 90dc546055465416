package main

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/pythreads/pythreads/bench/internal/rawc"
	"github.com/pythreads/pythreads/pthread"
)

func TestTimesHaveThreeDigits(t *testing.T) {
	for ns, want := range map[float64]string{
		15.26: "15.3 ns", 152.6: "153 ns", 1526: "1.53 us", 15260: "15.26 us", 152600: "153 us",
	} {
		assert.Equal(t, want, nanoseconds(ns))
	}
}

func TestUnknownIsNotZero(t *testing.T) {
	assert.Equal(t, "-", known("%.1f", 0))
	assert.Equal(t, "1.5", known("%.1f", 1.5))
}

func TestMachineNamesWhatMatters(t *testing.T) {
	assert.Contains(t, machine(), runtime.Version())
	assert.Contains(t, machine(), rawc.Libc())
}

func TestWhatIsMissingIsSaid(t *testing.T) {
	if pthread.Available {
		assert.Empty(t, missing())
	} else {
		assert.Contains(t, missing(), "No native threads")
	}
	if rawc.Available {
		assert.True(t, builtWithCgo())
	}
	assert.Contains(t, getCompiler("linux"), "apt-get install gcc")
	assert.Contains(t, getCompiler("darwin"), "xcode-select --install")
	assert.Contains(t, getCompiler("plan9"), "https://")
}

// In a pipe there is nothing, and nothing can be asked of it.
func TestNoProgressBarInAPipe(t *testing.T) {
	p := newProgress(new(nobody), 3)
	assert.Nil(t, p)
	p.describe("x")
	p.step()
	p.clear()
}

type nobody struct{}

func (nobody) Write(p []byte) (int, error) { panic("written to") }
