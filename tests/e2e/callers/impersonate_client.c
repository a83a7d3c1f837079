/*
 * For a build of the service that tells its callers apart: who calls is the client's process, as
 * on Windows, where Wine 8 impersonates the service itself.
 * SPDX-License-Identifier: MIT
 */
#include <windows.h>

typedef BOOL WINAPI impersonate_client(HANDLE pipe);

extern impersonate_client *const __real___imp_ImpersonateNamedPipeClient;
extern impersonate_client *const __wrap___imp_ImpersonateNamedPipeClient;

static HANDLE copy_token(DWORD process_id)
{
    const HANDLE process = OpenProcess(PROCESS_QUERY_INFORMATION, FALSE, process_id);
    HANDLE token = NULL;
    HANDLE copy = NULL;

    if (process != NULL &&
        OpenProcessToken(process, TOKEN_DUPLICATE | TOKEN_QUERY, &token) &&
        !DuplicateTokenEx(token, TOKEN_ALL_ACCESS, NULL, SecurityIdentification,
                          TokenImpersonation, &copy))
        copy = NULL;
    if (token != NULL)
        CloseHandle(token);
    if (process != NULL)
        CloseHandle(process);
    return copy;
}

static BOOL WINAPI impersonate(HANDLE pipe)
{
    ULONG process_id = 0;
    HANDLE token = NULL;
    BOOL done;

    if (GetNamedPipeClientProcessId(pipe, &process_id))
        token = copy_token(process_id);
    if (token == NULL)
        return FALSE;
    done = SetThreadToken(NULL, token);
    CloseHandle(token);
    return done;
}

impersonate_client *const __wrap___imp_ImpersonateNamedPipeClient = impersonate;
