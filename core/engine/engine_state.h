/*
 * The inside of the engine, shared by its files: opening, pass, report, requests.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_ENGINE_ENGINE_STATE_H
#define TIDEGATE_ENGINE_ENGINE_STATE_H

#include "core/engine/engine.h"
#include "core/engine/schedule.h"
#include "core/engine/world.h"
#include "core/protocol/ticket.h"
#include "core/reconcile/status.h"

#define ENGINE_PATH_SIZE 1024
#define RELAY_CAPACITY 64

struct engine {
    const struct system *system;
    char database_path[ENGINE_PATH_SIZE];
    char version[VERSION_TEXT_SIZE];
    struct store *store;          /* NULL while it cannot be opened */
    char fault[REPORT_NOTE_SIZE]; /* of the store or the last pass; "" if all is well */
    bool store_is_hopeless;       /* trying again would not help */
    char notice[REPORT_NOTE_SIZE];
    struct schedule schedule;          /* passes */
    struct schedule firewall_schedule; /* only its retries are used */
    struct memory memory;
    struct ticket_table tickets;
    struct report *report;           /* never NULL */
    struct wire_writer report_bytes; /* of `report` */
    uint64_t last_pass_ms;
    struct activity_list activity; /* not yet written; oldest first */
    uint64_t activity_due_ms;      /* when it is to be, if there is any */
    uint32_t relays[RELAY_CAPACITY];
    size_t relay_count;
    bool withdrawing; /* for uninstall: the rules count as none */
};

/* engine.c: opens the store if that is still to be done; true when it is open. */
bool engine_open_store(struct engine *engine);

/* engine.c: notes a line of the log. Lines are written a moment later, together: a commit costs
 * milliseconds of a disk's time, in which an event would have to wait. */
void engine_add_activity(struct engine *engine, enum activity_kind kind,
                         const char *format, ...) PRINTF_LIKE(3, 4);
void engine_flush_activity(struct engine *engine);

/* pass.c */
void engine_pass(struct engine *engine);

/* report_build.c: makes the new report, with a new revision if it differs from the last. Without
 * a world and an outcome (the pass could not be made) the last one stays, with the fault. */
void engine_publish(struct engine *engine, const struct world *world,
                    const struct outcome *outcome);

#endif
