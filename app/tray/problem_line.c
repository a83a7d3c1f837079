/*
 * The rule editor's line for what is wrong or under way.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/problem_line.h"

#include "app/tray/combo.h"

#include <commctrl.h>
#include <wchar.h>

static void hide_balloon(struct problem_line *line)
{
    if (line->balloon != NULL)
        SendMessageW(line->balloon, EM_HIDEBALLOONTIP, 0, 0);
    line->balloon = NULL;
}

/* Whether the line's text changed: screen readers speak each change. */
static bool show(struct problem_line *line, const struct words *words)
{
    struct words shown;

    GetWindowTextW(line->control, shown.text, WORDS_SIZE);
    if (wcscmp(shown.text, words->text) == 0)
        return false;
    SetWindowTextW(line->control, words->text);
    return true;
}

void problem_line_clear(struct problem_line *line)
{
    hide_balloon(line);
    show(line, &(struct words){0});
    line->is_of_a_field = false;
}

void problem_line_say(struct problem_line *line, const struct words *words)
{
    hide_balloon(line);
    show(line, words);
    line->is_of_a_field = false;
}

void problem_line_complain(struct problem_line *line, const struct words *words,
                           HWND field)
{
    const HWND edit = field != NULL ? combo_edit(field) : NULL;
    struct words text = *words;
    const EDITBALLOONTIP tip = {.cbStruct = sizeof tip,
                                .pszTitle = L"",
                                .pszText = text.text,
                                .ttiIcon = TTI_NONE};
    const bool is_new = show(line, words);

    line->is_of_a_field = true;
    if (edit == NULL || GetFocus() != edit) {
        hide_balloon(line);
        return;
    }
    /* The same complaint does not pop up again at each key. */
    if (!is_new && line->balloon == edit)
        return;
    hide_balloon(line);
    if (SendMessageW(edit, EM_SHOWBALLOONTIP, 0, (LPARAM)&tip))
        line->balloon = edit;
}
