#include "sqs.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "sqs_errors.h"

#define CONNECT_SECONDS 5L
#define ANSWER_SECONDS 10L
/* A message has up to 1 MiB, which JSON writes three times as long at worst; and some words. */
#define MOST_ANSWER ((size_t)4 << 20)

enum { KEY, SECRET, TOKEN, REGION, VALUES };

static const char *const variables[VALUES] = {
    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION"};

struct sqs {
    CURL *curl;
    char *url;            /**< of the queue */
    char *endpoint;       /**< of its server, a path of `/` */
    char *values[VALUES]; /**< of the variables; NULL where there is none */
    char reason[CURL_ERROR_SIZE];
};

static enum outcome no_memory(struct fault *fault)
{
    return fault_set(fault, NO_MEMORY, "no memory");
}

static CURLcode curl_is_ready;

static void start_curl(void)
{
    curl_is_ready = curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* Whether all of a text is printable ASCII without blanks: in a header, anything else could end it
 * and begin another. */
static bool is_plain(const char *text)
{
    for (; *text; text++)
        if (*text <= ' ' || *text > '~')
            return false;
    return true;
}

static bool is_region(const char *text)
{
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return length <= 64 && !text[length];
}

static enum outcome read_environment(struct sqs *sqs, struct fault *fault)
{
    for (int i = 0; i < VALUES; i++) {
        const char *value = getenv(variables[i]);
        if (!value || !*value) {
            if (i == TOKEN)
                continue;
            return fault_set(
                fault, MISUSE,
                "a queue of SQS needs %s in the environment: set %s, %s and %s",
                variables[i], variables[KEY], variables[SECRET], variables[REGION]);
        }
        if (i == REGION && !is_region(value))
            return fault_set(fault, MISUSE,
                             "%s is not the name of a region, such as `eu-central-1`",
                             variables[i]);
        if (!is_plain(value))
            return fault_set(fault, MISUSE, "%s has a character that cannot be in it",
                             variables[i]);
        sqs->values[i] = strdup(value);
        if (!sqs->values[i])
            return no_memory(fault);
    }
    return DONE;
}

/* Takes the URL of a queue apart; what is at fault is not shown, for it may have a password. */
static bool read_parts(struct sqs *sqs, CURLU *parts, const char *url)
{
    char *scheme = NULL, *path = NULL, *rest = NULL;
    bool good =
        curl_url_set(parts, CURLUPART_URL, url, CURLU_DISALLOW_USER) == CURLUE_OK &&
        curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
        curl_url_get(parts, CURLUPART_PATH, &path, 0) == CURLUE_OK &&
        (!strcmp(scheme, "http") || !strcmp(scheme, "https")) && path[1] &&
        curl_url_get(parts, CURLUPART_QUERY, &rest, 0) == CURLUE_NO_QUERY &&
        curl_url_get(parts, CURLUPART_FRAGMENT, &rest, 0) == CURLUE_NO_FRAGMENT &&
        curl_url_set(parts, CURLUPART_PATH, "/", 0) == CURLUE_OK &&
        curl_url_get(parts, CURLUPART_URL, &sqs->endpoint, 0) == CURLUE_OK;
    curl_free(scheme);
    curl_free(path);
    curl_free(rest);
    return good;
}

static enum outcome read_url(struct sqs *sqs, const char *url, struct fault *fault)
{
    CURLU *parts = curl_url();
    sqs->url = strdup(url);
    bool good = parts && sqs->url && is_plain(url) && read_parts(sqs, parts, url);
    bool memory = parts && sqs->url;
    curl_url_cleanup(parts);
    if (!memory)
        return no_memory(fault);
    return good ? DONE
                : fault_set(
                      fault, MISUSE,
                      "a queue is `table` or the URL that SQS gives it,"
                      " `https://SERVER/ACCOUNT/NAME`, without user, query and fragment");
}

/* Sets what all calls have in common. That certificates are checked is libcurl's own choice. */
static bool set_up(struct sqs *sqs)
{
    char signing[128];
    snprintf(signing, sizeof signing, "aws:amz:%s:sqs", sqs->values[REGION]);
    CURL *curl = sqs->curl;
    return curl_easy_setopt(curl, CURLOPT_URL, sqs->endpoint) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_AWS_SIGV4, signing) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_USERNAME, sqs->values[KEY]) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PASSWORD, sqs->values[SECRET]) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, sqs->reason) == CURLE_OK;
}

static enum outcome prepare(struct sqs *sqs, const char *url, struct fault *fault)
{
    enum outcome outcome = read_url(sqs, url, fault);
    if (outcome == DONE)
        outcome = read_environment(sqs, fault);
    if (outcome != DONE)
        return outcome;
    sqs->curl = curl_easy_init();
    if (!sqs->curl)
        return no_memory(fault);
    return set_up(sqs) ? DONE
                       : fault_set(fault, BROKEN, "libcurl cannot make calls of SQS");
}

enum outcome sqs_open(const char *url, struct sqs **sqs, struct fault *fault)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    *sqs = NULL;
    pthread_once(&once, start_curl);
    if (curl_is_ready != CURLE_OK)
        return fault_set(fault, BROKEN, "libcurl cannot be used: %s",
                         curl_easy_strerror(curl_is_ready));
    struct sqs *made = calloc(1, sizeof *made);
    if (!made)
        return no_memory(fault);
    enum outcome outcome = prepare(made, url, fault);
    if (outcome == DONE)
        *sqs = made;
    else
        sqs_close(made);
    return outcome;
}

