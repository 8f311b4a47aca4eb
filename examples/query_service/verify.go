package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"libtracedag.example/tracedag"
)

// A document that was accepted can have a canonical form that is larger than a document may be:
// aliases are written out in it, and each job has what stood in `defaults`. These are the ceilings
// of the library.
var limits = []tracedag.Option{
	tracedag.WithLimit(tracedag.LimitInputBytes, 64<<20),
	tracedag.WithLimit(tracedag.LimitNodes, 16<<20),
}

// A version is what the canonical form of a DAG says, as the library reads it.
type version struct {
	dag       string
	yamlHash  string
	publishes map[string]publication // by name of the dataset
}

// readVersion has the library judge stored bytes, and asks that they are what it writes itself.
func readVersion(canonical []byte) (*version, error) {
	dag, err := tracedag.Load(canonical, limits...)
	defer dag.Close()
	if err != nil {
		return nil, err
	}
	again, err := dag.Canonical()
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(again, canonical) {
		return nil, errors.New("the stored bytes are not the canonical form of what they say")
	}
	v := &version{dag.Name, dag.Hash, make(map[string]publication, len(dag.Publishes))}
	for _, p := range dag.Publishes {
		v.publishes[p.Name] = publication{
			job:       dag.Jobs[p.Job].Name,
			output:    int64(p.Output),
			storage:   p.Storage.String(),
			writeMode: p.WriteMode.String(),
			schema:    string(p.Schema),
		}
	}
	return v, nil
}

// confirm says how an entry of the registry differs from the version that it is of.
func (v *version) confirm(e *entry) error {
	p, published := v.publishes[e.name]
	switch {
	case v.yamlHash != e.yamlHash:
		return fmt.Errorf("the canonical form has yaml_hash %s, not %s", v.yamlHash, e.yamlHash)
	case v.dag != e.dag:
		return fmt.Errorf("the canonical form is of DAG %q", v.dag)
	case !published:
		return errors.New("the canonical form does not publish it")
	case p.job != e.job || p.output != e.output:
		return fmt.Errorf("the canonical form publishes output %d of job %q", p.output, p.job)
	case p.storage != e.storage || p.writeMode != e.writeMode:
		return fmt.Errorf("the canonical form has storage %q, write_mode %q", p.storage, p.writeMode)
	case !sameSchema(p.schema, e.schema):
		return errors.New("the canonical form has another schema")
	}
	return nil
}

// A schema is that of a table, with what a canonical form leaves out.
type schema struct {
	Columns []column   `json:"columns"`
	Unique  []string   `json:"unique"`
	Indexes [][]string `json:"indexes"` // none where it is empty
}

type column struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	Nullable *bool  `json:"nullable"` // true where it is absent
}

// sameSchema compares what two schemas mean: the registry has one as it was written, in which all
// that holds anyway may be written out.
func sameSchema(a, b string) bool {
	if a == "" || b == "" {
		return a == b
	}
	left, err := readSchema(a)
	if err != nil {
		return false
	}
	right, err := readSchema(b)
	return err == nil && reflect.DeepEqual(left, right)
}

func readSchema(text string) (*schema, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	var s schema
	if err := decoder.Decode(&s); err != nil {
		return nil, err
	}
	if len(s.Indexes) == 0 {
		s.Indexes = nil
	}
	for i := range s.Columns {
		if nullable := &s.Columns[i].Nullable; *nullable != nil && **nullable {
			*nullable = nil
		}
	}
	return &s, nil
}
