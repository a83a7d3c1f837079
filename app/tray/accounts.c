/*
 * Accounts of Windows.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/accounts.h"

#include "core/win32/utf.h"

#include <sddl.h>
#include <wchar.h>

#define NAME_SIZE 257 /* UNLEN and NUL; domains are no longer */

bool account_find(const wchar_t *name, struct user_sid *out)
{
    BYTE sid[SECURITY_MAX_SID_SIZE];
    wchar_t domain[NAME_SIZE];
    DWORD sid_size = sizeof sid;
    DWORD domain_size = ARRAYSIZE(domain);
    SID_NAME_USE use;
    wchar_t *text = NULL;
    bool ok;

    if (!LookupAccountNameW(NULL, name, sid, &sid_size, domain, &domain_size, &use) ||
        use != SidTypeUser || !ConvertSidToStringSidW(sid, &text))
        return false;
    ok = utf8_from_utf16(text, out->text, sizeof out->text);
    LocalFree(text);
    return ok;
}

static bool look_up(PSID sid, struct words *out)
{
    wchar_t name[NAME_SIZE];
    wchar_t domain[NAME_SIZE];
    DWORD name_size = ARRAYSIZE(name);
    DWORD domain_size = ARRAYSIZE(domain);
    SID_NAME_USE use;

    if (!LookupAccountSidW(NULL, sid, name, &name_size, domain, &domain_size, &use))
        return false;
    swprintf(out->text, WORDS_SIZE, domain[0] != L'\0' ? L"%ls\\%ls" : L"%ls%ls", domain,
             name);
    return true;
}

struct words account_name(const struct user_sid *user)
{
    struct words words = words_from_utf8(user->text);
    PSID sid = NULL;

    if (ConvertStringSidToSidW(words.text, &sid)) {
        look_up(sid, &words);
        LocalFree(sid);
    }
    return words;
}
