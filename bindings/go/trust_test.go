package tracedag_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"libtracedag.example/tracedag"
)

// A secret enters at two jobs; `lone` leads to no dataset.
const guarded = `name: guarded
jobs:
  - {name: fetch, activation: source, runtime: ecs_platform, operator: op, outputs: 1,
     source: {kind: manual}, secrets: [key]}
  - {name: judge, activation: reactive, runtime: lambda, operator: udf, outputs: 1,
     update_strategy: replace, execution_strategy: PerUpdate, udf: {bundle_id: rules},
     inputs: [{from: {dataset: labels}}, {from: {job: fetch, output: 0}}]}
  - {name: copy, activation: reactive, runtime: ecs_platform, operator: op, outputs: 1,
     update_strategy: replace, execution_strategy: PerUpdate, secrets: [key],
     inputs: [{from: {dataset: verdicts}}]}
  - {name: lone, activation: source, runtime: ecs_platform, operator: op, outputs: 1,
     source: {kind: webhook, webhook_path: /in}}
publish:
  verdicts: {from: {job: judge, output: 0}}
  copied: {from: {job: copy, output: 0}}
`

// Jobs are `copy`, `fetch`, `judge` and `lone`, datasets `copied` and `verdicts`.
var guardedFlows = []tracedag.Flow{
	{Kind: tracedag.FlowSecret, Name: "key", Publish: 0, Entries: 2, Path: []int{0}},
	{Kind: tracedag.FlowBundle, Name: "rules", Publish: 0, Entries: 1, Path: []int{2, 0},
		Inputs: []int{0}},
	{Kind: tracedag.FlowExternal, Name: "labels", Publish: 0, Entries: 1, Path: []int{2, 0},
		Inputs: []int{0}},
	{Kind: tracedag.FlowSecret, Name: "key", Publish: 1, Entries: 1, Path: []int{1, 2},
		Inputs: []int{1}},
	{Kind: tracedag.FlowBundle, Name: "rules", Publish: 1, Entries: 1, Path: []int{2}},
	{Kind: tracedag.FlowExternal, Name: "labels", Publish: 1, Entries: 1, Path: []int{2}},
	{Kind: tracedag.FlowWebhook, Name: "/in", Publish: tracedag.NoPublish, Entries: 1,
		Path: []int{3}},
}

func TestFlows(t *testing.T) {
	dag := mustLoad(t, []byte(guarded))
	for most, want := range []int{3, 3, 3, 2, 2, 2, 1, 0} {
		flows, leftOut, err := dag.Flows(most)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "flows", flows, append([]tracedag.Flow(nil), guardedFlows[:most]...))
		same(t, "left out", leftOut, want)
	}
	flows, leftOut, err := mustLoad(t, []byte(twoJobs)).Flows(tracedag.FlowsMost)
	if flows != nil || leftOut != 0 || err != nil {
		t.Errorf("no flows: %v, %d, %v", flows, leftOut, err)
	}
}

func TestTrust(t *testing.T) {
	dag := mustLoad(t, []byte(guarded))
	text := must(dag.Trust(tracedag.FormatText, "a.yaml", false, 100))
	if !strings.Contains(text, "\n  secret `key`: `fetch` -> `judge` (untrusted)\n") ||
		!strings.Contains(text, "\na.yaml: 6 flows into 2 of 2 published datasets, 1 into none (") {
		t.Error(text)
	}
	if text := must(dag.Trust(tracedag.FormatText, "", true, 1)); !strings.Contains(text, "\n-: 1 flow") ||
		!strings.Contains(text, "\033[") {
		t.Error(text)
	}
	lines := strings.Split(must(dag.Trust(tracedag.FormatJSON, "a.yaml", true, 100)), "\n")
	same(t, "lines", len(lines), 5)
	same(t, "summary", lines[3], `{"v":1,"type":"summary","file":"a.yaml","dag":"guarded",`+
		`"datasets":2,"flows":6,"unpublished":1,"left_out":0,"catalog":null}`)
}

func TestTrustMisuse(t *testing.T) {
	dag := mustLoad(t, []byte(guarded))
	for _, most := range []int{-1, tracedag.FlowsMost + 1, int(^uint(0) >> 1)} {
		flows, leftOut, err := dag.Flows(most)
		if !errors.Is(err, tracedag.ErrMisuse) || flows != nil || leftOut != 0 {
			t.Errorf("%d flows: %v, %d, %v", most, flows, leftOut, err)
		}
		text, err := dag.Trust(tracedag.FormatText, "", false, most)
		if !errors.Is(err, tracedag.ErrMisuse) || text != "" {
			t.Errorf("%d flows: %q, %v", most, text, err)
		}
	}
	for _, format := range []tracedag.Format{0, tracedag.FormatSARIF, tracedag.FormatGitHub, 99} {
		if text, err := dag.Trust(format, "", false, 1); !errors.Is(err, tracedag.ErrMisuse) || text != "" {
			t.Errorf("format %d: %q, %v", format, text, err)
		}
	}
	if _, err := dag.Trust(tracedag.FormatText, "a\x00", false, 1); !errors.Is(err, tracedag.ErrMisuse) {
		t.Errorf("a NUL: %v", err)
	}
}

func ExampleDAG_Flows() {
	dag, _ := tracedag.Load([]byte(guarded))
	defer dag.Close()

	flows, _, _ := dag.Flows(tracedag.FlowsMost)
	for _, flow := range flows {
		if flow.Kind == tracedag.FlowSecret && flow.Publish != tracedag.NoPublish {
			fmt.Println(flow.Name, "reaches", dag.Publishes[flow.Publish].Name)
		}
	}
	// Output:
	// key reaches copied
	// key reaches verdicts
}
