/*
 * What the details pane says, in words.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/details_words.h"

#include "core/base/mem.h"
#include "resources/resource.h"

#include <wchar.h>

static const UINT fields[DETAIL_FIELD_COUNT] = {
    [DETAIL_LISTENER] = IDS_DETAIL_FIELD_LISTENER,
    [DETAIL_ENTRY] = IDS_DETAIL_FIELD_ENTRY,
    [DETAIL_FIREWALL] = IDS_DETAIL_FIELD_FIREWALL,
    [DETAIL_CONNECTED] = IDS_DETAIL_FIELD_CONNECTED,
    [DETAIL_CHAIN] = IDS_CHAIN_FIELD,
    [DETAIL_LAST_CHANGE] = IDS_DETAIL_FIELD_LAST_CHANGE,
};

static const UINT texts[DETAIL_TEXT_COUNT] = {
    [DETAIL_TEXT_READING] = IDS_DETAIL_READING,
    [DETAIL_TEXT_UNREADABLE] = IDS_DETAIL_UNREADABLE,
    [DETAIL_TEXT_LISTENER_IP_HELPER] = IDS_DETAIL_LISTENER_IP_HELPER,
    [DETAIL_TEXT_LISTENER_PROGRAM] = IDS_DETAIL_LISTENER_PROGRAM,
    [DETAIL_TEXT_LISTENER_UNKNOWN] = IDS_DETAIL_LISTENER_UNKNOWN,
    [DETAIL_TEXT_LISTENER_NONE] = IDS_DETAIL_LISTENER_NONE,
    [DETAIL_TEXT_ENTRY_OURS] = IDS_DETAIL_ENTRY_OURS,
    [DETAIL_TEXT_ENTRY_FOREIGN] = IDS_DETAIL_ENTRY_FOREIGN,
    [DETAIL_TEXT_ENTRY_MORE] = IDS_DETAIL_ENTRY_MORE,
    [DETAIL_TEXT_ENTRY_NONE] = IDS_DETAIL_ENTRY_NONE,
    [DETAIL_TEXT_FIREWALL_ON] = IDS_DETAIL_FIREWALL_ON,
    [DETAIL_TEXT_FIREWALL_DISABLED] = IDS_DETAIL_FIREWALL_DISABLED,
    [DETAIL_TEXT_FIREWALL_MISSING] = IDS_DETAIL_FIREWALL_MISSING,
    [DETAIL_TEXT_FIREWALL_NOT_WANTED] = IDS_DETAIL_FIREWALL_NOT_WANTED,
    [DETAIL_TEXT_FIREWALL_OFF] = IDS_DETAIL_FIREWALL_OFF,
    [DETAIL_TEXT_CONNECTED] = IDS_DETAIL_CONNECTED,
    [DETAIL_TEXT_CONNECTED_MORE] = IDS_DETAIL_CONNECTED_MORE,
    [DETAIL_TEXT_CONNECTED_NONE] = IDS_DETAIL_CONNECTED_NONE,
};

static const UINT actions[RULE_ACTION_COUNT] = {
    [RULE_ACTION_START_IP_HELPER] = IDS_ACTION_START_IP_HELPER,
    [RULE_ACTION_TAKE_OVER] = IDS_ACTION_TAKE_OVER,
    [RULE_ACTION_ALLOW_NETWORK] = IDS_ACTION_ALLOW_NETWORK,
    [RULE_ACTION_EDIT] = IDS_ACTION_EDIT,
    [RULE_ACTION_RESUME] = IDS_ACTION_RESUME,
    [RULE_ACTION_TURN_OTHER_OFF] = IDS_ACTION_TURN_OTHER_OFF,
    [RULE_ACTION_CHECK_AGAIN] = IDS_ACTION_CHECK_AGAIN,
    [RULE_ACTION_ALLOW_OUTBOUND] = IDS_ACTION_ALLOW_OUTBOUND,
};

struct words words_of_headline(const struct rule_row *row)
{
    const struct words state = words_of_state(row);
    const struct words reason = words_of_reason(row);

    return reason.text[0] == L'\0'
               ? state
               : words_format(IDS_DETAILS_HEADLINE, state.text, reason.text, NULL);
}

struct words words_of_action(enum rule_action action)
{
    return actions[action] != 0 ? words_load(actions[action]) : (struct words){0};
}

struct words words_of_detail_field(enum detail_field field)
{
    const struct words name = words_load(fields[field]);

    return words_format(IDS_DETAILS_FIELD, name.text, NULL, NULL);
}

static struct words networks(unsigned profiles)
{
    static const struct {
        unsigned profile;
        UINT name;
    } names[] = {{PROFILE_PRIVATE, IDS_DETAIL_PRIVATE},
                 {PROFILE_DOMAIN, IDS_DETAIL_DOMAIN},
                 {PROFILE_PUBLIC, IDS_DETAIL_PUBLIC}};
    struct words all = {0};

    for (size_t i = 0; i < ARRAYSIZE(names); i++) {
        const struct words name = words_load(names[i].name);

        if ((profiles & names[i].profile) != 0)
            all = all.text[0] == L'\0'
                      ? name
                      : words_format(IDS_DETAILS_LIST, all.text, name.text, NULL);
    }
    return all;
}

static struct words from_left(const char *text)
{
    const struct words words = words_from_utf8(text);

    return words_from_left(words.text);
}

static struct words remotes(const struct detail_line *line)
{
    if (line->remote == REMOTE_LOCAL_SUBNET)
        return words_load(IDS_REMOTE_LOCAL_SUBNET);
    if (line->remote == REMOTE_ANY)
        return words_load(IDS_REMOTE_ANY);
    return from_left(line->arguments[2]);
}

/* What it was found to be, and why or what. */
static struct words words_of_link(const struct diagnosis_link *link)
{
    static const UINT names[] = {
        [LINK_RULE] = IDS_CHAIN_RULE,         [LINK_WSL] = IDS_CHAIN_WSL,
        [LINK_MODE] = IDS_CHAIN_MODE,         [LINK_ADDRESS] = IDS_CHAIN_ADDRESS,
        [LINK_ENTRY] = IDS_CHAIN_ENTRY,       [LINK_IP_HELPER] = IDS_CHAIN_IP_HELPER,
        [LINK_LISTENER] = IDS_CHAIN_LISTENER, [LINK_FIREWALL] = IDS_CHAIN_FIREWALL,
        [LINK_NETWORK] = IDS_CHAIN_NETWORK,   [LINK_TARGET] = IDS_CHAIN_TARGET,
    };
    static const UINT verdicts[] = {
        [LINK_GOOD] = IDS_CHAIN_GOOD,
        [LINK_WARNING] = IDS_CHAIN_WARNING,
        [LINK_BROKEN] = IDS_CHAIN_BROKEN,
        [LINK_UNKNOWN] = IDS_CHAIN_UNKNOWN,
        [LINK_NOT_NEEDED] = IDS_CHAIN_NOT_NEEDED,
    };
    const struct words name = words_load(names[link->kind]);
    const struct words verdict = words_load(verdicts[link->verdict]);
    const struct words subject =
        words_of_message_or(&link->subject_message, link->subject);
    const struct words why = words_of_reason_and(link->reason, &subject);

