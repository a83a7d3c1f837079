/*
 * Whatever bytes a service sends, also a false or a newer one: the client refuses them, or
 * reads a reply, or a report, that has exactly these bytes.
 * SPDX-License-Identifier: MIT
 */
#include "tests/fuzz/fuzz.h"

#include "core/base/mem.h"
#include "core/protocol/reply.h"

#include <assert.h>
#include <string.h>

static void check_reply(const uint8_t *bytes, size_t size)
{
    struct reply reply = {.id = 0x5A5A5A5A};
    struct error err = {0};
    struct wire_writer again = {0};

    if (!reply_decode(bytes, size, &reply, &err)) {
        assert(err.kind == ERR_INVALID && err.detail[0] != '\0');
        assert(reply.id == 0x5A5A5A5A);
        return;
    }
    reply_encode(&reply, &again);
    assert(again.size == size && memcmp(again.bytes, bytes, size) == 0);
    wire_writer_clear(&again);
    reply_clear(&reply);
}

static void check_report(const uint8_t *bytes, size_t size)
{
    struct report *report = report_new();
    struct error err = {0};
    struct wire_writer again = {0};

    if (report_decode(bytes, size, report, &err)) {
        report_encode(report, &again);
        assert(again.size == size && memcmp(again.bytes, bytes, size) == 0);
        wire_writer_clear(&again);
    } else {
        assert(err.kind == ERR_INVALID && err.detail[0] != '\0');
        assert(report->rules == NULL && report->entries == NULL);
    }
    report_free(report);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    check_reply(bytes, size);
    check_report(bytes, size);
    return 0;
}

static void fill_report(struct report *report)
{
    static const struct user_sid user = {"S-1-5-21-1-2-3-1001"};
    static const struct rule_id id = {"0123abcd-0000-4000-8000-00000000000f"};
    struct wsl_view *view = LIST_ADD(&report->wsl);

    memcpy(report->notice, "restored", 9);
    view->user = user;
    view->state = WSL_RUNNING;
    view->mode = NETWORKING_MODE_NAT;
    view->address_known = true;
    view->address = (struct address){ADDRESS_IPV4, {172, 28, 1, 2}};
    memcpy(view->evidence[0], "relay runs", 11);
    view->evidence_count = 1;
    report->paused_users = mem_alloc(sizeof *report->paused_users);
    report->paused_users[0] = user;
    report->paused_user_count = report->paused_user_capacity = 1;

    report->rules = mem_alloc(2 * sizeof *report->rules);
    report->rule_count = report->rule_capacity = 2;
    report->entries = mem_alloc(2 * sizeof *report->entries);
    report->entry_count = report->entry_capacity = 2;
    for (size_t i = 0; i < 2; i++) {
        struct rule *rule = &report->rules[i].rule;
        struct portproxy_entry *entry = &report->entries[i].entry;

        *rule = rule_default();
        rule->id = id;
        rule->owner = user;
        rule->listen.first_port = rule->listen.last_port = 3000;
        rule->connect.first_port = 3000;
        report->rules[i].status.state = RULE_STATE_ACTIVE;
        memcpy(entry->key.listen, "0.0.0.0", 8);
        memcpy(entry->value.connect, "172.28.1.2", 11);
        entry->key.port = entry->value.port = 3000;
        report->entries[i].rule_id = id;
    }
}

static void put_report(bool filled, struct wire_writer *out)
{
    struct report *report = report_new();

    if (filled)
        fill_report(report);
    report_encode(report, out);
    report_free(report);
    report = report_new();
    assert(report_decode(out->bytes, out->size, report, NULL));
    report_free(report);
}

#define RULE_ID "0123abcd-0000-4000-8000-00000000000f"

/* A refusal, an event, and what is about a request that could not be read: no kind of their own. */
#define PLAIN_COUNT 3
static struct reply plain_reply(size_t index)
{
    struct reply reply = {.id = 3};

    if (index == 0) {
        reply = (struct reply){.verb = VERB_SUBSCRIBE, .is_event = true};
    } else if (index == 1) {
        reply.verb = VERB_PUT_RULE;
        error_set(&reply.error, ERR_NEEDS_APPROVAL, "needs an administrator");
        memcpy(reply.ticket, "0123456789abcdef0123456789abcdef", TICKET_SIZE);
    } else {
        error_set_system(&reply.error, 0x80070005, "write entry '0.0.0.0/80'");
    }
    return reply;
}

static void fill_plan(struct reply *reply)
{
    static const struct plan_line lines[] = {
        {"write 0.0.0.0:3000"}, {"delete *:80"}, {""}};

    reply->plan.items = mem_alloc(sizeof lines);
    memcpy(reply->plan.items, lines, sizeof lines);
    reply->plan.count = sizeof lines / sizeof lines[0];
}

