package pthread_test

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/pthread"
	"github.com/pythreads/pythreads/pthread/pthreadtest"
)

func TestNameIsTheOneTheSystemShows(t *testing.T) {
	need(t)
	needProc(t)
	lockThread(t)
	own := pthreadtest.Tasks()[pthread.Self().TID()]
	for _, row := range []struct{ name, comm string }{
		{"", own},
		{"worker-7", "worker-7"},
		{"with a space", "with a space"},
		{"fifteen bytes!!", "fifteen bytes!!"},
		{"sixteen bytes!!!", "sixteen bytes!!"},
		{strings.Repeat("long", 1000), "longlonglonglon"},
		{"äöüäöüäö", "äöüäöüä"}, // 16 bytes: the eighth would be cut in two
		{"日本語日本語", "日本語日本"},     // 15 bytes
		{"a日本語日本語", "a日本語日"},    // 13 bytes, and the next is too much
		{"fourteen bytes😀", "fourteen bytes"},
		{"stray\xffbyte", "stray\xffbyte"},
		{"cut\x00here", "cut"},
		{"\x00nothing left", own},
	} {
		var comm string
		var tid int
		th := create(t, &pthread.Attr{Name: row.name}, func() any {
			tid = pthread.Self().TID()
			comm = pthreadtest.Tasks()[tid]
			return nil
		})
		join(t, th)
		assert.Equal(t, row.comm, comm, "name %q", row.name)
		assert.LessOrEqual(t, len(comm), pthread.MaxName)
	}
}

func init() {
	// Sizes that rise by more than any guard, so that no request can be met
	// from the stacks of ended threads that libc keeps.
	children["stack sizes"] = func() {
		page := os.Getpagesize()
		floor := pthread.Limits().StackMin
		for _, attr := range []pthread.Attr{
			{StackSize: floor},
			{StackSize: floor + 1<<20 + 1},
			{StackSize: floor + 2<<20 + 2*page},
			{StackSize: floor + 3<<20, GuardSize: pthread.NoGuard},
			{StackSize: floor + 4<<20, GuardSize: 1},
			{StackSize: floor + 5<<20, GuardSize: 5 * page},
			{StackSize: floor + 6<<20, GuardSize: 128<<10 + 1},
			{StackSize: floor + 7<<20 + 17, GuardSize: page},
			{StackSize: 64 << 20},
		} {
			th, err := pthread.Create(&attr, func() any {
				s, err := pthread.Self().Stack()
				if err != nil {
					panic(err)
				}
				return s
			})
			if err != nil {
				panic(err)
			}
			v, err := th.Join()
			if err != nil {
				panic(err)
			}
			s := v.(pthread.Stack)
			fmt.Println(attr.StackSize, attr.GuardSize, s.Size, s.Guard, s.Addr%uintptr(page) == 0)
		}
	}
}

func TestStackAndGuardAreAsAskedInWholePages(t *testing.T) {
	need(t)
	page := os.Getpagesize()
	up := func(n int) int { return (n + page - 1) / page * page }
	stdout, _ := runChild(t, "stack sizes")
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	require.Len(t, lines, 9)
	for _, line := range lines {
		var stack, guard, gotStack, gotGuard int
		var aligned bool
		_, err := fmt.Sscan(line, &stack, &guard, &gotStack, &gotGuard, &aligned)
		require.NoError(t, err, line)
		// musl adds what it keeps there for itself.
		assert.GreaterOrEqual(t, gotStack, up(stack), line)
		assert.Less(t, gotStack, up(stack)+page, line)
		switch {
		case runtime.GOOS == "darwin": // which does not tell
			assert.Zero(t, gotGuard, line)
		case guard == 0:
			assert.Positive(t, gotGuard, line)
		case guard == pthread.NoGuard:
			assert.Zero(t, gotGuard, line)
		default:
			assert.Equal(t, up(guard), gotGuard, line)
		}
		assert.True(t, aligned, line)
	}
}

func TestStackIsAtLeastTheDefaultIfNoneIsAskedFor(t *testing.T) {
	need(t)
	for name, attr := range map[string]*pthread.Attr{"nil": nil, "zero": {}} {
		s := join(t, create(t, attr, func() any {
			s, err := pthread.Self().Stack()
			assert.NoError(t, err)
			return s
		})).(pthread.Stack)
		assert.GreaterOrEqual(t, s.Size, pthread.Limits().StackDefault, name)
		assert.NotZero(t, s.Addr, name)
	}
}

