/*
 * The data folder.
 * SPDX-License-Identifier: MIT
 */
#include "app/service/data_folder.h"

#include "core/base/text.h"
#include "core/win32/security.h"
#include "core/win32/token.h"
#include "core/win32/utf.h"

#define FOLDER "Data"
#define DATABASE "Data\\tidegate.db"
#define DATABASE_COPY DATABASE ".copy" /* made by core/store, which restores from it */
/* Made by the set-up program, which goes back to it as long as it is there. */
#define FORMER_DATABASE DATABASE ".before-setup"
#define DELETE_ATTEMPTS 20
#define DELETE_PAUSE_MS 100 /* a scanner opens a new file for a moment */

struct folder {
    char path[PROGRAM_PATH_SIZE];
    wchar_t wide[PROGRAM_PATH_SIZE];
    struct user_sid self; /* whom its access list may trust besides SYSTEM */
};

static bool find_folder(struct folder *out, struct error *err)
{
    return token_read_own_user(&out->self, err) &&
           program_path_beside(FOLDER, out->path, err) &&
           (utf16_from_utf8(out->path, out->wide, PROGRAM_PATH_SIZE) ||
            error_set(err, ERR_INVALID, "path '%s' is too long", out->path));
}

typedef bool visit(const struct folder *folder, const char *path, struct error *err);

/* Files only: the service makes no folders in there, and others' are left alone. All are
 * visited; false when one visit failed. */
static bool visit_files(const struct folder *folder, visit *each, struct error *err)
{
    wchar_t pattern[PROGRAM_PATH_SIZE + 2];
    WIN32_FIND_DATAW found;
    HANDLE search;
    bool ok = true;

    _snwprintf(pattern, sizeof pattern / sizeof pattern[0], L"%ls\\*", folder->wide);
    search = FindFirstFileW(pattern, &found);
    if (search == INVALID_HANDLE_VALUE)
        return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(GetLastError()),
                                "list the files of '%s'", folder->path);
    do {
        char name[MAX_PATH * 3];
        char path[PROGRAM_PATH_SIZE + sizeof name];

        if ((found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0 ||
            !utf8_from_utf16(found.cFileName, name, sizeof name))
            continue;
        snprintf(path, sizeof path, "%s\\%s", folder->path, name);
        ok = each(folder, path, err) && ok;
    } while (FindNextFileW(search, &found));
    FindClose(search);
    return ok;
}

static bool check_file(const struct folder *folder, const char *path, struct error *err)
{
    return security_check_private_path(path, &folder->self, err);
}

bool data_folder_open(char database_path[PROGRAM_PATH_SIZE], struct error *err)
{
    struct folder folder;

    /* A folder that was safe all the time has safe files only; but it may have been made safe
     * after somebody prepared them. */
    return find_folder(&folder, err) &&
           security_create_private_folder(folder.path, err) &&
           security_check_private_path(folder.path, &folder.self, err) &&
           visit_files(&folder, check_file, err) &&
           program_path_beside(DATABASE, database_path, err);
}

bool data_folder_install(struct error *err)
{
    struct folder folder;

    return find_folder(&folder, err) &&
           security_create_private_folder(folder.path, err) &&
           security_repair_private_folder(folder.path, err);
}

static bool has_file(const char *name)
{
    char path[PROGRAM_PATH_SIZE];
    wchar_t wide[PROGRAM_PATH_SIZE];

    return program_path_beside(name, path, NULL) &&
           utf16_from_utf8(path, wide, PROGRAM_PATH_SIZE) &&
           GetFileAttributesW(wide) != INVALID_FILE_ATTRIBUTES;
}

bool data_folder_has_database(void)
{
    return has_file(DATABASE) || has_file(DATABASE_COPY);
}

static bool delete_path(const char *path, struct error *err)
{
    wchar_t wide[PROGRAM_PATH_SIZE];

    if (utf16_from_utf8(path, wide, PROGRAM_PATH_SIZE) && DeleteFileW(wide))
        return true;
    return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(GetLastError()),
                            "delete '%s'", path);
}

bool data_folder_leave_former(struct error *err)
{
    char path[PROGRAM_PATH_SIZE];
    struct error reason = {0};

    if (!program_path_beside(FORMER_DATABASE, path, err))
        return false;
    for (int i = 0; i < DELETE_ATTEMPTS && has_file(FORMER_DATABASE); i++) {
        if (delete_path(path, &reason))
            return true;
        Sleep(DELETE_PAUSE_MS);
    }
    if (has_file(FORMER_DATABASE))
        *err = reason;
    return !has_file(FORMER_DATABASE);
}

static bool delete_file(const struct folder *folder, const char *path, struct error *err)
{
    (void)folder;
    return delete_path(path, err);
}

bool data_folder_remove(struct error *err)
{
    struct error reason = {0};
    struct folder folder;

    if (!find_folder(&folder, err))
        return false;
    if (!security_check_private_path(folder.path, &folder.self, &reason)) {
        if (reason.kind == ERR_NOT_FOUND)
            return true;
        *err = reason;
        return false;
    }
    if (!visit_files(&folder, delete_file, err))
        return false;
    return RemoveDirectoryW(folder.wide) ||
           error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(GetLastError()),
                            "remove folder '%s'", folder.path);
}
