/*
 * Plays wsl.exe: its verbs, exit codes and encodings (facts/wsl.md, section 3). Every start is
 * logged with its parent, so that a test can prove who ran it. What it tells and what it
 * executes comes from the lab's control port.
 * SPDX-License-Identifier: MIT
 */
#include "wsl_control.h"

#include <windows.h>
#include <tlhelp32.h>

#include "event_log.h"

#include <stdlib.h>
#include <string.h>

#define WSL_FAILED (-1)

struct request {
    const wchar_t *distribution; /* NULL: the default one */
    bool running_only;
    bool quiet;
    bool verbose;
    bool through_shell;
    wchar_t **command;
    int command_count;
};

/* The lab's switch WslInBox: the WSL of older Windows, which knows no WSL_UTF8, speaks the user's
 * language (German here), and fails when nothing runs. */
static bool is_in_box(void)
{
    DWORD value = 0;
    DWORD size = sizeof(value);

    RegGetValueW(HKEY_LOCAL_MACHINE, L"Software\\TidegateLab", L"WslInBox",
                 RRF_RT_REG_DWORD, NULL, &value, &size);
    return value != 0;
}

/* Own messages are UTF-16LE without a mark unless WSL_UTF8 is exactly "1". */
static void say(const char *utf8)
{
    wchar_t wide[4096];
    wchar_t setting[4] = L"";
    DWORD written = 0;
    const HANDLE out = GetStdHandle(STD_OUTPUT_HANDLE);

    GetEnvironmentVariableW(L"WSL_UTF8", setting, ARRAYSIZE(setting));
    if (wcscmp(setting, L"1") == 0 && !is_in_box()) {
        WriteFile(out, utf8, (DWORD)strlen(utf8), &written, NULL);
        return;
    }
    const int size = MultiByteToWideChar(CP_UTF8, 0, utf8, -1, wide, ARRAYSIZE(wide));
    WriteFile(out, wide, (DWORD)((size_t)(size - 1) * sizeof(wchar_t)), &written, NULL);
}

static void find_parent(DWORD *parent, wchar_t name[MAX_PATH])
{
    PROCESSENTRY32W entry = {.dwSize = sizeof(entry)};
    const HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);

    *parent = 0;
    name[0] = L'\0';
    for (BOOL more = Process32FirstW(snapshot, &entry); more;
         more = Process32NextW(snapshot, &entry))
        if (entry.th32ProcessID == GetCurrentProcessId())
            *parent = entry.th32ParentProcessID;
    for (BOOL more = Process32FirstW(snapshot, &entry); more;
         more = Process32NextW(snapshot, &entry))
        if (entry.th32ProcessID == *parent)
            wcscpy(name, entry.szExeFile);
    CloseHandle(snapshot);
}

static void log_start(int argc, wchar_t **argv)
{
    struct line line = {0};
    wchar_t parent_name[MAX_PATH];
    DWORD parent;

    find_parent(&parent, parent_name);
    line_format(&line,
                "{\"t\":%llu,\"event\":\"start\",\"pid\":%lu,\"parent\":%lu,"
                "\"parent_name\":",
                event_log_now(), GetCurrentProcessId(), parent);
    line_quote(&line, parent_name);
    line_format(&line, ",\"arguments\":[");
    for (int i = 1; i < argc; i++) {
        if (i > 1)
            line_format(&line, ",");
        line_quote(&line, argv[i]);
    }
    line_format(&line, "]}");
    event_log_append(L"wsl.jsonl", &line);
}

static void list_names(const struct request *request,
                       const struct wsl_distribution *items, size_t count)
{
    char text[512];

    if (!request->quiet)
        say("Windows Subsystem for Linux Distributions:\r\n");
    for (size_t i = 0; i < count; i++) {
        if (request->running_only && !items[i].is_running)
            continue;
        _snprintf(text, sizeof(text), "%s%s\r\n", items[i].name,
                  items[i].is_default && !request->quiet ? " (Default)" : "");
        say(text);
    }
}

static void list_verbosely(const struct wsl_distribution *items, size_t count)
{
    char text[1024];
    size_t longest = strlen("NAME");

    for (size_t i = 0; i < count; i++)
        if (strlen(items[i].name) > longest)
            longest = strlen(items[i].name);
    const int width = (int)longest + 4;
    _snprintf(text, sizeof(text), "  %-*s%-16s%s\r\n", width, "NAME", "STATE", "VERSION");
    say(text);
    for (size_t i = 0; i < count; i++) {
        _snprintf(text, sizeof(text), "%c %-*s%-16s%d\r\n",
                  items[i].is_default ? '*' : ' ', width, items[i].name,
                  items[i].is_running ? "Running" : "Stopped", items[i].version);
        say(text);
    }
}

