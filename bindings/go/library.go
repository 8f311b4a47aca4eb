package tracedag

// #include <tracedag/tracedag.h>
import "C"

// Version gives the version of the library that is loaded, such as "1.2.3".
func Version() string { return C.GoString(C.tracedag_version_string()) }

// VersionNumber gives the same as one number to compare: 10203 for 1.2.3.
func VersionNumber() uint32 { return uint32(C.tracedag_version_number()) }

// JSONSchema writes the format as a JSON Schema (draft-07), for editors and for validators of
// others: it accepts every document that [Check] accepts, and what it refuses, Check refuses.
func JSONSchema() ([]byte, error) {
	var text *C.char
	var size C.size_t
	if err := fault(C.tracedag_json_schema(&text, &size)); err != nil {
		return nil, err
	}
	return copyOwnedText(text, size), nil
}

// A FeatureID names something that the library can do.
type FeatureID uint32

// The features.
const (
	FeatureFormat     FeatureID = C.TRACEDAG_FEATURE_FORMAT      // newest format version it reads
	FeatureHashScheme FeatureID = C.TRACEDAG_FEATURE_HASH_SCHEME // the N of the tdN: that it writes
	FeatureJSONReport FeatureID = C.TRACEDAG_FEATURE_JSON_REPORT // the v of its JSON records
	FeatureYAMLParser FeatureID = C.TRACEDAG_FEATURE_YAML_PARSER // its libyaml: 205 for 0.2.5
	FeatureXXHash     FeatureID = C.TRACEDAG_FEATURE_XXHASH      // its xxHash: 801 for 0.8.1
)

// Feature says what the loaded library can do, as a number that grows with it; 0 for a feature
// that it does not know.
func Feature(id FeatureID) uint32 { return uint32(C.tracedag_feature(C.uint32_t(id))) }
