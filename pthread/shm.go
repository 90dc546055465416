package pthread

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"unsafe"
)

// SharedMemory is memory that processes share, for data and for the locks
// around it. One process makes it, others open it by its name or get its
// descriptor; each has it mapped somewhere else, so it must not hold pointers.
//
// Its methods New… make a lock, condition or semaphore at an offset, once for
// all processes; the methods of the same name without New find it there, from
// any process. Each takes SharedSize bytes, and the offset is a multiple of
// that. The rest of the memory is the program's: see Bytes.
type SharedMemory struct {
	name  string
	file  *os.File
	bytes []byte
	users lease // who uses an object in it
}

// SharedSize is the room in bytes that an object takes in SharedMemory.
const SharedSize = 128

// CreateSharedMemory makes size bytes of shared memory, all zero, under a name
// that must not be in use (shm_open with O_CREAT and O_EXCL, mode 0600). The
// name begins with a slash and has no other. It stays, as a file does, until
// UnlinkSharedMemory. With the name "" the memory has no name and goes with
// the last process that has it; hand its File to a child process.
//
// The error is an *Error: EEXIST for a name in use, EINVAL for a name or size
// that will not do.
func CreateSharedMemory(name string, size int) (*SharedMemory, error) {
	if !Available {
		return nil, ErrUnavailable
	}
	if size <= 0 {
		return nil, &Error{Op: "ftruncate", Errno: syscall.EINVAL, Detail: fmt.Sprintf("shared memory of %d bytes", size)}
	}
	if name == "" {
		fd, errno := shimShmAnonymous(size)
		if errno != 0 {
			return nil, check("memfd_create", errno)
		}
		return mapShared("", fd)
	}
	cname, err := ipcName("shm_open", name)
	if err != nil {
		return nil, err
	}
	fd, errno := shimShmCreate(cname, size)
	if errno != 0 {
		return nil, &Error{Op: "shm_open", Errno: errno, Detail: fmt.Sprintf("creating %q with %d bytes", name, size)}
	}
	return mapShared(name, fd)
}

// OpenSharedMemory opens the shared memory of that name (shm_open). The error
// is an *Error with ENOENT where there is none, and EINVAL while its maker has
// not given it a size yet.
func OpenSharedMemory(name string) (*SharedMemory, error) {
	if !Available {
		return nil, ErrUnavailable
	}
	cname, err := ipcName("shm_open", name)
	if err != nil {
		return nil, err
	}
	fd, errno := shimShmOpen(cname)
	if errno != 0 {
		return nil, &Error{Op: "shm_open", Errno: errno, Detail: fmt.Sprintf("opening %q", name)}
	}
	return mapShared(name, fd)
}

// SharedMemoryFromFD opens the shared memory behind a descriptor, such as one
// that was inherited from the process that made it (the File of another
// SharedMemory in os/exec's Cmd.ExtraFiles is 3 and up in the child). The
// descriptor is the SharedMemory's from then on, also where this fails.
func SharedMemoryFromFD(fd uintptr) (*SharedMemory, error) {
	if !Available {
		return nil, ErrUnavailable
	}
	return mapShared("", int(fd))
}

// UnlinkSharedMemory takes the name away (shm_unlink). Who has the memory
// keeps it. The error is an *Error with ENOENT where there is none.
func UnlinkSharedMemory(name string) error {
	if !Available {
		return ErrUnavailable
	}
	cname, err := ipcName("shm_unlink", name)
	if err != nil {
		return err
	}
	if errno := shimShmUnlink(cname); errno != 0 {
		return &Error{Op: "shm_unlink", Errno: errno, Detail: fmt.Sprintf("unlinking %q", name)}
	}
	return nil
}

