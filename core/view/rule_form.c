/*
 * The rule editor's fields, and a rule made of them.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/rule_form.h"

#include "core/base/text.h"

#include <string.h>

static void show_listen(const struct rule_listen *listen, struct rule_form *out)
{
    struct text place = TEXT_OVER(out->listen_text);
    struct text port = TEXT_OVER(out->listen_port);
    char address[ADDRESS_TEXT_SIZE];

    if (listen->first_port != 0)
        text_append_format(&port, "%u", listen->first_port);
    if (listen->last_port != listen->first_port)
        text_append_format(&port, "-%u", listen->last_port);

    address_format(&listen->address, address);
    if (listen->kind == LISTEN_INTERFACE) {
        out->listen_place = PLACE_INTERFACE;
        text_append(&place, listen->interface_name);
    } else if (address_is_any(&listen->address)) {
        out->listen_place =
            listen->address.family == ADDRESS_IPV6 ? PLACE_ANY_IPV6 : PLACE_ANY;
    } else {
        out->listen_place = PLACE_TYPED;
        text_append(&place, address);
    }
}

static void show_connect(const struct rule_connect *connect, struct rule_form *out)
{
    struct text place = TEXT_OVER(out->connect_text);
    struct text port = TEXT_OVER(out->connect_port);
    char address[ADDRESS_TEXT_SIZE];

    if (connect->first_port != 0)
        text_append_format(&port, "%u", connect->first_port);
    out->connect_place = connect->kind == CONNECT_WSL ? PLACE_WSL : PLACE_TYPED;
    address_format(&connect->address, address);
    if (connect->kind == CONNECT_ADDRESS)
        text_append(&place, address);
}

void rule_form_show(const struct rule *rule, struct rule_form *out)
{
    struct text name = TEXT_OVER(out->name);
    struct text comment = TEXT_OVER(out->comment);

    text_append(&name, rule->name);
    text_append(&comment, rule->comment);
    out->enabled = rule->enabled;
    out->forced = rule->forced;
    show_listen(&rule->listen, out);
    show_connect(&rule->connect, out);
    out->profiles = rule->scope.profiles;
    out->remote = rule->scope.remote;
    out->remote_text[0] = '\0';
    if (rule->scope.remote == REMOTE_LIST)
        rule_remote_format(&rule->scope, out->remote_text, sizeof out->remote_text);
}

/* People paste addresses and ports with blanks around them. */
static void append_trimmed(struct text *out, const char *from)
{
    char trimmed[FORM_REMOTE_SIZE];

    from += strspn(from, " \t");
    if (!text_copy(trimmed, sizeof trimmed, from))
        return;

    size_t size = strlen(trimmed);

    while (size > 0 && (trimmed[size - 1] == ' ' || trimmed[size - 1] == '\t'))
        trimmed[--size] = '\0';
    text_append(out, trimmed);
}

static void append_place(struct text *out, const char *typed)
{
    struct address address;
    char place[FORM_PLACE_SIZE];
    struct text trimmed = TEXT_OVER(place);

    append_trimmed(&trimmed, typed);
    if (address_parse(place, &address) && address.family == ADDRESS_IPV6)
        text_append_format(out, "[%s]:", place);
    else
        text_append_format(out, "%s:", place);
}

/* Joined and read as one text, so that the form accepts exactly what the command line does. */
static bool read_listen(const struct rule_form *form, struct rule_listen *out,
                        struct error *err)
{
    char joined[FORM_PLACE_SIZE + FORM_PORT_SIZE + 4];
    struct text text = TEXT_OVER(joined);

    if (form->listen_place == PLACE_ANY_IPV6)
        text_append(&text, "[::]:");
    else if (form->listen_place != PLACE_ANY)
        append_place(&text, form->listen_text);
    append_trimmed(&text, form->listen_port);
    return rule_listen_parse(joined, out, err);
}

static bool read_connect(const struct rule_form *form, struct rule_connect *out,
                         struct error *err)
{
    char joined[FORM_PLACE_SIZE + FORM_PORT_SIZE + 4];
    char port[FORM_PORT_SIZE];
    struct text text = TEXT_OVER(joined);
    struct text trimmed = TEXT_OVER(port);
    unsigned long number;

    append_trimmed(&trimmed, form->connect_port);
    if (!text_parse_number(port, 65535, &number) || number == 0)
        return error_set_message(err, ERR_INVALID, MESSAGE_CONNECT_PORT_FORM, port, NULL,
                                 NULL);
    if (form->connect_place == PLACE_WSL)
        text_append(&text, "wsl");
    else
        append_place(&text, form->connect_text);
    if (form->connect_place != PLACE_WSL)
        text.length--; /* the place's own colon: the port is given as the default */
    joined[text.length] = '\0';
    return rule_connect_parse(joined, (uint16_t)number, out, err);
}

static bool read_remote(const struct rule_form *form, struct rule_scope *scope,
                        struct error *err)
{
    char list[FORM_REMOTE_SIZE];
    struct text text = TEXT_OVER(list);

