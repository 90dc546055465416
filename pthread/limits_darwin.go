package pthread

// threadLimit gives the limit on the number of threads and its name. Those on
// processes (kern.maxprocperuid) are of processes here.
func threadLimit() (int, string) { return sysctlLimit("kern.num_taskthreads") }
