/*
 * What the user interface knows, as a report of a problem. 'tidegatectl diagnose --report' asks the
 * service for more.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/problem_clipboard.h"

#include "app/tray/clipboard.h"
#include "core/base/mem.h"
#include "core/view/problem_report.h"
#include "core/win32/own_names.h"
#include "core/win32/utf.h"
#include "core/win32/wsl_installed.h"

#include <stdio.h>
#include <string.h>
#include <wchar.h>

#define LINE_SIZE 2048

static void print_now(char out[32])
{
    SYSTEMTIME now;

    GetSystemTime(&now);
    snprintf(out, 32, "%04u-%02u-%02uT%02u:%02u:%02uZ", now.wYear, now.wMonth, now.wDay,
             now.wHour, now.wMinute, now.wSecond);
}

/* Windows' programs want both characters at a line's end. */
static void give(HWND owner, char *text)
{
    struct clipboard_text copied = {0};

    for (char *line = text, *next; line != NULL; line = next) {
        wchar_t wide[LINE_SIZE];

        next = strchr(line, '\n');
        if (next != NULL)
            *next++ = '\0';
        if (utf16_from_utf8(line, wide, LINE_SIZE))
            clipboard_text_append(&copied, wide);
        if (next != NULL)
            clipboard_text_append(&copied, L"\r\n");
    }
    clipboard_text_give(&copied, owner);
}

void problem_clipboard_copy(HWND owner, const struct session *session,
                            const struct diagnosis *diagnosis)
{
    char *whole = mem_alloc(PROBLEM_REPORT_SIZE);
    struct text text = text_over(whole, PROBLEM_REPORT_SIZE);
    struct redaction redaction;
    struct wsl_installed wsl;
    char windows[WINDOWS_WORDS_SIZE];
    char now[32];

    own_names_read(&redaction);
    windows_words(windows);
    wsl_installed_read(&wsl);
    print_now(now);
    problem_report_write(
        &(struct problem_report){
            .program = "tidegate " TIDEGATE_VERSION,
            .service_version = session->service_version,
            .windows = windows,
            .wsl = !wsl.is_there  ? "not installed"
                   : wsl.is_inbox ? "in-box"
                                  : wsl.version,
            .time = now,
            .report = session->report,
            .trouble = session->trouble.detail,
            .user = &session->user,
            .diagnoses = diagnosis,
            .diagnosis_count = diagnosis != NULL ? 1 : 0,
        },
        &redaction, &text);
    give(owner, whole);
    mem_free(whole);
}
