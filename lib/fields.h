/* fields.h - the fields of the format: the single table that the validator reads, and from
 * which descriptions of the format are made. Rows of a shape stand in the order of their names,
 * which is also the order of the canonical form. */
#ifndef TD_FIELDS_H
#define TD_FIELDS_H

#include "base.h"

enum td_type {
    TD_TYPE_INTEGER, /**< between `low` and `high` */
    TD_TYPE_BOOLEAN,
    TD_TYPE_ENUM,    /**< one of `words` */
    TD_TYPE_RUNTIME, /**< an enum with a word that is held back */
    TD_TYPE_DURATION,
    TD_TYPE_NAME,       /**< of the form `name` */
    TD_TYPE_TEXT,       /**< any text that is not empty */
    TD_TYPE_SCHEDULE,   /**< judged with the source that it stands in */
    TD_TYPE_WEBHOOK,    /**< likewise */
    TD_TYPE_OUTPUT,     /**< a whole number, judged with the job that it belongs to */
    TD_TYPE_LOOKUP,     /**< a text, judged by what it names */
    TD_TYPE_COLUMN,     /**< a column's type, one of `words` */
    TD_TYPE_NAMES,      /**< a list of names of the form `name`, each once */
    TD_TYPE_NAME_LISTS, /**< a list of such lists, none of them empty */
    TD_TYPE_LIST,       /**< a list whose items are read by a function of their own */
    TD_TYPE_MAP,        /**< a map whose entries are read likewise */
    TD_TYPE_INPUT_FROM, /**< a map; anything else is reported as the shape of an input */
    TD_TYPE_WHERE,      /**< likewise, as the shape of a filter */
    TD_TYPE_FREE_MAP,   /**< a map of anything */
    TD_TYPE_NUMBER      /**< any number, judged with the type that it bounds */
};

/** A form of names: which characters, how many bytes, and how messages say it. */
struct td_name_form {
    bool lower;        /**< letters are lower case */
    bool underscore;   /**< it may begin with `_` */
    bool parts;        /**< it has parts joined by dots, which may begin with anything */
    const char *marks; /**< what may stand in it beside letters and digits */
    uint32_t most;     /**< bytes */
    const char *words;
};

struct td_word_list {
    const struct td_str
        *words; /**< the first has the value 1 in the public enumeration */
    uint32_t count;
};

/** What changes when a field changes (format specification, section 6). */
enum td_class { TD_TUNING, TD_MATERIALIZATION, TD_TRIGGER, TD_PUBLISHING };

struct td_shape;

struct td_field {
    struct td_str name;
    enum td_type type;
    bool required;
    enum td_class class;
    const struct td_name_form *form;
    const struct td_word_list *words;
    const struct td_name_form *keys; /**< of a map whose keys are free: their form */
    const struct td_shape
        *shape; /**< of a map, of the items of a list, behind free keys */
    int64_t low;
    int64_t high;
    const char *standard; /**< the built-in default as the canonical form writes it */
    const char *empty;    /**< of a list that may not be empty: what it needs */
    const char *advice;   /**< help where it is missing */
    const char *when;     /**< for people: when other fields require or refuse it */
    const char *means;    /**< one line for people */
    const char *examples; /**< values as JSON, with commas between them */
};

struct td_shape {
    const struct td_field *fields;
    uint32_t count;
};

enum { TD_FIELDS_MOST = 24, TD_OUTPUTS_MOST = 1024 };

enum td_root_field { TD_ROOT_DEFAULTS, TD_ROOT_JOBS, TD_ROOT_NAME, TD_ROOT_PUBLISH };

enum td_default_field {
    TD_DEFAULT_BACKPRESSURE_MODE,
    TD_DEFAULT_HEARTBEAT,
    TD_DEFAULT_MAX_ATTEMPTS,
    TD_DEFAULT_MAX_QUEUE_AGE,
    TD_DEFAULT_MAX_QUEUE_DEPTH,
    TD_DEFAULT_PRIORITY,
    TD_DEFAULT_COUNT
};

