package tracedag

// #include <tracedag/tracedag.h>
import "C"

import (
	"fmt"
	"math"
	"runtime"
)

// A Limit bounds what a document may hold or a call may use. A document that passes one is
// rejected with a finding; for LimitHeapBytes the call fails with [ErrNoMemory].
type Limit uint32

// The limits.
const (
	LimitInputBytes     Limit = C.TRACEDAG_LIMIT_INPUT_BYTES
	LimitDepth          Limit = C.TRACEDAG_LIMIT_DEPTH
	LimitNodes          Limit = C.TRACEDAG_LIMIT_NODES
	LimitBlankRun       Limit = C.TRACEDAG_LIMIT_BLANK_RUN
	LimitScalarBytes    Limit = C.TRACEDAG_LIMIT_SCALAR_BYTES
	LimitKeyBytes       Limit = C.TRACEDAG_LIMIT_KEY_BYTES
	LimitAliasNodes     Limit = C.TRACEDAG_LIMIT_ALIAS_NODES
	LimitAliasNodeRatio Limit = C.TRACEDAG_LIMIT_ALIAS_NODE_RATIO
	LimitAliasByteRatio Limit = C.TRACEDAG_LIMIT_ALIAS_BYTE_RATIO
	LimitJobs           Limit = C.TRACEDAG_LIMIT_JOBS
	LimitEdges          Limit = C.TRACEDAG_LIMIT_EDGES
	LimitPublishes      Limit = C.TRACEDAG_LIMIT_PUBLISHES
	LimitInputsPerJob   Limit = C.TRACEDAG_LIMIT_INPUTS_PER_JOB
	LimitListItems      Limit = C.TRACEDAG_LIMIT_LIST_ITEMS
	LimitWhereEntries   Limit = C.TRACEDAG_LIMIT_WHERE_ENTRIES
	LimitCanonicalBytes Limit = C.TRACEDAG_LIMIT_CANONICAL_BYTES
	LimitFindings       Limit = C.TRACEDAG_LIMIT_FINDINGS
	LimitMessageBytes   Limit = C.TRACEDAG_LIMIT_MESSAGE_BYTES
	LimitHeapBytes      Limit = C.TRACEDAG_LIMIT_HEAP_BYTES
)

// String gives the name that the command tracedag has for it, such as "input-bytes".
func (l Limit) String() string {
	return word([]string{
		LimitInputBytes:     "input-bytes",
		LimitDepth:          "depth",
		LimitNodes:          "nodes",
		LimitBlankRun:       "blank-run",
		LimitScalarBytes:    "scalar-bytes",
		LimitKeyBytes:       "key-bytes",
		LimitAliasNodes:     "alias-nodes",
		LimitAliasNodeRatio: "alias-node-ratio",
		LimitAliasByteRatio: "alias-byte-ratio",
		LimitJobs:           "jobs",
		LimitEdges:          "edges",
		LimitPublishes:      "publishes",
		LimitInputsPerJob:   "inputs-per-job",
		LimitListItems:      "list-items",
		LimitWhereEntries:   "where-entries",
		LimitCanonicalBytes: "canonical-bytes",
		LimitFindings:       "findings",
		LimitMessageBytes:   "message-bytes",
		LimitHeapBytes:      "heap-bytes",
	}, uint32(l))
}

// Default gives the limit that holds when no option sets it; 0 for an unknown limit.
func (l Limit) Default() uint64 {
	return uint64(C.tracedag_options_limit(nil, C.uint32_t(l)))
}

// An Option changes how a document is read and judged.
type Option func(*settings)

// WithLimit sets one limit; 0 means its default. The call that gets the option fails with
// [ErrMisuse] when the limit is unknown or the value is above its ceiling.
func WithLimit(limit Limit, value uint64) Option {
	return func(s *settings) { s.limits = append(s.limits, limitSetting{limit, value}) }
}

