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

static void put_plan(struct wire_writer *out)
{
    struct plan_line lines[] = {{"write 0.0.0.0:3000"}, {"delete *:80"}, {""}};
    struct reply reply = {.verb = VERB_PLAN, .id = 1};

    reply.plan.items = lines;
    reply.plan.count = sizeof lines / sizeof lines[0];
    reply_encode(&reply, out);
}

static void put_activity(struct wire_writer *out)
{
    struct activity lines[] = {
        {.time_ms = 1,
         .kind = ACTIVITY_WSL_MOVED_RULES,
         .rule_id = {"0123abcd-0000-4000-8000-00000000000f"},
         .arguments = {"172.28.208.7", "4", "12"}},
        {.time_ms = 2, .kind = ACTIVITY_IP_HELPER_STARTED},
    };
    struct reply reply = {.verb = VERB_ACTIVITY, .id = 2};

    reply.activity.items = lines;
    reply.activity.count = sizeof lines / sizeof lines[0];
    reply_encode(&reply, out);
}

static void put_diagnosis(struct wire_writer *out)
{
    struct diagnosis diagnosis = {.rule_id = {"0123abcd-0000-4000-8000-00000000000f"},
                                  .link_count = 1,
                                  .listener_count = 1,
                                  .connection_count = 1,
                                  .connection_total = 2,
                                  .firewall_rule_found = true};
    const struct reply reply = {.verb = VERB_DIAGNOSE, .id = 4, .diagnosis = &diagnosis};

    diagnosis.links[0] = (struct diagnosis_link){.kind = LINK_LISTENER,
                                                 .verdict = LINK_BROKEN,
                                                 .reason = REASON_PORT_IN_USE,
                                                 .subject = "nginx.exe"};
    diagnosis.listeners[0] = (struct diagnosis_listener){
        .address = {ADDRESS_IPV4, {10, 0, 0, 1}}, .port = 80, .program = "nginx.exe"};
    diagnosis.connections[0] =
        (struct diagnosis_connection){.local = {ADDRESS_IPV4, {10, 0, 0, 1}},
                                      .local_port = 80,
                                      .remote = {ADDRESS_IPV6, {[15] = 1}},
                                      .remote_port = 40000};
    memcpy(diagnosis.firewall_rule.name, "Tidegate", 9);
    reply_encode(&reply, out);
}

/* The seeds whose reply owns nothing. */
static struct reply plain_seed(size_t index)
{
    static const uint8_t page[] = {1, 2, 3, 4};
    struct reply reply = {.id = 3};

    switch (index) {
    case 0:
        reply.verb = VERB_HELLO;
        memcpy(reply.hello.version, "1.0.0", 6);
        reply.hello.user = (struct user_sid){"S-1-5-21-1-2-3-1001"};
        break;
    case 1:
        reply = (struct reply){.verb = VERB_SUBSCRIBE, .is_event = true};
        break;
    case 2:
        reply.verb = VERB_SNAPSHOT;
        reply.snapshot.page_count = 1;
        reply.snapshot.bytes = page;
        reply.snapshot.size = sizeof page;
        break;
    case 3:
        reply.verb = VERB_PUT_RULE;
        error_set(&reply.error, ERR_NEEDS_APPROVAL, "needs an administrator");
        memcpy(reply.ticket, "0123456789abcdef0123456789abcdef", TICKET_SIZE);
        break;
    case 4:
        reply.verb = VERB_PUT_RULE;
        reply.rule_id = (struct rule_id){"0123abcd-0000-4000-8000-00000000000f"};
        break;
    case 5:
        reply.verb = VERB_SETTINGS;
        memcpy(reply.settings.keys[0], "when-wsl-stops", 15);
        memcpy(reply.settings.values[0], "keep", 5);
        reply.settings.count = 2;
        break;
    default:
        error_set_system(&reply.error, 0x80070005, "write entry '0.0.0.0/80'");
        break;
    }
    return reply;
}

bool fuzz_seed(size_t index, struct wire_writer *out)
{
    struct reply reply;

    if (index < 2) {
        put_report(index == 1, out);
    } else if (index == 2) {
        put_plan(out);
    } else if (index == 3) {
        put_activity(out);
    } else if (index == 4) {
        put_diagnosis(out);
    } else if (index <= 11) {
        reply = plain_seed(index - 5);
        reply_encode(&reply, out);
        assert(reply_decode(out->bytes, out->size, &reply, NULL));
    } else {
        return false;
    }
    return true;
}
