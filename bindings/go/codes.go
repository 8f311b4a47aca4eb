package tracedag

// #include <tracedag/tracedag.h>
import "C"

import "fmt"

// A Code is the number of a rule: 402 is TD402. It means the same for ever.
type Code uint32

// The codes of the library that this package was written with.
const (
	CodeInvalidUTF8        Code = C.TRACEDAG_CODE_INVALID_UTF8         // TD101: a document is UTF-8 text
	CodeControlCharacter   Code = C.TRACEDAG_CODE_CONTROL_CHARACTER    // TD102: only printable characters, and a byte order mark only at the start
	CodeTabIndentation     Code = C.TRACEDAG_CODE_TAB_INDENTATION      // TD103: lines are indented with spaces
	CodeBadIndentation     Code = C.TRACEDAG_CODE_BAD_INDENTATION      // TD104: a line lines up with an open block
	CodeUnclosedBracket    Code = C.TRACEDAG_CODE_UNCLOSED_BRACKET     // TD105: every bracket is closed
	CodeUnclosedQuote      Code = C.TRACEDAG_CODE_UNCLOSED_QUOTE       // TD106: every quote is closed
	CodeUnexpectedText     Code = C.TRACEDAG_CODE_UNEXPECTED_TEXT      // TD107: one construct stands in one place
	CodeBadEscape          Code = C.TRACEDAG_CODE_BAD_ESCAPE           // TD108: double-quoted text uses YAML's escapes
	CodeMissingColon       Code = C.TRACEDAG_CODE_MISSING_COLON        // TD109: a line of a map has a key and a value
	CodeDuplicateKey       Code = C.TRACEDAG_CODE_DUPLICATE_KEY        // TD110: a key is given once
	CodeManyDocuments      Code = C.TRACEDAG_CODE_MANY_DOCUMENTS       // TD111: a DAG is one YAML document
	CodeNoDocument         Code = C.TRACEDAG_CODE_NO_DOCUMENT          // TD112: a file holds a document
	CodeUndefinedAlias     Code = C.TRACEDAG_CODE_UNDEFINED_ALIAS      // TD113: an alias follows its anchor
	CodeRecursiveAlias     Code = C.TRACEDAG_CODE_RECURSIVE_ALIAS      // TD114: values are finite
	CodeMergeKey           Code = C.TRACEDAG_CODE_MERGE_KEY            // TD115: YAML 1.2 has no merge key
	CodeTag                Code = C.TRACEDAG_CODE_TAG                  // TD116: a document is plain data
	CodeDirective          Code = C.TRACEDAG_CODE_DIRECTIVE            // TD117: a document is read in one way, as YAML 1.2
	CodeComplexKey         Code = C.TRACEDAG_CODE_COMPLEX_KEY          // TD118: keys are text, written in place
	CodeLineBreak          Code = C.TRACEDAG_CODE_LINE_BREAK           // TD119: what a reviewer sees as one line is one line
	CodeBlankRun           Code = C.TRACEDAG_CODE_BLANK_RUN            // TD120: runs of blanks and line breaks are bounded
	CodeRepeatedAnchor     Code = C.TRACEDAG_CODE_REPEATED_ANCHOR      // TD121: an anchor names one value
	CodeLimitSize          Code = C.TRACEDAG_CODE_LIMIT_SIZE           // TD190: a document has a bounded size
	CodeLimitDepth         Code = C.TRACEDAG_CODE_LIMIT_DEPTH          // TD191: nesting is bounded
	CodeLimitNodes         Code = C.TRACEDAG_CODE_LIMIT_NODES          // TD192: the number of values is bounded
	CodeLimitAliases       Code = C.TRACEDAG_CODE_LIMIT_ALIASES        // TD193: what aliases add is bounded
	CodeLimitScalar        Code = C.TRACEDAG_CODE_LIMIT_SCALAR         // TD194: texts, keys, names and numbers have a bounded length
	CodeLimitCount         Code = C.TRACEDAG_CODE_LIMIT_COUNT          // TD195: jobs, edges, entries and output are bounded
	CodeDropped            Code = C.TRACEDAG_CODE_DROPPED              // TD199: a report keeps a bounded number of findings
	CodeMissingKey         Code = C.TRACEDAG_CODE_MISSING_KEY          // TD201: required keys are present
	CodeUnknownKey         Code = C.TRACEDAG_CODE_UNKNOWN_KEY          // TD202: only the listed keys are accepted
	CodeWrongType          Code = C.TRACEDAG_CODE_WRONG_TYPE           // TD203: a value has the type of its field
	CodeOutOfRange         Code = C.TRACEDAG_CODE_OUT_OF_RANGE         // TD204: a number lies in the range of its field
	CodeBadValue           Code = C.TRACEDAG_CODE_BAD_VALUE            // TD205: a word is one of the accepted words
	CodeReservedRuntime    Code = C.TRACEDAG_CODE_RESERVED_RUNTIME     // TD206: runtime `ecs_udf` is held back for version 2
	CodeEmptyValue         Code = C.TRACEDAG_CODE_EMPTY_VALUE          // TD207: a key that is present has a value
	CodeEmptyCollection    Code = C.TRACEDAG_CODE_EMPTY_COLLECTION     // TD208: lists that must name something are not empty
	CodeNotAMap            Code = C.TRACEDAG_CODE_NOT_A_MAP            // TD209: a DAG is a map
	CodeBadDuration        Code = C.TRACEDAG_CODE_BAD_DURATION         // TD210: a duration is whole numbers with units d, h, m, s
	CodeBadName            Code = C.TRACEDAG_CODE_BAD_NAME             // TD211: names have a form
	CodeNoDefault          Code = C.TRACEDAG_CODE_NO_DEFAULT           // TD212: only the six tuning fields have defaults
	CodeNotFinite          Code = C.TRACEDAG_CODE_NOT_FINITE           // TD213: numbers are finite
	CodeNullValue          Code = C.TRACEDAG_CODE_NULL_VALUE           // TD214: an absent value is written by leaving the key out
	CodeOtherVersion       Code = C.TRACEDAG_CODE_OTHER_VERSION        // TD215: fields of other Trace versions are not accepted
	CodeIAMKey             Code = C.TRACEDAG_CODE_IAM_KEY              // TD216: a DAG sets no access policy
	CodeCatalogField       Code = C.TRACEDAG_CODE_CATALOG_FIELD        // TD217: a catalog asks for nothing that no DAG can meet
	CodeDuplicateJob       Code = C.TRACEDAG_CODE_DUPLICATE_JOB        // TD301: job names are unique
	CodeNeededByActivation Code = C.TRACEDAG_CODE_NEEDED_BY_ACTIVATION // TD302: a job has the fields its activation needs
	CodeWrongActivation    Code = C.TRACEDAG_CODE_WRONG_ACTIVATION     // TD303: a job has no field of the other activation
	CodeAppendWithoutKey   Code = C.TRACEDAG_CODE_APPEND_WITHOUT_KEY   // TD304: a job that appends names its key
	CodeRepeatedColumn     Code = C.TRACEDAG_CODE_REPEATED_COLUMN      // TD305: a set names each entry once
	CodeUnknownOperator    Code = C.TRACEDAG_CODE_UNKNOWN_OPERATOR     // TD306: jobs use operators of the catalog
	CodeOperatorRuntime    Code = C.TRACEDAG_CODE_OPERATOR_RUNTIME     // TD307: an operator runs where the catalog lets it
	CodeOperatorUse        Code = C.TRACEDAG_CODE_OPERATOR_USE         // TD308: a job uses its operator as the catalog says
	CodeConfigShape        Code = C.TRACEDAG_CODE_CONFIG_SHAPE         // TD309: `config` has the fields that the operator takes
	CodeMissingUDF         Code = C.TRACEDAG_CODE_MISSING_UDF          // TD310: an operator that runs bundles names one
	CodeUDFRuntime         Code = C.TRACEDAG_CODE_UDF_RUNTIME          // TD311: user bundles run on `lambda` only
	CodeSourceShape        Code = C.TRACEDAG_CODE_SOURCE_SHAPE         // TD312: a source has the fields of its kind
	CodeKeyWithoutAppend   Code = C.TRACEDAG_CODE_KEY_WITHOUT_APPEND   // TD313: a key goes with `append`
	CodeWebhookPath        Code = C.TRACEDAG_CODE_WEBHOOK_PATH         // TD314: a webhook path is absolute, plain and unique
	CodeFromShape          Code = C.TRACEDAG_CODE_FROM_SHAPE           // TD401: an input is a job output or a dataset
	CodeUnknownJob         Code = C.TRACEDAG_CODE_UNKNOWN_JOB          // TD402: references name jobs of this DAG
	CodeUnknownOutput      Code = C.TRACEDAG_CODE_UNKNOWN_OUTPUT       // TD403: references name outputs that exist
	CodeCycle              Code = C.TRACEDAG_CODE_CYCLE                // TD404: the graph has no cycle
	CodeSelfInput          Code = C.TRACEDAG_CODE_SELF_INPUT           // TD405: a job does not read itself
	CodeWhereShape         Code = C.TRACEDAG_CODE_WHERE_SHAPE          // TD406: a filter is a map of fields and values
	CodeWhereValue         Code = C.TRACEDAG_CODE_WHERE_VALUE          // TD407: a filter compares with one plain value
	CodeWhereField         Code = C.TRACEDAG_CODE_WHERE_FIELD          // TD408: filters use fields that can be filtered by
	CodeWhereType          Code = C.TRACEDAG_CODE_WHERE_TYPE           // TD409: a filter compares a field with a value of its type
	CodeDatasetCycle       Code = C.TRACEDAG_CODE_DATASET_CYCLE        // TD410: the graph has no cycle through its own datasets
	CodeRepeatedInput      Code = C.TRACEDAG_CODE_REPEATED_INPUT       // TD411: the inputs of a job differ
	CodeUnknownDataset     Code = C.TRACEDAG_CODE_UNKNOWN_DATASET      // TD412: jobs read datasets that exist
	CodePublishSource      Code = C.TRACEDAG_CODE_PUBLISH_SOURCE       // TD501: a dataset is published from a job output
	CodeDatasetName        Code = C.TRACEDAG_CODE_DATASET_NAME         // TD502: dataset names have a form
	CodeWriteModeUse       Code = C.TRACEDAG_CODE_WRITE_MODE_USE       // TD503: `write_mode` goes with postgres
	CodeMissingWriteMode   Code = C.TRACEDAG_CODE_MISSING_WRITE_MODE   // TD504: a dataset in postgres states its write mode
	CodeMissingSchema      Code = C.TRACEDAG_CODE_MISSING_SCHEMA       // TD505: a buffered dataset declares its table
	CodeSchemaUse          Code = C.TRACEDAG_CODE_SCHEMA_USE           // TD506: a schema goes with `write_mode: buffered`
	CodeUnknownColumn      Code = C.TRACEDAG_CODE_UNKNOWN_COLUMN       // TD507: indexes name columns of the schema
	CodeKeyMismatch        Code = C.TRACEDAG_CODE_KEY_MISMATCH         // TD508: a dataset is unique by the key of its producer
	CodePublishedTwice     Code = C.TRACEDAG_CODE_PUBLISHED_TWICE      // TD509: one output has one dataset name
	CodeNullableKey        Code = C.TRACEDAG_CODE_NULLABLE_KEY         // TD510: key columns are not nullable
	CodeBufferedReplace    Code = C.TRACEDAG_CODE_BUFFERED_REPLACE     // TD511: a buffered dataset has a producer that appends
	CodeColumnShape        Code = C.TRACEDAG_CODE_COLUMN_SHAPE         // TD512: columns have a name once and a listed type
	CodeUDFSecrets         Code = C.TRACEDAG_CODE_UDF_SECRETS          // TD601: user bundles get no secrets
	CodeUntrustedSecrets   Code = C.TRACEDAG_CODE_UNTRUSTED_SECRETS    // TD602: secrets go to trusted runtimes
	CodeUntrustedDirect    Code = C.TRACEDAG_CODE_UNTRUSTED_DIRECT     // TD603: only platform jobs write to postgres directly
	CodeSecretValue        Code = C.TRACEDAG_CODE_SECRET_VALUE         // TD604: a document holds no credentials
	CodeInvisibleCharacter Code = C.TRACEDAG_CODE_INVISIBLE_CHARACTER  // TD605: what a reviewer sees is what is read
	CodeScheduleForm       Code = C.TRACEDAG_CODE_SCHEDULE_FORM        // TD701: a schedule can be read
	CodeRateValue          Code = C.TRACEDAG_CODE_RATE_VALUE           // TD702: a rate is 1 or more
	CodeRateUnit           Code = C.TRACEDAG_CODE_RATE_UNIT            // TD703: a rate's unit fits its number
	CodeCronFields         Code = C.TRACEDAG_CODE_CRON_FIELDS          // TD704: cron has its number of fields
	CodeCronRange          Code = C.TRACEDAG_CODE_CRON_RANGE           // TD705: each cron field lies in its range
	CodeCronDays           Code = C.TRACEDAG_CODE_CRON_DAYS            // TD706: the two day fields of cron do not contradict
	CodeNeverFires         Code = C.TRACEDAG_CODE_NEVER_FIRES          // TD707: a schedule fires
	CodeOverlap            Code = C.TRACEDAG_CODE_OVERLAP              // TD708: a run ends before the next one starts
	CodeYAML11Word         Code = C.TRACEDAG_CODE_YAML11_WORD          // TD801: a value means the same to readers of YAML 1.1
	CodeUnreadOutput       Code = C.TRACEDAG_CODE_UNREAD_OUTPUT        // TD802: outputs are read or published
	CodeUnreadJob          Code = C.TRACEDAG_CODE_UNREAD_JOB           // TD803: a job with outputs is read or published
	CodeDefaultRepeated    Code = C.TRACEDAG_CODE_DEFAULT_REPEATED     // TD805: a job does not repeat the defaults
	CodeUnusedAnchor       Code = C.TRACEDAG_CODE_UNUSED_ANCHOR        // TD809: anchors are used
	CodeHeartbeat          Code = C.TRACEDAG_CODE_HEARTBEAT            // TD812: a heartbeat timeout is no longer than the job's own timeout
	CodeUDFReplace         Code = C.TRACEDAG_CODE_UDF_REPLACE          // TD813: a user bundle appends, so that retries are safe
	CodeUnusedBaseline     Code = C.TRACEDAG_CODE_UNUSED_BASELINE      // TD814: entries of a baseline match a finding
	CodeUnusedAllow        Code = C.TRACEDAG_CODE_UNUSED_ALLOW         // TD815: comments that allow a finding match one
	CodeAttemptKey         Code = C.TRACEDAG_CODE_ATTEMPT_KEY          // TD816: a key is the same in every attempt
	CodeLambdaTimeout      Code = C.TRACEDAG_CODE_LAMBDA_TIMEOUT       // TD817: a job on `lambda` ends within 900 seconds
	CodeLongDatasetName    Code = C.TRACEDAG_CODE_LONG_DATASET_NAME    // TD818: names of tables have at most 63 bytes
	CodePlaceholder        Code = C.TRACEDAG_CODE_PLACEHOLDER          // TD819: placeholders are filled in
	CodeUnpublishedDataset Code = C.TRACEDAG_CODE_UNPUBLISHED_DATASET  // TD901: a dataset that is read is published, or in the catalog
	CodeDatasetTaken       Code = C.TRACEDAG_CODE_DATASET_TAKEN        // TD902: a dataset is published by one DAG
	CodeDAGCycle           Code = C.TRACEDAG_CODE_DAG_CYCLE            // TD903: DAGs do not wait for each other
	CodeRepeatedDAGName    Code = C.TRACEDAG_CODE_REPEATED_DAG_NAME    // TD904: a DAG has a name of its own
)

