package pthread

import (
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"unsafe"
)

// SharedMemory is memory that processes share, for data and for the locks
// around it. One process makes it, others open it by its name or get its
// descriptor; each has it mapped somewhere else, so it must not hold pointers.
//
// Its methods New… make a lock, condition or semaphore at an offset, once for
// all processes; the methods of the same name without New find it there, from
// any process that uses the same C library. Each takes SharedSize bytes, and
// the offset is a multiple of that. The rest of the memory is the program's:
// see Bytes. A process that dies in the midst of a New… or Destroy leaves that
// place unusable. Between a Destroy in one process and a use in another there
// is no guard, as in C.
//
// It stands on shm_open and mmap, and memory without a name on memfd_create;
// macOS, which has none of that, makes memory with a name and takes the name
// away at once.
//
// On macOS the size is rounded up to whole pages; shared semaphores, barriers
// and conditions poll there (see Sem, Barrier, Cond), and a process that dies
// while it holds a lock leaves it held, since nothing is robust. FreeBSD keeps
// shared locks and conditions outside of the memory, found by its address in
// the process: who unmaps it by other means than Close, and maps other memory
// there, meets the old ones.
type SharedMemory struct {
	name  string
	file  *os.File
	bytes []byte // while users has not ended
	users lease  // who uses the memory through this package
}

// SharedSize is the room in bytes that an object takes in SharedMemory: 128,
// and 256 on macOS.
const SharedSize = sharedSize

// CreateSharedMemory makes size bytes of shared memory, all zero, under a name
// that must not be in use (shm_open with O_CREAT and O_EXCL, ftruncate, mmap).
// The size need not be a multiple of anything.
//
// The name begins with a slash and has no other, and has at most 251 bytes
// after it (POSIX leaves names to the system: macOS takes 30, and 29 for a
// semaphore). It stays, as a
// file does, until UnlinkSharedMemory, also where the process is killed. On
// musl a semaphore of OpenSem cannot have the same one. The mode is 0600 less
// the umask: processes of the same user may open it; File's Chmod admits
// others, but not on macOS. The room is set aside at once on Linux, other than
// by ftruncate alone, so that too little of it (/dev/shm is small in many
// containers) is an error here and not a SIGBUS later.
//
// With the name "" the memory has no name (memfd_create) and goes with the
// last process that has it; hand its File to a child process. Its room is
// taken as it is used. Its size is sealed, and on macOS fixed as all are: no
// process can change it.
//
// The error is an *Error: EEXIST for a name in use, EINVAL for a name or size
// that will not do, ENAMETOOLONG, EACCES, ENOSPC or EFBIG for too large a size.
func CreateSharedMemory(name string, size int) (*SharedMemory, error) {
	if !Available {
		return nil, ErrUnavailable
	}
	if size <= 0 {
		return nil, &Error{Op: "ftruncate", Errno: syscall.EINVAL, Detail: fmt.Sprintf("shared memory of %d bytes (it must have at least one)", size)}
	}
	if name == "" {
		fd, errno := shimShmAnonymous(size)
		if errno != 0 {
			return nil, &Error{Op: "memfd_create", Errno: errno, Detail: fmt.Sprintf("creating %d bytes", size)}
		}
		return mapOrClose("", fd)
	}
	cname, err := ipcName("shm_open", name)
	if err != nil {
		return nil, err
	}
	fd, errno := shimShmCreate(cname, size)
	if errno != 0 {
		return nil, &Error{Op: "shm_open", Errno: errno, Detail: fmt.Sprintf("creating %q with %d bytes", name, size)}
	}
	m, err := mapOrClose(name, fd)
	if err != nil {
		shimShmUnlink(cname)
	}
	return m, err
}

// OpenSharedMemory opens the whole shared memory of that name for reading and
// writing (shm_open, mmap). The error is an *Error with ENOENT where there is
// none, EACCES where the caller may not, and EAGAIN while its maker has not
// given it a size yet; a maker that was killed then leaves it so.
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
	return mapOrClose(name, fd)
}

// SharedMemoryFromFD opens the whole shared memory behind a descriptor, such as
// one that was inherited from the process that made it (the first of os/exec's
// Cmd.ExtraFiles is 3 in the child). A file of any file system will do. The
// descriptor is the SharedMemory's from then on, which closes it, also on exec:
// a child of the child gets it by ExtraFiles again.
//
// The error is an *Error, and then the descriptor is left as it is: EBADF where
// it is not open, ENODEV where it is of another kind (a pipe, a directory),
// EACCES where it is not open for reading and writing, EAGAIN where what is
// behind it has no size.
func SharedMemoryFromFD(fd uintptr) (*SharedMemory, error) {
	if !Available {
		return nil, ErrUnavailable
	}
	if fd > math.MaxInt32 {
		return nil, &Error{Op: "mmap", Errno: syscall.EBADF, Detail: fmt.Sprintf("%d is no descriptor", fd)}
	}
	return mapShared("", int(fd))
}

// UnlinkSharedMemory takes the name away (shm_unlink). Who has the memory
// keeps it, and another may be made under the name. The error is an *Error
// with ENOENT where there is none and EACCES where the caller may not.
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

// mapOrClose maps what is behind fd, and closes that if it cannot.
func mapOrClose(name string, fd int) (*SharedMemory, error) {
	m, err := mapShared(name, fd)
	if err != nil {
		os.NewFile(uintptr(fd), "").Close()
	}
	return m, err
}

