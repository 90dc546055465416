package pthread

// Keepers gives the number of sleepers that keep their place in the scheduler.
func Keepers() int { return int(keepers.Load()) }
