/* diag.h - the report while it is being made, and when it is done. It knows spans and texts,
 * never values or jobs: a phase hands over where a finding stands as a number (`place`), and
 * pointers are written at the end, by the one file that knows the values.
 *
 * A phase starts a finding with td_report(), which never fails: past the limit, or without
 * memory, the finding is counted and thrown away, and all that is said of it goes nowhere. */
#ifndef TD_DIAG_H
#define TD_DIAG_H

#include <stdatomic.h>

#include "../include/tracedag/tracedag-types.h"
#include "arena.h"
#include "settings.h"
#include "source.h"
#include "text.h"

enum {
    TD_RELATED_MOST = 8,
    TD_HELP_MOST = 3,
    TD_FIXES_MOST = 4,
    TD_QUOTE_CHARACTERS = 60
};

/** A finding as callers read it, and behind it what only its makers need. */
struct td_finding {
    tracedag_finding pub;
    uint32_t place;  /**< the value it is about; 0 for the whole document */
    uint32_t serial; /**< the order of finding, the last tie-breaker */
    bool around;     /**< the pointer names the map or list around the place */
    bool is_aside; /**< suppressed: not counted, and moved behind the others at the end */
    struct td_str fingerprint_name; /**< `data.name`, raw */
};

struct td_diag {
    struct td_mem *mem;
    struct td_arena arena;
    struct td_finding *list;
    size_t count;
    size_t room;
    struct td_levels levels; /**< how bad findings are */
    size_t most;             /**< findings kept */
    size_t message_most;     /**< bytes of one message */
    size_t by_severity[4];   /**< all that were found, kept or not */
    size_t kept[4];          /**< those in the list */
    size_t dropped;
    size_t suppressed; /**< set aside; in the end they stand behind the `count` others */
    struct td_arena words;  /**< texts that go into others of the finding at hand */
    struct td_buf scratch;  /**< where texts are put together */
    struct td_str named;    /**< the last subject, where it stands in the document, */
    tracedag_text subject;  /**< and the text of findings about it */
    struct td_finding lost; /**< what findings that are not kept are written to */
    size_t offers;          /**< names looked at for advice: see td_may_search() */
    uint32_t looks_back;    /**< see td_may_look_back() */
    size_t walked;          /**< values looked at for fixes: see td_may_walk() */
    uint32_t compactions;   /**< how often repeats were taken out of a full list */
    bool muted;             /**< the finding at hand is not kept: its words are spared */
    bool failed;            /**< memory ran out */
};

void td_diag_init(struct td_diag *diag, struct td_mem *mem,
                  const struct td_levels *levels, size_t most, size_t message_most);
void td_diag_free(struct td_diag *diag);

/** Starts a finding. Its name comes from the table of codes, its severity from the levels; where
 *  that is 0 the finding is not kept, and not counted. */
struct td_finding *td_report(struct td_diag *diag, uint32_t code, struct td_span span,
                             uint32_t place);

/** Whether no more findings are taken. While they are collected there is room for a quarter more
 *  than are kept in the end, so that repeats are known before others are dropped. */
static inline bool td_is_full(const struct td_diag *diag)
{
    return diag->count > diag->most + diag->most / 4 + 16;
}

/** Whether a finding has its pointer. Those of reading come to the report of a validation with
 *  it, and with texts that stay in the document. */
static inline bool td_is_finished(const struct td_finding *finding)
{
    return finding->pub.fingerprint.len > 0;
}

/** Gives a finding that was copied from another report related places of its own; false when
 *  memory ran out. */
bool td_own_related(struct td_diag *diag, struct td_finding *finding);

/** Whether a finding is kept, so that costly advice can be spared for the others. */
bool td_kept(const struct td_diag *diag, const struct td_finding *finding);

/** Whether all findings may be looked through once more: a few thousand times in a report. */
bool td_may_look_back(struct td_diag *diag);

/** Whether a near name may be looked for among `count` names. There is a budget for all
 *  searches of a report, so that advice never costs more than the checks. */
bool td_may_search(struct td_diag *diag, size_t count);

/** Whether `count` values may be looked at for a fix; a report has a budget for that, too. */
bool td_may_walk(struct td_diag *diag, size_t count);

/* Texts are put together by a fixed format and these directives, and nothing else:
 *   %s const char *, our own words           %q struct td_str from the document, in backticks
 *   %e struct td_str from the document,      %k const char *, our own word, in backticks
 *      escaped, without backticks            %u uint64_t, plain
 *   %n uint64_t, grouped: 1,024              %c uint32_t, a code point as `\u{XXXX}`
 *   %x unsigned, a byte as 0xFF              %t struct td_str, words that are ready
 *   %p uint32_t, a code point as U+2028
 * What was put into `scratch` by hand before the call comes first. */
void td_message(struct td_diag *diag, struct td_finding *finding, const char *format,
                ...);
void td_label(struct td_diag *diag, struct td_finding *finding, const char *format, ...);
void td_help(struct td_diag *diag, struct td_finding *finding, const char *format, ...);
void td_related(struct td_diag *diag, struct td_finding *finding, struct td_span span,
                const char *format, ...);

/** Adds a related place in another document, which has a name and knows its places. */
void td_related_elsewhere(struct td_diag *diag, struct td_finding *finding,
                          const struct td_source *source, struct td_str file,
                          struct td_span span, const char *format, ...);

/** Offers a change that mends the finding: `span` becomes `text`. `format` is its title. A text
 *  too long for a message is no fix, and is left out. */
void td_fix(struct td_diag *diag, struct td_finding *finding, uint32_t safety,
            struct td_span span, struct td_str text, const char *format, ...);

/** Puts words together for use with %t, in a text of the finding that was started last. */
struct td_str td_words(struct td_diag *diag, const char *format, ...);

/** Names what the finding is about. */
void td_subject(struct td_diag *diag, struct td_finding *finding, uint32_t kind,
                struct td_str name, uint32_t index);

/** Adds a named value to `data`; "name" also goes into the fingerprint. */
void td_data_text(struct td_diag *diag, struct td_finding *finding, const char *key,
                  struct td_str value);
void td_data_number(struct td_diag *diag, struct td_finding *finding, const char *key,
                    uint64_t value);
void td_data_list(struct td_diag *diag, struct td_finding *finding, const char *key,
                  const struct td_str *values, size_t count);

/** Takes out what was found twice (same code, span and data), and what is more than is kept.
 *  Pointers need not stand yet. */
void td_diag_settle(struct td_diag *diag);

/** Sets aside a finding that is not yet (enum tracedag_suppression). The reason must live as long
 *  as the report. */
void td_suppress(struct td_diag *diag, struct td_finding *finding, uint32_t suppression,
                 struct td_str reason);

/** Sorts by start byte, code, pointer. Adds the finding that counts what was dropped, which has
 *  no pointer yet. */
void td_diag_finish(struct td_diag *diag);

/** Moves what is set aside behind all others. The last that is done to a report. */
void td_diag_part(struct td_diag *diag);

/** The report as a handle: findings of `diag`, places of `source`. */
struct tracedag_report {
    atomic_uint refs;
    struct td_mem mem;
    struct td_settings settings; /**< of the call that made it */
    struct td_diag diag;
    const struct td_source *source;
    bool of_catalog;          /**< it tells of a catalog, not of a DAG */
    struct tracedag_doc *doc; /**< kept for the source; NULL in the doc's own report */
    size_t among; /**< of how many documents together; 0 for a report on one alone */
};

#endif
