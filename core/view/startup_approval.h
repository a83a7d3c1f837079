/*
 * What Windows' list of start-up programs says of one: the bytes of the value with the program's
 * name below ...\CurrentVersion\Explorer\StartupApproved\Run.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_VIEW_STARTUP_APPROVAL_H
#define TIDEGATE_VIEW_STARTUP_APPROVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STARTUP_APPROVAL_SIZE 12

/* Whether the user turned the program off. What has another form turns nothing off. */
bool startup_approval_is_off(const uint8_t *bytes, size_t size);

#endif
