/* organisations.h - organisations, their catalogs and members. */
#ifndef DISPATCHER_ORGANISATIONS_H
#define DISPATCHER_ORGANISATIONS_H

#include <stddef.h>

#include "db.h"

/** What a member may do; each role may do what the ones before it may. A worker is a program that
 *  takes tasks, and may do nothing else. */
enum role { ROLE_NONE, ROLE_WORKER, ROLE_VIEWER, ROLE_DEPLOYER };

/** Adds an organisation. An id is 1 to 63 of `a-z`, `0-9` and `-`, a letter first; one that is
 *  there already is a CONFLICT. */
enum outcome organisation_add(struct db *db, const char *org, const char *name,
                              struct fault *fault);

/** Sets the catalog that documents of an organisation are judged by, YAML. It has to be
 *  accepted by the library. */
enum outcome organisation_set_catalog(struct db *db, const char *org, const char *bytes,
                                      size_t size, struct fault *fault);

/** Makes `subject` a member with a role, `viewer`, `deployer` or `worker`; or changes the role. */
enum outcome member_set(struct db *db, const char *org, const char *subject,
                        const char *role, struct fault *fault);

/** Removes a member. */
enum outcome member_remove(struct db *db, const char *org, const char *subject,
                           struct fault *fault);

/** Finds the role of somebody: ROLE_NONE who is no member, also of an organisation that does not
 *  exist, so that nobody learns which ones do. */
enum outcome member_role(struct db *db, const char *org, const char *subject,
                         enum role *role, struct fault *fault);

/** For calls inside a transaction: locks an organisation, so that only one transaction at a time
 *  changes its versions and names; NOT_FOUND where there is none. */
enum outcome organisation_lock(struct db *db, const char *org, struct fault *fault);

#endif
