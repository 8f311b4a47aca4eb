//go:build !cgo

package tracedag

// The package is a layer over a C library: without cgo there is nothing that it could do. This
// name is not defined, so that the compiler prints it.
var _ = tracedag_needs_cgo_so_set_CGO_ENABLED_to_1_and_install_a_C_compiler
