#include "hold.h"

#include "baseline.h"
#include "catalog.h"

void td_settings_hold(const struct td_settings *settings)
{
    td_baseline_keep(settings->baseline);
    td_catalog_keep(settings->catalog);
}

void td_settings_let_go(const struct td_settings *settings)
{
    td_baseline_drop(settings->baseline);
    td_catalog_drop(settings->catalog);
}
