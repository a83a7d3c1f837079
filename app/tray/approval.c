/*
 * Has a held request approved by an administrator.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/approval.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/protocol/request.h"
#include "core/win32/utf.h"

#include <shellapi.h>
#include <wchar.h>

#define PATH_SIZE 32768 /* the longest path Windows knows */
/* Of tidegatectl: DESIGN.md §9. */
#define EXIT_NOT_ELEVATED 4
#define EXIT_CONFLICT 5

/* Full path, so that no other program of that name is ever elevated. */
static bool program_path(wchar_t path[PATH_SIZE])
{
    static const wchar_t name[] = L"tidegatectl.exe";
    const DWORD size = GetModuleFileNameW(NULL, path, PATH_SIZE);
    wchar_t *slash;

    if (size == 0 || size >= PATH_SIZE)
        return false;
    slash = wcsrchr(path, L'\\');
    if (slash == NULL || (size_t)(slash + 1 - path) + ARRAYSIZE(name) > PATH_SIZE)
        return false;
    wmemcpy(slash + 1, name, ARRAYSIZE(name));
    return true;
}

/* Nothing but the digits that tickets are made of reaches an elevated command line. */
static bool is_ticket(const char *ticket)
{
    return strlen(ticket) == TICKET_SIZE - 1 &&
           strspn(ticket, "0123456789abcdefABCDEF") == TICKET_SIZE - 1;
}

static bool start(const wchar_t *path, const wchar_t *arguments, HANDLE *process,
                  bool *declined, struct error *err)
{
    SHELLEXECUTEINFOW info = {.cbSize = sizeof info,
                              .fMask = SEE_MASK_NOCLOSEPROCESS | SEE_MASK_NOASYNC |
                                       SEE_MASK_FLAG_NO_UI,
                              .lpVerb = L"runas",
                              .lpFile = path,
                              .lpParameters = arguments,
                              .nShow = SW_HIDE};

    if (!ShellExecuteExW(&info)) {
        const DWORD code = GetLastError();

        *declined = code == ERROR_CANCELLED;
        return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(code),
                                "start tidegatectl.exe as administrator");
    }
    if (info.hProcess == NULL)
        return error_set(err, ERR_SYSTEM, "wait for tidegatectl.exe");
    *process = info.hProcess;
    return true;
}

bool approval_start(const char *ticket, HANDLE *process, bool *declined, struct error *err)
{
    wchar_t *path = mem_resize(NULL, PATH_SIZE, sizeof *path);
    wchar_t arguments[TICKET_SIZE + 16];
    char command[TICKET_SIZE + 16];
    struct text text = TEXT_OVER(command);
    bool ok;

    text_append_format(&text, "approve %s", ticket);
    if (!is_ticket(ticket) || !utf16_from_utf8(command, arguments, ARRAYSIZE(arguments)))
        ok = error_set(err, ERR_INVALID, "approval ticket of unknown form");
    else if (!program_path(path))
        ok = error_set(err, ERR_SYSTEM, "find tidegatectl.exe");
    else
        ok = start(path, arguments, process, declined, err);
    mem_free(path);
    return ok;
}

void approval_outcome(HANDLE process, struct error *err)
{
    DWORD code = 0;

    if (!GetExitCodeProcess(process, &code)) {
        error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(GetLastError()),
                         "read the outcome of the approval");
        return;
    }
    if (code == EXIT_CONFLICT)
        error_set(err, ERR_CONFLICT, "%s", "");
    else if (code == EXIT_NOT_ELEVATED)
        error_set_message(err, ERR_ACCESS_DENIED, MESSAGE_APPROVER_NOT_ADMINISTRATOR,
                          NULL, NULL, NULL);
    else if (code != 0)
        error_set(err, ERR_SYSTEM, "tidegatectl approve ended with exit code %lu",
                  (unsigned long)code);
}
