package tracedag

// #include <tracedag/tracedag.h>
import "C"

import "fmt"

// NoPublish is the dataset of a [Flow] that leads to none.
const NoPublish = -1

// FlowsMost is the most flows that one call of [DAG.Flows] or [DAG.Trust] gives.
const FlowsMost = C.TRACEDAG_FLOWS_MOST

// A FlowKind is what a flow begins with.
type FlowKind uint32

// The kinds of flow.
const (
	FlowSecret   FlowKind = C.TRACEDAG_FLOW_SECRET   // a secret that a job is given
	FlowBundle   FlowKind = C.TRACEDAG_FLOW_BUNDLE   // code of a user that a job runs
	FlowExternal FlowKind = C.TRACEDAG_FLOW_EXTERNAL // a dataset that the DAG does not publish
	FlowWebhook  FlowKind = C.TRACEDAG_FLOW_WEBHOOK  // a path that anybody may call who knows it
)

// String gives the word that the report in JSON has, such as "secret".
func (k FlowKind) String() string {
	return word([]string{FlowSecret: "secret", FlowBundle: "bundle", FlowExternal: "external",
		FlowWebhook: "webhook"}, uint32(k))
}

// A Flow says that data which a secret, a bundle, an external dataset or a webhook has had a part
// in reaches a published dataset.
type Flow struct {
	Kind    FlowKind
	Name    string // of the secret, bundle or dataset, or the path of the webhook
	Publish int    // index in DAG.Publishes, or NoPublish
	Entries int    // at how many jobs it enters that lead there, the first of Path included
	Path    []int  // the jobs of the shortest way; among equally short ones the least by names
	Inputs  []int  // for each job of Path but the first: which of its Inputs reads the one before
}

// Flows gives what reaches which published dataset, by dataset, then kind, then name, each with its
// shortest way; behind the datasets comes what enters at jobs that lead to none. There are at most
// so many flows, and of a very large DAG fewer; the second result is how many datasets lack some or
// all of theirs. A number below 0 or above [FlowsMost] is [ErrMisuse].
func (d *DAG) Flows(most int) ([]Flow, int, error) {
	handle, err := d.open()
	if err != nil {
		return nil, 0, err
	}
	defer d.done()
	var list C.tracedag_list
	var leftOut C.size_t
	if err := fault(C.tracedag_dag_flows(handle, number(most), &list, &leftOut)); err != nil {
		return nil, 0, err
	}
	defer C.tracedag_free(list.items)
	return copyList(&list, func(f *C.tracedag_flow) Flow { return copyFlow(handle, f) }),
		int(leftOut), nil
}

func copyFlow(dag *C.tracedag_dag, f *C.tracedag_flow) Flow {
	flow := Flow{
		Kind:    FlowKind(f.kind),
		Name:    copyText(&f.name),
		Publish: NoPublish,
		Entries: int(f.entries),
		Path:    copyList(&f.path, copyNumber),
		Inputs:  copyList(&f.inputs, copyNumber),
	}
	if f.publish != C.TRACEDAG_NO_PUBLISH {
		flow.Publish = int(f.publish)
	}
	for i := range flow.Inputs {
		reader := C.tracedag_dag_job(dag, C.uint32_t(flow.Path[i+1]))
		flow.Inputs[i] -= int(reader.first_input)
	}
	return flow
}

// Trust writes the flows as the command tracedag trust does, ending with LF: FormatText for people,
// or FormatJSON, a record a line for each published dataset and one that sums up. The file names
// the document in it; "" stands for standard input. Terminal colours are for FormatText alone. At
// most so many flows are written, otherwise as in [DAG.Flows].
func (d *DAG) Trust(format Format, file string, color bool, most int) (string, error) {
	name, ok := terminated(file)
	if !ok {
		return "", fmt.Errorf("%w: the file name has a NUL", ErrMisuse)
	}
	if file == "" {
		name = nil
	}
	handle, err := d.open()
	if err != nil {
		return "", err
	}
	defer d.done()
	var flags C.uint32_t
	if color {
		flags |= C.TRACEDAG_RENDER_COLOR
	}
	var text *C.char
	var size C.size_t
	status := C.tracedag_dag_trust_render(handle, number(most), C.uint32_t(format),
		firstByte(name), flags, &text, &size)
	return string(copyOwnedText(text, size)), fault(status)
}
