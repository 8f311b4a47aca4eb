package tracedag

// #include <tracedag/tracedag.h>
import "C"

import (
	"encoding/json"
	"fmt"
	"runtime"
	"sync"
)

// A Diff is what changes between two versions of a DAG. Its fields are plain values; Render asks
// the library, and fails with [ErrClosed] after Close.
type Diff struct {
	Changes  []Change   // of the DAG, then of jobs by name, then of published datasets by name
	Scope    []ScopeJob // each behind the jobs that it reads
	Breaking int        // how many changes break who reads a published dataset

	mutex  sync.RWMutex // held for reading during calls, so that Close waits
	handle *C.tracedag_diff
}

// A Change is one change between two versions of a DAG.
type Change struct {
	Kind     ChangeKind
	Class    ChangeClass
	Subject  SubjectKind // what changed, or the thing around it
	Path     string      // RFC 6901 pointer below it, in the resolved form; "" for all of it
	Old, New Side
	Breaking Break // 0: readers of published datasets need not care
}

// A Side is what a change, or a difference, is about in one of two versions. What the version
// does not have is zero.
type Side struct {
	Name   string          // of the DAG, the job, the dataset; for an input, of its job
	Job    int             // index of the job in Jobs, of a dataset of that which makes it; or NoJob
	Value  json.RawMessage // in canonical spelling
	Place  Position        // of the value, or of what would hold it
	Origin Origin          // of a tuning value
}

// A ScopeJob is a job that has to make its data anew.
type ScopeJob struct {
	Job    int // index in the Jobs of the new version
	Reason ScopeReason
	Change int // the index in Changes of what the reason is about; -1 for ScopeDownstream
	Reads  int // for ScopeDownstream the job of the scope that it reads, otherwise NoJob
}

// A Difference is where two canonical forms part first.
type Difference struct {
	Pointer  string // RFC 6901 pointer into the canonical form
	Old, New Side   // Name and Job are those of the job that it lies in
}

// A ChangeKind says what became of a thing.
type ChangeKind uint32

// The kinds of change.
const (
	ChangeAdded   ChangeKind = C.TRACEDAG_CHANGE_ADDED
	ChangeRemoved ChangeKind = C.TRACEDAG_CHANGE_REMOVED
	ChangeRenamed ChangeKind = C.TRACEDAG_CHANGE_RENAMED // a job that makes the same data
	ChangeMoved   ChangeKind = C.TRACEDAG_CHANGE_MOVED   // a dataset that comes from another output
	ChangeChanged ChangeKind = C.TRACEDAG_CHANGE_CHANGED
)

// String gives the word that diffs print, such as "added".
func (k ChangeKind) String() string {
	return word([]string{ChangeAdded: "added", ChangeRemoved: "removed", ChangeRenamed: "renamed",
		ChangeMoved: "moved", ChangeChanged: "changed"}, uint32(k))
}

// A ChangeClass says what a change does.
type ChangeClass uint32

// The classes of change.
const (
	ClassMaterialization ChangeClass = C.TRACEDAG_CLASS_MATERIALIZATION // decides a job's data
	ClassTrigger         ChangeClass = C.TRACEDAG_CLASS_TRIGGER         // starts a job
	ClassPublishing      ChangeClass = C.TRACEDAG_CLASS_PUBLISHING      // anything in a publish entry
	ClassTuning          ChangeClass = C.TRACEDAG_CLASS_TUNING          // all else, new names included
)

// String gives the word that diffs print, such as "tuning".
func (c ChangeClass) String() string {
	return word([]string{ClassMaterialization: "materialization", ClassTrigger: "trigger",
		ClassPublishing: "publishing", ClassTuning: "tuning"}, uint32(c))
}

// A Break says what a change takes from those who read a published dataset.
type Break uint32