// mapShared maps what is behind fd, and takes that over if it can.
func mapShared(name string, fd int) (*SharedMemory, error) {
	bytes, errno := shimShmMap(fd)
	if errno != 0 {
		return nil, &Error{Op: "mmap", Errno: errno, Detail: mapDetail(errno, name, fd)}
	}
	return &SharedMemory{name: name, file: os.NewFile(uintptr(fd), "shared memory "+name), bytes: bytes}, nil
}

// mapDetail explains the answers of csrc/pt_shm.h.
func mapDetail(errno syscall.Errno, name string, fd int) string {
	what := fmt.Sprintf("%q", name)
	if name == "" {
		what = fmt.Sprintf("descriptor %d", fd)
	}
	switch errno {
	case syscall.EBADF:
		return what + " is not open"
	case syscall.ENODEV:
		return what + " is neither shared memory nor a file"
	case syscall.EAGAIN:
		return what + " has no size yet"
	case syscall.EACCES:
		return what + " is not open for reading and writing"
	}
	return "mapping " + what
}

// Name gives the name; "" for memory without one and for memory that came as a
// descriptor.
func (s *SharedMemory) Name() string { return s.name }

// File gives the descriptor, for a child process (os/exec's Cmd.ExtraFiles).
// It belongs to the SharedMemory, which closes it; who needs it no more may
// close it before that, and the memory stays. Resizing it by Truncate changes
// no SharedMemory that is open; one that is longer than what is left is a
// SIGBUS, see Bytes.
func (s *SharedMemory) File() *os.File { return s.file }

// Bytes gives the memory, with the length that it was created with; nil after
// Close. It is mapped until Close: a slice of it that is used after that is a
// fault that ends the process, which only the program can prevent. So is, by
// SIGBUS, a slice of memory that a process with the right to write to it has
// truncated meanwhile, and so are this package's objects in it; memory that
// CreateSharedMemory made without a name cannot be truncated. A SharedMemory
// that is dropped without Close stays mapped.
//
// Go's rules for data that goroutines share hold for processes too: guard it
// by a lock or semaphore in the memory, or use sync/atomic on it. What a
// process writes before it gives such a lock up is seen by the next to get it.
// The race detector does not see this memory.
func (s *SharedMemory) Bytes() []byte {
	if !s.users.take() {
		return nil
	}
	defer s.users.drop()
	return s.bytes
}

// Close unmaps the memory and closes its descriptor, in this process only
// (munmap); its objects give EINVAL from then on. The error is an *Error with
// EBUSY while a call on one of them has not returned, or a thread of this
// process holds a robust mutex in it, in which case nothing has happened, and
// EINVAL when it is closed already.
func (s *SharedMemory) Close() error {
	if !s.users.tryEnd() {
		if s.users.ended() {
			return errClosedMemory("munmap")
		}
		return &Error{Op: "munmap", Errno: syscall.EBUSY, Detail: "a call on the shared memory or an object in it has not returned, or a robust mutex in it is held"}
	}
	bytes := s.bytes
	s.bytes = nil
	err := check("munmap", shimShmUnmap(bytes))
	if closeErr := s.file.Close(); err == nil && !errors.Is(closeErr, os.ErrClosed) {
		err = closeErr
	}
	return err
}

// errClosedMemory is the error of op after Close.
func errClosedMemory(op string) error {
	return &Error{Op: op, Errno: syscall.EINVAL, Detail: "the shared memory was closed"}
}

// place makes o the object at an offset of s that shim makes or finds there.
func place[C any](o *object[C], s *SharedMemory, op string, offset int, shim func(*C) syscall.Errno) error {
	if !Available {
		return ErrUnavailable
	}
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
	at := unsafe.Pointer(&s.bytes[offset])
	if errno := shim((*C)(at)); errno != 0 {
		return &Error{Op: op, Errno: errno, Detail: placeDetail(errno, offset)}
	}
	tagAt := (*atomic.Uint64)(at)
	tag := tagAt.Load()
	if tag < leastTag {
		return destroyed(op) // by another process, just now
	}
	o.c, o.shared, o.tagAt, o.tag = (*C)(at), s, tagAt, tag
	return nil
}

// placeDetail explains the answers of csrc/pt_tag.h.
func placeDetail(errno syscall.Errno, offset int) string {
	what := "at"
	switch errno {
	case syscall.EEXIST:
		what = "something is already at"
	case syscall.ENOENT:
		what = "nothing has been made at"
	case syscall.EAGAIN:
		what = "an object is being made or destroyed at"
	case syscall.EINVAL:
		what = "another kind of object may be at"
	}
	return fmt.Sprintf("%s offset %d of the shared memory", what, offset)
}

// maxIPCName is the longest name after its slash: what a file's may have
// (NAME_MAX) less the "sem." that glibc puts before a semaphore's.
const maxIPCName = 251

// ipcName gives the name of something that processes share as the shims want
// it, NUL-terminated. POSIX leaves most names to the system; this is what all
// agree on, but for the length that macOS takes.
func ipcName(op, name string) (string, error) {
	rest, slash := strings.CutPrefix(name, "/")
	if !slash || rest == "" || rest == "." || rest == ".." || strings.ContainsAny(rest, "/\x00") {
		return "", &Error{Op: op, Errno: syscall.EINVAL, Detail: fmt.Sprintf("name %q (it must begin with a slash, have no other, and be neither /. nor /..)", name)}
	}
	if len(rest) > maxIPCName {
		return "", &Error{Op: op, Errno: syscall.ENAMETOOLONG, Detail: fmt.Sprintf("name of %d bytes after the slash (at most %d)", len(rest), maxIPCName)}
	}
	return name + "\x00", nil
}
