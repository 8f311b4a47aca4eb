//go:build !tracedag_static

package tracedag

// #cgo pkg-config: tracedag
import "C"
