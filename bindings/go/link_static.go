//go:build tracedag_static

package tracedag

// pkg-config --static names every library but leaves it to the linker to take the shared ones.
// The archives are named before them, so that nothing is left for those to give, and shared
// libraries that give nothing are not linked.

// #cgo pkg-config: --static tracedag
// #cgo LDFLAGS: -l:libtracedag.a -l:libyaml.a -l:libxxhash.a -Wl,--as-needed
import "C"
