package tracedag_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"libtracedag.example/tracedag"
)

// checkFindings expects what holds for every report: places inside the document, in order, and
// the same fields as in the library's own JSON.
func checkFindings(t testing.TB, report *tracedag.Report, document []byte) {
	t.Helper()
	before := 0
	for i := range report.Findings {
		f := &report.Findings[i]
		checkPlace(t, f.Start, f.End, document)
		for _, related := range f.Related {
			checkPlace(t, related.Start, related.End, document)
		}
		if f.Start.Byte < before {
			t.Errorf("%s at byte %d stands behind byte %d", f.Code, f.Start.Byte, before)
		}
		before = f.Start.Byte
		if f.Code.Name() != f.Name || f.Message == "" || len(f.Fingerprint) != 16 {
			t.Errorf("not a whole finding: %+v", f)
		}
	}
	checkPositions(t, report)
	checkJSON(t, report)
}

func checkPlace(t testing.TB, start, end tracedag.Position, document []byte) {
	t.Helper()
	if start.Byte < 0 || start.Byte > end.Byte || end.Byte > len(document) {
		t.Errorf("bytes %d to %d of %d", start.Byte, end.Byte, len(document))
	}
	for _, p := range []tracedag.Position{start, end} {
		if p.Line < 1 || p.Column < 1 || p.UTF16 < p.Column {
			t.Errorf("no position: %+v", p)
		}
	}
}

// checkPositions asks for the positions of the bytes that findings have positions of.
func checkPositions(t testing.TB, report *tracedag.Report) {
	t.Helper()
	var offsets []int
	var want []tracedag.Position
	for _, f := range report.Findings {
		offsets = append(offsets, f.Start.Byte, f.End.Byte)
		want = append(want, f.Start, f.End)
	}
	got, err := report.Positions(offsets...)
	if err != nil || len(got) != len(want) {
		t.Fatalf("%d positions: %v", len(got), err)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("byte %d stands at %+v, expected %+v", offsets[i], got[i], want[i])
		}
	}
}

// What a line of FormatJSON holds.
type jsonPosition struct{ Byte, Line, Col, UTF16 int }

type jsonSpan struct{ Start, End jsonPosition }

type jsonRecord struct {
	Type, Code, Name, Severity, Message, Label, Pointer, Fingerprint string
	Span                                                             jsonSpan
	Subject                                                          struct {
		Kind, Name string
		Index      int
	}
	Related []struct {
		Span  jsonSpan
		Label string
	}
	Help  []string
	Fixes []struct {
		Title, Safety string
		Edits         []tracedag.Edit
	}
	Data json.RawMessage

	Valid                            bool
	Errors, Warnings, Notes, Dropped int
}

func checkJSON(t testing.TB, report *tracedag.Report) {
	t.Helper()
	text, err := report.Render(tracedag.FormatJSON, "", false)
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	for i := range report.Findings {
		var record jsonRecord
		if err := decoder.Decode(&record); err != nil {
			t.Fatal(err)
		}
		if want := record.finding(); !reflect.DeepEqual(report.Findings[i], want) {
			t.Errorf("a finding\n%+v\nexpected\n%+v", report.Findings[i], want)
		}
	}
	var summary jsonRecord
	if err := decoder.Decode(&summary); err != nil || summary.Type != "summary" {
		t.Fatalf("no summary: %v", err)
	}
	if summary.Valid != report.Accepted() || summary.Errors != report.Errors ||
		summary.Warnings != report.Warnings || summary.Notes != report.Notes ||
		summary.Dropped != report.Dropped {
		t.Errorf("counts %+v, expected %+v", report, summary)
	}
}

