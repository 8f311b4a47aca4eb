/* tracedag-types.h - the plain records that libtracedag hands out, and their enumerations.
 *
 * Include <tracedag/tracedag.h>; this file is part of it. Every record is read-only. The three
 * at the top never change their layout; all others may grow at their end in a later version,
 * so step through a list by its `stride`, never by sizeof. A field that came later says since
 * when: ask tracedag_version_number() before you read it. Enumerations grow too: expect values
 * that you do not know. All integers have a fixed width and no record has holes, so that
 * ctypes and cgo read them as they are.
 */
#ifndef TRACEDAG_TYPES_H
#define TRACEDAG_TYPES_H

#include <stddef.h>
#include <stdint.h>

#include "tracedag-codes.h"

/** UTF-8, `len` bytes of it from `ptr` on, without a NUL behind them: texts of a document lie
 *  where they were read. An absent text has `len` 0. Never changes its layout. */
typedef struct tracedag_text {
    const char *ptr;
    size_t len;
} tracedag_text;

/** Records in one call: `count` of them, `stride` bytes apart, the first at `items`, NULL where
 *  there is none. Never changes its layout. */
typedef struct tracedag_list {
    const void *items;
    size_t count;
    size_t stride;
} tracedag_list;

/** A place in a document. Never changes its layout. */
typedef struct tracedag_position {
    uint64_t byte;     /**< offset in bytes, from 0 */
    uint32_t line;     /**< from 1 */
    uint32_t column;   /**< in code points, from 1 */
    uint32_t utf16;    /**< in UTF-16 units, as editors count, from 1 */
    uint32_t reserved; /**< 0 */
} tracedag_position;

/** What a call did. Anything but OK and REJECTED is about the call, not about the document.
 *  There is no 3: the command ends with it when a file cannot be read or written, which the
 *  library never does. */
typedef int32_t tracedag_status;
enum {
    TRACEDAG_OK = 0,       /**< done; for a document: accepted */
    TRACEDAG_REJECTED = 1, /**< the document has errors; the report holds them */
    TRACEDAG_MISUSE = 2,   /**< an argument is not accepted; nothing was done */
    TRACEDAG_INTERNAL = 4, /**< a fault of the library: please report it */
    TRACEDAG_NO_MEMORY = 5 /**< memory, or the heap limit, ran out; nothing was changed */
};

/** What the loaded library can do, for tracedag_feature(). */
enum tracedag_feature_id {
    TRACEDAG_FEATURE_FORMAT = 1,      /**< the newest format version it reads: 1 */
    TRACEDAG_FEATURE_HASH_SCHEME = 2, /**< the N of the `tdN:` that it writes: 1 */
    TRACEDAG_FEATURE_JSON_REPORT = 3, /**< the `v` of its JSON records: 1 */
    TRACEDAG_FEATURE_YAML_PARSER = 4, /**< the libyaml it runs with: 205 for 0.2.5 */
    TRACEDAG_FEATURE_XXHASH = 5       /**< the xxHash it runs with: 801 for 0.8.1 */
};

/** The limits, with default and ceiling. A stop at a limit is a finding, never a crash; that of
 *  memory is a status. */
