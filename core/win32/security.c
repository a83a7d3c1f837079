/*
 * Security descriptors, made and judged.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/security.h"

#include "core/win32/program_path.h"
#include "core/win32/token.h"
#include "core/win32/utf.h"

#include <aclapi.h>
#include <sddl.h>

/* 0x120183 is PIPE_CLIENT_ACCESS. Denials first, as Windows expects. */
#define PIPE_SDDL                                                                        \
    L"O:BAG:BAD:P(D;;FA;;;NU)(D;;FA;;;AN)(A;;FA;;;SY)(A;;FA;;;BA)(A;;0x120183;;;IU)"     \
    L"S:(ML;;NW;;;ME)"
#define FOLDER_SDDL L"O:BAG:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)"

/* Whatever lets its holder change the object, what is in it, or who may do so. */
#define CHANGING_ACCESS                                                                  \
    (FILE_WRITE_DATA | FILE_APPEND_DATA | FILE_WRITE_EA | FILE_WRITE_ATTRIBUTES |        \
     FILE_DELETE_CHILD | DELETE | WRITE_DAC | WRITE_OWNER | GENERIC_WRITE |              \
     GENERIC_ALL | MAXIMUM_ALLOWED | ACCESS_SYSTEM_SECURITY)

static bool fail(struct error *err, DWORD code, const char *what, const char *path)
{
    if (code == ERROR_FILE_NOT_FOUND || code == ERROR_PATH_NOT_FOUND)
        return error_set(err, ERR_NOT_FOUND, "%s '%s': it does not exist", what, path);
    return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(code), "%s '%s'", what,
                            path);
}

static PSECURITY_DESCRIPTOR from_sddl(const wchar_t *sddl, const char *what,
                                      struct error *err)
{
    PSECURITY_DESCRIPTOR descriptor = NULL;

    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl, SDDL_REVISION_1,
                                                              &descriptor, NULL)) {
        error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(GetLastError()),
                         "make the access list of the %s", what);
        return NULL;
    }
    return descriptor;
}

PSECURITY_DESCRIPTOR security_pipe_descriptor(struct error *err)
{
    return from_sddl(PIPE_SDDL, "pipe", err);
}

static bool is_trusted(PSID sid, const struct user_sid *service_user)
{
    struct user_sid user;

    return IsWellKnownSid(sid, WinLocalSystemSid) ||
           IsWellKnownSid(sid, WinBuiltinAdministratorsSid) ||
           (user_sid_from_windows(sid, &user) && user_sid_equals(&user, service_user));
}

static bool refuse(struct error *err, const char *what, PSID sid)
{
    struct user_sid user;

    user_sid_from_windows(sid, &user);
    return error_set(err, ERR_ACCESS_DENIED, "%s %s", what, user.text);
}

static bool check_entry(const ACE_HEADER *entry, const struct user_sid *service_user,
                        struct error *err)
{
    switch (entry->AceType) {
    case ACCESS_DENIED_ACE_TYPE:
    case ACCESS_DENIED_OBJECT_ACE_TYPE:
    case ACCESS_DENIED_CALLBACK_ACE_TYPE:
        return true;
    case ACCESS_ALLOWED_ACE_TYPE: {
        /* Entries for inheritance only count too: they decide about the files inside.
         * SidStart is the SID's first word; Windows' own functions take it so. */
        ACCESS_ALLOWED_ACE *allowed = (ACCESS_ALLOWED_ACE *)(uintptr_t)entry;
        PSID sid = &allowed->SidStart;

        if ((allowed->Mask & CHANGING_ACCESS) == 0 || is_trusted(sid, service_user))
            return true;
        return refuse(err, "it can be changed by", sid);
    }
    default:
        return error_set(err, ERR_ACCESS_DENIED,
                         "its access list has an entry of type %u", entry->AceType);
    }
}

bool security_check_private(PSECURITY_DESCRIPTOR descriptor,
                            const struct user_sid *service_user, struct error *err)
{
    BOOL defaulted;
    BOOL has_dacl = FALSE;
    PSID owner = NULL;
    PACL dacl = NULL;

    if (!IsValidSecurityDescriptor(descriptor) ||
        !GetSecurityDescriptorOwner(descriptor, &owner, &defaulted) || owner == NULL ||
        !GetSecurityDescriptorDacl(descriptor, &has_dacl, &dacl, &defaulted))
        return error_set(err, ERR_ACCESS_DENIED, "its owner and access list are unknown");
    if (!is_trusted(owner, service_user))
        return refuse(err, "it is owned by", owner);
    if (!has_dacl || dacl == NULL || !IsValidAcl(dacl))
        return error_set(err, ERR_ACCESS_DENIED,
                         "it has no access list: everybody can "
                         "change it");
    for (DWORD i = 0; i < dacl->AceCount; i++) {
        void *entry = NULL;

        if (!GetAce(dacl, i, &entry))
            return error_set(err, ERR_ACCESS_DENIED, "its access list is malformed");
        if (!check_entry(entry, service_user, err))
            return false;
    }
    return true;
}

