#include "catalog_fields.h"

#define NAMED(literal) .name = {(literal), sizeof(literal) - 1}
#define SHAPE(rows) \
    { \
        rows, TD_COUNT(rows) \
    }
#define WORD(literal) \
    { \
        literal, sizeof(literal) - 1 \
    }
#define WORDS(list) \
    { \
        list, TD_COUNT(list) \
    }

static const struct td_str policies[] = {WORD("forbidden"), WORD("allowed"),
                                         WORD("required")};
static const struct td_str field_types[] = {
    WORD("string"), WORD("integer"), WORD("number"), WORD("boolean"),
    WORD("list"),   WORD("map"),     WORD("any")};

const struct td_word_list td_policy_words = WORDS(policies);
const struct td_word_list td_field_type_words = WORDS(field_types);

/* What languages and other schemas call a type. */
#define NAME(literal) WORD(literal)
static const struct {
    struct td_str word;
    struct td_str type;
    bool same;
} other_types[] = {
    {NAME("str"), WORD("string"), true},      {NAME("text"), WORD("string"), true},
    {NAME("int"), WORD("integer"), true},     {NAME("bool"), WORD("boolean"), true},
    {NAME("array"), WORD("list"), true},      {NAME("sequence"), WORD("list"), true},
    {NAME("object"), WORD("map"), true},      {NAME("dict"), WORD("map"), true},
    {NAME("mapping"), WORD("map"), true},     {NAME("float"), WORD("number"), false},
    {NAME("double"), WORD("number"), false},  {NAME("decimal"), WORD("number"), false},
    {NAME("bigint"), WORD("integer"), false},
};

struct td_str td_field_type_meant(struct td_str word, bool *same)
{
    for (size_t i = 0; i < TD_COUNT(other_types); i++) {
        if (!td_str_eq(word, other_types[i].word))
            continue;
        *same = other_types[i].same;
        return other_types[i].type;
    }
    return TD_S("");
}

static const struct td_field root[] = {
    [TD_CATALOG_DATASETS] = {NAMED("datasets"), .type = TD_TYPE_MAP,
                             .keys = &td_form_dataset, .shape = &td_readable_shape,
                             .when = "not checked where it is absent",
                             .means = "the datasets that can be read"},
    [TD_CATALOG_OPERATORS] = {NAMED("operators"), .type = TD_TYPE_MAP,
                              .keys = &td_form_operator, .shape = &td_operator_shape,
                              .when = "not checked where it is absent",
                              .means = "the operators that jobs may use"},
};

/* Any of them where the field is absent, so an empty list would say nothing. */
#define SET_OF(list) \
    .type = TD_TYPE_LIST, .words = &(list), .empty = "leave it out to allow all"

static const struct td_field operator_fields[] = {
    [TD_OPERATOR_ACTIVATIONS] = {NAMED("activations"), SET_OF(td_activation_words),
                                 .means = "the activations that its jobs may have",
                                 .examples = "[\"reactive\"]"},
    [TD_OPERATOR_CONFIG] = {NAMED("config"), .type = TD_TYPE_MAP,
                            .shape = &td_config_entry_shape,
                            .when = "free where it is absent",
                            .means = "the fields of `config`"},
    [TD_OPERATOR_EXECUTION_STRATEGIES] = {NAMED("execution_strategies"),
                                          SET_OF(td_execution_words),
                                          .means = "the execution strategies likewise",
                                          .examples = "[\"PerUpdate\"]"},
    [TD_OPERATOR_OUTPUTS] = {NAMED("outputs"), .type = TD_TYPE_MAP,
                             .shape = &td_range_shape,
                             .means = "how many outputs its jobs may have",
                             .examples = "{\"min\": 1, \"max\": 1}"},
    [TD_OPERATOR_RUNTIMES] = {NAMED("runtimes"), SET_OF(td_runtime_words),
                              .means = "where its jobs may run",
                              .examples = "[\"ecs_platform\"]"},
    [TD_OPERATOR_SECRETS] = {NAMED("secrets"), .type = TD_TYPE_ENUM,
                             .words = &td_policy_words, .standard = "\"allowed\"",
                             .means = "whether its jobs have secrets"},
    [TD_OPERATOR_SOURCE_KINDS] = {NAMED("source_kinds"), SET_OF(td_source_words),
                                  .means = "what may start its source jobs",
                                  .examples = "[\"cron\"]"},
    [TD_OPERATOR_TRUSTED_ON_LAMBDA] = {NAMED("trusted_on_lambda"),
                                       .type = TD_TYPE_BOOLEAN, .standard = "false",
                                       .means =
                                           "whether its jobs may have secrets there"},
    [TD_OPERATOR_UDF] = {NAMED("udf"), .type = TD_TYPE_ENUM, .words = &td_policy_words,
                         .standard = "\"forbidden\"",
                         .means = "whether its jobs run a user bundle"},
    [TD_OPERATOR_UPDATE_STRATEGIES] = {NAMED("update_strategies"),
                                       SET_OF(td_update_words),
                                       .means = "the update strategies likewise",
                                       .examples = "[\"replace\"]"},
    [TD_OPERATOR_WHERE] = {NAMED("where"), .type = TD_TYPE_MAP, .keys = &td_form_column,
                           .shape = &td_where_entry_shape,
                           .when = "not checked where it is absent",
                           .means = "what readers of its outputs may filter by"},
};

