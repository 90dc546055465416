//go:build !linux

package pthread

import (
	"sync"
	"time"
)

// Parker makes one OS thread sleep until another thread wakes it; see the
// documentation for Linux. Without a futex it sleeps as goroutines do.
type Parker struct {
	once  sync.Once
	token chan struct{} // holds the token; made by the first user
}

func (p *Parker) ch() chan struct{} {
	p.once.Do(func() { p.token = make(chan struct{}, 1) })
	return p.token
}

// Park sleeps until there is a token and takes it.
func (p *Parker) Park() { <-p.ch() }

// ParkUntil is Park with an end: it says whether it took a token before the
// deadline.
func (p *Parker) ParkUntil(deadline time.Time) bool {
	select {
	case <-p.ch():
		return true
	default:
	}
	timer := time.NewTimer(time.Until(deadline))
	defer timer.Stop()
	select {
	case <-p.ch():
		return true
	case <-timer.C:
		return false
	}
}

// Unpark leaves a token and wakes the sleeper if there is one.
func (p *Parker) Unpark() {
	select {
	case p.ch() <- struct{}{}:
	default: // a token is there already
	}
}