// mapShared maps what is behind fd, and closes that if it cannot.
func mapShared(name string, fd int) (*SharedMemory, error) {
	file := os.NewFile(uintptr(fd), "shared memory "+name)
	if file == nil {
		return nil, &Error{Op: "mmap", Errno: syscall.EBADF, Detail: fmt.Sprintf("descriptor %d", fd)}
	}
	bytes, errno := shimShmMap(fd)
	if errno != 0 {
		file.Close()
		return nil, &Error{Op: "mmap", Errno: errno, Detail: fmt.Sprintf("mapping shared memory %q", name)}
	}
	return &SharedMemory{name: name, file: file, bytes: bytes}, nil
}

// Name gives the name; "" for memory without one and for memory that came as a
// descriptor.
func (s *SharedMemory) Name() string { return s.name }

// File gives the descriptor, for a child process (os/exec's Cmd.ExtraFiles).
// It belongs to the SharedMemory, which closes it.
func (s *SharedMemory) File() *os.File { return s.file }

// Bytes gives the memory. It is mapped until Close: a slice of it that is used
// after that is a fault that ends the process. A SharedMemory that is dropped
// without Close stays mapped.
//
// Go's rules for data that goroutines share hold for processes too: guard it
// by a lock or semaphore in the memory, or use sync/atomic on it. What a
// process writes before it gives such a lock up is seen by the next to get it.
func (s *SharedMemory) Bytes() []byte { return s.bytes }

// Close unmaps the memory and closes its descriptor, in this process only; its
// objects give EINVAL from then on. The error is an *Error with EBUSY while a
// call on one of them has not returned, in which case nothing has happened,
// and EINVAL when it is closed already.
func (s *SharedMemory) Close() error {
	if s.users.ended() {
		return errClosedMemory("munmap")
	}
	if !s.users.tryEnd() {
		return &Error{Op: "munmap", Errno: syscall.EBUSY, Detail: "a call on an object in the shared memory has not returned"}
	}
	bytes := s.bytes
	s.bytes = nil
	if err := check("munmap", shimShmUnmap(bytes)); err != nil {
		return err
	}
	return s.file.Close()
}

// errClosedMemory is the error of op after Close.
func errClosedMemory(op string) error {
	return &Error{Op: op, Errno: syscall.EINVAL, Detail: "the shared memory was closed"}
}

// place makes o the object at an offset of s that shim makes or finds there.
func place[C any](o *object[C], s *SharedMemory, op string, offset int, shim func(*C) syscall.Errno) error {
	if !s.users.take() {
		return errClosedMemory(op)
	}
	defer s.users.drop()
	if offset < 0 || offset%SharedSize != 0 || offset > len(s.bytes)-SharedSize {
		return &Error{
			Op: op, Errno: syscall.EINVAL,
			Detail: fmt.Sprintf("offset %d in %d bytes of shared memory (it must be a multiple of %d and leave as much room)", offset, len(s.bytes), SharedSize),
		}
	}
	c := (*C)(unsafe.Pointer(&s.bytes[offset]))
	if errno := shim(c); errno != 0 {
		return &Error{Op: op, Errno: errno, Detail: placeDetail(errno, offset)}
	}
	o.c, o.shared, o.tag = c, s, tagAt(c)
	return nil
}

// placeDetail explains the answers of csrc/pt_tag.h.
func placeDetail(errno syscall.Errno, offset int) string {
	what := "at"
	switch errno {
	case syscall.EEXIST:
		what = "an object is already at"
	case syscall.ENOENT:
		what = "nothing has been made at"
	case syscall.EAGAIN:
		what = "an object is being made at"
	case syscall.EINVAL:
		what = "another kind of object may be at"
	}
	return fmt.Sprintf("%s offset %d of the shared memory", what, offset)
}

// ipcName gives the name of something that processes share as the shims want
// it, NUL-terminated. POSIX leaves most names to the system; this is what all
// agree on.
func ipcName(op, name string) (string, error) {
	if len(name) < 2 || name[0] != '/' || strings.ContainsAny(name[1:], "/\x00") {
		return "", &Error{Op: op, Errno: syscall.EINVAL, Detail: fmt.Sprintf("name %q (it must begin with a slash and have no other)", name)}
	}
	return name + "\x00", nil
}