enum tracedag_limit {
    TRACEDAG_LIMIT_INPUT_BYTES = 1, /**< 1 MiB, at most 64 MiB; TD190 */
    TRACEDAG_LIMIT_DEPTH = 2,       /**< 64, at most 256: nesting; TD191 */
    TRACEDAG_LIMIT_NODES = 3,       /**< 262,144, at most 16 Mi: values and keys; TD192 */
    TRACEDAG_LIMIT_BLANK_RUN = 4,   /**< 1,024 bytes, at most 4,096; TD120 */
    TRACEDAG_LIMIT_SCALAR_BYTES = 5,     /**< 65,536, at most 1 MiB; TD194 */
    TRACEDAG_LIMIT_KEY_BYTES = 6,        /**< 512, at most 1,000; TD194 */
    TRACEDAG_LIMIT_ALIAS_NODES = 7,      /**< 100,000, at most 1 Mi: added; TD193 */
    TRACEDAG_LIMIT_ALIAS_NODE_RATIO = 8, /**< 10, at most 100: to nodes written; TD193 */
    TRACEDAG_LIMIT_ALIAS_BYTE_RATIO = 9, /**< 10, at most 100: added to input; TD193 */
    TRACEDAG_LIMIT_JOBS = 10,            /**< 10,000, at most 1 Mi; TD195 */
    TRACEDAG_LIMIT_EDGES = 11,           /**< 100,000, at most 4 Mi: all inputs; TD195 */
    TRACEDAG_LIMIT_PUBLISHES = 12,       /**< 10,000, at most 1 Mi; TD195 */
    TRACEDAG_LIMIT_INPUTS_PER_JOB = 13,  /**< 1,024, at most 65,536; TD195 */
    TRACEDAG_LIMIT_LIST_ITEMS = 14,      /**< 1,024, at most 65,536: typed lists; TD195 */
    TRACEDAG_LIMIT_WHERE_ENTRIES = 15,   /**< 64, at most 1,024; TD195 */
    TRACEDAG_LIMIT_CANONICAL_BYTES = 16, /**< 16 MiB, at most 256 MiB; TD195 */
    TRACEDAG_LIMIT_FINDINGS = 17,        /**< 1,000, at most 10,000 kept; then TD199 */
    TRACEDAG_LIMIT_MESSAGE_BYTES = 18,   /**< 512, at most 4,096: of one message */
    TRACEDAG_LIMIT_HEAP_BYTES = 19 /**< 64 MiB, no ceiling: live memory of a call, the
                                            YAML parser's aside; then TRACEDAG_NO_MEMORY */
};

/** How bad a finding is. Only errors reject a document. */
enum tracedag_severity {
    TRACEDAG_SEVERITY_ERROR = 1,
    TRACEDAG_SEVERITY_WARNING = 2,
    TRACEDAG_SEVERITY_NOTE = 3
};

/** The kinds of thing that a finding can be about. */
enum tracedag_subject {
    TRACEDAG_SUBJECT_DAG = 1,
    TRACEDAG_SUBJECT_JOB = 2,
    TRACEDAG_SUBJECT_INPUT = 3,
    TRACEDAG_SUBJECT_DATASET = 4,
    TRACEDAG_SUBJECT_OPERATOR = 5, /**< of a catalog */
    TRACEDAG_SUBJECT_CATALOG = 6   /**< a catalog as a whole */
};

/** Another place that belongs to a finding, such as a first definition. */
typedef struct tracedag_related {
    tracedag_position start; /**< its first byte */
    tracedag_position end;   /**< behind its last byte; may equal `start` */
    tracedag_text label;     /**< a few words about it; may be empty */
    tracedag_text file;      /**< where it stands, as its outline names it; empty in the
                             document of the finding */
} tracedag_related;

/** What a fix may be trusted with. */
enum tracedag_safety {
    TRACEDAG_SAFETY_SAFE = 1,   /**< keeps, or restores, the clear meaning */
    TRACEDAG_SAFETY_UNSAFE = 2, /**< plausible: somebody should look at it */
    TRACEDAG_SAFETY_DISPLAY = 3 /**< shows what to write; not to be applied */
};

/** Why a finding is set aside. */
enum tracedag_suppression {
    TRACEDAG_SUPPRESSED_IN_SOURCE = 1, /**< a comment allows it */
    TRACEDAG_SUPPRESSED_BASELINE = 2   /**< it stands in the baseline */
};

/** A replacement in the document: the bytes from `start` to before `end` become `text`. */
typedef struct tracedag_edit {
    uint64_t start; /**< offset of the first byte, from 0 */
    uint64_t end;   /**< behind the last byte; equals `start` where text is added */
    tracedag_text text;
} tracedag_edit;

