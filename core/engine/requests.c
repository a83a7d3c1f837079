/*
 * Carrying out requests: check, authorize or hold for approval, change the store, run a pass.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/mem.h"
#include "core/engine/engine_state.h"
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
    struct user_sid user; /* on whose behalf */
    struct rule existing; /* the rule it names; id "" if none */
    struct rule proposed; /* of a put: completed and checked */
    struct settings settings;
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

static bool on_reconcile(struct handling *self, struct error *err)
{
    (void)err;
    pass_now(self);
    self->reply->event.revision = self->engine->report->revision;
    return true;
}

static bool on_put_rule(struct handling *self, struct error *err)
{
    const bool is_new = self->existing.id.text[0] == '\0';
    char title[RULE_TEXT_SIZE];

    if (!begin_change(self, err) ||
        !end_change(self, store_put_rule(self->engine->store, &self->proposed, err), err))
        return false;
    rule_title(&self->proposed, title, sizeof title);
    engine_add_activity(self->engine, is_new ? ACTIVITY_RULE_ADDED : ACTIVITY_RULE_CHANGED,
                        "rule %s %s", title, is_new ? "added" : "changed");
    pass_now(self);
    self->reply->rule_id = self->proposed.id;
    return true;
}

static bool on_delete_rule(struct handling *self, struct error *err)
{
    char title[RULE_TEXT_SIZE];

    if (!begin_change(self, err) ||
        !end_change(self, store_delete_rule(self->engine->store, &self->existing.id, err),
                    err))
        return false;
    rule_title(&self->existing, title, sizeof title);
    engine_add_activity(self->engine, ACTIVITY_RULE_REMOVED, "rule %s removed", title);
    pass_now(self);
    return true;
}

static bool on_enable(struct handling *self, struct error *err)
{
    struct rule rule = self->existing;
    char title[RULE_TEXT_SIZE];

    rule.enabled = self->request->enable.enabled;
    if (rule.enabled && !rule_change_check(self->engine, &rule, err))
        return false;
    if (!begin_change(self, err) ||
        !end_change(self, store_put_rule(self->engine->store, &rule, err), err))
        return false;
    rule_title(&rule, title, sizeof title);
    engine_add_activity(self->engine, ACTIVITY_RULE_CHANGED, "rule %s turned %s", title,
                        rule.enabled ? "on" : "off");
    pass_now(self);
    return true;
}

static bool set_paused(struct handling *self, bool paused, struct error *err)
{
    if (!begin_change(self, err) ||
        !end_change(self, store_set_paused(self->engine->store, &self->user, paused, err),
                    err))
        return false;
    engine_add_activity(self->engine, paused ? ACTIVITY_PAUSED : ACTIVITY_RESUMED,
                        "all forwards of %s %s", self->user.text,
                        paused ? "paused" : "resumed");
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

static bool on_start_ip_helper(struct handling *self, struct error *err)
{
    const struct system *system = self->engine->system;

    if (!system->ip_helper_start(system->self, err))
        return false;
    engine_add_activity(self->engine, ACTIVITY_SERVICE,
                        "the IP Helper service was started");
    pass_now(self);
    return true;
}

static bool on_take_over(struct handling *self, struct error *err)
{
    if (!rule_take_over(self->engine, &self->existing, err))
        return false;
    pass_now(self);
    return true;
}

static bool change_setting(struct handling *self, struct error *err)
{
    const char *key = self->request->settings.key;

    if (!setting_parse(&self->settings, key, self->request->settings.value, err) ||
        !begin_change(self, err) ||
        !end_change(self, store_save_settings(self->engine->store, &self->settings, err),
                    err))
        return false;
    engine_add_activity(self->engine, ACTIVITY_SETTINGS, "setting %s is now '%s'", key,
                        self->request->settings.value);
    pass_now(self);
    return true;
}

static bool on_settings(struct handling *self, struct error *err)
{
    if (self->request->settings.key[0] != '\0' && !change_setting(self, err))
        return false;
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        char value[SETTING_VALUE_SIZE];

        setting_format(&self->settings, i, value);
        text_copy(self->reply->settings.keys[i], sizeof self->reply->settings.keys[i],
                  setting_key(i));
        text_copy(self->reply->settings.values[i], sizeof self->reply->settings.values[i],
                  value);
    }
    self->reply->settings.count = SETTING_COUNT;
    return true;
}

