package caller

// SlowForTests switches to slow mode until restore is called, as if the layout
// of the runtime's records were unknown. It is for tests of the packages above
// this one. No other goroutine may use the package at either moment, so it
// belongs at the beginning of a process of its own.
func SlowForTests() (restore func()) {
	saved := layout
	layout = offsets{}
	return func() { layout = saved }
}
