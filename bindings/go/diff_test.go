package tracedag_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"libtracedag.example/tracedag"
)

// A new version of twoJobs: what decides data, what tunes, a dataset.
const twoJobsLater = `name: small
jobs:
  - name: first
    activation: source
    runtime: ecs_platform
    operator: other
    outputs: 1
    source: {kind: manual}
    max_attempts: 4
  - name: second
    activation: reactive
    runtime: ecs_platform
    operator: op
    outputs: 0
    execution_strategy: PerUpdate
    inputs: [{from: {job: first, output: 0}}]
publish:
  made: {from: {job: first, output: 0}, storage: s3}
`

func mustDiff(t *testing.T, old, new *tracedag.DAG) *tracedag.Diff {
	t.Helper()
	diff, err := old.Diff(new)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { diff.Close() })
	return diff
}

func TestDiff(t *testing.T) {
	old, new := mustLoad(t, []byte(twoJobs)), mustLoad(t, []byte(twoJobsLater))
	diff := mustDiff(t, old, new)
	same(t, "changes", len(diff.Changes), 3)
	attempts, operator, made := diff.Changes[0], diff.Changes[1], diff.Changes[2]
	same(t, "path", attempts.Path, "/max_attempts")
	same(t, "origins", [2]tracedag.Origin{attempts.Old.Origin, attempts.New.Origin},
		[2]tracedag.Origin{tracedag.OriginBuiltIn, tracedag.OriginJob})
	same(t, "values", string(attempts.Old.Value)+string(attempts.New.Value), "34")
	same(t, "class", attempts.Class, tracedag.ClassTuning)
	same(t, "line", attempts.New.Place.Line, 9)
	same(t, "path", operator.Path, "/operator")
	same(t, "kind", operator.Kind, tracedag.ChangeChanged)
	same(t, "class", operator.Class, tracedag.ClassMaterialization)
	same(t, "values", string(operator.Old.Value)+string(operator.New.Value), `"op""other"`)
	same(t, "names", operator.Old.Name+operator.New.Name, "firstfirst")
	same(t, "kind", made.Kind, tracedag.ChangeAdded)
	same(t, "subject", made.Subject, tracedag.SubjectDataset)
	same(t, "no side", made.Old.Name+string(made.Old.Value), "")
	same(t, "no job", made.Old.Job, tracedag.NoJob)
	same(t, "no place", made.Old.Place, tracedag.Position{})
	same(t, "job", made.New.Job, 0)
	same(t, "scope", len(diff.Scope), 2)
	same(t, "first", diff.Scope[0], tracedag.ScopeJob{Job: 0, Reason: tracedag.ScopeChanged,
		Change: 1, Reads: tracedag.NoJob})
	same(t, "second", diff.Scope[1], tracedag.ScopeJob{Job: 1, Reason: tracedag.ScopeDownstream,
		Change: -1, Reads: 0})
	same(t, "in words", diff.String(), "3 changes, 0 breaking")
}

func TestDiffOfWhatBreaksReaders(t *testing.T) {
	old, new := mustLoad(t, []byte(twoJobsLater)), mustLoad(t, []byte(twoJobs))
	diff := mustDiff(t, old, new)
	same(t, "breaking", diff.Breaking, 1)
	same(t, "break", diff.Changes[2].Breaking, tracedag.BreakDatasetRemoved)
	text, err := diff.Render(tracedag.FormatText, tracedag.DiffOptions{Breaking: true})
	if err != nil || !strings.Contains(text, "breaks readers") || strings.Contains(text, "job `") {
		t.Error(text, err)
	}
}

func TestNoDiff(t *testing.T) {
	dag := mustLoad(t, []byte(twoJobs))
	diff := mustDiff(t, dag, mustLoad(t, []byte("# the same\n"+twoJobs)))
	same(t, "changes", len(diff.Changes)+len(diff.Scope), 0)
	found, err := dag.FirstDifference(dag)
	if found != nil || err != nil {
		t.Error(found, err)
	}
}

