#include "organisations.h"

#include <stdio.h>
#include <string.h>

#include <tracedag/tracedag.h>

static const char *const roles[] = {
    [ROLE_WORKER] = "worker", [ROLE_VIEWER] = "viewer", [ROLE_DEPLOYER] = "deployer"};

static bool is_id(const char *text)
{
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return text[0] >= 'a' && text[0] <= 'z' && !text[length] && length <= 63;
}

enum outcome organisation_lock(struct db *db, const char *org, struct fault *fault)
{
    static const char sql[] = "SELECT 1 FROM organisations WHERE id = $1{for update}";
    struct db_rows *rows;
    enum outcome outcome = DB_RUN(db, &rows, fault, sql, db_text(org));
    if (outcome == DONE && db_count(rows) == 0)
        outcome = fault_set(fault, NOT_FOUND, "there is no organisation `%s`", org);
    db_free(rows);
    return outcome;
}

/* Runs one statement about an organisation in a transaction of its own. */
static enum outcome change(struct db *db, const char *org, bool exists, const char *sql,
                           const struct db_value *values, size_t count,
                           struct fault *fault)
{
    enum outcome outcome = db_begin(db, fault);
    if (outcome == DONE && exists)
        outcome = organisation_lock(db, org, fault);
    if (outcome == DONE)
        outcome = db_run(db, sql, values, count, NULL, fault);
    outcome = db_end(db, outcome, fault);
    return outcome;
}

enum outcome organisation_add(struct db *db, const char *org, const char *name,
                              struct fault *fault)
{
    if (!is_id(org))
        return fault_set(fault, MISUSE,
                         "an organisation is 1 to 63 of a-z, 0-9 and -, a letter first");
    static const char sql[] =
        "INSERT INTO organisations (id, name, created_at) VALUES ($1, $2, {now})";
    const struct db_value values[] = {db_text(org), db_text(name)};
    enum outcome outcome = change(db, org, false, sql, values, 2, fault);
    if (outcome == CONFLICT)
        fault_set(fault, CONFLICT, "there is an organisation `%s` already", org);
    return outcome;
}

enum outcome organisation_set_catalog(struct db *db, const char *org, const char *bytes,
                                      size_t size, struct fault *fault)
{
    tracedag_status status = tracedag_catalog_read(bytes, size, NULL, NULL, NULL);
    if (status == TRACEDAG_NO_MEMORY)
        return fault_set(fault, NO_MEMORY, "no memory");
    if (status != TRACEDAG_OK)
        return fault_set(
            fault, REJECTED,
            "the catalog has errors: `tracedag validate --catalog` says which");
    const struct db_value values[] = {db_text(org), db_bytes(bytes, size)};
    return change(db, org, true, "UPDATE organisations SET catalog = $2 WHERE id = $1",
                  values, 2, fault);
}

enum outcome member_set(struct db *db, const char *org, const char *subject,
                        const char *role, struct fault *fault)
{
    enum role known = ROLE_DEPLOYER;
    while (known != ROLE_NONE && strcmp(roles[known], role) != 0)
        known--;
    if (known == ROLE_NONE)
        return fault_set(fault, MISUSE, "a role is viewer, deployer or worker");
    const struct db_value values[] = {db_text(org), db_text(subject), db_text(role)};
    return change(db, org, true,
                  "INSERT INTO members (org, subject, role) VALUES ($1, $2, $3)"
                  " ON CONFLICT (org, subject) DO UPDATE SET role = EXCLUDED.role",
                  values, 3, fault);
}

enum outcome member_remove(struct db *db, const char *org, const char *subject,
                           struct fault *fault)
{
    const struct db_value values[] = {db_text(org), db_text(subject)};
    return change(db, org, true, "DELETE FROM members WHERE org = $1 AND subject = $2",
                  values, 2, fault);
}

enum outcome member_role(struct db *db, const char *org, const char *subject,
                         enum role *role, struct fault *fault)
{
    struct db_rows *rows = NULL;
    *role = ROLE_NONE;
    enum outcome outcome = db_begin_reading(db, fault);
    if (outcome == DONE)
        outcome = DB_RUN(db, &rows, fault,
                         "SELECT role FROM members WHERE org = $1 AND subject = $2",
                         db_text(org), db_text(subject));
    if (outcome == DONE && db_count(rows) > 0) {
        *role = ROLE_DEPLOYER;
        while (*role != ROLE_NONE && strcmp(roles[*role], db_get(rows, 0, 0, NULL)) != 0)
            --*role;
    }
    db_free(rows);
    db_rollback(db);
    return outcome;
}