/** A change that mends a finding. */
typedef struct tracedag_fix {
    tracedag_text title; /**< what it does, e.g. "write `operator`" */
    tracedag_list
        edits;       /**< of tracedag_edit, by place, which never overlap; all or none */
    uint32_t safety; /**< enum tracedag_safety */
    uint32_t reserved; /**< 0 */
} tracedag_fix;

/** A fix that was applied, by tracedag_report_fix(). */
typedef struct tracedag_applied_fix {
    uint32_t code;           /**< of the finding that it mended */
    uint32_t safety;         /**< enum tracedag_safety */
    tracedag_position start; /**< where that stood in the document as it was */
    tracedag_text title;     /**< what was done */
} tracedag_applied_fix;

/** One finding. Test `code`, `pointer` and `data`; wording may improve in any release. */
typedef struct tracedag_finding {
    uint32_t code;             /**< 402 is TD402; see tracedag-codes.h */
    uint32_t severity;         /**< enum tracedag_severity */
    tracedag_position start;   /**< the first byte at fault */
    tracedag_position end;     /**< behind the last one; may equal `start` */
    tracedag_text name;        /**< the name of the rule, e.g. `unknown-job` */
    tracedag_text message;     /**< one line, complete without the source */
    tracedag_text label;       /**< a few words beside the carets; may be empty */
    tracedag_text pointer;     /**< RFC 6901 pointer; empty for the whole document */
    tracedag_text subject;     /**< name of what it is about; for an input, of its job */
    uint32_t subject_kind;     /**< enum tracedag_subject */
    uint32_t subject_index;    /**< of an input: its position in the job, from 0 */
    tracedag_text data;        /**< a JSON object: the values behind the message */
    tracedag_text fingerprint; /**< 16 hex digits that survive moved lines */
    tracedag_list related;     /**< of tracedag_related: other places, at most 8 */
    tracedag_list help;        /**< of tracedag_text: advice, an action each, at most 3 */
    tracedag_list fixes;       /**< of tracedag_fix: ways to mend it, at most 4 */
    tracedag_text justification; /**< the reason that a comment gives; may be empty */
    uint32_t suppression;        /**< enum tracedag_suppression; 0 for what is in force */
    uint32_t reserved;           /**< 0 */
} tracedag_finding;

/** A code of this build. */
typedef struct tracedag_code_info {
    uint32_t code;      /**< enum tracedag_code */
    uint32_t severity;  /**< enum tracedag_severity */
    tracedag_text name; /**< e.g. `unknown-job` */
    tracedag_text rule; /**< the rule in one line */
} tracedag_code_info;

/** The page of a code. Its examples are whole documents, read with the defaults but for one limit
 *  where the page names one. Those of TD901 to TD999 are several documents each, which are judged
 *  together; a line `---` stands between two of them. */
typedef struct tracedag_page {
    uint32_t code;          /**< enum tracedag_code */
    uint32_t severity;      /**< enum tracedag_severity */
    tracedag_text name;     /**< e.g. `unknown-job` */
    tracedag_text rule;     /**< the rule in one line */
    tracedag_text why;      /**< what goes wrong without it: a few sentences */
    tracedag_text bad;      /**< a document with the finding; not always UTF-8 */
    tracedag_text message;  /**< of that finding */
    tracedag_text advice;   /**< what to do */
    tracedag_text good;     /**< a document that is mended and has no finding */
    tracedag_text option;   /**< their limit, as in `--limit jobs=1`; may be empty */
    uint64_t limit_value;   /**< what the limit is set to; 0 where there is none */
    uint32_t limit;         /**< enum tracedag_limit; 0 where there is none */
    uint32_t reserved;      /**< 0 */
    tracedag_text baseline; /**< an entry with which the bad one is read; mostly empty */
    tracedag_text catalog;  /**< by which both are judged; mostly empty */
    uint32_t of_catalog;    /**< 1 where both are catalogs */
    uint32_t reserved2;     /**< 0 */
} tracedag_page;