// String gives the code as reports print it, such as "TD402".
func (c Code) String() string { return fmt.Sprintf("TD%03d", uint32(c)) }

// Name gives the name of the rule, such as "unknown-job"; "" for a number that is no code.
func (c Code) Name() string { return C.GoString(C.tracedag_code_name(C.uint32_t(c))) }

// FindCode gives the code that a text names: "TD402", "402" and "unknown-job" are CodeUnknownJob, in
// any letter case. 0 for a text that is none of these.
func FindCode(text string) Code {
	name, ok := terminated(text)
	if !ok {
		return 0
	}
	return Code(C.tracedag_code_find(firstByte(name)))
}

// A CodeInfo describes a code.
type CodeInfo struct {
	Code     Code
	Severity Severity
	Name     string // such as "unknown-job"
	Rule     string // in one line
}

// Codes gives all codes of the loaded library in ascending order.
func Codes() []CodeInfo {
	var list C.tracedag_list
	C.tracedag_codes(&list)
	return copyList(&list, func(info *C.tracedag_code_info) CodeInfo {
		return CodeInfo{Code(info.code), Severity(info.severity), copyText(&info.name),
			copyText(&info.rule)}
	})
}

// A CodePage says why there is a rule, and shows documents that break it and keep it.
type CodePage struct {
	Code       Code
	Severity   Severity
	Name       string // such as "unknown-job"
	Rule       string // in one line
	Why        string // what goes wrong without the rule: a few sentences
	Bad        []byte // a whole document that has the finding; not UTF-8 where that is the fault
	Message    string // of that finding
	Advice     string // what to do
	Good       []byte // a whole document that is mended and has no finding
	Option     string // the limit that both are read with, such as "--limit jobs=1"; may be ""
	Limit      Limit  // the same for [WithLimit]; 0 for the defaults
	LimitValue uint64
	Baseline   string // an entry with which the bad one is read; mostly ""
	Catalog    string // the catalog by which both are judged; mostly ""
	OfCatalog  bool   // both are catalogs themselves, for [ReadCatalog]
}

