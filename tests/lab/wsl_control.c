/*
 * The client of the lab's control port.
 * SPDX-License-Identifier: MIT
 *
 * `hold` is an `exec` of `cat` whose input is a pipe: a program that ends with its input.
 * A request is one line of fields parted by tabs. `list` is answered with lines
 * "name TAB version TAB running TAB default"; `exec` with frames of one type byte, a
 * little-endian 32-bit size and so many bytes: 'o' output, 'e' errors, 'x' exit code,
 * 'n' not found.
 */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>

#include "event_log.h"
#include "wsl_control.h"

#include <stdlib.h>
#include <string.h>

#define DELAY_LOOK_MS 50

static DWORD lab_number(const wchar_t *name)
{
    DWORD value = 0;
    DWORD size = sizeof(value);

    RegGetValueW(HKEY_LOCAL_MACHINE, L"Software\\TidegateLab", name, RRF_RT_REG_DWORD,
                 NULL, &value, &size);
    return value;
}

bool wsl_control_init(void)
{
    const ULONGLONG from = GetTickCount64();
    WSADATA wsa;

    /* As long as the setting says, or until it is taken back. */
    while (GetTickCount64() - from < lab_number(L"WslDelayMs"))
        Sleep(DELAY_LOOK_MS);
    return WSAStartup(MAKEWORD(2, 2), &wsa) == 0;
}

static void add_field(struct line *line, const wchar_t *text)
{
    char utf8[4096] = "";

    WideCharToMultiByte(CP_UTF8, 0, text, -1, utf8, sizeof(utf8), NULL, NULL);
    line_format(line, "\t%s", utf8);
}

/* Takes the line. */
static SOCKET ask(struct line *line)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((u_short)lab_number(L"ControlPort")),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    SOCKET control = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);

    line_format(line, "\n");
    if (connect(control, (const struct sockaddr *)&address, sizeof(address)) != 0 ||
        send(control, line->bytes, (int)line->size, 0) != (int)line->size) {
        closesocket(control);
        control = INVALID_SOCKET;
    }
    line_clear(line);
    return control;
}

static bool receive(SOCKET control, char *bytes, size_t size)
{
    while (size > 0) {
        const int now = recv(control, bytes, (int)size, 0);

        if (now <= 0)
            return false;
        bytes += now;
        size -= (size_t)now;
    }
    return true;
}

static size_t receive_all(SOCKET control, char *text, size_t capacity)
{
    size_t used = 0;
    int now = 0;

    do {
        used += (size_t)now;
        now = recv(control, text + used, (int)(capacity - 1 - used), 0);
    } while (now > 0);
    text[used] = '\0';
    return used;
}

bool wsl_control_list(struct wsl_distribution items[WSL_DISTRIBUTION_LIMIT], size_t *count)
{
    char text[8192];
    struct line line = {0};
    int running;
    int is_default;

    *count = 0;
    line_format(&line, "list");
    const SOCKET control = ask(&line);
    if (control == INVALID_SOCKET)
        return false;
    receive_all(control, text, sizeof(text));
    closesocket(control);
    for (const char *at = text; *at && *count < WSL_DISTRIBUTION_LIMIT; at++) {
        struct wsl_distribution *item = &items[*count];

        if (sscanf(at, "%127[^\t]\t%d\t%d\t%d", item->name, &item->version, &running,
                   &is_default) == 4) {
            item->is_running = running != 0;
            item->is_default = is_default != 0;
            (*count)++;
        }
        at = strchr(at, '\n');
        if (!at)
            break;
    }
    return true;
}

/* Copies one frame's bytes to a standard handle unchanged. */
static bool copy_frame(SOCKET control, DWORD handle, size_t size)
{
    char buffer[16384];

    while (size > 0) {
        const size_t part = size < sizeof(buffer) ? size : sizeof(buffer);
        DWORD written = 0;

        if (!receive(control, buffer, part))
            return false;
        WriteFile(GetStdHandle(handle), buffer, (DWORD)part, &written, NULL);
        size -= part;
    }
    return true;
}

static enum wsl_control_result copy_frames(SOCKET control, int *exit_code)
{
    unsigned char head[5];

    while (receive(control, (char *)head, sizeof(head))) {
        const unsigned size = head[1] | ((unsigned)head[2] << 8) |
                              ((unsigned)head[3] << 16) | ((unsigned)head[4] << 24);

        if (head[0] == 'n')
            return WSL_CONTROL_NOT_FOUND;
        if (head[0] == 'x') {
            *exit_code = (int)size;
            return WSL_CONTROL_DONE;
        }
        if (!copy_frame(control, head[0] == 'e' ? STD_ERROR_HANDLE : STD_OUTPUT_HANDLE,
                        size))
            break;
    }
    return WSL_CONTROL_FAILED;
}

static bool is_held(wchar_t **command, int count)
{
    return count == 1 && wcscmp(command[0], L"cat") == 0 &&
           GetFileType(GetStdHandle(STD_INPUT_HANDLE)) == FILE_TYPE_PIPE;
}

/* Tells the lab of the end of the input. */
static DWORD WINAPI follow_input(void *context)
{
    char buffer[256];
    DWORD got = 0;

    while (ReadFile(GetStdHandle(STD_INPUT_HANDLE), buffer, sizeof(buffer), &got, NULL) &&
           got > 0)
        continue;
    shutdown(*(const SOCKET *)context, SD_SEND);
    return 0;
}

enum wsl_control_result wsl_control_execute(const wchar_t *distribution,
                                            bool through_shell, wchar_t **command,
                                            int count, int *exit_code)
{
    struct line line = {0};

    const bool held = is_held(command, count);

    line_format(&line, held ? "hold" : "exec");
    add_field(&line, distribution ? distribution : L"");
    add_field(&line, through_shell ? L"shell" : L"plain");
    for (int i = 0; i < count; i++)
        add_field(&line, command[i]);
    const SOCKET control = ask(&line);
    if (control == INVALID_SOCKET)
        return WSL_CONTROL_FAILED;
    if (held)
        CloseHandle(CreateThread(NULL, 0, follow_input, (void *)&control, 0, NULL));
    const enum wsl_control_result result = copy_frames(control, exit_code);
    closesocket(control);
    return result;
}

enum wsl_control_result wsl_control_stop(const wchar_t *distribution)
{
    char answer[64];
    struct line line = {0};

    line_format(&line, distribution ? "terminate" : "shutdown");
    if (distribution)
        add_field(&line, distribution);
    const SOCKET control = ask(&line);
    if (control == INVALID_SOCKET)
        return WSL_CONTROL_FAILED;
    receive_all(control, answer, sizeof(answer));
    closesocket(control);
    return strncmp(answer, "ok", 2) == 0 ? WSL_CONTROL_DONE : WSL_CONTROL_NOT_FOUND;
}