static int list(const struct request *request)
{
    struct wsl_distribution items[WSL_DISTRIBUTION_LIMIT];
    size_t running = 0;
    size_t count = 0;

    if (!wsl_control_list(items, &count))
        return WSL_FAILED;
    for (size_t i = 0; i < count; i++)
        running += items[i].is_running;
    if (count == 0 && !request->quiet) {
        say("Windows Subsystem for Linux has no installed distributions.\r\n");
        return WSL_FAILED;
    }
    if (request->running_only && running == 0 && is_in_box()) {
        say("Es werden keine Distributionen ausgef\xc3\xbchrt.\r\n");
        return WSL_FAILED;
    }
    if (request->running_only && running == 0 && !request->quiet) {
        say("There are no running distributions.\r\n");
        return WSL_FAILED;
    }
    if (request->verbose)
        list_verbosely(items, count);
    else
        list_names(request, items, count);
    return 0;
}

static int status(void)
{
    struct wsl_distribution items[WSL_DISTRIBUTION_LIMIT];
    char text[512];
    size_t count = 0;

    wsl_control_list(items, &count);
    for (size_t i = 0; i < count; i++) {
        if (!items[i].is_default)
            continue;
        _snprintf(text, sizeof(text), "Default Distribution: %s\r\n", items[i].name);
        say(text);
    }
    say("Default Version: 2\r\n");
    return 0;
}

static int version(void)
{
    say("WSL version: 2.7.11.0\r\n"
        "Kernel version: 6.6.87.2-1\r\n"
        "WSLg version: 1.0.71\r\n"
        "MSRDC version: 1.2.6353\r\n"
        "Direct3D version: 1.611.1-81528511\r\n"
        "DXCore version: 10.0.26100.1-240331-1435.ge-release\r\n"
        "Windows version: 10.0.26100.4351\r\n");
    return 0;
}

/* Error text goes to standard output, as in the real one. */
static int say_not_found(void)
{
    say("There is no distribution with the supplied name.\r\n"
        "Error code: Wsl/Service/WSL_E_DISTRO_NOT_FOUND\r\n");
    return WSL_FAILED;
}

static int execute(const struct request *request)
{
    int exit_code = WSL_FAILED;

    switch (wsl_control_execute(request->distribution, request->through_shell,
                                request->command, request->command_count, &exit_code)) {
    case WSL_CONTROL_DONE:
        return exit_code;
    case WSL_CONTROL_NOT_FOUND:
        return say_not_found();
    default:
        say("The operation timed out.\r\nError code: Wsl/Service/CreateInstance/E_FAIL\r\n");
        return WSL_FAILED;
    }
}

static int stop(const wchar_t *distribution)
{
    if (wsl_control_stop(distribution) == WSL_CONTROL_NOT_FOUND)
        return say_not_found();
    say("The operation completed successfully.\r\n");
    return 0;
}

static bool is_one_of(const wchar_t *argument, const wchar_t *first, const wchar_t *second)
{
    return wcscmp(argument, first) == 0 || wcscmp(argument, second) == 0;
}

static int run_list(struct request *request, int argc, wchar_t **argv)
{
    for (int i = 2; i < argc; i++) {
        request->running_only |= wcscmp(argv[i], L"--running") == 0;
        request->quiet |= is_one_of(argv[i], L"--quiet", L"-q");
        request->verbose |= is_one_of(argv[i], L"--verbose", L"-v");
    }
    return list(request);
}

/* Options up to the command; everything from there on belongs to Linux. */
static int run_command(struct request *request, int argc, wchar_t **argv)
{
    int i = 1;

    request->through_shell = true;
    for (; i < argc; i++) {
        const bool has_value = i + 1 < argc;

        if (has_value && (is_one_of(argv[i], L"-d", L"--distribution") ||
                          wcscmp(argv[i], L"--distribution-id") == 0)) {
            request->distribution = argv[++i];
        } else if (has_value && (is_one_of(argv[i], L"-u", L"--user") ||
                                 wcscmp(argv[i], L"--cd") == 0)) {
            i++;
        } else if (wcscmp(argv[i], L"--system") == 0) {
            continue;
        } else if (is_one_of(argv[i], L"-e", L"--exec")) {
            request->through_shell = false;
            i++;
            break;
        } else {
            i += wcscmp(argv[i], L"--") == 0;
            break;
        }
    }
    request->command = argv + i;
    request->command_count = argc > i ? argc - i : 0;
    return execute(request);
}

int wmain(int argc, wchar_t **argv)
{
    struct request request = {0};
    const wchar_t *verb = argc > 1 ? argv[1] : L"";

    log_start(argc, argv);
    if (!wsl_control_init())
        return WSL_FAILED;
    if (is_one_of(verb, L"--list", L"-l"))
        return run_list(&request, argc, argv);
    if (wcscmp(verb, L"--status") == 0)
        return status();
    if (is_one_of(verb, L"--version", L"-v"))
        return version();
    if (wcscmp(verb, L"--shutdown") == 0)
        return stop(NULL);
    if (argc > 2 && is_one_of(verb, L"--terminate", L"-t"))
        return stop(argv[2]);
    return run_command(&request, argc, argv);
}
