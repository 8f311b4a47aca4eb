#include "text.h"

#include "utf8.h"

enum { FIRST_ROOM = 128, DECIMAL_DIGITS = 20, GROUP = 3 };

void td_buf_init(struct td_buf *buf, struct td_mem *mem)
{
    *buf = (struct td_buf){.mem = mem};
}

void td_buf_free(struct td_buf *buf)
{
    td_mem_free(buf->mem, buf->ptr, buf->room);
    td_buf_init(buf, buf->mem);
}

bool td_buf_reserve(struct td_buf *buf, size_t more)
{
    size_t need;
    if (buf->failed || td_add_overflows(buf->len, more, &need)) {
        buf->failed = true;
        return false;
    }
    if (need <= buf->room)
        return true;
    size_t room = buf->room ? buf->room : FIRST_ROOM;
    while (room < need && !td_add_overflows(room, room / 2, &room)) {
    }
    char *ptr = room < need ? NULL : td_mem_resize(buf->mem, buf->ptr, buf->room, room);
    if (!ptr) {
        buf->failed = true;
        return false;
    }
    buf->ptr = ptr;
    buf->room = room;
    return true;
}

void td_buf_put(struct td_buf *buf, const char *bytes, size_t len)
{
    if (len == 0 || !td_buf_reserve(buf, len))
        return;
    memcpy(buf->ptr + buf->len, bytes, len);
    buf->len += len;
}

void td_buf_text(struct td_buf *buf, const char *terminated)
{
    td_buf_put(buf, terminated, strlen(terminated));
}

void td_buf_number(struct td_buf *buf, uint64_t number)
{
    char digits[DECIMAL_DIGITS];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    td_buf_put(buf, digits + at, sizeof digits - at);
}

void td_buf_grouped(struct td_buf *buf, uint64_t number)
{
    char digits[DECIMAL_DIGITS + DECIMAL_DIGITS / GROUP];
    size_t at = sizeof digits;
    unsigned written = 0;
    do {
        if (written && written % GROUP == 0)
            digits[--at] = ',';
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
        written++;
    } while (number);
    td_buf_put(buf, digits + at, sizeof digits - at);
}

void td_buf_hex(struct td_buf *buf, uint64_t number, unsigned digits, bool upper)
{
    const char *alphabet = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    for (; digits > 0; digits--)
        td_buf_byte(buf, alphabet[number >> (4 * (digits - 1)) & 15]);
}

static void put_code_point(struct td_buf *buf, uint32_t c)
{
    td_buf_text(buf, "\\u{");
    td_buf_hex(buf, c, c > 0xFFFFF ? 6 : c > 0xFFFF ? 5 : 4, true);
    td_buf_byte(buf, '}');
}

/* Copies a character. Bytes that are no UTF-8 come as U+FFFD and are written as that. */
static void put_character(struct td_buf *buf, uint32_t c, const char *bytes, size_t used)
{
    if (c == 0xFFFD)
        td_buf_text(buf, "\xEF\xBF\xBD");
    else
        td_buf_put(buf, bytes, used);
}

void td_buf_escaped(struct td_buf *buf, struct td_str text, size_t most)
{
    size_t at = 0;
    for (size_t count = 0; at < text.len; count++) {
        if (count == most) {
            td_buf_text(buf, "...");
            return;
        }
        size_t used;
        uint32_t c = td_utf8_next(text.ptr + at, text.len - at, &used);
        if (td_utf8_hidden(c))
            put_code_point(buf, c);
        else
            put_character(buf, c, text.ptr + at, used);
        at += used;
    }
}

/* Characters above ASCII that are escaped, so that readers of YAML 1.1, of YAML 1.2 and of JSON
 * see one text (format specification, section 4, rule 4). */
