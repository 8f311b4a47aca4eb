/* group_parts.h - what the files of group share while a group is made. */
#ifndef TD_GROUP_PARTS_H
#define TD_GROUP_PARTS_H

#include "group.h"

/* What a finding is about, in place of a value of its document: its name, one of the datasets that
 * it publishes, or one of those that it reads. */
enum { TD_PLACE_NAME = 1, TD_PLACE_FIRST_USE = 2 };

/** Starts a finding at a use of a dataset. */
struct td_finding *td_group_at_use(struct tracedag_group *group, uint32_t code,
                                   const struct td_shared_use *use);

/** The findings of the document of a use. */
struct td_diag *td_group_diag(const struct tracedag_group *group, uint32_t document);

/** Tells of names that are taken, and of datasets that nobody publishes. `known` has all names,
 *  sorted, each once. */
void td_group_tell_taken(struct tracedag_group *group);
void td_group_tell_unpublished(struct tracedag_group *group, const struct td_name *known,
                               size_t count);

/** Tells of DAGs of one name; false when memory ran out. */
bool td_group_tell_names(struct tracedag_group *group);

/** Tells of DAGs that wait for each other; likewise. */
bool td_group_tell_cycles(struct tracedag_group *group);

/** Sets aside what comments and baselines allow, and finishes all reports; likewise. */
bool td_group_finish(struct tracedag_group *group);

#endif
