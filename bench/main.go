// Command bench measures what package threading costs, and what it gives, on
// the machine at hand: a real job done by native threads, by the same program
// on goroutines and by a plain Go program, and the basic operations of each
// against plain C. See README.md for how to read it.
//
// Results go to standard output, a progress bar to a terminal on standard
// error. The exit status is 1 if variants disagree, if native threads turn out
// not to be such, or if anything comes to a wrong result, and 2 for wrong
// usage; a goal that is missed does not change it, since machines are noisy.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pythreads/pythreads/pthread"
)

func main() {
	if text := os.Getenv(childVariable); text != "" {
		if err := serve(text, variants(), os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// config is the flags.
type config struct {
	job       job
	jobRounds int
	rounds    int
	target    time.Duration
	cpus      pair
	only      string
	samples   string
}

// errUsage says that the flags make no sense; why has been printed.
var errUsage = errors.New("usage")

func parse(args []string, stderr io.Writer) (*config, error) {
	c := new(config)
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&c.job.Dir, "dir", "", "tree for the job (default: the Go toolchain's source)")
	flags.IntVar(&c.job.Workers, "workers", max(4, 2*runtime.NumCPU()), "worker threads of the job")
	flags.IntVar(&c.job.Stack, "stack", 256<<10, "C stack of each native worker, in bytes")
	flags.IntVar(&c.jobRounds, "jobrounds", 11, "rounds of the job")
	flags.IntVar(&c.rounds, "rounds", 25, "rounds of the basic operations")
	flags.DurationVar(&c.target, "time", 20*time.Millisecond, "least duration of one measurement of a basic operation")
	cpus := flags.String("cpus", "", "two CPUs for native and C threads, such as 0,1 (default: the first two allowed)")
	flags.StringVar(&c.only, "only", "", "job or basic: only this part")
	flags.StringVar(&c.samples, "samples", "", "file to write all rounds to, for benchstat")
	quick := flags.Bool("quick", false, "a few seconds in all: results are checked, figures mean little")
	if err := flags.Parse(args); err != nil {
		return nil, errUsage
	}
	given := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
	if *quick {
		for name, value := range map[string]string{"jobrounds": "1", "rounds": "3", "time": "1ms"} {
			if !given[name] {
				flags.Set(name, value)
			}
		}
	}

	var err error
	switch {
	case flags.NArg() > 0:
		err = fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case c.job.Workers < 1 || c.jobRounds < 1 || c.rounds < 1 || c.target <= 0:
		err = errors.New("-workers, -jobrounds, -rounds and -time must be positive")
	case c.job.Stack < 32<<10:
		err = errors.New("-stack must be at least 32768, as in Python")
	case !slices.Contains([]string{"", "job", "basic"}, c.only):
		err = errors.New("-only must be job or basic")
	}
	if err == nil {
		c.cpus, err = choose(*cpus)
	}
	if err == nil && c.only != "basic" {
		c.job.Dir, err = tree(c.job.Dir)
	}
	if err != nil {
		fmt.Fprintln(stderr, "bench:", err)
		return nil, errUsage
	}
	return c, nil
}

// choose gives the CPUs that the flag asks for. With a single one, both
// threads of a pair are on it.
func choose(list string) (pair, error) {
	allowed, err := allowedCPUs()
	if err != nil {
		return pair{}, err
	}
	if list == "" {
		return pair{allowed[0], allowed[min(1, len(allowed)-1)]}, nil
	}
	var p pair
	first, second, _ := strings.Cut(list, ",")
	for i, text := range []string{first, second} {
		if p[i], err = strconv.Atoi(text); err != nil || !slices.Contains(allowed, p[i]) {
			return p, fmt.Errorf("-cpus %q: two of %v are wanted", list, allowed)
		}
	}
	return p, nil
}

// tree gives the tree of the job, the Go toolchain's source unless told.
func tree(dir string) (string, error) {
	if dir == "" {
		root, err := exec.Command("go", "env", "GOROOT").Output()
		if err != nil {
			return "", fmt.Errorf("no Go toolchain found (%w): name a tree with -dir", err)
		}
		dir = filepath.Join(strings.TrimSpace(string(root)), "src")
	}
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s is not a directory", dir)
	}
	return dir, err
}

// run is the program.
func run(args []string, stdout, stderr io.Writer) int {
	c, err := parse(args, stderr)
	if err != nil {
		return 2
	}
	if err := c.measure(stdout, stderr); err != nil {
		fmt.Fprintln(stderr, "bench:", err)
		return 1
	}
	return 0
}

func (c *config) measure(stdout, stderr io.Writer) error {
	fmt.Fprintln(stdout, machine())
	if text := missing(); text != "" {
		fmt.Fprintf(stdout, "\n%s\n", text)
	}
	var v *verdict
	if c.only != "basic" {
		var err error
		if v, err = c.doJob(stdout, stderr); err != nil {
			return err
		}
	}
	var s samples
	table, list := scenarios(c.cpus), sides()
	if c.only != "job" {
		where := "on goroutines, which go where the runtime puts them"
		if pthread.Available {
			where = fmt.Sprintf("native and C threads pinned to CPUs %d and %d", c.cpus[0], c.cpus[1])
		}
		fmt.Fprintf(stdout, "\nBasic operations, %s\n\n", where)
		bar := newProgress(stderr, len(table)*len(list)*c.rounds)
		var err error
		s, err = sample(table, list, c.rounds, c.target, bar)
		bar.clear()
		if err != nil {
			return err
		}
		s.report(stdout, table, list)
		fmt.Fprintln(stdout)
		s.reportGoals(stdout, table, list)
	}
	if c.samples == "" {
		return nil
	}
	f, err := os.Create(c.samples)
	if err != nil {
		return err
	}
	return errors.Join(benchmarks(f, v, s, table, list), f.Close())
}

func (c *config) doJob(stdout, stderr io.Writer) (*verdict, error) {
	fmt.Fprintf(stdout, "\nJob: hash and count the words of every file in %s, with %d workers\n\n", c.job.Dir, c.job.Workers)
	list := variants()
	bar := newProgress(stderr, len(list)*c.jobRounds)
	v, err := contest(c.job, list, c.jobRounds, delegate, bar)
	bar.clear()
	if err != nil {
		return nil, err
	}
	v.report(stdout)
	return v, nil
}
