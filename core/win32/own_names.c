/*
 * Names of the account and of this PC.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/own_names.h"

#include "core/win32/utf.h"
#include "core/win32/wsl_installed.h"

#include <shlobj.h>
#include <wchar.h>
#include <windows.h>

static void keep(const wchar_t *name, const char *instead, struct redacted_name *out)
{
    if (name == NULL || !utf8_from_utf16(name, out->name, sizeof out->name))
        out->name[0] = '\0';
    out->instead = instead;
}

/* The profile's folder keeps the name an account had when it was made. */
static void read_profile(struct redacted_name *out)
{
    PWSTR path = NULL;
    const wchar_t *last = NULL;

    if (SUCCEEDED(SHGetKnownFolderPath(&FOLDERID_Profile, 0, NULL, &path)))
        last = wcsrchr(path, L'\\');
    keep(last != NULL ? last + 1 : NULL, "<user>", out);
    CoTaskMemFree(path);
}

void own_names_read(struct redaction *out)
{
    wchar_t name[REDACTION_NAME_SIZE];
    DWORD size = REDACTION_NAME_SIZE;

    *out = (struct redaction){0};
    keep(GetUserNameW(name, &size) ? name : NULL, "<user>", &out->names[0]);
    read_profile(&out->names[1]);
    size = REDACTION_NAME_SIZE;
    keep(GetComputerNameExW(ComputerNameDnsHostname, name, &size) ? name : NULL,
         "<computer>", &out->names[2]);
    size = REDACTION_NAME_SIZE;
    keep(GetComputerNameExW(ComputerNameNetBIOS, name, &size) ? name : NULL, "<computer>",
         &out->names[3]);
}

void windows_words(char out[WINDOWS_WORDS_SIZE])
{
    struct text text = text_over(out, WINDOWS_WORDS_SIZE);
    struct windows_version version;
    wchar_t locale[LOCALE_NAME_MAX_LENGTH];
    char language[LOCALE_NAME_MAX_LENGTH * 3];

    windows_version_read(&version);
    text_append_format(&text, "10.0.%u.%u", version.build, version.revision);
    if (GetUserDefaultLocaleName(locale, LOCALE_NAME_MAX_LENGTH) > 0 &&
        utf8_from_utf16(locale, language, sizeof language))
        text_append_format(&text, ", %s", language);
}
