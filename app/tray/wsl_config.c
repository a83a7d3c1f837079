/*
 * The user's .wslconfig as it stands.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/wsl_config.h"

#include "core/base/mem.h"
#include "core/win32/wsl_hives.h"
#include "core/win32/wslconfig_file.h"

static int64_t now_ms(void)
{
    FILETIME now;

    GetSystemTimeAsFileTime(&now);
    return filetime_ms(&now);
}

static struct wslconfig defaults(void)
{
    struct wslconfig config = {0};
    struct error ignored = {0};

    return wslconfig_read("", 0, &config, &ignored) ? config : (struct wslconfig){0};
}

static void apply_policy(struct wsl_config *self)
{
    const struct wsl_policy policy = wsl_hives_read_policy();

    self->now = self->file;
    wsl_policy_apply(&policy, &self->now);
}

void wsl_config_init(struct wsl_config *self)
{
    struct error ignored = {0};

    *self = (struct wsl_config){.file = defaults()};
    if (!wslconfig_folder(self->folder, &ignored))
        self->folder[0] = L'\0';
    wsl_config_read(self);
    /* A file that is not there was so when the VM started, as far as anybody knows. */
    if (self->written_ms != 0)
        return;
    self->has_applied = self->is_known;
    self->applied = self->now;
}

void wsl_config_read(struct wsl_config *self)
{
    struct wslconfig_file file = {0};
    struct error ignored = {0};
    const bool was_there = self->written_ms != 0;

    self->is_known = self->folder[0] != L'\0' &&
                     wslconfig_file_read(self->folder, &file, &ignored) &&
                     wslconfig_read(file.bytes, file.size, &self->file, &ignored);
    if (!self->is_known)
        self->file = defaults();
    apply_policy(self);
    if (file.is_there)
        self->written_ms = file.written_ms;
    else if (was_there)
        self->written_ms = now_ms();
    wslconfig_file_clear(&file);
}

void wsl_config_new_vm(struct wsl_config *self, int64_t started_ms, bool was_seen)
{
    apply_policy(self);
    self->vm_started_ms = started_ms;
    self->has_applied = was_seen && self->is_known;
    self->applied = self->now;
}

const struct wslconfig *wsl_config_applied(const struct wsl_config *self)
{
    return self->vm_started_ms != 0 && self->has_applied ? &self->applied : &self->now;
}

void wsl_config_tell(const struct wsl_config *self, struct wsl_hint *hint)
{
    const struct config_age age = {.written_ms = self->written_ms,
                                   .vm_started_ms = self->vm_started_ms,
                                   .applied = self->has_applied ? &self->applied : NULL};

    hint->config_known = self->is_known;
    hint->configured =
        self->is_known ? wslconfig_mode(&self->now) : NETWORKING_MODE_UNKNOWN;
    hint->localhost_forwarding = self->is_known && self->now.localhost_forwarding;
    hint->config_is_newer = self->is_known && wslconfig_is_newer(&age, &self->now);
}

bool wsl_config_write_mode(struct wsl_config *self, enum networking_mode mode,
                           struct error *err)
{
    struct wslconfig_file file = {0};
    void *bytes = NULL;
    size_t size = 0;
    bool ok;

    if (!wslconfig_folder(self->folder, err) ||
        !wslconfig_file_read(self->folder, &file, err))
        return false;
    ok = wslconfig_with_mode(file.bytes, file.size, mode, &bytes, &size, err) &&
         wslconfig_file_replace(self->folder, &file, bytes, size, err);
    mem_free(bytes);
    wslconfig_file_clear(&file);
    if (ok)
        wsl_config_read(self);
    return ok;
}