// Options gives what both documents are read with: Check(p.Bad, p.Options()...) has the finding.
func (p CodePage) Options() []Option {
	var options []Option
	if p.Limit != 0 {
		options = append(options, WithLimit(p.Limit, p.LimitValue))
	}
	if p.Catalog == "" {
		return options
	}
	if catalog, err := ReadCatalog([]byte(p.Catalog)); err == nil { // as the library's tests say
		options = append(options, WithCatalog(catalog))
	}
	return options
}

// Page gives the page of a code, and whether the loaded library knows the code.
func (c Code) Page() (CodePage, bool) {
	page := C.tracedag_code_page(C.uint32_t(c))
	if page == nil {
		return CodePage{}, false
	}
	return CodePage{c, Severity(page.severity), copyText(&page.name), copyText(&page.rule),
		copyText(&page.why), copyBytes(&page.bad), copyText(&page.message),
		copyText(&page.advice), copyBytes(&page.good), copyText(&page.option),
		Limit(page.limit), uint64(page.limit_value), copyText(&page.baseline),
		copyText(&page.catalog), page.of_catalog != 0}, true
}

// Explain gives the page of a code as text for people, in lines of at most 80 columns. ErrMisuse
// for a code that the loaded library does not know.
func Explain(code Code) (string, error) {
	var text *C.char
	var size C.size_t
	if err := fault(C.tracedag_explain(C.uint32_t(code), &text, &size)); err != nil {
		return "", err
	}
	return string(copyOwnedText(text, size)), nil
}
