/*
 * Tells when the user's .wslconfig changes.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/wslconfig_watch.h"

#include "core/base/mem.h"
#include "core/win32/wslconfig_file.h"

#include <wchar.h>

#define BUFFER_SIZE 8192

struct wslconfig_watch {
    HANDLE folder;
    OVERLAPPED overlapped;
    bool is_armed;
    _Alignas(DWORD) BYTE buffer[BUFFER_SIZE];
};

static void arm(struct wslconfig_watch *self)
{
    self->is_armed =
        ReadDirectoryChangesW(self->folder, self->buffer, BUFFER_SIZE, FALSE,
                              FILE_NOTIFY_CHANGE_FILE_NAME |
                                  FILE_NOTIFY_CHANGE_LAST_WRITE | FILE_NOTIFY_CHANGE_SIZE,
                              NULL, &self->overlapped, NULL);
}

struct wslconfig_watch *wslconfig_watch_new(const wchar_t *folder)
{
    struct wslconfig_watch *self = mem_alloc(sizeof *self);

    self->overlapped.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
    self->folder = CreateFileW(folder, FILE_LIST_DIRECTORY,
                               FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                               NULL, OPEN_EXISTING,
                               FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OVERLAPPED, NULL);
    if (self->folder != INVALID_HANDLE_VALUE && self->overlapped.hEvent != NULL)
        arm(self);
    if (self->is_armed)
        return self;
    wslconfig_watch_free(self);
    return NULL;
}

void wslconfig_watch_free(struct wslconfig_watch *self)
{
    DWORD ignored;

    if (self == NULL)
        return;
    if (self->is_armed && CancelIoEx(self->folder, &self->overlapped))
        GetOverlappedResult(self->folder, &self->overlapped, &ignored, TRUE);
    if (self->folder != INVALID_HANDLE_VALUE)
        CloseHandle(self->folder);
    if (self->overlapped.hEvent != NULL)
        CloseHandle(self->overlapped.hEvent);
    mem_free(self);
}

HANDLE wslconfig_watch_event(const struct wslconfig_watch *self)
{
    return self->overlapped.hEvent;
}

static bool is_ours(const FILE_NOTIFY_INFORMATION *item)
{
    const size_t length = item->FileNameLength / sizeof(wchar_t);

    return length == wcslen(WSLCONFIG_NAME) &&
           _wcsnicmp(item->FileName, WSLCONFIG_NAME, length) == 0;
}

/* More changes than the buffer holds come as none at all. */
static bool names_ours(const struct wslconfig_watch *self, DWORD size)
{
    DWORD offset = 0;

    while (size > 0) {
        const FILE_NOTIFY_INFORMATION *item =
            (const FILE_NOTIFY_INFORMATION *)(const void *)(self->buffer + offset);

        if (is_ours(item))
            return true;
        if (item->NextEntryOffset == 0)
            return false;
        offset += item->NextEntryOffset;
    }
    return true;
}

bool wslconfig_watch_take(struct wslconfig_watch *self)
{
    DWORD size = 0;
    bool changed;

    if (!self->is_armed ||
        !GetOverlappedResult(self->folder, &self->overlapped, &size, FALSE)) {
        /* The folder went away, or the drive: no more news. */
        self->is_armed = false;
        ResetEvent(self->overlapped.hEvent);
        return false;
    }
    changed = names_ours(self, size);
    ResetEvent(self->overlapped.hEvent);
    arm(self);
    return changed;
}