void sqs_close(struct sqs *sqs)
{
    if (!sqs)
        return;
    curl_easy_cleanup(sqs->curl);
    curl_free(sqs->endpoint);
    for (int i = 0; i < VALUES; i++)
        free(sqs->values[i]);
    free(sqs->url);
    free(sqs);
}

bool sqs_is_fifo(const struct sqs *sqs)
{
    size_t length = strlen(sqs->url);
    return length > 5 && !strcmp(sqs->url + length - 5, ".fifo");
}

/* The bytes of an answer, as far as they came. */
struct bytes {
    char *at;
    size_t size, room;
    bool too_long;
};

static size_t receive_bytes(char *part, size_t one, size_t size, void *bytes)
{
    struct bytes *b = bytes;
    (void)one; /* always 1 */
    if (size > MOST_ANSWER - b->size) {
        b->too_long = true;
        return CURL_WRITEFUNC_ERROR;
    }
    if (size > b->room - b->size) {
        size_t room = 2 * (b->size + size);
        char *at = realloc(b->at, room);
        if (!at)
            return CURL_WRITEFUNC_ERROR;
        b->at = at;
        b->room = room;
    }
    memcpy(b->at + b->size, part, size);
    b->size += size;
    return size;
}

/* Adds `NAME: VALUE` to headers; on failure there are none any more. */
static struct curl_slist *add_header(struct curl_slist *headers, const char *name,
                                     const char *value)
{
    size_t room = strlen(name) + strlen(value) + 3;
    char *line = malloc(room);
    struct curl_slist *longer = NULL;
    if (line) {
        snprintf(line, room, "%s: %s", name, value);
        longer = curl_slist_append(headers, line);
    }
    if (!longer)
        curl_slist_free_all(headers);
    free(line);
    return longer;
}

/* Makes the headers of a call; libcurl signs all of them. */
static struct curl_slist *make_headers(const struct sqs *sqs, const char *action)
{
    char target[64];
    snprintf(target, sizeof target, "AmazonSQS.%s", action);
    struct curl_slist *headers =
        add_header(NULL, "Content-Type", "application/x-amz-json-1.0");
    if (headers)
        headers = add_header(headers, "X-Amz-Target", target);
    if (headers && sqs->values[TOKEN])
        headers = add_header(headers, "X-Amz-Security-Token", sqs->values[TOKEN]);
    return headers;
}

/* Sends a call and reads what comes back. */
static CURLcode exchange(struct sqs *sqs, struct curl_slist *headers, const char *body,
                         long seconds, struct bytes *bytes)
{
    CURL *curl = sqs->curl;
    *sqs->reason = 0;
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, ANSWER_SECONDS + seconds);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive_bytes);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, bytes);
    return curl_easy_perform(curl);
}

static enum outcome transport_fault(const struct sqs *sqs, CURLcode code,
                                    const struct bytes *bytes, struct fault *fault)
{
    if (bytes->too_long)
        return fault_set(
            fault, UNAVAILABLE,
            "the queue answers with more than %zu bytes, which SQS never does",
            MOST_ANSWER);
    if (code == CURLE_OUT_OF_MEMORY || code == CURLE_WRITE_ERROR)
        return no_memory(fault);
    return fault_set(fault, UNAVAILABLE, "the queue does not answer: %s",
                     *sqs->reason ? sqs->reason : curl_easy_strerror(code));
}

/* Makes an outcome of what came back. */
static enum outcome read_answer(const struct sqs *sqs, const struct bytes *bytes,
                                json_t **answer, struct fault *fault)
{
    long status = 0;
    curl_easy_getinfo(sqs->curl, CURLINFO_RESPONSE_CODE, &status);
    json_t *read = json_loadb(bytes->size ? bytes->at : "", bytes->size, 0, NULL);
    enum outcome outcome = DONE;
    if (status != 200) {
        const char *secrets[VALUES] = {NULL};
        size_t count = 0;
        for (int i = KEY; i <= TOKEN; i++)
            if (sqs->values[i])
                secrets[count++] = sqs->values[i];
        outcome = sqs_fault(status, read, secrets, fault);
    } else if (!json_is_object(read)) {
        outcome = fault_set(fault, UNAVAILABLE,
                            "the queue answers with what is no JSON object of SQS");
    } else if (answer) {
        *answer = json_incref(read);
    }
    json_decref(read);
    return outcome;
}

static enum outcome call(struct sqs *sqs, const char *action, const char *body,
                         long seconds, json_t **answer, struct fault *fault)
{
    struct curl_slist *headers = make_headers(sqs, action);
    if (!headers)
        return no_memory(fault);
    struct bytes bytes = {0};
    CURLcode code = exchange(sqs, headers, body, seconds, &bytes);
    enum outcome outcome = code == CURLE_OK ? read_answer(sqs, &bytes, answer, fault)
                                            : transport_fault(sqs, code, &bytes, fault);
    free(bytes.at);
    curl_slist_free_all(headers);
    return outcome;
}

enum outcome sqs_call(struct sqs *sqs, const char *action, json_t *request, long seconds,
                      json_t **answer, struct fault *fault)
{
    json_t *url = json_string(sqs->url);
    char *body = json_object_set_new(request, "QueueUrl", url) == 0
                     ? json_dumps(request, JSON_COMPACT)
                     : NULL;
    enum outcome outcome =
        body ? call(sqs, action, body, seconds, answer, fault) : no_memory(fault);
    free(body);
    json_decref(request);
    return outcome;
}
