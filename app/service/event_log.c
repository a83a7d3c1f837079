/*
 * The Application log.
 * SPDX-License-Identifier: MIT
 */
#include "app/service/event_log.h"

#include "app/service/messages.h"
#include "core/base/text.h"
#include "core/win32/utf.h"

#include <windows.h>

#define SOURCE L"Tidegate"
#define SOURCE_KEY L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\Tidegate"
/* This program of Windows holds the message "%1" for the numbers 1 to 1000. */
#define MESSAGE_FILE L"%SystemRoot%\\System32\\EventCreate.exe"

enum event_number { EVENT_NUMBER_NOTE = 1, EVENT_NUMBER_FAILURE = 2 };

static void report(WORD type, enum event_number number, const char *line)
{
    const HANDLE log = RegisterEventSourceW(NULL, SOURCE);
    wchar_t wide[1024];
    const wchar_t *strings[] = {wide};

    if (log == NULL)
        return;
    if (utf16_from_utf8(line, wide, sizeof wide / sizeof wide[0]))
        ReportEventW(log, type, 0, (DWORD)number, NULL, 1, 0, strings, NULL);
    DeregisterEventSource(log);
}

void event_log_failure(const struct error *err)
{
    char line[1000];

    message_format_error(err, line, sizeof line);
    report(EVENTLOG_ERROR_TYPE, EVENT_NUMBER_FAILURE, line);
}

void event_log_note(const char *format, ...)
{
    char line[1000];
    struct text text = TEXT_OVER(line);
    va_list args;

    va_start(args, format);
    text_append_args(&text, format, args);
    va_end(args);
    report(EVENTLOG_INFORMATION_TYPE, EVENT_NUMBER_NOTE, line);
}

bool event_log_register(struct error *err)
{
    const DWORD types = EVENTLOG_ERROR_TYPE | EVENTLOG_INFORMATION_TYPE;
    HKEY key = NULL;
    LSTATUS status = RegCreateKeyExW(HKEY_LOCAL_MACHINE, SOURCE_KEY, 0, NULL, 0,
                                     KEY_SET_VALUE | KEY_WOW64_64KEY, NULL, &key, NULL);

    if (status == ERROR_SUCCESS) {
        status = RegSetValueExW(key, L"EventMessageFile", 0, REG_EXPAND_SZ,
                                (const BYTE *)MESSAGE_FILE, sizeof MESSAGE_FILE);
        if (status == ERROR_SUCCESS)
            status = RegSetValueExW(key, L"TypesSupported", 0, REG_DWORD,
                                    (const BYTE *)&types, sizeof types);
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
