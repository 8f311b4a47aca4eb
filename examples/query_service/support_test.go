package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const (
	issuer   = "https://issuer.example"
	audience = "query"
	keyID    = "2026-a"
	secret   = "a secret of the tests, 32 bytes and more"
)

// A testStore is a store that the Dispatcher made, as its owner and as the service see it.
type testStore struct {
	kind   string
	owner  string // location
	reader string // location
	db     *sql.DB
}

// eachStore runs a test on SQLite, and on PostgreSQL where there is a server.
func eachStore(t *testing.T, test func(*testing.T, *testStore)) {
	t.Run("sqlite", func(t *testing.T) { test(t, newSQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, newPostgres(t)) })
}

func newSQLite(t *testing.T) *testStore {
	t.Helper()
	// A name that would be another one, were it not escaped.
	path := filepath.Join(t.TempDir(), "a store?mode=rw&100%41#.db")
	s := &testStore{kind: "sqlite", owner: "sqlite:" + path, reader: "sqlite:" + path}
	s.dispatch(t, "migrate")
	s.open(t, "sqlite3", "file:"+(&url.URL{Path: path}).EscapedPath()+"?_busy_timeout=5000")
	return s
}

var databases int

// newPostgres makes a database, and a role by reader.sql; both are dropped after the test.
func newPostgres(t *testing.T) *testStore {
	t.Helper()
	server := os.Getenv("TRACEDAG_TEST_POSTGRES")
	if server == "" {
		t.Skip("TRACEDAG_TEST_POSTGRES names no server")
	}
	databases++
	name := fmt.Sprintf("query_%d_%d", os.Getpid(), databases)
	admin := must(sql.Open("postgres", server))
	t.Cleanup(func() { admin.Close() })
	role := name + "_reader"
	execute(t, admin, "CREATE ROLE "+role+" LOGIN")
	t.Cleanup(func() { execute(t, admin, "DROP ROLE "+role) })
	execute(t, admin, "CREATE DATABASE "+name)
	t.Cleanup(func() { execute(t, admin, "DROP DATABASE "+name+" WITH (FORCE)") })

	owner := must(url.Parse(server))
	owner.Path = "/" + name
	reader := *owner
	reader.User = url.User(role)
	s := &testStore{kind: "postgres", owner: owner.String(), reader: reader.String()}
	s.dispatch(t, "migrate")
	for i := 0; i < 2; i++ {
		said, err := exec.Command("psql", "-X", "-q", "-v", "role="+role, "-f", "reader.sql",
			s.owner).CombinedOutput()
		if err != nil {
			t.Fatalf("reader.sql: %v\n%s", err, said)
		}
	}
	s.open(t, "postgres", s.owner)
	return s
}

func (s *testStore) open(t *testing.T, driver, name string) {
	s.db = must(sql.Open(driver, name))
	t.Cleanup(func() { s.db.Close() })
}

// dispatch runs the command of the Dispatcher on the store.
func (s *testStore) dispatch(t *testing.T, arguments ...string) {
	t.Helper()
	program := os.Getenv("TRACEDAG_DISPATCHER")
	if program == "" {
		t.Fatal("TRACEDAG_DISPATCHER has to name the program `dispatcher`")
	}
	arguments = append([]string{"--db", s.owner, "--as", "test"}, arguments...)
	if said, err := exec.Command(program, arguments...).CombinedOutput(); err != nil {
		t.Fatalf("dispatcher %q: %v\n%s", arguments, err, said)
	}
}

// deploy activates a version of a DAG.
func (s *testStore) deploy(t *testing.T, org, document string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "dag.yaml")
	if err := os.WriteFile(path, []byte(document), 0o600); err != nil {
		t.Fatal(err)
	}
	s.dispatch(t, "--org", org, "deploy", path, "--activate")
}

