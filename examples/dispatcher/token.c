#include "token.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <sys/random.h>

enum outcome token_make(const char *prefix, char *token, struct fault *fault)
{
    unsigned char bytes[16];
    /* So few bytes come whole, says getrandom(2). */
    if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
        return fault_set(fault, BROKEN, "no random bytes: %s", strerror(errno));
    int length = snprintf(token, TOKEN_ROOM, "%s", prefix);
    for (size_t i = 0; i < sizeof bytes; i++)
        length += snprintf(token + length, TOKEN_ROOM - (size_t)length, "%02x", bytes[i]);
    return DONE;
}
