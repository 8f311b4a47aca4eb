package tracedag

// #include <tracedag/tracedag.h>
import "C"

import (
	"fmt"
	"runtime"
	"sort"
	"sync"
	"time"
)

// AnyOutput stands for all outputs of a job in [DAG.Downstream].
const AnyOutput = -1

// A DAG is a validated document with its defaults applied. Its fields are plain values; its
// methods ask the library, and fail with [ErrClosed] after Close.
type DAG struct {
	Name             string
	Hash             string    // as by the function Hash
	Jobs             []Job     // by name, compared as bytes
	Publishes        []Publish // by name
	ExternalDatasets []string  // read and not published here; by name, each once
	Order            []int     // indices of Jobs: each follows all that it reads, ties by name
	Report           *Report   // no errors; what else there was to say

	mutex  sync.RWMutex // held for reading during calls, so that Close waits
	handle *C.tracedag_dag
}

// copyDAG makes a DAG that owns a reference of its own.
func copyDAG(dag *C.tracedag_dag, report *Report) (*DAG, error) {
	var list C.tracedag_list
	r := &reader{dag: dag}
	C.tracedag_dag_names(dag, &list)
	r.names = copyList(&list, copyText)
	C.tracedag_dag_inputs(dag, &list)
	r.inputs = copyList(&list, r.input)
	d := &DAG{
		Name:   C.GoString(C.tracedag_dag_name(dag)),
		Hash:   C.GoString(C.tracedag_dag_hash(dag)),
		Report: report,
	}
	C.tracedag_dag_jobs(dag, &list)
	d.Jobs = copyList(&list, r.job)
	C.tracedag_dag_publishes(dag, &list)
	d.Publishes = copyList(&list, r.publish)
	C.tracedag_dag_external_datasets(dag, &list)
	d.ExternalDatasets = copyList(&list, copyText)
	C.tracedag_dag_order(dag, &list)
	d.Order = copyList(&list, copyNumber)
	r.copyOrigins(d.Jobs)
	if r.err != nil {
		return nil, r.err
	}
	d.handle = C.tracedag_dag_ref(dag)
	runtime.SetFinalizer(d, (*DAG).Close)
	return d, nil
}

func (r *reader) copyOrigins(jobs []Job) {
	var list C.tracedag_list
	if r.err == nil {
		r.err = fault(C.tracedag_dag_origins(r.dag, &list))
	}
	if r.err != nil {
		return
	}
	defer C.tracedag_free(list.items)
	copyList(&list, func(o *C.tracedag_setting_origin) struct{} {
		tuning := &jobs[o.job].Tuning
		tuning.Origins = append(tuning.Origins,
			SettingOrigin{Setting(o.setting), Origin(o.origin), int(o.line)})
		return struct{}{}
	})
}

// String gives name and hash.
func (d *DAG) String() string { return d.Name + " " + d.Hash }

// GoString names the DAG without what is in it.
func (d *DAG) GoString() string {
	return fmt.Sprintf("&tracedag.DAG{Name:%q, Hash:%q}", d.Name, d.Hash)
}

// Close releases the library's memory. It waits for calls that are under way, and may be called
// again, or on a nil DAG: deferred before the error of [Load] is looked at, it does no harm. The
// error is always nil.
func (d *DAG) Close() error {
	if d == nil {
		return nil
	}
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if d.handle != nil {
		d.handle = C.tracedag_dag_unref(d.handle)
		runtime.SetFinalizer(d, nil)
	}
	return nil
}

// open keeps the handle for one call; done ends the call.
func (d *DAG) open() (*C.tracedag_dag, error) {
	d.mutex.RLock()
	if d.handle == nil {
		d.mutex.RUnlock()
		return nil, ErrClosed
	}
	return d.handle, nil
}

// done is deferred by every method that opened the handle. Without the reference that it keeps,
// the finalizer could drop the handle during the call.
func (d *DAG) done() {
	d.mutex.RUnlock()
	runtime.KeepAlive(d)
}

// FindJob gives the index in Jobs of the job with a name, or NoJob.
func (d *DAG) FindJob(name string) int {
	i := sort.Search(len(d.Jobs), func(i int) bool { return d.Jobs[i].Name >= name })
	if i == len(d.Jobs) || d.Jobs[i].Name != name {
		return NoJob
	}
	return i
}

// Upstream gives the jobs that a job reads, directly or, with all, at any distance, through the
// datasets that this DAG publishes too. They are in topological order. The job is an index of
// Jobs; for any other the call fails with [ErrMisuse].
func (d *DAG) Upstream(job int, all bool) ([]int, error) {
	handle, err := d.open()
	if err != nil {
		return nil, err
	}
	defer d.done()
	var list C.tracedag_list
	status := C.tracedag_dag_upstream(handle, number(job), flag(all), &list)
	return copyOwnedNumbers(&list), fault(status)
}

