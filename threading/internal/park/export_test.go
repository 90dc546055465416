package park

// Native says whether the waiter sleeps in a Parker.
func (w *Waiter) Native() bool { return w.native }

// Unpark wakes the OS thread of a native waiter for no reason, as a signal or
// a late context may.
func (w *Waiter) Unpark() { w.parker.Unpark() }
