#include "uri.h"

#include <stdlib.h>

#include <jansson.h>

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes into `text`, which has room for `size` bytes and a NUL. */
static bool decode(const char *bytes, size_t size, char *text)
{
    for (size_t i = 0; i < size; i++) {
        char c = bytes[i];
        if (c == '%') {
            int high = size - i > 2 ? digit_of(bytes[i + 1]) : -1;
            int low = size - i > 2 ? digit_of(bytes[i + 2]) : -1;
            if (high < 0 || low < 0)
                return false;
            c = (char)(high * 16 + low);
            i += 2;
        }
        if (!c)
            return false;
        *text++ = c;
    }
    *text = '\0';
    return true;
}

/* jansson takes nothing but UTF-8. */
static bool is_utf8(const char *text)
{
    json_t *string = json_string(text);
    json_decref(string);
    return string;
}

bool uri_decode(const char *bytes, size_t size, char **text)
{
    *text = malloc(size + 1);
    if (*text && decode(bytes, size, *text) && is_utf8(*text))
        return true;
    free(*text);
    *text = NULL;
    return false;
}
