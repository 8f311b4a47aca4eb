package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// requestTimeout bounds waiting for the database and judging what it has.
const requestTimeout = 15 * time.Second

// A service answers requests.
type service struct {
	pin      func(context.Context) (state, error)
	answers  func(context.Context) error
	verifier *verifier
	cache    *cache
	log      *log.Logger
}

// ServeHTTP answers, and writes one line about it.
func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	seen := &statusWriter{ResponseWriter: w, status: http.StatusOK}
	ctx, cancel := context.WithTimeout(r.Context(), requestTimeout)
	defer cancel()
	subject := s.serve(seen, r.WithContext(ctx))
	s.note("info", "request", "method", r.Method, "path", r.URL.Path, "subject", subject,
		"status", seen.status, "ms", time.Since(began).Milliseconds())
}

// serve answers, and says who asked.
func (s *service) serve(w http.ResponseWriter, r *http.Request) (subject string) {
	org, handle := route(r.URL)
	health := r.URL.Path == "/healthz"
	if handle == nil && !health {
		s.fail(w, r, notFound())
		return ""
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		s.fail(w, r, refuse(http.StatusMethodNotAllowed, "nothing is changed here: use GET"))
		return ""
	}
	if health {
		s.health(w, r)
		return ""
	}
	subject, err := s.verifier.subject(r)
	if err != nil {
		s.unknown(w, r, err)
		return ""
	}
	parameters, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		s.fail(w, r, refuse(http.StatusBadRequest, "the query cannot be read"))
		return subject
	}
	body, tag, err := s.read(r.Context(), &request{org, subject, parameters}, handle)
	if err != nil {
		s.fail(w, r, err)
		return subject
	}
	write(w, r, http.StatusOK, tag, body)
	return subject
}

func (s *service) health(w http.ResponseWriter, r *http.Request) {
	if err := s.answers(r.Context()); err != nil {
		s.fail(w, r, err)
		return
	}
	write(w, r, http.StatusOK, "", map[string]string{"database": "answers"})
}

// unknown asks for a token. What is wrong with the one that came is said in the log alone.
func (s *service) unknown(w http.ResponseWriter, r *http.Request, err error) {
	challenge := "Bearer"
	if !errors.Is(err, errNoToken) {
		challenge = `Bearer error="invalid_token"`
		s.note("warning", "a token is refused", "cause", err)
	}
	w.Header().Set("WWW-Authenticate", challenge)
	s.fail(w, r, refuse(http.StatusUnauthorized, "a valid bearer token is needed"))
}

// read pins the registry for one request.
func (s *service) read(ctx context.Context, rq *request, handle handler) (any, string, error) {
	if !isName(rq.org) {
		return nil, "", notFound()
	}
	pinned, err := s.pin(ctx)
	if err != nil {
		return nil, "", err
	}
	defer pinned.release()
	member, err := pinned.mayRead(rq.org, rq.subject)
	if err != nil {
		return nil, "", err
	}
	return handle(rq, &view{pinned, rq.org, member, map[int64]*version{}, s.cache})
}

// route finds what a path means; no handler where it means nothing.
func route(u *url.URL) (org string, handle handler) {
	parts := strings.Split(u.EscapedPath(), "/")
	for i, part := range parts {
		text, err := url.PathUnescape(part)
		if err != nil {
			return "", nil
		}
		parts[i] = text
	}
	if len(parts) < 5 || parts[0] != "" || parts[1] != "v1" || parts[2] != "orgs" {
		return "", nil
	}
	switch {
	case len(parts) == 5 && parts[4] == "datasets":
		return parts[3], list
	case len(parts) == 5 && parts[4] == "datasets:resolve":
		return parts[3], resolve
	case len(parts) == 6 && parts[4] == "datasets":
		name := parts[5]
		return parts[3], func(rq *request, view *view) (any, string, error) {
			return one(rq, view, name)
		}
	}
	return "", nil
}

// A statusWriter remembers the status, for the log.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader notes the status and sends it.
func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// note writes a line to the log: a level, a message, and keys with their values.
func (s *service) note(level, message string, pairs ...any) {
	var line strings.Builder
	fmt.Fprintf(&line, "level=%s msg=%q", level, message)
	for i := 0; i+1 < len(pairs); i += 2 {
		fmt.Fprintf(&line, " %v=%q", pairs[i], fmt.Sprint(pairs[i+1]))
	}
	s.log.Print(line.String())
}
