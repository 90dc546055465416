package pthread

// KeyValuesInUse gives the number of values that threads have, and of threads
// that are known to have had one and to live.
func KeyValuesInUse() (values, threads int) {
	keysMu.Lock()
	defer keysMu.Unlock()
	keyValues.each(func(*keyValue) { values++ })
	return values, len(keyThreads)
}

// KeyNumbers gives the number of values that the table has room for.
func KeyNumbers() int { return len(keyValues.slice()) }

// KeysMax is PTHREAD_KEYS_MAX, and KeyRounds PTHREAD_DESTRUCTOR_ITERATIONS.
func KeysMax() int { return shimKeyMax() }

const KeyRounds = keyRounds