/* Opens the thing itself, never what a link points to. INVALID_HANDLE_VALUE on failure. */
static HANDLE open_unfollowed(const char *path, DWORD access, struct error *err)
{
    wchar_t wide[PROGRAM_PATH_SIZE];
    BY_HANDLE_FILE_INFORMATION info;
    HANDLE file;

    if (!utf16_from_utf8(path, wide, PROGRAM_PATH_SIZE)) {
        error_set(err, ERR_INVALID, "path '%s' is too long", path);
        return INVALID_HANDLE_VALUE;
    }
    file = CreateFileW(wide, access | FILE_READ_ATTRIBUTES,
                       FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                       OPEN_EXISTING,
                       FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT, NULL);
    if (file == INVALID_HANDLE_VALUE) {
        fail(err, GetLastError(), "open", path);
        return INVALID_HANDLE_VALUE;
    }
    if (!GetFileInformationByHandle(file, &info)) {
        fail(err, GetLastError(), "read attributes of", path);
    } else if ((info.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0) {
        error_set(err, ERR_ACCESS_DENIED, "'%s' is a link to somewhere else", path);
    } else {
        return file;
    }
    CloseHandle(file);
    return INVALID_HANDLE_VALUE;
}

bool security_check_private_path(const char *path, const struct user_sid *service_user,
                                 struct error *err)
{
    const HANDLE file = open_unfollowed(path, READ_CONTROL, err);
    PSECURITY_DESCRIPTOR descriptor = NULL;
    struct error reason = {0};
    DWORD status;
    bool ok;

    if (file == INVALID_HANDLE_VALUE)
        return false;
    status = GetSecurityInfo(file, SE_FILE_OBJECT,
                             OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION, NULL,
                             NULL, NULL, NULL, &descriptor);
    CloseHandle(file);
    if (status != ERROR_SUCCESS)
        return fail(err, status, "read the access list of", path);
    ok = security_check_private(descriptor, service_user, &reason);
    LocalFree(descriptor);
    if (!ok)
        error_set(err, ERR_ACCESS_DENIED, "'%s' is not safe: %s", path, reason.detail);
    return ok;
}

bool security_create_private_folder(const char *path, struct error *err)
{
    SECURITY_ATTRIBUTES attributes = {.nLength = sizeof attributes};
    wchar_t wide[PROGRAM_PATH_SIZE];
    DWORD status = ERROR_SUCCESS;

    if (!utf16_from_utf8(path, wide, PROGRAM_PATH_SIZE))
        return error_set(err, ERR_INVALID, "path '%s' is too long", path);
    attributes.lpSecurityDescriptor = from_sddl(FOLDER_SDDL, "data folder", err);
    if (attributes.lpSecurityDescriptor == NULL)
        return false;
    if (!CreateDirectoryW(wide, &attributes))
        status = GetLastError();
    LocalFree(attributes.lpSecurityDescriptor);
    if (status != ERROR_SUCCESS && status != ERROR_ALREADY_EXISTS)
        return fail(err, status, "create folder", path);
    return true;
}

bool security_repair_private_folder(const char *path, struct error *err)
{
    PSECURITY_DESCRIPTOR descriptor = NULL;
    HANDLE folder = INVALID_HANDLE_VALUE;
    BOOL ignored;
    PSID owner = NULL;
    PACL dacl = NULL;
    DWORD status;
    bool ok = false;

    descriptor = from_sddl(FOLDER_SDDL, "data folder", err);
    folder = open_unfollowed(path, READ_CONTROL | WRITE_DAC | WRITE_OWNER, err);
    if (descriptor == NULL || folder == INVALID_HANDLE_VALUE)
        goto done;
    if (!GetSecurityDescriptorOwner(descriptor, &owner, &ignored) ||
        !GetSecurityDescriptorDacl(descriptor, &ignored, &dacl, &ignored))
        goto done;
    /* Spreads to what is inside as far as that inherits. */
    status = SetSecurityInfo(folder, SE_FILE_OBJECT,
                             OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION |
                                 PROTECTED_DACL_SECURITY_INFORMATION,
                             owner, NULL, dacl, NULL);
    ok = status == ERROR_SUCCESS;
    if (!ok)
        fail(err, status, "set the access list of", path);

done:
    if (folder != INVALID_HANDLE_VALUE)
        CloseHandle(folder);
    LocalFree(descriptor);
    return ok;
}

bool security_is_owned_by_system(HANDLE handle)
{
    PSECURITY_DESCRIPTOR descriptor = NULL;
    PSID owner = NULL;
    bool owned;

    if (GetSecurityInfo(handle, SE_KERNEL_OBJECT, OWNER_SECURITY_INFORMATION, &owner,
                        NULL, NULL, NULL, &descriptor) != ERROR_SUCCESS)
        return false;
    owned = owner != NULL && (IsWellKnownSid(owner, WinLocalSystemSid) ||
                              IsWellKnownSid(owner, WinBuiltinAdministratorsSid));
    LocalFree(descriptor);
    return owned;
}
