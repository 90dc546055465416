package main

import (
	"crypto/sha256"
	"encoding/hex"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sampleFiles are the files of sampleTree that can be read.
var sampleFiles = map[string]string{
	"empty":       "",
	"latin":       "one two\nthree\n",
	"unicode":     "ein\u00a0zwei\u3000drei\u0085vier\u2028fünf \u200bsechs",
	"invalid":     "a\xffb \xc3( \xe2\x82 c\xf0\x9f\x98",
	"binary":      string(noise(100_000)),
	"long":        strings.Repeat("größer\u2003als ein Puffer ", 10_000),
	"below/other": "  led by spaces",
	"below/a b":   "\x85\xa0", // spaces in Latin-1, nothing in UTF-8
}

// noise gives bytes of every kind, always the same.
func noise(n int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	p := make([]byte, n)
	for i := range p {
		p[i] = byte(r.UintN(256))
	}
	return p
}

// sampleTree writes a small tree with every kind of file in it.
func sampleTree(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range sampleFiles {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o777))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o666))
	}
	if runtime.GOOS != "windows" { // links need a privilege there
		require.NoError(t, os.Symlink("nowhere", filepath.Join(dir, "dangling")))
		require.NoError(t, os.Symlink("latin", filepath.Join(dir, "link")))
		require.NoError(t, os.Symlink("below", filepath.Join(dir, "link to folder")))
	}
	return dir
}

// expected is what the job has to find out about sampleTree.
func expected() []result {
	var all []result
	add := func(name, text string) {
		sum := sha256.Sum256([]byte(text))
		all = append(all, result{
			Path:   name,
			Bytes:  int64(len(text)),
			Words:  int64(len(strings.Fields(text))),
			Digest: hex.EncodeToString(sum[:]),
		})
	}
	for name, text := range sampleFiles {
		add(name, text)
	}
	if runtime.GOOS != "windows" {
		add("link", sampleFiles["latin"])
		all = append(all, result{Path: "dangling", Err: "no such file or directory"})
	}
	sortResults(all)
	return all
}

func TestVariantsFindWhatIsThere(t *testing.T) {
	dir := sampleTree(t)
	for _, v := range variants() {
		t.Run(v.name, func(t *testing.T) {
			// More workers than files, too: some then have nothing to do.
			for _, workers := range []int{1, 4, 20} {
				out, err := delegate(v, job{Dir: dir, Workers: workers, Stack: 256 << 10})
				require.NoError(t, err)
				assert.Equal(t, expected(), out.Results)
				assert.Positive(t, out.Wall)
				if runtime.GOOS == "linux" {
					assert.Positive(t, out.RSS)
					assert.Positive(t, out.Threads)
				}
				if v.native {
					assert.GreaterOrEqual(t, out.Threads, workers)
					_, err := proveThreads(out.Workers, 256<<10)
					assert.NoError(t, err)
				}
			}
		})
	}
}

func TestUnreadableFilesSayWhy(t *testing.T) {
	dir := t.TempDir()
	w := job{Dir: dir}.newWorker()
	assert.Equal(t, result{Path: ".", Err: "not a regular file"}, w.file("."))
	assert.Contains(t, w.file("none").Err, "no such file")

	// Whatever it had begun to count is not left to the next file.
	require.NoError(t, os.WriteFile(filepath.Join(dir, "good"), []byte("one two"), 0o666))
	assert.EqualValues(t, 2, w.file("good").Words)

	if os.Geteuid() == 0 || runtime.GOOS == "windows" {
		t.Skip("no file is unreadable for this user")
	}
	require.NoError(t, os.Chmod(filepath.Join(dir, "good"), 0))
	assert.Equal(t, result{Path: "good", Err: "permission denied"}, w.file("good"))
}

func TestFirstDifferenceIsFound(t *testing.T) {
	a := []result{{Path: "a", Words: 1, Digest: "aa"}, {Path: "b", Err: "gone"}}
	assert.Empty(t, firstDifference(a, []result{a[0], a[1]}))
	assert.Empty(t, firstDifference(nil, nil))
	for name, b := range map[string][]result{
		"words":      {{Path: "a", Words: 2, Digest: "aa"}, a[1]},
		"digest":     {{Path: "a", Words: 1, Digest: "ab"}, a[1]},
		"bytes":      {{Path: "a", Words: 1, Digest: "aa", Bytes: 1}, a[1]},
		"unreadable": {{Path: "a", Err: "gone"}, a[1]},
		"path":       {{Path: "c", Words: 1, Digest: "aa"}, a[1]},
		"none":       {},
	} {
		assert.Contains(t, firstDifference(a, b), a[0].String(), name)
		assert.Contains(t, firstDifference(b, a), a[0].String(), name)
	}
	assert.Contains(t, firstDifference(a, a[:1]), "b: unreadable: gone\n  nothing")
}

// However a text is cut into pieces, the words are those of strings.Fields.
func TestWordsAreThoseOfFields(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var c wordCounter
	alphabet := []string{"a", "b", " ", "\n", "\u0085", "\u00a0", "\u3000", "é", "€", "😀", "\xff", "\xc3", "\xe2\x82", "\xf0\x9f", "\x80", "\x85"}
	for range 5000 {
		var b strings.Builder
		for range r.IntN(20) {
			b.WriteString(alphabet[r.IntN(len(alphabet))])
		}
		text := b.String()
		for rest := text; rest != ""; {
			n := 1 + r.IntN(len(rest))
			c.Write([]byte(rest[:n]))
			rest = rest[n:]
		}
		require.EqualValues(t, len(strings.Fields(text)), c.Sum(), "%q", text)
	}
}
