package tracedag_test

import (
	"errors"
	"fmt"
	"time"

	"libtracedag.example/tracedag"
)

var document = []byte(`name: clicks
jobs:
  - name: hourly
    activation: source
    runtime: lambda
    operator: trigger_cron
    outputs: 1
    source: {kind: cron, schedule: "rate(1 hour)"}
  - name: count
    activation: reactive
    runtime: ecs_platform
    operator: count_rows
    outputs: 1
    update_strategy: replace
    execution_strategy: PerUpdate
    inputs: [{from: {job: hourly, output: 0}}]
    config: {rows: 18446744073709551616, exact: 0.10}
publish:
  click_counts: {from: {job: count, output: 0}, storage: s3}
`)

var broken = []byte(`name: clicks
jobs:
  - name: count
    activation: reactive
    runtime: ecs_platform
    operator: count_rows
    outputs: 1
    update_strategy: replace
    execution_strategy: PerUpdate
    inputs: [{from: {job: hourly, output: 0}}]
    retries: 3
`)

func ExampleLoad() {
	dag, err := tracedag.Load(document)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer dag.Close()

	fmt.Println(dag.Name, dag.Hash)
	for _, index := range dag.Order {
		job := dag.Jobs[index]
		fmt.Println(job.Name, job.Activation, job.Runtime, job.Tuning.MaxQueueAge)
	}
	// Output:
	// clicks td1:9006cf6a673c891b9760b38c2fc0c871
	// hourly source lambda 5m0s
	// count reactive ecs_platform 5m0s
}

func ExampleCheck() {
	report, err := tracedag.Check(broken)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report.Accepted(), report.Errors)
	for _, finding := range report.Findings {
		if finding.Code == tracedag.CodeUnknownJob {
			fmt.Println(finding.Start.Line, finding.Pointer, string(finding.Data))
		}
	}
	// Output:
	// false 2
	// 10 /jobs/0/inputs/0/from/job {"name":"hourly","candidates":["count"]}
}

func ExampleDiagnosticsError() {
	_, err := tracedag.Load(broken)
	fmt.Println(err)

	var rejected *tracedag.DiagnosticsError
	if errors.As(err, &rejected) {
		text, _ := rejected.Render(tracedag.FormatText, "clicks.yaml", false)
		fmt.Print(text)
	}
	// Output:
	// tracedag: 10:27: TD402: job `count` reads job `hourly`, which this DAG does not define (the first of 2 errors)
	// error[TD402]: job `count` reads job `hourly`, which this DAG does not define
	//   --> clicks.yaml:10:27
	//    |
	// 10 |     inputs: [{from: {job: hourly, output: 0}}]
	//    |                           ^^^^^^ no job has this name
	//    = help: jobs of this DAG: `count`
	//    = explain: tracedag explain TD402
	// error[TD202]: job `count` has an unknown key `retries`
	//   --> clicks.yaml:11:5
	//    |
	// 11 |     retries: 3
	//    |     ^^^^^^^
	//    = help: 21 keys are accepted here; tracedag(5) lists them
	//    = explain: tracedag explain TD202
	// clicks.yaml: rejected, 2 errors, 0 warnings (operators not checked: no catalog given)
}

func ExampleHash() {
	one, _ := tracedag.Hash(document)
	two, _ := tracedag.Hash(append([]byte("# Counts clicks.\n"), document...))
	fmt.Println(one == two)
	fmt.Println(tracedag.SourceHash(document) == tracedag.SourceHash(nil))
	// Output:
	// true
	// false
}

func ExampleWithLimit() {
	_, err := tracedag.Load(document, tracedag.WithLimit(tracedag.LimitJobs, 1))
	fmt.Println(err)
	fmt.Println(tracedag.LimitJobs.Default())
	// Output:
	// tracedag: 2:1: TD195: `jobs` of this DAG has 2 items, the limit is 1
	// 10000
}

func ExampleValue_Decode() {
	dag, _ := tracedag.Load(document)
	defer dag.Close()
	config := dag.Jobs[dag.FindJob("count")].Config
	fmt.Println(config)

	var fields map[string]any
	if err := config.Decode(&fields); err != nil {
		fmt.Println(err)
	}
	fmt.Printf("%T %v\n", fields["rows"], fields["rows"])
	// Output:
	// {"exact":0.1,"rows":18446744073709551616}
	// json.Number 18446744073709551616
}

func ExampleDAG_Downstream() {
	dag, _ := tracedag.Load(document)
	defer dag.Close()

	readers, err := dag.Downstream(dag.FindJob("hourly"), tracedag.AnyOutput, true)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, index := range readers {
		fmt.Println(dag.Jobs[index].Name)
	}
	// Output:
	// count
}

func ExampleDAG_NextRuns() {
	dag, _ := tracedag.Load(document)
	defer dag.Close()

	after := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	runs, err := dag.NextRuns(dag.FindJob("hourly"), after, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, run := range runs {
		fmt.Println(run.Format(time.RFC3339))
	}
	// Output:
	// 2026-11-24T13:00:00Z
	// 2026-11-24T14:00:00Z
}

func ExampleTuning_Origin() {
	dag, _ := tracedag.Load(document)
	defer dag.Close()

	job := dag.Jobs[0]
	fmt.Println(job.Tuning.MaxAttempts, job.Tuning.Origin(tracedag.SettingMaxAttempts).Origin)
	// Output:
	// 3 built-in
}

func ExampleDAG_Encode() {
	dag, _ := tracedag.Load([]byte(`
name: smallest
jobs: [{name: tick, activation: source, runtime: dispatcher, operator: tick, outputs: 0, source: {kind: manual}}]
`))
	defer dag.Close()

	canonical, _ := dag.Canonical()
	fmt.Print(string(canonical))
	resolved, _ := dag.Encode(tracedag.FormOrigins, tracedag.SyntaxYAML)
	fmt.Print(string(resolved))
	// Output:
	// {"jobs":[{"activation":"source","name":"tick","operator":"tick","outputs":0,"runtime":"dispatcher","source":{"kind":"manual"}}],"name":"smallest"}
	// jobs:
	//   - activation: source
	//     backpressure_mode: pause  # built-in
	//     heartbeat_timeout_seconds: 60  # built-in
	//     max_attempts: 3  # built-in
	//     max_queue_age: "5m"  # built-in
	//     max_queue_depth: 1000  # built-in
	//     name: tick
	//     operator: tick
	//     outputs: 0
	//     priority: normal  # built-in
	//     runtime: dispatcher
	//     source:
	//       kind: manual
	// name: smallest
}