enum tracedag_activation {
    TRACEDAG_ACTIVATION_SOURCE = 1,
    TRACEDAG_ACTIVATION_REACTIVE = 2
};

enum tracedag_runtime {
    TRACEDAG_RUNTIME_LAMBDA = 1,
    TRACEDAG_RUNTIME_ECS_PLATFORM = 2,
    TRACEDAG_RUNTIME_DISPATCHER = 3
};

enum tracedag_execution_strategy {
    TRACEDAG_EXECUTION_PER_UPDATE = 1,
    TRACEDAG_EXECUTION_PER_PARTITION = 2
};

enum tracedag_update_strategy { TRACEDAG_UPDATE_APPEND = 1, TRACEDAG_UPDATE_REPLACE = 2 };

enum tracedag_source_kind {
    TRACEDAG_SOURCE_CRON = 1,
    TRACEDAG_SOURCE_WEBHOOK = 2,
    TRACEDAG_SOURCE_MANUAL = 3,
    TRACEDAG_SOURCE_ALWAYS_ON = 4
};

enum tracedag_priority { TRACEDAG_PRIORITY_NORMAL = 1, TRACEDAG_PRIORITY_BULK = 2 };

enum tracedag_backpressure_mode { TRACEDAG_BACKPRESSURE_PAUSE = 1 };

enum tracedag_storage { TRACEDAG_STORAGE_POSTGRES = 1, TRACEDAG_STORAGE_S3 = 2 };

enum tracedag_write_mode { TRACEDAG_WRITE_BUFFERED = 1, TRACEDAG_WRITE_DIRECT = 2 };

/** What an operator of a catalog says of user bundles, or of secrets. */
enum tracedag_policy {
    TRACEDAG_POLICY_FORBIDDEN = 1,
    TRACEDAG_POLICY_ALLOWED = 2,
    TRACEDAG_POLICY_REQUIRED = 3
};

/** The types of a field of a catalog. */
enum tracedag_field_type {
    TRACEDAG_FIELD_STRING = 1,
    TRACEDAG_FIELD_INTEGER = 2,
    TRACEDAG_FIELD_NUMBER = 3, /**< an integer or a float */
    TRACEDAG_FIELD_BOOLEAN = 4,
    TRACEDAG_FIELD_LIST = 5,
    TRACEDAG_FIELD_MAP = 6,
    TRACEDAG_FIELD_ANY = 7
};

/** No upper bound for the outputs of an operator. */
#define TRACEDAG_ANY_OUTPUTS UINT32_MAX

/** A field that a catalog describes: of `config`, or one to filter by. */
typedef struct tracedag_catalog_field {
    tracedag_text name; /**< empty for the items of a list */
    uint32_t type;      /**< enum tracedag_field_type */
    uint32_t required;  /**< 1 where a map has to have it */
    tracedag_text
        min; /**< as written; `ptr` is NULL where there is none. Of the value of a number,
                             the characters of a string, the items of a list */
    tracedag_text max;
    tracedag_list
        words; /**< `enum`, of tracedag_text: texts, or numbers as written; empty: any */
    const struct tracedag_catalog_field *items; /**< of a list; NULL: any */
    tracedag_list fields; /**< of a map, of tracedag_catalog_field, by name */
    uint32_t closed;      /**< 1 where a map takes `fields` alone; 0: it is free */
    uint32_t reserved;    /**< 0 */
} tracedag_catalog_field;

/** An operator of a catalog. A set has the bit `1 << value` for each value of its enumeration; the
 *  set 0 allows all of them. */