func TestSmallestStackSurvivesGoAtWork(t *testing.T) {
	need(t)
	var deep func(n int) int
	deep = func(n int) int {
		if n == 0 {
			return 0
		}
		return deep(n-1) + 1
	}
	v := join(t, create(t, &pthread.Attr{StackSize: pthread.Limits().StackMin}, func() any {
		text := ""
		for range 100 {
			text = fmt.Sprint(text, make([]byte, 1000))
			text = text[:100]
		}
		func() {
			defer func() { _ = recover() }()
			panic(text)
		}()
		return deep(100000)
	}))
	assert.Equal(t, 100000, v)
}

func TestSizesThatCannotBeAreRefused(t *testing.T) {
	need(t)
	floor := pthread.Limits().StackMin
	for _, row := range []struct {
		attr   pthread.Attr
		op     string
		detail []string
	}{
		{pthread.Attr{StackSize: floor - 1}, "pthread_attr_setstacksize", []string{fmt.Sprint(floor - 1), fmt.Sprint(floor, " bytes")}},
		{pthread.Attr{StackSize: 1}, "pthread_attr_setstacksize", []string{fmt.Sprint(floor, " bytes")}},
		{pthread.Attr{StackSize: -1}, "pthread_attr_setstacksize", []string{"-1", fmt.Sprint(floor, " bytes")}},
		{pthread.Attr{StackSize: -1 << 30}, "pthread_attr_setstacksize", []string{fmt.Sprint(floor, " bytes")}},
		{pthread.Attr{GuardSize: -2}, "pthread_attr_setguardsize", []string{"-2"}},
		{pthread.Attr{Stack: []byte{}}, "pthread_attr_setstack", []string{"0 bytes", fmt.Sprint(floor, " bytes")}},
		{pthread.Attr{Stack: make([]byte, floor-1)}, "pthread_attr_setstack", []string{fmt.Sprint(floor, " bytes")}},
		{pthread.Attr{Stack: make([]byte, 5)[3:]}, "pthread_attr_setstack", []string{fmt.Sprint(floor, " bytes")}},
		{pthread.Attr{Stack: make([]byte, floor), StackSize: floor}, "pthread_attr_setstack", []string{fmt.Sprint("StackSize is ", floor)}},
		{pthread.Attr{Stack: make([]byte, floor), GuardSize: 1}, "pthread_attr_setstack", []string{"GuardSize is 1"}},
		{pthread.Attr{Stack: make([]byte, floor), GuardSize: pthread.NoGuard}, "pthread_attr_setstack", []string{"GuardSize is -1"}},
	} {
		th, err := pthread.Create(&row.attr, func() any { return nil })
		assert.Nil(t, th)
		isErrno(t, syscall.EINVAL, row.op, err, "%+v", row.attr)
		for _, words := range row.detail {
			assert.ErrorContains(t, err, words)
		}
	}
	assert.Zero(t, pthread.SlotsInUse())
}

func TestSizesThatTheSystemHasNotAreAnErrorAndNoMore(t *testing.T) {
	need(t)
	if math.MaxInt == math.MaxInt32 {
		t.Skip("no int is that large")
	}
	if emulated() {
		t.Skip("the emulator grants such sizes, and keeps records of each page until the machine is out of memory")
	}
	tib := 1 << 20
	tib <<= 20
	for _, row := range []struct {
		name string
		size int
	}{
		{"64 TiB", 64 * tib},
		{"more than there are addresses", 1 << 20 * tib},
		{"as much as an int can say", math.MaxInt},
	} {
		if overcommits() && row.size == 64*tib {
			t.Log("64 TiB left out: this system promises more memory than it has")
			continue
		}
		th, err := pthread.Create(&pthread.Attr{StackSize: row.size}, func() any { return nil })
		if !assert.Error(t, err, row.name) {
			join(t, th)
			continue
		}
		var e *pthread.Error
		if assert.ErrorAs(t, err, &e, row.name) {
			// libc does not even try the last one, and says so as it likes.
			if row.size < math.MaxInt {
				assert.Equal(t, syscall.EAGAIN, e.Errno, row.name)
			}
			assert.Contains(t, e.Detail, fmt.Sprint(row.size), row.name)
			assert.Contains(t, e.Detail, "can't start new thread", row.name)
		}
		// And so does the program.
		onThread(t, func() {})
	}
	assert.Zero(t, pthread.SlotsInUse())
}

// overcommits says whether the system lets any amount of memory be mapped.
func overcommits() bool {
	text, err := os.ReadFile("/proc/sys/vm/overcommit_memory")
	return err == nil && strings.TrimSpace(string(text)) == "1"
}
