package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// job is the real work that the variants compete in: hash every regular file
// of a tree and count its words.
type job struct {
	Dir     string
	Workers int
	Stack   int // bytes, for the workers that have a C stack of their own

	walked func() // called when the last file has been handed out; or nil
}

// taskBound is how many paths may wait for a worker, and how many results for
// the gatherer: small enough that both ends have to wait now and then.
const taskBound = 64

// result is what a worker has to say of one file.
type result struct {
	Path   string // below the tree, with slashes
	Bytes  int64
	Words  int64  // as strings.Fields would find
	Digest string // SHA-256
	Err    string // why the file could not be read; then there is nothing else
}

func (r result) String() string {
	if r.Err != "" {
		return fmt.Sprintf("%s: unreadable: %s", r.Path, r.Err)
	}
	return fmt.Sprintf("%s: %d bytes, %d words, sha256 %s", r.Path, r.Bytes, r.Words, r.Digest)
}

// walk gives the path of each file to emit. Links count as what they lead to,
// except that links to directories are not followed. What cannot be read is
// emitted as well: the worker will find out why.
func (j job) walk(emit func(path string)) {
	give := func(path string) {
		rel, err := filepath.Rel(j.Dir, path)
		if err != nil {
			panic(err) // WalkDir left the tree
		}
		emit(filepath.ToSlash(rel))
	}
	filepath.WalkDir(j.Dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			give(path)
		case d.Type().IsRegular():
			give(path)
		case d.Type()&fs.ModeSymlink != 0:
			if info, err := os.Stat(path); err != nil || info.Mode().IsRegular() {
				give(path)
			}
		}
		return nil
	})
	if j.walked != nil {
		j.walked()
	}
}

// worker is what one worker needs for itself.
type worker struct {
	dir   string
	hash  hash.Hash
	words wordCounter
	both  io.Writer
	buf   []byte
}

func (j job) newWorker() *worker {
	w := &worker{dir: j.Dir, hash: sha256.New(), buf: make([]byte, 64<<10)}
	w.both = io.MultiWriter(w.hash, &w.words)
	return w
}

var errNotRegular = errors.New("not a regular file")

// file does the work on one file.
func (w *worker) file(path string) result {
	n, err := w.read(filepath.Join(w.dir, filepath.FromSlash(path)))
	words, digest := w.words.Sum(), w.hash.Sum(nil)
	w.hash.Reset()
	if err != nil {
		return result{Path: path, Err: reason(err)}
	}
	return result{Path: path, Bytes: n, Words: words, Digest: hex.EncodeToString(digest)}
}

func (w *worker) read(path string) (int64, error) {
	// Asked before, since opening a pipe would wait for its other end.
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	if !info.Mode().IsRegular() {
		return 0, errNotRegular
	}
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	// Bare, so that io.Copy does not look for a better way than the buffer.
	return io.CopyBuffer(w.both, struct{ io.Reader }{f}, w.buf)
}

// reason gives an error without the path, which the result has already.
func reason(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}

// sortResults puts results in the order of their paths, whoever was first.
func sortResults(results []result) {
	slices.SortFunc(results, func(a, b result) int { return strings.Compare(a.Path, b.Path) })
}

// firstDifference says where two sorted sets of results part; "" if nowhere.
func firstDifference(a, b []result) string {
	for i := range max(len(a), len(b)) {
		switch {
		case i >= len(a):
			return fmt.Sprintf("  nothing\n  %v", b[i])
		case i >= len(b):
			return fmt.Sprintf("  %v\n  nothing", a[i])
		case a[i] != b[i]:
			return fmt.Sprintf("  %v\n  %v", a[i], b[i])
		}
	}
	return ""
}
