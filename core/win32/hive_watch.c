/*
 * Watches of the keys in users' hives where WSL leaves its traces.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/hive_watch.h"

#include "core/base/mem.h"
#include "core/win32/key_watch.h"
#include "core/win32/utf.h"
#include "core/win32/wsl_hives.h"

#include <stdio.h>

#define HIVE_PATH_SIZE (USER_SID_SIZE + 80)

static bool is_watched(const struct hive_watch_list *list, const struct user_sid *user)
{
    for (size_t i = 0; i < list->count; i++) {
        if (user_sid_equals(&list->items[i].user, user))
            return true;
    }
    return false;
}

static void clear(struct hive_watch *hive)
{
    key_watch_free(hive->lxss);
    key_watch_free(hive->local_devices);
    *hive = (struct hive_watch){0};
}

static void drop(struct hive_watch_list *list, size_t index)
{
    clear(&list->items[index]);
    list->items[index] = list->items[--list->count];
}

static struct key_watch *watch_key(const wchar_t *sid, const wchar_t *below, bool subtree,
                                   HANDLE bell)
{
    wchar_t path[HIVE_PATH_SIZE];
    const struct key_watch_spec spec = {
        .root = HKEY_USERS,
        .path = path,
        .floor = wcslen(sid),
        .subtree = subtree,
    };

    swprintf(path, HIVE_PATH_SIZE, L"%ls\\%ls", sid, below);
    return key_watch_new(&spec, bell);
}

/* False when the hive went away since its name was seen. */
static bool watch_hive(const struct user_sid *user, HANDLE bell, struct hive_watch *hive)
{
    wchar_t sid[USER_SID_SIZE];

    if (!utf16_from_utf8(user->text, sid, USER_SID_SIZE))
        return false;
    *hive = (struct hive_watch){
        .user = *user,
        .lxss = watch_key(sid, WSL_LXSS_PATH, true, bell),
        .local_devices = watch_key(sid, WSL_LOCAL_DEVICES_PATH, false, bell),
    };
    if (hive->lxss != NULL && hive->local_devices != NULL)
        return true;
    clear(hive);
    return false;
}

size_t hive_watch_list_find(struct hive_watch_list *list, HANDLE bell)
{
    struct hive_user_list users = {0};
    size_t found = 0;

    if (!wsl_hives_list_users(&users, NULL))
        return 0;
    for (size_t i = 0; i < users.count; i++) {
        struct hive_watch hive;

        if (is_watched(list, &users.items[i]) || !watch_hive(&users.items[i], bell, &hive))
            continue;
        *LIST_ADD(list) = hive;
        found++;
    }
    hive_user_list_clear(&users);
    return found;
}

bool hive_watch_list_take(struct hive_watch_list *list)
{
    bool changed = false;

    for (size_t i = list->count; i-- > 0;) {
        const enum key_watch_news lxss = key_watch_take(list->items[i].lxss);
        const enum key_watch_news devices = key_watch_take(list->items[i].local_devices);

        changed = changed || lxss != KEY_WATCH_QUIET || devices != KEY_WATCH_QUIET;
        /* Signed out before anybody told us. */
        if (lxss == KEY_WATCH_LOST || devices == KEY_WATCH_LOST)
            drop(list, i);
    }
    return changed;
}

void hive_watch_list_release(struct hive_watch_list *list, const struct user_sid *user)
{
    for (size_t i = list->count; i-- > 0;) {
        if (user == NULL || user_sid_equals(&list->items[i].user, user))
            drop(list, i);
    }
    if (list->count == 0)
        LIST_CLEAR(list);
}
