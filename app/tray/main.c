/*
 * tidegate.exe: one instance for each Windows session; a second start shows the first one's
 * rules and leaves. --autostart: Windows starts it at sign-in; --again: an older program of ours,
 * which was replaced.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/language.h"
#include "app/tray/main_window.h"
#include "app/tray/user_settings.h"
#include "core/win32/hardening.h"

#include <commctrl.h>
#include <wchar.h>

/* "Local\": each session of fast user switching has its own tray. */
static const wchar_t instance_name[] = L"Local\\TidegateTray";

static void show_first_instance(void)
{
    const HWND window = FindWindowW(MAIN_WINDOW_CLASS, NULL);
    DWORD process_id = 0;

    if (window == NULL)
        return;
    GetWindowThreadProcessId(window, &process_id);
    AllowSetForegroundWindow(process_id);
    PostMessageW(window, main_window_show_message(), 0, 0);
}

/* Windows starts the program for every user of this PC; who does not want it said so. */
static bool is_unwanted_at_sign_in(void)
{
    struct user_settings settings;

    user_settings_read(&settings);
    return !settings.start_with_windows;
}

/* The program of the new installation lies where this one lay. */
static void start_again(enum main_window_end end)
{
    wchar_t path[MAX_PATH];
    wchar_t command[MAX_PATH + 16];
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION started;
    const DWORD length = GetModuleFileNameW(NULL, path, MAX_PATH);

    if (end == MAIN_WINDOW_EXIT || length == 0 || length == MAX_PATH)
        return;
    _snwprintf(command, sizeof command / sizeof command[0], L"\"%ls\"%ls", path,
               end == MAIN_WINDOW_REPLACED ? L" --again" : L"");
    if (!CreateProcessW(path, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup,
                        &started))
        return;
    CloseHandle(started.hThread);
    CloseHandle(started.hProcess);
}

int WINAPI wWinMain(HINSTANCE instance, HINSTANCE previous, wchar_t *arguments, int show)
{
    const INITCOMMONCONTROLSEX controls = {
        .dwSize = sizeof controls,
        .dwICC = ICC_LISTVIEW_CLASSES | ICC_TAB_CLASSES | ICC_STANDARD_CLASSES};
    enum main_window_end end = MAIN_WINDOW_EXIT;
    HANDLE mutex;
    bool at_sign_in, again;
    int exit_code = 0;

    (void)instance;
    (void)previous;
    (void)show;
    hardening_apply();
    at_sign_in = wcsstr(arguments, L"--autostart") != NULL;
    again = wcsstr(arguments, L"--again") != NULL;
    if (at_sign_in && is_unwanted_at_sign_in())
        return 0;
    language_choose();
    InitCommonControlsEx(&controls);
    mutex = CreateMutexW(NULL, FALSE, instance_name);
    if (mutex != NULL && GetLastError() == ERROR_ALREADY_EXISTS) {
        if (!at_sign_in && !again)
            show_first_instance();
    } else {
        exit_code = main_window_run(at_sign_in || again, &end);
    }
    if (mutex != NULL)
        CloseHandle(mutex);
    /* Now that the name is free for it. */
    start_again(end);
    return exit_code;
}
