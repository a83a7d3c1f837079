/*
 * An engine on a Windows in memory.
 * SPDX-License-Identifier: MIT
 */
#include "tests/unit/engine_fixture.h"

#include "core/base/text.h"

#include <check.h>
#include <string.h>

void engine_fixture_open(struct engine_fixture *self, const char *database_path)
{
    memset(self, 0, sizeof *self);
    fake_windows_init(&self->windows, "172.28.208.5");
    self->system = fake_system(&self->windows);
    text_copy(self->caller.user.text, USER_SID_SIZE, FAKE_USER);
    self->caller.is_elevated = true;
    self->caller.is_administrator = true;
    self->engine = engine_new(database_path, &self->system, "0.0.0");
    engine_work(self->engine);
}

void engine_fixture_close(struct engine_fixture *self)
{
    engine_free(self->engine);
}

/* The firewall's thread tells of each change it made, as core/win32 does. */
static void deliver_news(struct engine_fixture *self)
{
    while (self->windows.firewall_news) {
        self->windows.firewall_news = false;
        self->windows.now_ms += 1500;
        engine_notify(self->engine, EVENT_FIREWALL_CHANGED);
        engine_work(self->engine);
    }
}

void work(struct engine_fixture *self, enum engine_event event)
{
    self->windows.now_ms += 1500;
    engine_notify(self->engine, event);
    engine_work(self->engine);
    deliver_news(self);
}

void settle(struct engine_fixture *self)
{
    const uint64_t limit_ms = self->windows.now_ms + 300000;
    uint32_t due;

    deliver_news(self);
    while ((due = engine_due_ms(self->engine)) != ENGINE_NOTHING_DUE) {
        ck_assert_uint_lt(self->windows.now_ms, limit_ms);
        self->windows.now_ms += due;
        engine_work(self->engine);
        deliver_news(self);
    }
}

struct rule new_rule(const char *name, const char *listen)
{
    struct rule rule = rule_default();
    struct error err;

    text_copy(rule.name, sizeof rule.name, name);
    ck_assert(rule_listen_parse(listen, &rule.listen, &err));
    rule.connect.first_port = rule.listen.first_port;
    return rule;
}

static struct error answer(struct engine_fixture *self, const struct caller *caller,
                           struct request *request)
{
    struct reply reply;
    struct error err;

    request->id = 7;
    engine_handle(self->engine, caller, request, &reply);
    ck_assert_uint_eq(reply.id, 7);
    err = reply.error;
    text_copy(self->last_ticket, sizeof self->last_ticket,
              err.kind == ERR_NEEDS_APPROVAL ? reply.ticket : self->last_ticket);
    if (err.kind == ERR_NONE && request->verb == VERB_PUT_RULE)
        self->last_id = reply.rule_id;
    self->last_done = reply.done_verb;
    self->last_done_for = reply.done_for;
    reply_clear(&reply);
    deliver_news(self);
    return err;
}

struct error put(struct engine_fixture *self, const struct rule *rule)
{
    struct request request = {.verb = VERB_PUT_RULE, .rule = *rule};

    return answer(self, &self->caller, &request);
}

struct rule_id add_rule(struct engine_fixture *self, const char *name, const char *listen)
{
    const struct rule rule = new_rule(name, listen);
    const struct error err = put(self, &rule);

    ck_assert_msg(err.kind == ERR_NONE, "%s", err.detail);
    return self->last_id;
}

enum error_kind enable(struct engine_fixture *self, const struct rule_id *id, bool enabled)
{
    struct request request = {.verb = VERB_ENABLE,
                              .enable = {.rule_id = *id, .enabled = enabled}};

    return answer(self, &self->caller, &request).kind;
}

enum error_kind delete_rule(struct engine_fixture *self, const struct rule_id *id)
{
    struct request request = {.verb = VERB_DELETE_RULE, .rule_id = *id};

    return answer(self, &self->caller, &request).kind;
}

enum error_kind take_over(struct engine_fixture *self, const struct rule_id *id)
{
    struct request request = {.verb = VERB_TAKE_OVER, .rule_id = *id};

    return answer(self, &self->caller, &request).kind;
}

enum error_kind set_setting(struct engine_fixture *self, const char *key,
                            const char *value)
{
    struct request request = {.verb = VERB_SETTINGS};

    if (!request_add_setting(&request, key, value))
        return ERR_INVALID;
    return answer(self, &self->caller, &request).kind;
}

enum error_kind approve(struct engine_fixture *self, const char *ticket, const char *user)
{
    struct caller administrator = {.is_elevated = true, .is_administrator = true};
    struct request request = {.verb = VERB_APPROVE};

    text_copy(administrator.user.text, USER_SID_SIZE, user);
    text_copy(request.ticket, sizeof request.ticket, ticket);
    return answer(self, &administrator, &request).kind;
}

enum error_kind ask(struct engine_fixture *self, enum verb verb)
{
    struct request request = {.verb = verb};

    return answer(self, &self->caller, &request).kind;
}

const char *entry(const struct engine_fixture *self, const char *name)
{
    return fake_get_entry(&self->windows, PORTPROXY_V4TOV4, name);
}

const char *forwarded(const struct engine_fixture *self, const char *name)
{
    return fake_forwarded(&self->windows, PORTPROXY_V4TOV4, name);
}

const struct firewall_rule *firewall_rule(const struct engine_fixture *self,
                                          const struct rule_id *id)
{
    char name[FIREWALL_NAME_SIZE];

    firewall_rule_name(FIREWALL_HOST, id, name);
    return fake_get_rule(&self->windows, name);
}

const struct rule_status *status(const struct engine_fixture *self,
                                 const struct rule_id *id)
{
    const struct report *report = engine_report(self->engine);

    for (size_t i = 0; i < report->rule_count; i++) {
        if (rule_id_equals(&report->rules[i].rule.id, id))
            return &report->rules[i].status;
    }
    ck_abort_msg("no rule %s in the report", id->text);
    return NULL;
}
