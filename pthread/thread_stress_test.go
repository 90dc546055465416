//go:build stress

package pthread_test

import "testing"

func TestStressUseOfThreadsThatEnd(t *testing.T) {
	need(t)
	hammerUse(t, 6, 20000)
}

func TestStressJoinGivesEachThreadToOne(t *testing.T) {
	need(t)
	hammerJoin(t, 20000)
}
