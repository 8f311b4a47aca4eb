#include "secret.h"

/* What may stand in the part behind a prefix. */
static bool is_token(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           c == '_' || c == '-';
}

static size_t token_length(struct td_str text)
{
    size_t len = 0;
    while (len < text.len && is_token(text.ptr[len]))
        len++;
    return len;
}

static bool begins_with(struct td_str text, struct td_str prefix)
{
    return text.len >= prefix.len && memcmp(text.ptr, prefix.ptr, prefix.len) == 0;
}

/* The forms are those that the providers document for secret scanning. */
static bool is_prefixed(struct td_str text)
{
    enum { SHORTEST = 15 }; /* of all forms, with what is behind the prefix */
    static const struct {
        struct td_str prefix;
        size_t least; /* characters behind it */
    } forms[] = {
        {{"AKIA", 4}, 16},         {{"ASIA", 4}, 16},     {{"ghp_", 4}, 36},
        {{"gho_", 4}, 36},         {{"ghs_", 4}, 36},     {{"ghu_", 4}, 36},
        {{"github_pat_", 11}, 22}, {{"glpat-", 6}, 20},   {{"xoxb-", 5}, 10},
        {{"xoxp-", 5}, 10},        {{"xoxa-", 5}, 10},    {{"AIza", 4}, 35},
        {{"sk_live_", 8}, 16},     {{"rk_live_", 8}, 16}, {{"sk-", 3}, 32},
        {{"npm_", 4}, 36},         {{"pypi-", 5}, 16},    {{"SG.", 3}, 16},
    };
    if (text.len < SHORTEST)
        return false;
    for (size_t i = 0; i < TD_COUNT(forms); i++) {
        struct td_str prefix = forms[i].prefix;
        struct td_str rest = {text.ptr + prefix.len, text.len - prefix.len};
        if (begins_with(text, prefix) && token_length(rest) >= forms[i].least)
            return true;
    }
    return false;
}

/* Where a text is found in another; `text.len` where it is not. */
static size_t find(struct td_str text, struct td_str part)
{
    size_t at = 0;
    while (text.len - at >= part.len) {
        const char *first = memchr(text.ptr + at, part.ptr[0], text.len - at);
        if (!first)
            break;
        at = (size_t)(first - text.ptr);
        if (begins_with((struct td_str){first, text.len - at}, part))
            return at;
        at++;
    }
    return text.len;
}

/* A private key as PEM. */
static bool is_private_key(struct td_str text)
{
    size_t begin = find(text, TD_S("-----BEGIN "));
    struct td_str rest = {text.ptr + begin, text.len - begin};
    return find(rest, TD_S("PRIVATE KEY-----")) < rest.len;
}

/* A URL with a password: `postgres://user:word@host`. */
static bool is_url_with_password(struct td_str text)
{
    size_t at = find(text, TD_S("://"));
    size_t colon = 0;
    for (size_t i = at + 3; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == ':' && colon == 0)
            colon = i;
        if (c == '@')
            return colon > at + 3 && i > colon + 1;
        if (c == '/' || c == '?' || c == '#' || c == ' ' || c == '$' || c == '{')
            return false;
    }
    return false;
}

bool td_is_secret(struct td_str text)
{
    return is_prefixed(text) || is_private_key(text) || is_url_with_password(text);
}

bool td_is_secret_key(struct td_str key)
{
    static const struct td_str ends[] = {
        {"password", 8},     {"passwd", 6},        {"passphrase", 10},
        {"api_key", 7},      {"apikey", 6},        {"api-key", 7},
        {"private_key", 11}, {"secret_key", 10},   {"access_key", 10},
        {"auth_token", 10},  {"access_token", 12}, {"client_secret", 13},
    };
    for (size_t i = 0; i < TD_COUNT(ends); i++) {
        struct td_str end = ends[i];
        if (key.len >= end.len &&
            memcmp(key.ptr + key.len - end.len, end.ptr, end.len) == 0)
            return true;
    }
    return false;
}

size_t td_secret_shown(struct td_str text)
{
    enum { SHOWN = 4, PARTS = 4 };
    size_t shown = text.len / PARTS < SHOWN ? text.len / PARTS : SHOWN;
    while (shown > 0 && ((unsigned char)text.ptr[shown] & 0xC0) == 0x80)
        shown--;
    return shown;
}