typedef struct tracedag_operator {
    tracedag_text name;
    uint32_t runtimes;             /**< a set of enum tracedag_runtime */
    uint32_t activations;          /**< of enum tracedag_activation */
    uint32_t source_kinds;         /**< of enum tracedag_source_kind */
    uint32_t execution_strategies; /**< of enum tracedag_execution_strategy */
    uint32_t update_strategies;    /**< of enum tracedag_update_strategy */
    uint32_t outputs_min;
    uint32_t outputs_max;       /**< TRACEDAG_ANY_OUTPUTS: no bound */
    uint32_t udf;               /**< enum tracedag_policy */
    uint32_t secrets;           /**< enum tracedag_policy */
    uint32_t trusted_on_lambda; /**< 1 where it may have secrets there */
    uint32_t config_closed;     /**< 1 where `config` is all of them; 0: it is free */
    uint32_t where_closed;      /**< the same of `where` */
    tracedag_list config;       /**< of tracedag_catalog_field, by name */
    tracedag_list where; /**< likewise: what readers of its outputs may filter by */
} tracedag_operator;

/** A dataset of a catalog. */
typedef struct tracedag_dataset {
    tracedag_text name;
    tracedag_list
        where; /**< of tracedag_catalog_field, by name: what readers filter by */
    uint32_t where_closed; /**< 1 where `where` is all of them; 0: it is not checked */
    uint32_t reserved;     /**< 0 */
} tracedag_dataset;

/** The six tuning fields, for tracedag_dag_origin(). */
enum tracedag_setting {
    TRACEDAG_SETTING_HEARTBEAT_TIMEOUT_SECONDS = 1,
    TRACEDAG_SETTING_MAX_ATTEMPTS = 2,
    TRACEDAG_SETTING_PRIORITY = 3,
    TRACEDAG_SETTING_MAX_QUEUE_DEPTH = 4,
    TRACEDAG_SETTING_MAX_QUEUE_AGE = 5,
    TRACEDAG_SETTING_BACKPRESSURE_MODE = 6
};

/** Where the value of a tuning field came from. */
enum tracedag_origin {
    TRACEDAG_ORIGIN_JOB = 1,      /**< the job says it */
    TRACEDAG_ORIGIN_DEFAULTS = 2, /**< the document's `defaults` say it */
    TRACEDAG_ORIGIN_BUILT_IN = 3  /**< nobody does; the format's own default */
};

/** Where the value of one tuning field of a job came from. */
typedef struct tracedag_setting_origin {
    uint32_t job;     /**< index of the job */
    uint32_t setting; /**< enum tracedag_setting */
    uint32_t origin;  /**< enum tracedag_origin */
    uint32_t line;    /**< its line, from 1; 0 for a built-in default */
} tracedag_setting_origin;

/** A free-form value of a DAG, such as a job's `config`; read it by the tracedag_value_
 *  functions. 0 is no value. */
typedef uint32_t tracedag_value;

enum tracedag_kind {
    TRACEDAG_KIND_NULL = 1,
    TRACEDAG_KIND_BOOLEAN = 2,
    TRACEDAG_KIND_INTEGER = 3,
    TRACEDAG_KIND_FLOAT = 4,
    TRACEDAG_KIND_TEXT = 5,
    TRACEDAG_KIND_LIST = 6,
    TRACEDAG_KIND_MAP = 7
};

/** A job, with defaults applied. Jobs are in order of their names (compared as bytes), so the
 *  same index means the same job in any two documents of one `yaml_hash`. */
