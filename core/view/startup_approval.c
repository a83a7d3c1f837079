/*
 * Windows' list of start-up programs.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/startup_approval.h"

bool startup_approval_is_off(const uint8_t *bytes, size_t size)
{
    /* Not documented. Seen: a flag word, then the time it was turned off; 02 and 06 become 03 and
     * 07 when the Task Manager or Windows' settings turn the program off (superuser.com 1098450
     * and 1766797; facts/ux-security.md §5.1). */
    return size == STARTUP_APPROVAL_SIZE && (bytes[0] & 1) != 0;
}
