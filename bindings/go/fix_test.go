package tracedag_test

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"

	"libtracedag.example/tracedag"
)

const fixable = `name: d
jobs:
  - name: tick
    activation: source
    runtime: lambda
    operator: op
    outputs: 1
    source: {kind: cron, schedule: rate(1 days)}
    tmeout_seconds: 5
`

func mustFix(t *testing.T, document string, safety tracedag.Safety,
	options ...tracedag.Option) *tracedag.Fixed {
	t.Helper()
	fixed, err := tracedag.ApplyFixes([]byte(document), safety, options...)
	if err != nil {
		t.Fatal(err)
	}
	return fixed
}

func TestApplyFixes(t *testing.T) {
	safe := strings.Replace(fixable, "days", "day", 1)
	fixed := mustFix(t, fixable, tracedag.SafetySafe)
	if string(fixed.Document) != safe || fixed.Report.Errors != 1 {
		t.Errorf("%s%s", fixed.Document, fixed.Report)
	}
	at := strings.Index(fixable, "rate")
	want := []tracedag.AppliedFix{{
		Code: tracedag.CodeRateUnit, Safety: tracedag.SafetySafe,
		Start: tracedag.Position{Byte: at, Line: 8, Column: 36, UTF16: 36}, Title: "write `day`",
	}}
	if !reflect.DeepEqual(fixed.Applied, want) {
		t.Errorf("%+v", fixed.Applied)
	}

	fixed = mustFix(t, fixable, tracedag.SafetyUnsafe)
	if string(fixed.Document) != strings.Replace(safe, "tmeout", "timeout", 1) ||
		!fixed.Report.Accepted() || len(fixed.Applied) != 2 {
		t.Errorf("%s%s", fixed.Document, fixed.Report)
	}
}

func TestApplyFixesToNothing(t *testing.T) {
	for _, document := range []string{twoJobs, "", "\xff"} {
		fixed := mustFix(t, document, tracedag.SafetyUnsafe)
		if string(fixed.Document) != document || fixed.Applied != nil {
			t.Errorf("%q became %q", document, fixed.Document)
		}
	}
	fixed := mustFix(t, fixable, tracedag.SafetySafe,
		tracedag.WithLimit(tracedag.LimitInputBytes, 10))
	if !bytes.Equal(fixed.Document, []byte(fixable)) {
		t.Errorf("%q", fixed.Document)
	}
}

func TestApplyFixesFails(t *testing.T) {
	for _, safety := range []tracedag.Safety{0, tracedag.SafetyDisplay, 4} {
		if _, err := tracedag.ApplyFixes([]byte(fixable), safety); !errors.Is(err, tracedag.ErrMisuse) {
			t.Error(safety, err)
		}
	}
	_, err := tracedag.ApplyFixes([]byte(fixable), tracedag.SafetySafe,
		tracedag.WithLimit(tracedag.LimitHeapBytes, 1))
	if !errors.Is(err, tracedag.ErrNoMemory) {
		t.Error(err)
	}
}