static bool wide_escape(uint32_t c)
{
    return (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029 || c == 0xFEFF ||
           (c >= 0xFDD0 && c <= 0xFDEF) || c == 0xFFFE || c == 0xFFFF;
}

char td_json_escape(uint32_t c)
{
    switch (c) {
    case '"':
    case '\\':
        return (char)c;
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return c < 0x20 || wide_escape(c) ? 'u' : 0;
    }
}

static void put_escape(struct td_buf *buf, uint32_t c, char kind)
{
    static const char digits[] = "0123456789abcdef";
    const char escape[] = {'\\',
                           kind,
                           digits[c >> 12 & 15],
                           digits[c >> 8 & 15],
                           digits[c >> 4 & 15],
                           digits[c & 15]};
    td_buf_put(buf, escape, kind == 'u' ? sizeof escape : 2);
}

/* A word with the high bit of each byte set that is below 0x20, a quote, a backslash, or 0x7F and
 * above; bytes behind the first that is set may be set too. */
static uint64_t not_plain(uint64_t word)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t highs = ones * 0x80;
    uint64_t quote = word ^ ones * '"';
    uint64_t backslash = word ^ ones * '\\';
    return ((word - ones * 0x20) | (quote - ones) | (backslash - ones) | word |
            (word + ones)) &
           highs;
}

/* How many bytes at `at` can be copied as they are. */
static size_t plain_run(struct td_str text, size_t at)
{
    size_t end = at;
    uint64_t word;
    while (text.len - end >= sizeof word) {
        memcpy(&word, text.ptr + end, sizeof word);
        if (not_plain(word))
            break;
        end += sizeof word;
    }
    while (end < text.len) {
        unsigned char c = (unsigned char)text.ptr[end];
        if (c < 0x20 || c == '"' || c == '\\' || c >= 0x7F)
            break;
        end++;
    }
    return end - at;
}

/* The bytes of a short text, some of them twice, in one word. */
static uint64_t short_word(struct td_str text)
{
    uint32_t first = 0;
    uint32_t last = 0;
    memcpy(&first, text.ptr, sizeof first);
    memcpy(&last, text.ptr + text.len - sizeof last, sizeof last);
    return (uint64_t)first << 32 | last;
}

/* Whole words, and a last one that overlaps the one before: no bytes are left over. */
bool td_is_plain_text(struct td_str text)
{
    uint64_t word;
    if (text.len < sizeof(uint32_t))
        return plain_run(text, 0) == text.len;
    if (text.len < sizeof word)
        return not_plain(short_word(text)) == 0;
    for (size_t at = 0; at + sizeof word < text.len; at += sizeof word) {
        memcpy(&word, text.ptr + at, sizeof word);
        if (not_plain(word))
            return false;
    }
    memcpy(&word, text.ptr + text.len - sizeof word, sizeof word);
    return not_plain(word) == 0;
}

void td_buf_quoted(struct td_buf *buf, struct td_str text)
{
    if (!td_buf_reserve(buf, text.len + 2))
        return;
    char *out = buf->ptr + buf->len;
    out[0] = '"';
    memcpy(out + 1, text.ptr, text.len);
    out[text.len + 1] = '"';
    buf->len += text.len + 2;
}

void td_buf_json(struct td_buf *buf, struct td_str text)
{
    if (text.len && td_is_plain_text(text)) {
        td_buf_quoted(buf, text);
        return;
    }
    td_buf_byte(buf, '"');
    for (size_t at = 0; at < text.len;) {
        size_t run = plain_run(text, at);
        td_buf_put(buf, text.ptr + at, run);
        at += run;
        if (at == text.len)
            break;
        size_t used = 1;
        uint32_t c = (unsigned char)text.ptr[at];
        if (c >= 0x80)
            c = td_utf8_next(text.ptr + at, text.len - at, &used);
        char kind = td_json_escape(c);
        if (kind)
            put_escape(buf, c, kind);
        else
            put_character(buf, c, text.ptr + at, used);
        at += used;
    }
    td_buf_byte(buf, '"');
}
