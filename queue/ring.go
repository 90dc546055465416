package queue

// ring is a double-ended list in a circular buffer that grows.
type ring[T any] struct {
	buf  []T // length is 0 or a power of two
	head int // index of the first item
	n    int // items
}

const minRing = 8

// push adds an item at the end.
func (r *ring[T]) push(v T) {
	if r.n == len(r.buf) {
		r.grow()
	}
	r.buf[(r.head+r.n)&(len(r.buf)-1)] = v
	r.n++
}

// pop takes the first item; there is one.
func (r *ring[T]) pop() T {
	var zero T
	slot := &r.buf[r.head]
	v := *slot
	*slot = zero // the buffer keeps nothing alive
	r.head = (r.head + 1) & (len(r.buf) - 1)
	r.n--
	return v
}

func (r *ring[T]) grow() {
	buf := make([]T, max(minRing, 2*len(r.buf)))
	k := copy(buf, r.buf[r.head:])
	copy(buf[k:], r.buf[:r.head])
	r.buf, r.head = buf, 0
}
