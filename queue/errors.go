package queue

import (
	"errors"

	"github.com/pythreads/pythreads/threading"
)

var (
	// ErrEmpty is what a Get returns that may not wait, or no longer, for an
	// item (Python's exception Empty).
	ErrEmpty = errors.New("queue: empty")
	// ErrFull is what a Put returns that may not wait, or no longer, for room
	// (Python's exception Full).
	ErrFull = errors.New("queue: full")

	errNegativeTimeout = &threading.ValueError{Msg: "'timeout' must be a non-negative number"}
	errTaskDone        = &threading.ValueError{Msg: "task_done() called too many times"}
)