// Downstream gives the jobs that read an output of a job, or any of them with [AnyOutput],
// otherwise as [DAG.Upstream]. An output that the job does not have is [ErrMisuse], too.
func (d *DAG) Downstream(job, output int, all bool) ([]int, error) {
	handle, err := d.open()
	if err != nil {
		return nil, err
	}
	defer d.done()
	which := number(output)
	if output != AnyOutput && which == C.TRACEDAG_ANY_OUTPUT {
		return nil, fault(C.TRACEDAG_MISUSE)
	}
	var list C.tracedag_list
	status := C.tracedag_dag_downstream(handle, number(job), which, flag(all), &list)
	return copyOwnedNumbers(&list), fault(status)
}

// RunsMost is the most runs that one call of [DAG.NextRuns] gives.
const RunsMost = C.TRACEDAG_RUNS_MOST

// NextRuns gives the first runs of a job after an instant by its schedule, at most count, in UTC
// and in ascending order. There are fewer, or none, where the job has no schedule or its schedule
// ends. The runs of rate(...) are counted from after, for what they are counted from in the end,
// when the rule was made, stands in no document. The last run as after gives those behind it.
//
// The instant lies between the years 1970 and 9999; fractions of a second are left out. Other
// instants, a job that is no index of Jobs, and a count below 0 or above [RunsMost] are
// [ErrMisuse].
func (d *DAG) NextRuns(job int, after time.Time, count int) ([]time.Time, error) {
	handle, err := d.open()
	if err != nil {
		return nil, err
	}
	defer d.done()
	var list C.tracedag_list
	status := C.tracedag_dag_next_runs(handle, number(job), C.int64_t(after.Unix()),
		number(count), &list)
	defer C.tracedag_free(list.items)
	return copyList(&list, copyInstant), fault(status)
}

// JobHashes are the two hashes of a job.
type JobHashes struct {
	Job             string // "tdj1:" and 32 hex digits: all of the job
	Materialization string // "tdm1:" and 32 hex digits: what decides its data, not its name
}

// JobHashes gives the hashes of every job, in the order of Jobs.
func (d *DAG) JobHashes() ([]JobHashes, error) {
	handle, err := d.open()
	if err != nil {
		return nil, err
	}
	defer d.done()
	var list C.tracedag_list
	if err := fault(C.tracedag_dag_job_hashes(handle, &list)); err != nil {
		return nil, err
	}
	defer C.tracedag_free(list.items)
	return copyList(&list, func(h *C.tracedag_job_hashes) JobHashes {
		return JobHashes{C.GoString(&h.job[0]), C.GoString(&h.materialization[0])}
	}), nil
}

// A Form is what a DAG is written as.
type Form uint32

// The forms.
const (
	FormCanonical Form = C.TRACEDAG_FORM_CANONICAL // what the hash covers
	FormResolved  Form = C.TRACEDAG_FORM_RESOLVED  // with the six tuning fields of every job
	FormOrigins   Form = C.TRACEDAG_FORM_ORIGINS   // resolved, with the origin of each of the six
)

// A Syntax is the language that a form is written in.
type Syntax uint32

// The syntaxes.
const (
	SyntaxJSON Syntax = C.TRACEDAG_SYNTAX_JSON // one line and an LF
	SyntaxYAML Syntax = C.TRACEDAG_SYNTAX_YAML // block YAML for reading, of the same values
)

// Encode writes the DAG in a form and a syntax. All but FormOrigins in JSON read back as the
// same DAG.
func (d *DAG) Encode(form Form, syntax Syntax) ([]byte, error) {
	handle, err := d.open()
	if err != nil {
		return nil, err
	}
	defer d.done()
	return encode(handle, form, syntax)
}

// Canonical gives the canonical form: what the hash covers, one line of JSON and its LF.
func (d *DAG) Canonical() ([]byte, error) { return d.Encode(FormCanonical, SyntaxJSON) }

// Resolved gives the canonical form with the six tuning fields of every job written out.
func (d *DAG) Resolved() ([]byte, error) { return d.Encode(FormResolved, SyntaxJSON) }

func encode(dag *C.tracedag_dag, form Form, syntax Syntax) ([]byte, error) {
	var text *C.char
	var size C.size_t
	status := C.tracedag_dag_write(dag, C.uint32_t(form), C.uint32_t(syntax), &text, &size)
	if err := fault(status); err != nil {
		return nil, err
	}
	return copyOwnedText(text, size), nil
}

// number makes an index one of the library. What fits none becomes its largest number: as a job
// that is no job, as an output any output.
func number(index int) C.uint32_t {
	if index < 0 || uint64(index) > C.TRACEDAG_ANY_OUTPUT {
		return C.TRACEDAG_ANY_OUTPUT
	}
	return C.uint32_t(index)
}

func flag(set bool) C.uint32_t {
	if set {
		return 1
	}
	return 0
}

func copyOwnedNumbers(list *C.tracedag_list) []int {
	defer C.tracedag_free(list.items)
	return copyList(list, copyNumber)
}
