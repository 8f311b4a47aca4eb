package tracedag_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"libtracedag.example/tracedag"
)

// The golden cases and vectors that the C tests run as well.
const (
	casesFolder = "../../tests/cases"
	vectorsFile = "../../tests/reference/hash-vectors.txt"
	header      = "../../include/tracedag/tracedag.h"
)

// A source job and a reactive one: the smallest document with an edge.
const twoJobs = `name: small
jobs:
  - name: first
    activation: source
    runtime: ecs_platform
    operator: op
    outputs: 1
    source: {kind: manual}
  - name: second
    activation: reactive
    runtime: ecs_platform
    operator: op
    outputs: 0
    execution_strategy: PerUpdate
    inputs: [{from: {job: first, output: 0}}]
`

func mustRead(t testing.TB, path string) []byte {
	t.Helper()
	bytes, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return bytes
}

func mustLoad(t testing.TB, document []byte, options ...tracedag.Option) *tracedag.DAG {
	t.Helper()
	dag, err := tracedag.Load(document, options...)
	if err != nil {
		t.Fatal(explain(err))
	}
	t.Cleanup(func() { dag.Close() })
	return dag
}

func mustCheck(t testing.TB, document []byte, options ...tracedag.Option) *tracedag.Report {
	t.Helper()
	report, err := tracedag.Check(document, options...)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func mustEncode(t testing.TB, dag *tracedag.DAG, form tracedag.Form,
	syntax tracedag.Syntax) []byte {
	t.Helper()
	text, err := dag.Encode(form, syntax)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// explain says all that an error knows.
func explain(err error) string {
	var rejected *tracedag.DiagnosticsError
	if errors.As(err, &rejected) {
		return describe(rejected.Report)
	}
	return err.Error()
}

// decode reads JSON with exact numbers.
func decode(t testing.TB, text []byte) any {
	t.Helper()
	var value any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return value
}

// eachCase runs a test for each name below a folder of the cases that ends so.
func eachCase(t *testing.T, kind, ending string, run func(t *testing.T, path string)) {
	paths, err := filepath.Glob(filepath.Join(casesFolder, kind, "*"+ending))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no case in %s", kind)
	}
	sort.Strings(paths)
	for _, path := range paths {
		path := strings.TrimSuffix(path, ending)
		t.Run(kind+"/"+filepath.Base(path), func(t *testing.T) { run(t, path) })
	}
}
