/*
 * An engine on a PC that a script has set up.
 * SPDX-License-Identifier: MIT
 */
#include "tests/unit/adopt_fixture.h"

#include "core/base/mem.h"
#include "core/base/text.h"

#include <check.h>
#include <string.h>

struct engine_fixture it;

const char *const names[PORT_COUNT] = {"0.0.0.0/80", "0.0.0.0/443", "0.0.0.0/10000",
                                       "0.0.0.0/3000", "0.0.0.0/5000"};

static void add_script_rule(bool inbound, const char *ports)
{
    struct script_rule *rule = &it.windows.script_rules[it.windows.script_rule_count++];

    *rule = (struct script_rule){
        .enabled = true, .inbound = inbound, .profiles = PROFILE_MASK};
    text_copy(rule->name, sizeof rule->name, SCRIPT_NAME);
    text_copy(rule->local_ports, sizeof rule->local_ports, ports);
    text_copy(rule->remote_addresses, sizeof rule->remote_addresses, "*");
}

/* What the classic script leaves, at an address that WSL had before. */
void adopt_fixture_set_up(void)
{
    engine_fixture_open(&it, ":memory:");
    for (size_t i = 0; i < PORT_COUNT; i++) {
        char value[64];
        struct text text = TEXT_OVER(value);

        text_append_format(&text, "172.28.209.77/%s", strchr(names[i], '/') + 1);
        fake_set_entry(&it.windows, PORTPROXY_V4TOV4, names[i], value);
    }
    fake_set_entry(&it.windows, PORTPROXY_V4TOV4, "0.0.0.0/9000", "10.0.0.5/9000");
    it.windows.helper = it.windows.flushed = it.windows.registry;
    add_script_rule(false, PORTS);
    add_script_rule(true, PORTS);
    work(&it, EVENT_PORTPROXY_CHANGED);
}

void adopt_fixture_tear_down(void)
{
    engine_fixture_close(&it);
}

struct error adopt(enum adopt_order order, const char *const *keys, size_t count,
                   bool firewall)
{
    struct request request = {.verb = VERB_ADOPT};
    struct reply reply;
    struct error err;

    request.adopt.order = order;
    request.adopt.replace_firewall_rules = firewall;
    for (size_t i = 0; i < count; i++) {
        struct portproxy_entry entry;

        ck_assert(portproxy_entry_parse(PORTPROXY_V4TOV4, keys[i], "x/1", &entry));
        *LIST_ADD(&request.adopt) = entry.key;
    }
    engine_handle(it.engine, &it.caller, &request, &reply);
    err = reply.error;
    reply_clear(&reply);
    request_clear(&request);
    settle(&it);
    return err;
}

enum script_rule_mark told_mark;

struct adopt_reply ask_adopt(enum adopt_order order, bool firewall)
{
    struct request request = {.verb = VERB_ADOPT};
    struct reply reply;
    struct adopt_reply counts;

    request.adopt.order = order;
    request.adopt.replace_firewall_rules = firewall;
    engine_handle(it.engine, &it.caller, &request, &reply);
    ck_assert_msg(reply.error.kind == ERR_NONE, "%s", reply.error.detail);
    counts = reply.adopt;
    told_mark = counts.count > 0 ? counts.items[0].mark : SCRIPT_RULE_MARK_COUNT;
    reply_clear(&reply);
    return counts;
}

struct adopt_reply told(void)
{
    return ask_adopt(ADOPT_LIST, false);
}

size_t count_lines(enum activity_kind kind)
{
    const struct request request = {.verb = VERB_ACTIVITY, .activity_limit = 1000};
    struct reply reply;
    size_t count = 0;

    engine_handle(it.engine, &it.caller, &request, &reply);
    for (size_t i = 0; i < reply.activity.count; i++) {
        if (reply.activity.items[i].kind != kind)
            continue;
        ck_assert_str_eq(reply.activity.items[i].arguments[0], SCRIPT_NAME);
        ck_assert_str_eq(reply.activity.items[i].arguments[1], PORTS);
        count++;
    }
    reply_clear(&reply);
    return count;
}

void see_firewall(void)
{
    it.windows.firewall_news = false;
    work(&it, EVENT_FIREWALL_CHANGED);
}
