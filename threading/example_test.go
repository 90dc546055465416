package threading_test

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/pythreads/pythreads/threading"
)

func ExampleThread() {
	greet := func(name string, times int) {
		for range times {
			fmt.Println("hello", name)
		}
	}
	t := threading.NewThread(greet, threading.WithName("greeter"), threading.WithArgs("world", 2))
	if err := t.Start(); err != nil {
		fmt.Println(err)
		return
	}
	err := t.Join()
	fmt.Println(t.Name(), t.IsAlive(), err)
	// Output:
	// hello world
	// hello world
	// greeter false <nil>
}

// A panic ends its thread, not the program; whoever joins learns of it.
func ExamplePanicError() {
	threading.SetExceptHook(func(args threading.ExceptHookArgs) {
		fmt.Println("in", args.Thread.Name()+":", args.Value)
	})
	defer threading.SetExceptHook(nil)
	t := threading.NewThread(func() { panic("out of paper") }, threading.WithName("printer"))
	if err := t.Start(); err != nil {
		fmt.Println(err)
	}
	var failed *threading.PanicError
	fmt.Println(errors.As(t.Join(), &failed), failed.Value)
	// Output:
	// in printer: out of paper
	// true out of paper
}

func ExampleSetExceptHook() {
	threading.SetExceptHook(func(args threading.ExceptHookArgs) { fmt.Println("caught:", args.Value) })
	defer threading.SetExceptHook(nil)
	t := threading.NewThread(func() { panic(threading.SystemExit{Code: 1}) })
	_ = t.Start()
	fmt.Println(t.Join())
	// Output:
	// caught: SystemExit
	// <nil>
}

func ExampleExceptHookArgs() {
	threading.SetExceptHook(func(args threading.ExceptHookArgs) {
		fmt.Println(args.Thread.Name(), args.Value, len(args.Stack) > 0)
	})
	defer threading.SetExceptHook(nil)
	t := threading.NewThread(func() { panic("oops") }, threading.WithName("worker"))
	_ = t.Start()
	_ = t.Join()
	// Output: worker oops true
}

func ExampleLock() {
	var lock threading.Lock
	balance := 0
	deposit := func(n int) {
		for range 1000 {
			lock.Acquire()
			balance += n
			balance -= n
			lock.Release()
		}
	}
	a, b := threading.NewThread(deposit, threading.WithArgs(5)), threading.NewThread(deposit, threading.WithArgs(8))
	_, _ = a.Start(), b.Start()
	_, _ = a.Join(), b.Join()
	fmt.Println(balance, lock.AcquireTimeout(time.Second), lock.TryAcquire())
	// Output: 0 true false
}

func ExampleRLock() {
	var lock threading.RLock
	var walk func(depth int)
	walk = func(depth int) {
		lock.Acquire() // again, in the same thread
		defer lock.Release()
		if depth < 3 {
			walk(depth + 1)
			return
		}
		fmt.Println("held", lock.RecursionCount(), "times")
	}
	walk(1)
	fmt.Println(lock.Locked())
	// Output:
	// held 3 times
	// false
}

func ExampleCondition() {
	items := []string{}
	nonempty := threading.NewCondition(nil)
	consumer := threading.NewThread(func() {
		for range 2 {
			nonempty.Acquire()
			nonempty.WaitFor(func() bool { return len(items) > 0 })
			fmt.Println("got", items[0])
			items = items[1:]
			nonempty.Release()
		}
	})
	_ = consumer.Start()
	for _, item := range []string{"bread", "milk"} {
		nonempty.Acquire()
		items = append(items, item)
		nonempty.Notify(1)
		nonempty.Release()
	}
	_ = consumer.Join()
	// Output:
	// got bread
	// got milk
}

// Any lock with Acquire and Release will do.
func ExampleLocker() {
	var lock threading.Locker = threading.NewLock()
	a, b := threading.NewCondition(lock), threading.NewCondition(lock)
	a.Acquire()
	fmt.Println(b.Locked())
	b.Release()
	fmt.Println(a.Locked())
	// Output:
	// true
	// false
}

func ExampleSemaphore() {
	tickets := threading.NewSemaphore(2)
	fmt.Println(tickets.TryAcquire(), tickets.TryAcquire(), tickets.TryAcquire())
	tickets.Release(2)
	fmt.Println(tickets.Value())
	// Output:
	// true true false
	// 2
}

func ExampleBoundedSemaphore() {
	pool := threading.NewBoundedSemaphore(3)
	var inside, most atomic.Int32
	var threads []*threading.Thread
	for range 10 {
		t := threading.NewThread(func() {
			pool.Acquire()
			defer pool.Release()
			for n := inside.Add(1); ; {
				old := most.Load()
				if n <= old || most.CompareAndSwap(old, n) {
					break
				}
			}
			inside.Add(-1)
		})
		_ = t.Start()
		threads = append(threads, t)
	}
	for _, t := range threads {
		_ = t.Join()
	}
	fmt.Println(most.Load() <= 3)
	defer func() { fmt.Println(recover()) }()
	pool.Release() // one too many
	// Output:
	// true
	// Semaphore released too many times
}

func ExampleEvent() {
	var ready threading.Event
	t := threading.NewThread(func() {
		ready.Wait()
		fmt.Println("go")
	})
	_ = t.Start()
	fmt.Println("ready")
	ready.Set()
	_ = t.Join()
	// Output:
	// ready
	// go
}

func ExampleSystemExit() {
	t := threading.NewThread(func() {
		defer fmt.Println("deferred calls run")
		panic(threading.SystemExit{}) // ends this thread in silence
	})
	_ = t.Start()
	fmt.Println(t.Join())
	// Output:
	// deferred calls run
	// <nil>
}

func ExampleRuntimeError() {
	t := threading.NewThread(nil)
	err := t.Join()
	var misuse *threading.RuntimeError
	fmt.Println(errors.As(err, &misuse), err)
	// Output: true cannot join thread before it is started
}

func ExampleValueError() {
	_, err := threading.StackSize(123)
	var misuse *threading.ValueError
	fmt.Println(errors.As(err, &misuse), err)
	// Output: true size not valid: 123 bytes
}

func ExampleTypeError() {
	threading.SetExceptHook(func(threading.ExceptHookArgs) {})
	defer threading.SetExceptHook(nil)
	t := threading.NewThread(5)
	_ = t.Start() // succeeds, as in Python
	var misuse *threading.TypeError
	fmt.Println(errors.As(t.Join(), &misuse), misuse)
	// Output: true 'int' object is not callable
}

func ExampleBackend() {
	t := threading.NewThread(func() { fmt.Println("as a goroutine") }, threading.WithBackend(threading.Goroutine))
	_ = t.Start()
	_ = t.Join()
	_, native := t.NativeID()
	fmt.Println(native)
	// Output:
	// as a goroutine
	// false
}

func ExampleOption() {
	t := threading.NewThread(nil, threading.WithName("spare"), threading.WithDaemon(true))
	fmt.Println(t)
	// Output: <Thread(spare, initial daemon)>
}
