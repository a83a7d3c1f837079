/*
 * Watches the installation's stamp.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/installation_watch.h"

#include "core/win32/key_watch.h"

#include <string.h>

/* On a thread of Windows' pool. */
static void CALLBACK on_bell(void *context, BOOLEAN timed_out)
{
    const struct installation_watch *self = context;

    (void)timed_out;
    PostMessageW(self->hwnd, WM_APP_INSTALLATION, 0, 0);
}

void installation_watch_start(struct installation_watch *self, HWND hwnd)
{
    const struct key_watch_spec spec = {.root = HKEY_LOCAL_MACHINE,
                                        .path = INSTALLATION_KEY,
                                        .floor = INSTALLATION_KEY_FLOOR};

    *self = (struct installation_watch){.hwnd = hwnd};
    installation_stamp_read(self->stamp);
    if (self->stamp[0] == '\0')
        return;
    self->bell = CreateEventW(NULL, FALSE, FALSE, NULL);
    if (self->bell == NULL)
        return;
    self->watch = key_watch_new(&spec, self->bell);
    if (!RegisterWaitForSingleObject(&self->wait, self->bell, on_bell, self, INFINITE,
                                     WT_EXECUTEDEFAULT))
        self->wait = NULL;
}

void installation_watch_stop(struct installation_watch *self)
{
    if (self->wait != NULL)
        UnregisterWaitEx(self->wait, INVALID_HANDLE_VALUE);
    key_watch_free(self->watch);
    if (self->bell != NULL)
        CloseHandle(self->bell);
    *self = (struct installation_watch){0};
}

enum installation_news installation_watch_take(struct installation_watch *self)
{
    char stamp[INSTALLATION_STAMP_SIZE];

    if (self->watch == NULL)
        return INSTALLATION_UNCHANGED;
    if (key_watch_take(self->watch) == KEY_WATCH_LOST) {
        key_watch_free(self->watch);
        self->watch = NULL;
    }
    installation_stamp_read(stamp);
    if (strcmp(stamp, self->stamp) == 0)
        return INSTALLATION_UNCHANGED;
    return stamp[0] == '\0' ? INSTALLATION_GONE : INSTALLATION_REPLACED;
}
