package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// A refusal is an answer that has no data, and a reason to give.
type refusal struct {
	status int
	body   map[string]any
}

func (r *refusal) Error() string { return fmt.Sprint(r.body["error"]) }

func refuse(status int, reason string) *refusal {
	return &refusal{status, map[string]any{"error": reason}}
}

// notFound is the answer for what does not exist, for what belongs to others, and for
// organisations that one is no member of. It must not differ between them.
func notFound() *refusal { return refuse(http.StatusNotFound, "not found") }

// A mismatch says that the stored bytes of a version do not bear out what the registry says.
type mismatch struct {
	entry entry
	cause error
}

func (m *mismatch) Error() string {
	return fmt.Sprintf("dataset %q, version %d of DAG %q, %s: %v", m.entry.name, m.entry.version,
		m.entry.dag, m.entry.yamlHash, m.cause)
}

func (m *mismatch) Unwrap() error { return m.cause }

// write sends JSON, with an entity tag where there is one.
func write(w http.ResponseWriter, r *http.Request, status int, tag string, body any) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(body); err != nil {
		panic(err) // nothing that is sent can fail
	}
	header := w.Header()
	header.Set("Cache-Control", "private, no-cache")
	header.Set("Content-Type", "application/json")
	header.Set("X-Content-Type-Options", "nosniff")
	if tag != "" {
		header.Set("ETag", tag)
	}
	if tag != "" && hasTag(r.Header.Values("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.WriteHeader(status)
	w.Write(text.Bytes())
}

// fail makes an answer of an error. What is no refusal is the service's own affair: it is said in
// the log, and not to others.
func (s *service) fail(w http.ResponseWriter, r *http.Request, err error) {
	var refused *refusal
	var differs *mismatch
	switch {
	case errors.As(err, &refused):
		write(w, r, refused.status, "", refused.body)
	case errors.As(err, &differs):
		s.note("error", "the registry is not borne out", "cause", err)
		write(w, r, http.StatusInternalServerError, "", map[string]any{
			"error":   "the stored version is not what the registry says of it: nothing is given out",
			"dataset": differs.entry.name, "dag": differs.entry.dag,
			"version": differs.entry.version, "yaml_hash": differs.entry.yamlHash,
		})
	default:
		s.note("error", "the registry cannot be read", "cause", err)
		w.Header().Set("Retry-After", "5")
		write(w, r, http.StatusServiceUnavailable, "", refuse(0, "the registry cannot be read now").body)
	}
}

// hasTag says whether If-None-Match has a tag, which is the same whether it is weak or not.
func hasTag(headers []string, tag string) bool {
	for _, header := range headers {
		for _, item := range strings.Split(header, ",") {
			item = strings.TrimSpace(item)
			if item == "*" || strings.TrimPrefix(item, "W/") == tag {
				return true
			}
		}
	}
	return false
}
