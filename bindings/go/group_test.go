package tracedag_test

import (
	"errors"
	"path/filepath"
	"reflect"
	"sort"
	"strings"
	"testing"

	"libtracedag.example/tracedag"
)

func namedIn(t *testing.T, folder string) []tracedag.Named {
	t.Helper()
	paths, _ := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if len(paths) == 0 {
		t.Fatalf("no document in %s", folder)
	}
	sort.Strings(paths)
	var documents []tracedag.Named
	for _, path := range paths {
		documents = append(documents,
			tracedag.Named{File: filepath.Base(path), Document: mustRead(t, path)})
	}
	return documents
}

func mustCheckTogether(t *testing.T, documents []tracedag.Named) *tracedag.Group {
	t.Helper()
	group, err := tracedag.CheckTogether(documents)
	if err != nil {
		t.Fatal(err)
	}
	return group
}

func TestTogetherCases(t *testing.T) {
	eachCase(t, "together", ".dags", func(t *testing.T, path string) {
		documents := namedIn(t, path+".dags")
		group := mustCheckTogether(t, documents)
		var found []string
		for i, findings := range group.Findings {
			if len(findings) > 0 {
				found = append(found, documents[i].File+"\n\n"+
					describe(&tracedag.Report{Findings: findings}))
			}
		}
		want := string(mustRead(t, path+".diag"))
		if got := strings.Join(found, "\n"); got != want {
			t.Errorf("findings\n--- expected\n%s\n+++ found\n%s", want, got)
		}
	})
}

func TestWhoReadsWhat(t *testing.T) {
	group := mustCheckTogether(t, namedIn(t,
		filepath.Join(casesFolder, "together", "back-and-forth-is-no-cycle.dags")))
	want := tracedag.SharedDataset{
		Name:       "prices",
		Publishers: []tracedag.DatasetUse{{Document: 1, Item: 0, Line: 13, Job: "price"}},
		Readers:    []tracedag.DatasetUse{{Document: 0, Item: 0, Line: 16, Job: "load"}},
		Known:      tracedag.KnownPublished,
	}
	if len(group.Datasets) != 2 || !reflect.DeepEqual(group.Datasets[0], want) {
		t.Errorf("datasets: %+v", group.Datasets)
	}
	if group.Summary != "together: 2 DAGs, 2 datasets, 0 errors, 0 warnings" {
		t.Error(group.Summary)
	}
}

func TestDocumentsThatWereNotRead(t *testing.T) {
	documents := namedIn(t, filepath.Join(casesFolder, "together", "td901-misspelt-dataset.dags"))
	if group := mustCheckTogether(t, documents); group.Errors != 1 || !group.AllKnown {
		t.Errorf("%+v", group)
	}
	group := mustCheckTogether(t, append(documents, tracedag.Named{Unread: true}))
	if group.Errors != 0 || group.AllKnown || len(group.Findings) != 3 {
		t.Errorf("%+v", group)
	}
}

func TestGroupsOfNothing(t *testing.T) {
	group := mustCheckTogether(t, nil)
	if group.Errors != 0 || group.Datasets != nil || group.Findings != nil {
		t.Errorf("%+v", group)
	}
	_, err := tracedag.CheckTogether([]tracedag.Named{{File: "a\x00b"}})
	if !errors.Is(err, tracedag.ErrMisuse) {
		t.Error(err)
	}
	_, err = tracedag.CheckTogether([]tracedag.Named{{Document: []byte("name: a\n")}},
		tracedag.WithLimit(tracedag.LimitHeapBytes, 1))
	if !errors.Is(err, tracedag.ErrNoMemory) {
		t.Error(err)
	}
}
