/* tracedag-codes.h - the one table of diagnostic codes.
 *
 * Everything that lists codes expands this table: the enum below, the names that reports
 * print, the tests. A code means the same for ever; a number is never used again.
 * Columns: constant, number, severity, name, and the rule in one line.
 */
#ifndef TRACEDAG_CODES_H
#define TRACEDAG_CODES_H

/* clang-format off */
#define TRACEDAG_CODE_LIST(X) \
    X(INVALID_UTF8,         101, ERROR, "invalid-utf8",         "a document is UTF-8 text") \
    X(CONTROL_CHARACTER,    102, ERROR, "control-character",    "only printable characters, and a byte order mark only at the start") \
    X(TAB_INDENTATION,      103, ERROR, "tab-indentation",      "lines are indented with spaces") \
    X(BAD_INDENTATION,      104, ERROR, "bad-indentation",      "a line lines up with an open block") \
    X(UNCLOSED_BRACKET,     105, ERROR, "unclosed-bracket",     "every bracket is closed") \
    X(UNCLOSED_QUOTE,       106, ERROR, "unclosed-quote",       "every quote is closed") \
    X(UNEXPECTED_TEXT,      107, ERROR, "unexpected-text",      "one construct stands in one place") \
    X(BAD_ESCAPE,           108, ERROR, "bad-escape",           "double-quoted text uses YAML's escapes") \
    X(MISSING_COLON,        109, ERROR, "missing-colon",        "a line of a map has a key and a value") \
    X(DUPLICATE_KEY,        110, ERROR, "duplicate-key",        "a key is given once") \
    X(MANY_DOCUMENTS,       111, ERROR, "many-documents",       "a DAG is one YAML document") \
    X(NO_DOCUMENT,          112, ERROR, "no-document",          "a file holds a document") \
    X(UNDEFINED_ALIAS,      113, ERROR, "undefined-alias",      "an alias follows its anchor") \
    X(RECURSIVE_ALIAS,      114, ERROR, "recursive-alias",      "values are finite") \
    X(MERGE_KEY,            115, ERROR, "merge-key",            "YAML 1.2 has no merge key") \
    X(TAG,                  116, ERROR, "tag",                  "a document is plain data") \
    X(DIRECTIVE,            117, ERROR, "directive",            "a document is read in one way, as YAML 1.2") \
    X(COMPLEX_KEY,          118, ERROR, "complex-key",          "keys are text, written in place") \
    X(LINE_BREAK,           119, ERROR, "line-break",           "what a reviewer sees as one line is one line") \
    X(BLANK_RUN,            120, ERROR, "blank-run",            "runs of blanks and line breaks are bounded") \
    X(REPEATED_ANCHOR,      121, ERROR, "repeated-anchor",      "an anchor names one value") \
    X(LIMIT_SIZE,           190, ERROR, "limit-size",           "a document has a bounded size") \
    X(LIMIT_DEPTH,          191, ERROR, "limit-depth",          "nesting is bounded") \
    X(LIMIT_NODES,          192, ERROR, "limit-nodes",          "the number of values is bounded") \
    X(LIMIT_ALIASES,        193, ERROR, "limit-aliases",        "what aliases add is bounded") \
    X(LIMIT_SCALAR,         194, ERROR, "limit-scalar",         "texts, keys, names and numbers have a bounded length") \
    X(LIMIT_COUNT,          195, ERROR, "limit-count",          "jobs, edges, entries and output are bounded") \
    X(DROPPED,              199, NOTE,  "dropped",              "a report keeps a bounded number of findings") \
    X(MISSING_KEY,          201, ERROR, "missing-key",          "required keys are present") \
    X(UNKNOWN_KEY,          202, ERROR, "unknown-key",          "only the listed keys are accepted") \
    X(WRONG_TYPE,           203, ERROR, "wrong-type",           "a value has the type of its field") \
    X(OUT_OF_RANGE,         204, ERROR, "out-of-range",         "a number lies in the range of its field") \
    X(BAD_VALUE,            205, ERROR, "bad-value",            "a word is one of the accepted words") \
    X(RESERVED_RUNTIME,     206, ERROR, "reserved-runtime",     "runtime `ecs_udf` is held back for version 2") \
    X(EMPTY_VALUE,          207, ERROR, "empty-value",          "a key that is present has a value") \
    X(EMPTY_COLLECTION,     208, ERROR, "empty-collection",     "lists that must name something are not empty") \
    X(NOT_A_MAP,            209, ERROR, "not-a-map",            "a DAG is a map") \
    X(BAD_DURATION,         210, ERROR, "bad-duration",         "a duration is whole numbers with units d, h, m, s") \
    X(BAD_NAME,             211, ERROR, "bad-name",             "names have a form") \
    X(NO_DEFAULT,           212, ERROR, "no-default",           "only the six tuning fields have defaults") \
    X(NOT_FINITE,           213, ERROR, "not-finite",           "numbers are finite") \
    X(NULL_VALUE,           214, ERROR, "null-value",           "an absent value is written by leaving the key out") \
    X(OTHER_VERSION,        215, ERROR, "other-version",        "fields of other Trace versions are not accepted") \
    X(IAM_KEY,              216, ERROR, "iam-key",              "a DAG sets no access policy") \
    X(CATALOG_FIELD,        217, ERROR, "catalog-field",        "a catalog asks for nothing that no DAG can meet") \
    X(DUPLICATE_JOB,        301, ERROR, "duplicate-job",        "job names are unique") \
    X(NEEDED_BY_ACTIVATION, 302, ERROR, "needed-by-activation", "a job has the fields its activation needs") \
    X(WRONG_ACTIVATION,     303, ERROR, "wrong-activation",     "a job has no field of the other activation") \
    X(APPEND_WITHOUT_KEY,   304, ERROR, "append-without-key",   "a job that appends names its key") \
    X(REPEATED_COLUMN,      305, ERROR, "repeated-column",      "a set names each entry once") \
    X(UNKNOWN_OPERATOR,     306, ERROR, "unknown-operator",     "jobs use operators of the catalog") \
    X(OPERATOR_RUNTIME,     307, ERROR, "operator-runtime",     "an operator runs where the catalog lets it") \
    X(OPERATOR_USE,         308, ERROR, "operator-use",         "a job uses its operator as the catalog says") \
    X(CONFIG_SHAPE,         309, ERROR, "config-shape",         "`config` has the fields that the operator takes") \
    X(MISSING_UDF,          310, ERROR, "missing-udf",          "an operator that runs bundles names one") \
    X(UDF_RUNTIME,          311, ERROR, "udf-runtime",          "user bundles run on `lambda` only") \
    X(SOURCE_SHAPE,         312, ERROR, "source-shape",         "a source has the fields of its kind") \
    X(KEY_WITHOUT_APPEND,   313, ERROR, "key-without-append",   "a key goes with `append`") \
    X(WEBHOOK_PATH,         314, ERROR, "webhook-path",         "a webhook path is absolute, plain and unique") \
    X(FROM_SHAPE,           401, ERROR, "from-shape",           "an input is a job output or a dataset") \
    X(UNKNOWN_JOB,          402, ERROR, "unknown-job",          "references name jobs of this DAG") \
    X(UNKNOWN_OUTPUT,       403, ERROR, "unknown-output",       "references name outputs that exist") \
    X(CYCLE,                404, ERROR, "cycle",                "the graph has no cycle") \
    X(SELF_INPUT,           405, ERROR, "self-input",           "a job does not read itself") \
    X(WHERE_SHAPE,          406, ERROR, "where-shape",          "a filter is a map of fields and values") \
    X(WHERE_VALUE,          407, ERROR, "where-value",          "a filter compares with one plain value") \
    X(WHERE_FIELD,          408, ERROR, "where-field",          "filters use fields that can be filtered by") \
    X(WHERE_TYPE,           409, ERROR, "where-type",           "a filter compares a field with a value of its type") \
    X(DATASET_CYCLE,        410, ERROR, "dataset-cycle",        "the graph has no cycle through its own datasets") \
    X(REPEATED_INPUT,       411, ERROR, "repeated-input",       "the inputs of a job differ") \
    X(UNKNOWN_DATASET,      412, ERROR, "unknown-dataset",      "jobs read datasets that exist") \
    X(PUBLISH_SOURCE,       501, ERROR, "publish-source",       "a dataset is published from a job output") \
    X(DATASET_NAME,         502, ERROR, "dataset-name",         "dataset names have a form") \
    X(WRITE_MODE_USE,       503, ERROR, "write-mode-use",       "`write_mode` goes with postgres") \
    X(MISSING_WRITE_MODE,   504, ERROR, "missing-write-mode",   "a dataset in postgres states its write mode") \
    X(MISSING_SCHEMA,       505, ERROR, "missing-schema",       "a buffered dataset declares its table") \
    X(SCHEMA_USE,           506, ERROR, "schema-use",           "a schema goes with `write_mode: buffered`") \
    X(UNKNOWN_COLUMN,       507, ERROR, "unknown-column",       "indexes name columns of the schema") \
    X(KEY_MISMATCH,         508, ERROR, "key-mismatch",         "a dataset is unique by the key of its producer") \
    X(PUBLISHED_TWICE,      509, ERROR, "published-twice",      "one output has one dataset name") \
    X(NULLABLE_KEY,         510, ERROR, "nullable-key",         "key columns are not nullable") \
    X(BUFFERED_REPLACE,     511, ERROR, "buffered-replace",     "a buffered dataset has a producer that appends") \
    X(COLUMN_SHAPE,         512, ERROR, "column-shape",         "columns have a name once and a listed type") \
    X(UDF_SECRETS,          601, ERROR, "udf-secrets",          "user bundles get no secrets") \
    X(UNTRUSTED_SECRETS,    602, ERROR, "untrusted-secrets",    "secrets go to trusted runtimes") \
    X(UNTRUSTED_DIRECT,     603, ERROR, "untrusted-direct",     "only platform jobs write to postgres directly") \
    X(SECRET_VALUE,         604, WARNING, "secret-value",         "a document holds no credentials") \
    X(INVISIBLE_CHARACTER,  605, WARNING, "invisible-character",  "what a reviewer sees is what is read") \
    X(SCHEDULE_FORM,        701, ERROR, "schedule-form",        "a schedule can be read") \
    X(RATE_VALUE,           702, ERROR, "rate-value",           "a rate is 1 or more") \
    X(RATE_UNIT,            703, ERROR, "rate-unit",            "a rate's unit fits its number") \
    X(CRON_FIELDS,          704, ERROR, "cron-fields",          "cron has its number of fields") \
    X(CRON_RANGE,           705, ERROR, "cron-range",           "each cron field lies in its range") \
    X(CRON_DAYS,            706, ERROR, "cron-days",            "the two day fields of cron do not contradict") \
    X(NEVER_FIRES,          707, ERROR, "never-fires",          "a schedule fires") \
    X(OVERLAP,              708, WARNING, "overlap",              "a run ends before the next one starts") \
    X(YAML11_WORD,          801, WARNING, "yaml11-word",          "a value means the same to readers of YAML 1.1") \
    X(UNREAD_OUTPUT,        802, NOTE,  "unread-output",        "outputs are read or published") \
    X(UNREAD_JOB,           803, NOTE,  "unread-job",           "a job with outputs is read or published") \
    X(DEFAULT_REPEATED,     805, NOTE,  "default-repeated",     "a job does not repeat the defaults") \
    X(UNUSED_ANCHOR,        809, WARNING, "unused-anchor",        "anchors are used") \
    X(HEARTBEAT,            812, WARNING, "heartbeat",            "a heartbeat timeout is no longer than the job's own timeout") \
    X(UDF_REPLACE,          813, NOTE,  "udf-replace",          "a user bundle appends, so that retries are safe") \
    X(UNUSED_BASELINE,      814, NOTE,  "unused-baseline",      "entries of a baseline match a finding") \
    X(UNUSED_ALLOW,         815, WARNING, "unused-allow",         "comments that allow a finding match one") \
    X(ATTEMPT_KEY,          816, WARNING, "attempt-key",          "a key is the same in every attempt") \
    X(LAMBDA_TIMEOUT,       817, WARNING, "lambda-timeout",       "a job on `lambda` ends within 900 seconds") \
    X(LONG_DATASET_NAME,    818, WARNING, "long-dataset-name",    "names of tables have at most 63 bytes") \
    X(PLACEHOLDER,          819, WARNING, "placeholder",          "placeholders are filled in") \
    X(UNPUBLISHED_DATASET,  901, ERROR, "unpublished-dataset",  "a dataset that is read is published, or in the catalog") \
    X(DATASET_TAKEN,        902, ERROR, "dataset-taken",        "a dataset is published by one DAG") \
    X(DAG_CYCLE,            903, ERROR, "dag-cycle",            "DAGs do not wait for each other") \
    X(REPEATED_DAG_NAME,    904, WARNING, "repeated-dag-name",    "a DAG has a name of its own")
/* clang-format on */

/** The codes as constants: TRACEDAG_CODE_UNKNOWN_JOB is 402, printed as TD402. A later version
 *  may report codes that this list does not hold; treat them by their severity. */
enum tracedag_code {
#define TRACEDAG_CODE_ENUM(constant, number, severity, name, rule) \
    TRACEDAG_CODE_##constant = (number),
    TRACEDAG_CODE_LIST(TRACEDAG_CODE_ENUM)
#undef TRACEDAG_CODE_ENUM
};

#endif
