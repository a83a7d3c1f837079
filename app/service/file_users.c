/*
 * Users of a file.
 * SPDX-License-Identifier: MIT
 */
#include "app/service/file_users.h"

#include "app/service/messages.h"
#include "core/win32/utf.h"

#include <windows.h>

#include <restartmanager.h>

#define USERS_MAX 16

/* Loaded when it is needed: the service, which never needs it, should not carry it. */
struct restart_manager {
    HMODULE library;
    DWORD(WINAPI *start)(DWORD *session, DWORD flags, WCHAR key[]);
    DWORD(WINAPI *add)
    (DWORD session, UINT file_count, LPCWSTR files[], UINT process_count,
     RM_UNIQUE_PROCESS processes[], UINT service_count, LPCWSTR services[]);
    DWORD(WINAPI *list)
    (DWORD session, UINT *needed, UINT *count, RM_PROCESS_INFO users[], DWORD *reasons);
    DWORD(WINAPI *end)(DWORD session);
};

static bool find(HMODULE library, const char *name, void *function)
{
    const FARPROC found = GetProcAddress(library, name);

    memcpy(function, &found, sizeof found);
    return found != NULL;
}

static bool restart_manager_load(struct restart_manager *self)
{
    self->library = LoadLibraryExW(L"rstrtmgr.dll", NULL, LOAD_LIBRARY_SEARCH_SYSTEM32);
    return self->library != NULL && find(self->library, "RmStartSession", &self->start) &&
           find(self->library, "RmRegisterResources", &self->add) &&
           find(self->library, "RmGetList", &self->list) &&
           find(self->library, "RmEndSession", &self->end);
}

static void print_user(const RM_PROCESS_INFO *user)
{
    char name[CCH_RM_MAX_APP_NAME * 3 + 3];

    if (utf8_from_utf16(user->strAppName, name, sizeof name))
        message_say("used by %s (process %lu)", name,
                    (unsigned long)user->Process.dwProcessId);
}

/* More users than USERS_MAX: none is named, which is said nowhere and harms nobody. */
static DWORD print_users(const struct restart_manager *manager, DWORD session,
                         const wchar_t *path)
{
    static RM_PROCESS_INFO users[USERS_MAX];
    UINT needed = 0;
    UINT count = USERS_MAX;
    DWORD reasons = 0;
    DWORD code = manager->add(session, 1, &path, 0, NULL, 0, NULL);

    if (code == ERROR_SUCCESS)
        code = manager->list(session, &needed, &count, users, &reasons);
    for (UINT i = 0; code == ERROR_SUCCESS && i < count; i++)
        print_user(&users[i]);
    return code == ERROR_MORE_DATA ? ERROR_SUCCESS : code;
}

bool file_users_print(const wchar_t *path, struct error *err)
{
    struct restart_manager manager = {0};
    WCHAR key[CCH_RM_SESSION_KEY + 1] = L"";
    DWORD session;
    DWORD code;

    if (!restart_manager_load(&manager))
        return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(GetLastError()),
                                "load the Restart Manager");
    code = manager.start(&session, 0, key);
    if (code == ERROR_SUCCESS) {
        code = print_users(&manager, session, path);
        manager.end(session);
    }
    return code == ERROR_SUCCESS ||
           error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(code),
                            "ask the Restart Manager who uses the file");
}
