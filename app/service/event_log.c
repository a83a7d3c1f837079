/*
 * The Application log.
 * SPDX-License-Identifier: MIT
 */
#include "app/service/event_log.h"

#include "app/service/messages.h"
#include "core/win32/program_path.h"
#include "core/win32/utf.h"

#include <windows.h>

#include <wchar.h>

#define SOURCE L"Tidegate"
#define SOURCE_KEY L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\Tidegate"
#define INSERT_MAX 4
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* As in resources/events.mc, which has their sentences. */
enum event_number {
    EVENT_NUMBER_FAILURE = 2,
    EVENT_NUMBER_WIDENED = 3,
    EVENT_NUMBER_POLICY_REFUSED = 4
};

static void report(WORD type, enum event_number number, const char *const *inserts,
                   size_t count)
{
    const HANDLE log = RegisterEventSourceW(NULL, SOURCE);
    wchar_t wide[INSERT_MAX][1024];
    const wchar_t *strings[INSERT_MAX];

    if (log == NULL)
        return;
    for (size_t i = 0; i < count; i++) {
        utf16_from_utf8(inserts[i], wide[i], sizeof wide[i] / sizeof wide[i][0]);
        strings[i] = wide[i];
    }
    ReportEventW(log, type, 0, (DWORD)number, NULL, (WORD)count, 0, strings, NULL);
    DeregisterEventSource(log);
}

void event_log_failure(const struct error *err)
{
    char line[1000];
    const char *const inserts[] = {line};

    message_format_error(err, line, sizeof line);
    report(EVENTLOG_ERROR_TYPE, EVENT_NUMBER_FAILURE, inserts, COUNT(inserts));
}

void event_log_widened(const char *request, const struct user_sid *for_user,
                       const struct user_sid *by_user, bool is_elevated)
{
    const char *const inserts[] = {request, for_user->text, by_user->text,
                                   is_elevated ? "an administrator" : "that user"};

    report(EVENTLOG_INFORMATION_TYPE, EVENT_NUMBER_WIDENED, inserts, COUNT(inserts));
}

void event_log_policy_refused(const struct message *problem)
{
    const char *const inserts[] = {problem->arguments[0], problem->arguments[1],
                                   problem->arguments[2]};

    report(EVENTLOG_WARNING_TYPE, EVENT_NUMBER_POLICY_REFUSED, inserts, COUNT(inserts));
}

static LSTATUS put_values(HKEY key, const wchar_t *message_file)
{
    const DWORD types =
        EVENTLOG_ERROR_TYPE | EVENTLOG_WARNING_TYPE | EVENTLOG_INFORMATION_TYPE;
    const DWORD size = (DWORD)((wcslen(message_file) + 1) * sizeof *message_file);
    const LSTATUS status = RegSetValueExW(key, L"EventMessageFile", 0, REG_EXPAND_SZ,
                                          (const BYTE *)message_file, size);

    return status != ERROR_SUCCESS ? status
                                   : RegSetValueExW(key, L"TypesSupported", 0, REG_DWORD,
                                                    (const BYTE *)&types, sizeof types);
}

/* This program holds the sentences. */
bool event_log_register(struct error *err)
{
    char path[PROGRAM_PATH_SIZE];
    wchar_t message_file[PROGRAM_PATH_SIZE];
    HKEY key = NULL;
    LSTATUS status;

    if (!program_path_own(path, err))
        return false;
    if (!utf16_from_utf8(path, message_file, PROGRAM_PATH_SIZE))
        return error_set(err, ERR_INVALID, "path '%s' is too long", path);
    status = RegCreateKeyExW(HKEY_LOCAL_MACHINE, SOURCE_KEY, 0, NULL, 0,
                             KEY_SET_VALUE | KEY_WOW64_64KEY, NULL, &key, NULL);
    if (status == ERROR_SUCCESS) {
        status = put_values(key, message_file);
        RegCloseKey(key);
    }
    if (status != ERROR_SUCCESS)
        return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(status),
                                "register the event log source");
    return true;
}

bool event_log_unregister(struct error *err)
{
    const LSTATUS status =
        RegDeleteKeyExW(HKEY_LOCAL_MACHINE, SOURCE_KEY, KEY_WOW64_64KEY, 0);

    if (status != ERROR_SUCCESS && status != ERROR_FILE_NOT_FOUND)
        return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(status),
                                "remove the event log source");
    return true;
}
