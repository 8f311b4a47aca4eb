package tracedag_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"

	"libtracedag.example/tracedag"
)

const (
	platformFile = "../../examples/catalog.yaml"
	sampleFile   = "../../examples/good.yaml"
)

// All that a catalog can say, as the library hands it out: by name, numbers in canonical spelling.
var (
	someOperators = []tracedag.Operator{
		{Name: "closed", UDF: tracedag.PolicyForbidden, Secrets: tracedag.PolicyAllowed,
			Config: []tracedag.CatalogField{}, Where: []tracedag.CatalogField{}},
		{
			Name:                "full",
			Runtimes:            []tracedag.Runtime{tracedag.RuntimeLambda, tracedag.RuntimeDispatcher},
			Activations:         []tracedag.Activation{tracedag.ActivationSource},
			SourceKinds:         []tracedag.SourceKind{tracedag.SourceCron},
			ExecutionStrategies: []tracedag.ExecutionStrategy{tracedag.ExecutionPerUpdate},
			UpdateStrategies:    []tracedag.UpdateStrategy{tracedag.UpdateReplace},
			Outputs:             &tracedag.OutputRange{Min: 1, Max: 2},
			UDF:                 tracedag.PolicyAllowed,
			Secrets:             tracedag.PolicyRequired,
			TrustedOnLambda:     true,
			Config: []tracedag.CatalogField{
				{Name: "any", Type: tracedag.FieldAny},
				{Name: "chain", Type: tracedag.FieldInteger, Required: true, Min: "1", Max: "16"},
				{Name: "files", Type: tracedag.FieldMap, Fields: []tracedag.CatalogField{
					{Name: "rows", Type: tracedag.FieldInteger, Required: true}}},
				{Name: "free", Type: tracedag.FieldMap},
				{Name: "kind", Type: tracedag.FieldString, Enum: []string{"a", "ä\u007f\u2028😀", `x"y\`}},
				{Name: "level", Type: tracedag.FieldInteger, Enum: []string{"1", "2"}},
				{Name: "rate", Type: tracedag.FieldNumber, Min: "1.0e-7", Max: "1.5"},
				{Name: "tags", Type: tracedag.FieldList, Min: "1", Items: &tracedag.CatalogField{
					Type: tracedag.FieldList, Items: &tracedag.CatalogField{Type: tracedag.FieldString}}},
			},
			Where: []tracedag.CatalogField{{Name: "hot", Type: tracedag.FieldBoolean}},
		},
		{Name: "least", Outputs: &tracedag.OutputRange{Min: 1, Max: tracedag.AnyOutput},
			UDF: tracedag.PolicyForbidden, Secrets: tracedag.PolicyAllowed},
	}
	someDatasets = []tracedag.Dataset{
		{Name: "labels", Where: []tracedag.CatalogField{{Name: "chain", Type: tracedag.FieldInteger}}},
		{Name: "open"},
		{Name: "shut", Where: []tracedag.CatalogField{}},
	}
)

func mustCatalog(t testing.TB, operators []tracedag.Operator,
	datasets []tracedag.Dataset) *tracedag.Catalog {
	t.Helper()
	catalog, err := tracedag.NewCatalog(operators, datasets)
	if err != nil {
		t.Fatal(explain(err))
	}
	return catalog
}

func TestCatalogValuesComeBack(t *testing.T) {
	catalog := mustCatalog(t, someOperators, someDatasets)
	text, err := catalog.JSON()
	if err != nil {
		t.Fatal(err)
	}
	again, err := tracedag.ReadCatalog(text)
	if err != nil {
		t.Fatal(explain(err))
	}
	for _, c := range []*tracedag.Catalog{catalog, again} {
		if !reflect.DeepEqual(c.Datasets, someDatasets) {
			t.Errorf("datasets %+v", c.Datasets)
		}
		if !reflect.DeepEqual(c.Operators, someOperators) {
			t.Errorf("operators %+v", c.Operators)
		}
	}
}

func TestCatalogAbsentAndEmpty(t *testing.T) {
	if c := mustCatalog(t, nil, nil); c.Operators != nil || c.Datasets != nil {
		t.Errorf("%+v", c)
	}
	c := mustCatalog(t, []tracedag.Operator{}, []tracedag.Dataset{})
	if c.Operators == nil || c.Datasets == nil || len(c.Operators)+len(c.Datasets) != 0 {
		t.Errorf("%+v", c)
	}
}

func TestCatalogDefaults(t *testing.T) {
	c := mustCatalog(t, []tracedag.Operator{{Name: "a"}}, nil)
	want := tracedag.Operator{Name: "a", UDF: tracedag.PolicyForbidden,
		Secrets: tracedag.PolicyAllowed}
	if !reflect.DeepEqual(c.Operators[0], want) {
		t.Errorf("%+v", c.Operators[0])
	}
}

func TestCatalogIsUsed(t *testing.T) {
	document := mustRead(t, sampleFile)
	platform, err := tracedag.ReadCatalog(mustRead(t, platformFile))
	if err != nil {
		t.Fatal(explain(err))
	}
	dag := mustLoad(t, document, tracedag.WithCatalog(platform))
	if without := mustLoad(t, document); without.Hash != dag.Hash {
		t.Errorf("the catalog makes %s of %s", dag.Hash, without.Hash)
	}
	none := mustCatalog(t, []tracedag.Operator{}, []tracedag.Dataset{})
	report := mustCheck(t, document, tracedag.WithCatalog(none))
	if report.Accepted() || report.Findings[0].Code != tracedag.CodeUnknownOperator {
		t.Error(describe(report))
	}
	text, err := report.Render(tracedag.FormatText, "dag.yaml", false)
	if err != nil || !strings.Contains(text, "TD306") || strings.Contains(text, "not checked") {
		t.Errorf("%v, %s", err, text)
	}
	broken := strings.Replace(string(document), "operator: parquet_compact", "operator: parquet_compct", 1)
	fixed, err := tracedag.ApplyFixes([]byte(broken), tracedag.SafetyUnsafe,
		tracedag.WithCatalog(platform))
	if err != nil || string(fixed.Document) != string(document) {
		t.Errorf("%v, %s", err, fixed.Document)
	}
	if report := mustCheck(t, document, tracedag.WithCatalog(nil)); !report.Accepted() {
		t.Error(describe(report))
	}
}

func TestCatalogSchema(t *testing.T) {
	text, err := mustCatalog(t, []tracedag.Operator{{Name: "only"}}, nil).JSONSchema()
	if err != nil || !json.Valid(text) || !strings.Contains(string(text), `"enum": ["only"]`) {
		t.Errorf("%v, %s", err, text)
	}
	general, _ := tracedag.JSONSchema()
	if text, _ := mustCatalog(t, nil, nil).JSONSchema(); string(text) != string(general) {
		t.Error("an empty catalog narrows the schema")
	}
}

func TestCatalogFaults(t *testing.T) {
	var rejected *tracedag.DiagnosticsError
	_, err := tracedag.ReadCatalog([]byte("operatrs: {}"))
	if !errors.As(err, &rejected) || rejected.Findings[0].Code != tracedag.CodeUnknownKey {
		t.Fatal(err)
	}
	text, err := rejected.Render(tracedag.FormatText, "catalog.yaml", false)
	if err != nil || !strings.Contains(text, "catalog.yaml:1:1") ||
		!strings.Contains(text, "did you mean `operators`") {
		t.Errorf("%v, %s", err, text)
	}
	for _, field := range []tracedag.CatalogField{
		{Name: "n", Type: tracedag.FieldInteger, Min: "2", Max: "1"},
		{Name: "n", Type: tracedag.FieldInteger, Min: "1}, m: {type: any"},
		{Name: "n", Type: tracedag.FieldInteger, Enum: []string{"a"}},
		{Name: "n"},
		{Name: "n", Type: 99},
	} {
		_, err := tracedag.NewCatalog([]tracedag.Operator{
			{Name: "a", Config: []tracedag.CatalogField{field}}}, nil)
		if !errors.Is(err, tracedag.ErrRejected) {
			t.Errorf("%+v: %v", field, err)
		}
	}
	if _, err := tracedag.NewCatalog(nil, []tracedag.Dataset{{Name: "A"}}); !errors.Is(err,
		tracedag.ErrRejected) {
		t.Error(err)
	}
	if _, err := tracedag.NewCatalog(someOperators, nil,
		tracedag.WithLimit(tracedag.LimitHeapBytes, 100)); !errors.Is(err, tracedag.ErrNoMemory) {
		t.Error(err)
	}
	if _, err := tracedag.ReadCatalog(nil, tracedag.WithLimit(0, 1)); !errors.Is(err,
		tracedag.ErrMisuse) {
		t.Error(err)
	}
}

// What was made with a catalog works when the catalog itself is forgotten.
func TestCatalogIsShared(t *testing.T) {
	option := tracedag.WithCatalog(mustCatalog(t, someOperators, someDatasets))
	var group sync.WaitGroup
	for i := 0; i < 8; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			for i := 0; i < 20; i++ {
				report, err := tracedag.Check([]byte(twoJobs), option)
				if err != nil || report.Accepted() {
					t.Error(err, report)
				}
				runtime.GC()
			}
		}()
	}
	group.Wait()
}
