package tracedag

// #include <stdlib.h>
// #include <tracedag/tracedag.h>
import "C"

import (
	"encoding/json"
	"fmt"
	"strings"
	"unsafe"
)

// A Report is what [Check] found in a document. It is a plain value: reading it needs no
// library, and there is nothing to close. It keeps a copy of the document for [Report.Render]
// and [Report.Positions], which read it again. Only this package makes reports.
type Report struct {
	// Findings are sorted by first byte, then code, then pointer. LimitFindings bounds them.
	Findings []Finding

	// Errors, Warnings and Notes count what was found, dropped findings included.
	Errors, Warnings, Notes int

	// Dropped counts the findings that LimitFindings kept out.
	Dropped int

	// Suppressed are findings that a comment or the baseline sets aside; nothing counts them.
	Suppressed []Finding

	hidden *hidden
}

// hidden keeps the document out of what is printed, by whatever verb: fmt does not follow pointers
// inside of a struct, but for the first one where the verb does not fit.
type hidden struct{ *source }

// source is what was judged.
type source struct {
	document  []byte
	settings  settings
	isCatalog bool
}

// again judges it again. The caller releases the outcome, after a fault too.
func (s *source) again() (outcome, error) {
	if s.isCatalog {
		return judgeCatalog(s.document, s.settings)
	}
	return judge(s.document, s.settings)
}

// String sums the report up, as the last line of its text does: "rejected, 1 error, 0 warnings".
func (r *Report) String() string {
	verdict := "accepted"
	if !r.Accepted() {
		verdict = "rejected, " + counted(r.Errors, "error")
	}
	verdict += ", " + counted(r.Warnings, "warning")
	if r.Notes > 0 {
		verdict += ", " + counted(r.Notes, "note")
	}
	return verdict
}

func counted(number int, what string) string {
	if number != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", number, what)
}

// Accepted says whether the document may be deployed: it has no errors.
func (r *Report) Accepted() bool { return r.Errors == 0 }

// A Position is a place in a document.
type Position struct {
	Byte   int // offset in bytes, from 0
	Line   int // from 1
	Column int // in code points, from 1
	UTF16  int // in UTF-16 units, as editors count, from 1
}

// A Severity is how bad a finding is. Only errors reject a document.
type Severity uint32

// The severities.
const (
	SeverityError   Severity = C.TRACEDAG_SEVERITY_ERROR
	SeverityWarning Severity = C.TRACEDAG_SEVERITY_WARNING
	SeverityNote    Severity = C.TRACEDAG_SEVERITY_NOTE
)

// String gives the word that reports print: error, warning or note.
func (s Severity) String() string {
	return word([]string{SeverityError: "error", SeverityWarning: "warning",
		SeverityNote: "note"}, uint32(s))
}

// A SubjectKind is a kind of thing that a finding can be about.
type SubjectKind uint32

// The kinds of subject.
const (
	SubjectDAG     SubjectKind = C.TRACEDAG_SUBJECT_DAG
	SubjectJob     SubjectKind = C.TRACEDAG_SUBJECT_JOB
	SubjectInput   SubjectKind = C.TRACEDAG_SUBJECT_INPUT
	SubjectDataset SubjectKind = C.TRACEDAG_SUBJECT_DATASET

	SubjectOperator SubjectKind = C.TRACEDAG_SUBJECT_OPERATOR // of a catalog
	SubjectCatalog  SubjectKind = C.TRACEDAG_SUBJECT_CATALOG  // a catalog as a whole
)

// String gives the word that reports print: dag, job, input, dataset, operator or catalog.
func (k SubjectKind) String() string {
	return word([]string{SubjectDAG: "dag", SubjectJob: "job", SubjectInput: "input",
		SubjectDataset: "dataset", SubjectOperator: "operator", SubjectCatalog: "catalog"},
		uint32(k))
}

// A Subject is what a finding is about.
type Subject struct {
	Kind  SubjectKind
	Name  string // of the DAG, the job, the dataset; for an input, of its job
	Index int    // of an input: its position in the job, from 0
}

// A Finding is one thing that the library has to say about a document. Test Code, Pointer and
// Data; the wording may improve in any release.
type Finding struct {
	Code        Code
	Name        string // of the rule, such as "unknown-job"
	Severity    Severity
	Message     string          // one line, complete without the document
	Label       string          // a few words beside the place; may be empty
	Start, End  Position        // the bytes at fault; End is behind the last one
	Pointer     string          // RFC 6901 pointer; empty for the whole document
	Subject     Subject         // what it is about
	Related     []Related       // other places, such as a first definition
	Help        []string        // advice, an action each
	Fixes       []Fix           // ways to mend it
	Data        json.RawMessage // a JSON object: the named values behind the message; maybe {}
	Fingerprint string          // 16 hex digits that survive moved lines

	Suppression   Suppression // why it is set aside; 0 for what is in force
	Justification string      // the reason that the comment which allows it gives; may be empty
}

