/*
 * Reads and writes the text form of a firewall rule.
 * SPDX-License-Identifier: MIT
 */
#include "rule_fields.h"

#include <stdlib.h>
#include <string.h>

struct builder {
    wchar_t *text;
    size_t size;
};

static const struct {
    const wchar_t *key;
    enum rule_text field;
    bool is_list;
} text_keys[] = {
    {L"LPort", RULE_LOCAL_PORTS, true},    {L"LPort2_10", RULE_LOCAL_PORTS, true},
    {L"RPort", RULE_REMOTE_PORTS, true},   {L"RPort2_10", RULE_REMOTE_PORTS, true},
    {L"LA4", RULE_LOCAL_ADDRESSES, true},  {L"LA6", RULE_LOCAL_ADDRESSES, true},
    {L"RA4", RULE_REMOTE_ADDRESSES, true}, {L"RA6", RULE_REMOTE_ADDRESSES, true},
    {L"App", RULE_APPLICATION, false},     {L"Svc", RULE_SERVICE, false},
    {L"Name", RULE_NAME, false},           {L"Desc", RULE_DESCRIPTION, false},
    {L"EmbedCtxt", RULE_GROUPING, false},  {L"IFType", RULE_INTERFACE_TYPES, true},
};

static const struct {
    const wchar_t *name;
    long bit;
} profile_names[] = {{L"Domain", 1}, {L"Private", 2}, {L"Public", 4}};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void append(struct builder *builder, const wchar_t *text)
{
    const size_t more = wcslen(text);

    builder->text = realloc(builder->text, (builder->size + more + 1) * sizeof(wchar_t));
    if (!builder->text)
        abort();
    wmemcpy(builder->text + builder->size, text, more + 1);
    builder->size += more;
}

static void append_field(struct builder *builder, const wchar_t *key, const wchar_t *value)
{
    append(builder, key);
    append(builder, L"=");
    append(builder, value);
    append(builder, L"|");
}

void rule_fields_init(struct rule_fields *rule)
{
    *rule = (struct rule_fields){.protocol = PROTOCOL_ANY,
                                 .profiles = PROFILES_ALL,
                                 .allow = true,
                                 .inbound = true};
}

void rule_fields_clear(struct rule_fields *rule)
{
    for (size_t i = 0; i < RULE_TEXT_COUNT; i++)
        free(rule->text[i]);
    *rule = (struct rule_fields){0};
}

void rule_fields_copy(struct rule_fields *to, const struct rule_fields *from)
{
    struct rule_fields copy = *from;

    for (size_t i = 0; i < RULE_TEXT_COUNT; i++)
        copy.text[i] = from->text[i] ? _wcsdup(from->text[i]) : NULL;
    rule_fields_clear(to);
    *to = copy;
}

const wchar_t *rule_fields_text(const struct rule_fields *rule, enum rule_text field)
{
    return rule->text[field] ? rule->text[field] : L"";
}

void rule_fields_set_text(struct rule_fields *rule, enum rule_text field,
                          const wchar_t *text)
{
    wchar_t *copy = text && *text ? _wcsdup(text) : NULL;

    free(rule->text[field]);
    rule->text[field] = copy;
}

static bool list_has(const wchar_t *list, const wchar_t *item)
{
    const size_t size = wcslen(item);

    for (const wchar_t *at = list; at; at = wcschr(at, L',')) {
        at += *at == L',';
        if (wcsncmp(at, item, size) == 0 && (at[size] == L',' || !at[size]))
            return true;
    }
    return false;
}

static void add_to_list(struct rule_fields *rule, enum rule_text field,
                        const wchar_t *item)
{
    struct builder builder = {0};
    const wchar_t *list = rule_fields_text(rule, field);

    if (*list && list_has(list, item))
        return;
    append(&builder, list);
    if (*list)
        append(&builder, L",");
    append(&builder, item);
    free(rule->text[field]);
    rule->text[field] = builder.text;
}

static void keep_foreign(struct rule_fields *rule, const wchar_t *key,
                         const wchar_t *value)
{
    struct builder builder = {0};

    append(&builder, rule_fields_text(rule, RULE_FOREIGN));
    append_field(&builder, key, value);
    free(rule->text[RULE_FOREIGN]);
    rule->text[RULE_FOREIGN] = builder.text;
}

static bool parse_text_field(struct rule_fields *rule, const wchar_t *key,
                             const wchar_t *value)
{
    for (size_t i = 0; i < COUNT(text_keys); i++) {
        if (wcscmp(key, text_keys[i].key) != 0)
            continue;
        if (text_keys[i].is_list)
            add_to_list(rule, text_keys[i].field, value);
        else
            rule_fields_set_text(rule, text_keys[i].field, value);
        return true;
    }
    return false;
}

static void parse_profile(struct rule_fields *rule, const wchar_t *value)
{
    if (rule->profiles == PROFILES_ALL)
        rule->profiles = 0;
    for (size_t i = 0; i < COUNT(profile_names); i++)
        if (wcscmp(value, profile_names[i].name) == 0)
            rule->profiles |= profile_names[i].bit;
}

