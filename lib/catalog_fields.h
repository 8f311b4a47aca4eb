/* catalog_fields.h - the fields of a catalog, as fields.h has those of a DAG. */
#ifndef TD_CATALOG_FIELDS_H
#define TD_CATALOG_FIELDS_H

#include "fields.h"

enum td_catalog_root_field { TD_CATALOG_DATASETS, TD_CATALOG_OPERATORS };

enum td_operator_field {
    TD_OPERATOR_ACTIVATIONS,
    TD_OPERATOR_CONFIG,
    TD_OPERATOR_EXECUTION_STRATEGIES,
    TD_OPERATOR_OUTPUTS,
    TD_OPERATOR_RUNTIMES,
    TD_OPERATOR_SECRETS,
    TD_OPERATOR_SOURCE_KINDS,
    TD_OPERATOR_TRUSTED_ON_LAMBDA,
    TD_OPERATOR_UDF,
    TD_OPERATOR_UPDATE_STRATEGIES,
    TD_OPERATOR_WHERE
};

enum td_range_field { TD_RANGE_MAX, TD_RANGE_MIN };
enum td_readable_field { TD_READABLE_WHERE };

/** Of a field. In `where` only the first four may stand, in `items` the last one may not. */
enum td_entry_field {
    TD_ENTRY_TYPE,
    TD_ENTRY_ENUM,
    TD_ENTRY_MIN,
    TD_ENTRY_MAX,
    TD_ENTRY_FIELDS,
    TD_ENTRY_ITEMS,
    TD_ENTRY_REQUIRED,
    TD_ENTRY_COUNT
};

extern const struct td_shape td_catalog_shape;
extern const struct td_shape td_operator_shape;
extern const struct td_shape td_range_shape;
extern const struct td_shape td_readable_shape;     /**< a dataset */
extern const struct td_shape td_config_entry_shape; /**< a field of `config` */
extern const struct td_shape td_item_entry_shape;   /**< the items of a list */
extern const struct td_shape td_where_entry_shape;  /**< a field of `where` */

/** The type that a word of other systems stands for; empty for any other word. *same tells
 *  whether it is that type by another name. */
struct td_str td_field_type_meant(struct td_str word, bool *same);

extern const struct td_word_list td_policy_words;
extern const struct td_word_list td_field_type_words;

#endif