func (r *jsonRecord) finding() tracedag.Finding {
	f := tracedag.Finding{
		Name: r.Name, Message: r.Message, Label: r.Label, Pointer: r.Pointer, Data: r.Data,
		Start: r.Span.Start.position(), End: r.Span.End.position(), Fingerprint: r.Fingerprint,
		Subject: tracedag.Subject{Name: r.Subject.Name, Index: r.Subject.Index},
	}
	for _, info := range tracedag.Codes() {
		if info.Code.String() == r.Code {
			f.Code = info.Code
		}
	}
	for s := tracedag.SeverityError; s <= tracedag.SeverityNote; s++ {
		if s.String() == r.Severity {
			f.Severity = s
		}
	}
	for k := tracedag.SubjectDAG; k <= tracedag.SubjectCatalog; k++ {
		if k.String() == r.Subject.Kind {
			f.Subject.Kind = k
		}
	}
	for _, related := range r.Related {
		f.Related = append(f.Related, tracedag.Related{
			Start: related.Span.Start.position(), End: related.Span.End.position(),
			Label: related.Label,
		})
	}
	if len(r.Help) > 0 {
		f.Help = r.Help
	}
	for _, fix := range r.Fixes {
		own := tracedag.Fix{Title: fix.Title, Edits: fix.Edits}
		for s := tracedag.SafetySafe; s <= tracedag.SafetyDisplay; s++ {
			if s.String() == fix.Safety {
				own.Safety = s
			}
		}
		f.Fixes = append(f.Fixes, own)
	}
	return f
}

func (p jsonPosition) position() tracedag.Position {
	return tracedag.Position{Byte: p.Byte, Line: p.Line, Column: p.Col, UTF16: p.UTF16}
}

func TestPositionsOfOtherBytes(t *testing.T) {
	report := mustCheck(t, []byte("a: \U0001F600\xC3\xA9b\nc"))
	got, err := report.Positions(0, 3, 9, 10, 11, 12, 99, -1)
	if err != nil {
		t.Fatal(err)
	}
	want := []tracedag.Position{
		{Byte: 0, Line: 1, Column: 1, UTF16: 1},
		{Byte: 3, Line: 1, Column: 4, UTF16: 4},
		{Byte: 9, Line: 1, Column: 6, UTF16: 7},
		{Byte: 10, Line: 1, Column: 7, UTF16: 8},
		{Byte: 11, Line: 2, Column: 1, UTF16: 1},
		{Byte: 12, Line: 2, Column: 2, UTF16: 2},
		{Byte: 12, Line: 2, Column: 2, UTF16: 2},
		{Byte: 0, Line: 1, Column: 1, UTF16: 1},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("positions\n%v\nexpected\n%v", got, want)
	}
}

func TestRenderNamesTheFile(t *testing.T) {
	report := mustCheck(t, []byte(twoJobs))
	for file, want := range map[string]string{"": "-: accepted, ", "b/ä.yml": "b/ä.yml: accepted, "} {
		got, err := report.Render(tracedag.FormatText, file, false)
		if err != nil || !strings.HasPrefix(got, want) {
			t.Errorf("%q: %v, %q", file, err, got)
		}
	}
}

