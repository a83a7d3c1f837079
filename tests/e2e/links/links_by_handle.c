/*
 * For a build of the service that is led elsewhere: that a folder is a link is told of its handle,
 * too. Wine 8 tells it by the name alone, where Windows tells it of whatever was opened without
 * being followed.
 * SPDX-License-Identifier: MIT
 */
#include <stdbool.h>
#include <windows.h>

typedef HANDLE WINAPI create_file(const wchar_t *, DWORD, DWORD, SECURITY_ATTRIBUTES *,
                                  DWORD, DWORD, HANDLE);
typedef BOOL WINAPI read_file_information(HANDLE, BY_HANDLE_FILE_INFORMATION *);

extern create_file *const __real___imp_CreateFileW;
extern create_file *const __wrap___imp_CreateFileW;
extern read_file_information *const __real___imp_GetFileInformationByHandle;
extern read_file_information *const __wrap___imp_GetFileInformationByHandle;

/* What was opened last without being followed. Folders are looked at before there is a second
 * thread. */
static HANDLE unfollowed;
static bool is_link;

static HANDLE WINAPI open_file(const wchar_t *path, DWORD access, DWORD sharing,
                               SECURITY_ATTRIBUTES *security, DWORD creation, DWORD flags,
                               HANDLE template)
{
    const HANDLE file = (*__real___imp_CreateFileW)(path, access, sharing, security,
                                                    creation, flags, template);

    if ((flags & FILE_FLAG_OPEN_REPARSE_POINT) != 0) {
        const DWORD attributes = GetFileAttributesW(path);

        unfollowed = file;
        is_link = attributes != INVALID_FILE_ATTRIBUTES &&
                  (attributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0;
    }
    return file;
}

static BOOL WINAPI tell(HANDLE file, BY_HANDLE_FILE_INFORMATION *information)
{
    const BOOL ok = (*__real___imp_GetFileInformationByHandle)(file, information);

    if (ok && is_link && file == unfollowed)
        information->dwFileAttributes |= FILE_ATTRIBUTE_REPARSE_POINT;
    return ok;
}

create_file *const __wrap___imp_CreateFileW = open_file;
read_file_information *const __wrap___imp_GetFileInformationByHandle = tell;
