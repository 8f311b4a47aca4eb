/* secret.h - whether a text looks like a credential: by the forms that providers give to theirs,
 * or by what its key says it is. */
#ifndef TD_SECRET_H
#define TD_SECRET_H

#include "base.h"

/** Whether a text has, or begins with, a credential of a known form. Takes time linear in it. */
bool td_is_secret(struct td_str text);

/** Whether what a key of this name holds is a credential, unless it is the name of one. */
bool td_is_secret_key(struct td_str key);

/** How many bytes of a credential may be shown: four, and less of a short one. */
size_t td_secret_shown(struct td_str text);

#endif
