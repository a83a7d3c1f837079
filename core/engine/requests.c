/*
 * Carrying out requests: check, authorize or hold for approval, change the store, run a pass.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/mem.h"
#include "core/engine/adopt.h"
#include "core/engine/change_list.h"
#include "core/engine/diagnose.h"
#include "core/engine/effective_settings.h"
#include "core/engine/rule_change.h"

#include <string.h>

/* Facts that no event announces (listeners) are read again for a client that asks, if the last
 * pass is older than this. */
#define FRESH_MS 500u

/* One request under way. */
struct handling {
    struct engine *engine;
    const struct caller *caller;
    const struct request *request;
    struct user_sid user;        /* on whose behalf */
    struct rule_list rules;      /* that are stored, if the request names any */
    const struct rule *existing; /* the one it names; NULL if none */
    struct change_list changes;  /* what it does to the rules: completed and checked */
    struct settings settings;    /* that count */
    struct policy policy;
    struct reply *reply;
};

static bool begin_change(struct handling *self, struct error *err)
{
    return store_begin(self->engine->store, err);
}

static bool end_change(struct handling *self, bool ok, struct error *err)
{
    if (!ok) {
        store_rollback(self->engine->store);
        return false;
    }
    return store_commit(self->engine->store, err);
}

static void pass_now(struct handling *self)
{
    memory_forgive(&self->engine->memory);
    schedule_succeeded(&self->engine->firewall_schedule);
    engine_pass(self->engine);
}

static bool on_hello(struct handling *self, struct error *err)
{
    (void)err;
    text_copy(self->reply->hello.version, sizeof self->reply->hello.version,
              self->engine->version);
    self->reply->hello.user = self->caller->user;
    self->reply->hello.is_elevated = self->caller->is_elevated;
    self->reply->hello.may_change = caller_may_change(self->caller, &self->settings);
    self->reply->hello.may_widen = caller_may_widen(self->caller, &self->settings);
    return true;
}

/* Refreshes the report; the connection cuts it into pages, so that a client reads all pages of
 * one revision whatever happens meanwhile. */
static bool on_snapshot(struct handling *self, struct error *err)
{
    struct engine *engine = self->engine;
    const struct system *system = engine->system;

    (void)err;
    if (system->monotonic_ms(system->self) - engine->last_pass_ms >= FRESH_MS)
        engine_pass(engine);
    self->reply->snapshot.revision = engine->report->revision;
    return true;
}

static bool on_subscribe(struct handling *self, struct error *err)
{
    (void)err;
    self->reply->event.revision = self->engine->report->revision;
    return true;
}

static bool on_plan(struct handling *self, struct error *err)
{
    struct engine *engine = self->engine;
    struct world world;

    if (!world_read(engine->store, engine->system, &engine->memory, false, &world, err))
        return false;
    self->reply->plan.items = mem_resize(NULL, world.plan.count, sizeof(struct plan_line));
    self->reply->plan.count = world.plan.count;
    for (size_t i = 0; i < world.plan.count; i++) {
        struct text text = TEXT_OVER(self->reply->plan.items[i].text);

        step_describe(&world.plan.items[i], &world.rules, &text);
    }
    world_clear(&world);
    return true;
}

/* Everything is read afresh, the firewalls a moment later: a rule of the Hyper-V firewall may come
 * and go without any event. */
static bool on_reconcile(struct handling *self, struct error *err)
{
    const struct system *system = self->engine->system;

    (void)err;
    system->firewall_refresh(system->self);
    pass_now(self);
    self->reply->event.revision = self->engine->report->revision;
    return true;
}

static bool on_change(struct handling *self, struct error *err)
{
    if (!change_list_store(self->engine, &self->changes, err))
        return false;
    pass_now(self);
    if (self->request->verb == VERB_PUT_RULE)
        self->reply->rule_id = self->changes.items[0].rule.id;
    return true;
}

static bool on_diagnose(struct handling *self, struct error *err)
{
    struct diagnosis *diagnosis = mem_alloc(sizeof *diagnosis);

    if (!engine_diagnose(self->engine, &self->existing->id, self->request->probe,
                         diagnosis, err)) {
        mem_free(diagnosis);
        return false;
    }
    self->reply->diagnosis = diagnosis;
    return true;
}

