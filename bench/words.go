package main

import (
	"unicode"
	"unicode/utf8"
)

// wordCounter counts words as strings.Fields does, of a text that comes in
// pieces, so that a file need not fit into memory. The zero value is ready.
type wordCounter struct {
	n       int64
	inside  bool // a word
	partial [utf8.UTFMax]byte
	held    int // bytes in partial: the beginning of a character
}

// Write takes the next piece. It never fails.
func (c *wordCounter) Write(p []byte) (int, error) {
	size := len(p)
	for c.held > 0 && len(p) > 0 {
		c.partial[c.held] = p[0]
		c.held++
		p = p[1:]
		c.release(false)
	}
	for len(p) > 0 {
		if b := p[0]; b < utf8.RuneSelf {
			c.see(asciiSpace[b])
			p = p[1:]
			continue
		}
		if !utf8.FullRune(p) {
			c.held = copy(c.partial[:], p)
			break
		}
		r, n := utf8.DecodeRune(p)
		c.see(unicode.IsSpace(r))
		p = p[n:]
	}
	return size, nil
}

// release takes what it can out of partial; at the end of the text that is
// everything.
func (c *wordCounter) release(end bool) {
	for c.held > 0 && (end || utf8.FullRune(c.partial[:c.held])) {
		r, n := utf8.DecodeRune(c.partial[:c.held])
		c.see(unicode.IsSpace(r))
		c.held = copy(c.partial[:], c.partial[n:c.held])
	}
}

func (c *wordCounter) see(space bool) {
	if !space && !c.inside {
		c.n++
	}
	c.inside = !space
}

// Sum gives the number of words and readies the counter for another text.
func (c *wordCounter) Sum() int64 {
	c.release(true)
	n := c.n
	*c = wordCounter{}
	return n
}

var asciiSpace = [utf8.RuneSelf]bool{'\t': true, '\n': true, '\v': true, '\f': true, '\r': true, ' ': true}
