/* json_writer.h - JSON for people: entries on lines of their own, or a whole value on one line. */
#ifndef TD_JSON_WRITER_H
#define TD_JSON_WRITER_H

#include "text.h"

/** Begins as `{.out = ...}`. */
struct td_json {
    struct td_buf *out;
    unsigned depth; /**< of open maps and lists */
    unsigned flat;  /**< open ones from this depth on stand on one line; 0: none do */
    bool begun;     /**< the innermost one has an entry */
};

/** What stands before an entry or item; td_json_key() has it in front. */
void td_json_separate(struct td_json *w);

void td_json_key(struct td_json *w, struct td_str name);
#define TD_JSON_KEY(w, name) td_json_key(w, TD_S(name))

/** Opens a map or list; `flat` puts it, and all in it, on one line. */
void td_json_begin(struct td_json *w, char bracket);
void td_json_begin_flat(struct td_json *w, char bracket);
void td_json_end(struct td_json *w, char bracket);

/** Begins a map or list with its key before its first entry, so that there is no empty one. */
void td_json_begin_once(struct td_json *w, bool *any, struct td_str name, char bracket);

void td_json_text(struct td_json *w, const char *value);

/** A value that is JSON already. */
void td_json_raw(struct td_json *w, const char *json);

#endif
