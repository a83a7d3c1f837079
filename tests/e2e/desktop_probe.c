/*
 * What a scenario cannot see or do from outside of Windows: reads the clipboard, and makes the
 * shell forget a notification icon, as a new Explorer does.
 *
 *   desktop_probe clipboard
 *   desktop_probe forget-icon WINDOW ID
 *
 * SPDX-License-Identifier: MIT
 */
#include <windows.h>
#include <shellapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

static int print_clipboard(void)
{
    char bytes[4096] = "";
    HANDLE data = NULL;
    const wchar_t *text = NULL;

    if (!OpenClipboard(NULL))
        return EXIT_FAILURE;
    data = GetClipboardData(CF_UNICODETEXT);
    if (data != NULL)
        text = GlobalLock(data);
    if (text != NULL) {
        WideCharToMultiByte(CP_UTF8, 0, text, -1, bytes, sizeof bytes, NULL, NULL);
        GlobalUnlock(data);
    }
    CloseClipboard();
    printf("%s\n", bytes);
    return text != NULL ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* The shell does not ask whose icon it is. */
static int forget_icon(const wchar_t *window, const wchar_t *id)
{
    NOTIFYICONDATAW data = {.cbSize = sizeof data,
                            .hWnd = (HWND)(ULONG_PTR)wcstoull(window, NULL, 0),
                            .uID = (UINT)wcstoul(id, NULL, 0)};

    return Shell_NotifyIconW(NIM_DELETE, &data) ? EXIT_SUCCESS : EXIT_FAILURE;
}

int wmain(int count, wchar_t **arguments);

int wmain(int count, wchar_t **arguments)
{
    if (count == 2 && wcscmp(arguments[1], L"clipboard") == 0)
        return print_clipboard();
    if (count == 4 && wcscmp(arguments[1], L"forget-icon") == 0)
        return forget_icon(arguments[2], arguments[3]);
    return 2;
}
