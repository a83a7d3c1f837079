/*
 * Waits for changes of one registry key, whether or not it exists yet.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/key_watch.h"

#include "core/base/mem.h"

#include <assert.h>
#include <string.h>

#define PATH_CAPACITY 320
/* Keys may come and go while we look for the nearest one. */
#define ARM_ATTEMPTS 16

/* One pending question to the registry. */
struct notification {
    HKEY key;       /* NULL: nothing is asked */
    HANDLE changed; /* auto-reset, set by the registry */
    PTP_WAIT wait;
    volatile LONG fired;
    HANDLE bell; /* borrowed */
};

struct key_watch {
    HKEY root;
    wchar_t path[PATH_CAPACITY];
    size_t length;
    size_t floor;
    bool subtree;
    struct notification target; /* the key itself, while it exists */
    /* The names below its parent, or below the nearest ancestor there is. Needed although the key
     * exists, because its deletion need not be reported on the key itself: Wine does not. */
    struct notification above;
    size_t above_length; /* of the part of the path that `above` is open on */
    bool renewed;        /* the last arming opened the key */
};

static void CALLBACK on_changed(PTP_CALLBACK_INSTANCE instance, void *context,
                                PTP_WAIT wait, TP_WAIT_RESULT result)
{
    struct notification *self = context;

    (void)instance;
    (void)wait;
    (void)result;
    InterlockedExchange(&self->fired, 1);
    SetEvent(self->bell);
}

static bool notification_init(struct notification *self, HANDLE bell)
{
    self->bell = bell;
    self->changed = CreateEventW(NULL, FALSE, FALSE, NULL);
    self->wait = CreateThreadpoolWait(on_changed, self, NULL);
    return self->changed != NULL && self->wait != NULL;
}

static void disarm(struct notification *self)
{
    if (self->key != NULL)
        RegCloseKey(self->key);
    self->key = NULL;
    /* Closing a key sets the event of a notification that is still pending (documented). */
    ResetEvent(self->changed);
}

static void notification_clear(struct notification *self)
{
    if (self->wait != NULL) {
        SetThreadpoolWait(self->wait, NULL, NULL);
        WaitForThreadpoolWaitCallbacks(self->wait, TRUE);
        CloseThreadpoolWait(self->wait);
    }
    if (self->changed != NULL) {
        disarm(self);
        CloseHandle(self->changed);
    }
}

static bool take_fired(struct notification *self)
{
    return InterlockedExchange(&self->fired, 0) != 0;
}

/* Asks about the key that has been opened; on failure there is none. */
static void ask(struct notification *self, bool subtree, DWORD filter)
{
    if (RegNotifyChangeKeyValue(self->key, subtree, filter | REG_NOTIFY_THREAD_AGNOSTIC,
                                self->changed, TRUE) == ERROR_SUCCESS)
        SetThreadpoolWait(self->wait, self->changed, NULL);
    else
        disarm(self);
}

/* Opens the key that the first `length` characters of the path name; else `*out` is NULL. */
static bool open_part(const struct key_watch *self, size_t length, HKEY *out)
{
    wchar_t part[PATH_CAPACITY];

    memcpy(part, self->path, length * sizeof *part);
    part[length] = L'\0';
    *out = NULL;
    return RegOpenKeyExW(self->root, part, 0,
                         KEY_NOTIFY | KEY_QUERY_VALUE | KEY_WOW64_64KEY,
                         out) == ERROR_SUCCESS;
}

/* The length without the last name; 0 for the root itself. Not for 0. */
static size_t parent_length(const struct key_watch *self, size_t length)
{
    do
        length--;
    // cppcheck-suppress arrayIndexOutOfBoundsCond ; it was above 0
    while (length > 0 && self->path[length] != L'\\');
    return length;
}

/* The length with one name more. */
static size_t child_length(const struct key_watch *self, size_t length)
{
    if (length > 0)
        length++;
    while (length < self->length && self->path[length] != L'\\')
        length++;
    return length;
}

static bool is_deleted(HKEY key)
{
    return RegQueryInfoKeyW(key, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                            NULL, NULL) != ERROR_SUCCESS;
}

/* A handle to a deleted key says nothing about its successor. One that is alive and has not fired
 * stays: closing it could lose what it is about to report. */
static void arm_target(struct key_watch *self)
{
    if (self->target.key != NULL && is_deleted(self->target.key))
        disarm(&self->target);
    if (self->target.key != NULL || !open_part(self, self->length, &self->target.key))
        return;
    ask(&self->target, self->subtree, REG_NOTIFY_CHANGE_NAME | REG_NOTIFY_CHANGE_LAST_SET);
    self->renewed = true;
}

/* False when even the floor is gone. */
static bool arm_above(struct key_watch *self)
{
    size_t length = self->length;

    if (self->above.key != NULL)
        return true;
    do {
        if (length <= self->floor)
            return false;
        length = parent_length(self, length);
    } while (!open_part(self, length, &self->above.key));
    self->above_length = length;
    ask(&self->above, false, REG_NOTIFY_CHANGE_NAME);
    return true;
}

/* Whether nothing can appear or go away now without our being told. */
static bool is_gapless(const struct key_watch *self)
{
    HKEY key;

    if (self->above.key == NULL)
        return false;
    if (self->target.key != NULL)
        return self->above_length == parent_length(self, self->length);
    if (!open_part(self, child_length(self, self->above_length), &key))
        return true;
    RegCloseKey(key);
    return false;
}

/* Asks about what is not asked yet: first above, so that the key is looked for while its coming
 * and going is reported already. False when even the floor is gone. */
static bool arm(struct key_watch *self)
{
    self->renewed = false;
    for (int i = 0; i < ARM_ATTEMPTS; i++) {
        if (!arm_above(self))
            return false;
        arm_target(self);
        if (is_gapless(self))
            return true;
        disarm(&self->above);
    }
    return true;
}

struct key_watch *key_watch_new(const struct key_watch_spec *spec, HANDLE bell)
{
    struct key_watch *self = mem_alloc(sizeof *self);

    self->root = spec->root;
    self->length = wcslen(spec->path);
    assert(self->length < PATH_CAPACITY);
    memcpy(self->path, spec->path, (self->length + 1) * sizeof *self->path);
    self->floor = spec->floor;
    self->subtree = spec->subtree;
    if (!notification_init(&self->target, bell) ||
        !notification_init(&self->above, bell) || !arm(self)) {
        key_watch_free(self);
        return NULL;
    }
    return self;
}

void key_watch_free(struct key_watch *self)
{
    if (self == NULL)
        return;
    notification_clear(&self->target);
    notification_clear(&self->above);
    mem_free(self);
}

enum key_watch_news key_watch_take(struct key_watch *self)
{
    const bool target_fired = take_fired(&self->target);
    const bool above_fired = take_fired(&self->above);
    /* The keys came and went too fast the last time. */
    const bool was_incomplete = self->above.key == NULL;
    const bool existed = self->target.key != NULL;

    if (!target_fired && !above_fired && !was_incomplete)
        return KEY_WATCH_QUIET;
    if (target_fired)
        disarm(&self->target);
    if (above_fired)
        disarm(&self->above);
    if (!arm(self))
        return KEY_WATCH_LOST;

    /* Other names beside ours are none of our business. */
    return target_fired || was_incomplete || self->renewed ||
                   existed != (self->target.key != NULL)
               ? KEY_WATCH_CHANGED
               : KEY_WATCH_QUIET;
}
