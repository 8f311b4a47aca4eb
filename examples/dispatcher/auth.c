#include "auth.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jwt.h>

/* How far the clock of the issuer may be ahead. An `exp` has no such leeway. */
#define LEEWAY_SECONDS 30

#define MOST_TOKEN_BYTES 8192

/* Three parts of base64url and nothing else: libjwt passes over what it does not know, and one
 * token should have one spelling. */
static bool well_formed(const char *token)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    size_t head = strspn(token, alphabet);
    if (!head || token[head] != '.')
        return false;
    const char *body = token + head + 1;
    size_t body_size = strspn(body, alphabet);
    if (!body_size || body[body_size] != '.')
        return false;
    const char *signature = body + body_size + 1;
    size_t size = strspn(signature, alphabet);
    return size && !signature[size] &&
           (size_t)(signature - token) + size <= MOST_TOKEN_BYTES;
}

static const char *token_of(const char *header)
{
    static const char scheme[] = "Bearer ";
    if (!header || strncasecmp(header, scheme, sizeof scheme - 1) != 0)
        return NULL;
    const char *token =
        header + strspn(header + sizeof scheme - 1, " ") + sizeof scheme - 1;
    return well_formed(token) ? token : NULL;
}

/* Finds the key that a token asks for, from its header, which nobody has verified yet. The
 * algorithm is the configured one: the token has no say in it. */
static const struct config_key *key_of(const struct config *config, const char *token)
{
    jwt_t *jwt = NULL;
    if (jwt_decode(&jwt, token, NULL, 0) != 0)
        return NULL;
    const char *algorithm = jwt_get_header(jwt, "alg");
    const char *id = jwt_get_header(jwt, "kid");
    char *critical = jwt_get_headers_json(jwt, "crit");
    const struct config_key *key = NULL;
    if (algorithm && !strcmp(algorithm, config->algorithm) && id && !critical)
        key = config_key(config, id);
    free(critical);
    jwt_free(jwt);
    return key;
}

/* Verifies the signature and gives the claims, owned; NULL when it does not hold. */
static json_t *verify(const struct config *config, const char *token)
{
    const struct config_key *key = key_of(config, token);
    jwt_t *jwt = NULL;
    if (!key || jwt_decode(&jwt, token, key->bytes, (int)key->size) != 0)
        return NULL;
    json_t *claims = NULL;
    if (jwt_get_alg(jwt) == jwt_str_alg(config->algorithm)) {
        char *text = jwt_get_grants_json(jwt, NULL);
        claims = text ? json_loads(text, 0, NULL) : NULL;
        free(text);
    }
    jwt_free(jwt);
    return claims;
}

static bool is_text(const json_t *value, const char *text)
{
    return json_is_string(value) && !strcmp(json_string_value(value), text);
}

static bool is_for(const json_t *audience, const char *us)
{
    for (size_t i = 0; i < json_array_size(audience); i++)
        if (is_text(json_array_get(audience, i), us))
            return true;
    return is_text(audience, us);
}

/* Whether a time, where there is one, has come. */
static bool has_come(const json_t *time, int64_t now)
{
    return !time || (json_is_number(time) &&
                     json_number_value(time) <= (double)(now + LEEWAY_SECONDS));
}

static bool holds(const struct config *config, const json_t *claims, int64_t now)
{
    const json_t *expiry = json_object_get(claims, "exp");
    return is_text(json_object_get(claims, "iss"), config->issuer) &&
           is_for(json_object_get(claims, "aud"), config->audience) &&
           json_is_number(expiry) && json_number_value(expiry) > (double)now &&
           has_come(json_object_get(claims, "nbf"), now) &&
           has_come(json_object_get(claims, "iat"), now);
}

bool auth_accept(const struct config *config, const char *header, int64_t now,
                 char subject[SUBJECT_ROOM])
{
    const char *token = token_of(header);
    json_t *claims = token ? verify(config, token) : NULL;
    const char *sub = json_string_value(json_object_get(claims, "sub"));
    bool good = sub && *sub && strlen(sub) < SUBJECT_ROOM && holds(config, claims, now);
    if (good)
        memcpy(subject, sub, strlen(sub) + 1);
    json_decref(claims);
    return good;
}
