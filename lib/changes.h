/* changes.h - what differs between two versions of a value: both written in canonical spelling,
 * walked side by side. Equal bytes are no change, so there is none exactly where the forms are
 * equal. */
#ifndef TD_CHANGES_H
#define TD_CHANGES_H

#include "arena.h"
#include "model.h"
#include "nesting.h"
#include "text.h"

enum { TD_OLD, TD_NEW, TD_VERSIONS };

/** The first member is the public record, so that a list of these is handed out as it is. */
struct td_dag_change {
    tracedag_change pub;
    const struct td_field
        *field; /**< the innermost field of the format; NULL: the whole */
    uint32_t
        node[TD_VERSIONS]; /**< the value, or what would hold it; 0: not there at all */
};

/** One version of what is compared. */
struct td_version_side {
    const struct td_tree *tree;
    struct td_str text; /**< the form */
    uint32_t node;      /**< the value that the form was made from */
};

struct td_change_pair;
struct td_change_member;

/** Where changes go, and what is needed on the way. Begin with a cleared one and set the first
 *  three. Failure sticks: once memory ran out, `failed` stays set, and what the list holds is not
 *  all. */
struct td_changes {
    struct td_mem *mem;
    struct td_arena *arena; /**< keeps paths and values */
    bool
        positional; /**< items of lists belong together by their position, no value is given
                        whole while something in it differs, and the first change is the last */
    bool failed;
    struct td_dag_change *list;
    size_t count;
    size_t room;
    struct td_dag_change lost; /**< stands for one that found no room */
    struct td_buf path;        /**< before a comparison: what all paths begin with */
    struct td_nesting nesting[TD_VERSIONS];
    struct td_change_member *members[TD_VERSIONS];
    size_t member_count[TD_VERSIONS];
    size_t member_room[TD_VERSIONS];
    struct td_name *names;
    size_t name_room;
    struct td_change_pair
        *pairs; /**< those that are still to compare; the next one last */
    size_t pair_count;
    size_t pair_room;
    const struct td_version_side *side;
    const tracedag_change *like;
};

void td_changes_init(struct td_changes *changes, struct td_mem *mem,
                     struct td_arena *arena);
void td_changes_free(struct td_changes *changes);

/** A cleared change at the end of the list; one that is in no list when memory ran out. */
struct td_dag_change *td_changes_add(struct td_changes *changes);

/** Adds what differs between two maps of a shape, in the order of the form. What is removed from
 *  a list comes first, from its end on, then what is added, from its beginning on: applied one
 *  after the other (RFC 6902), they turn the old form into the new one. All else of each record
 *  is that of `like`. */
void td_changes_compare(struct td_changes *changes,
                        const struct td_version_side side[TD_VERSIONS],
                        const struct td_shape *shape, const tracedag_change *like);

#endif
