/*
 * Requests that concern no single rule: pause, resume, reconcile, start-ip-helper, approve and
 * settings.
 * SPDX-License-Identifier: MIT
 */
#include "app/ctl/verbs.h"

#include "app/ctl/json.h"
#include "app/ctl/table.h"
#include "core/base/text.h"

#include <string.h>

static bool order(struct call *call, enum verb verb, const char *done, struct error *err)
{
    struct request request = {.verb = verb};

    if (!call_order(call, &request, err))
        return false;
    output_text(&call->out, done);
    return true;
}

bool run_pause(struct call *call, struct error *err)
{
    return order(call, VERB_PAUSE,
                 "Paused: no rule of this user forwards until 'resume'.\n", err);
}

bool run_resume(struct call *call, struct error *err)
{
    return order(call, VERB_RESUME, "Resumed.\n", err);
}

bool run_reconcile(struct call *call, struct error *err)
{
    return order(call, VERB_RECONCILE,
                 "Compared with Windows and repaired what differed.\n", err);
}

bool run_start_ip_helper(struct call *call, struct error *err)
{
    return order(call, VERB_START_IP_HELPER, "The IP Helper service was started.\n", err);
}

bool run_approve(struct call *call, struct error *err)
{
    struct request request = {.verb = VERB_APPROVE};

    text_copy(request.ticket, sizeof request.ticket, call->command.arguments[0]);
    if (!call_order(call, &request, err))
        return false;
    output_text(&call->out, "Approved and carried out.\n");
    return true;
}

static bool set(struct call *call, const char *key, const char *value, struct error *err)
{
    struct request request = {.verb = VERB_SETTINGS};

    /* Both fit: command_parse checked. */
    return request_add_setting(&request, key, value) && call_order(call, &request, err);
}

static const char *source_words(enum setting_source source)
{
    switch (source) {
    case SETTING_BY_POLICY:
        return "(set by policy)";
    case SETTING_BY_REFUSED_POLICY:
        return "(set by policy, whose value is refused; 'tidegatectl status' says why)";
    case SETTING_STORED:
    case SETTING_SOURCE_COUNT:
        break;
    }
    return "";
}

/* One setting's value alone for scripts, all of them with their keys and who set them. */
static bool write_settings(struct call *call, const struct reply *reply, const char *key,
                           struct error *err)
{
    bool found = key == NULL;
    struct table table;

    table_init(&table, 3);
    for (size_t i = 0; i < reply->settings.count; i++) {
        const bool is_meant = key != NULL && strcmp(key, reply->settings.keys[i]) == 0;

        if (is_meant) {
            output_foreign(&call->out, reply->settings.values[i]);
            output_text(&call->out, "\n");
        }
        found = found || is_meant;
        table_add(&table, reply->settings.keys[i]);
        table_add(&table, reply->settings.values[i]);
        table_add(&table, source_words(reply->settings.sources[i]));
    }
    if (key == NULL)
        table_write(&table, &call->out);
    table_clear(&table);
    return found ||
           error_set(err, ERR_NOT_FOUND, "setting '%s': there is no such setting", key);
}

static bool is_asked_for(const struct reply *reply, size_t index, const char *key)
{
    return key == NULL || strcmp(key, reply->settings.keys[index]) == 0;
}

/* Beside the settings themselves, whose keys hold no "_". */
static void put_keys_by_source(struct json *json, const struct reply *reply,
                               const char *key, const char *list,
                               enum setting_source first)
{
    json_begin_array(json, list);
    for (size_t i = 0; i < reply->settings.count; i++) {
        if (reply->settings.sources[i] >= first && is_asked_for(reply, i, key))
            json_put_text(json, NULL, reply->settings.keys[i]);
    }
    json_end(json);
}

static bool put_settings(struct json *json, const struct reply *reply, const char *key,
                         struct error *err)
{
    bool found = key == NULL;

    json_begin_object(json, NULL);
    for (size_t i = 0; i < reply->settings.count; i++) {
        if (!is_asked_for(reply, i, key))
            continue;
        json_put_text(json, reply->settings.keys[i], reply->settings.values[i]);
        found = true;
    }
    put_keys_by_source(json, reply, key, "set_by_policy", SETTING_BY_POLICY);
    put_keys_by_source(json, reply, key, "policy_refused", SETTING_BY_REFUSED_POLICY);
    json_end(json);
    return found ||
           error_set(err, ERR_NOT_FOUND, "setting '%s': there is no such setting", key);
}

bool run_settings(struct call *call, struct error *err)
{
    const struct command *command = &call->command;
    const char *key = command->argument_count > 0 ? command->arguments[0] : NULL;
    struct request request = {.verb = VERB_SETTINGS};
    struct reply reply;
    bool ok;

    if (command->argument_count > 1 && !set(call, key, command->arguments[1], err))
        return false;
    if (!call_ask(call, &request, &reply, err))
        return false;
    ok = call->json != NULL ? put_settings(call->json, &reply, key, err)
                            : write_settings(call, &reply, key, err);
    reply_clear(&reply);
    return ok;
}
