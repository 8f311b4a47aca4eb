#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A document may have 1 MiB, and one that is a little too long should hear so from the library. */
#define DEFAULT_BODY_BYTES (1048576 + 65536)

#define MOST_KEY_BYTES 65536

/* How short a shared secret may be: as long as the digest, RFC 7518, 3.2. */
static const struct algorithm {
    const char *name;
    size_t secret_bytes; /* 0: it has a public key */
} algorithms[] = {
    {"HS256", 32}, {"HS384", 48}, {"HS512", 64}, {"RS256", 0}, {"RS384", 0},
    {"RS512", 0},  {"ES256", 0},  {"ES384", 0},  {"ES512", 0},
};

static const struct algorithm *find_algorithm(const char *name)
{
    for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++)
        if (!strcmp(algorithms[i].name, name))
            return &algorithms[i];
    return NULL;
}

/* Makes the path of a key, seen from the folder of the file of configuration. */
static char *path_of(const char *file, const char *path)
{
    const char *slash = path[0] == '/' ? NULL : strrchr(file, '/');
    size_t folder = slash ? (size_t)(slash - file) + 1 : 0;
    char *whole = malloc(folder + strlen(path) + 1);
    if (whole) {
        memcpy(whole, file, folder);
        memcpy(whole + folder, path, strlen(path) + 1);
    }
    return whole;
}

/* Whether the bytes are of the kind that the algorithm needs. A public key as a shared secret
 * would let everybody make tokens. */
static bool fits(const struct config_key *key, const struct algorithm *algorithm)
{
    const char *text = (const char *)key->bytes;
    if (algorithm->secret_bytes)
        return !strstr(text, "-----BEGIN ") && key->size >= algorithm->secret_bytes;
    return strstr(text, "-----BEGIN PUBLIC KEY-----") && !strstr(text, "PRIVATE KEY");
}

static enum outcome read_key(const char *path, struct config_key *key,
                             struct fault *fault)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return fault_set(fault, UNAVAILABLE, "%s: cannot be opened", path);
    key->bytes = calloc(1, MOST_KEY_BYTES + 1);
    if (key->bytes)
        key->size = fread(key->bytes, 1, MOST_KEY_BYTES, file);
    bool good = fgetc(file) == EOF && !ferror(file);
    fclose(file);
    if (!key->bytes)
        return fault_set(fault, NO_MEMORY, "no memory");
    return good ? DONE
                : fault_set(fault, UNAVAILABLE, "%s: cannot be read, or is long", path);
}

static enum outcome add_key(struct config *config, const char *file, const char *id,
                            const json_t *path, struct fault *fault)
{
    if (!json_is_string(path))
        return fault_set(fault, MISUSE, "%s: the key `%s` is no path", file, id);
    char *whole = path_of(file, json_string_value(path));
    if (!whole)
        return fault_set(fault, NO_MEMORY, "no memory");
    struct config_key *key = &config->keys[config->key_count++];
    key->id = id;
    enum outcome outcome = read_key(whole, key, fault);
    const struct algorithm *algorithm = find_algorithm(config->algorithm);
    if (outcome == DONE && !fits(key, algorithm))
        outcome =
            fault_set(fault, MISUSE, "%s: no key for %s: %s", whole, algorithm->name,
                      algorithm->secret_bytes ? "a secret as long as the digest is wanted"
                                              : "a public key in PEM is wanted");
    free(whole);
    return outcome;
}

static enum outcome add_keys(struct config *config, const char *file, json_t *keys,
                             struct fault *fault)
{
    if (!json_object_size(keys))
        return fault_set(fault, MISUSE, "%s: `keys` has no key", file);
    config->keys = calloc(json_object_size(keys), sizeof *config->keys);
    if (!config->keys)
        return fault_set(fault, NO_MEMORY, "no memory");
    enum outcome outcome = DONE;
    const char *id;
    json_t *path;
    json_object_foreach(keys, id, path) if (outcome == DONE) outcome =
        add_key(config, file, id, path, fault);
    return outcome;
}

static bool within(json_int_t number, json_int_t least, json_int_t most)
{
    return number >= least && number <= most;
}

static enum outcome read_members(struct config *config, const char *file,
                                 struct fault *fault)
{
    json_error_t error;
    json_t *keys = NULL;
    json_int_t body = DEFAULT_BODY_BYTES, timeout = 30, threads = 4;
    if (json_unpack_ex(config->root, &error, JSON_STRICT,
                       "{s:s, s?s, s:s, s:s, s:s, s:o, s?I, s?I, s?I}", "listen",
                       &config->listen, "db", &config->db, "issuer", &config->issuer,
                       "audience", &config->audience, "algorithm", &config->algorithm,
                       "keys", &keys, "max_body_bytes", &body, "request_timeout_seconds",
                       &timeout, "threads", &threads))
        return fault_set(fault, MISUSE, "%s: %s", file, error.text);
    if (!*config->issuer || !*config->audience)
        return fault_set(fault, MISUSE, "%s: `issuer` and `audience` are not empty",
                         file);
    if (!find_algorithm(config->algorithm))
        return fault_set(fault, MISUSE, "%s: `algorithm` is none that is known", file);
    if (!within(body, 1024, 64 << 20) || !within(timeout, 1, 3600) ||
        !within(threads, 1, 64))
        return fault_set(fault, MISUSE,
                         "%s: `max_body_bytes` is 1024 to 67108864,"
                         " `request_timeout_seconds` 1 to 3600, `threads` 1 to 64",
                         file);
    config->max_body_bytes = (size_t)body;
    config->request_timeout_seconds = (unsigned)timeout;
    config->threads = (unsigned)threads;
    return add_keys(config, file, keys, fault);
}

enum outcome config_read(const char *file, struct config *config, struct fault *fault)
{
    *config = (struct config){0};
    json_error_t error;
    config->root = json_load_file(file, JSON_REJECT_DUPLICATES, &error);
    if (config->root)
        return read_members(config, file, fault);
    if (json_error_code(&error) == json_error_cannot_open_file)
        return fault_set(fault, UNAVAILABLE, "%s: cannot be opened", file);
    return fault_set(fault, MISUSE, "%s:%d: %s", file, error.line, error.text);
}

void config_free(struct config *config)
{
    for (size_t i = 0; i < config->key_count; i++)
        free(config->keys[i].bytes);
    free(config->keys);
    json_decref(config->root);
}

const struct config_key *config_key(const struct config *config, const char *id)
{
    for (size_t i = 0; i < config->key_count; i++)
        if (!strcmp(config->keys[i].id, id))
            return &config->keys[i];
    return NULL;
}
