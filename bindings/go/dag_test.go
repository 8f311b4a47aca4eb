package tracedag_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"testing"
	"time"

	"libtracedag.example/tracedag"
)

// The fields of every valid case, put together again, are the resolved form with origins that
// the library writes: each field has the right value, and none is left out.
func TestFieldsAreTheResolvedForm(t *testing.T) {
	eachCase(t, "valid", ".yaml", func(t *testing.T, path string) {
		dag := mustLoad(t, mustRead(t, path+".yaml"))
		want := decode(t, mustEncode(t, dag, tracedag.FormOrigins, tracedag.SyntaxJSON))
		if got := resolved(t, dag); !reflect.DeepEqual(got, want) {
			t.Errorf("fields\n%v\nexpected\n%v", got, want)
		}
	})
}

type object = map[string]any

func resolved(t *testing.T, dag *tracedag.DAG) any {
	jobs := []any{}
	for i := range dag.Jobs {
		jobs = append(jobs, resolvedJob(t, dag, &dag.Jobs[i]))
	}
	out := object{"name": dag.Name, "jobs": jobs}
	publish := object{}
	for _, p := range dag.Publishes {
		publish[p.Name] = resolvedPublish(t, dag, &p)
	}
	if len(publish) > 0 {
		out["publish"] = publish
	}
	return out
}

// put sets what is there: zero values stand for keys that the form leaves out.
func put(out object, key string, value any) {
	if !reflect.ValueOf(value).IsZero() {
		out[key] = value
	}
}

func resolvedJob(t *testing.T, dag *tracedag.DAG, job *tracedag.Job) object {
	out := object{
		"name":       job.Name,
		"operator":   job.Operator,
		"activation": job.Activation.String(),
		"runtime":    job.Runtime.String(),
		"outputs":    number(job.Outputs),
	}
	put(out, "execution_strategy", job.ExecutionStrategy.String())
	if job.Activation == tracedag.ActivationReactive ||
		job.UpdateStrategy == tracedag.UpdateAppend {
		put(out, "update_strategy", job.UpdateStrategy.String())
	}
	putList(out, "unique_key", job.UniqueKey)
	putList(out, "secrets", job.Secrets)
	if job.Source != (tracedag.Source{}) {
		source := object{"kind": job.Source.Kind.String()}
		put(source, "schedule", job.Source.Schedule)
		put(source, "webhook_path", job.Source.WebhookPath)
		out["source"] = source
	}
	if job.ResetOutputs {
		out["bootstrap"] = object{"reset_outputs": true}
	}
	if job.UDF != (tracedag.UDF{}) {
		udf := object{"bundle_id": job.UDF.BundleID}
		put(udf, "entrypoint", job.UDF.Entrypoint)
		out["udf"] = udf
	}
	if job.Timeout != 0 {
		out["timeout_seconds"] = number(int(job.Timeout / time.Second))
	}
	if config := decodeValue(t, job.Config); len(config) > 0 {
		out["config"] = config
	}
	inputs := []any{}
	for i := range job.Inputs {
		inputs = append(inputs, resolvedInput(t, dag, &job.Inputs[i]))
	}
	if len(inputs) > 0 {
		out["inputs"] = inputs
	}
	resolvedTuning(out, &job.Tuning)
	return out
}

func resolvedInput(t *testing.T, dag *tracedag.DAG, input *tracedag.Input) object {
	from := object{"dataset": input.Dataset}
	if input.Dataset == "" {
		from = object{"job": dag.Jobs[input.Job].Name, "output": number(input.Output)}
	}
	out := object{"from": from}
	if where := decodeValue(t, input.Where); where != nil {
		out["where"] = where
	}
	return out
}

func resolvedPublish(t *testing.T, dag *tracedag.DAG, p *tracedag.Publish) object {
	out := object{"from": object{"job": dag.Jobs[p.Job].Name, "output": number(p.Output)}}
	put(out, "storage", p.Storage.String())
	put(out, "write_mode", p.WriteMode.String())
	if schema := decodeValue(t, p.Schema); schema != nil {
		out["schema"] = withoutDefaults(schema)
	}
	return out
}

// withoutDefaults leaves out of a schema what the forms leave out.
func withoutDefaults(schema object) object {
	for _, column := range schema["columns"].([]any) {
		if column := column.(object); column["nullable"] == true {
			delete(column, "nullable")
		}
	}
	if indexes, ok := schema["indexes"].([]any); ok && len(indexes) == 0 {
		delete(schema, "indexes")
	}
	return schema
}

