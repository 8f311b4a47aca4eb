/* style.h - how a value is written: what tokens bring along and values keep. */
#ifndef TD_STYLE_H
#define TD_STYLE_H

enum td_style {
    TD_STYLE_PLAIN,
    TD_STYLE_SINGLE_QUOTED,
    TD_STYLE_DOUBLE_QUOTED,
    TD_STYLE_LITERAL,
    TD_STYLE_FOLDED,
    TD_STYLE_BLOCK, /**< of a list or map: by indentation */
    TD_STYLE_FLOW   /**< of a list or map: in brackets */
};

#endif
