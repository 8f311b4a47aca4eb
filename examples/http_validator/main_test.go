package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
)

func ask(t *testing.T, method, body string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	validate(w, httptest.NewRequest(method, "/validate", strings.NewReader(body)))
	return w
}

func document(t *testing.T, name string) string {
	t.Helper()
	bytes, err := os.ReadFile("../" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes)
}

func TestAnswers(t *testing.T) {
	for _, row := range []struct {
		what, method, body string
		status             int
		says               string
	}{
		{"the good document", http.MethodPost, document(t, "good.yaml"), 200,
			`{"yaml_hash":"td1:8ed28ff7136f09c0bfb17f2655d6d107"}`},
		{"the broken document", http.MethodPost, document(t, "broken.yaml"), 422,
			`"code":"TD402"`},
		{"nothing", http.MethodPost, "", 422, `"code":"TD112"`},
		{"too much", http.MethodPost, strings.Repeat("#\n", 1<<20), 413, "too large"},
		{"another method", http.MethodGet, "", 405, "POST"},
	} {
		w := ask(t, row.method, row.body)
		if w.Code != row.status || !strings.Contains(w.Body.String(), row.says) {
			t.Errorf("%s: %d %s", row.what, w.Code, w.Body)
		}
	}
}
