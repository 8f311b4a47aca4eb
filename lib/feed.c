#include "feed.h"

void td_feed_start(struct td_feed *feed, const struct td_source *source)
{
    *feed = (struct td_feed){
        .source = source, .fed = source->text, .at_byte = source->text};
}

int td_feed_read(void *data, unsigned char *buffer, size_t size, size_t *given)
{
    struct td_feed *feed = data;
    const struct td_source *source = feed->source;
    size_t end = source->size;
    if (feed->next_cut < source->cut_count) {
        const struct td_span *cut = &source->cuts[feed->next_cut];
        if (feed->fed == cut->start) {
            feed->fed = cut->end;
            feed->next_cut++;
            return td_feed_read(data, buffer, size, given);
        }
        end = cut->start;
    }
    *given = end - feed->fed < size ? end - feed->fed : size;
    memcpy(buffer, source->bytes + feed->fed, *given);
    feed->fed += *given;
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
