/* yaml11.h - what readers of YAML 1.1 make of a plain scalar that YAML 1.2 reads otherwise. The
 * readers are PyYAML and Go's yaml.v2 and v3; where they differ among themselves, one that
 * reads something else is enough. */
#ifndef TD_YAML11_H
#define TD_YAML11_H

#include "base.h"

/** What a plain scalar (not quoted, no tag) is to them, in words that follow "take for":
 *  "false", "an octal number". NULL where they agree with YAML 1.2's core schema. Takes time
 *  linear in the text. */
const char *td_yaml11_reading(struct td_str plain);

#endif
