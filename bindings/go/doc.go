// Package tracedag validates Trace DAG documents and gives their canonical form and hashes. It
// is a thin layer over the C library libtracedag.
//
// [Check] says what is right and wrong with a document, [Load] gives the validated DAG:
//
//	dag, err := tracedag.Load(document)
//	if err != nil {
//		return err
//	}
//	defer dag.Close()
//	fmt.Println(dag.Hash, len(dag.Jobs))
//
// # Values and handles
//
// Findings, jobs, inputs and all other records are plain Go values, copied out of the library
// in one call a list. A [Report] holds no memory of the library, so there is nothing to close.
// A [DAG] does hold some, for the methods that ask the library again; [DAG.Close] releases it,
// and the garbage collector does for a DAG that is forgotten. The fields of a closed DAG stay.
//
// # Errors
//
// A rejected document is a [*DiagnosticsError], which has the report and matches [ErrRejected].
// Everything else is about the call: a [*FaultError], which has the library's status and
// matches [ErrMisuse], [ErrInternal] or [ErrNoMemory]; or [ErrClosed].
//
// # Concurrency
//
// The package has no state. Every function may be called by any goroutine at any time. A DAG
// may be used by any number of goroutines, as long as none of them writes to its fields; Close
// waits for calls that are under way, and calls that come later fail with [ErrClosed]. A
// document that is passed in is not kept and must not be changed before the call returns.
//
// # Numbers that grow
//
// A later library may know codes, words and kinds that this package has no constant for. They
// arrive as the numbers that they are; their String method prints what the library calls them,
// or the number.
package tracedag
