package tracedag_test

import (
	"errors"
	"strings"
	"testing"

	"libtracedag.example/tracedag"
)

// One job that nobody reads (TD803), with a word of YAML 1.1 (TD801).
const doubtful = `name: d
jobs:
  - name: a
    activation: source
    runtime: ecs_platform
    operator: op
    outputs: 1
    source: {kind: manual}
    config: {country: no}
`

func counts(r *tracedag.Report) [4]int {
	return [4]int{r.Errors, r.Warnings, r.Notes, len(r.Suppressed)}
}

func TestSeverities(t *testing.T) {
	for _, test := range []struct {
		options []tracedag.Option
		want    [4]int
	}{
		{nil, [4]int{0, 1, 1, 0}},
		{[]tracedag.Option{tracedag.WithSeverity(tracedag.CodeYAML11Word, 0)}, [4]int{0, 0, 1, 0}},
		{[]tracedag.Option{tracedag.WithSeverity(tracedag.CodeUnreadJob, tracedag.SeverityWarning)},
			[4]int{0, 2, 0, 0}},
		{[]tracedag.Option{tracedag.WithSeverity(tracedag.CodeUnreadJob, tracedag.SeverityError)},
			[4]int{1, 1, 0, 0}},
	} {
		report := mustCheck(t, []byte(doubtful), test.options...)
		if counts(report) != test.want || report.Accepted() != (test.want[0] == 0) {
			t.Errorf("%v, expected %v", counts(report), test.want)
		}
	}
	_, err := tracedag.Check([]byte(doubtful),
		tracedag.WithSeverity(tracedag.CodeUnknownJob, tracedag.SeverityWarning))
	if !errors.Is(err, tracedag.ErrMisuse) {
		t.Errorf("an error as a warning: %v", err)
	}
}

func TestAllowedByAComment(t *testing.T) {
	document := strings.Replace(doubtful, "no}", "no}  # tracedag: allow TD801 -- a country", 1)
	report := mustCheck(t, []byte(document))
	if counts(report) != [4]int{0, 0, 1, 1} {
		t.Fatalf("%v", counts(report))
	}
	f := report.Suppressed[0]
	if f.Suppression != tracedag.SuppressedInSource || f.Justification != "a country" ||
		f.Suppression.String() != "in-source" {
		t.Errorf("%+v", f)
	}
}

func TestBaseline(t *testing.T) {
	text, err := mustCheck(t, []byte(doubtful)).Baseline("a.yaml")
	if err != nil || strings.Count(text, "\n") != 2 {
		t.Fatalf("%q, %v", text, err)
	}
	moved := []byte("# moved\n" + doubtful)
	report := mustCheck(t, moved, tracedag.WithBaseline(text, "a.yaml"))
	if counts(report) != [4]int{0, 0, 0, 2} ||
		report.Suppressed[0].Suppression != tracedag.SuppressedBaseline {
		t.Errorf("%v", counts(report))
	}
	report = mustCheck(t, moved, tracedag.WithBaseline(text, "b.yaml"))
	if counts(report) != [4]int{0, 1, 1, 0} {
		t.Errorf("of another file: %v", counts(report))
	}
	if _, err := tracedag.Check(moved, tracedag.WithBaseline("x", "")); !errors.Is(err,
		tracedag.ErrMisuse) {
		t.Errorf("a baseline that cannot be read: %v", err)
	}
	if _, err := report.Baseline("a\nb"); !errors.Is(err, tracedag.ErrMisuse) {
		t.Errorf("a file with a line break: %v", err)
	}
}
