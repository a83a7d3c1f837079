/*
 * A client of the service's pipe that says what it is told to: nonsense mostly.
 *
 *   pipe_noise send HEX...        sends each message, prints what comes back: hexadecimal digits,
 *                                 "closed" or "nothing"
 *   pipe_noise fill SIZE          sends so many bytes in one message, prints the same
 *   pipe_noise vanish HEX COUNT   connects so often, sends, and is gone without reading
 *   pipe_noise silent COUNT       connects so often and says nothing; prints after how many ms
 *                                 each was closed, or "open"
 *   pipe_noise siege THREADS SECONDS   each connects, says nothing until it is closed, and comes
 *                                 again; prints how often one of them got in
 *
 * Exit code 3: no connection.
 * SPDX-License-Identifier: MIT
 */
#include "core/protocol/wire.h"

#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define WIDE_PIPE_NAME L"" PIPE_NAME
#define PATIENCE_MS 5000
#define CLIENTS_MAX 64

static uint8_t message[4 * MESSAGE_SIZE_MAX];

static HANDLE connect_to_service(void)
{
    const ULONGLONG until = GetTickCount64() + PATIENCE_MS;

    for (;;) {
        const HANDLE pipe = CreateFileW(WIDE_PIPE_NAME, GENERIC_READ | GENERIC_WRITE, 0,
                                        NULL, OPEN_EXISTING, FILE_FLAG_OVERLAPPED, NULL);
        DWORD mode = PIPE_READMODE_MESSAGE;

        if (pipe != INVALID_HANDLE_VALUE) {
            SetNamedPipeHandleState(pipe, &mode, NULL, NULL);
            return pipe;
        }
        if (GetTickCount64() >= until) {
            printf("no connection: %lu\n", GetLastError());
            exit(3);
        }
        Sleep(20);
    }
}

static DWORD from_hex(const wchar_t *digits)
{
    DWORD size = 0;

    for (; digits[0] != L'\0' && digits[1] != L'\0'; digits += 2) {
        const wchar_t one[] = {digits[0], digits[1], L'\0'};

        message[size++] = (uint8_t)wcstoul(one, NULL, 16);
    }
    return size;
}

/* False: the other end has closed it. */
static bool write_message(HANDLE pipe, const void *bytes, DWORD size)
{
    OVERLAPPED operation = {.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL)};
    DWORD written = 0;
    bool ok = WriteFile(pipe, bytes, size, NULL, &operation) ||
              GetLastError() == ERROR_IO_PENDING;

    if (ok && WaitForSingleObject(operation.hEvent, PATIENCE_MS) != WAIT_OBJECT_0)
        CancelIo(pipe);
    ok = ok && GetOverlappedResult(pipe, &operation, &written, TRUE);
    CloseHandle(operation.hEvent);
    return ok;
}

static void print_answer(HANDLE pipe)
{
    static uint8_t answer[MESSAGE_SIZE_MAX];
    OVERLAPPED operation = {.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL)};
    DWORD size = 0;

    if (!ReadFile(pipe, answer, sizeof answer, NULL, &operation) &&
        GetLastError() != ERROR_IO_PENDING) {
        printf("closed\n");
    } else if (WaitForSingleObject(operation.hEvent, PATIENCE_MS) != WAIT_OBJECT_0) {
        CancelIo(pipe);
        GetOverlappedResult(pipe, &operation, &size, TRUE);
        printf("nothing\n");
    } else if (!GetOverlappedResult(pipe, &operation, &size, FALSE)) {
        printf("closed\n");
    } else {
        for (DWORD i = 0; i < size; i++)
            printf("%02x", answer[i]);
        printf("\n");
    }
    CloseHandle(operation.hEvent);
}

static void say(HANDLE pipe, const void *bytes, DWORD size)
{
    if (write_message(pipe, bytes, size))
        print_answer(pipe);
    else
        printf("closed\n");
}

static void vanish(const wchar_t *digits, int count)
{
    const DWORD size = from_hex(digits);

    for (int i = 0; i < count; i++) {
        const HANDLE pipe = connect_to_service();

        write_message(pipe, message, size);
        CloseHandle(pipe);
    }
    printf("vanished %d times\n", count);
}

static void be_silent(int count)
{
    const ULONGLONG start = GetTickCount64();
    HANDLE pipes[CLIENTS_MAX];

    for (int i = 0; i < count && i < CLIENTS_MAX; i++)
        pipes[i] = connect_to_service();
    for (int i = 0; i < count && i < CLIENTS_MAX; i++) {
        DWORD available;
        bool open = true;

        while (open && GetTickCount64() - start < 2 * PATIENCE_MS) {
            open = PeekNamedPipe(pipes[i], NULL, 0, NULL, &available, NULL);
            if (open)
                Sleep(20);
        }
        if (open)
            printf("open\n");
        else
            printf("%llu\n", GetTickCount64() - start);
        CloseHandle(pipes[i]);
    }
}

static struct {
    ULONGLONG until;
    LONG admitted;
} siege;

static DWORD WINAPI besiege(void *unused)
{
    (void)unused;
    while (GetTickCount64() < siege.until) {
        const HANDLE pipe = CreateFileW(WIDE_PIPE_NAME, GENERIC_READ | GENERIC_WRITE, 0,
                                        NULL, OPEN_EXISTING, FILE_FLAG_OVERLAPPED, NULL);
        DWORD available;

        if (pipe == INVALID_HANDLE_VALUE) {
            WaitNamedPipeW(WIDE_PIPE_NAME, 100);
            continue;
        }
        InterlockedIncrement(&siege.admitted);
        while (PeekNamedPipe(pipe, NULL, 0, NULL, &available, NULL) &&
               GetTickCount64() < siege.until)
            Sleep(20);
        CloseHandle(pipe);
    }
    return 0;
}

static void lay_siege(int count, int seconds)
{
    HANDLE threads[CLIENTS_MAX];

    siege.until = GetTickCount64() + (ULONGLONG)seconds * 1000;
    printf("begun\n");
    fflush(stdout);
    for (int i = 0; i < count && i < CLIENTS_MAX; i++)
        threads[i] = CreateThread(NULL, 0, besiege, NULL, 0, NULL);
    for (int i = 0; i < count && i < CLIENTS_MAX; i++) {
        WaitForSingleObject(threads[i], INFINITE);
        CloseHandle(threads[i]);
    }
    printf("admitted %ld\n", siege.admitted);
}

/* No header declares it. */
int wmain(int count, wchar_t **arguments);

int wmain(int count, wchar_t **arguments)
{
    const wchar_t *verb = count > 2 ? arguments[1] : L"";

    if (wcscmp(verb, L"vanish") == 0 && count == 4) {
        vanish(arguments[2], (int)wcstol(arguments[3], NULL, 10));
    } else if (wcscmp(verb, L"silent") == 0) {
        be_silent((int)wcstol(arguments[2], NULL, 10));
    } else if (wcscmp(verb, L"siege") == 0 && count == 4) {
        lay_siege((int)wcstol(arguments[2], NULL, 10),
                  (int)wcstol(arguments[3], NULL, 10));
    } else if (wcscmp(verb, L"fill") == 0) {
        say(connect_to_service(), message, (DWORD)wcstoul(arguments[2], NULL, 10));
    } else if (wcscmp(verb, L"send") == 0) {
        const HANDLE pipe = connect_to_service();

        for (int i = 2; i < count; i++)
            say(pipe, message, from_hex(arguments[i]));
    } else {
        return 2;
    }
    return 0;
}
