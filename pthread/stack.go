package pthread

import "syscall"

// Stack describes the stack of C frames of a thread.
type Stack struct {
	Addr  uintptr // its lowest address
	Size  int     // in bytes, as the system knows it
	Guard int     // bytes of protected memory below it; 0 on macOS, which does not tell

	// Used is how many bytes, from the top down to the lowest page that was
	// ever touched, the thread has needed so far (mincore).
	//
	// It is exact to a page, or to a huge page where the system backs stacks
	// with those. A page that was swapped out counts as untouched. The C
	// library's own data at the top of the stack count. glibc gives the stacks
	// of ended threads to new ones, with the uppermost pages as they were left:
	// those count, too.
	Used int
}

// Stack gives the thread's stack (pthread_getattr_np). The main thread's grows:
// its Size is how far it may.
func (t *Thread) Stack() (Stack, error) {
	var s Stack
	err := t.use("pthread_getattr_np", func(id uintptr, _ int) (errno syscall.Errno) {
		s, errno = shimThreadStack(id)
		return errno
	})
	return s, err
}
