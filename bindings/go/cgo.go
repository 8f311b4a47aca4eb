package tracedag

// #include <tracedag/tracedag.h>
//
// #if TRACEDAG_VERSION_NUMBER < 100
// #error "this package needs libtracedag 0.1.0 or newer"
// #endif
import "C"

import (
	"strings"
	"time"
	"unsafe"
)

// The rules that this package keeps with C memory: what goes in is a pointer and a length, both
// plain parameters, and never copied, but for the names of files, of which C takes a list; no Go
// pointer is stored where C can see it later; what comes out is copied into Go values before the
// handle that owns it is dropped.

// firstByte is nil for no bytes at all.
func firstByte(bytes []byte) *C.char {
	if len(bytes) == 0 {
		return nil
	}
	return (*C.char)(unsafe.Pointer(&bytes[0]))
}

// terminated gives a text the NUL that C reads up to, and says whether the text has none itself.
func terminated(text string) ([]byte, bool) {
	return append([]byte(text), 0), strings.IndexByte(text, 0) < 0
}

func copyText(text *C.tracedag_text) string {
	return C.GoStringN(text.ptr, C.int(text.len))
}

func copyBytes(text *C.tracedag_text) []byte {
	return C.GoBytes(unsafe.Pointer(text.ptr), C.int(text.len))
}

// copyList makes a Go value of each record of a list. Records may be longer than this package
// knows, so the list's own stride leads from one to the next.
func copyList[Record, Value any](list *C.tracedag_list, copyOne func(*Record) Value) []Value {
	if list.count == 0 {
		return nil
	}
	values := make([]Value, int(list.count))
	for i := range values {
		values[i] = copyOne((*Record)(unsafe.Add(list.items, i*int(list.stride))))
	}
	return values
}

// copyOwnedText copies a text that the library handed over, and releases it.
func copyOwnedText(text *C.char, size C.size_t) []byte {
	defer C.tracedag_free(unsafe.Pointer(text))
	return C.GoBytes(unsafe.Pointer(text), C.int(size))
}

func copyNumber(number *C.uint32_t) int { return int(*number) }

func copyInstant(instant *C.int64_t) time.Time { return time.Unix(int64(*instant), 0).UTC() }
