/*
 * The words of the dialog for WSL's networking mode.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/mode_words.h"

#include "core/base/mem.h"
#include "core/view/mode_switch.h"
#include "core/win32/wsl_hives.h"
#include "core/win32/wsl_installed.h"
#include "resources/resource.h"

#include <string.h>
#include <wchar.h>

/* Room for each rule's name and listen side, and for the headings. */
#define LINE_CAPACITY (RULE_TEXT_SIZE + RULE_INTERFACE_NAME_SIZE + 32)
#define HEADING_CAPACITY (4 * WORDS_SIZE)

struct lines {
    wchar_t *text; /* owned */
    size_t capacity;
    size_t length;
};

static void append(struct lines *lines, const wchar_t *more)
{
    const size_t length = wcslen(more);

    if (length >= lines->capacity - lines->length)
        return;
    wmemcpy(lines->text + lines->length, more, length + 1);
    lines->length += length;
}

static void append_rule(struct lines *lines, const struct rule *rule)
{
    char title[RULE_TEXT_SIZE];
    char listen[RULE_INTERFACE_NAME_SIZE + 16];
    struct words words;

    rule_title(rule, title, sizeof title);
    rule_listen_format(&rule->listen, listen, sizeof listen);
    append(lines, L"    ");
    words = words_from_utf8(title);
    append(lines, words.text);
    if (strcmp(title, listen) != 0) {
        words = words_from_utf8(listen);
        append(lines, L" (");
        append(lines, words_from_left(words.text).text);
        append(lines, L")");
    }
    append(lines, L"\r\n");
}

/* A heading, and the rules of which that is true; nothing when there are none. */
static void append_group(struct lines *lines, const struct session *session,
                         enum networking_mode target, enum mode_effect effect,
                         UINT heading)
{
    const struct report *report = session->report;
    const struct words title = words_load(heading);
    bool is_first = true;

    for (size_t i = 0; report != NULL && i < report->rule_count; i++) {
        const struct rule *rule = &report->rules[i].rule;

        if (!user_sid_equals(&rule->owner, &session->user) ||
            mode_effect_on(rule, target) != effect)
            continue;
        if (is_first) {
            append(lines, title.text);
            append(lines, L"\r\n");
        }
        is_first = false;
        append_rule(lines, rule);
    }
}

wchar_t *mode_words_of_rules(const struct session *session, enum networking_mode target)
{
    const size_t count = session->report != NULL ? session->report->rule_count : 0;
    struct lines lines = {.capacity = HEADING_CAPACITY + count * LINE_CAPACITY};

    lines.text = mem_alloc(lines.capacity * sizeof *lines.text);
    append_group(&lines, session, target, MODE_EFFECT_BLOCKED, IDS_MODE_RULES_BLOCKED);
    append_group(&lines, session, target, MODE_EFFECT_DIRECT, IDS_MODE_RULES_DIRECT);
    append_group(&lines, session, target, MODE_EFFECT_FORWARDED, IDS_MODE_RULES_FORWARDED);
    if (lines.length == 0 && session->report != NULL) {
        const struct words none = words_load(IDS_MODE_RULES_NONE);

        append(&lines, none.text);
    }
    return lines.text;
}

static bool read_windows(struct words *out)
{
    struct windows_version version;
    wchar_t now[32];
    wchar_t needed[32];
    bool fits;

    windows_version_read(&version);
    fits = mirrored_suits_windows(&version);
    swprintf(now, ARRAYSIZE(now), L"%u.%u", version.build, version.revision);
    swprintf(needed, ARRAYSIZE(needed), L"%u.%u", MIRRORED_WINDOWS_BUILD,
             MIRRORED_WINDOWS_REVISION);
    *out = words_format(fits ? IDS_MODE_WINDOWS_FITS : IDS_MODE_WINDOWS_OLD, now, needed,
                        NULL);
    return fits;
}

static bool read_wsl(struct words *out)
{
    struct wsl_installed installed;
    struct words version;
    wchar_t needed[16];
    UINT id;

    wsl_installed_read(&installed);
    swprintf(needed, ARRAYSIZE(needed), L"%u.0.0", MIRRORED_WSL_MAJOR);
    version = words_from_utf8(installed.version);
    if (!installed.is_there)
        id = IDS_MODE_WSL_MISSING;
    else if (installed.is_inbox)
        id = IDS_MODE_WSL_INBOX;
    else
        id = mirrored_suits_wsl(installed.version) ? IDS_MODE_WSL_FITS : IDS_MODE_WSL_OLD;
    *out = words_format(id, version.text, needed, NULL);
    return id == IDS_MODE_WSL_FITS;
}

/* WSL would pass over what is written into the file. */
static bool is_left_to_the_user(enum networking_mode target, struct words *out)
{
    const struct wsl_policy policy = wsl_hives_read_policy();
    const struct words mode = words_of_mode(wsl_policy_default(&policy));

    if (!wsl_policy_forbids(&policy, target))
        return true;
    *out = words_format(IDS_MODE_POLICY, mode.text, NULL, NULL);
    return false;
}

struct mode_needs mode_needs_read(enum networking_mode target)
{
    struct mode_needs needs = {0};
    const bool may_choose = is_left_to_the_user(target, &needs.policy);
    bool windows_fits = true;
    bool wsl_fits = true;

    /* NAT is what every WSL 2 has. */
    if (target == NETWORKING_MODE_MIRRORED) {
        windows_fits = read_windows(&needs.windows);
        wsl_fits = read_wsl(&needs.wsl);
    }
    needs.are_met = may_choose && windows_fits && wsl_fits;
    return needs;
}

struct words mode_words_of_error(const struct error *error)
{
    switch (error->kind) {
    case ERR_CONFLICT:
        return words_load(IDS_MODE_FILE_CHANGED);
    case ERR_ACCESS_DENIED:
        return words_load(IDS_MODE_FILE_READ_ONLY);
    case ERR_INVALID:
        return words_format_utf8(IDS_MODE_FILE_UNFIT, error->detail);
    default:
        return words_of_error(error);
    }
}
