/*
 * The machine's Path.
 * SPDX-License-Identifier: MIT
 */
#include "app/service/search_path.h"

#include "core/base/mem.h"
#include "core/win32/installation_stamp.h"
#include "core/win32/path_list.h"
#include "core/win32/program_path.h"
#include "core/win32/registry.h"
#include "core/win32/utf.h"

#define ENVIRONMENT_KEY                                                                  \
    L"SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment"
#define PATH_VALUE L"Path"
#define MARK_VALUE L"AddedToPath"

struct variable {
    HKEY key;
    DWORD type;
    wchar_t *text; /* owned */
    wchar_t folder[PROGRAM_PATH_SIZE];
};

static bool fail(struct error *err, LSTATUS status, const char *what)
{
    return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(status), "%s", what);
}

static bool find_folder(wchar_t out[PROGRAM_PATH_SIZE], struct error *err)
{
    char path[PROGRAM_PATH_SIZE];

    if (!program_path_own(path, err))
        return false;
    *strrchr(path, '\\') = '\0';
    if (strchr(path, ';') != NULL)
        return error_set(err, ERR_INVALID, "'%s' cannot stand in Path", path);
    return utf16_from_utf8(path, out, PROGRAM_PATH_SIZE) ||
           error_set(err, ERR_INVALID, "path '%s' is too long", path);
}

/* A PC without the variable has an empty one. */
static bool read_text(struct variable *path, struct error *err)
{
    const LSTATUS status =
        registry_read_long_text(path->key, PATH_VALUE, &path->type, &path->text);

    if (status == ERROR_UNSUPPORTED_TYPE)
        return error_set(err, ERR_INVALID, "Path is no text, and stays as it is");
    if (status != ERROR_SUCCESS && status != ERROR_FILE_NOT_FOUND)
        return fail(err, status, "read Path");
    if (status == ERROR_FILE_NOT_FOUND) {
        path->type = REG_EXPAND_SZ;
        path->text = mem_alloc(sizeof *path->text);
    }
    return true;
}

static void variable_clear(struct variable *path)
{
    mem_free(path->text);
    registry_close(&path->key);
}

static bool variable_open(struct variable *path, struct error *err)
{
    LSTATUS status;

    *path = (struct variable){0};
    if (!find_folder(path->folder, err))
        return false;
    status = RegOpenKeyExW(HKEY_LOCAL_MACHINE, ENVIRONMENT_KEY, 0,
                           KEY_QUERY_VALUE | KEY_SET_VALUE | KEY_WOW64_64KEY, &path->key);
    if (status != ERROR_SUCCESS)
        return fail(err, status, "open the machine's environment");
    if (read_text(path, err))
        return true;
    variable_clear(path);
    return false;
}

static bool write_text(const struct variable *path, const wchar_t *text, struct error *err)
{
    const DWORD size = (DWORD)((wcslen(text) + 1) * sizeof *text);
    const LSTATUS status =
        RegSetValueExW(path->key, PATH_VALUE, 0, path->type, (const BYTE *)text, size);

    return status == ERROR_SUCCESS || fail(err, status, "write Path");
}

static bool mark_put(struct error *err)
{
    const DWORD one = 1;
    const LSTATUS status = RegSetKeyValueW(HKEY_LOCAL_MACHINE, INSTALLATION_KEY,
                                           MARK_VALUE, REG_DWORD, &one, sizeof one);

    return status == ERROR_SUCCESS || fail(err, status, "remember the change of Path");
}

static bool mark_delete(struct error *err)
{
    const LSTATUS status =
        RegDeleteKeyValueW(HKEY_LOCAL_MACHINE, INSTALLATION_KEY, MARK_VALUE);

    return status == ERROR_SUCCESS || status == ERROR_FILE_NOT_FOUND ||
           fail(err, status, "forget the change of Path");
}

bool search_path_add(struct error *err)
{
    char program[PROGRAM_PATH_SIZE];
    struct variable path;
    wchar_t *longer;
    bool ok;

    if (!program_path_own_protected(program, err) || !variable_open(&path, err))
        return false;
    if (path_list_has(path.text, path.folder)) {
        variable_clear(&path);
        return true;
    }
    longer = mem_alloc(path_list_capacity(path.text, path.folder) * sizeof *longer);
    path_list_add(path.text, path.folder, longer);
    /* The mark first: a folder of ours that nobody takes out again would be worse. */
    ok = mark_put(err) && write_text(&path, longer, err);
    mem_free(longer);
    variable_clear(&path);
    return ok;
}

bool search_path_remove(struct error *err)
{
    struct variable path;
    bool ok;

    if (registry_read_number(HKEY_LOCAL_MACHINE, INSTALLATION_KEY, MARK_VALUE, 0) == 0)
        return true;
    if (!variable_open(&path, err))
        return false;
    ok = (!path_list_remove(path.text, path.folder) ||
          write_text(&path, path.text, err)) &&
         mark_delete(err);
    variable_clear(&path);
    return ok;
}
