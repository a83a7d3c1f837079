/*
 * A library that somebody planted: whoever loads it is written down in C:\lab\planted.txt.
 * SPDX-License-Identifier: MIT
 */
#include <windows.h>

static void append(HANDLE file, const wchar_t *text)
{
    char narrow[MAX_PATH];
    DWORD written;
    const int size =
        WideCharToMultiByte(CP_UTF8, 0, text, -1, narrow, sizeof narrow, NULL, NULL);

    if (size > 1)
        WriteFile(file, narrow, (DWORD)size - 1, &written, NULL);
}

/* No header declares it. */
BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved);

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved)
{
    wchar_t path[MAX_PATH] = L"";
    HANDLE file;

    (void)reserved;
    if (reason != DLL_PROCESS_ATTACH)
        return TRUE;
    file = CreateFileW(L"C:\\lab\\planted.txt", FILE_APPEND_DATA, FILE_SHARE_READ, NULL,
                       OPEN_ALWAYS, 0, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return TRUE;
    GetModuleFileNameW(NULL, path, MAX_PATH);
    append(file, path);
    append(file, L" loaded ");
    GetModuleFileNameW(instance, path, MAX_PATH);
    append(file, path);
    append(file, L"\n");
    CloseHandle(file);
    return TRUE;
}
