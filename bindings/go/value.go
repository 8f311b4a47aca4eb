package tracedag

// #include <tracedag/tracedag.h>
import "C"

import (
	"bytes"
	"encoding/json"
)

// A Value is a free-form value of a DAG, such as a job's config, as its canonical JSON. "" is no
// value. Two values are equal exactly when their texts are, so == compares them.
type Value string

// Decode stores the value in what target points to, as [json.Unmarshal] does, and keeps numbers
// exact: where target leaves the type open, they become [json.Number]. No value at all leaves
// the target as it is.
func (v Value) Decode(target any) error {
	if v == "" {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader([]byte(v)))
	decoder.UseNumber()
	return decoder.Decode(target)
}

// MarshalJSON gives the JSON that the value is; null for no value. A whole DAG travels as the
// bytes of [DAG.Encode], which any reader of documents takes; its fields are no wire format.
func (v Value) MarshalJSON() ([]byte, error) {
	if v == "" {
		return []byte("null"), nil
	}
	return []byte(v), nil
}