func resolvedTuning(out object, tuning *tracedag.Tuning) {
	out["heartbeat_timeout_seconds"] = number(int(tuning.HeartbeatTimeout / time.Second))
	out["max_attempts"] = number(tuning.MaxAttempts)
	out["priority"] = tuning.Priority.String()
	out["max_queue_depth"] = number(tuning.MaxQueueDepth)
	out["max_queue_age"] = age(tuning.MaxQueueAge)
	out["backpressure_mode"] = tuning.BackpressureMode.String()
	origins := object{}
	for _, origin := range tuning.Origins {
		from := object{"from": origin.Origin.String()}
		if origin.Line != 0 {
			from["line"] = number(origin.Line)
		}
		origins[origin.Setting.String()] = from
	}
	out["origins"] = origins
}

func putList(out object, key string, texts []string) {
	list := []any{}
	for _, text := range texts {
		list = append(list, text)
	}
	if len(list) > 0 {
		out[key] = list
	}
}

func number(value int) json.Number { return json.Number(strconv.Itoa(value)) }

func decodeValue(t *testing.T, value tracedag.Value) object {
	var out object
	if err := value.Decode(&out); err != nil {
		t.Fatalf("%v in %s", err, value)
	}
	return out
}

// age spells a duration as the format does: largest units first.
func age(d time.Duration) string {
	text := ""
	for _, unit := range []struct {
		name string
		size time.Duration
	}{{"d", 24 * time.Hour}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}} {
		if count := d / unit.size; count > 0 {
			text += fmt.Sprintf("%d%s", count, unit.name)
		}
		d %= unit.size
	}
	return text
}

// A line, where `b` reads `a` and `c` reads what `b` publishes; `d` reads an external dataset.
const fourJobs = `name: walk
defaults: {max_attempts: 5}
jobs:
  - {name: c, activation: reactive, runtime: dispatcher, operator: op, outputs: 0,
     execution_strategy: PerUpdate, inputs: [{from: {dataset: of_b}}], max_attempts: 7}
  - {name: a, activation: source, runtime: ecs_platform, operator: op, outputs: 2,
     source: {kind: manual}}
  - {name: b, activation: reactive, runtime: ecs_platform, operator: op, outputs: 1,
     execution_strategy: PerPartition, update_strategy: replace,
     inputs: [{from: {job: a, output: 1}}]}
  - {name: d, activation: reactive, runtime: ecs_platform, operator: op, outputs: 0,
     execution_strategy: PerUpdate, inputs: [{from: {dataset: abroad}, where: {chain_id: 18446744073709551616}}]}
publish:
  of_b: {from: {job: b, output: 0}}
`

func TestGraph(t *testing.T) {
	dag := mustLoad(t, []byte(fourJobs))
	a, b, c, d := dag.FindJob("a"), dag.FindJob("b"), dag.FindJob("c"), dag.FindJob("d")
	if a != 0 || b != 1 || c != 2 || d != 3 {
		t.Fatalf("jobs at %d, %d, %d, %d", a, b, c, d)
	}
	for _, name := range []string{"", "A", "aa", "e"} {
		if dag.FindJob(name) != tracedag.NoJob {
			t.Errorf("there is a job %q", name)
		}
	}
	same(t, "Order", dag.Order, []int{a, b, c, d})
	same(t, "ExternalDatasets", dag.ExternalDatasets, []string{"abroad"})
	upstream := func(job int, all bool) []int { return must(dag.Upstream(job, all)) }
	downstream := func(job, output int, all bool) []int {
		return must(dag.Downstream(job, output, all))
	}
	same(t, "Upstream(c)", upstream(c, false), []int{b})
	same(t, "Upstream(c, all)", upstream(c, true), []int{a, b})
	same(t, "Upstream(a)", upstream(a, true), []int(nil))
	same(t, "Downstream(a, any)", downstream(a, tracedag.AnyOutput, false), []int{b})
	same(t, "Downstream(a, 0)", downstream(a, 0, true), []int(nil))
	same(t, "Downstream(a, 1)", downstream(a, 1, true), []int{b, c})
}

func TestInputs(t *testing.T) {
	dag := mustLoad(t, []byte(fourJobs))
	input := func(job string) tracedag.Input { return dag.Jobs[dag.FindJob(job)].Inputs[0] }
	same(t, "input of b", input("b"), tracedag.Input{Job: 0, Output: 1, Line: 10})
	same(t, "input of c", input("c"), tracedag.Input{Job: 1, Dataset: "of_b", Line: 5})
	same(t, "input of d", input("d"), tracedag.Input{Job: tracedag.NoJob, Dataset: "abroad",
		Where: `{"chain_id":18446744073709551616}`, Line: 12})
}

func TestOrigin(t *testing.T) {
	dag := mustLoad(t, []byte(fourJobs))
	origin := func(job string, setting tracedag.Setting) tracedag.SettingOrigin {
		return dag.Jobs[dag.FindJob(job)].Tuning.Origin(setting)
	}
	attempts, age := tracedag.SettingMaxAttempts, tracedag.SettingMaxQueueAge
	same(t, "of b", origin("b", attempts),
		tracedag.SettingOrigin{Setting: attempts, Origin: tracedag.OriginDefaults, Line: 2})
	same(t, "of c", origin("c", attempts),
		tracedag.SettingOrigin{Setting: attempts, Origin: tracedag.OriginJob, Line: 5})
	same(t, "built in", origin("c", age),
		tracedag.SettingOrigin{Setting: age, Origin: tracedag.OriginBuiltIn})
	same(t, "of nothing", origin("c", 99), tracedag.SettingOrigin{})
}

