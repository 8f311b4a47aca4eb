// http_validator answers whether a Trace DAG document may be deployed.
//
//	go build && ./http_validator localhost:8080
//	curl --data-binary @dag.yaml localhost:8080/validate
//
// An accepted document gives 200 and its hash; a rejected one gives 422 and its findings as JSON
// Lines, as `tracedag validate --format json` writes them. Requests are judged side by side: the
// library shares nothing between calls. Who may ask, and TLS, are the matter of a proxy in front.
package main

import (
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
	"os"
	"time"

	"libtracedag.example/tracedag"
)

// A document above the library's own limit is refused before it is read to its end.
var mostBytes = int64(tracedag.LimitInputBytes.Default())

func validate(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "POST a document", http.StatusMethodNotAllowed)
		return
	}
	document, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostBytes))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		http.Error(w, "the document is too large", http.StatusRequestEntityTooLarge)
		return
	}
	if err != nil {
		http.Error(w, "the document did not arrive", http.StatusBadRequest)
		return
	}
	answer(w, document)
}

func answer(w http.ResponseWriter, document []byte) {
	hash, err := tracedag.Hash(document)
	var rejected *tracedag.DiagnosticsError
	switch {
	case err == nil:
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(map[string]string{"yaml_hash": hash})
	case errors.As(err, &rejected):
		reject(w, rejected)
	default: // no memory, or a fault of the library: not the document's
		log.Print(err)
		http.Error(w, "the document cannot be judged now", http.StatusServiceUnavailable)
	}
}

func reject(w http.ResponseWriter, rejected *tracedag.DiagnosticsError) {
	findings, err := rejected.Render(tracedag.FormatJSON, "dag.yaml", false)
	if err != nil {
		log.Print(err)
		http.Error(w, "the findings cannot be written now", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.WriteHeader(http.StatusUnprocessableEntity)
	io.WriteString(w, findings)
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: http_validator ADDRESS")
	}
	http.HandleFunc("/validate", validate)
	server := &http.Server{Addr: os.Args[1], ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second}
	log.Fatal(server.ListenAndServe())
}
