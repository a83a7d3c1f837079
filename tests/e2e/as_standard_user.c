/*
 * Runs a program as somebody who is no administrator:
 *
 *   as_standard_user PROGRAM ARGUMENTS...   the exit code is the program's
 *
 * Its token has the group of administrators for denials only, as a standard user's or a filtered
 * one; that much of it Wine heeds.
 * SPDX-License-Identifier: MIT
 */
#include <windows.h>

#include <wchar.h>

/* What is left of the command line behind this program's own name. */
static wchar_t *find_command(void)
{
    wchar_t *at = GetCommandLineW();
    const wchar_t end = *at == L'"' ? L'"' : L' ';

    at = wcschr(at + 1, end);
    return at != NULL ? at + 1 + wcsspn(at + 1, L" ") : NULL;
}

static HANDLE make_token(void)
{
    BYTE administrators[SECURITY_MAX_SID_SIZE];
    SID_AND_ATTRIBUTES denied = {.Sid = administrators};
    DWORD size = sizeof administrators;
    HANDLE own = NULL;
    HANDLE token = NULL;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &own) ||
        !CreateWellKnownSid(WinBuiltinAdministratorsSid, NULL, administrators, &size) ||
        !CreateRestrictedToken(own, 0, 1, &denied, 0, NULL, 0, NULL, &token))
        ExitProcess(250);
    return token;
}

/* No header declares it. */
int wmain(int count, wchar_t **arguments);

int wmain(int count, wchar_t **arguments)
{
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION started = {0};
    DWORD exit_code = 251;

    (void)arguments;
    if (count < 2 || !CreateProcessAsUserW(make_token(), NULL, find_command(), NULL, NULL,
                                           TRUE, 0, NULL, NULL, &startup, &started))
        return 251;
    WaitForSingleObject(started.hProcess, INFINITE);
    GetExitCodeProcess(started.hProcess, &exit_code);
    return (int)exit_code;
}
