/*
 * A client's end of the service's pipe: asks one thing at a time, checks that the other
 * end really is the service, and never waits without a limit.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_PIPE_CLIENT_H
#define TIDEGATE_WIN32_PIPE_CLIENT_H

#include "core/protocol/reply.h"

#include <windows.h>

/* What the SCM knows the service by. */
#define SERVICE_NAME L"Tidegate"

struct pipe_client;

/*
 * A connection that neither asks nor is subscribed is closed by the service after a minute.
 *
 * Connects (waiting at most `timeout_ms` for a free instance, and trying again until then when it
 * is turned away), with identification-level impersonation only, checks that the server process is
 * the one the SCM knows as the service (or, when the service is not registered or not running under
 * the SCM, that the pipe's owner is SYSTEM or Administrators), and says hello. ERR_UNAVAILABLE
 * otherwise, in words for users. `hello` (may be NULL) receives the service's answer.
 */
struct pipe_client *pipe_client_open(uint32_t timeout_ms, struct reply *hello,
                                     struct error *err);
void pipe_client_close(struct pipe_client *client); /* NULL is harmless */

/* Sends (the id is chosen here; a long batch goes in several messages) and waits for the reply, at
 * most 15 s each. Events that come
 * first are remembered for pipe_client_wait. True: `out` holds the reply, whose own error may tell
 * a refusal; caller clears it. False: the connection is of no more use. */
bool pipe_client_ask(struct pipe_client *client, struct request *request,
                     struct reply *out, struct error *err) MUST_CHECK;

/* All pages of the newest report. Caller frees with report_free. NULL on failure. */
struct report *pipe_client_fetch_report(struct pipe_client *client, struct error *err);

enum pipe_wait { PIPE_WAIT_CHANGED, PIPE_WAIT_OTHER, PIPE_WAIT_TIMEOUT, PIPE_WAIT_LOST };

/* After a subscribe: waits for the event "changed" (collapsing several), for one of `others`
 * (`*which` tells), for `timeout_ms` (INFINITE allowed), or for the connection's end. */
enum pipe_wait pipe_client_wait(struct pipe_client *client, const HANDLE *others,
                                DWORD count, DWORD timeout_ms, DWORD *which);

#endif
