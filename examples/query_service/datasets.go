package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"libtracedag.example/tracedag"
)

const (
	mostNameBytes = 255
	mostNames     = 100 // of one resolve
)

// A dataset is what others are told of one.
type dataset struct {
	Name      string          `json:"name"`
	DatasetID string          `json:"dataset_id"`
	DAG       string          `json:"dag"`
	Version   int64           `json:"version"`
	YAMLHash  string          `json:"yaml_hash"`
	Job       string          `json:"job"`
	Output    int64           `json:"output"`
	Storage   *string         `json:"storage"`
	WriteMode *string         `json:"write_mode"`
	Schema    json.RawMessage `json:"schema"` // null where it is nil
}

// A request is one that has been understood, by someone who is known.
type request struct {
	org        string
	subject    string
	parameters url.Values
}

// A handler answers from one state of the registry. A tag is "" where there is none.
type handler func(rq *request, view *view) (body any, tag string, err error)

// A view is one state of the registry, for someone who asks about an organisation.
type view struct {
	state
	org    string
	member bool               // who asks may read
	read   map[int64]*version // by id: each is fetched once
	cache  *cache
}

// dataset finds a dataset that whoever asks may see, and confirms it.
func (v *view) dataset(name string) (d *dataset, found bool, err error) {
	if !v.member || !isName(name) {
		return nil, false, nil
	}
	e, found, err := v.find(v.org, name)
	if err != nil || !found {
		return nil, false, err
	}
	d, err = v.confirmed(&e)
	return d, err == nil, err
}

// confirmed makes an answer of an entry, if the stored bytes of its version bear it out.
func (v *view) confirmed(e *entry) (*dataset, error) {
	of := v.read[e.versionID]
	if of == nil {
		bytes, err := v.canonical(v.org, e)
		if err != nil {
			return nil, err
		}
		var fault *tracedag.FaultError // no memory, or a fault of the library: not of the bytes
		if of, err = v.cache.version(bytes); errors.As(err, &fault) {
			return nil, err
		}
		if err != nil {
			return nil, &mismatch{*e, err}
		}
		v.read[e.versionID] = of
	}
	if err := of.confirm(e); err != nil {
		return nil, &mismatch{*e, err}
	}
	p := of.publishes[e.name]
	return &dataset{
		Name: e.name, DatasetID: e.datasetID, DAG: e.dag, Version: e.version, YAMLHash: e.yamlHash,
		Job: p.job, Output: p.output, Storage: optional(p.storage), WriteMode: optional(p.writeMode),
		Schema: raw(p.schema),
	}, nil
}

func raw(text string) json.RawMessage {
	if text == "" {
		return nil
	}
	return json.RawMessage(text)
}

func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// only refuses parameters that a request cannot have: a condition that is misspelt must not be
// left out in silence.
func (rq *request) only(known string) error {
	for name := range rq.parameters {
		if name != known {
			return refuse(http.StatusBadRequest, fmt.Sprintf("there is no parameter %.64q here", name))
		}
	}
	return nil
}

// list answers with all datasets of an organisation.
func list(rq *request, view *view) (any, string, error) {
	if err := rq.only(""); err != nil {
		return nil, "", err
	}
	if !view.member {
		return nil, "", notFound()
	}
	entries, err := view.entries(rq.org)
	if err != nil {
		return nil, "", err
	}
	datasets := make([]*dataset, len(entries))
	for i := range entries {
		if datasets[i], err = view.confirmed(&entries[i]); err != nil {
			return nil, "", err
		}
	}
	return map[string]any{"org": rq.org, "datasets": datasets}, "", nil
}

// resolve answers with the named datasets, or not at all.
func resolve(rq *request, view *view) (any, string, error) {
	if err := rq.only("name"); err != nil {
		return nil, "", err
	}
	names := rq.parameters["name"]
	if len(names) == 0 || len(names) > mostNames {
		return nil, "", refuse(http.StatusBadRequest, fmt.Sprintf("name 1 to %d datasets", mostNames))
	}
	datasets := make([]*dataset, len(names))
	missing := []string{}
	for i, name := range names {
		d, found, err := view.dataset(name)
		if err != nil {
			return nil, "", err
		}
		if !found {
			missing = append(missing, name)
		}
		datasets[i] = d
	}
	if len(missing) > 0 {
		refused := notFound()
		refused.body["names"] = missing
		return nil, "", refused
	}
	return map[string]any{"org": rq.org, "datasets": datasets}, "", nil
}

// one answers with a dataset, if its version is the one that is asked for.
func one(rq *request, view *view, name string) (any, string, error) {
	if err := rq.only("version"); err != nil {
		return nil, "", err
	}
	wanted, err := rq.version()
	if err != nil {
		return nil, "", err
	}
	d, found, err := view.dataset(name)
	if err != nil {
		return nil, "", err
	}
	if !found {
		return nil, "", notFound()
	}
	if wanted != 0 && wanted != d.Version {
		refused := refuse(http.StatusConflict, "another version is active")
		refused.body["asked"], refused.body["active"] = wanted, d.Version
		return nil, "", refused
	}
	return d, `"` + d.YAMLHash + "/" + d.DatasetID + `"`, nil
}

// version gives the number of the condition, 0 where there is none.
func (rq *request) version() (int64, error) {
	texts, given := rq.parameters["version"]
	if !given {
		return 0, nil
	}
	number, err := strconv.ParseInt(texts[0], 10, 64)
	if err != nil || number < 1 || len(texts) > 1 {
		return 0, refuse(http.StatusBadRequest, "a version is one number from 1")
	}
	return number, nil
}

// isName says whether a text can be the name of anything; the database is asked for no other.
func isName(text string) bool {
	return text != "" && len(text) <= mostNameBytes && utf8.ValidString(text) &&
		strings.IndexFunc(text, unicode.IsControl) < 0
}
