package main

import (
	"bytes"
	"fmt"
	"log"
	"strings"
	"testing"

	"libtracedag.example/tracedag"
)

// unlock lets the owner change what never changes.
func (s *testStore) unlock(t *testing.T) {
	for _, table := range []string{"dag_versions", "version_publishes"} {
		if s.kind == "postgres" {
			execute(t, s.db, "ALTER TABLE "+table+" DISABLE TRIGGER USER")
		} else {
			execute(t, s.db, "DROP TRIGGER "+table+"_no_update")
		}
	}
}

func TestTamperedVersions(t *testing.T) {
	eachStore(t, func(t *testing.T, store *testStore) {
		store.fill(t)
		store.unlock(t)
		var output bytes.Buffer
		s := newService(t, store.reader)
		s.log = log.New(&output, "", 0)
		canonical := must(tracedag.Canonical([]byte(pricesTwo)))
		replaced := func(old, new string) []byte {
			return bytes.Replace(canonical, []byte(old), []byte(new), 1)
		}
		const version = "UPDATE dag_versions SET %s = $1 WHERE org = 'acme' AND number = 2"
		const publish = "UPDATE version_publishes SET %s = $1 WHERE dataset = 'trades' AND version_id =" +
			" (SELECT id FROM dag_versions WHERE org = 'acme' AND number = 2)"
		for _, change := range []struct {
			what, script, column string
			value, before        any
			says                 string
		}{
			{"no bytes", version, "canonical", []byte{}, canonical, "TD112"},
			{"one byte less", version, "canonical", canonical[:len(canonical)-1], canonical, "canonical form"},
			{"broken", version, "canonical", canonical[:len(canonical)/2], canonical, "TD1"},
			{"another version", version, "canonical", must(tracedag.Canonical([]byte(pricesOne))), canonical, "yaml_hash"},
			{"another job", version, "canonical", replaced(`"fetcher"`, `"forger"`), canonical, "yaml_hash"},
			{"the same in YAML", version, "canonical", []byte(pricesTwo), canonical, "canonical form"},
			{"a blank more", version, "canonical", replaced(`:`, `: `), canonical, "canonical form"},
			{"another hash", version, "yaml_hash", "td1:00000000000000000000000000000000",
				must(tracedag.Hash([]byte(pricesTwo))), "yaml_hash"},
			{"job", publish, "job", "follow", "fetch", "output 2 of job"},
			{"output", publish, "output", 0, 2, "output 2 of job"},
			{"storage", publish, "storage", "s3", "postgres", "storage"},
			{"no write mode", publish, "write_mode", nil, "buffered", "write_mode"},
			{"no schema", publish, "table_schema", nil, schemaTwo, "schema"},
			{"a column more", publish, "table_schema", strings.Replace(schemaTwo, "[{", `[{"name":"x","type":"text"},{`, 1), schemaTwo, "schema"},
			{"a column nullable", publish, "table_schema", strings.Replace(schemaTwo, "false", "true", 1), schemaTwo, "schema"},
			{"no JSON", publish, "table_schema", "{", schemaTwo, "schema"},
			{"a key more", publish, "table_schema", `{"x":1,` + schemaTwo[1:], schemaTwo, "schema"},
		} {
			execute(t, store.db, fmt.Sprintf(change.script, change.column), change.value)
			output.Reset()
			for _, path := range []string{"acme/datasets/trades", "acme/datasets", "acme/datasets:resolve?name=archive&name=trades"} {
				w := get(s, "ann", path)
				if w.Code != 500 || strings.Contains(w.Body.String(), `"dataset_id"`) ||
					!strings.Contains(w.Body.String(), "nothing is given out") || w.Header().Get("ETag") != "" {
					t.Errorf("%s: %s: %d %s", change.what, path, w.Code, w.Body)
				}
			}
			if !strings.Contains(output.String(), "level=error") || !strings.Contains(output.String(), change.says) {
				t.Errorf("%s: the log lacks %q: %s", change.what, change.says, &output)
			}
			execute(t, store.db, fmt.Sprintf(change.script, change.column), change.before)
			expect(t, get(s, "ann", "acme/datasets/trades"), 200, tradesTwo)
		}
	})
}

