/*
 * What is wrong with a rule editor's fields while they are still being filled in.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/rule_check.h"

#include <string.h>

/* Any port that is nobody's. */
#define SOUND_PORT 1024

/* From the top of the dialog to its bottom. */
static const enum rule_field order[] = {
    RULE_FIELD_NAME,          RULE_FIELD_LISTEN_PORT, RULE_FIELD_CONNECT_PORT,
    RULE_FIELD_LISTEN_PLACE,  RULE_FIELD_PROFILES,    RULE_FIELD_REMOTE,
    RULE_FIELD_CONNECT_PLACE, RULE_FIELD_COMMENT,
};

static bool is_blank(const char *text)
{
    while (*text == ' ' || *text == '\t')
        text++;
    return *text == '\0';
}

static bool is_filled(const struct rule_form *form, enum rule_field field)
{
    switch (field) {
    case RULE_FIELD_NAME:
        return !is_blank(form->name);
    case RULE_FIELD_COMMENT:
        return !is_blank(form->comment);
    case RULE_FIELD_LISTEN_PLACE:
        return form->listen_place != PLACE_TYPED || !is_blank(form->listen_text);
    case RULE_FIELD_LISTEN_PORT:
        return !is_blank(form->listen_port);
    case RULE_FIELD_CONNECT_PLACE:
        return form->connect_place != PLACE_TYPED || !is_blank(form->connect_text);
    case RULE_FIELD_CONNECT_PORT:
        return !is_blank(form->connect_port);
    case RULE_FIELD_REMOTE:
        return form->remote != REMOTE_LIST || !is_blank(form->remote_text);
    case RULE_FIELD_PROFILES:
        return true;
    case RULE_FIELD_NONE:
    case RULE_FIELD_COUNT:
        break;
    }
    return false;
}

unsigned rule_form_filled(const struct rule_form *form)
{
    unsigned filled = 0;

    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        if (is_filled(form, order[i]))
            filled |= RULE_FIELD_BIT(order[i]);
    }
    return filled;
}

static struct rule_form sound_form(bool forced)
{
    struct rule rule = rule_default();
    struct rule_form form;

    rule.listen.first_port = SOUND_PORT;
    rule.listen.last_port = SOUND_PORT;
    rule.connect.first_port = SOUND_PORT;
    rule.forced = forced;
    rule_form_show(&rule, &form);
    return form;
}

#define COPY_TEXT(to, from) memcpy((to), (from), sizeof(to))

static void copy_field(struct rule_form *to, const struct rule_form *from,
                       enum rule_field field)
{
    switch (field) {
    case RULE_FIELD_NAME:
        COPY_TEXT(to->name, from->name);
        break;
    case RULE_FIELD_COMMENT:
        COPY_TEXT(to->comment, from->comment);
        break;
    case RULE_FIELD_LISTEN_PLACE:
        to->listen_place = from->listen_place;
        COPY_TEXT(to->listen_text, from->listen_text);
        break;
    case RULE_FIELD_LISTEN_PORT:
        COPY_TEXT(to->listen_port, from->listen_port);
        break;
    case RULE_FIELD_CONNECT_PLACE:
        to->connect_place = from->connect_place;
        COPY_TEXT(to->connect_text, from->connect_text);
        break;
    case RULE_FIELD_CONNECT_PORT:
        COPY_TEXT(to->connect_port, from->connect_port);
        break;
    case RULE_FIELD_PROFILES:
        to->profiles = from->profiles;
        break;
    case RULE_FIELD_REMOTE:
        to->remote = from->remote;
        COPY_TEXT(to->remote_text, from->remote_text);
        break;
    case RULE_FIELD_NONE:
    case RULE_FIELD_COUNT:
        break;
    }
}

bool rule_form_read_fields(const struct rule_form *form, const struct rule *base,
                           unsigned fields, struct rule *out, struct error *err)
{
    struct rule_form part = sound_form(form->forced);

    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        if (fields & RULE_FIELD_BIT(order[i]))
            copy_field(&part, form, order[i]);
    }
    return rule_form_read(&part, base, out, err);
}

bool rule_problem_find(const struct rule_form *form, const struct rule *base,
                       unsigned fields, struct rule_problem *out)
{
    struct error err = {0};
    struct rule ignored;

    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        const unsigned field = fields & RULE_FIELD_BIT(order[i]);

        if (field != 0 && !rule_form_read_fields(form, base, field, &ignored, &err)) {
            *out = (struct rule_problem){.field = order[i], .error = err};
            return true;
        }
    }
    if (rule_form_read_fields(form, base, fields, &ignored, &err))
        return false;
    *out =
        (struct rule_problem){.field = rule_field_of(&err), .crosses = true, .error = err};
    return true;
}
