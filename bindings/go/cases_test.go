package tracedag_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"libtracedag.example/tracedag"
)

// describe writes a report as the .diag files have it; their README says how.
func describe(report *tracedag.Report) string {
	var out strings.Builder
	for i := range report.Findings {
		if i > 0 {
			out.WriteString("\n")
		}
		describeFinding(&out, &report.Findings[i])
	}
	return out.String()
}

func describeFinding(out *strings.Builder, f *tracedag.Finding) {
	fmt.Fprintf(out, "%s %s %s %s %s\n", f.Severity, f.Code, f.Name, span(f.Start, f.End),
		printable(f.Pointer))
	line := func(head, text string) {
		if text != "" {
			fmt.Fprintf(out, "  %s: %s\n", head, text)
		}
	}
	line("message", f.Message)
	line("label", f.Label)
	for _, related := range f.Related {
		line("related", strings.TrimLeft(related.File+" "+span(related.Start, related.End)+" "+
			related.Label, " "))
	}
	for _, help := range f.Help {
		line("help", help)
	}
	for _, fix := range f.Fixes {
		line("fix", change(fix))
	}
	line("subject", subject(f.Subject))
	if string(f.Data) != "{}" {
		line("data", string(f.Data))
	}
}

func change(fix tracedag.Fix) string {
	out := fix.Safety.String() + ":"
	for _, edit := range fix.Edits {
		out += fmt.Sprintf(" %d-%d %s", edit.Start, edit.End, quoted(edit.Text))
	}
	return out + ": " + fix.Title
}

// quoted writes a text as JSON does; %q would also escape what is not printed.
func quoted(text string) string {
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil {
		return err.Error()
	}
	return strings.TrimSuffix(out.String(), "\n")
}

func span(start, end tracedag.Position) string {
	return fmt.Sprintf("%d:%d-%d:%d", start.Line, start.Column, end.Line, end.Column)
}

// printable writes a pointer; it may have control characters, which would break the line.
func printable(pointer string) string {
	if pointer == "" {
		return `""`
	}
	var out strings.Builder
	for i := 0; i < len(pointer); i++ {
		if c := pointer[i]; c < 0x20 || c == 0x7F {
			fmt.Fprintf(&out, "\\u{%04X}", c)
		} else {
			out.WriteByte(c)
		}
	}
	return out.String()
}

func subject(s tracedag.Subject) string {
	switch s.Kind {
	case tracedag.SubjectDAG:
		return ""
	case tracedag.SubjectInput:
		return fmt.Sprintf("%s %s[%d]", s.Kind, s.Name, s.Index)
	default:
		return fmt.Sprintf("%s %s", s.Kind, s.Name)
	}
}

func TestRejectedCases(t *testing.T) {
	eachCase(t, "invalid", ".yaml", checkRejected)
	eachCase(t, "limits", ".yaml", checkRejected)
}

func TestWarnedCases(t *testing.T) {
	eachCase(t, "warned", ".yaml", func(t *testing.T, path string) {
		document := mustRead(t, path+".yaml")
		report := mustCheck(t, document)
		if !report.Accepted() {
			t.Fatal("it is rejected")
		}
		checkFindings(t, report, document)
		if got, want := describe(report), string(mustRead(t, path+".diag")); got != want {
			t.Errorf("findings\n--- expected\n%s\n+++ found\n%s", want, got)
		}
	})
}

func checkRejected(t *testing.T, path string) {
	document := mustRead(t, path+".yaml")
	report := mustCheck(t, document)
	if report.Accepted() {
		t.Fatal("it is accepted")
	}
	checkFindings(t, report, document)
	if got, want := describe(report), string(mustRead(t, path+".diag")); got != want {
		t.Errorf("findings\n--- expected\n%s\n+++ found\n%s", want, got)
	}
	checkRendering(t, report, path+".text", tracedag.FormatText)
	checkRendering(t, report, path+".json", tracedag.FormatJSON)
	checkRendering(t, report, path+".sarif", tracedag.FormatSARIF)
	checkRendering(t, report, path+".github", tracedag.FormatGitHub)
	checkError(t, document, report)
}

func checkRendering(t *testing.T, report *tracedag.Report, path string, format tracedag.Format) {
	want, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return
	}
	got, err := report.Render(format, "dag.yaml", false)
	if err != nil || got != string(want) {
		t.Errorf("%s: %v\n--- expected\n%s\n+++ found\n%s", path, err, want, got)
	}
}

// checkError expects Load to refuse the document with the same report.
func checkError(t *testing.T, document []byte, report *tracedag.Report) {
	dag, err := tracedag.Load(document)
	var rejected *tracedag.DiagnosticsError
	if dag != nil || !errors.As(err, &rejected) || !errors.Is(err, tracedag.ErrRejected) {
		t.Fatalf("Load gives %v", err)
	}
	if describe(rejected.Report) != describe(report) || rejected.Errors != report.Errors {
		t.Error("Load has another report than Check")
	}
	if !strings.Contains(err.Error(), firstError(report).Message) {
		t.Errorf("the error is %q", err)
	}
}

func firstError(report *tracedag.Report) *tracedag.Finding {
	for i := range report.Findings {
		if report.Findings[i].Severity == tracedag.SeverityError {
			return &report.Findings[i]
		}
	}
	return &tracedag.Finding{Message: "no error is left"}
}