enum td_job_field {
    TD_JOB_ACTIVATION,
    TD_JOB_BACKPRESSURE_MODE,
    TD_JOB_BOOTSTRAP,
    TD_JOB_CONFIG,
    TD_JOB_EXECUTION_STRATEGY,
    TD_JOB_HEARTBEAT,
    TD_JOB_INPUTS,
    TD_JOB_MAX_ATTEMPTS,
    TD_JOB_MAX_QUEUE_AGE,
    TD_JOB_MAX_QUEUE_DEPTH,
    TD_JOB_NAME,
    TD_JOB_OPERATOR,
    TD_JOB_OUTPUTS,
    TD_JOB_PRIORITY,
    TD_JOB_RUNTIME,
    TD_JOB_SECRETS,
    TD_JOB_SOURCE,
    TD_JOB_TIMEOUT,
    TD_JOB_UDF,
    TD_JOB_UNIQUE_KEY,
    TD_JOB_UPDATE_STRATEGY,
    TD_JOB_COUNT
};

enum td_input_field { TD_INPUT_FROM, TD_INPUT_WHERE };
enum td_from_field { TD_FROM_DATASET, TD_FROM_JOB, TD_FROM_OUTPUT };
enum td_output_field { TD_OUTPUT_JOB, TD_OUTPUT_OUTPUT };
enum td_source_field { TD_SOURCE_KIND, TD_SOURCE_SCHEDULE, TD_SOURCE_WEBHOOK_PATH };
enum td_bootstrap_field { TD_BOOTSTRAP_RESET_OUTPUTS };
enum td_udf_field { TD_UDF_BUNDLE_ID, TD_UDF_ENTRYPOINT };
enum td_publish_field {
    TD_PUBLISH_FROM,
    TD_PUBLISH_SCHEMA,
    TD_PUBLISH_STORAGE,
    TD_PUBLISH_WRITE_MODE
};
enum td_table_field { TD_TABLE_COLUMNS, TD_TABLE_INDEXES, TD_TABLE_UNIQUE };
enum td_column_field { TD_COLUMN_NAME, TD_COLUMN_NULLABLE, TD_COLUMN_TYPE };

extern const struct td_shape td_root_shape;
extern const struct td_shape td_defaults_shape;
extern const struct td_shape td_job_shape;
extern const struct td_shape td_input_shape;
extern const struct td_shape td_from_shape;
extern const struct td_shape td_output_shape; /**< `from` of a publish entry */
extern const struct td_shape td_source_shape;
extern const struct td_shape td_bootstrap_shape;
extern const struct td_shape td_udf_shape;
extern const struct td_shape td_publish_shape;
extern const struct td_shape td_table_shape;
extern const struct td_shape td_column_shape;

extern const struct td_name_form td_form_job;
extern const struct td_name_form td_form_operator;
extern const struct td_name_form td_form_dataset;
extern const struct td_name_form td_form_secret;
extern const struct td_name_form td_form_column;

extern const struct td_word_list td_activation_words;
extern const struct td_word_list td_runtime_words;
extern const struct td_word_list td_execution_words;
extern const struct td_word_list td_update_words;
extern const struct td_word_list td_source_words;
extern const struct td_word_list td_priority_words;
extern const struct td_word_list td_backpressure_words;
extern const struct td_word_list td_column_types;

/** The field of a shape with a name; `shape->count` when there is none. */
uint32_t td_field_find(const struct td_shape *shape, struct td_str name);

/** Whether any shape has a field of a name. */
bool td_field_is_known(struct td_str name);

/** The value of a word, from 1; 0 when it is not listed. */
uint32_t td_word_find(const struct td_word_list *list, struct td_str word);

/** Whether a name has a form. */
bool td_name_fits(const struct td_name_form *form, struct td_str name);

/** The job field of the default field with the same name. */
uint32_t td_job_field_of(uint32_t default_field);

#endif
