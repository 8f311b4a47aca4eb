package tracedag_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"testing"

	"libtracedag.example/tracedag"
)

func TestFaults(t *testing.T) {
	dag := mustLoad(t, []byte(twoJobs))
	load := func(limit tracedag.Limit, value uint64) error {
		_, err := tracedag.Load([]byte(twoJobs), tracedag.WithLimit(limit, value))
		return err
	}
	second := func(_ any, err error) error { return err }
	for what, row := range map[string]struct{ err, want error }{
		"an unknown limit":  {load(0, 1), tracedag.ErrMisuse},
		"above the ceiling": {load(tracedag.LimitDepth, 257), tracedag.ErrMisuse},
		"too little memory": {load(tracedag.LimitHeapBytes, 1), tracedag.ErrNoMemory},
		"an unknown form":   {second(dag.Encode(9, tracedag.SyntaxJSON)), tracedag.ErrMisuse},
		"an unknown syntax": {second(dag.Encode(tracedag.FormResolved, 0)), tracedag.ErrMisuse},
		"an unknown format": {second(dag.Report.Render(0, "", false)), tracedag.ErrMisuse},
		"reports without files": {second(tracedag.RenderAll(make([]*tracedag.Report, 1), nil,
			tracedag.FormatText, false)), tracedag.ErrMisuse},
		"a NUL in a name":       {second(dag.Report.Render(1, "a\x00b", false)), tracedag.ErrMisuse},
		"a job below the list":  {second(dag.Upstream(-1, true)), tracedag.ErrMisuse},
		"a job behind the list": {second(dag.Upstream(2, true)), tracedag.ErrMisuse},
		"no job":                {second(dag.Downstream(-1, 0, true)), tracedag.ErrMisuse},
		"an output too many":    {second(dag.Downstream(0, 1000, true)), tracedag.ErrMisuse},
		"an output below 0":     {second(dag.Downstream(0, -2, true)), tracedag.ErrMisuse},
	} {
		var fault *tracedag.FaultError
		if !errors.Is(row.err, row.want) || !errors.As(row.err, &fault) {
			t.Errorf("%s: %v, expected %v", what, row.err, row.want)
		}
		if errors.Is(row.err, tracedag.ErrRejected) || errors.Is(row.err, tracedag.ErrInternal) {
			t.Errorf("%s: %v matches errors of other kinds", what, row.err)
		}
	}
}

// The library's own number for any output is none of this package.
func TestAnyOutputHasOneName(t *testing.T) {
	if math.MaxInt <= math.MaxUint32 {
		t.Skip("an int cannot hold it")
	}
	dag := mustLoad(t, []byte(twoJobs))
	for _, output := range []uint64{math.MaxUint32, math.MaxUint32 + 1, math.MaxInt} {
		if _, err := dag.Downstream(0, int(output), true); !errors.Is(err, tracedag.ErrMisuse) {
			t.Errorf("output %d: %v", output, err)
		}
	}
}

func TestFaultInWords(t *testing.T) {
	for err, want := range map[error]string{
		tracedag.ErrNoMemory:             "tracedag: memory, or the heap limit, ran out",
		tracedag.ErrMisuse:               "tracedag: an argument is not accepted",
		&tracedag.FaultError{Status: 99}: "tracedag: unknown status",
	} {
		if err.Error() != want {
			t.Errorf("%q, expected %q", err, want)
		}
	}
	for want, option := range map[string]tracedag.Option{
		"limit depth can be 256 at most, not 257": tracedag.WithLimit(tracedag.LimitDepth, 257),
		"there is no limit 99":                    tracedag.WithLimit(99, 1),
	} {
		_, err := tracedag.Check(nil, option)
		if want = "tracedag: an argument is not accepted: " + want; err == nil ||
			err.Error() != want {
			t.Errorf("%q, expected %q", err, want)
		}
	}
}

