/* reader.h - one walker from values to fields, driven by the table of fields: it finds the
 * fields of a map, reports what is unknown, repeated or missing, and judges single values. The
 * files read_*.c use it to fill the model. */
#ifndef TD_READER_H
#define TD_READER_H

#include "limits.h"
#include "model.h"
#include "number.h"
#include "scope.h"
#include "suggest.h"

struct td_reader {
    struct td_model *model;
    const struct td_tree *tree;
    struct td_diag *diag;
    const struct td_limits *limits;
    const struct tracedag_catalog *catalog; /**< what is allowed; NULL when nobody says */
    bool datasets_elsewhere;                /**< there may be others than it has */
    bool failed;                            /**< memory ran out */
};

/** A value and where it stands. */
struct td_value {
    uint32_t raw;  /**< as written; maybe an alias */
    uint32_t node; /**< what it stands for; 0 for a damaged alias */
    uint32_t key;  /**< the key before it; 0 for an item of a list */
    uint32_t list; /**< the list that it is an item of; 0 for the value of a key */
};

struct td_value td_value_of(const struct td_tree *tree, uint32_t raw, uint32_t key,
                            uint32_t list);

/** The value where it is written at its own place; 0 where an alias stands for it. */
static inline uint32_t td_own_node(const struct td_value *value)
{
    return value->raw == value->node ? value->node : 0;
}

/** Where a fault of the value points: at an alias rather than at what it stands for. */
struct td_span td_value_place(const struct td_reader *r, const struct td_value *value);

/** Starts a finding about a value; NULL when the same was said of what an alias stands for. */
struct td_finding *td_value_report(struct td_reader *r, const struct td_scope *scope,
                                   uint32_t code, const struct td_value *value);

/** Reads the fields of the map `scope->node`: fields[i] becomes the value of field i, aliases
 *  followed, 0 where it is absent, TD_POISON where it has a fault. Values whose keys stand are
 *  told in keys[i], where `keys` is not NULL. */
void td_read_fields(struct td_reader *r, const struct td_shape *shape,
                    const struct td_scope *scope, uint32_t *fields, uint32_t *keys);

/** Judges one value by a field of the table; false when it is reported or damaged. */
bool td_read_value(struct td_reader *r, const struct td_scope *scope,
                   const struct td_field *field, const struct td_value *value);

/** Reports a value that is missing, null or not finite; true when it is a value to judge.
 *  Where the field is required, the advice is not to leave it out. */
bool td_read_present(struct td_reader *r, const struct td_scope *scope,
                     struct td_str field, bool required, const struct td_value *value);

/** Reports a value of the wrong type: "must be `wanted`, found ..."; NULL as
 *  td_value_report(). */
struct td_finding *td_wrong_type(struct td_reader *r, const struct td_scope *scope,
                                 struct td_str field, const struct td_value *value,
                                 const char *wanted);

/** Adds what most often is meant by a value of another type than is wanted. */
void td_advise_type(struct td_reader *r, struct td_finding *f, uint32_t node,
                    const char *wanted);

/** Says why a number cannot be spelled. */
void td_long_number(struct td_reader *r, struct td_finding *f, enum td_number_status why);

/** `true` or `false` for the words that YAML 1.1 has for them; empty for any other text. */
struct td_str td_boolean_meant(struct td_str text);

/** What was found, in words. */
struct td_str td_found_at(struct td_reader *r, uint32_t node);

/** Reports item `index` of a list field that is not what is wanted: "item 1 of `secrets` of job
 *  `a` must be text". */
void td_list_item_fault(struct td_reader *r, const struct td_scope *scope,
                        struct td_str field, const struct td_value *item, uint64_t index,
                        const char *wanted);

/** Judges an item of a list that must be `wanted`, and reports it as the scope's thing: "input 0
 *  of job `a` must be a map". Call it for an item that is known to be something else. */
void td_read_item(struct td_reader *r, const struct td_scope *scope,
                  const struct td_value *value, const char *wanted);

/** Reports a key that is missing from the scope's map. */
void td_missing_key(struct td_reader *r, const struct td_scope *scope,
                    const struct td_field *field);

/** Reports an empty key, which only `config` takes. */
void td_empty_key(struct td_reader *r, const struct td_scope *scope, uint32_t key);

/** Reports a key that its map has already. */
struct td_finding *td_repeated_key(struct td_reader *r, const struct td_scope *scope,
                                   uint32_t key, uint32_t first);

/** Reports keys that a free map repeats. */
void td_read_repeats(struct td_reader *r, const struct td_scope *scope, uint32_t map);

/** Judges all that is in a free value: finite numbers of bounded length, keys given once. */
void td_read_free(struct td_reader *r, const struct td_scope *scope, struct td_str field,
                  uint32_t node);

/** Reports a list or map with more entries than a limit; true when it has. */
bool td_too_many(struct td_reader *r, const struct td_scope *scope, struct td_str field,
                 const struct td_value *value, size_t count, uint32_t limit);

/** The words of a list, the last joined by "or" or "and": "`a`, `b` or `c`". */
struct td_str td_listed(struct td_diag *diag, const struct td_str *words, size_t count,
                        const char *joint);

/** Advice for a name that is not known: the nearest of `count` names, or all of them when they
 *  are few. `name_of` gives the i-th. Gives the nearest as well. */
struct td_advice {
    struct td_str (*name_of)(const void *set, size_t i);
    const void *set;
    size_t count;
    uint32_t node; /**< the key or value that is to become the name; 0 for none */
};
struct td_suggest_result td_advise(struct td_reader *r, struct td_finding *f,
                                   struct td_str found, const struct td_advice *advice);

/** The same for a word that is none of a closed list. */
void td_advise_words(struct td_reader *r, struct td_finding *f, struct td_str found,
                     const struct td_word_list *words, uint32_t node);

enum { TD_SNAKE_ROOM = 256 };

/** A name in lower case with `_` where words meet, when that has the form and differs;
 *  else empty. It lies in `room`. */
struct td_str td_snake_case(const struct td_name_form *form, struct td_str name,
                            char room[TD_SNAKE_ROOM]);

#endif