func TestValidCases(t *testing.T) {
	eachCase(t, "valid", ".yaml", func(t *testing.T, path string) {
		document := mustRead(t, path+".yaml")
		dag := mustLoad(t, document)
		canonical := mustRead(t, path+".canon")
		hash := strings.TrimSuffix(string(mustRead(t, path+".hash")), "\n")
		checkDAG(t, dag, canonical, hash)
		if want, err := os.ReadFile(path + ".resolved"); err == nil {
			if got, _ := dag.Resolved(); !bytes.Equal(got, want) {
				t.Errorf("resolved form\n--- expected\n%s+++ found\n%s", want, got)
			}
		}
		checkShortcuts(t, document, canonical, hash)
		checkFormsReadBack(t, dag, canonical, hash)
		checkDisguises(t, document, canonical, hash)
	})
}

func checkDAG(t *testing.T, dag *tracedag.DAG, canonical []byte, hash string) {
	t.Helper()
	if !dag.Report.Accepted() {
		t.Error("a DAG with errors")
	}
	if got, err := dag.Canonical(); err != nil || !bytes.Equal(got, canonical) {
		t.Errorf("canonical form: %v\n--- expected\n%s+++ found\n%s", err, canonical, got)
	}
	if dag.Hash != hash {
		t.Errorf("hash %s, expected %s", dag.Hash, hash)
	}
}

// checkShortcuts expects the functions that need no DAG to agree with it.
func checkShortcuts(t *testing.T, document, canonical []byte, hash string) {
	if got, err := tracedag.Canonical(document); err != nil || !bytes.Equal(got, canonical) {
		t.Errorf("Canonical: %v\n%s", err, got)
	}
	if got, err := tracedag.Hash(document); err != nil || got != hash {
		t.Errorf("Hash: %v, %s", err, got)
	}
}

func checkFormsReadBack(t *testing.T, dag *tracedag.DAG, canonical []byte, hash string) {
	for _, as := range []struct {
		form   tracedag.Form
		syntax tracedag.Syntax
	}{
		{tracedag.FormCanonical, tracedag.SyntaxJSON},
		{tracedag.FormCanonical, tracedag.SyntaxYAML},
		{tracedag.FormResolved, tracedag.SyntaxJSON},
		{tracedag.FormResolved, tracedag.SyntaxYAML},
		{tracedag.FormOrigins, tracedag.SyntaxYAML},
	} {
		checkDAG(t, mustLoad(t, mustEncode(t, dag, as.form, as.syntax)), canonical, hash)
	}
}

// checkDisguises reads the text with CRLF line ends, and with a byte order mark and a comment.
func checkDisguises(t *testing.T, document, canonical []byte, hash string) {
	const mark = "\xEF\xBB\xBF"
	if !bytes.ContainsRune(document, '\r') {
		crlf := bytes.ReplaceAll(document, []byte("\n"), []byte("\r\n"))
		checkDAG(t, mustLoad(t, crlf), canonical, hash)
	}
	if !bytes.HasPrefix(document, []byte(mark)) {
		marked := append([]byte(mark+"# a comment\n"), document...)
		checkDAG(t, mustLoad(t, marked), canonical, hash)
	}
}

func TestSameCases(t *testing.T) {
	eachCase(t, "same", "", func(t *testing.T, path string) {
		hashes := hashFolder(t, path)
		for _, hash := range hashes {
			if hash != hashes[0] {
				t.Errorf("%s is not %s", hash, hashes[0])
			}
		}
	})
}

func TestDifferCases(t *testing.T) {
	eachCase(t, "differ", "", func(t *testing.T, path string) {
		seen := map[string]bool{}
		for _, hash := range hashFolder(t, path) {
			if seen[hash] {
				t.Errorf("two documents have the hash %s", hash)
			}
			seen[hash] = true
		}
	})
}

func hashFolder(t *testing.T, path string) []string {
	paths, _ := filepath.Glob(path + "/*.yaml")
	if len(paths) < 2 {
		t.Fatal("it needs two documents or more")
	}
	hashes := make([]string, len(paths))
	for i, path := range paths {
		hash, err := tracedag.Hash(mustRead(t, path))
		if err != nil {
			t.Fatalf("%s: %s", path, explain(err))
		}
		hashes[i] = hash
	}
	return hashes
}

// The lines of the vectors are: case, job or `-`, hash.
func TestHashVectors(t *testing.T) {
	lines := bufio.NewScanner(bytes.NewReader(mustRead(t, vectorsFile)))
	found := map[string][]string{}
	count := 0
	for ; lines.Scan(); count++ {
		words := strings.Fields(lines.Text())
		if len(words) != 3 {
			t.Fatalf("not a vector: %s", lines.Text())
		}
		name, job, want := words[0], words[1], words[2]
		if _, known := found[name]; !known {
			found[name] = hashesOf(t, filepath.Join(casesFolder, "valid", name+".yaml"))
		}
		if line := job + " " + want; !contains(found[name], line) {
			t.Errorf("%s: none of the hashes is %s", name, line)
		}
	}
	if count <= 100 {
		t.Errorf("%d vectors", count)
	}
}

// hashesOf gives the lines that the vectors have for a document.
func hashesOf(t *testing.T, path string) []string {
	document := mustRead(t, path)
	dag := mustLoad(t, document)
	hashes, err := dag.JobHashes()
	if err != nil || len(hashes) != len(dag.Jobs) {
		t.Fatalf("%d hashes of %d jobs: %v", len(hashes), len(dag.Jobs), err)
	}
	lines := []string{"- " + tracedag.SourceHash(document)}
	for i, job := range dag.Jobs {
		lines = append(lines, job.Name+" "+hashes[i].Job, job.Name+" "+hashes[i].Materialization)
	}
	return lines
}

func contains(lines []string, line string) bool {
	for _, other := range lines {
		if other == line {
			return true
		}
	}
	return false
}