static void fill_activity(struct reply *reply)
{
    static const struct activity lines[] = {
        {.time_ms = 1,
         .kind = ACTIVITY_WSL_MOVED_RULES,
         .rule_id = {RULE_ID},
         .arguments = {"172.28.208.7", "4", "12"}},
        {.time_ms = 2, .kind = ACTIVITY_IP_HELPER_STARTED},
    };

    reply->activity.items = mem_alloc(sizeof lines);
    memcpy(reply->activity.items, lines, sizeof lines);
    reply->activity.count = sizeof lines / sizeof lines[0];
}

static void fill_diagnosis(struct reply *reply)
{
    static const struct diagnosis diagnosis = {
        .rule_id = {RULE_ID},
        .link_count = 1,
        .links = {{.kind = LINK_LISTENER,
                   .verdict = LINK_BROKEN,
                   .reason = REASON_PORT_IN_USE,
                   .subject = "nginx.exe"}},
        .listener_count = 1,
        .listeners = {{.address = {ADDRESS_IPV4, {10, 0, 0, 1}},
                       .port = 80,
                       .program = "nginx.exe"}},
        .connection_count = 1,
        .connection_total = 2,
        .connections = {{.local = {ADDRESS_IPV4, {10, 0, 0, 1}},
                         .local_port = 80,
                         .remote = {ADDRESS_IPV6, {[15] = 1}},
                         .remote_port = 40000}},
        .firewall_rule_found = true,
        .firewall_rule = {.name = "Tidegate"},
    };

    reply->diagnosis = mem_alloc(sizeof diagnosis);
    *reply->diagnosis = diagnosis;
}

static void fill_adoption(struct reply *reply)
{
    static const struct adopt_script_rule rules[] = {
        {.rule = {.name = "WSL 2 Firewall Unlock",
                  .enabled = true,
                  .inbound = true,
                  .profiles = PROFILE_MASK,
                  .local_ports = "80,443",
                  .remote_addresses = "*"},
         .mark = SCRIPT_RULE_TURNING_OFF},
        {.mark = SCRIPT_RULE_AS_FOUND},
    };

    reply->adopt = (struct adopt_reply){
        .rule_count = 2, .pending_firewall_rule_count = 1, .count = 2};
    error_set_system(&reply->adopt.failure, 0x80070005, "turn firewall rule off");
    reply->adopt.items = mem_alloc(sizeof rules);
    memcpy(reply->adopt.items, rules, sizeof rules);
}

static void fill_snapshot(struct reply *reply)
{
    static const uint8_t page[] = {1, 2, 3, 4};

    reply->snapshot.page_count = 1;
    reply->snapshot.bytes = page;
    reply->snapshot.size = sizeof page;
}

static void fill_hello(struct reply *reply)
{
    memcpy(reply->hello.version, "1.0.0", 6);
    reply->hello.user = (struct user_sid){"S-1-5-21-1-2-3-1001"};
}

static void fill_settings(struct reply *reply)
{
    memcpy(reply->settings.keys[0], "when-wsl-stops", 15);
    memcpy(reply->settings.values[0], "keep", 5);
    reply->settings.sources[1] = SETTING_BY_REFUSED_POLICY;
    reply->settings.count = 2;
}

/* Without a default: the compiler names a kind that has no seed yet. */
static void fill(struct reply *reply)
{
    switch (reply->verb) {
    case VERB_HELLO:
        fill_hello(reply);
        break;
    case VERB_SNAPSHOT:
        fill_snapshot(reply);
        break;
    case VERB_PLAN:
        fill_plan(reply);
        break;
    case VERB_PUT_RULE:
        reply->rule_id = (struct rule_id){RULE_ID};
        break;
    case VERB_SETTINGS:
        fill_settings(reply);
        break;
    case VERB_ACTIVITY:
        fill_activity(reply);
        break;
    case VERB_DIAGNOSE:
        fill_diagnosis(reply);
        break;
    case VERB_ADOPT:
        fill_adoption(reply);
        break;
    case VERB_SUBSCRIBE:
    case VERB_RECONCILE:
        reply->event.revision = 7;
        break;
    case VERB_BATCH:
    case VERB_REPORT_WSL:
    case VERB_DELETE_RULE:
    case VERB_ENABLE:
    case VERB_PAUSE:
    case VERB_RESUME:
    case VERB_START_IP_HELPER:
    case VERB_TAKE_OVER:
    case VERB_APPROVE:
        break;
    }
}

static void put_reply(struct reply *reply, struct wire_writer *out)
{
    struct reply read;

    reply_encode(reply, out);
    reply_clear(reply);
    assert(reply_decode(out->bytes, out->size, &read, NULL));
    reply_clear(&read);
}

/* Two reports, the replies without a kind, and one of each verb: their numbers have no gaps. */
bool fuzz_seed(size_t index, struct wire_writer *out)
{
    struct reply reply = {.id = 4};

    if (index < 2) {
        put_report(index == 1, out);
        return true;
    }
    if (index < 2 + PLAIN_COUNT) {
        reply = plain_reply(index - 2);
    } else {
        reply.verb = (enum verb)(index - 2 - PLAIN_COUNT + VERB_HELLO);
        if (!verb_is_known(reply.verb))
            return false;
        fill(&reply);
    }
    put_reply(&reply, out);
    return true;
}
