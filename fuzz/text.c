/* Judges texts by what UTF-8 and JSON are, apart from the library's own notion of them. */
#include "fuzz.h"

/* ---- UTF-8 ------------------------------------------------------------------------------ */

/* The code point at `p` and its length in bytes; length 0 where there is none. */
static uint32_t code_point(const unsigned char *p, size_t n, size_t *used)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t len = p[0] < 0x80   ? 1
                 : p[0] < 0xC2 ? 0
                 : p[0] < 0xE0 ? 2
                 : p[0] < 0xF0 ? 3
                 : p[0] < 0xF5 ? 4
                               : 0;
    uint32_t c = len == 1 ? p[0] : p[0] & (0x7FU >> len);
    *used = len <= n ? len : 0;
    for (size_t i = 1; i < *used; i++) {
        if ((p[i] & 0xC0) != 0x80)
            *used = 0;
        else
            c = c << 6 | (p[i] & 0x3FU);
    }
    if (*used && (c < least[len] || (c >= 0xD800 && c < 0xE000) || c > 0x10FFFF))
        *used = 0;
    return c;
}

static bool is_text(const char *ptr, size_t len, bool controls)
{
    size_t used;
    for (size_t at = 0; at < len; at += used) {
        used = 1;
        if (ptr[at] >= 0x20 && ptr[at] < 0x7F)
            continue;
        uint32_t c = code_point((const unsigned char *)ptr + at, len - at, &used);
        if (used == 0 || (!controls && (c < 0x20 || (c >= 0x7F && c < 0xA0))))
            return false;
    }
    return true;
}

bool is_utf8(const char *ptr, size_t len)
{
    return is_text(ptr, len, true);
}

bool is_one_line(const char *ptr, size_t len)
{
    return is_text(ptr, len, false);
}

/* ---- JSON ------------------------------------------------------------------------------- */

enum { DEPTH_MOST = 1024 };

struct json {
    const char *at;
    const char *end;
    char open[DEPTH_MOST]; /* the brackets that wait for their partners */
    size_t depth;
};

static bool take(struct json *j, char byte)
{
    bool found = j->at < j->end && *j->at == byte;
    j->at += found;
    return found;
}

static bool take_word(struct json *j, const char *word)
{
    size_t len = strlen(word);
    bool found = (size_t)(j->end - j->at) >= len && memcmp(j->at, word, len) == 0;
    j->at += found ? len : 0;
    return found;
}

static size_t take_digits(struct json *j)
{
    const char *start = j->at;
    while (j->at < j->end && *j->at >= '0' && *j->at <= '9')
        j->at++;
    return (size_t)(j->at - start);
}

static bool take_number(struct json *j)
{
    take(j, '-');
    bool zero = j->at < j->end && *j->at == '0';
    size_t digits = take_digits(j);
    if (digits == 0 || (zero && digits > 1) || (take(j, '.') && take_digits(j) == 0))
        return false;
    if (!take(j, 'e') && !take(j, 'E'))
        return true;
    if (!take(j, '-'))
        take(j, '+');
    return take_digits(j) > 0;
}

static bool take_escape(struct json *j)
{
    if (j->at == j->end || !strchr("\"\\/bfnrtu", *j->at) || *j->at == '\0')
        return false;
    if (*j->at++ != 'u')
        return true;
    for (int i = 0; i < 4; i++, j->at++) {
        if (j->at == j->end || *j->at == '\0' ||
            !strchr("0123456789abcdefABCDEF", *j->at))
            return false;
    }
    return true;
}

static bool take_string(struct json *j)
{
    if (!take(j, '"'))
        return false;
    while (j->at < j->end && *j->at != '"') {
        if ((unsigned char)*j->at < 0x20 || (*j->at++ == '\\' && !take_escape(j)))
            return false;
    }
    return take(j, '"');
}

static bool take_key(struct json *j)
{
    return take_string(j) && take(j, ':');
}

static bool take_scalar(struct json *j)
{
    if (j->at < j->end && *j->at == '"')
        return take_string(j);
    return take_word(j, "null") || take_word(j, "true") || take_word(j, "false") ||
           take_number(j);
}

/* A value up to the first scalar or empty collection in it. */
static bool take_first(struct json *j)
{
    for (;;) {
        if (take(j, '[')) {
            if (take(j, ']'))
                return true;
            j->open[j->depth++] = ']';
        } else if (take(j, '{')) {
            if (take(j, '}'))
                return true;
            j->open[j->depth++] = '}';
            if (!take_key(j))
                return false;
        } else {
            return take_scalar(j);
        }
        if (j->depth == DEPTH_MOST)
            return false;
    }
}

/* Without blanks, which the library never writes. */
static bool is_json_value(const char *ptr, size_t len)
{
    struct json j;
    j.at = ptr;
    j.end = ptr + len;
    j.depth = 0;
    if (!take_first(&j))
        return false;
    while (j.depth > 0) {
        if (take(&j, j.open[j.depth - 1])) {
            j.depth--;
        } else if (!take(&j, ',') || (j.open[j.depth - 1] == '}' && !take_key(&j)) ||
                   !take_first(&j)) {
            return false;
        }
    }
    return j.at == j.end;
}

bool is_json(const char *ptr, size_t len)
{
    return ptr && is_utf8(ptr, len) && is_json_value(ptr, len);
}

bool is_json_lines(const char *ptr, size_t len)
{
    if (!is_utf8(ptr, len))
        return false;
    while (len > 0) {
        const char *end = memchr(ptr, '\n', len);
        if (!end || !is_json_value(ptr, (size_t)(end - ptr)))
            return false;
        len -= (size_t)(end + 1 - ptr);
        ptr = end + 1;
    }
    return true;
}
