#include "fault.h"

#include <stdarg.h>
#include <stdio.h>

enum outcome fault_set(struct fault *fault, enum outcome outcome, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    vsnprintf(fault->text, sizeof fault->text, format, values);
    va_end(values);
    fault->outcome = outcome;
    return outcome;
}

const char *outcome_word(enum outcome outcome)
{
    static const char *const words[] = {"done",   "rejected", "conflict", "not_found",
                                        "misuse", "paused",   "stale",    "unavailable",
                                        "broken", "no_memory"};
    return words[outcome];
}
