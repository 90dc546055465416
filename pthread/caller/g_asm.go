//go:build gc && (amd64 || arm64)

package caller

// canLoad says that records can be read here at all.
const canLoad = true

// The loads are in assembly because only there is the record of the caller at hand. It also keeps them, rightly, from
// the race detector and from the checks on unsafe pointers: records are no memory of the program's.

// load returns the word at off in the caller's record.
//
//go:noescape
func load(off uintptr) uint64

// loadSelf returns the address of the caller's record and the word at off in it. The address does not change in the
// life of a goroutine, whatever thread runs it.
//
//go:noescape
func loadSelf(off uintptr) (rec uintptr, word uint64)

// loadAt returns the word at off in record rec.
//
//go:noescape
func loadAt(rec, off uintptr) uint64

// load32At returns the 4-byte word at off in record rec. No later load is done before it.
//
//go:noescape
func load32At(rec, off uintptr) uint32
