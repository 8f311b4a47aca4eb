/* config.h - the file of configuration of `dispatcher serve`.
 *
 * JSON; what is not known is refused by its name, so that a misspelled limit is not silently the
 * default one.
 */
#ifndef DISPATCHER_CONFIG_H
#define DISPATCHER_CONFIG_H

#include <jansson.h>

#include "fault.h"

/** A key that tokens are verified with. */
struct config_key {
    const char *id; /**< the `kid` of tokens */
    unsigned char *bytes;
    size_t size;
};

struct config {
    json_t *root; /**< owns the texts */
    const char *listen;
    const char *db; /**< NULL where the file has none */
    const char *issuer;
    const char *audience;
    const char *algorithm; /**< of JWA, such as `RS256`; the only one that is accepted */
    struct config_key *keys;
    size_t key_count;
    size_t max_body_bytes;
    unsigned request_timeout_seconds;
    unsigned threads;
};

/** Reads a file; paths of keys in it count from its own folder. `*config` is to be given to
 *  config_free() whatever the outcome. */
enum outcome config_read(const char *file, struct config *config, struct fault *fault);
void config_free(struct config *config);

/** Finds a key; NULL: none. */
const struct config_key *config_key(const struct config *config, const char *id);

#endif