// The breaks.
const (
	BreakDatasetRemoved Break = C.TRACEDAG_BREAK_DATASET_REMOVED // not published under its name any more
	BreakSchemaRemoved  Break = C.TRACEDAG_BREAK_SCHEMA_REMOVED  // no stated columns any more
	BreakColumnRemoved  Break = C.TRACEDAG_BREAK_COLUMN_REMOVED
	BreakColumnType     Break = C.TRACEDAG_BREAK_COLUMN_TYPE
	BreakColumnNullable Break = C.TRACEDAG_BREAK_COLUMN_NULLABLE // it may be NULL now
	BreakKey            Break = C.TRACEDAG_BREAK_KEY             // other columns tell rows apart
	BreakStorage        Break = C.TRACEDAG_BREAK_STORAGE
	BreakUpdate         Break = C.TRACEDAG_BREAK_UPDATE // replaced and was appended to, or so
)

// String gives the word that diffs print, such as "column-type"; "" for none.
func (b Break) String() string {
	return word([]string{0: "", BreakDatasetRemoved: "dataset-removed",
		BreakSchemaRemoved: "schema-removed", BreakColumnRemoved: "column-removed",
		BreakColumnType: "column-type", BreakColumnNullable: "column-nullable", BreakKey: "key",
		BreakStorage: "storage", BreakUpdate: "update"}, uint32(b))
}

// A ScopeReason says why a job has to make its data anew.
type ScopeReason uint32

// The reasons.
const (
	ScopeAdded      ScopeReason = C.TRACEDAG_SCOPE_ADDED
	ScopeChanged    ScopeReason = C.TRACEDAG_SCOPE_CHANGED    // a change of ClassMaterialization
	ScopeDataset    ScopeReason = C.TRACEDAG_SCOPE_DATASET    // it reads one that was added, removed or moved
	ScopeDownstream ScopeReason = C.TRACEDAG_SCOPE_DOWNSTREAM // it reads a job of the scope
)

// String gives the word that diffs print, such as "downstream".
func (r ScopeReason) String() string {
	return word([]string{ScopeAdded: "added", ScopeChanged: "changed", ScopeDataset: "dataset",
		ScopeDownstream: "downstream"}, uint32(r))
}

// hold gives a reference of its own. No lock is kept, so that calls on two DAGs, whoever calls
// them in whatever order, and their Close never wait for each other.
func (d *DAG) hold() (*C.tracedag_dag, error) {
	handle, err := d.open()
	if err != nil {
		return nil, err
	}
	defer d.done()
	return C.tracedag_dag_ref(handle), nil
}

// hold2 is hold for two versions; release gives both back.
func hold2(before, after *DAG) (old, new *C.tracedag_dag, release func(), err error) {
	if old, err = before.hold(); err != nil {
		return nil, nil, nil, err
	}
	if new, err = after.hold(); err != nil {
		C.tracedag_dag_unref(old)
		return nil, nil, nil, err
	}
	return old, new, func() {
		C.tracedag_dag_unref(old)
		C.tracedag_dag_unref(new)
	}, nil
}

// Diff compares the DAG with a new version of it. There are no changes exactly where the hashes
// are equal. The diff stays whole when the DAGs are closed.
func (d *DAG) Diff(after *DAG) (*Diff, error) {
	old, new, release, err := hold2(d, after)
	if err != nil {
		return nil, err
	}
	defer release()
	var handle *C.tracedag_diff
	if err := fault(C.tracedag_diff_new(old, new, &handle)); err != nil {
		return nil, err
	}
	var list C.tracedag_list
	diff := &Diff{handle: handle, Breaking: int(C.tracedag_diff_breaking(handle))}
	C.tracedag_diff_changes(handle, &list)
	diff.Changes = copyList(&list, copyChange)
	C.tracedag_diff_scope(handle, &list)
	diff.Scope = copyList(&list, copyScopeJob)
	runtime.SetFinalizer(diff, (*Diff).Close)
	return diff, nil
}

// FirstDifference says why the hashes of the DAG and of a new version of it differ: where their
// canonical forms part first. It gives nil where the hashes are equal.
func (d *DAG) FirstDifference(after *DAG) (*Difference, error) {
	old, new, release, err := hold2(d, after)
	if err != nil {
		return nil, err
	}
	defer release()
	var list C.tracedag_list
	if err := fault(C.tracedag_dag_first_difference(old, new, &list)); err != nil {
		return nil, err
	}
	defer C.tracedag_free(list.items)
	found := copyList(&list, copyDifference)
	if len(found) == 0 {
		return nil, nil
	}
	found[0].Old.Name = d.jobName(found[0].Old.Job)
	found[0].New.Name = after.jobName(found[0].New.Job)
	return &found[0], nil
}

