package tracedag_test

import (
	"bytes"
	"sync"
	"testing"

	"libtracedag.example/tracedag"
)

// together runs a function in several goroutines and waits for all.
func together(run func(goroutine int)) {
	var group sync.WaitGroup
	for i := 0; i < 8; i++ {
		group.Add(1)
		go func(i int) {
			defer group.Done()
			run(i)
		}(i)
	}
	group.Wait()
}

func TestGoroutinesShareADAG(t *testing.T) {
	dag := mustLoad(t, []byte(fourJobs))
	canonical := must(dag.Canonical())
	hashes := must(dag.JobHashes())
	together(func(int) {
		for i := 0; i < 100; i++ {
			if got, err := dag.Canonical(); err != nil || !bytes.Equal(got, canonical) {
				t.Errorf("%v, %s", err, got)
			}
			if got, err := dag.JobHashes(); err != nil || got[i%4] != hashes[i%4] {
				t.Errorf("%v, %v", err, got)
			}
			if got, err := dag.Upstream(2, true); err != nil || len(got) != 2 {
				t.Errorf("%v, %v", err, got)
			}
		}
	})
}

// Calls that race with Close are done, or find the DAG closed.
func TestCloseRaces(t *testing.T) {
	want := must(tracedag.Canonical([]byte(fourJobs)))
	for round := 0; round < 50; round++ {
		dag := must(tracedag.Load([]byte(fourJobs)))
		together(func(goroutine int) {
			for err := error(nil); err == nil; {
				var got []byte
				if got, err = dag.Canonical(); err == nil && !bytes.Equal(got, want) {
					t.Errorf("canonical form\n%s", got)
				} else if err != nil && err != tracedag.ErrClosed {
					t.Error(err)
				}
				if goroutine%2 == 0 {
					dag.Close()
				}
			}
		})
	}
}

func TestGoroutinesCheckAtOnce(t *testing.T) {
	documents := [][]byte{[]byte(twoJobs), []byte(fourJobs), []byte("name: x\n"), nil}
	together(func(goroutine int) {
		for i := 0; i < 100; i++ {
			document := documents[(goroutine+i)%len(documents)]
			report, err := tracedag.Check(document)
			if err != nil || report.Accepted() != (len(document) > 20) {
				t.Errorf("%q: %v, %v", document, err, report)
			}
		}
	})
}
