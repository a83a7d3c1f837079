/*
 * Reading access tokens.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/token.h"

#include "core/base/mem.h"
#include "core/win32/utf.h"

#include <sddl.h>

/* Owned; NULL with the failure in `err`. */
static void *query(HANDLE token, TOKEN_INFORMATION_CLASS what, const char *name,
                   struct error *err)
{
    DWORD size = 0;
    void *value;

    GetTokenInformation(token, what, NULL, 0, &size);
    value = mem_alloc(size);
    if (!GetTokenInformation(token, what, value, size, &size)) {
        error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(GetLastError()),
                         "read the caller's %s", name);
        mem_free(value);
        return NULL;
    }
    return value;
}

static bool query_number(HANDLE token, TOKEN_INFORMATION_CLASS what, DWORD *out)
{
    DWORD size = sizeof *out;

    return GetTokenInformation(token, what, out, sizeof *out, &size) != 0;
}

static bool read_user(HANDLE token, struct user_sid *out, struct error *err)
{
    TOKEN_USER *user = query(token, TokenUser, "user", err);
    struct user_sid sid;
    bool ok;

    if (user == NULL)
        return false;
    ok = user_sid_from_windows(user->User.Sid, &sid);
    mem_free(user);
    if (!ok)
        return error_set(err, ERR_SYSTEM, "the caller's SID has no text form");
    *out = sid;
    return true;
}

struct membership {
    bool in_effect; /* the group gives its rights */
    bool any;       /* ... or is there for denying only, as in a filtered token */
};

static bool read_membership(HANDLE token, struct membership *out, struct error *err)
{
    TOKEN_GROUPS *groups = query(token, TokenGroups, "groups", err);

    if (groups == NULL)
        return false;
    *out = (struct membership){0};
    for (DWORD i = 0; i < groups->GroupCount; i++) {
        const SID_AND_ATTRIBUTES *group = &groups->Groups[i];

        if (!IsWellKnownSid(group->Sid, WinBuiltinAdministratorsSid))
            continue;
        out->any = true;
        if ((group->Attributes & SE_GROUP_ENABLED) != 0 &&
            (group->Attributes & SE_GROUP_USE_FOR_DENY_ONLY) == 0)
            out->in_effect = true;
    }
    mem_free(groups);
    return true;
}

/* A filtered token's full twin: under Administrator protection the group may be missing from
 * the filtered one. */
static bool linked_token_is_administrator(HANDLE token)
{
    DWORD type = 0;
    TOKEN_LINKED_TOKEN *linked;
    struct membership membership = {0};

    if (!query_number(token, TokenElevationType, &type) ||
        type != TokenElevationTypeLimited)
        return false;
    linked = query(token, TokenLinkedToken, "linked token", NULL);
    if (linked == NULL)
        return false;
    if (!read_membership(linked->LinkedToken, &membership, NULL))
        membership.any = false;
    CloseHandle(linked->LinkedToken);
    mem_free(linked);
    return membership.any;
}

static bool read_integrity(HANDLE token, DWORD *out, struct error *err)
{
    TOKEN_MANDATORY_LABEL *label = query(token, TokenIntegrityLevel, "integrity", err);
    UCHAR count;

    if (label == NULL)
        return false;
    count = *GetSidSubAuthorityCount(label->Label.Sid);
    *out = count > 0 ? *GetSidSubAuthority(label->Label.Sid, (DWORD)count - 1)
                     : SECURITY_MANDATORY_UNTRUSTED_RID;
    mem_free(label);
    return true;
}

static bool is_restricted(HANDLE token, DWORD integrity)
{
    DWORD is_container = 1;

    /* What cannot be read counts as a container, unless Windows does not know the word. */
    if (!query_number(token, TokenIsAppContainer, &is_container))
        is_container = GetLastError() != ERROR_INVALID_PARAMETER;
    return integrity < SECURITY_MANDATORY_MEDIUM_RID || is_container != 0 ||
           IsTokenRestricted(token);
}

bool token_read_caller(HANDLE token, struct caller *out, struct error *err)
{
    struct caller caller = {0};
    struct membership membership;
    DWORD session_id = 0;
    DWORD integrity;

    if (!read_user(token, &caller.user, err) ||
        !read_membership(token, &membership, err) ||
        !read_integrity(token, &integrity, err))
        return false;
    if (!query_number(token, TokenSessionId, &session_id))
        return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(GetLastError()),
                                "read the caller's session");
    caller.session_id = session_id;
    caller.is_restricted = is_restricted(token, integrity);
    /* Who lowers his own integrity wants fewer rights. */
    caller.is_elevated = !caller.is_restricted && membership.in_effect &&
                         integrity >= SECURITY_MANDATORY_HIGH_RID;
    caller.is_administrator = membership.any || linked_token_is_administrator(token);
    *out = caller;
    return true;
}

bool token_read_pipe_client(HANDLE pipe, struct caller *out, struct error *err)
{
    HANDLE token = NULL;
    DWORD failure;
    bool ok;

    if (!ImpersonateNamedPipeClient(pipe))
        return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(GetLastError()),
                                "identify the pipe's client");
    failure = OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token)
                  ? ERROR_SUCCESS
                  : GetLastError();
    if (!RevertToSelf())
        TerminateProcess(GetCurrentProcess(), 1);
    if (failure != ERROR_SUCCESS)
        return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(failure),
                                "open the token of the pipe's client");
    ok = token_read_caller(token, out, err);
    CloseHandle(token);
    return ok;
}

bool token_read_own_user(struct user_sid *out, struct error *err)
{
    HANDLE token;
    bool ok;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(GetLastError()),
                                "open this process's token");
    ok = read_user(token, out, err);
    CloseHandle(token);
    return ok;
}

bool token_is_own_elevated(void)
{
    HANDLE token;
    struct caller self;
    bool ok;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return false;
    ok = token_read_caller(token, &self, NULL);
    CloseHandle(token);
    return ok && self.is_elevated;
}

bool user_sid_from_windows(PSID sid, struct user_sid *out)
{
    LPWSTR text = NULL;
    bool ok;

    out->text[0] = '\0';
    if (!IsValidSid(sid) || !ConvertSidToStringSidW(sid, &text))
        return false;
    ok = utf8_from_utf16(text, out->text, sizeof out->text);
    LocalFree(text);
    return ok;
}
