#include "feed.h"

/* What a parser is given first when it begins in the middle: it decodes all that it is given at
 * once, and may need a line of it. */
enum { FIRST_PIECE = 256 };

void td_feed_start(struct td_feed *feed, const struct td_source *source)
{
    *feed = (struct td_feed){.source = source,
                             .piece = source->size,
                             .fed = source->text,
                             .first_byte = source->text,
                             .at_byte = source->text};
}

void td_feed_restart(struct td_feed *feed, struct td_str opening, size_t at)
{
    const struct td_source *source = feed->source;
    size_t cut = 0;
    while (cut < source->cut_count && source->cuts[cut].start < at)
        cut++;
    *feed = (struct td_feed){
        .source = source,
        .opening = opening,
        .piece = FIRST_PIECE,
        .fed = at,
        .next_cut = cut,
        .first_char = opening.len,
        .first_byte = at,
        .at_char = opening.len,
        .at_byte = at,
        .at_cut = cut,
    };
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

int td_feed_read(void *data, unsigned char *buffer, size_t size, size_t *given)
{
    struct td_feed *feed = data;
    const struct td_source *source = feed->source;
    if (feed->opening.len) {
        *given = least(feed->opening.len, size);
        memcpy(buffer, feed->opening.ptr, *given);
        feed->opening =
            (struct td_str){feed->opening.ptr + *given, feed->opening.len - *given};
        return 1;
    }
    size_t cut = feed->next_cut;
    if (cut < source->cut_count && feed->fed == source->cuts[cut].start)
        feed->fed = source->cuts[cut++].end;
    feed->next_cut = cut;
    size_t end = cut < source->cut_count ? source->cuts[cut].start : source->size;
    *given = least(least(end - feed->fed, size), feed->piece);
    memcpy(buffer, source->bytes + feed->fed, *given);
    feed->fed += *given;
    feed->piece = least(feed->piece * 2, source->size);
    return 1;
}

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

static void step_forward(struct td_feed *feed)
{
    const struct td_source *source = feed->source;
    do
        feed->at_byte++;
    while (is_continuation(source->bytes[feed->at_byte]));
    feed->at_char++;
    if (feed->at_cut < source->cut_count &&
        feed->at_byte == source->cuts[feed->at_cut].start)
        feed->at_byte = source->cuts[feed->at_cut++].end;
}

static void step_back(struct td_feed *feed)
{
    const struct td_source *source = feed->source;
    if (feed->at_cut > 0 && feed->at_byte == source->cuts[feed->at_cut - 1].end)
        feed->at_byte = source->cuts[--feed->at_cut].start;
    do
        feed->at_byte--;
    while (is_continuation(source->bytes[feed->at_byte]));
    feed->at_char--;
}

size_t td_feed_walk(struct td_feed *feed, size_t index)
{
    while (feed->at_char < index && feed->at_byte < feed->source->size)
        step_forward(feed);
    while (feed->at_char > index)
        step_back(feed);
    return feed->at_byte;
}
