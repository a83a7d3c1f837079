/*
 * Reading the fields of a rule from a command line, and bringing them into a rule.
 * SPDX-License-Identifier: MIT
 */
#include "core/command/rule_edit.h"

#include "core/base/text.h"

#include <string.h>

/* The bound is checked here because the text does not fit the rule otherwise. */
static bool read_text(const char *field, const char *text, char out[RULE_TEXT_SIZE],
                      struct error *err)
{
    if (!utf8_is_plain(text))
        return error_set(
            err, ERR_INVALID,
            "%s '%s': must be without control characters and marks that change "
            "the direction of writing",
            field, text);
    if (strlen(text) >= RULE_TEXT_SIZE)
        return error_set(err, ERR_INVALID, "%s of %zu bytes: must be at most %d", field,
                         strlen(text), RULE_TEXT_SIZE - 1);
    return text_copy(out, RULE_TEXT_SIZE, text);
}

bool rule_edit_read(struct rule_edit *edit, enum rule_field field, const char *text,
                    struct error *err)
{
    struct rule *values = &edit->values;
    bool ok = false;

    switch (field) {
    case RULE_FIELD_LISTEN:
        ok = rule_listen_parse(text, &values->listen, err);
        break;
    case RULE_FIELD_CONNECT:
        ok = rule_connect_parse(text, 0, &values->connect, err);
        break;
    case RULE_FIELD_NAME:
        ok = read_text("name", text, values->name, err);
        break;
    case RULE_FIELD_PROFILES:
        ok = rule_profiles_parse(text, &values->scope.profiles, err);
        break;
    case RULE_FIELD_REMOTE:
        ok = rule_remote_parse(text, &values->scope, err);
        break;
    case RULE_FIELD_COMMENT:
        ok = read_text("comment", text, values->comment, err);
        break;
    }
    if (ok)
        edit->fields |= 1u << field;
    return ok;
}

static bool names(const struct rule_edit *edit, enum rule_field field)
{
    return (edit->fields & 1u << field) != 0;
}

static void apply_remote(const struct rule_scope *from, struct rule_scope *to)
{
    to->remote = from->remote;
    to->remote_count = from->remote_count;
    memcpy(to->remotes, from->remotes, sizeof to->remotes);
}

static void apply_connect(const struct rule_connect *from, struct rule_connect *to)
{
    const uint16_t port = from->first_port != 0 ? from->first_port : to->first_port;

    *to = *from;
    to->first_port = port;
}

void rule_edit_apply(const struct rule_edit *edit, struct rule *rule)
{
    const struct rule *values = &edit->values;

    if (names(edit, RULE_FIELD_LISTEN))
        rule->listen = values->listen;
    if (names(edit, RULE_FIELD_CONNECT))
        apply_connect(&values->connect, &rule->connect);
    if (rule->connect.first_port == 0)
        rule->connect.first_port = rule->listen.first_port;
    if (names(edit, RULE_FIELD_NAME))
        memcpy(rule->name, values->name, sizeof rule->name);
    if (names(edit, RULE_FIELD_PROFILES))
        rule->scope.profiles = values->scope.profiles;
    if (names(edit, RULE_FIELD_REMOTE))
        apply_remote(&values->scope, &rule->scope);
    if (names(edit, RULE_FIELD_COMMENT))
        memcpy(rule->comment, values->comment, sizeof rule->comment);
    if (edit->disabled)
        rule->enabled = false;
    if (edit->forced)
        rule->forced = true;
}