typedef struct tracedag_job {
    tracedag_text name;
    tracedag_text operator_name;
    tracedag_text schedule;      /**< canonical spelling, of a cron source; else empty */
    tracedag_text webhook_path;  /**< of a webhook source; else empty */
    tracedag_text bundle_id;     /**< of `udf`; empty where there is none */
    tracedag_text entrypoint;    /**< of `udf`; empty where there is none */
    uint32_t activation;         /**< enum tracedag_activation */
    uint32_t runtime;            /**< enum tracedag_runtime */
    uint32_t outputs;            /**< outputs are numbered from 0 to outputs - 1 */
    uint32_t execution_strategy; /**< enum tracedag_execution_strategy; 0: source job */
    uint32_t update_strategy;    /**< enum tracedag_update_strategy; 0: none needed */
    uint32_t source_kind;        /**< enum tracedag_source_kind; 0 on a reactive job */
    uint32_t reset_outputs;      /**< 1 where `bootstrap` asks for it */
    uint32_t timeout_seconds;    /**< 0: none was set */
    uint32_t heartbeat_timeout_seconds;
    uint32_t max_attempts;
    uint32_t priority; /**< enum tracedag_priority */
    uint32_t max_queue_depth;
    uint32_t max_queue_age_seconds;
    uint32_t backpressure_mode; /**< enum tracedag_backpressure_mode */
    tracedag_value config;      /**< a map; 0 where there is none */
    uint32_t first_input; /**< its inputs in tracedag_dag_inputs(): the first, ... */
    uint32_t input_count; /**< ... and how many */
    uint32_t first_key;   /**< `unique_key` in tracedag_dag_names(), order as written */
    uint32_t key_count;
    uint32_t first_secret; /**< `secrets` in tracedag_dag_names(), sorted */
    uint32_t secret_count;
    uint32_t line; /**< 1-based line where the job begins */
} tracedag_job;

/** Room for any hash of this library as text with its NUL. */
#define TRACEDAG_HASH_ROOM 40

/** The hashes of a job, each ended by a NUL. */
typedef struct tracedag_job_hashes {
    char job[TRACEDAG_HASH_ROOM];             /**< "tdj1:": all of the job */
    char materialization[TRACEDAG_HASH_ROOM]; /**< "tdm1:": what decides its data */
} tracedag_job_hashes;

/** No job: the source of an input that reads a dataset which this DAG does not publish. */
#define TRACEDAG_NO_JOB UINT32_MAX

/** Any output of a job, for tracedag_dag_downstream(). */
#define TRACEDAG_ANY_OUTPUT UINT32_MAX

/** The last instant that has runs, 9999-12-31T23:59:59Z, in seconds since
 *  1970-01-01T00:00:00Z, as all instants are. */
#define TRACEDAG_LAST_INSTANT INT64_C(253402300799)

/** The most runs that tracedag_dag_next_runs() gives in one call. */
#define TRACEDAG_RUNS_MOST 10000

/** An input of a job. */
typedef struct tracedag_input {
    uint32_t reader; /**< index of the job that reads */
    uint32_t job; /**< index of the job that is read, also behind a dataset that this DAG
                          publishes; TRACEDAG_NO_JOB for an external dataset */
    uint32_t output;       /**< which of its outputs; 0 with TRACEDAG_NO_JOB */
    uint32_t where_count;  /**< conditions, joined by AND */
    tracedag_value where;  /**< a map of field to value; 0 where there is none */
    uint32_t line;         /**< 1-based line where the input begins */
    tracedag_text dataset; /**< the dataset that is named; empty for a job output */
} tracedag_input;

/** A published dataset, in order of names. */
typedef struct tracedag_publish {
    tracedag_text name;
    uint32_t job;        /**< index of the producing job */
    uint32_t output;     /**< which of its outputs */
    uint32_t storage;    /**< enum tracedag_storage; 0 where none is stated */
    uint32_t write_mode; /**< enum tracedag_write_mode; 0 where none is stated */
    tracedag_value
        schema;    /**< a map: `columns`, `unique`, `indexes`, as written; 0: none */
    uint32_t line; /**< 1-based line where the entry begins */
} tracedag_publish;

/** What became of a thing. */
enum tracedag_change_kind {
    TRACEDAG_CHANGE_ADDED = 1,
    TRACEDAG_CHANGE_REMOVED = 2,
    TRACEDAG_CHANGE_RENAMED = 3, /**< a job that makes the same data under a new name */
    TRACEDAG_CHANGE_MOVED = 4,   /**< a dataset that comes from another output now */
    TRACEDAG_CHANGE_CHANGED = 5  /**< a value that became another one */
};

