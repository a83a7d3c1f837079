/*
 * The engine's life: opening, events, due times, uninstall.
 * SPDX-License-Identifier: MIT
 */
#include "core/engine/engine.h"

#include "core/base/mem.h"
#include "core/engine/adopt.h"
#include "core/engine/engine_state.h"

#include <string.h>

#define ACTIVITY_PENDING_MAX                                                             \
    600 /* two batches as long as can be, and what comes of them */
#define ACTIVITY_DELAY_MS 250u
#define ACTIVITY_RETRY_MS 30000u

/* A newer version or somebody else's file stays what it is. All else may pass: a lock, a full disk,
 * a scanner's hold on the file. */
static bool is_worth_retrying(const struct error *err)
{
    return err->message.id != MESSAGE_DATABASE_NEWER &&
           err->message.id != MESSAGE_DATABASE_FOREIGN;
}

static void note_opening(struct engine *engine, enum store_opening opening,
                         const char *moved_to)
{
    struct text notice = TEXT_OVER(engine->notice);
    enum activity_kind kind = ACTIVITY_DATABASE_DAMAGED;
    enum message_id message = MESSAGE_DATABASE_DAMAGED;
    const char *file = moved_to;

    if (opening == STORE_STARTED_ANEW) {
        kind = ACTIVITY_DATABASE_BEGUN_ANEW;
        message = MESSAGE_DATABASE_BEGUN_ANEW;
    } else if (opening != STORE_RECOVERED) {
        return;
    } else if (moved_to[0] == '\0') {
        kind = ACTIVITY_DATABASE_MISSING;
        message = MESSAGE_DATABASE_MISSING;
        file = NULL;
    }
    message_append(message, file, NULL, NULL, &notice);
    engine->notice_message = message_of(message, file, NULL, NULL);
    engine_add_activity(engine, kind, NULL, moved_to, NULL, NULL);
}

/* What was told of a VM before the service ended. One that is gone shows in no trace, and what was
 * told of it is then forgotten as ever. */
static void recall_told_modes(struct engine *engine)
{
    struct told_mode_list list = {0};
    struct error ignored = {0};

    if (!store_load_told_modes(engine->store, &list, &ignored))
        return;
    for (size_t i = 0; i < list.count; i++) {
        struct wsl_hint hint = {.effective = list.items[i].mode};

        memcpy(hint.vm_id, list.items[i].vm_id, sizeof hint.vm_id);
        if (!memory_has_hint(&engine->memory, &list.items[i].user))
            memory_note_hint(&engine->memory, &list.items[i].user, &hint);
    }
    LIST_CLEAR(&list);
}

void engine_set_fault(struct engine *engine, const struct error *err)
{
    text_copy(engine->fault, sizeof engine->fault, err->detail);
    engine->fault_message =
        err->message.id != MESSAGE_NONE ? err->message
        : err->kind == ERR_STORE
            ? message_of(MESSAGE_DATABASE_FAILED, err->detail, NULL, NULL)
            : message_of(MESSAGE_WINDOWS_FAILED, err->detail,
                         text_of_code(err->os_code).digits, NULL);
}

bool engine_open_store(struct engine *engine)
{
    const struct system *system = engine->system;
    enum store_opening opening = STORE_OPENED;
    char moved_to[ENGINE_PATH_SIZE] = "";
    struct error err = {0};

    if (engine->store != NULL)
        return true;
    if (engine->store_is_hopeless)
        return false;
    engine->store =
        store_open(engine->database_path, &opening, moved_to, sizeof moved_to, &err);
    if (engine->store != NULL) {
        note_opening(engine, opening, moved_to);
        recall_told_modes(engine);
        return true;
    }
    engine_set_fault(engine, &err);
    engine->store_is_hopeless = !is_worth_retrying(&err);
    if (!engine->store_is_hopeless)
        schedule_retry(&engine->schedule, system->monotonic_ms(system->self));
    return false;
}

struct activity *engine_add_activity(struct engine *engine, enum activity_kind kind,
                                     const struct rule_id *rule_id, const char *first,
                                     const char *second, const char *third)
{
    const struct system *system = engine->system;
    const char *const arguments[ACTIVITY_ARGUMENT_COUNT] = {first, second, third};
    struct activity *activity;

    if (engine->activity.count == ACTIVITY_PENDING_MAX)
        return NULL;
    if (engine->activity.count == 0)
        engine->activity_due_ms = system->monotonic_ms(system->self) + ACTIVITY_DELAY_MS;
    activity = LIST_ADD(&engine->activity);
    activity->time_ms = system->wall_clock_ms(system->self);
    activity->kind = kind;
    if (rule_id != NULL)
        activity->rule_id = *rule_id;
    for (size_t i = 0; i < ACTIVITY_ARGUMENT_COUNT; i++) {
        struct text text = TEXT_OVER(activity->arguments[i]);

        if (arguments[i] != NULL)
            text_append(&text, arguments[i]);
    }
    return activity;
}

static bool write_activity(struct store *store, const struct activity_list *list,
                           struct error *err)
{
    if (!store_begin(store, err))
        return false;
    for (size_t i = 0; i < list->count; i++) {
        if (!store_add_activity(store, &list->items[i], err)) {
            store_rollback(store);
            return false;
        }
    }
    return store_commit(store, err);
}

