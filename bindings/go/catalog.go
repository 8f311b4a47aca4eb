package tracedag

// #include <tracedag/tracedag.h>
import "C"

import (
	"encoding/json"
	"fmt"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"unsafe"
)

// A Policy is what an operator says of user bundles, or of secrets. 0 stands for the default, which
// is forbidden for bundles and allowed for secrets.
type Policy uint32

// The policies.
const (
	PolicyForbidden Policy = C.TRACEDAG_POLICY_FORBIDDEN
	PolicyAllowed   Policy = C.TRACEDAG_POLICY_ALLOWED
	PolicyRequired  Policy = C.TRACEDAG_POLICY_REQUIRED
)

// String gives the word of a catalog, such as "forbidden"; "" for the default.
func (p Policy) String() string {
	return word([]string{"", PolicyForbidden: "forbidden", PolicyAllowed: "allowed",
		PolicyRequired: "required"}, uint32(p))
}

// A FieldType is the type of a field of a catalog.
type FieldType uint32

// The types of fields.
const (
	FieldString  FieldType = C.TRACEDAG_FIELD_STRING
	FieldInteger FieldType = C.TRACEDAG_FIELD_INTEGER
	FieldNumber  FieldType = C.TRACEDAG_FIELD_NUMBER // an integer or a float
	FieldBoolean FieldType = C.TRACEDAG_FIELD_BOOLEAN
	FieldList    FieldType = C.TRACEDAG_FIELD_LIST
	FieldMap     FieldType = C.TRACEDAG_FIELD_MAP
	FieldAny     FieldType = C.TRACEDAG_FIELD_ANY
)

// String gives the word of a catalog, such as "integer".
func (t FieldType) String() string {
	return word([]string{"", FieldString: "string", FieldInteger: "integer", FieldNumber: "number",
		FieldBoolean: "boolean", FieldList: "list", FieldMap: "map", FieldAny: "any"}, uint32(t))
}

// A CatalogField is a field of config, or one that readers may filter by.
type CatalogField struct {
	Name     string // "" for the items of a list
	Type     FieldType
	Required bool     // it has to be there; only in config and Fields
	Enum     []string // the values that are accepted: texts, or numbers as written; none for all
	Min, Max string   // numbers as written, "" for none: bounds of a number, of characters or items
	Items    *CatalogField
	Fields   []CatalogField // of a map, by name; nil where it is free
}

// An OutputRange says how many outputs jobs of an operator have.
type OutputRange struct {
	Min, Max int // Max is AnyOutput where there is no bound
}

// An Operator is what a catalog says of jobs that have it. Where a list of words is empty, all are
// allowed.
type Operator struct {
	Name                string
	Runtimes            []Runtime
	Activations         []Activation
	SourceKinds         []SourceKind
	ExecutionStrategies []ExecutionStrategy
	UpdateStrategies    []UpdateStrategy
	Outputs             *OutputRange // nil for any
	UDF                 Policy
	Secrets             Policy
	TrustedOnLambda     bool           // its jobs may have secrets there
	Config              []CatalogField // by name; nil where it is free, empty where there are none
	Where               []CatalogField // what readers may filter by; nil where that is not checked
}

// A Dataset is a dataset that a catalog has.
type Dataset struct {
	Name  string
	Where []CatalogField // what readers may filter by; nil where that is not checked
}

// A Catalog is what a deployment allows, for [WithCatalog]. It never changes, and any number of
// goroutines may use one. The garbage collector releases what it holds of the library.
type Catalog struct {
	Operators []Operator // by name; nil where the catalog says nothing of them
	Datasets  []Dataset  // likewise

	handle *C.tracedag_catalog
}

// ReadCatalog reads a catalog from YAML. The error for one that is rejected is a
// [*DiagnosticsError]. Warnings about an accepted one are lost.
func ReadCatalog(document []byte, options ...Option) (*Catalog, error) {
	s := gather(options)
	o, err := judgeCatalog(document, s)
	defer o.release()
	if err != nil {
		return nil, err
	}
	if !o.accepted {
		report := copyReport(o.report, document, s)
		report.hidden.isCatalog = true
		return nil, &DiagnosticsError{report}
	}
	return copyCatalog(o.catalog), nil
}

