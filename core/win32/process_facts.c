/*
 * What one process can be asked about another.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/process_facts.h"

#include "core/base/text.h"
#include "core/win32/utf.h"

#include <windows.h>
#include <sddl.h>
#include <winternl.h>

#include <string.h>

/* Windows 8.1 and later: a UNICODE_STRING and its characters; the right to query limited
 * information is enough. The headers know only older classes. */
#define PROCESS_COMMAND_LINE_INFORMATION ((PROCESSINFOCLASS)60)

/* "System", the kernel: it has no program file and listens on 445 and for http.sys. */
#define SYSTEM_PROCESS_ID 4

#define COMMAND_LINE_CHARACTERS (PROCESS_COMMAND_LINE_SIZE - 1)

struct command_line_answer {
    UNICODE_STRING text;
    wchar_t characters[COMMAND_LINE_CHARACTERS];
};

static bool give_text(const wchar_t *characters, size_t size,
                      char out[PROCESS_COMMAND_LINE_SIZE])
{
    wchar_t text[COMMAND_LINE_CHARACTERS + 1];
    const size_t length = size / sizeof *text;

    if (length > COMMAND_LINE_CHARACTERS)
        return false;
    memcpy(text, characters, length * sizeof *text);
    text[length] = L'\0';
    return utf8_from_utf16(text, out, PROCESS_COMMAND_LINE_SIZE);
}

static bool ask_command_line(uint32_t process_id, char out[PROCESS_COMMAND_LINE_SIZE])
{
    struct command_line_answer answer;
    ULONG size = 0;
    NTSTATUS status;
    HANDLE process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, process_id);

    if (process == NULL)
        return false;
    status = NtQueryInformationProcess(process, PROCESS_COMMAND_LINE_INFORMATION, &answer,
                                       sizeof answer, &size);
    CloseHandle(process);
    return NT_SUCCESS(status) && answer.text.Buffer != NULL &&
           answer.text.Length <= sizeof answer.characters &&
           give_text(answer.text.Buffer, answer.text.Length, out);
}

static bool read_memory(HANDLE process, const void *from, void *to, size_t size)
{
    SIZE_T done = 0;

    return from != NULL && ReadProcessMemory(process, from, to, size, &done) &&
           done == size;
}

/* The process can have written anything into these structures: only bounded copies are made. */
static bool dig_command_line(HANDLE process, char out[PROCESS_COMMAND_LINE_SIZE])
{
    PROCESS_BASIC_INFORMATION basic = {0};
    RTL_USER_PROCESS_PARAMETERS parameters;
    wchar_t characters[COMMAND_LINE_CHARACTERS];
    PEB peb;
    ULONG size = 0;

    return NT_SUCCESS(NtQueryInformationProcess(process, ProcessBasicInformation, &basic,
                                                sizeof basic, &size)) &&
           read_memory(process, basic.PebBaseAddress, &peb, sizeof peb) &&
           read_memory(process, peb.ProcessParameters, &parameters, sizeof parameters) &&
           parameters.CommandLine.Length <= sizeof characters &&
           read_memory(process, parameters.CommandLine.Buffer, characters,
                       parameters.CommandLine.Length) &&
           give_text(characters, parameters.CommandLine.Length, out);
}

bool process_command_line(uint32_t process_id, char out[PROCESS_COMMAND_LINE_SIZE])
{
    HANDLE process;
    bool ok;

    if (ask_command_line(process_id, out))
        return true;

    /* Wine does not know the question. */
    process = OpenProcess(PROCESS_QUERY_INFORMATION | PROCESS_VM_READ, FALSE, process_id);
    if (process == NULL)
        return false;
    ok = dig_command_line(process, out);
    CloseHandle(process);
    return ok;
}

static bool sid_to_text(PSID sid, struct user_sid *out)
{
    wchar_t *text = NULL;
    bool ok;

    if (!ConvertSidToStringSidW(sid, &text))
        return false;
    ok = utf8_from_utf16(text, out->text, sizeof out->text);
    LocalFree(text);
    return ok;
}

static bool token_owner(HANDLE process, struct user_sid *out)
{
    union {
        TOKEN_USER user;
        BYTE bytes[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
    } answer;
    HANDLE token = NULL;
    DWORD size = 0;
    bool ok;

    if (!OpenProcessToken(process, TOKEN_QUERY, &token))
        return false;
    ok = GetTokenInformation(token, TokenUser, &answer, sizeof answer, &size) &&
         sid_to_text(answer.user.User.Sid, out);
    CloseHandle(token);
    return ok;
}

bool process_owner(uint32_t process_id, struct user_sid *out)
{
    HANDLE process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, process_id);
    bool ok;

    if (process == NULL)
        return false;
    ok = token_owner(process, out);
    CloseHandle(process);
    return ok;
}

void process_program_name(uint32_t process_id, char *out, size_t capacity)
{
    wchar_t path[MAX_PATH * 4];
    char name[MAX_PATH * 4] = "";
    DWORD length = sizeof path / sizeof path[0];
    struct text text = text_over(out, capacity);
    HANDLE process;

    if (process_id == SYSTEM_PROCESS_ID) {
        text_append(&text, "System");
        return;
    }
    process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, process_id);
    if (process == NULL)
        return;
    if (QueryFullProcessImageNameW(process, 0, path, &length)) {
        const wchar_t *slash = wcsrchr(path, L'\\');

        if (utf8_from_utf16(slash == NULL ? path : slash + 1, name, sizeof name))
            text_append(&text, name);
    }
    CloseHandle(process);
}
