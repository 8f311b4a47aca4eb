/* The JSON is that of the canonical form, without a blank, so that the byte in front of a text
 * says what it is: behind a colon stands the value of an entry. Texts are judged as they are
 * escaped: no escape has a character that makes or unmakes a credential. */
#include "veil.h"

#include "secret.h"

/* Where a text ends whose first quote stands at `at`: behind the last one. */
static size_t text_end(struct td_str json, size_t at)
{
    for (at++; json.ptr[at] != '"'; at++)
        at += json.ptr[at] == '\\';
    return at + 1;
}

static bool is_listed(const struct td_veil *veil, struct td_str text)
{
    for (size_t i = 0; i < veil->secret_count; i++) {
        if (td_str_eq((struct td_str){veil->secrets[i].ptr, veil->secrets[i].len}, text))
            return true;
    }
    return false;
}

static bool is_credential(const struct td_veil *veil, struct td_str key,
                          struct td_str text)
{
    enum { SHORTEST = 6 };
    if (td_is_secret(text))
        return true;
    return text.len >= SHORTEST && !memchr(text.ptr, '$', text.len) &&
           td_is_secret_key(key) && !is_listed(veil, text);
}

/* An escape is not cut in two. */
static void put_veiled(struct td_buf *out, struct td_str text)
{
    size_t shown = td_secret_shown(text);
    const char *escape = memchr(text.ptr, '\\', shown);
    td_buf_byte(out, '"');
    td_buf_put(out, text.ptr, escape ? (size_t)(escape - text.ptr) : shown);
    td_buf_text(out, "****\"");
}

bool td_veil_json(const struct td_veil *veil, struct td_str json, struct td_buf *out)
{
    struct td_str key = veil->key;
    bool veiled = false;
    for (size_t at = 0; at < json.len;) {
        const char *quote = memchr(json.ptr + at, '"', json.len - at);
        size_t start = quote ? (size_t)(quote - json.ptr) : json.len;
        td_buf_put(out, json.ptr + at, start - at);
        if (!quote)
            break;
        at = text_end(json, start);
        struct td_str text = {quote + 1, at - start - 2};
        bool is_key = at < json.len && json.ptr[at] == ':';
        bool is_value = start == 0 || json.ptr[start - 1] == ':';
        struct td_str of = is_value ? key : TD_S("");
        if (is_key)
            key = text;
        bool hide = !is_key && is_credential(veil, of, text);
        if (hide)
            put_veiled(out, text);
        else
            td_buf_put(out, quote, at - start);
        veiled |= hide;
    }
    return veiled;
}
