/*
 * This program's folder in the machine's Path, so that terminals find tidegatectl.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_SERVICE_SEARCH_PATH_H
#define TIDEGATE_SERVICE_SEARCH_PATH_H

#include "core/base/error.h"

/* Appends it, and remembers that it was us. Success when it stands there already. Refused outside
 * Program Files: elevated programs look for others there. */
bool search_path_add(struct error *err) MUST_CHECK;

/* Takes it out when it was us. What else stands in Path, and its type, stay as they are. */
bool search_path_remove(struct error *err) MUST_CHECK;

#endif
