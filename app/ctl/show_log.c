/*
 * plan: what a reconcile would do now. activity: what was done.
 * SPDX-License-Identifier: MIT
 */
#include "app/ctl/verbs.h"

#include "app/ctl/clock_words.h"
#include "app/ctl/json.h"
#include "app/ctl/table.h"

#define SENTENCE_SIZE 1024 /* holds the longest: a problem's */

static void put_plan(const struct reply *reply, struct json *json)
{
    json_begin_object(json, NULL);
    json_begin_array(json, "steps");
    for (size_t i = 0; i < reply->plan.count; i++)
        json_put_text(json, NULL, reply->plan.items[i].text);
    json_end(json);
    json_end(json);
}

static void write_plan(const struct reply *reply, struct output *out)
{
    if (reply->plan.count == 0)
        output_text(out, "Nothing to do.\n");
    for (size_t i = 0; i < reply->plan.count; i++) {
        output_foreign(out, reply->plan.items[i].text);
        output_text(out, "\n");
    }
}

bool run_plan(struct call *call, struct error *err)
{
    struct request request = {.verb = VERB_PLAN};
    struct reply reply;

    if (!call_ask(call, &request, &reply, err))
        return false;
    if (call->json != NULL)
        put_plan(&reply, call->json);
    else
        write_plan(&reply, &call->out);
    reply_clear(&reply);
    return true;
}

static void put_line(const struct activity *activity, struct json *json)
{
    char time[CLOCK_WORDS_SIZE];
    char words[SENTENCE_SIZE];
    struct text text = TEXT_OVER(words);

    clock_words_utc(activity->time_ms, time);
    activity_explain(activity, &text);
    json_begin_object(json, NULL);
    json_put_number(json, "time_ms", activity->time_ms);
    json_put_text(json, "time", time);
    json_put_text(json, "kind", activity_kind_name(activity->kind));
    json_put_text(json, "rule", activity->rule_id.text);
    json_begin_array(json, "arguments");
    for (size_t i = 0; i < ACTIVITY_ARGUMENT_COUNT; i++)
        json_put_text(json, NULL, activity->arguments[i]);
    json_end(json);
    json_put_text(json, "text", words);
    json_end(json);
}

static void put_activity(const struct reply *reply, struct json *json)
{
    json_begin_object(json, NULL);
    json_begin_array(json, "activity");
    for (size_t i = 0; i < reply->activity.count; i++)
        put_line(&reply->activity.items[i], json);
    json_end(json);
    json_end(json);
}

static void write_activity(const struct reply *reply, struct output *out)
{
    struct table table;

    table_init(&table, 2);
    for (size_t i = 0; i < reply->activity.count; i++) {
        char time[CLOCK_WORDS_SIZE];
        char words[SENTENCE_SIZE];
        struct text text = TEXT_OVER(words);

        clock_words_local(reply->activity.items[i].time_ms, time);
        activity_explain(&reply->activity.items[i], &text);
        table_add(&table, time);
        table_add(&table, words);
    }
    table_write(&table, out);
    if (reply->activity.count == 0)
        output_text(out, "Nothing has happened yet.\n");
    table_clear(&table);
}

bool run_activity(struct call *call, struct error *err)
{
    struct request request = {.verb = VERB_ACTIVITY};
    struct reply reply;

    request.activity_limit = call->command.limit;
    if (!call_ask(call, &request, &reply, err))
        return false;
    if (call->json != NULL)
        put_activity(&reply, call->json);
    else
        write_activity(&reply, &call->out);
    reply_clear(&reply);
    return true;
}
