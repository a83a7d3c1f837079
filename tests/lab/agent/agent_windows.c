/*
 * labagent: verbs about windows, dialogs and the notification area.
 * SPDX-License-Identifier: MIT
 */
#include "agent.h"

#include <commctrl.h>

/* Wine 8 paints notification icons into its taskbar, the first at the right end, in squares
 * as high as the taskbar. Each has a tooltip window of its own, which tells how many there
 * are; a balloon is such a window too, with another style. */
struct tray {
    HWND taskbar;
    DWORD process_id;
    int icon_count;
};

static HWND window_of(const struct command *command, int index)
{
    return (HWND)(uintptr_t)command_number(command, index);
}

/* HWND PID ID CLASS TEXT VISIBLE ENABLED LEFT TOP RIGHT BOTTOM */
static void report_window(HWND window, struct line *out)
{
    wchar_t class_name[256] = L"";
    wchar_t text[1024] = L"";
    DWORD process_id = 0;
    DWORD_PTR ignored = 0;
    RECT rect = {0};

    GetClassNameW(window, class_name, ARRAYSIZE(class_name));
    SendMessageTimeoutW(window, WM_GETTEXT, ARRAYSIZE(text), (LPARAM)text,
                        SMTO_ABORTIFHUNG, 500, &ignored);
    GetWindowThreadProcessId(window, &process_id);
    GetWindowRect(window, &rect);
    row_begin(out);
    row_number(out, (long long)(intptr_t)window);
    row_number(out, process_id);
    row_number(out,
               (GetWindowLongW(window, GWL_STYLE) & WS_CHILD) ? GetDlgCtrlID(window) : 0);
    row_text(out, class_name);
    row_text(out, text);
    row_number(out, IsWindowVisible(window));
    row_number(out, IsWindowEnabled(window));
    row_number(out, rect.left);
    row_number(out, rect.top);
    row_number(out, rect.right);
    row_number(out, rect.bottom);
    row_end(out);
}

static BOOL CALLBACK report_each(HWND window, LPARAM out)
{
    report_window(window, (struct line *)out);
    return TRUE;
}

static BOOL CALLBACK count_icon(HWND window, LPARAM context)
{
    struct tray *tray = (struct tray *)context;
    wchar_t class_name[64] = L"";
    DWORD process_id = 0;

    GetClassNameW(window, class_name, ARRAYSIZE(class_name));
    GetWindowThreadProcessId(window, &process_id);
    if (process_id == tray->process_id && wcscmp(class_name, TOOLTIPS_CLASSW) == 0 &&
        !(GetWindowLongW(window, GWL_STYLE) & TTS_BALLOON))
        tray->icon_count++;
    return TRUE;
}

/* desktop NAME: later window verbs concern that desktop */
static DWORD desktop(const struct command *command, struct line *out)
{
    const HDESK opened = OpenDesktopW(command_field(command, 1), 0, FALSE, GENERIC_ALL);

    (void)out;
    if (!opened || !SetThreadDesktop(opened))
        return GetLastError();
    return ERROR_SUCCESS;
}

/* windows -> one row per top-level window */
static DWORD windows(const struct command *command, struct line *out)
{
    (void)command;
    EnumWindows(report_each, (LPARAM)out);
    return ERROR_SUCCESS;
}

/* controls HWND -> one row per child */
static DWORD controls(const struct command *command, struct line *out)
{
    if (!IsWindow(window_of(command, 1)))
        return ERROR_INVALID_WINDOW_HANDLE;
    EnumChildWindows(window_of(command, 1), report_each, (LPARAM)out);
    return ERROR_SUCCESS;
}

/* tray_icons -> LEFT TOP RIGHT BOTTOM, one row per icon in the order they were added */
static DWORD tray_icons(const struct command *command, struct line *out)
{
    struct tray tray = {.taskbar = FindWindowW(L"Shell_TrayWnd", NULL)};
    RECT rect;

    (void)command;
    if (!tray.taskbar || !IsWindowVisible(tray.taskbar) ||
        !GetWindowRect(tray.taskbar, &rect))
        return ERROR_SUCCESS;
    GetWindowThreadProcessId(tray.taskbar, &tray.process_id);
    EnumWindows(count_icon, (LPARAM)&tray);
    const int side = rect.bottom - rect.top;
    for (int i = 0; i < tray.icon_count; i++) {
        row_begin(out);
        row_number(out, rect.right - (i + 1) * side);
        row_number(out, rect.top);
        row_number(out, rect.right - i * side);
        row_number(out, rect.bottom);
        row_end(out);
    }
    return ERROR_SUCCESS;
}

/* A number or a registered name. */
static UINT message_of(const struct command *command, int field)
{
    const wchar_t *name = command_field(command, field);

    return *name >= L'0' && *name <= L'9' ? (UINT)command_number(command, field)
                                          : RegisterWindowMessageW(name);
}

/* post HWND MESSAGE WPARAM LPARAM; HWND 0xffff is all */
static DWORD post(const struct command *command, struct line *out)
{
    (void)out;
    if (!PostMessageW(window_of(command, 1), message_of(command, 2),
                      (WPARAM)command_number(command, 3),
                      (LPARAM)command_number(command, 4)))
        return GetLastError();
    return ERROR_SUCCESS;
}

/* send HWND MESSAGE WPARAM LPARAM -> RESULT; waits 5 s at most */
static DWORD send_message(const struct command *command, struct line *out)
{
    DWORD_PTR result = 0;

    if (!SendMessageTimeoutW(window_of(command, 1), message_of(command, 2),
                             (WPARAM)command_number(command, 3),
                             (LPARAM)command_number(command, 4), SMTO_ABORTIFHUNG, 5000,
                             &result))
        return GetLastError() ? GetLastError() : ERROR_TIMEOUT;
    row_begin(out);
    row_number(out, (long long)result);
    row_end(out);
    return ERROR_SUCCESS;
}

/* set_text HWND TEXT */
static DWORD set_text(const struct command *command, struct line *out)
{
    DWORD_PTR result = 0;

    (void)out;
    return SendMessageTimeoutW(window_of(command, 1), WM_SETTEXT, 0,
                               (LPARAM)command_field(command, 2), SMTO_ABORTIFHUNG, 5000,
                               &result)
               ? ERROR_SUCCESS
               : ERROR_TIMEOUT;
}

const struct agent_verb_entry agent_window_verbs[] = {
    {L"desktop", desktop},       {L"windows", windows}, {L"controls", controls},
    {L"tray_icons", tray_icons}, {L"post", post},       {L"send", send_message},
    {L"set_text", set_text},     {NULL, NULL},
};