// A Suppression says why a finding is set aside.
type Suppression uint32

// The suppressions.
const (
	SuppressedInSource Suppression = C.TRACEDAG_SUPPRESSED_IN_SOURCE // a comment allows it
	SuppressedBaseline Suppression = C.TRACEDAG_SUPPRESSED_BASELINE  // it stands in the baseline
)

// String gives a word for it.
func (s Suppression) String() string {
	return word([]string{0: "", SuppressedInSource: "in-source", SuppressedBaseline: "baseline"},
		uint32(s))
}

// A Safety says what a fix may be trusted with.
type Safety uint32

// The safeties.
const (
	SafetySafe    Safety = C.TRACEDAG_SAFETY_SAFE    // keeps, or restores, the clear meaning
	SafetyUnsafe  Safety = C.TRACEDAG_SAFETY_UNSAFE  // plausible: somebody should look at it
	SafetyDisplay Safety = C.TRACEDAG_SAFETY_DISPLAY // shows what to write; not to be applied
)

// String gives the word that reports print: safe, unsafe or display.
func (s Safety) String() string {
	return word([]string{SafetySafe: "safe", SafetyUnsafe: "unsafe", SafetyDisplay: "display"},
		uint32(s))
}

// A Fix is a change that mends a finding: all of its edits, which never overlap, or none.
type Fix struct {
	Title  string
	Safety Safety
	Edits  []Edit
}

// An Edit is a replacement in the document: its bytes from Start to before End become Text.
type Edit struct {
	Start, End int
	Text       string
}

// A Related is another place that belongs to a finding.
type Related struct {
	Start, End Position
	Label      string // may be empty
	File       string // the document where it stands; empty in that of the finding
}

// A Format is a way to write a report.
type Format uint32

// The formats.
const (
	FormatText   Format = C.TRACEDAG_FORMAT_TEXT   // for people, with the source and carets
	FormatJSON   Format = C.TRACEDAG_FORMAT_JSON   // JSON Lines: one record a finding, then a summary
	FormatSARIF  Format = C.TRACEDAG_FORMAT_SARIF  // SARIF 2.1.0 on one line, 5,000 findings at most
	FormatGitHub Format = C.TRACEDAG_FORMAT_GITHUB // workflow commands, for annotations on GitHub
)

// Render writes the report as the command tracedag does, ending with LF. The file names the
// document in it; "" stands for standard input. Terminal colours are for FormatText alone. It
// judges the document again, which costs as much as [Check] did.
func (r *Report) Render(format Format, file string, color bool) (string, error) {
	return RenderAll([]*Report{r}, []string{file}, format, color)
}

// RenderAll writes several reports as one text, otherwise as [Report.Render]: one run of SARIF,
// or one list of workflow commands, with errors of all documents first; as text and JSON Lines
// one after the other. There is a file for each report. A report that is nil stands for a
// document that could not be judged: SARIF and GitHub's commands say so, the others pass over
// it. All documents are held by the library until the text is written.
func RenderAll(reports []*Report, files []string, format Format, color bool) (string, error) {
	if len(reports) != len(files) {
		return "", fmt.Errorf("%w: %d reports and %d files", ErrMisuse, len(reports), len(files))
	}
	var batch batch
	defer batch.release()
	for i, report := range reports {
		if err := batch.add(report, files[i]); err != nil {
			return "", err
		}
	}
	var flags C.uint32_t
	if color {
		flags |= C.TRACEDAG_RENDER_COLOR
	}
	return batch.render(format, flags)
}

// batch is what is rendered together: handles and names of the library, until release.
type batch struct {
	reports []*C.tracedag_report
	files   []*C.char
}

func (b *batch) release() {
	for i, report := range b.reports {
		C.tracedag_report_unref(report)
		C.free(unsafe.Pointer(b.files[i]))
	}
}

// add judges the document of a report again.
func (b *batch) add(report *Report, file string) error {
	var o outcome
	if strings.IndexByte(file, 0) >= 0 {
		return fmt.Errorf("%w: the file name has a NUL", ErrMisuse)
	}
	if report != nil {
		var err error
		if o, err = report.hidden.again(); err != nil {
			o.release()
			return err
		}
		o.dag = C.tracedag_dag_unref(o.dag)
	}
	var name *C.char
	if file != "" {
		name = C.CString(file)
	}
	b.reports = append(b.reports, o.report)
	b.files = append(b.files, name)
	return nil
}

