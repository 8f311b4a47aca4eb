/* lexer.h - the door to the YAML parser: a stream of tokens that knows nothing of the parser
 * behind it, so that another one could stand there. Syntax faults become findings here. */
#ifndef TD_LEXER_H
#define TD_LEXER_H

#include "diag.h"
#include "limits.h"
#include "resume.h"
#include "style.h"

enum td_token_kind {
    TD_TOKEN_SCALAR,
    TD_TOKEN_LIST,  /**< a list opens */
    TD_TOKEN_MAP,   /**< a map opens; keys and values follow in turn */
    TD_TOKEN_CLOSE, /**< the innermost list or map ends */
    TD_TOKEN_ALIAS,
    TD_TOKEN_END,  /**< the document is over and nothing follows it */
    TD_TOKEN_FAULT /**< a finding says why this cannot be read; `span` is where */
};

struct td_token {
    enum td_token_kind kind;
    enum td_style style;
    bool damaged;          /**< it has a fault that is reported already */
    bool in_source;        /**< `value` lies in the source */
    uint32_t column;       /**< of a block list or map: where its lines stand, from 0 */
    struct td_span span;   /**< the text as written, without anchor; of a map or list, its
                               opening; of a closing bracket, that bracket */
    struct td_str value;   /**< of a scalar: its text, valid until the next token */
    struct td_span anchor; /**< with its `&`; empty where there is none */
    struct td_resume
        resume; /**< of a fault: where td_lexer_resume() goes on, if anywhere */
};

struct td_lexer;

/** Opens the stream of a scanned source; NULL when memory ran out. */
struct td_lexer *td_lexer_new(struct td_mem *mem, const struct td_source *source,
                              struct td_diag *diag, const struct td_limits *limits);

/** The next token; false when memory ran out. After TD_TOKEN_END nothing may be asked any more,
 *  and after TD_TOKEN_FAULT only what td_lexer_resume() leads to. */
bool td_lexer_next(struct td_lexer *lexer, struct td_token *token);

/** Goes on behind a fault, in lists and maps that are open already: their tokens do not come
 *  again. `place` is the number of the last value so far. False when memory ran out. */
bool td_lexer_resume(struct td_lexer *lexer, const struct td_resume *resume,
                     uint32_t place);

void td_lexer_free(struct td_lexer *lexer);

/** The version of the YAML parser that the process runs with: 205 for 0.2.5. */
uint32_t td_lexer_parser_version(void);

#endif
