//go:build stress

package pthread_test

import "testing"

func TestStressShortThreadsLeaveNoValues(t *testing.T) {
	needKeys(t)
	hammerShortThreads(t, 100000)
}

func TestStressEndsOfTheRuntimesThreadsAreTold(t *testing.T) {
	needKeys(t)
	hammerRuntimeThreads(t, 20000)
}

func TestStressKeysThatAreDeletedInUseAreNeverTakenForAnother(t *testing.T) {
	needKeys(t)
	hammerDelete(t, 100000)
}