func TestDiffRender(t *testing.T) {
	old, new := mustLoad(t, []byte(twoJobs)), mustLoad(t, []byte(twoJobsLater))
	diff := mustDiff(t, old, new)
	old.Close()
	new.Close() // it keeps what it needs
	text, err := diff.Render(tracedag.FormatText,
		tracedag.DiffOptions{OldFile: "a.yaml", NewFile: "b.yaml"})
	if err != nil || !strings.HasPrefix(text, "a.yaml -> b.yaml: 3 changes") {
		t.Error(text, err)
	}
	colored, err := diff.Render(tracedag.FormatText, tracedag.DiffOptions{Color: true})
	if err != nil || !strings.HasPrefix(colored, "- -> -: ") || !strings.Contains(colored, "\033[") {
		t.Error(colored, err)
	}
	lines, err := diff.Render(tracedag.FormatJSON, tracedag.DiffOptions{})
	if err != nil || strings.Count(lines, "\n") != 6 {
		t.Error(lines, err)
	}
	for _, misuse := range []tracedag.DiffOptions{{OldFile: "a\x00"}, {NewFile: "\x00"}} {
		if _, err := diff.Render(tracedag.FormatText, misuse); !errors.Is(err, tracedag.ErrMisuse) {
			t.Error(misuse, err)
		}
	}
	if _, err := diff.Render(tracedag.FormatSARIF, tracedag.DiffOptions{}); !errors.Is(err,
		tracedag.ErrMisuse) {
		t.Error(err)
	}
	diff.Close()
	diff.Close()
	if _, err := diff.Render(tracedag.FormatText, tracedag.DiffOptions{}); !errors.Is(err,
		tracedag.ErrClosed) {
		t.Error(err)
	}
	var none *tracedag.Diff
	same(t, "no diff", none.Close(), nil)
}

func TestFirstDifference(t *testing.T) {
	old, new := mustLoad(t, []byte(twoJobs)), mustLoad(t, []byte(twoJobsLater))
	found, err := old.FirstDifference(new)
	if err != nil || found == nil {
		t.Fatal(found, err)
	}
	same(t, "pointer", found.Pointer, "/jobs/0/max_attempts")
	same(t, "jobs", found.Old.Name+found.New.Name, "firstfirst")
	same(t, "values", string(found.Old.Value)+string(found.New.Value), "4")
	later := mustLoad(t, []byte(strings.Replace(twoJobsLater, "small", "large", 1)))
	found, err = new.FirstDifference(later)
	if err != nil || found == nil || found.Pointer != "/name" || found.Old.Job != tracedag.NoJob {
		t.Error(found, err)
	}
}

func TestDiffOfClosedDAGs(t *testing.T) {
	open, closed := mustLoad(t, []byte(twoJobs)), mustLoad(t, []byte(twoJobs))
	closed.Close()
	for _, pair := range [][2]*tracedag.DAG{{open, closed}, {closed, open}} {
		if _, err := pair[0].Diff(pair[1]); !errors.Is(err, tracedag.ErrClosed) {
			t.Error(err)
		}
		if _, err := pair[0].FirstDifference(pair[1]); !errors.Is(err, tracedag.ErrClosed) {
			t.Error(err)
		}
	}
}

// Calls on two DAGs in either order, and Close of both, never wait for each other.
func TestDiffsAndCloseTogether(t *testing.T) {
	one, two := mustLoad(t, []byte(twoJobs)), mustLoad(t, []byte(twoJobsLater))
	var group sync.WaitGroup
	for _, pair := range [][2]*tracedag.DAG{{one, two}, {two, one}, {one, one}} {
		group.Add(1)
		go func(old, new *tracedag.DAG) {
			defer group.Done()
			for i := 0; i < 100; i++ {
				if diff, err := old.Diff(new); err == nil {
					diff.Close()
				}
			}
			old.Close()
		}(pair[0], pair[1])
	}
	group.Wait()
}
