/*
 * Waits for the end of WSL's relay processes.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/relay_watch.h"

#include "core/base/mem.h"

/* On the heap: the thread pool keeps its address. */
struct relay_watch {
    uint32_t process_id;
    HANDLE process;
    PTP_WAIT wait;
    volatile LONG ended;
    HANDLE bell; /* borrowed */
};

static void CALLBACK on_ended(PTP_CALLBACK_INSTANCE instance, void *context,
                              PTP_WAIT wait, TP_WAIT_RESULT result)
{
    struct relay_watch *self = context;

    (void)instance;
    (void)wait;
    (void)result;
    InterlockedExchange(&self->ended, 1);
    SetEvent(self->bell);
}

static void drop(struct relay_watch_list *list, size_t index)
{
    struct relay_watch *relay = list->items[index];

    if (relay->wait != NULL) {
        SetThreadpoolWait(relay->wait, NULL, NULL);
        WaitForThreadpoolWaitCallbacks(relay->wait, TRUE);
        CloseThreadpoolWait(relay->wait);
    }
    CloseHandle(relay->process);
    mem_free(relay);
    list->items[index] = list->items[--list->count];
}

static bool is_named(uint32_t process_id, const uint32_t *process_ids, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (process_ids[i] == process_id)
            return true;
    }
    return false;
}

static bool is_watched(const struct relay_watch_list *list, uint32_t process_id)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i]->process_id == process_id)
            return true;
    }
    return false;
}

/* False when the process has ended already. */
static bool add(struct relay_watch_list *list, HANDLE bell, uint32_t process_id)
{
    struct relay_watch *relay;
    HANDLE process = OpenProcess(SYNCHRONIZE, FALSE, process_id);

    /* This code says that there is no such id; a protected process is there, and not watched. */
    if (process == NULL)
        return GetLastError() != ERROR_INVALID_PARAMETER;
    relay = mem_alloc(sizeof *relay);
    relay->process_id = process_id;
    relay->process = process;
    relay->bell = bell;
    relay->wait = CreateThreadpoolWait(on_ended, relay, NULL);
    *LIST_ADD(list) = relay;
    if (relay->wait == NULL)
        drop(list, list->count - 1);
    else
        SetThreadpoolWait(relay->wait, process, NULL);
    return true;
}

bool relay_watch_list_set(struct relay_watch_list *list, HANDLE bell,
                          const uint32_t *process_ids, size_t count)
{
    bool all_alive = true;

    for (size_t i = list->count; i-- > 0;) {
        if (!is_named(list->items[i]->process_id, process_ids, count))
            drop(list, i);
    }
    for (size_t i = 0; i < count && list->count < RELAY_WATCHES_MAX; i++) {
        if (!is_watched(list, process_ids[i]) && !add(list, bell, process_ids[i]))
            all_alive = false;
    }
    return all_alive;
}

bool relay_watch_list_take(struct relay_watch_list *list)
{
    bool ended = false;

    for (size_t i = list->count; i-- > 0;) {
        if (list->items[i]->ended == 0)
            continue;
        ended = true;
        drop(list, i);
    }
    return ended;
}

void relay_watch_list_clear(struct relay_watch_list *list)
{
    while (list->count > 0)
        drop(list, list->count - 1);
    LIST_CLEAR(list);
}