// fill makes two organisations. Ann is a viewer of acme and Dave deploys there, Will works for it,
// and Bob is a viewer of the other. Of DAG prices there are two versions, the second is active:
// what they publish differs in everything but the names.
func (s *testStore) fill(t *testing.T) {
	t.Helper()
	for _, words := range []string{
		"org add acme", "org add other",
		"--org acme member set ann viewer", "--org acme member set dave deployer",
		"--org acme member set will worker", "--org other member set bob viewer",
	} {
		s.dispatch(t, strings.Fields(words)...)
	}
	s.deploy(t, "acme", pricesOne)
	s.deploy(t, "acme", pricesTwo)
	s.deploy(t, "other", strings.NewReplacer("prices", "theirs", "trades", "secret_trades",
		"archive", "secret_archive").Replace(pricesOne))
}

const pricesOne = `
name: prices
jobs:
  - name: follow
    activation: source
    runtime: ecs_platform
    operator: follower
    outputs: 2
    source: { kind: always_on }
publish:
  archive: { from: { job: follow, output: 0 }, storage: s3 }
  trades: { from: { job: follow, output: 1 } }
`

const pricesTwo = `
name: prices
jobs:
  - name: fetch
    activation: source
    runtime: ecs_platform
    operator: fetcher
    outputs: 3
    source: { kind: always_on }
    update_strategy: append
    unique_key: [id]
publish:
  trades:
    from: { job: fetch, output: 2 }
    write_mode: buffered
    schema:
      unique: [id]
      indexes: []
      columns:
        - { type: text, name: id, nullable: false }
        - { name: "price", type: bigint, nullable: true }
  archive: { from: { job: fetch, output: 0 }, storage: postgres, write_mode: direct }
`

// What the versions of prices publish.
const (
	tradesOne = `"job":"follow","output":1,"storage":null,"write_mode":null,"schema":null}`
	tradesTwo = `"job":"fetch","output":2,"storage":"postgres","write_mode":"buffered",` +
		`"schema":{"columns":[{"name":"id","nullable":false,"type":"text"},` +
		`{"name":"price","type":"bigint"}],"unique":["id"]}}`
	archiveOne = `"job":"follow","output":0,"storage":"s3","write_mode":null,"schema":null}`
	archiveTwo = `"job":"fetch","output":0,"storage":"postgres","write_mode":"direct","schema":null}`
)

// newService makes a service that reads a store, with tokens of HS256.
func newService(t *testing.T, location string) *service {
	t.Helper()
	path := writeConfig(t, location)
	verifier, err := newVerifier(must(readConfig(path)), filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	store, err := openStore(location)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.db.Close() })
	return &service{store.pin, store.answers, verifier, newCache(cacheBytes),
		log.New(io.Discard, "", 0)}
}

// claims are those of a token that is accepted.
func claims(subject string) jwt.MapClaims {
	return jwt.MapClaims{"sub": subject, "iss": issuer, "aud": audience,
		"exp": time.Now().Add(time.Hour).Unix()}
}

func sign(method jwt.SigningMethod, header map[string]any, claims jwt.MapClaims, key any) string {
	token := jwt.NewWithClaims(method, claims)
	for name, value := range header {
		token.Header[name] = value
	}
	return must(token.SignedString(key))
}

func tokenOf(subject string) string {
	return sign(jwt.SigningMethodHS256, map[string]any{"kid": keyID}, claims(subject), []byte(secret))
}

// ask sends a request; headers are pairs.
func ask(s *service, method, target, token string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// get asks below /v1/orgs.
func get(s *service, subject, path string, headers ...string) *httptest.ResponseRecorder {
	return ask(s, http.MethodGet, "/v1/orgs/"+path, tokenOf(subject), headers...)
}

func expect(t *testing.T, w *httptest.ResponseRecorder, status int, parts ...string) {
	t.Helper()
	if w.Code != status {
		t.Fatalf("status %d, expected %d: %s", w.Code, status, w.Body)
	}
	for _, part := range parts {
		if !strings.Contains(w.Body.String(), part) {
			t.Errorf("%s\nlacks %s", w.Body, part)
		}
	}
	if w.Body.Len() > 0 && !json.Valid(w.Body.Bytes()) {
		t.Errorf("no JSON: %s", w.Body)
	}
}

func execute(t *testing.T, db *sql.DB, script string, arguments ...any) {
	t.Helper()
	if _, err := db.ExecContext(context.Background(), script, arguments...); err != nil {
		t.Fatalf("%s: %v", script, err)
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