static void parse_field(struct rule_fields *rule, const wchar_t *key, const wchar_t *value)
{
    if (wcscmp(key, L"Action") == 0)
        rule->allow = wcscmp(value, L"Allow") == 0;
    else if (wcscmp(key, L"Active") == 0)
        rule->active = _wcsicmp(value, L"TRUE") == 0;
    else if (wcscmp(key, L"Dir") == 0)
        rule->inbound = wcscmp(value, L"In") == 0;
    else if (wcscmp(key, L"Protocol") == 0)
        rule->protocol = wcstol(value, NULL, 10);
    else if (wcscmp(key, L"Profile") == 0)
        parse_profile(rule, value);
    else if (wcscmp(key, L"Edge") == 0)
        rule->edge_traversal = _wcsicmp(value, L"TRUE") == 0;
    else if (!parse_text_field(rule, key, value))
        keep_foreign(rule, key, value);
}

bool rule_fields_parse(struct rule_fields *rule, const wchar_t *text)
{
    wchar_t *copy = _wcsdup(text);
    wchar_t *at = copy ? wcschr(copy, L'|') : NULL;

    rule_fields_init(rule);
    if (!at || wcsncmp(text, L"v2.", 3) != 0) {
        free(copy);
        return false;
    }
    at++;
    while (*at) {
        wchar_t *end = wcschr(at, L'|');
        wchar_t *equals = wcschr(at, L'=');

        if (end)
            *end = L'\0';
        if (equals && (!end || equals < end)) {
            *equals = L'\0';
            parse_field(rule, at, equals + 1);
        }
        if (!end)
            break;
        at = end + 1;
    }
    free(copy);
    return true;
}

static void print_ports(struct builder *builder, const struct rule_fields *rule,
                        enum rule_text field, const wchar_t *key)
{
    wchar_t *list = _wcsdup(rule_fields_text(rule, field));
    wchar_t *rest = NULL;
    wchar_t range_key[16];

    wcscpy(range_key, key);
    wcscat(range_key, L"2_10");
    for (wchar_t *item = wcstok_s(list, L",", &rest); item;
         item = wcstok_s(NULL, L",", &rest)) {
        const bool is_range = item[0] >= L'0' && item[0] <= L'9' && wcschr(item, L'-');

        append_field(builder, is_range ? range_key : key, item);
    }
    free(list);
}

/* Tokens such as LocalSubnet stand for both families. */
static void print_addresses(struct builder *builder, const struct rule_fields *rule,
                            enum rule_text field, const wchar_t *key4, const wchar_t *key6)
{
    wchar_t *list = _wcsdup(rule_fields_text(rule, field));
    wchar_t *rest = NULL;

    for (wchar_t *item = wcstok_s(list, L",", &rest); item;
         item = wcstok_s(NULL, L",", &rest)) {
        const bool is_token = !wcschr(item, L'.') && !wcschr(item, L':');

        if (is_token || !wcschr(item, L':'))
            append_field(builder, key4, item);
        if (is_token || wcschr(item, L':'))
            append_field(builder, key6, item);
    }
    free(list);
}

static void print_optional(struct builder *builder, const struct rule_fields *rule,
                           enum rule_text field, const wchar_t *key)
{
    if (*rule_fields_text(rule, field))
        append_field(builder, key, rule_fields_text(rule, field));
}

wchar_t *rule_fields_print(const struct rule_fields *rule)
{
    struct builder builder = {0};
    wchar_t number[16];

    append(&builder, L"v2.31|");
    append_field(&builder, L"Action", rule->allow ? L"Allow" : L"Block");
    append_field(&builder, L"Active", rule->active ? L"TRUE" : L"FALSE");
    append_field(&builder, L"Dir", rule->inbound ? L"In" : L"Out");
    if (rule->protocol != PROTOCOL_ANY) {
        _ltow(rule->protocol, number, 10);
        append_field(&builder, L"Protocol", number);
    }
    for (size_t i = COUNT(profile_names); rule->profiles != PROFILES_ALL && i-- > 0;)
        if (rule->profiles & profile_names[i].bit)
            append_field(&builder, L"Profile", profile_names[i].name);
    print_ports(&builder, rule, RULE_LOCAL_PORTS, L"LPort");
    print_ports(&builder, rule, RULE_REMOTE_PORTS, L"RPort");
    print_addresses(&builder, rule, RULE_LOCAL_ADDRESSES, L"LA4", L"LA6");
    print_addresses(&builder, rule, RULE_REMOTE_ADDRESSES, L"RA4", L"RA6");
    print_optional(&builder, rule, RULE_INTERFACE_TYPES, L"IFType");
    print_optional(&builder, rule, RULE_APPLICATION, L"App");
    print_optional(&builder, rule, RULE_SERVICE, L"Svc");
    print_optional(&builder, rule, RULE_NAME, L"Name");
    print_optional(&builder, rule, RULE_DESCRIPTION, L"Desc");
    print_optional(&builder, rule, RULE_GROUPING, L"EmbedCtxt");
    if (rule->edge_traversal)
        append_field(&builder, L"Edge", L"TRUE");
    append(&builder, rule_fields_text(rule, RULE_FOREIGN));
    return builder.text;
}
