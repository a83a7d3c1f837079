/*
 * Opens the template of the rules window without anything in it, when its hidden window is sent the
 * message that makes the tray show the real one: what Windows itself needs for such a dialog.
 * SPDX-License-Identifier: MIT
 */
#include "resources/resource.h"

#include <windows.h>

#include <commctrl.h>

#define CLASS_NAME L"TidegateEmptyDialog"

static UINT show_message;

static INT_PTR CALLBACK dialog_proc(HWND hwnd, UINT message, WPARAM wParam, LPARAM lParam)
{
    (void)wParam;
    (void)lParam;
    if (message == WM_CLOSE)
        DestroyWindow(hwnd);
    return message == WM_INITDIALOG || message == WM_CLOSE;
}

static LRESULT CALLBACK main_proc(HWND hwnd, UINT message, WPARAM wParam, LPARAM lParam)
{
    HWND dialog;

    if (message != show_message)
        return DefWindowProcW(hwnd, message, wParam, lParam);
    dialog = CreateDialogParamW(GetModuleHandleW(NULL), MAKEINTRESOURCEW(IDD_RULES), NULL,
                                dialog_proc, 0);
    SetWindowTextW(dialog, CLASS_NAME);
    ShowWindow(dialog, SW_SHOWNORMAL);
    UpdateWindow(dialog);
    return 0;
}

/* No header declares it. */
int WINAPI wWinMain(HINSTANCE instance, HINSTANCE previous, PWSTR arguments, int show);

int WINAPI wWinMain(HINSTANCE instance, HINSTANCE previous, PWSTR arguments, int show)
{
    const WNDCLASSW main_class = {
        .lpfnWndProc = main_proc, .hInstance = instance, .lpszClassName = CLASS_NAME};
    const INITCOMMONCONTROLSEX controls = {sizeof controls, ICC_WIN95_CLASSES};
    MSG message;

    (void)previous;
    (void)arguments;
    (void)show;
    show_message = RegisterWindowMessageW(L"TidegateShowRules");
    InitCommonControlsEx(&controls);
    RegisterClassW(&main_class);
    CreateWindowW(CLASS_NAME, NULL, WS_OVERLAPPED, 0, 0, 0, 0, NULL, NULL, instance, NULL);
    while (GetMessageW(&message, NULL, 0, 0) > 0) {
        TranslateMessage(&message);
        DispatchMessageW(&message);
    }
    return 0;
}
