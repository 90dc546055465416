package main

import (
	"io"
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress is a bar on a terminal, and nothing anywhere else. A nil one is
// nothing too.
type progress struct{ bar *progressbar.ProgressBar }

// newProgress makes a bar of that many steps on w, if w is a terminal.
func newProgress(w io.Writer, steps int) *progress {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	return &progress{progressbar.NewOptions(steps,
		progressbar.OptionSetWriter(f),
		progressbar.OptionSetWidth(30),
		progressbar.OptionShowCount(),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionClearOnFinish(),
	)}
}

// describe says what is being done.
func (p *progress) describe(what string) {
	if p != nil {
		p.bar.Describe(what)
	}
}

// step says that a step is done.
func (p *progress) step() {
	if p != nil {
		p.bar.Add(1)
	}
}

// clear takes the bar off the screen, done or not.
func (p *progress) clear() {
	if p != nil {
		p.bar.Clear()
	}
}