func TestRenderAll(t *testing.T) {
	good, bad := mustCheck(t, []byte(twoJobs)), mustCheck(t, []byte("name: x\n"))
	reports := []*tracedag.Report{good, nil, bad}
	files := []string{"a b.yaml", "gone.yaml", ""}
	render := func(format tracedag.Format) string {
		text, err := tracedag.RenderAll(reports, files, format, false)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	for _, format := range []tracedag.Format{tracedag.FormatText, tracedag.FormatJSON} {
		first, _ := good.Render(format, "a b.yaml", false)
		last, _ := bad.Render(format, "", false)
		same(t, "reports", render(format), first+last)
	}
	lines := strings.SplitAfter(render(tracedag.FormatGitHub), "\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[0], "::error file=-,line=1,") {
		t.Errorf("annotations\n%s", lines)
	}
	same(t, "counts", lines[1], "::notice::3 files: 1 accepted, 1 rejected, 1 not judged; "+
		"1 error, 0 warnings, 0 notes\n")
	var log struct {
		Runs []struct {
			Invocations []struct{ ExecutionSuccessful bool }
			Results     []struct{ RuleID, Level string }
		}
	}
	if err := json.Unmarshal([]byte(render(tracedag.FormatSARIF)), &log); err != nil {
		t.Fatal(err)
	}
	if len(log.Runs) != 1 || len(log.Runs[0].Results) != 1 ||
		log.Runs[0].Results[0].RuleID != "TD201" || log.Runs[0].Invocations[0].ExecutionSuccessful {
		t.Errorf("the log is %+v", log)
	}
	empty, err := tracedag.RenderAll(nil, nil, tracedag.FormatText, false)
	if empty != "" || err != nil {
		t.Errorf("of nothing %q, %v", empty, err)
	}
}

func TestRenderInColor(t *testing.T) {
	report := mustCheck(t, []byte("name: x\n"))
	plain, _ := report.Render(tracedag.FormatText, "f", false)
	colored, err := report.Render(tracedag.FormatText, "f", true)
	if err != nil || strings.Contains(plain, "\x1b[") || !strings.Contains(colored, "\x1b[") {
		t.Errorf("%v\n%s%s", err, plain, colored)
	}
}

// A report keeps the document as it was, whatever the caller does with its buffer.
func TestReportKeepsTheDocument(t *testing.T) {
	document := []byte("name: x\njobs: 1\n")
	report := mustCheck(t, document)
	before, _ := report.Render(tracedag.FormatText, "f", false)
	for i := range document {
		document[i] = '#'
	}
	if after, _ := report.Render(tracedag.FormatText, "f", false); after != before {
		t.Errorf("the report changed:\n%s", after)
	}
}

// What is judged again is judged by the same limits.
func TestReportKeepsTheOptions(t *testing.T) {
	report := mustCheck(t, []byte(twoJobs), tracedag.WithLimit(tracedag.LimitJobs, 1))
	checkJSON(t, report)
	if report.Accepted() || report.Findings[0].Code != tracedag.CodeLimitCount {
		t.Errorf("two jobs are not too many:\n%s", describe(report))
	}
}

func TestDroppedFindingsAreCounted(t *testing.T) {
	document := []byte("name: x\njobs: []\nextra" +
		": 1\nmore: 1\nyet: 1\n")
	report := mustCheck(t, document, tracedag.WithLimit(tracedag.LimitFindings, 2))
	checkJSON(t, report)
	if report.Errors != 4 || report.Dropped != 2 {
		t.Errorf("%d errors, %d dropped:\n%s", report.Errors, report.Dropped, describe(report))
	}
}

// The last line of the text, without the name of the file and what was not checked.
func TestReportSumsUp(t *testing.T) {
	for _, document := range []string{twoJobs, "name: x", "", "a: 1\nb: 2"} {
		report := mustCheck(t, []byte(document))
		text, err := report.Render(tracedag.FormatText, "f", false)
		if err != nil {
			t.Fatal(err)
		}
		if want := "\nf: " + report.String() + " ("; !strings.Contains("\n"+text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	report := tracedag.Report{Errors: 1, Warnings: 2, Notes: 1}
	same(t, "counts", report.String(), "rejected, 1 error, 2 warnings, 1 note")
}

// What is printed may end in a log, where no document belongs.
func TestPrintingShowsNoDocument(t *testing.T) {
	document := []byte(twoJobs + "# secret\n")
	broken := append(document, "x: 1\n"...)
	report := mustCheck(t, broken)
	dag := mustLoad(t, document)
	_, err := tracedag.Load(broken)
	same(t, "report", fmt.Sprint(report), "rejected, 1 error, 0 warnings")
	same(t, "DAG", fmt.Sprintf("%+v", dag), "small "+dag.Hash)
	same(t, "DAG in Go", fmt.Sprintf("%#v", dag),
		`&tracedag.DAG{Name:"small", Hash:"`+dag.Hash+`"}`)
	for _, value := range []any{report, *report, []any{report}, struct{ r tracedag.Report }{*report},
		dag, []any{dag}, err} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "% X", "%t", "%p"} {
			said := strings.ToLower(fmt.Sprintf(verb, value))
			for _, secret := range []string{"secret", "115 101 99 114", "73656372", "73 65 63 72",
				"0x73, 0x65, 0x63"} {
				if strings.Contains(said, secret) {
					t.Errorf("%s of a %T has the document:\n%s", verb, value, said)
				}
			}
		}
	}
}