static bool on_activity(struct handling *self, struct error *err)
{
    struct activity_list list = {0};

    engine_flush_activity(self->engine);
    if (!store_load_activity(self->engine->store, self->request->activity_limit, &list,
                             err))
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

    if (!ticket_take(&self->engine->tickets, self->request->ticket,
                     system->monotonic_ms(system->self), &held, err))
        return false;
    if (held.request.user.text[0] == '\0')
        held.request.user = held.requester;
    held.request.id = self->request->id;
    engine_handle(self->engine, self->caller, &held.request, self->reply);
    *err = self->reply->error;
    if (err->kind != ERR_NONE)
        return false;
    reply_clear(self->reply);
    return true;
}

static const struct {
    enum verb verb;
    bool works_without_store;
    bool names_rule;
    bool (*carry_out)(struct handling *self, struct error *err);
} handlers[] = {
    {VERB_HELLO, true, false, on_hello},
    {VERB_SNAPSHOT, true, false, on_snapshot},
    {VERB_SUBSCRIBE, true, false, on_subscribe},
    {VERB_PLAN, false, false, on_plan},
    {VERB_RECONCILE, false, false, on_reconcile},
    {VERB_PUT_RULE, false, false, on_put_rule},
    {VERB_DELETE_RULE, false, true, on_delete_rule},
    {VERB_ENABLE, false, true, on_enable},
    {VERB_PAUSE, false, false, on_pause},
    {VERB_RESUME, false, false, on_resume},
    {VERB_START_IP_HELPER, false, false, on_start_ip_helper},
    {VERB_TAKE_OVER, false, true, on_take_over},
    {VERB_SETTINGS, false, false, on_settings},
    {VERB_ACTIVITY, false, false, on_activity},
    {VERB_APPROVE, false, false, on_approve},
};
#define HANDLER_COUNT (sizeof handlers / sizeof handlers[0])

static size_t find_handler(enum verb verb)
{
    size_t i = 0;

    while (i < HANDLER_COUNT && handlers[i].verb != verb)
        i++;
    return i;
}

static const struct rule_id *named_rule(const struct request *request)
{
    switch (request->verb) {
    case VERB_PUT_RULE:
        return &request->rule.id;
    case VERB_ENABLE:
        return &request->enable.rule_id;
    default:
        return &request->rule_id;
    }
}

static bool find_named_rule(struct handling *self, struct error *err)
{
    const struct rule_id *id = named_rule(self->request);
    struct rule_list rules = {0};
    const struct rule *rule;

    if (id->text[0] == '\0')
        return true;
    if (!store_load_rules(self->engine->store, &rules, NULL, err))
        return false;
    rule = rule_list_find(&rules, id);
    if (rule != NULL)
        self->existing = *rule;
    rule_list_clear(&rules);
    return rule != NULL || error_set(err, ERR_NOT_FOUND, "there is no rule %s", id->text);
}

/* Who is meant, which rule, and whether what is proposed is sound: before anybody is asked for a
 * password over it. */
static bool prepare(struct handling *self, size_t handler, struct error *err)
{
    struct engine *engine = self->engine;

    self->user =
        self->request->user.text[0] != '\0' ? self->request->user : self->caller->user;
    if (engine->store == NULL && !engine_open_store(engine))
        return handlers[handler].works_without_store ||
               error_set(err, ERR_STORE, "%s", engine->fault);
    if (!store_load_settings(engine->store, &self->settings, err))
        return handlers[handler].works_without_store;
    if (self->request->verb != VERB_PUT_RULE)
        return !handlers[handler].names_rule || find_named_rule(self, err);
    if (!find_named_rule(self, err))
        return false;
    self->proposed = self->request->rule;
    return rule_change_complete(engine, &self->user,
                                self->existing.id.text[0] != '\0' ? &self->existing : NULL,
                                &self->proposed, err);
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
    switch (authorize(self->caller, self->request,
                      self->existing.id.text[0] != '\0' ? &self->existing : NULL,
                      &self->settings)) {
    case VERDICT_DENY:
        return error_set(err, ERR_ACCESS_DENIED, "%s: is not allowed for this caller",
                         verb_name(self->request->verb));
    case VERDICT_NEEDS_ELEVATION:
        return hold_for_approval(self, err);
    case VERDICT_ALLOW:
        break;
    }
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
    reply->id = request->id;
    reply->verb = request->verb;
    reply->error = err;
}