    scope->remote = form->remote;
    scope->remote_count = 0;
    if (form->remote != REMOTE_LIST)
        return true;
    /* "a, b": blanks after commas are how people write lists. */
    for (const char *at = form->remote_text; *at != '\0'; at++) {
        const char one[] = {*at, '\0'};

        if (*at != ' ' && *at != '\t')
            text_append(&text, one);
    }
    return rule_remote_parse(list, scope, err);
}

bool rule_form_read(const struct rule_form *form, const struct rule *base,
                    struct rule *out, struct error *err)
{
    struct rule rule = *base;
    struct text name = TEXT_OVER(rule.name);
    struct text comment = TEXT_OVER(rule.comment);

    append_trimmed(&name, form->name);
    append_trimmed(&comment, form->comment);
    rule.enabled = form->enabled;
    rule.forced = form->forced;
    rule.scope.profiles = form->profiles;
    if (!read_listen(form, &rule.listen, err) || !read_connect(form, &rule.connect, err) ||
        !read_remote(form, &rule.scope, err) || !rule_validate(&rule, err))
        return false;
    *out = rule;
    return true;
}

bool rule_form_can_be_forced(const struct rule_form *form, const struct rule *base)
{
    struct rule_form insisting = *form;
    struct rule ignored;

    insisting.forced = true;
    return !rule_form_read(form, base, &ignored, NULL) &&
           rule_form_read(&insisting, base, &ignored, NULL);
}

enum rule_field rule_field_of(const struct error *err)
{
    static const enum rule_field fields[MESSAGE_ID_END] = {
        [MESSAGE_NAME_TOO_LONG] = RULE_FIELD_NAME,
        [MESSAGE_NAME_NOT_PLAIN] = RULE_FIELD_NAME,
        [MESSAGE_COMMENT_TOO_LONG] = RULE_FIELD_COMMENT,
        [MESSAGE_COMMENT_NOT_PLAIN] = RULE_FIELD_COMMENT,
        [MESSAGE_LISTEN_PORT_FORM] = RULE_FIELD_LISTEN_PORT,
        [MESSAGE_LISTEN_PORTS_REVERSED] = RULE_FIELD_LISTEN_PORT,
        [MESSAGE_LISTEN_PORTS_TOO_MANY] = RULE_FIELD_LISTEN_PORT,
        [MESSAGE_LISTEN_PORT_RESERVED] = RULE_FIELD_LISTEN_PORT,
        [MESSAGE_LISTEN_TAKEN] = RULE_FIELD_LISTEN_PORT,
        [MESSAGE_LISTEN_TAKEN_BY_OTHER_USER] = RULE_FIELD_LISTEN_PORT,
        [MESSAGE_ENTRIES_TOO_MANY] = RULE_FIELD_LISTEN_PORT,
        [MESSAGE_LISTEN_ADDRESS_FORM] = RULE_FIELD_LISTEN_PLACE,
        [MESSAGE_LISTEN_ADDRESS_MULTICAST] = RULE_FIELD_LISTEN_PLACE,
        [MESSAGE_LISTEN_ADDRESS_BROADCAST] = RULE_FIELD_LISTEN_PLACE,
        [MESSAGE_LISTEN_ADDRESS_LOOPBACK] = RULE_FIELD_LISTEN_PLACE,
        [MESSAGE_LISTEN_INTERFACE_NOT_PLAIN] = RULE_FIELD_LISTEN_PLACE,
        [MESSAGE_LISTEN_INTERFACE_TOO_LONG] = RULE_FIELD_LISTEN_PLACE,
        [MESSAGE_CONNECT_PORT_FORM] = RULE_FIELD_CONNECT_PORT,
        [MESSAGE_CONNECT_PORTS_BEYOND] = RULE_FIELD_CONNECT_PORT,
        [MESSAGE_CONNECT_ADDRESS_FORM] = RULE_FIELD_CONNECT_PLACE,
        [MESSAGE_CONNECT_ADDRESS_NOT_HOST] = RULE_FIELD_CONNECT_PLACE,
        [MESSAGE_CONNECT_ADDRESS_LOOPBACK] = RULE_FIELD_CONNECT_PLACE,
        [MESSAGE_CONNECT_ADDRESS_OWN] = RULE_FIELD_CONNECT_PLACE,
        [MESSAGE_REMOTE_FORM] = RULE_FIELD_REMOTE,
        [MESSAGE_REMOTE_TOO_MANY] = RULE_FIELD_REMOTE,
    };

    if (message_is_known(err->message.id))
        return fields[err->message.id];
    return err->kind == ERR_CONFLICT ? RULE_FIELD_LISTEN_PORT : RULE_FIELD_NONE;
}

void rule_form_following_port(const char *listen_port, char out[FORM_PORT_SIZE])
{
    struct text text = text_over(out, FORM_PORT_SIZE);

    listen_port += strspn(listen_port, " \t");
    for (size_t digits = strspn(listen_port, "0123456789"); digits > 0; digits--) {
        const char one[] = {*listen_port++, '\0'};

        text_append(&text, one);
    }
}
