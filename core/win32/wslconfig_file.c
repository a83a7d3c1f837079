/*
 * The user's .wslconfig as a file.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/wslconfig_file.h"

#include "core/base/mem.h"
#include "core/wsl/wslconfig.h"

#include <aclapi.h>
#include <shlobj.h>

#include <string.h>
#include <wchar.h>

#define NEW_NAME L".wslconfig.tidegate-new"

static bool fail(struct error *err, DWORD code, const char *what)
{
    return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(code), "%s", what);
}

int64_t filetime_ms(const FILETIME *time)
{
    return (int64_t)(((uint64_t)time->dwHighDateTime << 32 | time->dwLowDateTime) / 10000);
}

bool wslconfig_folder(wchar_t out[MAX_PATH], struct error *err)
{
    wchar_t *folder = NULL;
    const HRESULT result = SHGetKnownFolderPath(&FOLDERID_Profile, 0, NULL, &folder);
    const bool fits = SUCCEEDED(result) && wcslen(folder) + 40 < MAX_PATH;

    if (fits)
        wcscpy_s(out, MAX_PATH, folder);
    CoTaskMemFree(folder);
    return fits || error_set_system(err, (uint32_t)result, "find the user's profile");
}

static bool path_of(const wchar_t *folder, const wchar_t *name, wchar_t out[MAX_PATH])
{
    return swprintf(out, MAX_PATH, L"%ls\\%ls", folder, name) > 0;
}

static bool read_bytes(HANDLE handle, size_t size, struct wslconfig_file *out,
                       struct error *err)
{
    DWORD got = 0;

    out->bytes = mem_alloc(size + 1);
    if (!ReadFile(handle, out->bytes, (DWORD)size, &got, NULL))
        return fail(err, GetLastError(), "read '.wslconfig'");
    out->size = got;
    return true;
}

static bool read_open(HANDLE handle, struct wslconfig_file *out, struct error *err)
{
    BY_HANDLE_FILE_INFORMATION info;

    if (!GetFileInformationByHandle(handle, &info))
        return fail(err, GetLastError(), "look at '.wslconfig'");
    if ((info.dwFileAttributes &
         (FILE_ATTRIBUTE_REPARSE_POINT | FILE_ATTRIBUTE_DIRECTORY)) != 0)
        return error_set(err, ERR_INVALID, ".wslconfig: is a link, or no file");
    if (info.nFileSizeHigh != 0 || info.nFileSizeLow > WSLCONFIG_SIZE_MAX)
        return error_set(err, ERR_INVALID, ".wslconfig: has more than %u bytes",
                         WSLCONFIG_SIZE_MAX);
    out->is_there = true;
    out->attributes = info.dwFileAttributes;
    out->write_time = info.ftLastWriteTime;
    out->written_ms = filetime_ms(&info.ftLastWriteTime);
    out->index = (uint64_t)info.nFileIndexHigh << 32 | info.nFileIndexLow;
    return read_bytes(handle, info.nFileSizeLow, out, err);
}

bool wslconfig_file_read(const wchar_t *folder, struct wslconfig_file *out,
                         struct error *err)
{
    struct wslconfig_file file = {0};
    wchar_t path[MAX_PATH];
    HANDLE handle;
    bool ok;

    if (!path_of(folder, WSLCONFIG_NAME, path))
        return error_set(err, ERR_INVALID, "the profile's path is too long");
    handle = CreateFileW(
        path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
        OPEN_EXISTING, FILE_FLAG_OPEN_REPARSE_POINT | FILE_FLAG_BACKUP_SEMANTICS, NULL);
    if (handle == INVALID_HANDLE_VALUE) {
        const DWORD code = GetLastError();

        if (code != ERROR_FILE_NOT_FOUND && code != ERROR_PATH_NOT_FOUND)
            return fail(err, code, "open '.wslconfig'");
        *out = file;
        return true;
    }
    ok = read_open(handle, &file, err);
    CloseHandle(handle);
    if (ok)
        *out = file;
    else
        wslconfig_file_clear(&file);
    return ok;
}

void wslconfig_file_clear(struct wslconfig_file *file)
{
    mem_free(file->bytes);
    *file = (struct wslconfig_file){0};
}

/* On the disk before anything points to it. */
static bool write_new(const wchar_t *path, const void *bytes, size_t size,
                      struct error *err)
{
    HANDLE handle;
    DWORD written = 0;
    bool ok;

    /* Left by a crash; CREATE_NEW then follows no link that somebody put there. */
    DeleteFileW(path);
    handle = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_NEW, FILE_ATTRIBUTE_NORMAL,
                         NULL);
    if (handle == INVALID_HANDLE_VALUE)
        return fail(err, GetLastError(), "create a file beside '.wslconfig'");
    ok = WriteFile(handle, bytes, (DWORD)size, &written, NULL) && written == size &&
         FlushFileBuffers(handle);
    if (!ok)
        fail(err, GetLastError(), "write beside '.wslconfig'");
    CloseHandle(handle);
    return ok;
}

