package main

import (
	"bytes"
	"fmt"
	"regexp"

	"gopkg.in/yaml.v3"
)

// This is what a service would write that validates by itself. It refuses unknown and repeated
// keys, wrong types, words that are none, bad and repeated names, and references that lead
// nowhere. It does not check: which fields go with which activation, source or storage; most
// ranges of numbers; durations, schedules and webhook paths; secrets, udf and trust; schemas and
// their keys; cycles; repeated inputs. It reads numbers as Go's types hold them and some words as
// YAML 1.1 does, says no column and of its own checks the first fault alone, has no limits but
// those of yaml.v3, and makes no canonical form and no hash.

type dag struct {
	Name     string             `yaml:"name"`
	Defaults tuning             `yaml:"defaults"`
	Jobs     []job              `yaml:"jobs"`
	Publish  map[string]publish `yaml:"publish"`
}

type tuning struct {
	HeartbeatTimeoutSeconds int    `yaml:"heartbeat_timeout_seconds"`
	MaxAttempts             int    `yaml:"max_attempts"`
	Priority                string `yaml:"priority"`
	MaxQueueDepth           int    `yaml:"max_queue_depth"`
	MaxQueueAge             string `yaml:"max_queue_age"`
	BackpressureMode        string `yaml:"backpressure_mode"`
}

type job struct {
	tuning            `yaml:",inline"`
	Name              string         `yaml:"name"`
	Activation        string         `yaml:"activation"`
	Runtime           string         `yaml:"runtime"`
	Operator          string         `yaml:"operator"`
	Outputs           int            `yaml:"outputs"`
	Inputs            []input        `yaml:"inputs"`
	ExecutionStrategy string         `yaml:"execution_strategy"`
	UpdateStrategy    string         `yaml:"update_strategy"`
	UniqueKey         []string       `yaml:"unique_key"`
	Source            source         `yaml:"source"`
	Bootstrap         bootstrap      `yaml:"bootstrap"`
	Secrets           []string       `yaml:"secrets"`
	TimeoutSeconds    int            `yaml:"timeout_seconds"`
	Config            map[string]any `yaml:"config"`
	UDF               udf            `yaml:"udf"`
}

type input struct {
	From  from           `yaml:"from"`
	Where map[string]any `yaml:"where"`
}

type from struct {
	Job     string `yaml:"job"`
	Output  int    `yaml:"output"`
	Dataset string `yaml:"dataset"`
}

type source struct {
	Kind        string `yaml:"kind"`
	Schedule    string `yaml:"schedule"`
	WebhookPath string `yaml:"webhook_path"`
}

type bootstrap struct {
	ResetOutputs bool `yaml:"reset_outputs"`
}

type udf struct {
	BundleID   string `yaml:"bundle_id"`
	Entrypoint string `yaml:"entrypoint"`
}

type publish struct {
	From      from   `yaml:"from"`
	Storage   string `yaml:"storage"`
	WriteMode string `yaml:"write_mode"`
	Schema    schema `yaml:"schema"`
}

type schema struct {
	Columns []struct {
		Name     string `yaml:"name"`
		Type     string `yaml:"type"`
		Nullable *bool  `yaml:"nullable"`
	} `yaml:"columns"`
	Unique  []string   `yaml:"unique"`
	Indexes [][]string `yaml:"indexes"`
}

func parseNodes(document []byte) error {
	var node yaml.Node
	return yaml.Unmarshal(document, &node)
}

func decodeStrict(document []byte) (*dag, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(document))
	decoder.KnownFields(true)
	var d dag
	return &d, decoder.Decode(&d)
}

var (
	jobName     = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,127}$`)
	datasetName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,127}$`)
)

// words are the accepted ones of a field; "" says that it may be absent.
var words = map[string]map[string]bool{
	"activation":         {"source": true, "reactive": true},
	"runtime":            {"lambda": true, "ecs_platform": true, "dispatcher": true},
	"execution_strategy": {"": true, "PerUpdate": true, "PerPartition": true},
	"update_strategy":    {"": true, "append": true, "replace": true},
	"kind":               {"": true, "cron": true, "webhook": true, "manual": true, "always_on": true},
	"priority":           {"": true, "normal": true, "bulk": true},
	"backpressure_mode":  {"": true, "pause": true},
	"storage":            {"": true, "postgres": true, "s3": true},
	"write_mode":         {"": true, "buffered": true, "direct": true},
}

// A checker keeps the first fault.
type checker struct{ err error }

func (c *checker) must(good bool, format string, args ...any) {
	if !good && c.err == nil {
		c.err = fmt.Errorf(format, args...)
	}
}

func (c *checker) word(where, field, word string) {
	c.must(words[field][word], "%s: %s cannot be %q", where, field, word)
}

func (d *dag) check() error {
	var c checker
	c.must(jobName.MatchString(d.Name), "bad name %q", d.Name)
	c.must(len(d.Jobs) > 0, "no jobs")
	outputs := make(map[string]int, len(d.Jobs))
	for i := range d.Jobs {
		name := d.Jobs[i].Name
		_, known := outputs[name]
		c.must(!known, "job %s is defined twice", name)
		outputs[name] = d.Jobs[i].Outputs
	}
	c.tuning("defaults", &d.Defaults)
	for i := range d.Jobs {
		c.job(&d.Jobs[i], outputs)
	}
	for name := range d.Publish {
		p := d.Publish[name]
		c.must(datasetName.MatchString(name), "bad dataset name %q", name)
		c.word(name, "storage", p.Storage)
		c.word(name, "write_mode", p.WriteMode)
		c.from(name, p.From, outputs)
	}
	return c.err
}

func (c *checker) tuning(where string, t *tuning) {
	c.word(where, "priority", t.Priority)
	c.word(where, "backpressure_mode", t.BackpressureMode)
}

func (c *checker) job(j *job, outputs map[string]int) {
	c.must(jobName.MatchString(j.Name), "bad job name %q", j.Name)
	c.must(datasetName.MatchString(j.Operator), "bad operator %q", j.Operator)
	c.must(j.Outputs >= 0 && j.Outputs <= 1024, "job %s has %d outputs", j.Name, j.Outputs)
	c.word(j.Name, "activation", j.Activation)
	c.word(j.Name, "runtime", j.Runtime)
	c.word(j.Name, "execution_strategy", j.ExecutionStrategy)
	c.word(j.Name, "update_strategy", j.UpdateStrategy)
	c.word(j.Name, "kind", j.Source.Kind)
	c.tuning(j.Name, &j.tuning)
	for i := range j.Inputs {
		c.from(j.Name, j.Inputs[i].From, outputs)
	}
}

func (c *checker) from(where string, f from, outputs map[string]int) {
	if f.Dataset != "" {
		c.must(datasetName.MatchString(f.Dataset), "bad dataset name %q", f.Dataset)
		return
	}
	count, known := outputs[f.Job]
	c.must(known, "%s reads job %q, which is not defined", where, f.Job)
	c.must(f.Output >= 0 && f.Output < count, "%s reads output %d of job %s", where, f.Output, f.Job)
}