func (b *batch) render(format Format, flags C.uint32_t) (string, error) {
	var reports **C.tracedag_report
	var files **C.char
	if len(b.reports) > 0 {
		reports, files = &b.reports[0], &b.files[0]
	}
	var text *C.char
	var size C.size_t
	status := C.tracedag_reports_render(reports, files, C.size_t(len(b.reports)),
		C.uint32_t(format), flags, &text, &size)
	return string(copyOwnedText(text, size)), fault(status)
}

// Baseline gives a line for each warning and note that no comment allows: with these lines as
// [WithBaseline] a later report tells of what is new. The file names the document in them. It
// judges the document again.
func (r *Report) Baseline(file string) (string, error) {
	name, ok := terminated(file)
	if !ok {
		return "", fmt.Errorf("%w: the file name has a NUL", ErrMisuse)
	}
	o, err := r.hidden.again()
	defer o.release()
	if err != nil {
		return "", err
	}
	var text *C.char
	var size C.size_t
	status := C.tracedag_report_baseline(o.report, firstByte(name), &text, &size)
	return string(copyOwnedText(text, size)), fault(status)
}

// Positions says where byte offsets of the document stand; one past the end counts as the end.
// Findings know their own places; this is for any other. It reads the document again, once for
// all offsets.
func (r *Report) Positions(offsets ...int) ([]Position, error) {
	document := r.hidden.document
	options, err := r.hidden.settings.handle()
	if err != nil {
		return nil, err
	}
	defer C.tracedag_options_unref(options)
	var parsed *C.tracedag_doc
	status := C.tracedag_parse(firstByte(document), C.size_t(len(document)), options, &parsed)
	defer func() { C.tracedag_doc_unref(parsed) }()
	if parsed == nil {
		return nil, fault(status)
	}
	report := C.tracedag_doc_report(parsed)
	positions := make([]Position, len(offsets))
	for i, offset := range offsets {
		var position C.tracedag_position
		if offset > 0 {
			position.byte = C.uint64_t(offset)
		}
		C.tracedag_report_position(report, position.byte, &position)
		positions[i] = copyPosition(&position)
	}
	return positions, nil
}

func copyReport(report *C.tracedag_report, document []byte, s settings) *Report {
	var list, suppressed C.tracedag_list
	C.tracedag_report_findings(report, &list)
	C.tracedag_report_suppressed(report, &suppressed)
	count := func(severity Severity) int {
		return int(C.tracedag_report_count(report, C.uint32_t(severity)))
	}
	return &Report{
		Findings: copyList(&list, copyFinding),
		Errors:   count(SeverityError),
		Warnings: count(SeverityWarning),
		Notes:    count(SeverityNote),
		Dropped:  int(C.tracedag_report_dropped(report)),

		Suppressed: copyList(&suppressed, copyFinding),

		hidden: &hidden{&source{append([]byte(nil), document...), s, false}},
	}
}

func copyFinding(f *C.tracedag_finding) Finding {
	return Finding{
		Code:     Code(f.code),
		Name:     copyText(&f.name),
		Severity: Severity(f.severity),
		Message:  copyText(&f.message),
		Label:    copyText(&f.label),
		Start:    copyPosition(&f.start),
		End:      copyPosition(&f.end),
		Pointer:  copyText(&f.pointer),
		Subject: Subject{
			Kind:  SubjectKind(f.subject_kind),
			Name:  copyText(&f.subject),
			Index: int(f.subject_index),
		},
		Related:     copyList(&f.related, copyRelated),
		Help:        copyList(&f.help, copyText),
		Fixes:       copyList(&f.fixes, copyFix),
		Data:        json.RawMessage(copyText(&f.data)),
		Fingerprint: copyText(&f.fingerprint),

		Suppression:   Suppression(f.suppression),
		Justification: copyText(&f.justification),
	}
}

func copyRelated(r *C.tracedag_related) Related {
	return Related{copyPosition(&r.start), copyPosition(&r.end), copyText(&r.label), copyText(&r.file)}
}

func copyFix(f *C.tracedag_fix) Fix {
	return Fix{copyText(&f.title), Safety(f.safety), copyList(&f.edits, copyEdit)}
}

func copyEdit(e *C.tracedag_edit) Edit {
	return Edit{int(e.start), int(e.end), copyText(&e.text)}
}

func copyPosition(p *C.tracedag_position) Position {
	return Position{int(p.byte), int(p.line), int(p.column), int(p.utf16)}
}
