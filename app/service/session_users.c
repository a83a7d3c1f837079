/*
 * Sessions' users by the local security authority. WTSQueryUserToken would tell too, but needs
 * the right to act as part of the operating system, which this service gives up.
 * SPDX-License-Identifier: MIT
 */
#include "app/service/session_users.h"

#include "core/win32/token.h"

#include <windows.h>

#include <ntsecapi.h>

/* Loaded when the first user signs out: at rest the service does without secur32.dll. */
struct authority {
    HMODULE library;
    NTSTATUS(NTAPI *enumerate)(PULONG, PLUID *);
    NTSTATUS(NTAPI *read)(PLUID, PSECURITY_LOGON_SESSION_DATA *);
    NTSTATUS(NTAPI *release)(PVOID);
};

static bool load(struct authority *out)
{
    FARPROC enumerate;
    FARPROC read;
    FARPROC release;

    out->library = LoadLibraryExW(L"secur32.dll", NULL, LOAD_LIBRARY_SEARCH_SYSTEM32);
    if (out->library == NULL)
        return false;
    enumerate = GetProcAddress(out->library, "LsaEnumerateLogonSessions");
    read = GetProcAddress(out->library, "LsaGetLogonSessionData");
    release = GetProcAddress(out->library, "LsaFreeReturnBuffer");
    if (enumerate == NULL || read == NULL || release == NULL) {
        FreeLibrary(out->library);
        return false;
    }
    memcpy(&out->enumerate, &enumerate, sizeof enumerate);
    memcpy(&out->read, &read, sizeof read);
    memcpy(&out->release, &release, sizeof release);
    return true;
}

static void add_user(PSID sid, struct user_sid *out, size_t capacity, size_t *count)
{
    struct user_sid user;

    if (*count == capacity || !user_sid_from_windows(sid, &user))
        return;
    for (size_t i = 0; i < *count; i++) {
        if (user_sid_equals(&out[i], &user))
            return;
    }
    out[(*count)++] = user;
}

size_t session_users_find(DWORD session_id, struct user_sid *out, size_t capacity)
{
    struct authority authority;
    ULONG session_count = 0;
    PLUID sessions = NULL;
    size_t count = 0;

    if (!load(&authority))
        return 0;
    if (authority.enumerate(&session_count, &sessions) != 0)
        session_count = 0;
    for (ULONG i = 0; i < session_count; i++) {
        SECURITY_LOGON_SESSION_DATA *data = NULL;

        if (authority.read(&sessions[i], &data) != 0 || data == NULL)
            continue;
        if (data->Session == session_id && data->Sid != NULL)
            add_user(data->Sid, out, capacity, &count);
        authority.release(data);
    }
    if (sessions != NULL)
        authority.release(sessions);
    FreeLibrary(authority.library);
    return count;
}
