/* schedule_gap.h - how soon a schedule starts again. */
#ifndef TD_SCHEDULE_GAP_H
#define TD_SCHEDULE_GAP_H

#include "schedule.h"

/** The shortest time between two starts that surely follow each other, in seconds; more than any
 *  timeout where no such two are known. *even: all times between starts are alike. */
uint32_t td_schedule_gap(const struct td_schedule *schedule, bool *even);

#endif
