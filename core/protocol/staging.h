/*
 * A batch that comes in several messages: what one connection has sent of it so far.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_PROTOCOL_STAGING_H
#define TIDEGATE_PROTOCOL_STAGING_H

#include "core/protocol/request.h"

/* Zeroed is valid: nothing is staged. */
struct staging {
    struct user_sid user; /* for whom; the same in all parts */
    struct batch batch;   /* its items are owned */
};

/*
 * Takes the items of a batch request. With `more` they stay here, and the request has none any
 * more; without, the request gets all that was staged before it, and nothing stays. ERR_INVALID
 * when there are more than RULES_PER_USER_MAX in all, none at all, or the parts speak for different
 * users: all is forgotten then.
 */
bool staging_take(struct staging *staging, struct request *request,
                  struct error *err) MUST_CHECK;
void staging_clear(struct staging *staging);

#endif