static bool is_unchanged(const wchar_t *folder, const struct wslconfig_file *read,
                         struct error *err)
{
    struct wslconfig_file now = {0};
    bool same;

    if (!wslconfig_file_read(folder, &now, err))
        return false;
    same = now.is_there == read->is_there && now.size == read->size &&
           now.index == read->index &&
           CompareFileTime(&now.write_time, &read->write_time) == 0 &&
           (now.size == 0 || memcmp(now.bytes, read->bytes, now.size) == 0);
    wslconfig_file_clear(&now);
    return same || error_set(err, ERR_CONFLICT, ".wslconfig: was changed meanwhile");
}

static bool keep_backup(const wchar_t *folder, struct error *err)
{
    wchar_t path[MAX_PATH];
    wchar_t backup[MAX_PATH];

    if (!path_of(folder, WSLCONFIG_NAME, path) ||
        !path_of(folder, WSLCONFIG_BACKUP_NAME, backup))
        return error_set(err, ERR_INVALID, "the profile's path is too long");
    /* The last backup, or a link that somebody put there, which the copy would follow. */
    DeleteFileW(backup);
    return CopyFileW(path, backup, TRUE) ||
           fail(err, GetLastError(), "copy '.wslconfig' to its backup");
}

/* Access rights that somebody set on the file itself go over to the one that replaces it. */
static bool keep_access(const wchar_t *path, wchar_t *fresh, struct error *err)
{
    PSECURITY_DESCRIPTOR descriptor = NULL;
    SECURITY_DESCRIPTOR_CONTROL control = 0;
    PACL dacl = NULL;
    DWORD revision;
    DWORD status;

    status = GetNamedSecurityInfoW(path, SE_FILE_OBJECT, DACL_SECURITY_INFORMATION, NULL,
                                   NULL, &dacl, NULL, &descriptor);
    if (status != ERROR_SUCCESS)
        return fail(err, status, "read the access list of '.wslconfig'");
    if (!GetSecurityDescriptorControl(descriptor, &control, &revision))
        status = GetLastError();
    if (status == ERROR_SUCCESS)
        status = SetNamedSecurityInfoW(fresh, SE_FILE_OBJECT,
                                       DACL_SECURITY_INFORMATION |
                                           ((control & SE_DACL_PROTECTED) != 0
                                                ? PROTECTED_DACL_SECURITY_INFORMATION
                                                : UNPROTECTED_DACL_SECURITY_INFORMATION),
                                       NULL, NULL, dacl, NULL);
    LocalFree(descriptor);
    return status == ERROR_SUCCESS ||
           fail(err, status, "keep the access list of '.wslconfig'");
}

/*
 * By a renaming, which leaves no moment without the file. ReplaceFileW renames twice: between the
 * two WSL would find nothing and start with its defaults, and a crash would leave it so.
 */
static bool put_in_place(const wchar_t *folder, wchar_t *fresh,
                         const struct wslconfig_file *read, struct error *err)
{
    wchar_t path[MAX_PATH];

    if (!path_of(folder, WSLCONFIG_NAME, path))
        return error_set(err, ERR_INVALID, "the profile's path is too long");
    if (read->is_there && !keep_access(path, fresh, err))
        return false;
    if (read->is_there && !SetFileAttributesW(fresh, read->attributes))
        return fail(err, GetLastError(), "keep the attributes of '.wslconfig'");
    if (MoveFileExW(fresh, path,
                    MOVEFILE_WRITE_THROUGH |
                        (read->is_there ? MOVEFILE_REPLACE_EXISTING : 0)))
        return true;
    return fail(err, GetLastError(), "replace '.wslconfig'");
}

bool wslconfig_file_replace(const wchar_t *folder, const struct wslconfig_file *read,
                            const void *bytes, size_t size, struct error *err)
{
    wchar_t fresh[MAX_PATH];
    bool ok;

    if (read->is_there && (read->attributes & FILE_ATTRIBUTE_READONLY) != 0)
        return error_set(err, ERR_ACCESS_DENIED, ".wslconfig: is marked as read-only");
    if (!path_of(folder, NEW_NAME, fresh))
        return error_set(err, ERR_INVALID, "the profile's path is too long");
    ok = write_new(fresh, bytes, size, err) &&
         (!read->is_there || keep_backup(folder, err)) &&
         is_unchanged(folder, read, err) && put_in_place(folder, fresh, read, err);
    if (!ok)
        DeleteFileW(fresh);
    return ok;
}