void engine_flush_activity(struct engine *engine)
{
    const struct system *system = engine->system;
    struct error ignored = {0};

    if (engine->activity.count == 0 || engine->store == NULL)
        return;
    /* A log that cannot be written must not stop what it tells of. */
    if (write_activity(engine->store, &engine->activity, &ignored))
        LIST_CLEAR(&engine->activity);
    else
        engine->activity_due_ms = system->monotonic_ms(system->self) + ACTIVITY_RETRY_MS;
}

struct engine *engine_new(const char *database_path, const struct system *system,
                          const char *version)
{
    struct engine *engine = mem_alloc(sizeof *engine);

    engine->system = system;
    text_copy(engine->database_path, sizeof engine->database_path, database_path);
    text_copy(engine->version, sizeof engine->version, version);
    engine->report = report_new();
    /* A client that saw an earlier run must not mistake this one's reports for those. */
    engine->report->revision = (uint64_t)system->wall_clock_ms(system->self);
    engine_open_store(engine);
    engine_publish(engine, NULL, NULL);
    schedule_ask(&engine->schedule);
    return engine;
}

void engine_free(struct engine *engine)
{
    if (engine == NULL)
        return;
    engine_flush_activity(engine);
    LIST_CLEAR(&engine->activity);
    store_close(engine->store);
    memory_clear(&engine->memory);
    ticket_table_clear(&engine->tickets);
    mem_free(engine->last_addresses);
    LIST_CLEAR(&engine->handed);
    report_free(engine->report);
    wire_writer_clear(&engine->report_bytes);
    mem_free(engine);
}

void engine_notify(struct engine *engine, enum engine_event event)
{
    const struct system *system = engine->system;

    (void)event; /* each asks for the same: a pass, which reads everything */
    if (!engine->event_waits)
        engine->event_ms = system->monotonic_ms(system->self);
    engine->event_waits = true;
    schedule_ask(&engine->schedule);
}

static uint32_t pass_due_ms(const struct engine *engine, uint64_t now_ms)
{
    const uint32_t passes = schedule_due_ms(&engine->schedule, now_ms);
    const uint32_t firewall = schedule_due_ms(&engine->firewall_schedule, now_ms);
    const uint32_t switches = schedule_due_ms(&engine->switch_schedule, now_ms);
    const uint32_t policy = policy_hold_due_ms(&engine->memory.policy, now_ms);
    const uint32_t sooner = passes < firewall ? passes : firewall;
    const uint32_t other = switches < policy ? switches : policy;

    return sooner < other ? sooner : other;
}

static uint32_t flush_due_ms(const struct engine *engine, uint64_t now_ms)
{
    if (engine->activity.count == 0 || engine->store == NULL)
        return ENGINE_NOTHING_DUE;
    return engine->activity_due_ms > now_ms ? (uint32_t)(engine->activity_due_ms - now_ms)
                                            : 0;
}

uint32_t engine_due_ms(const struct engine *engine)
{
    const struct system *system = engine->system;
    const uint64_t now_ms = system->monotonic_ms(system->self);
    const uint32_t pass = pass_due_ms(engine, now_ms);
    const uint32_t flush = flush_due_ms(engine, now_ms);

    return pass < flush ? pass : flush;
}

void engine_work(struct engine *engine)
{
    const struct system *system = engine->system;
    const uint64_t now_ms = system->monotonic_ms(system->self);

    if (pass_due_ms(engine, now_ms) == 0) {
        schedule_begin_pass(&engine->firewall_schedule, now_ms);
        schedule_begin_pass(&engine->switch_schedule, now_ms);
        engine_pass(engine);
    } else if (flush_due_ms(engine, now_ms) == 0) {
        engine_flush_activity(engine);
    }
}

const struct report *engine_report(const struct engine *engine)
{
    return engine->report;
}

const struct wire_writer *engine_report_bytes(const struct engine *engine)
{
    return &engine->report_bytes;
}

size_t engine_relays(const struct engine *engine, uint32_t *out, size_t capacity)
{
    const size_t count = engine->relay_count < capacity ? engine->relay_count : capacity;

    memcpy(out, engine->relays, count * sizeof *out);
    return count;
}

bool engine_give_back_adopted(struct engine *engine, size_t *given_back, struct error *err)
{
    if (!engine_open_store(engine))
        return error_set(err, ERR_STORE, "%s", engine->fault);
    return adopt_undo_all(engine, given_back, err);
}

bool engine_withdraw_all(struct engine *engine, struct error *err)
{
    struct ledger ledger = {0};
    bool done;

    engine->withdrawing = true;
    engine_pass(engine);
    if (engine->store == NULL || engine->fault[0] != '\0')
        return error_set(err, ERR_STORE, "%s", engine->fault);
    if (!store_load_ledger(engine->store, &ledger, err))
        return false;
    done = ledger.entry_count == 0 && ledger.firewall_rule_count == 0;
    if (!done)
        error_set(err, ERR_SYSTEM,
                  "%zu entries and %zu firewall rules are still to be removed",
                  ledger.entry_count, ledger.firewall_rule_count);
    ledger_clear(&ledger);
    if (!done || !adopt_undo_is_done(engine, &done, err))
        return false;
    return done || error_set(err, ERR_SYSTEM,
                             "what was taken over from scripts is still to be given back");
}