/** What a change does. */
enum tracedag_change_class {
    TRACEDAG_CLASS_MATERIALIZATION = 1, /**< what decides the data of a job */
    TRACEDAG_CLASS_TRIGGER = 2,         /**< what starts a job */
    TRACEDAG_CLASS_PUBLISHING = 3,      /**< anything in a publish entry */
    TRACEDAG_CLASS_TUNING = 4           /**< all else, a new name included */
};

/** What a change takes from those who read a published dataset. */
enum tracedag_break {
    TRACEDAG_BREAK_DATASET_REMOVED = 1, /**< it is not published under its name */
    TRACEDAG_BREAK_SCHEMA_REMOVED = 2,  /**< it has no stated columns any more */
    TRACEDAG_BREAK_COLUMN_REMOVED = 3,  /**< no column has that name any more */
    TRACEDAG_BREAK_COLUMN_TYPE = 4,     /**< a column has another type */
    TRACEDAG_BREAK_COLUMN_NULLABLE = 5, /**< a column may be NULL that could not be */
    TRACEDAG_BREAK_KEY = 6,             /**< other columns tell its rows apart */
    TRACEDAG_BREAK_STORAGE = 7,         /**< it is not where it was stored */
    TRACEDAG_BREAK_UPDATE = 8           /**< it is replaced and was appended to, or so */
};

/** One change between two versions of a DAG. What a side does not have has an empty text with
 *  `ptr` NULL, TRACEDAG_NO_JOB, and 0 as line of its place. */
typedef struct tracedag_change {
    uint32_t kind;     /**< enum tracedag_change_kind */
    uint32_t class_id; /**< enum tracedag_change_class */
    uint32_t subject;  /**< enum tracedag_subject: what changed, or the thing around it */
    uint32_t breaking; /**< enum tracedag_break; 0: readers of datasets need not care */
    uint32_t old_job;  /**< index of the job; of a dataset, of the job that makes it */
    uint32_t new_job;  /**< the same in the new version */
    uint32_t old_origin;         /**< of a tuning field, enum tracedag_origin; else 0 */
    uint32_t new_origin;         /**< the same in the new version */
    tracedag_text old_name;      /**< of the DAG, of the job, of the dataset */
    tracedag_text new_name;      /**< the same in the new version */
    tracedag_text path;          /**< RFC 6901 pointer below it; empty for all of it */
    tracedag_text old_value;     /**< JSON in canonical spelling */
    tracedag_text new_value;     /**< the same in the new version */
    tracedag_position old_place; /**< of the value, or of what would hold it */
    tracedag_position new_place; /**< the same in the new version */
} tracedag_change;

/** Why a job has to make its data anew. */
enum tracedag_scope_reason {
    TRACEDAG_SCOPE_ADDED = 1,   /**< it is new; `cause`: index of that change */
    TRACEDAG_SCOPE_CHANGED = 2, /**< of class MATERIALIZATION; index of the change */
    TRACEDAG_SCOPE_DATASET = 3, /**< a dataset that it reads was added, removed or moved;
                                       index of that change */
    TRACEDAG_SCOPE_DOWNSTREAM = 4 /**< it reads a job of the scope; index of that job */
};

/** A job that has to make its data anew. */
typedef struct tracedag_scope_job {
    uint32_t job;    /**< index in the new version */
    uint32_t reason; /**< enum tracedag_scope_reason: the first one that holds */
    uint32_t cause;  /**< of the reason, the first one: see there */
} tracedag_scope_job;

