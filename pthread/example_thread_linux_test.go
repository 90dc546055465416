//go:build cgo

package pthread_test

import (
	"fmt"
	"log"

	"github.com/pythreads/pythreads/pthread"
)

func ExampleThread_Affinity() {
	th, err := pthread.Create(nil, func() any {
		self := pthread.Self()
		cpus, err := self.Affinity()
		if err != nil {
			return err
		}
		if err := self.SetAffinity(cpus[0]); err != nil {
			return err
		}
		one, err := self.Affinity()
		if err != nil {
			return err
		}
		return len(one)
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(th.Join())
	// Output: 1 <nil>
}
