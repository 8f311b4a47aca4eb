package tracedag

// #include <tracedag/tracedag.h>
import "C"

// Fixed is what came of [ApplyFixes].
type Fixed struct {
	Document []byte       // the same as before where nothing applies
	Applied  []AppliedFix // what was done
	Report   *Report      // on the document that was made
}

// An AppliedFix is a fix that [ApplyFixes] applied.
type AppliedFix struct {
	Code   Code // of the finding that it mended
	Safety Safety
	Start  Position // where that finding stood in the document as it was
	Title  string
}

// ApplyFixes applies fixes to a document, those that can be proved: it can still be read, what is
// mended is gone, no error is new, and no other value changes. With SafetySafe only safe fixes are
// applied, with SafetyUnsafe plausible ones, too; no other safety is accepted.
func ApplyFixes(document []byte, safety Safety, options ...Option) (*Fixed, error) {
	s := gather(options)
	o, err := judge(document, s)
	defer o.release()
	if err != nil {
		return nil, err
	}
	var flags C.uint32_t
	switch safety {
	case SafetySafe:
	case SafetyUnsafe:
		flags = C.TRACEDAG_FIX_UNSAFE
	default:
		return nil, fault(C.TRACEDAG_MISUSE)
	}
	var text *C.char
	var size C.size_t
	var applied C.tracedag_list
	var left *C.tracedag_report
	if err := fault(C.tracedag_report_fix(o.report, flags, &text, &size, &applied,
		&left)); err != nil {
		return nil, err
	}
	defer C.tracedag_report_unref(left)
	defer C.tracedag_free(applied.items)
	made := copyOwnedText(text, size)
	if applied.count == 0 {
		made = append([]byte(nil), document...)
	}
	return &Fixed{made, copyList(&applied, copyAppliedFix), copyReport(left, made, s)}, nil
}

func copyAppliedFix(f *C.tracedag_applied_fix) AppliedFix {
	return AppliedFix{Code(f.code), Safety(f.safety), copyPosition(&f.start), copyText(&f.title)}
}
