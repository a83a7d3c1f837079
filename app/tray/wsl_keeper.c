/*
 * Keeps a distribution running while the user wants that.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/wsl_keeper.h"

#include "core/base/text.h"

#include <string.h>

#define ARGUMENTS_CAPACITY 640

/* A distribution lives as long as it has a client (facts/wsl.md §2). `cat` is in every one, waits
 * for its input without using any time, and ends with it: also when this program is killed, as
 * Windows then closes the pipe. `sleep infinity` would need newer tools, and ends only with a
 * kill. */
static const char command[] = "cat";

static bool is_right(const struct wsl_keeper *self)
{
    return self->wanted && strcmp(self->distribution, self->kept) == 0;
}

static bool is_registered(const char *name)
{
    struct distribution_list list = {0};
    bool found = false;

    wsl_distributions_read(&list);
    for (size_t i = 0; i < list.count; i++)
        found |= strcmp(list.items[i].name, name) == 0;
    distribution_list_clear(&list);
    return found;
}

static void start(struct wsl_keeper *self, int64_t now_ms)
{
    wchar_t arguments[ARGUMENTS_CAPACITY];
    struct wsl_installed installed;
    struct error ignored = {0};

    wsl_installed_read(&installed);
    if (installed.is_there && is_registered(self->distribution) &&
        wsl_exec_arguments(self->distribution, command, arguments, ARGUMENTS_CAPACITY) &&
        wsl_child_start(installed.program, arguments, &self->child, &ignored)) {
        (void)text_copy(self->kept, sizeof self->kept, self->distribution);
        wsl_keeping_started(&self->keeping, now_ms);
    } else {
        wsl_keeping_ended(&self->keeping, now_ms);
    }
}

void wsl_keeper_look(struct wsl_keeper *self, int64_t now_ms)
{
    if (self->keeping.runs &&
        WaitForSingleObject(self->child.process, 0) == WAIT_OBJECT_0) {
        wsl_child_end(&self->child);
        wsl_keeping_ended(&self->keeping, now_ms);
    }
    if (!is_right(self) && (self->keeping.runs || !self->wanted))
        wsl_keeper_end(self);
    if (wsl_keeping_starts(&self->keeping, self->wanted, now_ms))
        start(self, now_ms);
}

int64_t wsl_keeper_wait_ms(const struct wsl_keeper *self, int64_t now_ms)
{
    return wsl_keeping_wait_ms(&self->keeping, self->wanted, now_ms);
}

void wsl_keeper_end(struct wsl_keeper *self)
{
    wsl_child_end(&self->child);
    wsl_keeping_stopped(&self->keeping);
}
