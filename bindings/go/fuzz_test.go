package tracedag_test

import (
	"bytes"
	"errors"
	"path/filepath"
	"testing"

	"libtracedag.example/tracedag"
)

// FuzzCheck starts from the golden cases. Whatever the bytes are: nothing crashes, findings lie
// inside the document and agree with the library's JSON, Check and Load agree, and the canonical
// form of an accepted document is a fixed point with the same hash.
func FuzzCheck(f *testing.F) {
	paths, err := filepath.Glob(filepath.Join(casesFolder, "*valid", "*.yaml"))
	if err != nil || len(paths) == 0 {
		f.Fatal("there are no cases")
	}
	for _, path := range paths {
		f.Add(mustRead(f, path))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		report := mustCheck(t, document)
		checkFindings(t, report, document)
		dag, err := tracedag.Load(document)
		if (err == nil) != report.Accepted() || errors.Is(err, tracedag.ErrRejected) == report.Accepted() {
			t.Fatalf("Check finds %d errors, Load gives %v", report.Errors, err)
		}
		if err == nil {
			defer dag.Close()
			checkFixedPoint(t, dag)
		}
	})
}

func checkFixedPoint(t *testing.T, dag *tracedag.DAG) {
	canonical, err := dag.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	// The canonical form may be longer than the document, by aliases and escapes.
	large := []tracedag.Option{
		tracedag.WithLimit(tracedag.LimitInputBytes, 64<<20),
		tracedag.WithLimit(tracedag.LimitNodes, 16<<20),
	}
	again, err := tracedag.Canonical(canonical, large...)
	if err != nil || !bytes.Equal(again, canonical) {
		t.Errorf("%v\n%s\nis read back as\n%s", err, canonical, again)
	}
	if hash, err := tracedag.Hash(canonical, large...); err != nil || hash != dag.Hash {
		t.Errorf("%v, hash %s, expected %s", err, hash, dag.Hash)
	}
}
