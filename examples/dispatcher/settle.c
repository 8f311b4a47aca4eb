#include "settle.h"

enum outcome settle(struct db *db, enum outcome outcome, json_t **answer,
                    struct fault *fault)
{
    if (outcome == DONE && !*answer)
        outcome = fault_set(fault, NO_MEMORY, "no memory");
    outcome = db_end(db, outcome, fault);
    if (outcome != DONE) {
        json_decref(*answer);
        *answer = NULL;
    }
    return outcome;
}
