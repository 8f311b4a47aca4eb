/* feed.h - the text that the YAML parser is given, and where its characters stand in the source:
 * the parser counts characters and never sees what is cut out of overlong runs of blanks. */
#ifndef TD_FEED_H
#define TD_FEED_H

#include "source.h"

struct td_feed {
    const struct td_source *source;
    size_t fed;      /**< bytes handed to the parser */
    size_t next_cut; /**< the first cut that is not fed past yet */
    size_t at_char;  /**< a character of the parser and a byte of the source that belong */
    size_t at_byte;  /**< together, moved along as places are asked for */
    size_t at_cut;   /**< the first cut that lies behind at_byte */
};

void td_feed_start(struct td_feed *feed, const struct td_source *source);

/** A reader as libyaml takes it; `data` is a struct td_feed. */
int td_feed_read(void *data, unsigned char *buffer, size_t size, size_t *given);

/** The byte offset of a character of the parser. Places come nearly in order, so this is linear
 *  in all. */
size_t td_feed_walk(struct td_feed *feed, size_t index);

/** The same; in plain ASCII an offset is a number of characters. */
static inline size_t td_feed_byte(struct td_feed *feed, size_t index)
{
    const struct td_source *source = feed->source;
    if (source->ascii && source->cut_count == 0)
        return index < source->size ? index : source->size;
    return td_feed_walk(feed, index);
}

#endif
