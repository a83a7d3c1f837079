/*
 * Message crackers for windows and dialogs: the one place that includes windowsx.h.
 * A procedure is then a table of contents, one line for each message. The names wParam and
 * lParam are the crackers' own.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_APP_DIALOG_H
#define TIDEGATE_APP_DIALOG_H

#include <windows.h>
#include <windowsx.h>

/* In a dialog procedure. A handler of WM_INITDIALOG gives its own result. */
#define DIALOG_MSG(hwnd, message, handler)                                               \
    case (message):                                                                      \
        return SetDlgMsgResult((hwnd), (message),                                        \
                               HANDLE_##message((hwnd), (wParam), (lParam), (handler)))

/* Missing in windowsx.h, or wrong there: its WM_CONTEXTMENU loses the sign of the position, which
 * is negative for the keyboard and on monitors left of the first.
 * void on_context_menu(HWND, HWND from, int x, int y)
 * void on_setting_change(HWND, const wchar_t *section)
 * void on_theme_changed(HWND)
 * void on_dpi_changed(HWND, UINT dpi, const RECT *suggested) */
#undef HANDLE_WM_CONTEXTMENU
#define HANDLE_WM_CONTEXTMENU(hwnd, wParam, lParam, handler)                             \
    ((handler)((hwnd), (HWND)(wParam), GET_X_LPARAM(lParam), GET_Y_LPARAM(lParam)), 0L)
#define HANDLE_WM_SETTINGCHANGE(hwnd, wParam, lParam, handler)                           \
    ((handler)((hwnd), (const wchar_t *)(lParam)), 0L)
#define HANDLE_WM_THEMECHANGED(hwnd, wParam, lParam, handler) ((handler)(hwnd), 0L)
#define HANDLE_WM_DPICHANGED(hwnd, wParam, lParam, handler)                              \
    ((handler)((hwnd), HIWORD(wParam), (const RECT *)(lParam)), 0L)

/* The struct a dialog or window works on, given at its creation; NULL before that. */
static inline void *dialog_self(HWND hwnd)
{
    return (void *)GetWindowLongPtrW(hwnd, GWLP_USERDATA);
}

static inline void dialog_bind(HWND hwnd, LPARAM self)
{
    SetWindowLongPtrW(hwnd, GWLP_USERDATA, (LONG_PTR)self);
}

#endif
