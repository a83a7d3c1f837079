/*
 * Many clients of the service at once, by the client code of the product itself.
 *
 *   pipe_crowd THREADS TIMES PAUSE   each thread connects so often, fetches the report, and goes;
 *                                    between connecting and asking it waits so many milliseconds.
 *                                    Prints "begun" when the first has its answer, what failed,
 *                                    and how many had their answer.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/base/mem.h"
#include "core/engine/report.h"
#include "core/win32/pipe_client.h"

#include <windows.h>

#include <stdio.h>
#include <wchar.h>

#define THREADS_MAX 32
#define CONNECT_TIMEOUT_MS 15000

static struct {
    int times;
    DWORD pause_ms;
    LONG answered;
    CRITICAL_SECTION printing;
} crowd;

/* At once, for whoever waits for it. */
static void print_line(const char *line)
{
    EnterCriticalSection(&crowd.printing);
    printf("%s\n", line);
    fflush(stdout);
    LeaveCriticalSection(&crowd.printing);
}

static void print_failure(const char *step, const struct error *err)
{
    char line[sizeof err->detail + 80];

    snprintf(line, sizeof line, "%s: message %d, 0x%08lX %s", step, (int)err->message.id,
             (unsigned long)err->os_code, err->detail);
    print_line(line);
}

static void take_turn(void)
{
    struct error err = {0};
    struct reply hello = {0};
    struct report *report = NULL;
    struct pipe_client *client = pipe_client_open(CONNECT_TIMEOUT_MS, &hello, &err);

    reply_clear(&hello);
    if (client == NULL) {
        print_failure("open", &err);
        return;
    }
    Sleep(crowd.pause_ms);
    report = pipe_client_fetch_report(client, &err);
    if (report == NULL)
        print_failure("fetch", &err);
    else if (InterlockedIncrement(&crowd.answered) == 1)
        print_line("begun");
    report_free(report);
    pipe_client_close(client);
}

static DWORD WINAPI take_turns(void *context)
{
    (void)context;
    for (int i = 0; i < crowd.times; i++)
        take_turn();
    return 0;
}

/* No header declares it. */
int wmain(int count, wchar_t **arguments);

int wmain(int count, wchar_t **arguments)
{
    HANDLE threads[THREADS_MAX];
    const int wanted = count == 4 ? (int)wcstol(arguments[1], NULL, 10) : 0;

    if (wanted < 1 || wanted > THREADS_MAX)
        return 2;
    crowd.times = (int)wcstol(arguments[2], NULL, 10);
    crowd.pause_ms = wcstoul(arguments[3], NULL, 10);
    InitializeCriticalSection(&crowd.printing);
    for (int i = 0; i < wanted; i++)
        threads[i] = CreateThread(NULL, 0, take_turns, NULL, 0, NULL);
    WaitForMultipleObjects((DWORD)wanted, threads, TRUE, INFINITE);
    printf("answered %ld of %d\n", crowd.answered, wanted * crowd.times);
    return 0;
}
