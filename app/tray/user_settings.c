/*
 * HKCU\Software\Tidegate, and nothing else in the registry, is written by the tray.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/user_settings.h"

#include "core/view/startup_approval.h"

#include <wchar.h>

#define SETTINGS_KEY L"Software\\Tidegate"
#define WINDOWS_KEY L"Software\\Tidegate\\Windows"
#define APPROVAL_KEY                                                                     \
    L"Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\StartupApproved\\Run"
/* The name of the Run value that the installation writes. */
#define RUN_VALUE L"Tidegate"

#define LANGUAGE L"Language"
#define START_WITH_WINDOWS L"StartWithWindows"
#define NOTIFICATIONS L"Notifications"
#define KEEP_WSL L"KeepWslRunning"
#define DISTRIBUTION L"Distribution"

static bool read_switch(const wchar_t *name, bool otherwise)
{
    DWORD value = 0;
    DWORD size = sizeof value;

    if (RegGetValueW(HKEY_CURRENT_USER, SETTINGS_KEY, name, RRF_RT_REG_DWORD, NULL,
                     &value, &size) != ERROR_SUCCESS ||
        value > 1)
        return otherwise;
    return value == 1;
}

static void read_text(const wchar_t *name, wchar_t *out, size_t capacity)
{
    DWORD size = (DWORD)(capacity * sizeof *out);

    if (RegGetValueW(HKEY_CURRENT_USER, SETTINGS_KEY, name, RRF_RT_REG_SZ, NULL, out,
                     &size) != ERROR_SUCCESS)
        out[0] = L'\0';
}

void user_settings_read(struct user_settings *out)
{
    out->start_with_windows = read_switch(START_WITH_WINDOWS, true);
    out->notifications = read_switch(NOTIFICATIONS, true);
    read_text(LANGUAGE, out->language, LOCALE_NAME_MAX_LENGTH);
    out->keep_wsl = read_switch(KEEP_WSL, false);
    read_text(DISTRIBUTION, out->distribution, USER_DISTRIBUTION_SIZE);
}

static bool save(const wchar_t *name, DWORD type, const void *bytes, size_t size,
                 struct error *err)
{
    const LSTATUS status =
        RegSetKeyValueW(HKEY_CURRENT_USER, SETTINGS_KEY, name, type, bytes, (DWORD)size);

    return status == ERROR_SUCCESS ||
           error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(status),
                            "write 'HKCU\\Software\\Tidegate'");
}

static bool save_switch(const wchar_t *name, bool value, struct error *err)
{
    const DWORD number = value ? 1 : 0;

    return save(name, REG_DWORD, &number, sizeof number, err);
}

static bool save_text(const wchar_t *name, const wchar_t *text, struct error *err)
{
    return save(name, REG_SZ, text, (wcslen(text) + 1) * sizeof *text, err);
}

bool user_settings_save(const struct user_settings *settings, struct error *err)
{
    struct user_settings now;

    user_settings_read(&now);
    return (now.start_with_windows == settings->start_with_windows ||
            save_switch(START_WITH_WINDOWS, settings->start_with_windows, err)) &&
           (now.notifications == settings->notifications ||
            save_switch(NOTIFICATIONS, settings->notifications, err)) &&
           (wcscmp(now.language, settings->language) == 0 ||
            save_text(LANGUAGE, settings->language, err)) &&
           (now.keep_wsl == settings->keep_wsl ||
            save_switch(KEEP_WSL, settings->keep_wsl, err)) &&
           (wcscmp(now.distribution, settings->distribution) == 0 ||
            save_text(DISTRIBUTION, settings->distribution, err));
}

static bool is_turned_off_in(HKEY root)
{
    BYTE bytes[STARTUP_APPROVAL_SIZE];
    DWORD size = sizeof bytes;

    return RegGetValueW(root, APPROVAL_KEY, RUN_VALUE,
                        RRF_RT_REG_BINARY | RRF_SUBKEY_WOW6464KEY, NULL, bytes,
                        &size) == ERROR_SUCCESS &&
           startup_approval_is_off(bytes, size);
}

bool user_settings_startup_is_turned_off(void)
{
    /* The Run value is the machine's, and so is Windows' word on it; where the user alone may
     * decide, newer versions of Windows keep it with the user. */
    return is_turned_off_in(HKEY_LOCAL_MACHINE) || is_turned_off_in(HKEY_CURRENT_USER);
}

bool user_settings_read_bytes(const wchar_t *name, void *out, size_t size)
{
    DWORD there = 0;

    if (RegGetValueW(HKEY_CURRENT_USER, WINDOWS_KEY, name, RRF_RT_REG_BINARY, NULL, NULL,
                     &there) != ERROR_SUCCESS ||
        there != size)
        return false;
    return RegGetValueW(HKEY_CURRENT_USER, WINDOWS_KEY, name, RRF_RT_REG_BINARY, NULL,
                        out, &there) == ERROR_SUCCESS;
}

void user_settings_save_bytes(const wchar_t *name, const void *bytes, size_t size)
{
    /* A window that opens at its first place again is no failure to speak of. */
    (void)RegSetKeyValueW(HKEY_CURRENT_USER, WINDOWS_KEY, name, REG_BINARY, bytes,
                          (DWORD)size);
}
