package tracedag

// #include <tracedag/tracedag.h>
import "C"

import "fmt"

// A Named document has the name by which findings in others call it.
type Named struct {
	File     string // "" stands for standard input
	Document []byte
	Unread   bool // nothing is known of it, as of a file that cannot be read
}

// A Group is what [CheckTogether] found between documents. It is a plain value.
type Group struct {
	// Findings are those between documents, for each document those that stand in it.
	Findings [][]Finding

	// Errors and Warnings count them.
	Errors, Warnings int

	// AllKnown says that it is known of all documents which datasets they publish: else nothing is
	// said of datasets that nobody publishes.
	AllKnown bool

	// Datasets are those that a DAG publishes or reads, by name.
	Datasets []SharedDataset

	// Summary is the line that the command tracedag validate --together ends with, without its LF.
	Summary string
}

// A SharedDataset is published or read by DAGs of a group.
type SharedDataset struct {
	Name       string
	Publishers []DatasetUse // one at most, unless the name is taken twice
	Readers    []DatasetUse
	Known      Known // 0 where nothing is known of it
}

// A DatasetUse is where a DAG publishes or reads a dataset.
type DatasetUse struct {
	Document int    // index among those that the group was made of
	Item     int    // index among the publishes of its DAG, or among the inputs of all jobs
	Line     int    // where the entry or the input begins
	Job      string // that produces or reads it
}

// Known says how it is known that there is a dataset.
type Known uint32

// The ways to know a dataset.
const (
	KnownPublished Known = C.TRACEDAG_KNOWN_PUBLISHED // a DAG of the group publishes it
	KnownCatalog   Known = C.TRACEDAG_KNOWN_CATALOG   // a catalog has it
	KnownRejected  Known = C.TRACEDAG_KNOWN_REJECTED  // a rejected document names it
)

// String gives the word that JSON records have: published, catalog or rejected.
func (k Known) String() string {
	return word([]string{0: "unknown", KnownPublished: "published", KnownCatalog: "catalog",
		KnownRejected: "rejected"}, uint32(k))
}

// CheckTogether judges documents together: datasets that nobody publishes (TD901) or two publish
// (TD902), DAGs that wait for each other (TD903), DAGs of one name (TD904). What is wrong with each
// alone, [Check] says; with a catalog, a dataset that it has not may be one of another document
// here. Of a rejected document the names that it publishes count and nothing else. The options
// hold for all documents.
func CheckTogether(documents []Named, options ...Option) (*Group, error) {
	s := gather(options)
	var outlines outlines
	defer func() { outlines.release() }()
	for _, document := range documents {
		if err := outlines.add(document, s); err != nil {
			return nil, err
		}
	}
	return outlines.judge()
}

// outlines are handles of the library, until release.
type outlines []*C.tracedag_outline

func (o outlines) release() {
	for _, outline := range o {
		C.tracedag_outline_unref(outline)
	}
}

func (o *outlines) add(document Named, s settings) error {
	if document.Unread {
		*o = append(*o, nil)
		return nil
	}
	file := document.File
	if file == "" {
		file = "-"
	}
	name, ok := terminated(file)
	if !ok {
		return fmt.Errorf("%w: the file name has a NUL", ErrMisuse)
	}
	judged, err := judgeAmong(document.Document, s)
	defer judged.release()
	if err != nil {
		return err
	}
	var outline *C.tracedag_outline
	status := C.tracedag_outline_new(judged.dag, judged.report, firstByte(name), &outline)
	if err := fault(status); err != nil {
		return err
	}
	*o = append(*o, outline)
	return nil
}

// judgeAmong is judge for a document that may read the datasets of others.
func judgeAmong(document []byte, s settings) (o outcome, err error) {
	options, err := s.handle()
	if err != nil {
		return o, err
	}
	defer C.tracedag_options_unref(options)
	C.tracedag_options_set_together(options, 1) // without options there is no catalog
	status := C.tracedag_check(firstByte(document), C.size_t(len(document)), options, &o.dag,
		&o.report)
	if status == C.TRACEDAG_REJECTED {
		return o, nil
	}
	return o, fault(status)
}

func (o outlines) judge() (*Group, error) {
	var first **C.tracedag_outline
	if len(o) > 0 {
		first = &o[0]
	}
	var group *C.tracedag_group
	status := C.tracedag_group_new(first, C.size_t(len(o)), &group)
	if status != C.TRACEDAG_REJECTED {
		if err := fault(status); err != nil {
			return nil, err
		}
	}
	defer C.tracedag_group_unref(group)
	return copyGroup(group, len(o))
}

func copyGroup(group *C.tracedag_group, documents int) (*Group, error) {
	var text *C.char
	var size C.size_t
	status := C.tracedag_group_render(group, C.TRACEDAG_FORMAT_TEXT, C.TRACEDAG_GROUP_SUMMARY, &text,
		&size)
	if err := fault(status); err != nil {
		return nil, err
	}
	summary := copyOwnedText(text, size)
	counts := C.tracedag_group_summary(group)
	var datasets C.tracedag_list
	C.tracedag_group_datasets(group, &datasets)
	made := &Group{
		Errors:   int(counts.errors),
		Warnings: int(counts.warnings),
		AllKnown: counts.all_known == 1,
		Datasets: copyList(&datasets, copySharedDataset),
		Summary:  string(summary[:len(summary)-1]),
	}
	for i := 0; i < documents; i++ {
		var findings C.tracedag_list
		C.tracedag_report_findings(C.tracedag_group_report(group, C.size_t(i)), &findings)
		made.Findings = append(made.Findings, copyList(&findings, copyFinding))
	}
	return made, nil
}

func copySharedDataset(d *C.tracedag_shared_dataset) SharedDataset {
	return SharedDataset{
		Name:       copyText(&d.name),
		Publishers: copyList(&d.publishers, copyDatasetUse),
		Readers:    copyList(&d.readers, copyDatasetUse),
		Known:      Known(d.known),
	}
}

func copyDatasetUse(u *C.tracedag_dataset_use) DatasetUse {
	return DatasetUse{int(u.document), int(u.item), int(u.line), copyText(&u.job)}
}
