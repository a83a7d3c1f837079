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

/* Where a user's WSL was when its address was known last: on its way to the next one it may be
 * unknown for a pass or two. */
struct last_address {
    struct user_sid user;
    struct address address;
};

struct engine {
    const struct system *system;
    char database_path[ENGINE_PATH_SIZE];
    char version[VERSION_TEXT_SIZE];
    struct store *store;          /* NULL while it cannot be opened */
    char fault[REPORT_NOTE_SIZE]; /* of the store or the last pass; "" if all is well */
    bool store_is_hopeless;       /* trying again would not help */
    struct message fault_message; /* the same for users */
    char notice[REPORT_NOTE_SIZE];
    struct message notice_message;
    struct schedule schedule;          /* passes */
    struct schedule firewall_schedule; /* only its retries are used */
    struct memory memory;
    struct ticket_table tickets;
    struct policy policy; /* as the last pass found it, and the settings that counted */
    struct settings settings;
    bool policy_is_known;            /* there was a pass */
    struct report *report;           /* never NULL */
    struct wire_writer report_bytes; /* of `report` */
    uint64_t last_pass_ms;
    bool event_waits; /* for a pass; since then: */
    uint64_t event_ms;
    struct last_address *last_addresses; /* of each user's WSL */
    size_t last_address_count, last_address_capacity;
    struct activity_list activity; /* not yet written; oldest first */
    uint64_t activity_due_ms;      /* when it is to be, if there is any */
    uint32_t relays[RELAY_CAPACITY];
    size_t relay_count;
    struct schedule switch_schedule; /* of scripts' firewall rules; only its retries are used */
    struct script_rule_switch_list handed; /* to the firewall's thread, and not seen done yet */
    struct error switch_error; /* why these were not done; ERR_NONE: not tried */
    struct error restore_error; /* ... former entries were not put back; ERR_NONE likewise */
    bool adoption_rests; /* no pass has anything to do for what was taken over from scripts */
    bool withdrawing; /* for uninstall: the rules count as none */
};

/* engine.c: opens the store if that is still to be done; true when it is open. */
bool engine_open_store(struct engine *engine);

/* Why the service cannot do its job: for the report, and for whoever asks for something. */
void engine_set_fault(struct engine *engine, const struct error *err);

/* engine.c: notes a line of the log, of one rule (NULL: of none), with its arguments (NULL for
 * those it does not have; an over-long one is cut). Gives the line, borrowed until the next one, or
 * NULL when there are too many. Lines are written a moment later, together: a commit
 * costs milliseconds of a disk's time, in which an event would have to wait. */
struct activity *engine_add_activity(struct engine *engine, enum activity_kind kind,
                                     const struct rule_id *rule_id, const char *first,
                                     const char *second, const char *third);
void engine_flush_activity(struct engine *engine);

/* pass.c */
void engine_pass(struct engine *engine);

/* report_build.c: makes the new report, with a new revision if it differs from the last. Without
 * a world and an outcome (the pass could not be made) the last one stays, with the fault. */
void engine_publish(struct engine *engine, const struct world *world,
                    const struct outcome *outcome);

#endif
