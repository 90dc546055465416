package pthread

// UsersOfMemory gives the number of calls that Close of the memory waits for.
func UsersOfMemory(s *SharedMemory) int { return int(s.users.state.Load()) }

// UsersOfSem gives the number of calls that Close of the semaphore waits for.
func UsersOfSem(s *Sem) int { return int(s.users.state.Load()) }
