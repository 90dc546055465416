//go:build !linux

package main

import "runtime"

// allowedCPUs gives the CPUs that this process may run on.
func allowedCPUs() ([]int, error) {
	cpus := make([]int, runtime.NumCPU())
	for i := range cpus {
		cpus[i] = i
	}
	return cpus, nil
}

// pin does nothing: nothing that has to be pinned is in this build.
func pin(...int) error { return nil }
