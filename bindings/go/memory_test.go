package tracedag_test

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"testing"

	"libtracedag.example/tracedag"
)

// resident is the memory of the process in bytes, C's and Go's.
func resident(t *testing.T) int {
	runtime.GC()
	debug.FreeOSMemory()
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Skip("there is no /proc here")
	}
	var size, pages int
	if _, err := fmt.Sscan(string(text), &size, &pages); err != nil {
		t.Fatal(err)
	}
	return pages * os.Getpagesize()
}

// grow says how many bytes the process gained by repeating something, once it is warm.
func grow(t *testing.T, times int, run func()) int {
	for i := 0; i < times/10; i++ {
		run()
	}
	before := resident(t)
	for i := 0; i < times; i++ {
		run()
	}
	return resident(t) - before
}

func skipSlow(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
}

// 20,000 rounds that lose 128 bytes each would gain 2.5 MB.
func TestNothingLeaks(t *testing.T) {
	skipSlow(t)
	limit := tracedag.WithLimit(tracedag.LimitDepth, 9)
	scheduled := mustLoad(t, []byte(fmt.Sprintf(scheduledJob, "* * * * *")))
	gained := grow(t, 20000, func() {
		dag := must(tracedag.Load([]byte(fourJobs), limit))
		for _, form := range []tracedag.Form{tracedag.FormCanonical, tracedag.FormOrigins} {
			must(dag.Encode(form, tracedag.SyntaxYAML))
		}
		must(dag.JobHashes())
		must(dag.Upstream(2, true))
		must(dag.Downstream(0, 1, true))
		must(scheduled.NextRuns(0, noon, 9))
		must(dag.Draw(tracedag.PictureDOT, must(tracedag.Check([]byte(twoJobs))), dag, false))
		must(dag.Trust(tracedag.FormatJSON, "dag.yaml", false, 9))
		if flows, _, err := dag.Flows(9); flows == nil || err != nil {
			t.Fatal(flows, err)
		}
		dag.Close()
		report := must(tracedag.Check([]byte("name: 1\njobs: 2\n"), limit))
		must(report.Render(tracedag.FormatText, "dag.yaml", true))
		must(tracedag.RenderAll([]*tracedag.Report{report, nil}, []string{"a", ""},
			tracedag.FormatSARIF, false))
		must(report.Positions(1, 2, 3))
		must(tracedag.Hash([]byte(twoJobs)))
		if _, err := tracedag.Canonical([]byte("jobs: 1\n")); err == nil {
			t.Fatal("it is accepted")
		}
		if _, err := tracedag.Load(nil, tracedag.WithLimit(tracedag.LimitHeapBytes, 1)); err == nil {
			t.Fatal("there is memory")
		}
		if _, err := tracedag.Check(nil, limit, tracedag.WithLimit(0, 1)); err == nil {
			t.Fatal("there is such a limit")
		}
	})
	if gained > 2<<20 {
		t.Errorf("%d bytes more", gained)
	}
}

// DAGs that nobody closes go with the garbage: 2,000 of these that stay take above 200 MB.
func TestForgottenDAGsAreCollected(t *testing.T) {
	skipSlow(t)
	document := append([]byte(twoJobs), bytes.Repeat([]byte("# a comment to be kept\n"), 5000)...)
	count := 0
	gained := grow(t, 2000, func() {
		must(tracedag.Load(document))
		if count++; count%50 == 0 {
			runtime.GC()
		}
	})
	if gained > 50<<20 {
		t.Errorf("%d bytes more", gained)
	}
}
