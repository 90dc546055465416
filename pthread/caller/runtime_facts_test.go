package caller_test

import (
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/pthread/caller"
)

// These tests hold nothing of ours to account, but the Go that builds us. When a new version breaks one of them, the
// package has fallen back to slow mode or must be looked at; the name says which belief no longer holds.

func needRecords(t *testing.T) {
	t.Helper()
	if runtime.Compiler != "gc" || (runtime.GOARCH != "amd64" && runtime.GOARCH != "arm64") {
		t.Skip("records are not read on this platform")
	}
	require.True(t, caller.Fast(), "the layout of %s is not recognised", runtime.Version())
}

func TestFactLayoutIsRecognised(t *testing.T) {
	needRecords(t)
	for range 100 {
		require.NotZero(t, caller.Find(), "found once and then not again")
	}
	goid, lockedm, startpc := caller.Places()
	t.Logf("%s: id at word %d, thread at %d, entry at %d of %d", runtime.Version(), goid, lockedm, startpc, caller.Words)
	assert.Less(t, max(goid, lockedm, startpc), caller.Words)
	assert.NotEqual(t, goid, lockedm)
	assert.NotEqual(t, goid, startpc)
	assert.NotEqual(t, lockedm, startpc)
}

func TestFactStatusIsFoundAtOnePlace(t *testing.T) {
	needRecords(t)
	// A search gives up where the machine is too busy for it to see its probe
	// end, and StatusOffset then searches again, three times in all.
	var place uintptr
	require.True(t, yieldUntil(func() bool {
		place = caller.StatusOffset()
		return place != 0
	}))
	found := 0
	for range 20 {
		if again := caller.FindStatus(); again != 0 {
			require.Equal(t, place, again)
			found++
		}
	}
	assert.NotZero(t, found)
}

func TestFactMainGoroutineHasID1(t *testing.T) {
	assert.EqualValues(t, caller.MainID, onMain.self.ID)
}

func TestFactRunningBlockedAndEndedHaveTheirStatus(t *testing.T) {
	needRecords(t)
	status, id := caller.Record(caller.Self())
	assert.EqualValues(t, caller.StatusRunning, status)
	assert.Equal(t, caller.ID(), id)

	refs, release := tenants(1)
	assert.True(t, yieldUntil(func() bool {
		status, id := caller.Record(refs[0])
		return status == caller.StatusWaiting && id == refs[0].ID
	}), "blocked")
	release()
	assert.True(t, yieldUntil(func() bool {
		status, id := caller.Record(refs[0])
		return status == caller.StatusDead || id != refs[0].ID
	}), "ended")
}

// An ended goroutine's record keeps its id until another goroutine gets it, and that one has another id. Not a greater
// one: each P hands out ids from a range of its own.
func TestFactRecordIsUsedAgainUnderANewID(t *testing.T) {
	needRecords(t)
	// Many, because each P keeps free records for itself, and which of them starts the next goroutine is unknown.
	refs, release := tenants(500)
	release()
	require.True(t, yieldUntil(func() bool {
		exists := caller.Census()
		return !slices.ContainsFunc(refs, exists)
	}))

	ended := make(map[uintptr]caller.Ref, len(refs))
	for _, r := range refs {
		status, id := caller.Record(r)
		if id == r.ID {
			require.EqualValues(t, caller.StatusDead, status)
		}
		ended[r.G] = r
	}
	exists := caller.Census()
	var old, heir caller.Ref
	for range 100000 {
		one(func() {
			r := caller.Self()
			if former, ok := ended[r.G]; ok {
				old, heir = former, r
				assert.True(t, exists(heir))
				assert.False(t, exists(old))
			}
		})
		if heir.ID != 0 {
			break
		}
	}
	require.NotZero(t, heir, "no record was used again")
	assert.NotEqual(t, old.ID, heir.ID)
	_, id := caller.Record(old)
	assert.NotEqual(t, old.ID, id)
}

func TestFactHeaderTellsOfTheLock(t *testing.T) {
	header := func() string {
		buf := make([]byte, 128)
		line, _, _ := strings.Cut(string(buf[:runtime.Stack(buf, false)]), "\n")
		return line
	}
	var free, locked string
	one(func() {
		free = header()
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		locked = header()
	})
	assert.NotContains(t, free, "locked to thread")
	assert.Contains(t, locked, "[running, locked to thread")
}

func TestFactTraceTellsTheCreator(t *testing.T) {
	var shallow, deep string
	whole := func() string {
		buf := make([]byte, 1<<20)
		return string(buf[:runtime.Stack(buf, false)])
	}
	var dive func(n int)
	dive = func(n int) {
		if n == 0 {
			deep = whole()
			return
		}
		dive(n - 1)
	}
	one(func() {
		shallow = whole()
		dive(1000)
	})
	assert.Contains(t, shallow, "\ncreated by ")
	assert.Contains(t, deep, "\ncreated by ")
}

var entries = make(chan uintptr, 1)

func reportEntry() {
	pc, _, _, _ := runtime.Caller(0)
	entries <- runtime.FuncForPC(pc).Entry()
}

// The search compares the address that reflect gives for a function with the one that the runtime started.
func TestFactReflectKnowsTheEntry(t *testing.T) {
	go reportEntry()
	assert.Equal(t, reflect.ValueOf(reportEntry).Pointer(), <-entries)
}

func TestFactSnapshotListsBlockedGoroutines(t *testing.T) {
	caller.ForceSlow(t)
	refs, release := tenants(10)
	defer release()
	exists := caller.Census()
	for _, r := range refs {
		assert.True(t, exists(r))
	}
}
