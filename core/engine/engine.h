/*
 * The service's mind: takes requests and events, runs the passes, keeps the report.
 * Knows the store and the seam, and neither pipes nor threads; everything here runs on
 * the one deciding thread, and on Linux in the tests.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_ENGINE_ENGINE_H
#define TIDEGATE_ENGINE_ENGINE_H

#include "core/engine/report.h"
#include "core/protocol/caller.h"
#include "core/protocol/reply.h"
#include "core/system.h"

struct engine;

/* What happened outside. Each asks for a pass at once; five passes within a second, and
 * further ones are spaced by 100 ms (DESIGN.md §6). */
enum engine_event {
    EVENT_STARTED,
    EVENT_WSL_CHANGED, /* Lxss, LocalDevices, relay ended, hives */
    EVENT_PORTPROXY_CHANGED,
    EVENT_FIREWALL_CHANGED, /* policy changed, or the firewall thread has news */
    EVENT_NETWORK_CHANGED,
    EVENT_SERVICE_CHANGED, /* iphlpsvc or MpsSvc */
    EVENT_POLICY_CHANGED,  /* Tidegate's own */
    EVENT_SESSION_CHANGED,
    EVENT_RESUMED,
    EVENT_CLIENT_HELLO
};

/*
 * Opens the store at `database_path` (UTF-8). Never fails: if the store cannot be opened, the
 * engine answers requests with that fault, shows it in the report, changes nothing in Windows,
 * and tries again (newer version or foreign file: never; else by back-off up to 60 s).
 * `system` is borrowed until engine_free. `version` is the program's, for hello.
 */
struct engine *engine_new(const char *database_path, const struct system *system,
                          const char *version);
void engine_free(struct engine *engine);

void engine_notify(struct engine *engine, enum engine_event event);

#define ENGINE_NOTHING_DUE UINT32_MAX
/* Milliseconds until engine_work wants to be called; 0 now; ENGINE_NOTHING_DUE when only an
 * event or a request can bring work. At rest it is always ENGINE_NOTHING_DUE. */
uint32_t engine_due_ms(const struct engine *engine);

/* Runs a pass if one is due, else what else is. */
void engine_work(struct engine *engine);

/* Carries out one request (of a snapshot only the reading: the connection pages through
 * engine_report_bytes); requests that change something run a pass before they answer, so
 * the reply and the newest report show the outcome. `reply` must be cleared by the caller. */
void engine_handle(struct engine *engine, const struct caller *caller,
                   const struct request *request, struct reply *reply);

/* The newest report; borrowed, until the next call of work or handle. */
const struct report *engine_report(const struct engine *engine);

/* The newest report as bytes (report_encode), made once per revision; borrowed likewise. */
const struct wire_writer *engine_report_bytes(const struct engine *engine);

/* The process ids of the WSL relays the newest pass saw, for watch_relays: at most `capacity`
 * are written to `out`; gives how many. */
size_t engine_relays(const struct engine *engine, uint32_t *out, size_t capacity);

/* For uninstall, before engine_withdraw_all: has everything that was taken over from scripts given
 * back, whoever took it over. `given_back` counts entries and firewall rules. */
bool engine_give_back_adopted(struct engine *engine, size_t *given_back,
                              struct error *err);

/* For uninstall: withdraws every entry and firewall rule the ledger holds. Returns true when
 * nothing of ours is left and nothing is on its way back to a script; call again after firewall
 * events until then. */
bool engine_withdraw_all(struct engine *engine, struct error *err);

#endif
