package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
)

func TestDatasets(t *testing.T) {
	eachStore(t, func(t *testing.T, store *testStore) {
		store.fill(t)
		s := newService(t, store.reader)

		w := get(s, "ann", "acme/datasets/trades")
		expect(t, w, 200, `{"name":"trades","dataset_id":"`, `"dag":"prices","version":2,`,
			`"yaml_hash":"td1:`, tradesTwo)
		tag := w.Header().Get("ETag")
		if !strings.HasPrefix(tag, `"td1:`) || strings.ContainsAny(tag[1:len(tag)-1], `",`) {
			t.Errorf("the tag is %s", tag)
		}
		expect(t, get(s, "dave", "acme/datasets"), 200, `{"datasets":[{"name":"archive"`, archiveTwo,
			tradesTwo, `],"org":"acme"}`)
		expect(t, get(s, "ann", "acme/datasets:resolve?name=trades&name=archive"), 200,
			`{"datasets":[{"name":"trades"`, tradesTwo, archiveTwo)

		for _, tags := range []string{tag, `"x", W/` + tag, "*"} {
			w := get(s, "ann", "acme/datasets/trades", "If-None-Match", tags)
			expect(t, w, 304)
			if w.Body.Len() > 0 {
				t.Errorf("304 with %s", w.Body)
			}
		}
		expect(t, get(s, "ann", "acme/datasets/archive", "If-None-Match", tag), 200)

		store.dispatch(t, "--org", "acme", "rollback", "prices", "1")
		expect(t, get(s, "ann", "acme/datasets/trades", "If-None-Match", tag), 200, `"version":1,`,
			tradesOne)
		expect(t, get(s, "ann", "acme/datasets"), 200, archiveOne, tradesOne)
	})
}

func TestVersionCondition(t *testing.T) {
	eachStore(t, func(t *testing.T, store *testStore) {
		store.fill(t)
		s := newService(t, store.reader)
		expect(t, get(s, "ann", "acme/datasets/trades?version=2"), 200, tradesTwo)
		expect(t, get(s, "ann", "acme/datasets/trades?version=1"), 409,
			`{"active":2,"asked":1,"error":"another version is active"}`)
		store.dispatch(t, "--org", "acme", "rollback", "prices", "1")
		expect(t, get(s, "ann", "acme/datasets/trades?version=2"), 409, `"active":1,"asked":2`)
		expect(t, get(s, "ann", "acme/datasets/nothing?version=2"), 404)
		for _, query := range []string{"version=", "version=0", "version=-1", "version=1.0",
			"version=9223372036854775808", "version=2&version=2", "versoin=2", "version=2;x", "name=x"} {
			expect(t, get(s, "ann", "acme/datasets/trades?"+query), 400)
		}
		expect(t, get(s, "ann", "acme/datasets?version=2"), 400)
		expect(t, get(s, "ann", "acme/datasets:resolve?name=trades&version=2"), 400)
	})
}

// All that one may not know of has one answer.
func TestNobodyLearnsOfOthers(t *testing.T) {
	eachStore(t, func(t *testing.T, store *testStore) {
		store.fill(t)
		s := newService(t, store.reader)
		for _, of := range []struct{ subject, path string }{
			{"ann", "acme/datasets/nothing"},
			{"ann", "acme/datasets/secret_trades"},
			{"ann", "other/datasets/secret_trades"},
			{"ann", "other/datasets/nothing"},
			{"ann", "nobody/datasets/trades"},
			{"ann", "other/datasets"},
			{"ann", "nobody/datasets"},
			{"bob", "acme/datasets/trades"},
			{"bob", "acme/datasets"},
			{"will", "acme/datasets/trades"},
			{"will", "acme/datasets"},
			{"stranger", "acme/datasets/trades"},
		} {
			w := get(s, of.subject, of.path)
			if w.Code != 404 || w.Body.String() != "{\"error\":\"not found\"}\n" ||
				len(w.Header()) != 3 {
				t.Errorf("%s %s: %d %v %s", of.subject, of.path, w.Code, w.Header(), w.Body)
			}
		}
		const missing = `{"error":"not found","names":["trades","nothing"]}` + "\n"
		for _, org := range []string{"other", "nobody"} {
			w := get(s, "ann", org+"/datasets:resolve?name=trades&name=nothing")
			if w.Code != 404 || w.Body.String() != missing {
				t.Errorf("%s: %d %s", org, w.Code, w.Body)
			}
		}
		expect(t, get(s, "ann", "acme/datasets:resolve?name=trades&name=nothing"), 404,
			`"names":["nothing"]`)
		expect(t, get(s, "bob", "other/datasets"), 200, "secret_trades")

		store.dispatch(t, "--org", "other", "member", "set", "ann", "viewer")
		expect(t, get(s, "ann", "other/datasets/secret_trades"), 200)
	})
}

