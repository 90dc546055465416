package main

import (
	"bufio"
	"fmt"
	"io"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"
)

// newTable aligns columns to the right, cells ended by a tab each. The first
// cells go through label.
func newTable(w io.Writer) *tabwriter.Writer {
	return tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
}

// label makes first cells equally wide, which puts them to the left in a table
// that is aligned to the right.
func label(text string) string { return fmt.Sprintf("%-45s", text) }

// rounds says how many.
func rounds(n int) string {
	if n == 1 {
		return "One round"
	}
	return fmt.Sprintf("Medians of %d rounds", n)
}

// report prints the job's outcome.
func (v *verdict) report(w io.Writer) {
	fmt.Fprintf(w, "%d files, %.1f MB, %.1f million words; ", v.files, mega(v.bytes), mega(v.words))
	if len(v.unreadable) > 0 {
		fmt.Fprintf(w, "%d unreadable, such as %s (%s); ", len(v.unreadable), v.unreadable[0].Path, v.unreadable[0].Err)
	}
	fmt.Fprintf(w, "the %d variants agree on every file.\n", len(v.entries))
	for _, e := range v.entries {
		if e.proof != "" {
			fmt.Fprintf(w, "%s.\n", e.proof)
		}
	}
	fmt.Fprintln(w)

	yardstick := v.entries[len(v.entries)-1]
	t := newTable(w)
	fmt.Fprintln(t, label("variant")+"\tfiles/s\tMB/s\tCPU s\tpeak RSS MB\tOS threads\ttime / plain\t± spread\t")
	for _, e := range v.entries {
		wall, r := median(e.wall), compare(e.wall, yardstick.wall)
		fmt.Fprintf(t, "%s\t%.0f\t%.1f\t%s\t%s\t%s\t%.2f\t%.2f\t\n", label(e.name),
			float64(v.files)/wall, mega(v.bytes)/wall,
			known("%.3f", median(e.cpu)), known("%.1f", median(e.rss)/1e6), known("%.0f", median(e.threads)),
			r.value, r.spread)
	}
	t.Flush()
	fmt.Fprintf(w, "%s; each variant in a process of its own.\n", rounds(v.rounds))
}

func mega(n int64) float64 { return float64(n) / 1e6 }

// known formats what is 0 where the system does not tell it.
func known(format string, v float64) string {
	if v == 0 {
		return "-"
	}
	return fmt.Sprintf(format, v)
}

// report prints what the sides took.
func (s samples) report(w io.Writer, table []scenario, list []namedSide) {
	t := newTable(w)
	fmt.Fprintf(t, "%s\t", label("time of one"))
	for _, side := range list {
		fmt.Fprintf(t, "%s\t", side.name)
	}
	fmt.Fprintln(t)
	for i, sc := range table {
		fmt.Fprintf(t, "%s\t", label(sc.name))
		for k := range list {
			fmt.Fprintf(t, "%s\t", nanoseconds(median(s[i][k])))
		}
		fmt.Fprintln(t)
	}
	t.Flush()
	fmt.Fprintf(w, "%s, in which the sides take turns.\n", rounds(len(s[0][0])))
}

// nanoseconds gives a time with three digits or so.
func nanoseconds(ns float64) string {
	switch {
	case ns < 100:
		return fmt.Sprintf("%.1f ns", ns)
	case ns < 1e3:
		return fmt.Sprintf("%.0f ns", ns)
	case ns < 1e5:
		return fmt.Sprintf("%.2f us", ns/1e3)
	}
	return fmt.Sprintf("%.0f us", ns/1e3)
}

// reportGoals prints which goals are met, where both sides of one are there.
func (s samples) reportGoals(w io.Writer, table []scenario, list []namedSide) {
	index := map[string]int{}
	for k, side := range list {
		index[side.name] = k
	}
	t := newTable(w)
	fmt.Fprintln(t, label("goal")+"\tratio\t± spread\tat most\t\t")
	any := false
	for i, sc := range table {
		if sc.goal == nil {
			continue
		}
		subject, here := index[sc.goal.subject]
		peer, there := index[sc.goal.peer]
		if !here || !there {
			continue
		}
		any = true
		r := compare(s[i][subject], s[i][peer])
		met := "MISSED"
		switch {
		case r.value <= sc.goal.bound:
			met = "met"
		case r.within(sc.goal.bound):
			met = "met, within the spread"
		}
		fmt.Fprintf(t, "%s\t%.2f\t%.2f\t%.1f\t%s\t\n", label(sc.goal.text), r.value, r.spread, sc.goal.bound, met)
	}
	if !any {
		fmt.Fprintln(w, "No goals: all of them are for native threads.")
		return
	}
	t.Flush()
	fmt.Fprintln(w, "Ratio of the medians; spread: half the distance between the quartiles of the rounds' own ratios.")
	fmt.Fprintln(w, "A goal is met when the ratio is at most the bound plus the spread.")
}

// benchmarks writes all rounds in the format of go test -bench, for benchstat:
// benchstat -col /side, or -col /variant.
func benchmarks(w io.Writer, v *verdict, s samples, table []scenario, list []namedSide) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "goos: %s\ngoarch: %s\ncpu: %s\n", runtime.GOOS, runtime.GOARCH, cpuModel())
	word := func(name string) string { return strings.ReplaceAll(name, " ", "-") }
	if v != nil {
		for _, e := range v.entries {
			for _, seconds := range e.wall {
				fmt.Fprintf(b, "BenchmarkJob/variant=%s 1 %d ns/op %.2f MB/s\n", word(e.name),
					time.Duration(seconds*float64(time.Second)), mega(v.bytes)/seconds)
			}
		}
	}
	for i := range s {
		for k, side := range list {
			for _, ns := range s[i][k] {
				fmt.Fprintf(b, "Benchmark%s/side=%s 1 %.2f ns/op\n", table[i].slug, word(side.name), ns)
			}
		}
	}
	return b.Flush()
}
