package pthread

// ThreadLimitIn is what Limits finds out about threads, for other systems than
// the one that runs.
var ThreadLimitIn = threadLimitIn
