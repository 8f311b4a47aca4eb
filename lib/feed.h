/* feed.h - the text that the YAML parser is given, and where its characters stand in the source:
 * the parser counts characters and never sees what is cut out of overlong runs of blanks. */
#ifndef TD_FEED_H
#define TD_FEED_H

#include "source.h"

struct td_feed {
    const struct td_source *source;
    struct td_str opening; /**< what is still to be read before the source */
    size_t piece;          /**< the most that is handed out next */
    size_t fed;            /**< bytes of the source handed to the parser */
    size_t next_cut;       /**< the first cut that is not fed past yet */
    size_t first_char;     /**< the first character of the source, behind the opening, */
    size_t first_byte;     /**< and its byte */
    size_t at_char; /**< a character of the parser and a byte of the source that belong */
    size_t at_byte; /**< together, moved along as places are asked for */
    size_t at_cut;  /**< the first cut that lies behind at_byte */
};

void td_feed_start(struct td_feed *feed, const struct td_source *source);

/** Begins anew in the middle, for another parser: `opening`, plain ASCII that stays where it is,
 *  then the source from `at`. */
void td_feed_restart(struct td_feed *feed, struct td_str opening, size_t at);

/** A reader as libyaml takes it; `data` is a struct td_feed. */
int td_feed_read(void *data, unsigned char *buffer, size_t size, size_t *given);

/** The byte offset of a character of the parser that stands in the source. Places come nearly in
 *  order, so this is linear in all. */
size_t td_feed_walk(struct td_feed *feed, size_t index);

/** The same for any character, one of the opening being the first of the source; in plain ASCII
 *  characters are bytes. */
static inline size_t td_feed_byte(struct td_feed *feed, size_t index)
{
    const struct td_source *source = feed->source;
    size_t behind = index > feed->first_char ? index - feed->first_char : 0;
    if (!source->ascii || source->cut_count > 0)
        return td_feed_walk(feed, feed->first_char + behind);
    size_t left = source->size - feed->first_byte;
    return feed->first_byte + (behind < left ? behind : left);
}

#endif