/** Where two canonical forms part. What a side does not have is as in tracedag_change. */
typedef struct tracedag_difference {
    uint32_t old_job;            /**< index of the job that it lies in */
    uint32_t new_job;            /**< the same in the other DAG */
    tracedag_text pointer;       /**< RFC 6901 pointer into the canonical form */
    tracedag_text old_value;     /**< JSON in canonical spelling */
    tracedag_text new_value;     /**< the same in the other DAG */
    tracedag_position old_place; /**< of the value, or of what would hold it */
    tracedag_position new_place; /**< the same in the other DAG */
} tracedag_difference;

/** No published dataset: where the data of a flow leads to none. */
#define TRACEDAG_NO_PUBLISH UINT32_MAX

/** The most flows that tracedag_dag_flows() gives in one call. */
#define TRACEDAG_FLOWS_MOST 100000

/** What a flow begins with. */
enum tracedag_flow_kind {
    TRACEDAG_FLOW_SECRET = 1,   /**< a secret that a job is given */
    TRACEDAG_FLOW_BUNDLE = 2,   /**< code of a user that a job runs */
    TRACEDAG_FLOW_EXTERNAL = 3, /**< a dataset that this DAG does not publish */
    TRACEDAG_FLOW_WEBHOOK = 4   /**< a path that anybody may call who knows it */
};

/** That data which a secret, a bundle, an external dataset or a webhook has had a part in reaches a
 *  published dataset. */
typedef struct tracedag_flow {
    tracedag_text name; /**< of the secret, bundle, dataset, or the path of the webhook */
    uint32_t kind;      /**< enum tracedag_flow_kind */
    uint32_t publish;   /**< index of the published dataset; TRACEDAG_NO_PUBLISH: none */
    uint32_t job;       /**< index of the job where it enters, the first of `path` */
    uint32_t
        entries; /**< at how many jobs it enters that lead there, this one included */
    tracedag_list
        path; /**< of uint32_t: the jobs of the shortest way, to the one that makes
                             the dataset; among equally short ones the least by names */
    tracedag_list inputs; /**< of uint32_t: the inputs between these, one fewer */
} tracedag_flow;

/** How it is known that there is a dataset. */
enum tracedag_known {
    TRACEDAG_KNOWN_PUBLISHED = 1, /**< a DAG of the group publishes it */
    TRACEDAG_KNOWN_CATALOG = 2,   /**< a catalog has it */
    TRACEDAG_KNOWN_REJECTED = 3   /**< a rejected document names it below `publish` */
};

/** Where a DAG of a group publishes or reads a dataset. */
typedef struct tracedag_dataset_use {
    uint32_t document; /**< index of its outline */
    uint32_t
        item; /**< index in tracedag_dag_publishes() or tracedag_dag_inputs() of it */
    uint32_t line;     /**< 1-based line where the entry or the input begins */
    uint32_t reserved; /**< 0 */
    tracedag_text job; /**< that produces or reads it */
} tracedag_dataset_use;

/** A dataset that DAGs of a group publish or read. */
typedef struct tracedag_shared_dataset {
    tracedag_text name;
    tracedag_list
        publishers;        /**< of tracedag_dataset_use, by document; one at most, unless
                                   the name is taken twice */
    tracedag_list readers; /**< of tracedag_dataset_use, by document and place */
    uint32_t known;        /**< enum tracedag_known; 0 where nothing is known of it */
    uint32_t reserved;     /**< 0 */
} tracedag_shared_dataset;

/** What a group is made of, and what was found. */
typedef struct tracedag_group_counts {
    uint64_t documents; /**< all of them */
    uint64_t dags;      /**< those that are accepted one by one */
    uint64_t
        rejected;    /**< of these the names that they publish count, and nothing else */
    uint64_t unread; /**< of these nothing is known */
    uint64_t datasets;  /**< that are published or read */
    uint64_t errors;    /**< findings between documents, */
    uint64_t warnings;  /**< without those that are set aside */
    uint32_t all_known; /**< 1: it is known of all documents which datasets they publish;
                               else nothing is said of datasets that nobody publishes */
    uint32_t reserved;  /**< 0 */
} tracedag_group_counts;

#endif
