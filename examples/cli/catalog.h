/* catalog.h - `--catalog`: the operators and datasets that a run knows. */
#ifndef CLI_CATALOG_H
#define CLI_CATALOG_H

#include "cli.h"

/** Reads the catalog that `settings` name, if any, into them and their options. One with errors
 *  has its findings written as text, whatever the format of the documents' is, and is wrong use:
 *  no document is judged. Of one that is accepted, warnings are written where that is wanted. */
enum status catalog_load(struct settings *settings, bool shows_warnings);
void catalog_free(struct settings *settings);

#endif