func TestValue(t *testing.T) {
	where := mustLoad(t, []byte(fourJobs)).Jobs[3].Inputs[0].Where
	var fields map[string]any
	if err := where.Decode(&fields); err != nil {
		t.Fatal(err)
	}
	same(t, "a number", fields["chain_id"], any(json.Number("18446744073709551616")))
	text, err := json.Marshal(object{"where": where, "config": tracedag.Value("")})
	if want := `{"config":null,"where":{"chain_id":18446744073709551616}}`; err != nil ||
		string(text) != want {
		t.Errorf("%v, %s, expected %s", err, text, want)
	}
	fields = object{"kept": true}
	if err := tracedag.Value("").Decode(&fields); err != nil || len(fields) != 1 {
		t.Errorf("no value decodes to %v: %v", fields, err)
	}
	var wrong int
	if where.Decode(&wrong) == nil {
		t.Error("a map decodes to an int")
	}
}

// What is appended to the list of a job does not reach into that of another.
func TestListsOfJobsAreApart(t *testing.T) {
	dag, untouched := mustLoad(t, []byte(fourJobs)), mustLoad(t, []byte(fourJobs))
	for i := range dag.Jobs {
		longer := append(dag.Jobs[i].Inputs, tracedag.Input{Job: 99})
		same(t, "what is appended", longer[len(longer)-1].Job, 99)
	}
	same(t, "the jobs", dag.Jobs, untouched.Jobs)
}

const scheduledJob = `{name: a, jobs: [{name: a, activation: source, runtime: lambda, operator: o,
  outputs: 0, source: {kind: cron, schedule: %q}}]}`

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func TestNextRuns(t *testing.T) {
	scheduled := func(schedule string) *tracedag.DAG {
		return mustLoad(t, []byte(fmt.Sprintf(scheduledJob, schedule)))
	}
	hourly := scheduled("0 * * * *")
	hours := []time.Time{noon.Add(time.Hour), noon.Add(2 * time.Hour), noon.Add(3 * time.Hour)}
	same(t, "hourly", must(hourly.NextRuns(0, noon, 3)), hours)
	same(t, "what follows", must(hourly.NextRuns(0, hours[0], 2)), hours[1:])
	same(t, "none", must(hourly.NextRuns(0, noon, 0)), []time.Time(nil))
	abroad := time.Date(2026, 11, 24, 17, 45, 0, 999, time.FixedZone("", 20700))
	same(t, "abroad", must(hourly.NextRuns(0, abroad, 3)), hours)
	same(t, "before noon", must(hourly.NextRuns(0, noon.Add(-1), 1)), []time.Time{noon})
	same(t, "most", len(must(hourly.NextRuns(0, noon, tracedag.RunsMost))), tracedag.RunsMost)
	same(t, "rate", must(scheduled("rate(90 minutes)").NextRuns(0, noon, 1)),
		[]time.Time{noon.Add(90 * time.Minute)})
	same(t, "a schedule that ends", must(scheduled("cron(0 0 29 2 ? 2095-2105)").NextRuns(0, noon, 9)),
		[]time.Time{time.Date(2096, 2, 29, 0, 0, 0, 0, time.UTC),
			time.Date(2104, 2, 29, 0, 0, 0, 0, time.UTC)})
	same(t, "no schedule", must(mustLoad(t, []byte(fourJobs)).NextRuns(0, noon, 3)),
		[]time.Time(nil))
}

func TestNextRunsMisuse(t *testing.T) {
	dag := mustLoad(t, []byte(fmt.Sprintf(scheduledJob, "* * * * *")))
	last := time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
	same(t, "after the last minute", must(dag.NextRuns(0, last, 1)), []time.Time(nil))
	for _, wrong := range []struct {
		job   int
		after time.Time
		count int
	}{
		{1, noon, 1}, {-1, noon, 1}, {tracedag.NoJob, noon, 1},
		{0, time.Unix(-1, 0), 1}, {0, time.Time{}, 1}, {0, last.Add(time.Second), 1},
		{0, noon, -1}, {0, noon, tracedag.RunsMost + 1}, {0, noon, int(^uint(0) >> 1)},
	} {
		runs, err := dag.NextRuns(wrong.job, wrong.after, wrong.count)
		if !errors.Is(err, tracedag.ErrMisuse) || runs != nil {
			t.Errorf("%v: %v, %v", wrong, runs, err)
		}
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func same[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s is %v, expected %v", what, got, want)
	}
}
