#include "sqs_errors.h"

#include <stdio.h>
#include <string.h>

enum meaning { BUSY, REFUSED, MISSING, RECEIPT, OTHER };

/* Parts of the names that SQS and what stands before it give errors; several spellings are about.
 * The first that fits counts. */
static const struct {
    const char *part;
    enum meaning meaning;
} names[] = {
    {"Throttl", BUSY},
    {"TooManyRequests", BUSY},
    {"OverLimit", BUSY},
    {"Unavailable", BUSY},
    {"InternalError", BUSY},
    {"InternalFailure", BUSY},
    {"QueueDoesNotExist", MISSING},
    {"NonExistentQueue", MISSING},
    {"ReceiptHandleIsInvalid", RECEIPT},
    {"AccessDenied", REFUSED},
    {"NotAuthorized", REFUSED},
    {"Token",
     REFUSED}, /* ExpiredToken, InvalidClientTokenId, MissingAuthenticationToken */
    {"Signature",
     REFUSED}, /* SignatureDoesNotMatch, InvalidSignature, IncompleteSignature */
    {"AccessKey", REFUSED},
    {"UnrecognizedClient", REFUSED},
    {"RequestExpired", REFUSED},
    {"OptInRequired", REFUSED},
};

static enum meaning meaning_of(const char *name, long status)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strstr(name, names[i].part))
            return names[i].meaning;
    if (status == 408 || status == 429 || status >= 500)
        return BUSY;
    if (status == 401 || status == 403)
        return REFUSED;
    return status == 404 ? MISSING : OTHER;
}

/* Copies text of a server so that a terminal can show it; empty where it would tell a secret. */
static void copy_text(const char *text, const char *const *secrets, char *copy,
                      size_t room)
{
    *copy = 0;
    if (!text)
        return;
    for (; *secrets; secrets++)
        if (strstr(text, *secrets))
            return;
    snprintf(copy, room, "%s", text);
    for (; *copy; copy++)
        if (*copy < ' ' || *copy > '~')
            *copy = '?';
}

/* Finds a text in an answer, by either spelling of its key. */
static const char *find(const json_t *answer, const char *key, const char *other)
{
    const char *text = json_string_value(json_object_get(answer, key));
    return text ? text : json_string_value(json_object_get(answer, other));
}

enum outcome sqs_fault(long status, const json_t *answer, const char *const *secrets,
                       struct fault *fault)
{
    const char *type = find(answer, "__type", "code");
    const char *hash = type ? strrchr(type, '#') : NULL; /* com.amazonaws.sqs#NAME */
    char name[80], text[240];
    copy_text(hash ? hash + 1 : type, secrets, name, sizeof name);
    copy_text(find(answer, "message", "Message"), secrets, text, sizeof text);
    if (!*name)
        snprintf(name, sizeof name, "status %ld", status);
    if (!*text)
        snprintf(text, sizeof text, "no reason given");
    if (status >= 300 && status < 400)
        return fault_set(fault, MISUSE,
                         "the queue answers with a redirect (status %ld), which is not"
                         " followed: give its own URL",
                         status);
    switch (meaning_of(name, status)) {
    case BUSY:
        return fault_set(fault, UNAVAILABLE, "the queue cannot serve now: %s (%s)", text,
                         name);
    case REFUSED: /* without the text, which may quote what was signed, a token with it */
        return fault_set(
            fault, MISUSE,
            "the queue refuses the call (%s): check AWS_ACCESS_KEY_ID,"
            " AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION, the clock,"
            " and what the key may do with the queue",
            name);
    case MISSING:
        return fault_set(fault, MISUSE,
                         "there is no such queue (%s): make it, or give another URL or"
                         " AWS_REGION",
                         name);
    case RECEIPT:
        return fault_set(fault, STALE, "the message is no longer held: %s (%s)", text,
                         name);
    default:
        return fault_set(fault, MISUSE, "the queue refuses the call: %s (%s)", text,
                         name);
    }
}