static bool set_paused(struct handling *self, bool paused, struct error *err)
{
    if (!begin_change(self, err) ||
        !end_change(self, store_set_paused(self->engine->store, &self->user, paused, err),
                    err))
        return false;
    engine_add_activity(self->engine, paused ? ACTIVITY_PAUSED : ACTIVITY_RESUMED, NULL,
                        self->user.text, NULL, NULL);
    pass_now(self);
    return true;
}

static bool on_pause(struct handling *self, struct error *err)
{
    return set_paused(self, true, err);
}

static bool on_resume(struct handling *self, struct error *err)
{
    return set_paused(self, false, err);
}

/* The traces that a VM leaves in mirrored mode are those of NAT without a relay, and the service
 * may be restarted while nobody is there to tell again: then it would put entries in Linux' way.
 * Only that is stored. A failure costs no more than this. */
static void store_told_mode(struct handling *self)
{
    const struct wsl_hint *hint = &self->request->wsl_hint;
    struct store *store = self->engine->store;
    struct told_mode told = {.user = self->user, .mode = hint->effective};
    struct error ignored = {0};

    if (store == NULL || hint->effective == NETWORKING_MODE_UNKNOWN ||
        !wsl_vm_id_parse(hint->vm_id, told.vm_id) || !store_begin(store, &ignored))
        return;
    if (!store_put_told_mode(store, &told, &ignored) || !store_commit(store, &ignored))
        store_rollback(store);
}

/* Kept in memory: it is about this very moment. An event like those that Windows brings:
 * whoever reports without end must not have a pass for each. */
static bool on_report_wsl(struct handling *self, struct error *err)
{
    (void)err;
    if (memory_note_hint(&self->engine->memory, &self->user, &self->request->wsl_hint)) {
        store_told_mode(self);
        engine_notify(self->engine, EVENT_WSL_CHANGED);
    }
    return true;
}

static bool on_start_ip_helper(struct handling *self, struct error *err)
{
    const struct system *system = self->engine->system;

    if (!system->ip_helper_start(system->self, err))
        return false;
    engine_add_activity(self->engine, ACTIVITY_IP_HELPER_STARTED, NULL, NULL, NULL, NULL);
    pass_now(self);
    return true;
}

static bool on_take_over(struct handling *self, struct error *err)
{
    if (!rule_take_over(self->engine, self->existing, err))
        return false;
    pass_now(self);
    return true;
}

static bool on_adopt(struct handling *self, struct error *err)
{
    const struct adopt_request *request = &self->request->adopt;
    struct adopt_reply *reply = &self->reply->adopt;

    if (request->order != ADOPT_LIST) {
        if (!adopt_store(self->engine, &self->user, request, reply, err))
            return false;
        pass_now(self);
    }
    return adopt_tell(self->engine, &self->user, reply, err);
}

static bool parse_settings(const struct request *request, struct settings *out,
                           struct error *err)
{
    for (size_t i = 0; i < request->settings.count; i++) {
        const struct setting_text *item = &request->settings.items[i];

        if (!setting_parse(out, item->key, item->value, err))
            return false;
    }
    return true;
}

/* Whoever asks: only policy itself could say otherwise. */
static bool leaves_policy_alone(const struct handling *self, struct error *err)
{
    for (size_t i = 0; i < self->request->settings.count; i++) {
        const char *key = self->request->settings.items[i].key;
        const enum setting setting = setting_find(key);
        char place[sizeof POLICY_KEY + 32];
        struct text text = TEXT_OVER(place);

        if (setting == SETTING_COUNT || !self->policy.sets[setting])
            continue;
        text_append_format(&text, POLICY_KEY "\\%s", policy_value_name(setting));
        return error_set_message(err, ERR_CONFLICT, MESSAGE_SETTING_BY_POLICY, key, place,
                                 NULL);
    }
    return true;
}

