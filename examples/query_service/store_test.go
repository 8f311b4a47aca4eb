package main

import (
	"context"
	"database/sql"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLocations(t *testing.T) {
	for _, location := range []string{"", "sqlite:", "store.db", "mysql://pa55word@host/x",
		"postgresql://u:pa55word@ho st/x", "host=/tmp password=pa55word"} {
		_, err := openStore(location)
		if err == nil || strings.Contains(err.Error(), "pa55word") {
			t.Errorf("%s: %v", location, err)
		}
	}
}

// The service could not write even if it wanted to.
func TestNothingIsWritten(t *testing.T) {
	eachStore(t, func(t *testing.T, store *testStore) {
		store.fill(t)
		reader := must(openStore(store.reader))
		defer reader.db.Close()
		for _, script := range []string{
			"INSERT INTO members (org, subject, role) VALUES ('other', 'ann', 'viewer')",
			"UPDATE members SET role = 'deployer'",
			"DELETE FROM members",
			"DELETE FROM tasks",
			"INSERT INTO organisations (id, name, created_at) VALUES ('x', 'x', 1)",
			"DELETE FROM dataset_registry",
			"CREATE TABLE mine (x INTEGER)",
			"DROP VIEW dataset_registry",
		} {
			if _, err := reader.db.Exec(script); err == nil {
				t.Errorf("it is done: %s", script)
			}
		}
	})
}

// What the role of PostgreSQL may do does not hang on what the service sets for itself.
func TestRoleReadsTheRegistryAlone(t *testing.T) {
	store := newPostgres(t)
	store.fill(t)
	db := must(sql.Open("postgres", store.reader))
	defer db.Close()
	db.SetMaxOpenConns(1)
	execute(t, db, "SET default_transaction_read_only = off")
	for _, name := range []string{"dataset_registry", "members"} {
		execute(t, db, "SELECT * FROM "+name)
	}
	tables := must(store.db.Query("SELECT table_name FROM information_schema.tables" +
		" WHERE table_schema = 'public' AND table_name NOT IN ('dataset_registry', 'members')"))
	defer tables.Close()
	seen := map[string]bool{}
	for tables.Next() {
		var name string
		if err := tables.Scan(&name); err != nil {
			t.Fatal(err)
		}
		seen[name] = true
		refused(t, db, "SELECT * FROM "+name)
		refused(t, db, "DELETE FROM "+name)
	}
	if !seen["dag_versions"] || !seen["tasks"] || !seen["organisations"] {
		t.Errorf("the tables are %v", seen)
	}
	for _, script := range []string{
		"UPDATE members SET role = 'deployer'",
		"INSERT INTO members VALUES ('other', 'ann', 'viewer')",
		"DELETE FROM members", "TRUNCATE members",
		"CREATE TABLE mine (x INTEGER)",
		"CREATE TEMPORARY TABLE mine (x INTEGER)",
		"CREATE SCHEMA mine",
	} {
		refused(t, db, script)
	}
}

func refused(t *testing.T, db *sql.DB, script string) {
	t.Helper()
	_, err := db.Exec(script)
	if err == nil || !strings.Contains(err.Error(), "permission denied") {
		t.Errorf("%s: %v", script, err)
	}
}

func TestStoreThatComesLater(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	s := newService(t, "sqlite:"+path)
	expectAway(t, s)
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("the service made a file: %v", err)
	}
	store := &testStore{kind: "sqlite", owner: "sqlite:" + path}
	store.dispatch(t, "migrate")
	store.fill(t)
	expectBack(t, s)
}

func TestServerThatGoesAway(t *testing.T) {
	store := newPostgres(t)
	store.fill(t)
	s := newService(t, store.reader)
	expectBack(t, s)
	admin := must(sql.Open("postgres", os.Getenv("TRACEDAG_TEST_POSTGRES")))
	defer admin.Close()
	var name string
	if err := store.db.QueryRow("SELECT current_database()").Scan(&name); err != nil {
		t.Fatal(err)
	}
	execute(t, admin, "ALTER DATABASE "+name+" ALLOW_CONNECTIONS false")
	execute(t, admin, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
	expectAway(t, s)
	execute(t, admin, "ALTER DATABASE "+name+" ALLOW_CONNECTIONS true")
	expectBack(t, s)
}

func expectAway(t *testing.T, s *service) {
	t.Helper()
	for _, path := range []string{"/healthz", "/v1/orgs/acme/datasets/trades", "/v1/orgs/acme/datasets"} {
		w := ask(s, http.MethodGet, path, tokenOf("ann"))
		expect(t, w, 503, `{"error":"the registry cannot be read now"}`)
		if w.Header().Get("Retry-After") == "" {
			t.Errorf("%s: %v", path, w.Header())
		}
	}
}

func expectBack(t *testing.T, s *service) {
	t.Helper()
	expect(t, ask(s, http.MethodGet, "/healthz", ""), 200)
	expect(t, get(s, "ann", "acme/datasets/trades"), 200, tradesTwo)
}

func TestWaitEnds(t *testing.T) {
	eachStore(t, func(t *testing.T, store *testStore) {
		store.fill(t)
		s := newService(t, store.reader)
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, _, err := s.read(ctx, &request{org: "acme", subject: "ann"}, list); err == nil {
			t.Error("it reads when nobody waits any more")
		}
	})
}
