/*
 * Which WSL is installed and which distributions a user has.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/wsl_installed.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/win32/registry.h"
#include "core/win32/utf.h"
#include "core/win32/wsl_hives.h"

#include <winternl.h>

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define MSI_PATH WSL_LXSS_PATH L"\\MSI"
#define SERVICES_PATH L"SYSTEM\\CurrentControlSet\\Services\\"
#define INBOX_SERVICE SERVICES_PATH L"LxssManager"
/* LXSS_DISTRO_FLAGS_VM_MODE; the value Version is the file system's (facts/wsl.md §7). */
#define FLAG_WSL2 0x8u
#define KEY_NAME_CAPACITY 256
#define KEYS_MAX 512

static bool is_file(const wchar_t *path)
{
    const DWORD attributes = GetFileAttributesW(path);

    return attributes != INVALID_FILE_ATTRIBUTES &&
           (attributes & FILE_ATTRIBUTE_DIRECTORY) == 0;
}

static bool find_installed(struct wsl_installed *out)
{
    char folder[MAX_PATH];
    wchar_t wide[MAX_PATH];
    const wchar_t *separator;

    registry_read_text(HKEY_LOCAL_MACHINE, MSI_PATH, L"InstallLocation", folder,
                       sizeof folder);
    if (folder[0] == '\0' || !utf16_from_utf8(folder, wide, MAX_PATH))
        return false;
    separator = wide[wcslen(wide) - 1] == L'\\' ? L"" : L"\\";
    if (swprintf(out->program, MAX_PATH, L"%ls%lswsl.exe", wide, separator) < 0 ||
        !is_file(out->program))
        return false;
    registry_read_text(HKEY_LOCAL_MACHINE, MSI_PATH, L"Version", out->version,
                       sizeof out->version);
    return true;
}

static bool find_inbox(struct wsl_installed *out)
{
    HKEY key = NULL;
    wchar_t folder[MAX_PATH];
    const bool has_service =
        registry_open(HKEY_LOCAL_MACHINE, INBOX_SERVICE, &key) == ERROR_SUCCESS;

    registry_close(&key);
    if (!has_service || GetSystemDirectoryW(folder, MAX_PATH) == 0 ||
        swprintf(out->program, MAX_PATH, L"%ls\\wsl.exe", folder) < 0)
        return false;
    out->is_inbox = true;
    return is_file(out->program);
}

void wsl_installed_read(struct wsl_installed *out)
{
    *out = (struct wsl_installed){0};
    out->is_there = find_installed(out) || find_inbox(out);
}

static bool read_distribution(const wchar_t *id, const char *default_id,
                              struct distribution *out)
{
    wchar_t path[KEY_NAME_CAPACITY + 80];
    char name[KEY_NAME_CAPACITY * 3];

    if (swprintf(path, sizeof path / sizeof path[0], WSL_LXSS_PATH L"\\%ls", id) < 0 ||
        !utf8_from_utf16(id, name, sizeof name))
        return false;
    out->is_default = ascii_equals_ignoring_case(name, default_id);
    registry_read_text(HKEY_CURRENT_USER, path, L"DistributionName", out->name,
                       sizeof out->name);
    /* Without that value as if it were of WSL 2, as in wsl_hives.c. */
    out->version = (registry_read_number(HKEY_CURRENT_USER, path, L"Flags", FLAG_WSL2) &
                    FLAG_WSL2) != 0
                       ? 2
                       : 1;
    return out->name[0] != '\0' && utf8_is_plain(out->name);
}

void wsl_distributions_read(struct distribution_list *out)
{
    char default_id[80];
    HKEY key = NULL;

    *out = (struct distribution_list){0};
    registry_read_text(HKEY_CURRENT_USER, WSL_LXSS_PATH, L"DefaultDistribution",
                       default_id, sizeof default_id);
    if (registry_open(HKEY_CURRENT_USER, WSL_LXSS_PATH, &key) != ERROR_SUCCESS)
        return;
    for (DWORD i = 0; i < KEYS_MAX && out->count < DISTRIBUTION_CAPACITY; i++) {
        wchar_t id[KEY_NAME_CAPACITY];
        DWORD length = KEY_NAME_CAPACITY;
        struct distribution item = {0};

        if (RegEnumKeyExW(key, i, id, &length, NULL, NULL, NULL, NULL) != ERROR_SUCCESS)
            break;
        if (id[0] == L'{' && read_distribution(id, default_id, &item))
            *LIST_ADD(out) = item;
    }
    registry_close(&key);
}

/* Declared by the driver kit's headers alone. */
NTSYSAPI NTSTATUS NTAPI RtlGetVersion(RTL_OSVERSIONINFOW *version);

void windows_version_read(struct windows_version *out)
{
    static const wchar_t path[] = L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";
    RTL_OSVERSIONINFOW version = {.dwOSVersionInfoSize = sizeof version};

    (void)RtlGetVersion(&version);
    out->build = (unsigned)version.dwBuildNumber;
    out->revision = (unsigned)registry_read_number(HKEY_LOCAL_MACHINE, path, L"UBR", 0);
}