/* What policy sets is not stored: it is to be gone with the policy. */
static bool store_settings(struct handling *self, struct error *err)
{
    struct store *store = self->engine->store;
    struct settings stored;

    return store_load_settings(store, &stored, err) &&
           parse_settings(self->request, &stored, err) && begin_change(self, err) &&
           end_change(self, store_save_settings(store, &stored, err), err);
}

static bool change_settings(struct handling *self, struct error *err)
{
    const struct request *request = self->request;

    if (!store_settings(self, err) ||
        !effective_settings_load(self->engine->store, self->engine->system,
                                 &self->engine->memory.policy, &self->settings,
                                 &self->policy, err))
        return false;
    for (size_t i = 0; i < request->settings.count; i++)
        engine_add_activity(self->engine, ACTIVITY_SETTING_CHANGED, NULL,
                            request->settings.items[i].key,
                            request->settings.items[i].value, NULL);
    pass_now(self);
    return true;
}

static bool on_settings(struct handling *self, struct error *err)
{
    if (!request_is_reading(self->request) && !change_settings(self, err))
        return false;
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        char value[SETTING_VALUE_SIZE];

        setting_format(&self->settings, i, value);
        text_copy(self->reply->settings.keys[i], sizeof self->reply->settings.keys[i],
                  setting_key(i));
        text_copy(self->reply->settings.values[i], sizeof self->reply->settings.values[i],
                  value);
        self->reply->settings.sources[i] = policy_source(&self->policy, (enum setting)i);
    }
    self->reply->settings.count = SETTING_COUNT;
    return true;
}

static bool on_activity(struct handling *self, struct error *err)
{
    const struct rule_id *rule_id = &self->request->activity_rule;
    struct activity_list list = {0};

    engine_flush_activity(self->engine);
    if (!store_load_activity(self->engine->store,
                             rule_id->text[0] != '\0' ? rule_id : NULL,
                             self->request->activity_limit, &list, err))
        return false;
    self->reply->activity.items = list.items;
    self->reply->activity.count = list.count;
    return true;
}

/* The requester's own words, spoken by whoever approves; the rule belongs to the requester. */
static bool on_approve(struct handling *self, struct error *err)
{
    const struct system *system = self->engine->system;
    struct held_request held;
    enum verb done_verb;
    struct user_sid done_for;

    if (!ticket_take(&self->engine->tickets, self->request->ticket,
                     system->monotonic_ms(system->self), &held, err))
        return false;
    if (held.request.user.text[0] == '\0')
        held.request.user = held.requester;
    held.request.id = self->request->id;
    engine_handle(self->engine, self->caller, &held.request, self->reply);
    request_clear(&held.request);
    *err = self->reply->error;
    if (err->kind != ERR_NONE)
        return false;
    done_verb = self->reply->done_verb;
    done_for = self->reply->done_for;
    reply_clear(self->reply);
    self->reply->done_verb = done_verb;
    self->reply->done_for = done_for;
    return true;
}

static const struct {
    enum verb verb;
    bool works_without_store;
    bool (*carry_out)(struct handling *self, struct error *err);
} handlers[] = {
    {VERB_HELLO, true, on_hello},
    {VERB_SNAPSHOT, true, on_snapshot},
    {VERB_SUBSCRIBE, true, on_subscribe},
    {VERB_PLAN, false, on_plan},
    {VERB_RECONCILE, false, on_reconcile},
    {VERB_PUT_RULE, false, on_change},
    {VERB_DELETE_RULE, false, on_change},
    {VERB_ENABLE, false, on_change},
    {VERB_BATCH, false, on_change},
    {VERB_PAUSE, false, on_pause},
    {VERB_RESUME, false, on_resume},
    {VERB_REPORT_WSL, true, on_report_wsl},
    {VERB_DIAGNOSE, false, on_diagnose},
    {VERB_START_IP_HELPER, false, on_start_ip_helper},
    {VERB_TAKE_OVER, false, on_take_over},
    {VERB_ADOPT, false, on_adopt},
    {VERB_SETTINGS, false, on_settings},
    {VERB_ACTIVITY, false, on_activity},
    {VERB_APPROVE, false, on_approve},
};
#define HANDLER_COUNT (sizeof handlers / sizeof handlers[0])