// NewCatalog makes a catalog of operators and datasets; where one is nil, the catalog says nothing
// of it, and where it is empty, there are none. It is written as JSON and read by [ReadCatalog], so
// that the same faults are found.
func NewCatalog(operators []Operator, datasets []Dataset, options ...Option) (*Catalog, error) {
	return ReadCatalog([]byte(catalogJSON(operators, datasets)), options...)
}

// JSON writes the catalog as one line of JSON, which [ReadCatalog] reads.
func (c *Catalog) JSON() ([]byte, error) {
	defer runtime.KeepAlive(c)
	var text *C.char
	var size C.size_t
	status := C.tracedag_catalog_write(c.handle, &text, &size)
	return copyOwnedText(text, size), fault(status)
}

// JSONSchema writes what the function JSONSchema does, narrowed by the catalog: it accepts every
// document that [Check] accepts with the catalog, and what it refuses, Check refuses.
func (c *Catalog) JSONSchema() ([]byte, error) {
	defer runtime.KeepAlive(c)
	var text *C.char
	var size C.size_t
	status := C.tracedag_catalog_json_schema(c.handle, &text, &size)
	return copyOwnedText(text, size), fault(status)
}

// judgeCatalog is judge for a catalog.
func judgeCatalog(document []byte, s settings) (o outcome, err error) {
	options, err := s.handle()
	if err != nil {
		return o, err
	}
	defer C.tracedag_options_unref(options)
	status := C.tracedag_catalog_read(firstByte(document), C.size_t(len(document)), options,
		&o.catalog, &o.report)
	o.accepted = status == C.TRACEDAG_OK
	if status == C.TRACEDAG_REJECTED {
		return o, nil
	}
	return o, fault(status)
}

// ---- out of the library --------------------------------------------------------------------

// copyCatalog makes a catalog that owns a reference of its own.
func copyCatalog(catalog *C.tracedag_catalog) *Catalog {
	var list C.tracedag_list
	c := &Catalog{handle: C.tracedag_catalog_ref(catalog)}
	runtime.SetFinalizer(c, func(c *Catalog) { C.tracedag_catalog_unref(c.handle) })
	C.tracedag_catalog_operators(catalog, &list)
	c.Operators = copyGiven(&list, list.items != nil, copyOperator)
	C.tracedag_catalog_datasets(catalog, &list)
	c.Datasets = copyGiven(&list, list.items != nil, copyDataset)
	return c
}

// copyGiven is copyList, and tells an empty list from none.
func copyGiven[Record, Value any](list *C.tracedag_list, given bool,
	copyOne func(*Record) Value) []Value {
	values := copyList(list, copyOne)
	if given && values == nil {
		values = []Value{}
	}
	return values
}

func copyOperator(o *C.tracedag_operator) Operator {
	operator := Operator{
		Name:                copyText(&o.name),
		Runtimes:            copySet[Runtime](o.runtimes),
		Activations:         copySet[Activation](o.activations),
		SourceKinds:         copySet[SourceKind](o.source_kinds),
		ExecutionStrategies: copySet[ExecutionStrategy](o.execution_strategies),
		UpdateStrategies:    copySet[UpdateStrategy](o.update_strategies),
		UDF:                 Policy(o.udf),
		Secrets:             Policy(o.secrets),
		TrustedOnLambda:     o.trusted_on_lambda != 0,
		Config:              copyGiven(&o.config, o.config_closed != 0, copyField),
		Where:               copyGiven(&o.where, o.where_closed != 0, copyField),
	}
	if o.outputs_min > 0 || o.outputs_max != C.TRACEDAG_ANY_OUTPUTS {
		operator.Outputs = &OutputRange{int(o.outputs_min), AnyOutput}
		if o.outputs_max != C.TRACEDAG_ANY_OUTPUTS {
			operator.Outputs.Max = int(o.outputs_max)
		}
	}
	return operator
}

func copyDataset(d *C.tracedag_dataset) Dataset {
	return Dataset{copyText(&d.name), copyGiven(&d.where, d.where_closed != 0, copyField)}
}

