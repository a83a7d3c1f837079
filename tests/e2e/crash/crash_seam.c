/*
 * For the test build of the service only (linked with --wrap=windows_system_seam): ends the process
 * at a chosen call of the seam, by HKLM\Software\TidegateLab, CrashAt (crash_point.h).
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/windows_system.h"
#include "tests/e2e/crash/crash_point.h"

static struct {
    const struct system *real;
    struct system wrapped;
    struct crash_point point;
} crash = {.point = {.value_name = L"CrashAt"}};

static bool observe(void *self, struct snapshot *out, struct error *err)
{
    crash_point_pass(&crash.point);
    return crash.real->observe(self, out, err);
}

static bool write_portproxy(void *self, const struct portproxy_entry *entry,
                            const struct portproxy_value *expected, struct error *err)
{
    const bool ends = crash_point_enter(&crash.point);

    return crash_point_leave(crash.real->portproxy_write(self, entry, expected, err),
                             ends);
}

static bool delete_portproxy(void *self, const struct portproxy_key *key,
                             const struct portproxy_value *expected, struct error *err)
{
    const bool ends = crash_point_enter(&crash.point);

    return crash_point_leave(crash.real->portproxy_delete(self, key, expected, err), ends);
}

static bool announce_portproxy(void *self, struct error *err)
{
    const bool ends = crash_point_enter(&crash.point);

    return crash_point_leave(crash.real->portproxy_announce(self, err), ends);
}

static bool flush_portproxy(void *self, struct error *err)
{
    const bool ends = crash_point_enter(&crash.point);

    return crash_point_leave(crash.real->portproxy_flush(self, err), ends);
}

static bool change_firewall(void *self, const struct firewall_changes *changes,
                            struct error *err)
{
    const bool ends = crash_point_enter(&crash.point);

    return crash_point_leave(crash.real->firewall_change(self, changes, err), ends);
}

const struct system *__real_windows_system_seam(struct windows_system *self);
const struct system *__wrap_windows_system_seam(struct windows_system *self);

const struct system *__wrap_windows_system_seam(struct windows_system *self)
{
    crash.real = __real_windows_system_seam(self);
    crash.wrapped = *crash.real;
    crash.wrapped.observe = observe;
    crash.wrapped.portproxy_write = write_portproxy;
    crash.wrapped.portproxy_delete = delete_portproxy;
    crash.wrapped.portproxy_announce = announce_portproxy;
    crash.wrapped.portproxy_flush = flush_portproxy;
    crash.wrapped.firewall_change = change_firewall;
    return &crash.wrapped;
}
