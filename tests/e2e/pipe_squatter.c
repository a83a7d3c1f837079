/*
 * Takes the name of the service's pipe and waits for whoever speaks to it. Prints "squatting", then
 * "came" for each client and "heard N" for each message; ends when it is killed.
 * SPDX-License-Identifier: MIT
 */
#include "core/protocol/wire.h"

#include <windows.h>

#include <stdio.h>

#define WIDE_PIPE_NAME L"" PIPE_NAME

static void print_line(const char *word, unsigned long number)
{
    printf("%s %lu\n", word, number);
    fflush(stdout);
}

static void listen_to(HANDLE pipe)
{
    static uint8_t bytes[MESSAGE_SIZE_MAX];
    DWORD size = 0;

    while (ReadFile(pipe, bytes, sizeof bytes, &size, NULL))
        print_line("heard", size);
}

/* No header declares it. */
int wmain(void);

int wmain(void)
{
    const HANDLE pipe = CreateNamedPipeW(
        WIDE_PIPE_NAME, PIPE_ACCESS_DUPLEX | FILE_FLAG_FIRST_PIPE_INSTANCE,
        PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE,
        1 /* Wine ignores "first" of the next */, MESSAGE_SIZE_MAX, MESSAGE_SIZE_MAX, 0,
        NULL);

    if (pipe == INVALID_HANDLE_VALUE)
        return 3;
    print_line("squatting", GetCurrentProcessId());
    for (;;) {
        if (ConnectNamedPipe(pipe, NULL) || GetLastError() == ERROR_PIPE_CONNECTED) {
            print_line("came", 1);
            listen_to(pipe);
        }
        DisconnectNamedPipe(pipe);
    }
}