static size_t find_handler(enum verb verb)
{
    size_t i = 0;

    while (i < HANDLER_COUNT && handlers[i].verb != verb)
        i++;
    return i;
}

/* Which stored rules are meant, and whether what is proposed is sound. */
static bool prepare_rules(struct handling *self, struct error *err)
{
    const struct rule_id *id = request_named_rule(self->request);

    if (self->request->verb == VERB_ADOPT)
        return adopt_check(self->engine, &self->user, &self->request->adopt, err);
    if (id == NULL && self->request->verb != VERB_BATCH)
        return true;
    if (!store_load_rules(self->engine->store, &self->rules, NULL, err))
        return false;
    if (request_changes_rules(self->request))
        return change_list_plan(self->request, &self->user, &self->rules,
                                self->engine->system, &self->changes, err);
    self->existing = rule_list_find(&self->rules, id);
    return self->existing != NULL ||
           error_set_message(err, ERR_NOT_FOUND, MESSAGE_RULE_UNKNOWN, id->text, NULL,
                             NULL);
}

/* False, and why the store cannot be opened. */
static bool tell_fault(const struct engine *engine, struct error *err)
{
    error_set(err, ERR_STORE, "%s", engine->fault);
    err->message = engine->fault_message;
    return false;
}

/* Who is meant, which rules or settings, and whether the request can be carried out at all: before
 * anybody is asked for a password over it. */
static bool prepare(struct handling *self, size_t handler, struct error *err)
{
    struct engine *engine = self->engine;
    struct settings wanted;

    self->user =
        self->request->user.text[0] != '\0' ? self->request->user : self->caller->user;
    if (engine->store == NULL && !engine_open_store(engine))
        return handlers[handler].works_without_store || tell_fault(engine, err);
    if (!effective_settings_load(engine->store, engine->system, &engine->memory.policy,
                                 &self->settings, &self->policy, err))
        return handlers[handler].works_without_store;
    wanted = self->settings;
    return self->request->verb == VERB_SETTINGS
               ? parse_settings(self->request, &wanted, err) &&
                     leaves_policy_alone(self, err)
               : prepare_rules(self, err);
}

static bool hold_for_approval(struct handling *self, struct error *err)
{
    const struct system *system = self->engine->system;
    uint8_t random[TICKET_RANDOM_SIZE];

    if (!system->random_bytes(system->self, random, sizeof random, err))
        return false;
    ticket_hold(&self->engine->tickets, &self->caller->user, self->request, random,
                system->monotonic_ms(system->self), self->reply->ticket);
    return error_set(err, ERR_NEEDS_APPROVAL, "%s: an administrator must approve this",
                     verb_name(self->request->verb));
}

static bool carry_out(struct handling *self, struct error *err)
{
    const size_t handler = find_handler(self->request->verb);

    if (handler == HANDLER_COUNT)
        return error_set(err, ERR_INVALID, "verb %u: is not known",
                         (unsigned)self->request->verb);
    if (!prepare(self, handler, err))
        return false;
    switch (authorize(self->caller, self->request, &self->rules, &self->settings)) {
    case VERDICT_DENY:
        return error_set_message(err, ERR_ACCESS_DENIED, MESSAGE_NOT_ALLOWED,
                                 verb_name(self->request->verb), NULL, NULL);
    case VERDICT_NEEDS_ELEVATION:
        return hold_for_approval(self, err);
    case VERDICT_ALLOW:
        break;
    }
    self->reply->done_verb = self->request->verb;
    self->reply->done_for = self->user;
    return handlers[handler].carry_out(self, err);
}

void engine_handle(struct engine *engine, const struct caller *caller,
                   const struct request *request, struct reply *reply)
{
    struct handling self = {
        .engine = engine, .caller = caller, .request = request, .reply = reply};
    struct error err = {0};

    *reply = (struct reply){.id = request->id, .verb = request->verb};
    /* What is done may have met an error on the way that did not matter. */
    if (carry_out(&self, &err))
        err = (struct error){0};
    rule_list_clear(&self.rules);
    change_list_clear(&self.changes);
    reply->id = request->id;
    reply->verb = request->verb;
    reply->error = err;
}
