/*
 * Shows notifications.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/notifier.h"

#include "app/tray/user_settings.h"
#include "app/tray/words.h"
#include "core/view/short_text.h"
#include "resources/resource.h"

#include <wchar.h>

/* Microsoft's limits, which leave Windows room (facts/ux-security.md §1.3). */
#define TITLE_LENGTH 48
#define TEXT_LENGTH 200
#define SUBJECT_COLUMNS 20

void notifier_init(struct notifier *self, bool at_sign_in)
{
    *self = (struct notifier){.signed_in_ms = at_sign_in ? (int64_t)GetTickCount64()
                                                         : NOTICE_LONG_AGO};
}

void notifier_clear(struct notifier *self)
{
    notices_clear(&self->memory);
}

/* Never between the halves of a character. */
static void cut(struct words *words, size_t length)
{
    if (wcslen(words->text) <= length)
        return;
    length--;
    if (IS_LOW_SURROGATE(words->text[length]))
        length--;
    words->text[length] = L'\x2026';
    words->text[length + 1] = L'\0';
}

static struct words subject_of(const struct notice *notice)
{
    char subject[RULE_TEXT_SIZE];

    text_shorten_middle(notice->subject, SUBJECT_COLUMNS, subject, sizeof subject);
    return words_from_utf8(subject);
}

static struct words title_of(const struct notice *notice)
{
    switch (notice->kind) {
    case NOTICE_RULE:
        return words_format(IDS_NOTICE_RULE, subject_of(notice).text, NULL, NULL);
    case NOTICE_TAKE_OVER:
        return words_format(IDS_NOTICE_TAKE_OVER, subject_of(notice).text, NULL, NULL);
    case NOTICE_SEVERAL:
        return words_load(IDS_NOTICE_SEVERAL);
    case NOTICE_FAULT:
    case NOTICE_UNREACHABLE:
        break;
    }
    return words_load(IDS_NOTICE_FAULT);
}

static struct words several(const struct notice *notice)
{
    wchar_t count[24];

    swprintf(count, ARRAYSIZE(count), L"%zu", notice->count);
    return words_format(IDS_NOTICE_SEVERAL_TEXT, subject_of(notice).text, count, NULL);
}

/* What the menu says, too. */
static struct words service_trouble(const struct view_state *view)
{
    const struct lan_adapter_list none = {0};
    struct menu_model model = {0};
    struct words words;

    menu_model_build(view, &none, &model);
    words = words_of_header(&model);
    menu_model_clear(&model);
    return words;
}

static struct words text_of(const struct notice *notice, const struct view_state *view)
{
    const struct rule_row row = {.kind = ROW_MINE, .status = notice->status};

    switch (notice->kind) {
    case NOTICE_RULE:
    case NOTICE_TAKE_OVER:
        return words_of_reason(&row);
    case NOTICE_SEVERAL:
        return several(notice);
    case NOTICE_FAULT:
        return words_of_message_or(&notice->fault_message, notice->fault);
    case NOTICE_UNREACHABLE:
        break;
    }
    return service_trouble(view);
}

static void show(struct notifier *self, const struct notice *notice,
                 const struct view_state *view, const struct tray_icon *icon)
{
    struct words title = title_of(notice);
    struct words text = text_of(notice, view);

    cut(&title, TITLE_LENGTH);
    cut(&text, TEXT_LENGTH);
    self->rule_id = notice->rule_id;
    tray_icon_notify(icon, title.text, text.text);
}

void notifier_look(struct notifier *self, HWND owner, const struct view_state *view,
                   const struct tray_icon *icon, bool watched)
{
    struct user_settings settings;
    struct notice_outcome outcome;
    struct notice_input input = {.view = view,
                                 .now_ms = (int64_t)GetTickCount64(),
                                 .signed_in_ms = self->signed_in_ms,
                                 .watched = watched};

    user_settings_read(&settings);
    input.wanted = settings.notifications;
    outcome = notices_next(&self->memory, &input);
    if (outcome.step == NOTICE_SHOW)
        show(self, &outcome.notice, view, icon);
    else if (outcome.step == NOTICE_WITHDRAW)
        tray_icon_withdraw(icon);
    if (outcome.wait_ms < 0)
        KillTimer(owner, TIMER_NOTIFIER);
    else
        SetTimer(owner, TIMER_NOTIFIER, (UINT)outcome.wait_ms, NULL);
}

void notifier_dismiss(struct notifier *self)
{
    notices_dismiss(&self->memory);
}
