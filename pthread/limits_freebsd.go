package pthread

// threadLimit gives the limit on the number of threads and its name.
func threadLimit() (int, string) { return sysctlLimit("kern.threads.max_threads_per_proc") }
