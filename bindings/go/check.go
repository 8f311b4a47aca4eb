package tracedag

// #include <tracedag/tracedag.h>
import "C"

// outcome is what one check gave: handles of the library, until release.
type outcome struct {
	accepted bool
	dag      *C.tracedag_dag
	catalog  *C.tracedag_catalog // in the place of a DAG
	report   *C.tracedag_report
}

func (o *outcome) release() {
	o.dag = C.tracedag_dag_unref(o.dag)
	o.catalog = C.tracedag_catalog_unref(o.catalog)
	o.report = C.tracedag_report_unref(o.report)
}

// judge reads a document and judges it. The caller releases the outcome, after a fault too.
func judge(document []byte, s settings) (o outcome, err error) {
	options, err := s.handle()
	if err != nil {
		return o, err
	}
	defer C.tracedag_options_unref(options)
	status := C.tracedag_check(firstByte(document), C.size_t(len(document)), options, &o.dag,
		&o.report)
	o.accepted = status == C.TRACEDAG_OK
	if status == C.TRACEDAG_REJECTED {
		return o, nil
	}
	return o, fault(status)
}

// accept is judge for who has no use for a rejected document.
func accept(document []byte, s settings) (outcome, error) {
	o, err := judge(document, s)
	if err == nil && !o.accepted {
		err = &DiagnosticsError{copyReport(o.report, document, s)}
	}
	return o, err
}

// Check judges a document and reports everything that was found. The error is about the call;
// whether the document is accepted, [Report.Accepted] says.
func Check(document []byte, options ...Option) (*Report, error) {
	s := gather(options)
	o, err := judge(document, s)
	defer o.release()
	if err != nil {
		return nil, err
	}
	return copyReport(o.report, document, s), nil
}

// Load gives the validated DAG of a document, or a [*DiagnosticsError] when it is rejected.
func Load(document []byte, options ...Option) (*DAG, error) {
	s := gather(options)
	o, err := accept(document, s)
	defer o.release()
	if err != nil {
		return nil, err
	}
	return copyDAG(o.dag, copyReport(o.report, document, s))
}

// Canonical gives the canonical form of a document: what [Hash] covers, one line of JSON and
// its LF. The error for a rejected document is a [*DiagnosticsError].
func Canonical(document []byte, options ...Option) ([]byte, error) {
	o, err := accept(document, gather(options))
	defer o.release()
	if err != nil {
		return nil, err
	}
	return encode(o.dag, FormCanonical, SyntaxJSON)
}

// Hash gives the yaml_hash of a document: "td1:" and 32 hex digits of the XXH3-128 of its
// canonical form. XXH3 is not collision-resistant: who de-duplicates by it compares the
// canonical forms on a hit. The error for a rejected document is a [*DiagnosticsError].
func Hash(document []byte, options ...Option) (string, error) {
	o, err := accept(document, gather(options))
	defer o.release()
	if err != nil {
		return "", err
	}
	return C.GoString(C.tracedag_dag_hash(o.dag)), nil
}

// SourceHash gives the source_hash of any bytes: "src1:" and 32 hex digits.
func SourceHash(document []byte) string {
	var room [C.TRACEDAG_HASH_ROOM]C.char
	C.tracedag_source_hash(firstByte(document), C.size_t(len(document)), &room[0], C.size_t(len(room)))
	return C.GoString(&room[0])
}
