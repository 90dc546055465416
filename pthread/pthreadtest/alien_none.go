//go:build !(cgo && (linux || darwin || freebsd))

package pthreadtest

// Available says whether C can make threads in this build; it cannot.
const Available = false

const unavailable = "pthreadtest: no C threads: this program was built without cgo or for a platform other than Linux, macOS and FreeBSD"

func start(*body, int) (join func()) { panic(unavailable) }

func churn(*body, int, int, int) { panic(unavailable) }
