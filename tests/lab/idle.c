/*
 * Does nothing for ever, as the baseline of what Wine itself costs at rest. Like the programs it is
 * compared with it has waited through the thread pool once: Wine then keeps a worker that looks up
 * every five seconds.
 * SPDX-License-Identifier: MIT
 */
#include <windows.h>

static void CALLBACK do_nothing(void *context, BOOLEAN timed_out)
{
    (void)context;
    (void)timed_out;
}

int main(void)
{
    const HANDLE event = CreateEventW(NULL, FALSE, TRUE, NULL);
    HANDLE wait;

    if (!RegisterWaitForSingleObject(&wait, event, do_nothing, NULL, INFINITE,
                                     WT_EXECUTEDEFAULT))
        return 1;
    Sleep(INFINITE);
    return 0;
}
