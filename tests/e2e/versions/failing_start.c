/*
 * A newer version whose service does not start (--wrap=windows_system_new): it has brought the
 * database to a form that the older one refuses, and then, by HKLM\Software\TidegateLab,
 * HangAtStart:
 *
 *   0  fails
 *   1  hangs with the database open
 *   2  hangs so, and cannot be ended
 *   3  hangs so until the value is 4, and runs then
 *
 * For who would wait in vain for half a minute, the clock then runs faster.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/program_path.h"
#include "core/win32/utf.h"
#include "core/win32/windows_system.h"

#include <windows.h>

#include <stdio.h>
#include <wchar.h>

/* Of the file's header: the version that the database has for its program, big-endian. */
#define USER_VERSION_OFFSET 60
#define FORMER_DATABASE L"C:\\Program Files\\Tidegate\\Data\\tidegate.db.before-setup"
#define HASTE 20
#define POLL_MS 50

enum hang { HANG_NOT, HANG, HANG_FOR_EVER, HANG_FOR_NOW, HANG_NO_MORE };

struct windows_system *__real_windows_system_new(HANDLE firewall_news, struct error *err);
struct windows_system *__wrap_windows_system_new(HANDLE firewall_news, struct error *err);
extern ULONGLONG(WINAPI *const __real___imp_GetTickCount64)(void);
extern ULONGLONG(WINAPI *const __wrap___imp_GetTickCount64)(void);
extern BOOL(WINAPI *const __real___imp_TerminateProcess)(HANDLE, UINT);
extern BOOL(WINAPI *const __wrap___imp_TerminateProcess)(HANDLE, UINT);

static enum hang read_hang(void)
{
    DWORD value = 0;
    DWORD size = sizeof value;

    if (RegGetValueW(HKEY_LOCAL_MACHINE, L"Software\\TidegateLab", L"HangAtStart",
                     RRF_RT_REG_DWORD, NULL, &value, &size) != ERROR_SUCCESS)
        return HANG_NOT;
    return (enum hang)value;
}

static BOOL exists(const wchar_t *path)
{
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

/* What stops the older service before anything is replaced keeps its patience, and so does what
 * stops the newer one that will run. */
static BOOL is_hasty(void)
{
    const enum hang hang = read_hang();

    if (hang == HANG_FOR_NOW)
        return wcsstr(GetCommandLineW(), L" install") != NULL;
    return (hang == HANG || hang == HANG_FOR_EVER) &&
           (wcsstr(GetCommandLineW(), L"\\New\\") == NULL || exists(FORMER_DATABASE));
}

static ULONGLONG WINAPI tell_time(void)
{
    static int haste;

    if (haste == 0)
        haste = is_hasty() ? HASTE : 1;
    return (*__real___imp_GetTickCount64)() * (ULONGLONG)haste;
}

static BOOL WINAPI end_process(HANDLE process, UINT exit_code)
{
    if (read_hang() != HANG_FOR_EVER)
        return (*__real___imp_TerminateProcess)(process, exit_code);
    SetLastError(ERROR_ACCESS_DENIED);
    return FALSE;
}

ULONGLONG(WINAPI *const __wrap___imp_GetTickCount64)(void) = tell_time;
BOOL(WINAPI *const __wrap___imp_TerminateProcess)(HANDLE, UINT) = end_process;

static FILE *raise_version(const char *path)
{
    wchar_t wide[PROGRAM_PATH_SIZE];
    FILE *file = NULL;

    if (utf16_from_utf8(path, wide, PROGRAM_PATH_SIZE))
        file = _wfopen(wide, L"r+b");
    if (file == NULL)
        return NULL;
    fseek(file, USER_VERSION_OFFSET, SEEK_SET);
    fwrite("\0\0\0\x63", 1, 4, file);
    fflush(file);
    return file;
}

struct windows_system *__wrap_windows_system_new(HANDLE firewall_news, struct error *err)
{
    char path[PROGRAM_PATH_SIZE];
    FILE *database = NULL;

    if (program_path_beside("Data\\tidegate.db", path, err))
        database = raise_version(path);
    while (read_hang() != HANG_NOT && read_hang() != HANG_NO_MORE)
        Sleep(POLL_MS);
    if (database != NULL)
        fclose(database);
    if (read_hang() == HANG_NO_MORE)
        return __real_windows_system_new(firewall_news, err);
    error_set(err, ERR_INVALID, "this version never starts");
    return NULL;
}