func TestRejectionInWords(t *testing.T) {
	for document, want := range map[string]string{
		"":        "tracedag: 1:1: TD112: this file has no document",
		"name: x": "tracedag: 1:1: TD201: this DAG has no `jobs`",
		"a: 1":    "tracedag: 1:1: TD201: this DAG has no `jobs` (the first of 3 errors)",
	} {
		_, err := tracedag.Hash([]byte(document))
		wrapped := fmt.Errorf("dag.yaml: %w", err)
		if !errors.Is(wrapped, tracedag.ErrRejected) || errors.Is(wrapped, tracedag.ErrMisuse) {
			t.Errorf("%q: %v is no rejection", document, err)
		}
		if err == nil || err.Error() != want {
			t.Errorf("%q: %v, expected %s", document, err, want)
		}
	}
}

// An empty document may be nil, and any bytes may go in.
func TestAnyBytes(t *testing.T) {
	for _, document := range [][]byte{nil, {}, {0}, {0xFF, 0}, bytes.Repeat([]byte{'['}, 99)} {
		if report := mustCheck(t, document); report.Accepted() {
			t.Errorf("%q is accepted", document)
		}
	}
	if got, want := tracedag.SourceHash(nil), "src1:99aa06d3014798d86001c324468d497f"; got != want {
		t.Errorf("no bytes have the hash %s, expected %s", got, want)
	}
}

func TestLimits(t *testing.T) {
	for limit := tracedag.LimitInputBytes; limit <= tracedag.LimitHeapBytes; limit++ {
		if limit.Default() == 0 {
			t.Errorf("limit %s has no default", limit)
		}
		mustLoad(t, []byte(twoJobs), tracedag.WithLimit(limit, limit.Default()),
			tracedag.WithLimit(limit, 0))
	}
	same(t, "LimitJobs", tracedag.LimitJobs.Default(), 10000)
	same(t, "no limit", tracedag.Limit(0).Default(), 0)
}

func TestClosed(t *testing.T) {
	dag := mustLoad(t, []byte(twoJobs))
	for i := 0; i < 3; i++ {
		if err := dag.Close(); err != nil {
			t.Fatal(err)
		}
	}
	checkClosed(t, dag)
	same(t, "a field", dag.Jobs[1].Name, "second")
	if _, err := dag.Report.Render(tracedag.FormatText, "", false); err != nil {
		t.Errorf("the report needs the DAG: %v", err)
	}
	var none *tracedag.DAG
	if err := none.Close(); err != nil {
		t.Errorf("no DAG: %v", err)
	}
	var never struct {
		other int
		dag   tracedag.DAG
	}
	if err := never.dag.Close(); err != nil {
		t.Errorf("a DAG that was never loaded: %v", err)
	}
	checkClosed(t, &never.dag)
}

func checkClosed(t *testing.T, dag *tracedag.DAG) {
	t.Helper()
	second := func(_ any, err error) error { return err }
	for what, err := range map[string]error{
		"Canonical":  second(dag.Canonical()),
		"Resolved":   second(dag.Resolved()),
		"Encode":     second(dag.Encode(tracedag.FormOrigins, tracedag.SyntaxYAML)),
		"JobHashes":  second(dag.JobHashes()),
		"Upstream":   second(dag.Upstream(0, true)),
		"NextRuns":   second(dag.NextRuns(0, noon, 1)),
		"Draw":       second(dag.Draw(tracedag.PictureDOT, nil, nil, false)),
		"Trust":      second(dag.Trust(tracedag.FormatText, "", false, 1)),
		"Downstream": second(dag.Downstream(0, 0, true)),
	} {
		if err != tracedag.ErrClosed {
			t.Errorf("%s of a closed DAG: %v", what, err)
		}
	}
	if _, _, err := dag.Flows(1); err != tracedag.ErrClosed {
		t.Errorf("Flows of a closed DAG: %v", err)
	}
}
