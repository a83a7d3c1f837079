/*
 * What the rules window is made of, and what of it is remembered.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/dialog_texts.h"
#include "app/tray/placement.h"
#include "app/tray/rules_columns.h"
#include "app/tray/rules_window_state.h"
#include "app/tray/words.h"
#include "resources/resource.h"

void rules_window_load_icons(HWND hwnd)
{
    const UINT dpi = GetDpiForWindow(hwnd);
    const HINSTANCE instance = GetModuleHandleW(NULL);
    const HANDLE large = LoadImageW(instance, MAKEINTRESOURCEW(IDI_APP), IMAGE_ICON,
                                    GetSystemMetricsForDpi(SM_CXICON, dpi),
                                    GetSystemMetricsForDpi(SM_CYICON, dpi), LR_SHARED);
    const HANDLE little = LoadImageW(instance, MAKEINTRESOURCEW(IDI_APP), IMAGE_ICON,
                                     GetSystemMetricsForDpi(SM_CXSMICON, dpi),
                                     GetSystemMetricsForDpi(SM_CYSMICON, dpi), LR_SHARED);

    SendMessageW(hwnd, WM_SETICON, ICON_BIG, (LPARAM)large);
    SendMessageW(hwnd, WM_SETICON, ICON_SMALL, (LPARAM)little);
}

static void add_pages(HWND tab)
{
    static const UINT titles[PAGE_COUNT] = {IDS_PAGE_RULES, IDS_PAGE_ACTIVITY};

    for (int i = 0; i < PAGE_COUNT; i++) {
        struct words title = words_load(titles[i]);
        const TCITEMW page = {.mask = TCIF_TEXT, .pszText = title.text};

        SendMessageW(tab, TCM_INSERTITEMW, (WPARAM)i, (LPARAM)&page);
    }
}

void rules_window_create_parts(struct rules_window *self)
{
    const HWND search = GetDlgItem(self->hwnd, IDC_RULES_SEARCH);
    const struct words cue = words_load(IDS_SEARCH_CUE);

    dialog_load_texts(self->hwnd, IDD_RULES, IDS_CLOSE);
    rules_window_load_icons(self->hwnd);
    add_pages(GetDlgItem(self->hwnd, IDC_RULES_TAB));
    SendMessageW(search, EM_SETCUEBANNER, FALSE, (LPARAM)cue.text);
    SendMessageW(search, EM_SETLIMITTEXT, ROW_SEARCH_SIZE / 3 - 1, 0);
    self->details = rules_details_create(self->hwnd, self->session);
    rules_list_init(&self->list, GetDlgItem(self->hwnd, IDC_RULES_LIST));
    rules_layout_init(&self->layout, self->hwnd, rules_details_window(self->details));
}

void rules_window_need_activity(struct rules_window *self)
{
    if (self->activity != NULL)
        return;
    self->activity = activity_page_create(self->hwnd, self->session);
    self->layout.activity = activity_page_window(self->activity);
}

void rules_window_need_invite(struct rules_window *self)
{
    if (self->invite != NULL)
        return;
    self->invite = ports_invite_create(self->hwnd, self->session);
    self->layout.invite = ports_invite_window(self->invite);
}

int rules_window_restore_place(struct rules_window *self)
{
    struct window_layout saved = {.sort = ROW_LISTEN};
    const bool known = placement_restore(self->hwnd, &saved);

    if (known) {
        rules_columns_restore(self->list.control, saved.columns);
        self->layout.details_shown = saved.details_shown != 0;
        self->layout.details_height = saved.details_height;
    }
    rules_list_sort_by(&self->list, (enum row_column)saved.sort, saved.descending != 0,
                       &(struct view_state){0});
    return saved.maximized != 0 ? SW_SHOWMAXIMIZED : SW_SHOWNORMAL;
}

void rules_window_save_place(const struct rules_window *self)
{
    struct window_layout layout = {.sort = self->list.sort,
                                   .descending = self->list.descending,
                                   .details_shown = self->layout.details_shown,
                                   .details_height = self->layout.details_height};

    rules_columns_save(self->list.control, layout.columns);
    placement_save(self->hwnd, &layout);
}