func TestOddNames(t *testing.T) {
	eachStore(t, func(t *testing.T, store *testStore) {
		store.fill(t)
		s := newService(t, store.reader)
		for _, name := range []string{
			"x' OR '1'='1", "trades'--", "%", "_rades", "trade%", `"; DROP TABLE members; --`,
			"$1", "?", "*", "TRADES", "trades ", "tra\x00des", "trades\x00", "\xff\xfe", "\u0000",
			"..", "trades/", "a/b", strings.Repeat("x", 255), strings.Repeat("x", 4000), "", "\n",
		} {
			escaped := url.PathEscape(name)
			expect(t, get(s, "ann", "acme/datasets/"+escaped), 404)
			expect(t, get(s, "ann", escaped+"/datasets/trades"), 404)
			expect(t, get(s, "ann", escaped+"/datasets"), 404)
			expect(t, get(s, "ann", "acme/datasets:resolve?name="+url.QueryEscape(name)), 404)
		}
		for _, subject := range []string{"ann' OR '1'='1", "%", "a_n", "ANN", "ann "} {
			expect(t, get(s, subject, "acme/datasets/trades"), 404)
		}
		expect(t, get(s, "ann", "acme/datasets/%74rades"), 200, tradesTwo)
		expect(t, get(s, "ann", "acme/datasets:resolve"), 400)
		expect(t, get(s, "ann", "acme/datasets:resolve?"+strings.Repeat("name=x&", 101)), 400)
		expect(t, get(s, "ann", "acme/datasets:resolve?name=%zz"), 400)
	})
}

func TestRoutes(t *testing.T) {
	store := newSQLite(t)
	store.fill(t)
	s := newService(t, store.reader)
	token := tokenOf("ann")
	for _, path := range []string{"/", "/v1", "/v1/orgs/acme", "/v1/orgs/acme/datasets/", "/v2/orgs/acme/datasets",
		"/v1/orgs/acme/datasets/trades/x", "//v1/orgs/acme/datasets", "/v1/orgs/../orgs/acme/datasets",
		"/v1/orgs/acme/tasks", "/healthz/"} {
		expect(t, ask(s, http.MethodGet, path, token), 404)
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS", "PATCH"} {
		w := ask(s, method, "/v1/orgs/acme/datasets/trades", token)
		expect(t, w, 405)
		if w.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %v", method, w.Header())
		}
	}
	expect(t, ask(s, http.MethodHead, "/v1/orgs/acme/datasets/trades", token), 200)
	expect(t, ask(s, http.MethodGet, "/healthz", ""), 200, `{"database":"answers"}`)
}

// A hooked state lets something happen between the first two questions about datasets.
type hooked struct {
	state
	hook func()
}

func (h *hooked) canonical(org string, e *entry) ([]byte, error) {
	h.hook()
	return h.state.canonical(org, e)
}

func TestRollbackDuringRequest(t *testing.T) {
	eachStore(t, func(t *testing.T, store *testStore) {
		store.fill(t)
		s := newService(t, store.reader)
		pin := s.pin
		s.pin = func(ctx context.Context) (state, error) {
			pinned, err := pin(ctx)
			return &hooked{pinned, func() {
				s.pin = pin
				store.dispatch(t, "--org", "acme", "rollback", "prices", "1")
			}}, err
		}
		expect(t, get(s, "ann", "acme/datasets/trades"), 200, `"version":2,`, tradesTwo)
		expect(t, get(s, "ann", "acme/datasets/trades"), 200, `"version":1,`, tradesOne)
	})
}

// A reader without a transaction is what the one above would be, if it did not pin: the test of the
// pin has to be able to fail.
func TestMixtureIsNoticed(t *testing.T) {
	eachStore(t, func(t *testing.T, store *testStore) {
		store.fill(t)
		s := newService(t, store.reader)
		pin := s.pin
		s.pin = func(ctx context.Context) (state, error) {
			first, err := pin(ctx)
			return &unpinned{first, pin, func() {
				store.dispatch(t, "--org", "acme", "rollback", "prices", "1")
			}}, err
		}
		expect(t, get(s, "ann", "acme/datasets/trades"), 500, "nothing is given out")
	})
}

type unpinned struct {
	state
	pin  func(context.Context) (state, error)
	hook func()
}

func (u *unpinned) canonical(org string, e *entry) ([]byte, error) {
	u.hook()
	later, err := u.pin(context.Background())
	if err != nil {
		return nil, err
	}
	defer later.release()
	return later.canonical(org, e)
}

func TestManyReadersWhileVersionsMove(t *testing.T) {
	eachStore(t, func(t *testing.T, store *testStore) {
		store.fill(t)
		s := newService(t, store.reader)
		token := tokenOf("ann")
		over := make(chan struct{})
		var readers sync.WaitGroup
		for i := 0; i < 6; i++ {
			readers.Add(1)
			go func() {
				defer readers.Done()
				for {
					select {
					case <-over:
						return
					default:
					}
					w := ask(s, http.MethodGet, "/v1/orgs/acme/datasets:resolve?name=archive&name=trades", token)
					if err := oneState(w); err != nil {
						t.Error(err)
						return
					}
				}
			}()
		}
		for i := 0; i < 10; i++ {
			store.dispatch(t, "--org", "acme", "activate", "prices", fmt.Sprint(1+i%2))
		}
		close(over)
		readers.Wait()
	})
}

func oneState(w *httptest.ResponseRecorder) error {
	body := w.Body.String()
	has := func(parts ...string) bool {
		for _, part := range parts {
			if !strings.Contains(body, part) {
				return false
			}
		}
		return true
	}
	if w.Code == 200 && (has(`"version":1,`, archiveOne, tradesOne) || has(`"version":2,`, archiveTwo, tradesTwo)) &&
		!has(`"version":1,`, `"version":2,`) {
		return nil
	}
	return fmt.Errorf("%d %s", w.Code, body)
}
