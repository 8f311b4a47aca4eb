package tracedag

// #include <tracedag/tracedag.h>
import "C"

import "time"

// NoJob is the source of an input that reads a dataset which its DAG does not publish.
const NoJob = -1

// A Job is a job with the defaults of its document applied.
type Job struct {
	Name              string
	Operator          string
	Activation        Activation
	Runtime           Runtime
	Outputs           int               // they are numbered from 0 to Outputs - 1
	Inputs            []Input           // in the order written
	ExecutionStrategy ExecutionStrategy // 0 on a source job
	UpdateStrategy    UpdateStrategy    // 0 where none is needed and none is stated
	UniqueKey         []string          // in the order written
	Source            Source            // zero on a reactive job
	ResetOutputs      bool              // bootstrap asks for it
	Secrets           []string          // sorted
	Timeout           time.Duration     // 0: none was set
	UDF               UDF               // zero where there is none
	Config            Value             // a map, as written; "" where there is none
	Tuning            Tuning
	Line              int // where the job begins, from 1
}

// A Source is what a source job waits for.
type Source struct {
	Kind        SourceKind
	Schedule    string // in its canonical spelling, of a cron source
	WebhookPath string // of a webhook source
}

// A UDF is the user bundle that a job runs.
type UDF struct {
	BundleID   string
	Entrypoint string // may be empty
}

// A Tuning holds the six fields that defaults can set.
type Tuning struct {
	HeartbeatTimeout time.Duration
	MaxAttempts      int
	Priority         Priority
	MaxQueueDepth    int
	MaxQueueAge      time.Duration
	BackpressureMode BackpressureMode

	// Origins has an entry a field, in the order of the constants of [Setting].
	Origins []SettingOrigin
}

// A SettingOrigin says where the value of a tuning field came from.
type SettingOrigin struct {
	Setting Setting
	Origin  Origin
	Line    int // from 1; 0 for a built-in default
}

// Origin says where the value of one field came from; zero for a field that is none of the six.
func (t *Tuning) Origin(setting Setting) SettingOrigin {
	for _, origin := range t.Origins {
		if origin.Setting == setting {
			return origin
		}
	}
	return SettingOrigin{}
}

// An Input is what a job reads: an output of a job, or a dataset.
type Input struct {
	Job     int    // index in DAG.Jobs, also behind a dataset that the DAG publishes; or NoJob
	Output  int    // which output of that job; 0 with NoJob
	Dataset string // the dataset that is named; empty for a job output
	Where   Value  // a map of field to value, joined by AND; "" where there is none
	Line    int    // where the input begins, from 1
}

// A Publish is a dataset that a DAG publishes.
type Publish struct {
	Name      string
	Job       int // index of the producer in DAG.Jobs
	Output    int // which of its outputs
	Storage   Storage
	WriteMode WriteMode
	Schema    Value // a map of columns, unique and indexes, as written; "" where there is none
	Line      int   // where the entry begins, from 1
}

// jobIndex is the library's index of a job, or NoJob.
func jobIndex(index C.uint32_t) int {
	if index == C.TRACEDAG_NO_JOB {
		return NoJob
	}
	return int(index)
}

func seconds(count C.uint32_t) time.Duration { return time.Duration(count) * time.Second }

// A reader copies a DAG. It keeps the first fault, and then goes on without effect.
type reader struct {
	dag     *C.tracedag_dag
	inputs  []Input
	names   []string
	origins []SettingOrigin
	err     error
}

// value copies a free-form value by one call, whatever it holds.
func (r *reader) value(value C.tracedag_value) Value {
	if value == 0 || r.err != nil {
		return ""
	}
	var text *C.char
	var size C.size_t
	r.err = fault(C.tracedag_value_json(r.dag, value, &text, &size))
	return Value(copyOwnedText(text, size))
}

func (r *reader) input(in *C.tracedag_input) Input {
	return Input{
		Job:     jobIndex(in.job),
		Output:  int(in.output),
		Dataset: copyText(&in.dataset),
		Where:   r.value(in.where),
		Line:    int(in.line),
	}
}

func (r *reader) publish(p *C.tracedag_publish) Publish {
	return Publish{
		Name:      copyText(&p.name),
		Job:       int(p.job),
		Output:    int(p.output),
		Storage:   Storage(p.storage),
		WriteMode: WriteMode(p.write_mode),
		Schema:    r.value(p.schema),
		Line:      int(p.line),
	}
}

func (r *reader) job(j *C.tracedag_job) Job {
	return Job{
		Name:              copyText(&j.name),
		Operator:          copyText(&j.operator_name),
		Activation:        Activation(j.activation),
		Runtime:           Runtime(j.runtime),
		Outputs:           int(j.outputs),
		Inputs:            part(r.inputs, j.first_input, j.input_count),
		ExecutionStrategy: ExecutionStrategy(j.execution_strategy),
		UpdateStrategy:    UpdateStrategy(j.update_strategy),
		UniqueKey:         part(r.names, j.first_key, j.key_count),
		Source: Source{
			Kind:        SourceKind(j.source_kind),
			Schedule:    copyText(&j.schedule),
			WebhookPath: copyText(&j.webhook_path),
		},
		ResetOutputs: j.reset_outputs != 0,
		Secrets:      part(r.names, j.first_secret, j.secret_count),
		Timeout:      seconds(j.timeout_seconds),
		UDF:          UDF{copyText(&j.bundle_id), copyText(&j.entrypoint)},
		Config:       r.value(j.config),
		Tuning: Tuning{
			HeartbeatTimeout: seconds(j.heartbeat_timeout_seconds),
			MaxAttempts:      int(j.max_attempts),
			Priority:         Priority(j.priority),
			MaxQueueDepth:    int(j.max_queue_depth),
			MaxQueueAge:      seconds(j.max_queue_age_seconds),
			BackpressureMode: BackpressureMode(j.backpressure_mode),
		},
		Line: int(j.line),
	}
}

// part gives a job its own of what the library lists for all jobs. Appending to it does not
// reach into that of the next job.
func part[T any](all []T, first, count C.uint32_t) []T {
	if count == 0 {
		return nil
	}
	return all[first : first+count : first+count]
}
