/*
 * Starting this program elevated.
 * SPDX-License-Identifier: MIT
 */
#include "app/ctl/elevate.h"

#include "core/base/mem.h"
#include "core/command/command.h"
#include "core/win32/utf.h"

#include <windows.h>

#include <objbase.h>
#include <shellapi.h>

#include <wchar.h>

#define PATH_CAPACITY 32768 /* the longest path Windows has */
/* The approving process itself gives up well before (core/win32/pipe_client.h). */
#define APPROVE_TIMEOUT_MS 60000

static bool failed(struct error *err, const char *what)
{
    return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(GetLastError()), "%s", what);
}

/* NULL on failure: the process, owned by the caller. */
static HANDLE start(const wchar_t *arguments, struct error *err)
{
    wchar_t *path = mem_alloc(PATH_CAPACITY * sizeof *path);
    SHELLEXECUTEINFOW info = {
        .cbSize = sizeof info,
        .fMask = SEE_MASK_NOCLOSEPROCESS | SEE_MASK_NOASYNC | SEE_MASK_FLAG_NO_UI,
        .lpVerb = L"runas",
        .lpFile = path,
        .lpParameters = arguments,
        .nShow = SW_HIDE, /* its exit code is what counts, not its console */
    };
    const DWORD size = GetModuleFileNameW(NULL, path, PATH_CAPACITY);

    if (size == 0 || size >= PATH_CAPACITY)
        failed(err, "find this program's own path");
    else if (!ShellExecuteExW(&info) && GetLastError() == ERROR_CANCELLED)
        error_set(err, ERR_NEEDS_APPROVAL,
                  "the request for an administrator was declined");
    else if (info.hProcess == NULL)
        failed(err, "start this program as an administrator");
    mem_free(path);
    return info.hProcess;
}

/* So that our own exit code is the same as that of the approving process. */
static enum error_kind kind_of(DWORD code)
{
    switch (code) {
    case EXIT_WRONG_USAGE:
        return ERR_INVALID;
    case EXIT_NO_SERVICE:
        return ERR_UNAVAILABLE;
    case EXIT_NEEDS_ADMINISTRATOR:
        return ERR_ACCESS_DENIED;
    case EXIT_CONFLICT:
        return ERR_CONFLICT;
    default:
        return ERR_SYSTEM;
    }
}

static bool approve_succeeded(HANDLE process, struct error *err)
{
    DWORD code = 0;

    if (WaitForSingleObject(process, APPROVE_TIMEOUT_MS) != WAIT_OBJECT_0)
        return error_set(err, ERR_SYSTEM, "the administrator's approval took too long");
    if (!GetExitCodeProcess(process, &code))
        return failed(err, "read the outcome of the approval");
    return code == EXIT_DONE ||
           error_set(err, kind_of(code),
                     "the request could not be carried out with an administrator's rights "
                     "(exit code %lu); 'tidegatectl status' may tell more",
                     code);
}

bool elevate_approve(const char *ticket, struct error *err)
{
    wchar_t wide_ticket[64];
    wchar_t arguments[80] = L"approve ";
    HANDLE process;
    HRESULT result;
    bool ok;

    if (!utf16_from_utf8(ticket, wide_ticket, ARRAYSIZE(wide_ticket)))
        return error_set(err, ERR_INVALID, "ticket '%s': is none", ticket);
    wcsncat(arguments, wide_ticket, ARRAYSIZE(wide_ticket));

    /* The shell may hand the start over to a COM object (documented at ShellExecuteEx). */
    result = CoInitializeEx(NULL, COINIT_APARTMENTTHREADED | COINIT_DISABLE_OLE1DDE);
    if (FAILED(result))
        return error_set_system(err, (uint32_t)result,
                                "prepare to ask for an administrator");
    process = start(arguments, err);
    ok = process != NULL && approve_succeeded(process, err);
    if (process != NULL)
        CloseHandle(process);
    CoUninitialize();
    return ok;
}
