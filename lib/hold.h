/* hold.h - who copies settings holds what they refer to, and lets go of it in the end. */
#ifndef TD_HOLD_H
#define TD_HOLD_H

#include "settings.h"

void td_settings_hold(const struct td_settings *settings);
void td_settings_let_go(const struct td_settings *settings);

#endif
