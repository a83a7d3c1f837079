/*
 * Replies of every kind to encode and decode.
 * SPDX-License-Identifier: MIT
 */
#include "tests/unit/reply_fixture.h"

#include "core/base/mem.h"

#include <stdio.h>
#include <string.h>

#define RULE_ID "0123abcd-0000-4000-8000-00000000000f"
#define TICKET "0123456789abcdef0123456789abcdef"

const uint8_t sample_page[5] = {1, 2, 3, 0, 255};

void fill_plan(struct reply *reply, size_t count, size_t length)
{
    reply->verb = VERB_PLAN;
    reply->plan.items = mem_alloc((count + 1) * sizeof *reply->plan.items);
    reply->plan.count = count;
    for (size_t i = 0; i < count; i++) {
        char *text = reply->plan.items[i].text;

        snprintf(text, sizeof reply->plan.items[i].text, "%zu", i);
        memset(text + strlen(text), '.', length - strlen(text));
    }
}

void fill_activity(struct reply *reply, size_t count, size_t length)
{
    reply->verb = VERB_ACTIVITY;
    reply->activity.items = mem_alloc((count + 1) * sizeof *reply->activity.items);
    reply->activity.count = count;
    for (size_t i = 0; i < count; i++) {
        struct activity *activity = &reply->activity.items[i];

        activity->time_ms = -(int64_t)i;
        activity->kind = i % 2 == 0 ? ACTIVITY_OLD_RULE_ADDED : ACTIVITY_WSL_MOVED_RULES;
        activity->rule_id = (struct rule_id){RULE_ID};
        for (size_t j = 0; j < ACTIVITY_ARGUMENT_COUNT; j++)
            memset(activity->arguments[j], 'x' + (int)j, length);
        if (length < 239)
            activity->subject_message = message_of(MESSAGE_PROCESS, "4711", NULL, NULL);
    }
}

static void fill_settings(struct reply *reply, size_t count)
{
    reply->verb = VERB_SETTINGS;
    reply->settings.count = count;
    for (size_t i = 0; i < count; i++) {
        memset(reply->settings.keys[i], 'k', sizeof reply->settings.keys[i] - 1);
        memset(reply->settings.values[i], 'v', sizeof reply->settings.values[i] - 1);
        reply->settings.sources[i] = (enum setting_source)(i % SETTING_SOURCE_COUNT);
    }
}

static void fill_adoption(struct reply *reply)
{
    static const struct script_rule rule = {
        .name = "WSL 2 Firewall Unlock",
        .enabled = true,
        .profiles = PROFILE_MASK,
        .local_ports = "80,443",
        .remote_addresses = "*",
    };

    reply->adopt = (struct adopt_reply){.rule_count = 5,
                                        .firewall_rule_count = 2,
                                        .undo_entry_count = 6,
                                        .undo_firewall_rule_count = 3,
                                        .pending_entry_count = 4,
                                        .pending_firewall_rule_count = 1,
                                        .count = 2};
    error_set_system(&reply->adopt.failure, 0x80070005, "turn firewall rule 'x' off");
    reply->adopt.items = mem_alloc(2 * sizeof *reply->adopt.items);
    reply->adopt.items[0].rule = reply->adopt.items[1].rule = rule;
    reply->adopt.items[1].rule.inbound = true;
    reply->adopt.items[1].mark = SCRIPT_RULE_TURNING_ON;
}

struct reply sample_reply(int index)
{
    static const enum verb plain[] = {
        VERB_DELETE_RULE,     VERB_ENABLE,    VERB_PAUSE,     VERB_RESUME,
        VERB_START_IP_HELPER, VERB_TAKE_OVER, VERB_SUBSCRIBE, VERB_APPROVE,
        VERB_RECONCILE,       VERB_ADOPT,
    };
    struct reply reply = {.id = 0xB0000000u + (uint32_t)index};

    switch (index) {
    case 0:
        reply.verb = VERB_HELLO;
        memcpy(reply.hello.version, "1.2.3", 6);
        reply.hello.user = (struct user_sid){SID};
        reply.hello.may_change = true;
        break;
    case 1:
        reply = (struct reply){.verb = VERB_SUBSCRIBE, .is_event = true};
        reply.event.revision = 0x0807060504030201;
        break;
    case 2:
        reply.verb = VERB_PUT_RULE;
        reply.rule_id = (struct rule_id){RULE_ID};
        break;
    case 3:
        reply.verb = VERB_SNAPSHOT;
        reply.snapshot.revision = 9;
        reply.snapshot.page = 2;
        reply.snapshot.page_count = 3;
        reply.snapshot.bytes = sample_page;
        reply.snapshot.size = sizeof sample_page;
        break;
    case 4:
        reply.verb = VERB_SNAPSHOT;
        reply.snapshot.page_count = 1;
        break;
    case 5:
        fill_plan(&reply, 3, 299);
        break;
    case 6:
        fill_plan(&reply, 0, 0);
        break;
    case 7:
        fill_activity(&reply, 4, 238);
        break;
    case 8:
        fill_activity(&reply, 0, 0);
        break;
    case 9:
        fill_settings(&reply, REPLY_SETTING_CAPACITY);
        break;
    case 10:
        fill_settings(&reply, 0);
        break;
    case 11:
        reply.verb = VERB_PUT_RULE;
        error_set(&reply.error, ERR_NEEDS_APPROVAL, "needs an administrator");
        memcpy(reply.ticket, TICKET, TICKET_SIZE);
        break;
    case 12:
        reply.verb = VERB_PUT_RULE;
        error_set(&reply.error, ERR_NEEDS_APPROVAL, "needs an administrator");
        break;
    case 13:
        reply.verb = VERB_PLAN;
        error_set_system(&reply.error, 0x80070005, "open registry key");
        break;
    case 14: /* about a request that could not be read */
        error_set(&reply.error, ERR_INVALID, "verb: unknown value");
        break;
    case 15:
        reply.verb = VERB_HELLO;
        error_set(&reply.error, ERR_STORE, "%0239d", 0);
        break;
    default:
        reply.verb = plain[index - 16];
        if (reply.verb == VERB_ADOPT)
            fill_adoption(&reply);
        break;
    }
    return reply;
}

struct wire_writer encoded(const struct reply *reply)
{
    struct wire_writer writer = {0};

    reply_encode(reply, &writer);
    return writer;
}