static const struct td_field range[] = {
    [TD_RANGE_MAX] = {NAMED("max"), .type = TD_TYPE_INTEGER, .low = 0,
                      .high = TD_OUTPUTS_MOST, .means = "the most outputs"},
    [TD_RANGE_MIN] = {NAMED("min"), .type = TD_TYPE_INTEGER, .low = 0,
                      .high = TD_OUTPUTS_MOST, .means = "the fewest outputs"},
};

static const struct td_field readable[] = {
    [TD_READABLE_WHERE] = {NAMED("where"), .type = TD_TYPE_MAP, .keys = &td_form_column,
                           .shape = &td_where_entry_shape,
                           .when = "not checked where it is absent",
                           .means = "what readers may filter by"},
};

static const struct td_field entry[] = {
    [TD_ENTRY_TYPE] = {NAMED("type"), .type = TD_TYPE_ENUM, .required = true,
                       .words = &td_field_type_words,
                       .advice = "add `type:`, as in `type: integer`",
                       .means = "the type of its value"},
    [TD_ENTRY_ENUM] = {NAMED("enum"), .type = TD_TYPE_LIST,
                       .empty = "leave it out to allow all",
                       .when = "for strings, integers and numbers",
                       .means = "the values that are accepted"},
    [TD_ENTRY_MIN] = {NAMED("min"), .type = TD_TYPE_NUMBER,
                      .when = "for strings, integers, numbers and lists",
                      .means = "the least value, or number of characters or items"},
    [TD_ENTRY_MAX] = {NAMED("max"), .type = TD_TYPE_NUMBER, .when = "likewise",
                      .means = "the greatest likewise"},
    [TD_ENTRY_FIELDS] = {NAMED("fields"), .type = TD_TYPE_MAP,
                         .shape = &td_config_entry_shape, .when = "for maps",
                         .means = "its fields; it is free where they are absent"},
    [TD_ENTRY_ITEMS] = {NAMED("items"), .type = TD_TYPE_MAP,
                        .shape = &td_item_entry_shape, .when = "for lists",
                        .means = "what its items are; anything where it is absent"},
    [TD_ENTRY_REQUIRED] = {NAMED("required"), .type = TD_TYPE_BOOLEAN,
                           .standard = "false", .means = "whether it has to be there"},
};

static_assert(TD_COUNT(entry) == TD_ENTRY_COUNT, "every field of a field has a row");

const struct td_shape td_catalog_shape = SHAPE(root);
const struct td_shape td_operator_shape = SHAPE(operator_fields);
const struct td_shape td_range_shape = SHAPE(range);
const struct td_shape td_readable_shape = SHAPE(readable);
const struct td_shape td_config_entry_shape = SHAPE(entry);
const struct td_shape td_item_entry_shape = {entry, TD_ENTRY_REQUIRED};
const struct td_shape td_where_entry_shape = {entry, TD_ENTRY_FIELDS};