// A hash that fits its bytes is not enough: they have to be of the DAG that owns the names.
func TestVersionOfAnotherDAG(t *testing.T) {
	eachStore(t, func(t *testing.T, store *testStore) {
		store.fill(t)
		store.unlock(t)
		forged := []byte(strings.Replace(pricesTwo, "name: prices", "name: forged", 1))
		execute(t, store.db, "UPDATE dag_versions SET canonical = $1, yaml_hash = $2"+
			" WHERE org = 'acme' AND number = 2", must(tracedag.Canonical(forged)), must(tracedag.Hash(forged)))
		expect(t, get(newService(t, store.reader), "ann", "acme/datasets/trades"), 500, "nothing is given out")
	})
}

const schemaTwo = `{"columns":[{"name":"id","nullable":false,"type":"text"},{"name":"price","type":"bigint"}],"unique":["id"]}`

// The canonical form writes aliases out and gives every job what stands in `defaults`: it can have
// more bytes and more values than a document may have.
func TestLargeVersions(t *testing.T) {
	store := newSQLite(t)
	store.fill(t)
	s := newService(t, store.reader)
	texts := "&a [" + strings.Repeat(`"`+strings.Repeat("x", 30000)+`", `, 9) + "]"
	zeros := "[" + strings.Repeat("0, ", 235000) + "]"
	for _, of := range []struct {
		name, first, others string
		jobs                int
	}{
		{"texts", texts, "*a", 9},
		{"zeros", zeros, "0", 1200},
	} {
		document := large(of.name, of.first, of.others, of.jobs)
		canonical := must(tracedag.Canonical(document))
		if _, err := tracedag.Load(canonical); err == nil {
			t.Errorf("%s: it is not too large", of.name)
		}
		store.deploy(t, "acme", string(document))
		expect(t, get(s, "ann", "acme/datasets/"+of.name), 200, `"job":"job0"`)
	}
}

// large makes a DAG of many jobs, the first of which has another config than the others.
func large(name, first, others string, jobs int) []byte {
	var document strings.Builder
	fmt.Fprintf(&document, "name: %s\npublish: { %s: { from: { job: job0, output: 0 } } }\n", name, name)
	document.WriteString("defaults: { heartbeat_timeout_seconds: 61, max_attempts: 4, priority: bulk," +
		" max_queue_depth: 1001, max_queue_age: 6m }\njobs:\n")
	config := first
	for i := 0; i < jobs; i++ {
		fmt.Fprintf(&document, "  - { name: job%d, activation: source, runtime: ecs_platform, operator: reader,"+
			" outputs: 1, source: { kind: always_on }, config: { value: %s } }\n", i, config)
		config = others
	}
	return []byte(document.String())
}

func TestCacheIsBounded(t *testing.T) {
	form := func(i int) []byte {
		return must(tracedag.Canonical([]byte(strings.Replace(pricesOne, "prices", fmt.Sprintf("prices%04d", i), 1))))
	}
	size := len(form(0))
	c := newCache(3*size + size/2)
	for i := 0; i < 10; i++ {
		for again := 0; again < 2; again++ {
			if v, err := c.version(form(i)); err != nil || v.dag != fmt.Sprintf("prices%04d", i) {
				t.Fatal(v, err)
			}
		}
		if len(c.kept) > 3 || c.size != len(c.kept)*size {
			t.Fatalf("%d kept, %d bytes", len(c.kept), c.size)
		}
	}
	if len(c.kept) != 3 {
		t.Errorf("%d kept", len(c.kept))
	}
	if _, err := newCache(1).version(form(0)); err != nil {
		t.Error(err)
	}
}