    if (why.text[0] != L'\0')
        return words_format(IDS_CHAIN_LINE_REASON, name.text, verdict.text, why.text);
    return words_format(subject.text[0] != L'\0' ? IDS_CHAIN_LINE_SUBJECT : IDS_CHAIN_LINE,
                        name.text, verdict.text, subject.text);
}

static struct words value(const struct detail_line *line)
{
    const bool firewall = line->text == DETAIL_TEXT_FIREWALL_ON ||
                          line->text == DETAIL_TEXT_FIREWALL_DISABLED;
    const struct words first = line->text == DETAIL_TEXT_LINK ? words_of_link(&line->link)
                               : firewall                     ? networks(line->profiles)
                                          : from_left(line->arguments[0]);
    const struct words second = from_left(line->arguments[1]);
    const struct words third = firewall ? remotes(line) : from_left(line->arguments[2]);

    if (line->text == DETAIL_TEXT_LINK)
        return first;
    return words_format(texts[line->text], first.text, second.text, third.text);
}

struct joined {
    wchar_t *text; /* owned */
    size_t length;
};

static void append(struct joined *joined, const wchar_t *more)
{
    const size_t size = wcslen(more);

    joined->text = mem_resize(joined->text, joined->length + size + 1, sizeof *more);
    wmemcpy(joined->text + joined->length, more, size + 1);
    joined->length += size;
}

static void append_line(struct joined *joined, const struct words *field,
                        const struct words *text)
{
    if (joined->length > 0)
        append(joined, L"\r\n");
    append(joined, field->text);
    append(joined, L"\t");
    append(joined, text->text);
}

wchar_t *details_words_join(const struct rule_details *details,
                            const struct words *last_change)
{
    struct joined joined = {0};

    append(&joined, L"");
    for (size_t i = 0; i < details->count; i++) {
        const struct detail_line *line = &details->items[i];
        const bool again = i > 0 && details->items[i - 1].field == line->field;
        const struct words text = value(line);
        struct words field = {0};

        if (!again)
            field = words_of_detail_field(line->field);
        append_line(&joined, &field, &text);
    }
    if (last_change != NULL) {
        const struct words field = words_of_detail_field(DETAIL_LAST_CHANGE);

        append_line(&joined, &field, last_change);
    }
    return joined.text;
}
