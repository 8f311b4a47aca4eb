/* settings.h - what a caller's options say: how much a document may hold and a call may use,
 * how bad findings are, and what is allowed. */
#ifndef TD_SETTINGS_H
#define TD_SETTINGS_H

#include "levels.h"
#include "limits.h"

struct td_settings {
    struct td_limits limits;
    struct td_levels levels;
    struct td_baseline *baseline;     /**< NULL for none; see hold.h */
    struct tracedag_catalog *catalog; /**< likewise */
    bool datasets_elsewhere; /**< others may publish datasets that no catalog has */
};

static inline void td_settings_init(struct td_settings *settings)
{
    td_limits_init(&settings->limits);
    td_levels_init(&settings->levels);
    settings->baseline = NULL;
    settings->catalog = NULL;
    settings->datasets_elsewhere = false;
}

#endif
