package park

import (
	"context"
	"time"
)

// Limit says how long a wait may take. The zero value is for ever.
type Limit struct {
	deadline time.Time       // zero: none
	ctx      context.Context // nil: none
}

// After is a limit of d from now on the monotonic clock; if d is not positive
// it has come already.
func After(d time.Duration) Limit {
	return Limit{deadline: time.Now().Add(d)}
}

// Within is a limit that comes when ctx ends.
func Within(ctx context.Context) Limit { return Limit{ctx: ctx} }

// Forever says that the limit never comes.
func (l Limit) Forever() bool { return l.deadline.IsZero() && l.ctx == nil }

// Reached says whether the limit has come.
func (l Limit) Reached() bool {
	if l.ctx != nil {
		return l.ctx.Err() != nil
	}
	return !l.deadline.IsZero() && !time.Now().Before(l.deadline)
}