func (d *DAG) jobName(job int) string {
	if job == NoJob {
		return ""
	}
	return d.Jobs[job].Name
}

// DiffOptions say how [Diff.Render] writes.
type DiffOptions struct {
	OldFile, NewFile string // name the documents; "" stands for standard input
	Breaking         bool   // only changes that break readers, and no scope
	Color            bool   // terminal colours in FormatText
}

// Render writes the diff as the command tracedag does, ending with LF: FormatText for people, or
// FormatJSON, a record a line for each change and job of the scope, and one that sums up; other
// formats are [ErrMisuse]. Credentials in values are not shown.
func (d *Diff) Render(format Format, options DiffOptions) (string, error) {
	oldFile, fits := fileName(options.OldFile)
	newFile, fitsToo := fileName(options.NewFile)
	if !fits || !fitsToo {
		return "", ErrMisuse
	}
	d.mutex.RLock()
	defer runtime.KeepAlive(d)
	defer d.mutex.RUnlock()
	if d.handle == nil {
		return "", ErrClosed
	}
	var text *C.char
	var size C.size_t
	flags := flag(options.Color)*C.TRACEDAG_DIFF_COLOR | flag(options.Breaking)*C.TRACEDAG_DIFF_BREAKING
	status := C.tracedag_diff_render(d.handle, C.uint32_t(format), firstByte(oldFile),
		firstByte(newFile), flags, &text, &size)
	if err := fault(status); err != nil {
		return "", err
	}
	return string(copyOwnedText(text, size)), nil
}

// String counts the changes.
func (d *Diff) String() string {
	return fmt.Sprintf("%s, %d breaking", counted(len(d.Changes), "change"), d.Breaking)
}

// Close releases the library's memory. It waits for calls that are under way, and may be called
// again, or on a nil Diff. The error is always nil.
func (d *Diff) Close() error {
	if d == nil {
		return nil
	}
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if d.handle != nil {
		d.handle = C.tracedag_diff_unref(d.handle)
		runtime.SetFinalizer(d, nil)
	}
	return nil
}

// fileName is nil for "", and says whether C can read the name.
func fileName(name string) ([]byte, bool) {
	if name == "" {
		return nil, true
	}
	return terminated(name)
}

func copyChange(c *C.tracedag_change) Change {
	return Change{
		Kind:     ChangeKind(c.kind),
		Class:    ChangeClass(c.class_id),
		Subject:  SubjectKind(c.subject),
		Path:     copyText(&c.path),
		Old:      copySide(&c.old_name, c.old_job, &c.old_value, &c.old_place, c.old_origin),
		New:      copySide(&c.new_name, c.new_job, &c.new_value, &c.new_place, c.new_origin),
		Breaking: Break(c.breaking),
	}
}

func copyDifference(d *C.tracedag_difference) Difference {
	var none C.tracedag_text
	return Difference{
		Pointer: copyText(&d.pointer),
		Old:     copySide(&none, d.old_job, &d.old_value, &d.old_place, 0),
		New:     copySide(&none, d.new_job, &d.new_value, &d.new_place, 0),
	}
}

func copySide(name *C.tracedag_text, job C.uint32_t, value *C.tracedag_text,
	place *C.tracedag_position, origin C.uint32_t) Side {
	side := Side{Name: copyText(name), Job: copyJob(job), Origin: Origin(origin)}
	if value.ptr != nil {
		side.Value = json.RawMessage(copyBytes(value))
	}
	if place.line != 0 {
		side.Place = copyPosition(place)
	}
	return side
}

func copyJob(job C.uint32_t) int {
	if job == C.TRACEDAG_NO_JOB {
		return NoJob
	}
	return int(job)
}

func copyScopeJob(s *C.tracedag_scope_job) ScopeJob {
	job := ScopeJob{Job: int(s.job), Reason: ScopeReason(s.reason), Change: -1, Reads: NoJob}
	if job.Reason == ScopeDownstream {
		job.Reads = int(s.cause)
	} else {
		job.Change = int(s.cause)
	}
	return job
}
