package tracedag

// #include <tracedag/tracedag.h>
import "C"

import (
	"errors"
	"fmt"
)

// A Status is what the library says of a call.
type Status int32

// The statuses. Anything but StatusOK and StatusRejected is about the call, not the document.
const (
	StatusOK       Status = C.TRACEDAG_OK
	StatusRejected Status = C.TRACEDAG_REJECTED
	StatusMisuse   Status = C.TRACEDAG_MISUSE
	StatusInternal Status = C.TRACEDAG_INTERNAL
	StatusNoMemory Status = C.TRACEDAG_NO_MEMORY
)

// String says the status in words.
func (s Status) String() string {
	return C.GoString(C.tracedag_status_text(C.tracedag_status(s)))
}

// The errors to compare with by [errors.Is].
var (
	// ErrRejected matches every [*DiagnosticsError].
	ErrRejected = errors.New("tracedag: the document is rejected")
	// ErrMisuse: an argument is not accepted; nothing was done.
	ErrMisuse error = &FaultError{StatusMisuse}
	// ErrInternal: a fault of the library; please report it.
	ErrInternal error = &FaultError{StatusInternal}
	// ErrNoMemory: memory, or LimitHeapBytes, ran out.
	ErrNoMemory error = &FaultError{StatusNoMemory}
	// ErrClosed: a method was called on a DAG after Close.
	ErrClosed = errors.New("tracedag: the DAG is closed")
)

// A FaultError says that a call could not do its work, whatever the document is.
type FaultError struct {
	Status Status
}

// Error says the status in words.
func (e *FaultError) Error() string { return "tracedag: " + e.Status.String() }

// Is makes two faults of one status the same to [errors.Is].
func (e *FaultError) Is(target error) bool {
	other, ok := target.(*FaultError)
	return ok && other.Status == e.Status
}

// A DiagnosticsError says that a document is rejected, and has the report that says why.
type DiagnosticsError struct {
	*Report
}

// Error gives the first error and how many there are, in one line.
func (e *DiagnosticsError) Error() string {
	for i := range e.Findings {
		f := &e.Findings[i]
		if f.Severity != SeverityError {
			continue
		}
		text := fmt.Sprintf("tracedag: %d:%d: %s: %s", f.Start.Line, f.Start.Column, f.Code,
			f.Message)
		if e.Errors > 1 {
			text += fmt.Sprintf(" (the first of %d errors)", e.Errors)
		}
		return text
	}
	return ErrRejected.Error()
}

// Is makes every rejection match [ErrRejected].
func (e *DiagnosticsError) Is(target error) bool { return target == ErrRejected }

// fault is nil for a call that was done.
func fault(status C.tracedag_status) error {
	if status == C.TRACEDAG_OK {
		return nil
	}
	return &FaultError{Status(status)}
}
