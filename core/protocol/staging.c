/*
 * A batch that comes in several messages.
 * SPDX-License-Identifier: MIT
 */
#include "core/protocol/staging.h"

#include "core/base/mem.h"
#include "core/base/text.h"

void staging_clear(struct staging *staging)
{
    LIST_CLEAR(&staging->batch);
    *staging = (struct staging){0};
}

static bool fits(const struct staging *staging, const struct request *request,
                 struct error *err)
{
    const size_t count = staging->batch.count + request->batch.count;

    if (count > RULES_PER_USER_MAX)
        return error_set_message(err, ERR_INVALID, MESSAGE_CHANGES_TOO_MANY,
                                 text_of_number(RULES_PER_USER_MAX).digits, NULL, NULL);
    if (count == 0 && !request->batch.more)
        return error_set(err, ERR_INVALID, "batch: there is no change in it");
    if (staging->batch.count > 0 && !user_sid_equals(&staging->user, &request->user))
        return error_set(err, ERR_INVALID, "batch: its parts are for different users");
    return true;
}

static void take_items(struct staging *staging, struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++)
        *LIST_ADD(&staging->batch) = batch->items[i];
    LIST_CLEAR(batch);
}

bool staging_take(struct staging *staging, struct request *request, struct error *err)
{
    if (!fits(staging, request, err)) {
        staging_clear(staging);
        return false;
    }
    /* The usual case, a batch in one message, moves nothing. */
    if (!request->batch.more && staging->batch.count == 0)
        return true;
    staging->user = request->user;
    take_items(staging, &request->batch);
    if (!request->batch.more) {
        request->batch = staging->batch;
        *staging = (struct staging){0};
    }
    return true;
}
