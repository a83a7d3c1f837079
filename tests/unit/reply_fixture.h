/*
 * Replies of every kind to encode and decode.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TESTS_UNIT_REPLY_FIXTURE_H
#define TIDEGATE_TESTS_UNIT_REPLY_FIXTURE_H

#include "core/protocol/reply.h"

#define SID "S-1-5-21-1-2-3-1001"
#define SAMPLE_COUNT 26

/* The bytes of sample 3, a page of a snapshot. */
extern const uint8_t sample_page[5];

/* One of SAMPLE_COUNT replies; the caller clears it. */
struct reply sample_reply(int index);

/* `count` lines of `length` bytes. */
void fill_plan(struct reply *reply, size_t count, size_t length);
void fill_activity(struct reply *reply, size_t count, size_t length);

struct wire_writer encoded(const struct reply *reply);

#endif
