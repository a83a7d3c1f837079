/*
 * What the list of the rules window shows of a row.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/rules_cells.h"

#include "core/win32/utf.h"
#include "resources/resource.h"

#include <wchar.h>

/* What is the matter; what to do about it is told in the details and under the mouse. Chinese and
 * Japanese end a sentence without a blank behind it. */
static struct words first_sentence(struct words words)
{
    wchar_t *end = wcsstr(words.text, L". ");
    wchar_t *ideographic_end = wcschr(words.text, L'\u3002');

    if (end == NULL || (ideographic_end != NULL && ideographic_end < end))
        end = ideographic_end;
    if (end != NULL)
        end[1] = L'\0';
    return words;
}

static struct words from_left(const char *text)
{
    const struct words words = words_from_utf8(text);

    return words_from_left(words.text);
}

static struct words name_text(const struct rule_row *row)
{
    if (row->kind == ROW_OTHER_USER)
        return words_format_utf8(IDS_ROW_OTHER_USER,
                                 row->name[0] != '\0' ? row->name : row->listen);
    if (row->kind == ROW_FOREIGN)
        return words_load(IDS_ROW_FOREIGN);
    /* The first column is a row's name for screen readers, so it is never empty. */
    return row->name[0] != '\0' ? words_from_utf8(row->name) : from_left(row->listen);
}

struct words rules_cell_text(const struct rule_row *row, enum row_column column)
{
    switch (column) {
    case ROW_NAME:
        return name_text(row);
    case ROW_LISTEN:
        return from_left(row->listen);
    case ROW_CONNECT:
        return from_left(row->connect);
    case ROW_STATE:
        return words_of_state(row);
    case ROW_REASON:
        return first_sentence(words_of_reason(row));
    case ROW_COLUMNS:
        break;
    }
    return (struct words){0};
}

void rules_cell_words(void *context, const struct rule_row *row, char out[ROW_WORDS_SIZE])
{
    const struct words state = words_of_state(row);
    const struct words reason = first_sentence(words_of_reason(row));
    wchar_t both[2 * WORDS_SIZE];

    (void)context;
    swprintf(both, ARRAYSIZE(both), L"%ls %ls", state.text, reason.text);
    /* Too long a text in bytes is not searched in its end, nor at all. */
    if (!utf8_from_utf16(both, out, ROW_WORDS_SIZE))
        out[0] = '\0';
}

/* In the order of the image list. */
enum state_image {
    IMAGE_OFF,
    IMAGE_ACTIVE,
    IMAGE_WARNING,
    IMAGE_BUSY,
    IMAGE_WAITING,
    IMAGE_BLOCKED,
    IMAGE_CONFLICT,
    IMAGE_FAILED,
    IMAGE_NOT_NEEDED,
    IMAGE_FOREIGN,
    IMAGE_COUNT
};

static enum state_image image_of(const struct rule_row *row)
{
    static const enum state_image images[RULE_STATE_COUNT] = {
        [RULE_STATE_OFF] = IMAGE_OFF,         [RULE_STATE_ACTIVE] = IMAGE_ACTIVE,
        [RULE_STATE_APPLYING] = IMAGE_BUSY,   [RULE_STATE_WAITING] = IMAGE_WAITING,
        [RULE_STATE_BLOCKED] = IMAGE_BLOCKED, [RULE_STATE_CONFLICT] = IMAGE_CONFLICT,
        [RULE_STATE_FAILED] = IMAGE_FAILED,   [RULE_STATE_NOT_NEEDED] = IMAGE_NOT_NEEDED,
    };

    if (row->pending)
        return IMAGE_BUSY;
    if (row->kind == ROW_FOREIGN)
        return IMAGE_FOREIGN;
    if (row->status.warning != REASON_NONE)
        return IMAGE_WARNING;
    return images[row->status.state];
}

int rules_cell_image(const struct rule_row *row, enum row_column column)
{
    return column == ROW_NAME ? (int)image_of(row) : I_IMAGENONE;
}

UINT rules_cell_check(const struct rule_row *row)
{
    const UINT image = row->kind != ROW_MINE ? 0 : row->checked ? 2 : 1;

    return INDEXTOSTATEIMAGEMASK(image);
}

HIMAGELIST rules_cell_images(UINT dpi)
{
    const int size = GetSystemMetricsForDpi(SM_CXSMICON, dpi);
    HIMAGELIST images =
        ImageList_Create(size, size, ILC_COLOR32 | ILC_MASK, IMAGE_COUNT, 0);

    for (UINT i = 0; images != NULL && i < IMAGE_COUNT; i++) {
        HICON icon =
            LoadImageW(GetModuleHandleW(NULL), MAKEINTRESOURCEW(IDI_STATE_OFF + i),
                       IMAGE_ICON, size, size, LR_DEFAULTCOLOR);

        ImageList_AddIcon(images, icon);
        DestroyIcon(icon);
    }
    return images;
}