// WithSeverity makes findings of a code as bad as is said: an error rejects a document. With 0 there
// are no such findings. The call that gets the option fails with [ErrMisuse] unless the code is of
// a warning or a note.
func WithSeverity(code Code, severity Severity) Option {
	return func(s *settings) { s.severities = append(s.severities, severitySetting{code, severity}) }
}

// WithBaseline sets aside what stands in a baseline: lines of [Report.Baseline], of which those of
// the file are taken, or all where it is "". The call that gets the option fails with [ErrMisuse]
// when a line cannot be read.
func WithBaseline(text, file string) Option {
	return func(s *settings) { s.baseline, s.baselineFile = text, file }
}

// WithCatalog has operators and datasets checked by a catalog; nil leaves them unchecked.
func WithCatalog(catalog *Catalog) Option {
	return func(s *settings) { s.catalog = catalog }
}

// settings is what options come to, in Go memory; the library's options live for one call.
type settings struct {
	limits                 []limitSetting
	severities             []severitySetting
	baseline, baselineFile string
	catalog                *Catalog
}

type severitySetting struct {
	code     Code
	severity Severity
}

type limitSetting struct {
	limit Limit
	value uint64
}

func gather(options []Option) settings {
	var s settings
	for _, option := range options {
		option(&s)
	}
	return s
}

// handle makes the library's options; nil where all are at their defaults. The caller drops it.
func (s settings) handle() (*C.tracedag_options, error) {
	if len(s.limits) == 0 && len(s.severities) == 0 && s.baseline == "" &&
		s.catalog == nil {
		return nil, nil
	}
	handle := C.tracedag_options_new()
	if handle == nil {
		return nil, &FaultError{StatusNoMemory}
	}
	for _, l := range s.limits {
		status := C.tracedag_options_set_limit(handle, C.uint32_t(l.limit), C.uint64_t(l.value))
		if err := fault(status); err != nil {
			defer C.tracedag_options_unref(handle)
			if l.limit.Default() == 0 {
				return nil, fmt.Errorf("%w: there is no limit %d", err, uint32(l.limit))
			}
			return nil, fmt.Errorf("%w: limit %s can be %d at most, not %d", err, l.limit,
				ceiling(handle, l.limit), l.value)
		}
	}
	if err := s.set(handle); err != nil {
		C.tracedag_options_unref(handle)
		return nil, err
	}
	return handle, nil
}

// set gives what is no limit to the library's options.
func (s settings) set(handle *C.tracedag_options) error {
	for _, of := range s.severities {
		status := C.tracedag_options_set_severity(handle, C.uint32_t(of.code),
			C.uint32_t(of.severity))
		if err := fault(status); err != nil {
			return fmt.Errorf("%w: %s cannot have severity %d", err, of.code, uint32(of.severity))
		}
	}
	if s.catalog != nil {
		defer runtime.KeepAlive(s.catalog)
		if err := fault(C.tracedag_options_set_catalog(handle, s.catalog.handle)); err != nil {
			return err
		}
	}
	if s.baseline == "" {
		return nil
	}
	text := []byte(s.baseline)
	name, ok := terminated(s.baselineFile)
	if !ok {
		return fmt.Errorf("%w: the file name has a NUL", ErrMisuse)
	}
	file := firstByte(name)
	if s.baselineFile == "" {
		file = nil
	}
	status := C.tracedag_options_set_baseline(handle, firstByte(text), C.size_t(len(text)), file)
	if err := fault(status); err != nil {
		return fmt.Errorf("%w: a line of the baseline cannot be read", err)
	}
	return nil
}

// ceiling searches for the largest value that the library takes, and leaves that in the options.
func ceiling(options *C.tracedag_options, limit Limit) uint64 {
	low, high := uint64(0), uint64(math.MaxUint64)
	for low < high {
		middle := high - (high-low)/2
		status := C.tracedag_options_set_limit(options, C.uint32_t(limit), C.uint64_t(middle))
		if status == C.TRACEDAG_OK {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return low
}