func copyField(f *C.tracedag_catalog_field) CatalogField {
	field := CatalogField{
		Name:     copyText(&f.name),
		Type:     FieldType(f._type),
		Required: f.required != 0,
		Enum:     copyList(&f.words, copyText),
		Min:      copyText(&f.min),
		Max:      copyText(&f.max),
		Fields:   copyGiven(&f.fields, f.closed != 0, copyField),
	}
	if f.items != nil {
		items := copyField((*C.tracedag_catalog_field)(unsafe.Pointer(f.items)))
		field.Items = &items
	}
	return field
}

// copySet gives the values of a set, which has the bit of that number for each.
func copySet[Value ~uint32](set C.uint32_t) []Value {
	var values []Value
	for i := Value(1); i < 32; i++ {
		if set>>i&1 != 0 {
			values = append(values, i)
		}
	}
	return values
}

// ---- into the library ----------------------------------------------------------------------

// object joins keys, each with the JSON of its value behind it; "" leaves an entry out.
func object(entries ...string) string {
	var parts []string
	for i := 0; i < len(entries); i += 2 {
		if entries[i+1] != "" {
			parts = append(parts, quote(entries[i])+": "+entries[i+1])
		}
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func array[Value any](values []Value, one func(Value) string) string {
	parts := make([]string, len(values))
	for i, value := range values {
		parts[i] = one(value)
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// raw matches what encoding/json leaves as it is, and the library refuses so.
var raw = regexp.MustCompile("[\u007f-\u009f\ufeff\ufffe\uffff]")

func quote(text string) string {
	quoted, _ := json.Marshal(text) // a string always has a JSON
	return raw.ReplaceAllStringFunc(string(quoted), func(one string) string {
		return fmt.Sprintf("\\u%04x", []rune(one)[0])
	})
}

var numeric = regexp.MustCompile(`^[-+.0-9A-Za-z]+$`)

// quantity is a number as it is written. Anything else becomes a text, which is refused by name.
func quantity(text string) string {
	if text == "" || numeric.MatchString(text) {
		return text
	}
	return quote(text)
}

// words is "" for none.
func words[Value fmt.Stringer](values []Value) string {
	if len(values) == 0 {
		return ""
	}
	return array(values, func(value Value) string { return quote(value.String()) })
}

// policy is "" for the default.
func policy(p Policy) string {
	if p == 0 {
		return ""
	}
	return quote(p.String())
}

func yes(set bool) string {
	if set {
		return "true"
	}
	return ""
}

// fields is "" for nil, which says that anything may stand there.
func fields(list []CatalogField) string {
	if list == nil {
		return ""
	}
	var entries []string
	for i := range list {
		entries = append(entries, list[i].Name, list[i].json())
	}
	return object(entries...)
}

func (f *CatalogField) json() string {
	var values, items string
	if f.Type == FieldString && len(f.Enum) > 0 {
		values = array(f.Enum, quote)
	} else if len(f.Enum) > 0 {
		values = array(f.Enum, quantity)
	}
	if f.Items != nil {
		items = f.Items.json()
	}
	return object("type", quote(f.Type.String()), "required", yes(f.Required), "enum", values,
		"min", quantity(f.Min), "max", quantity(f.Max), "items", items, "fields", fields(f.Fields))
}

func (r *OutputRange) json() string {
	if r == nil {
		return ""
	}
	most := ""
	if r.Max != AnyOutput {
		most = strconv.Itoa(r.Max)
	}
	return object("min", strconv.Itoa(r.Min), "max", most)
}

func (o *Operator) json() string {
	return object("runtimes", words(o.Runtimes), "activations", words(o.Activations),
		"source_kinds", words(o.SourceKinds), "execution_strategies", words(o.ExecutionStrategies),
		"update_strategies", words(o.UpdateStrategies), "outputs", o.Outputs.json(),
		"udf", policy(o.UDF), "secrets", policy(o.Secrets),
		"trusted_on_lambda", yes(o.TrustedOnLambda), "config", fields(o.Config),
		"where", fields(o.Where))
}

func catalogJSON(operators []Operator, datasets []Dataset) string {
	var those, sets string
	if operators != nil {
		var entries []string
		for i := range operators {
			entries = append(entries, operators[i].Name, operators[i].json())
		}
		those = object(entries...)
	}
	if datasets != nil {
		var entries []string
		for i := range datasets {
			entries = append(entries, datasets[i].Name, object("where", fields(datasets[i].Where)))
		}
		sets = object(entries...)
	}
	return object("operators", those, "datasets", sets)
}
