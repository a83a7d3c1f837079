/*
 * A stand-in for the service's end of the pipe: a thread of this process that plays one scene
 * to the first client.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TESTS_PIPE_STAND_IN_H
#define TIDEGATE_TESTS_PIPE_STAND_IN_H

#include "core/protocol/reply.h"

#include <windows.h>

#define PATIENCE_MS 5000

/* What happens in the stand-in's thread after a client has connected. */
typedef void scene(HANDLE pipe);

/* Takes `descriptor` over. There is one instance of the pipe. */
void stand_in_start_with(PSECURITY_DESCRIPTOR descriptor, scene *play);
/* With the access list of the real service. */
void stand_in_start(scene *play);

/* Waits for the scene's end. */
void stand_in_stop(void);
/* Ends it; harmless without one. For tear-down: a failed test leaves its stand-in behind. */
void stand_in_end(void);

/* For scenes. */
bool stand_in_read(HANDLE pipe, struct request *out);
void stand_in_send(HANDLE pipe, const struct reply *reply);
void stand_in_send_event(HANDLE pipe, uint64_t revision);
void stand_in_answer_hello(HANDLE pipe);
/* Reads the next request and answers it with `revision`, as a subscribe or reconcile. */
void stand_in_answer_next(HANDLE pipe, uint64_t revision);
void stand_in_wait_for_end(HANDLE pipe); /* until the client goes */

#endif
