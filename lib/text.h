/* text.h - a growing buffer of bytes. Failure sticks, as in an arena. */
#ifndef TD_TEXT_H
#define TD_TEXT_H

#include "mem.h"

struct td_buf {
    struct td_mem *mem;
    char *ptr;
    size_t len;
    size_t room;
    bool failed;
};

void td_buf_init(struct td_buf *buf, struct td_mem *mem);
void td_buf_free(struct td_buf *buf);

/** Makes room for `more` bytes behind the end; false on failure. */
bool td_buf_reserve(struct td_buf *buf, size_t more);

void td_buf_put(struct td_buf *buf, const char *bytes, size_t len);

static inline void td_buf_byte(struct td_buf *buf, char byte)
{
    if (buf->len < buf->room || td_buf_reserve(buf, 1))
        buf->ptr[buf->len++] = byte;
}

static inline void td_buf_str(struct td_buf *buf, struct td_str text)
{
    td_buf_put(buf, text.ptr, text.len);
}

void td_buf_text(struct td_buf *buf, const char *terminated);

/** Writes a number in decimal, plain or with a comma before each group of three digits. */
void td_buf_number(struct td_buf *buf, uint64_t number);
void td_buf_grouped(struct td_buf *buf, uint64_t number);

/** Writes `digits` hexadecimal digits of a number, in lower or upper case. */
void td_buf_hex(struct td_buf *buf, uint64_t number, unsigned digits, bool upper);

/** Writes text from a document for people: control, bidirectional and other invisible
 *  characters as \u{XXXX}, and no more than `most` characters, then `...`. */
void td_buf_escaped(struct td_buf *buf, struct td_str text, size_t most);

/** How the canonical form writes a character: 0 as it is, 'u' by its number, or what stands
 *  behind a backslash. */
char td_json_escape(uint32_t c);

/** Whether a text needs no escape in JSON: visible ASCII without quote and backslash. */
bool td_is_plain_text(struct td_str text);

/** Writes a text of that kind, which is not empty, in quotes. */
void td_buf_quoted(struct td_buf *buf, struct td_str text);

/** Writes a JSON string with its quotes, in the spelling of the canonical form. */
void td_buf_json(struct td_buf *buf, struct td_str text);

#endif
