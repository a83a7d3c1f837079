/*
 * Setting up and taking down, step by step.
 * SPDX-License-Identifier: MIT
 */
#include "app/service/install.h"

#include "app/service/autostart.h"
#include "app/service/data_folder.h"
#include "app/service/event_log.h"
#include "app/service/installation_mark.h"
#include "app/service/messages.h"
#include "app/service/registration.h"
#include "app/service/search_path.h"
#include "core/engine/engine.h"
#include "core/win32/windows_system.h"

#define WITHDRAW_LIMIT_MS 60000
#define WITHDRAW_LOOK_MS 1000

static bool complain(const struct error *err)
{
    message_complain(err);
    return false;
}

/* What the service works without. Each that fails is told, and decides nothing. */
static void put_conveniences(void)
{
    struct error err = {0};

    if (!event_log_register(&err))
        complain(&err);
    if (!autostart_put(&err))
        complain(&err);
}

bool install(void)
{
    char path[PROGRAM_PATH_SIZE];
    struct error err = {0};

    if (!program_path_own_protected(path, &err) || !registration_check(path, &err) ||
        !data_folder_install(&err) || !registration_put(path, &err))
        return complain(&err);
    put_conveniences();
    if (!registration_start(&err))
        return complain(&err);
    /* Last: trays that see it start anew, and ask the service. */
    if (!installation_mark_put(TIDEGATE_VERSION, &err))
        complain(&err);
    message_say("The Tidegate service is installed and running.");
    return true;
}

/* The firewall's thread answers when it can, and each answer may let the next step go. */
static bool withdraw_until_done(struct engine *engine, HANDLE firewall_news,
                                struct error *err)
{
    const ULONGLONG until = GetTickCount64() + WITHDRAW_LIMIT_MS;

    while (!engine_withdraw_all(engine, err)) {
        if (GetTickCount64() >= until)
            return err->kind != ERR_NONE
                       ? false
                       : error_set(
                             err, ERR_UNAVAILABLE,
                             "withdraw firewall rules: Windows Firewall does not answer");
        WaitForSingleObject(firewall_news, WITHDRAW_LOOK_MS);
        *err = (struct error){0};
    }
    return true;
}

/* Whoever uninstalls expects the PC as it was before, and what a script had set up is a part of
 * that: taken over and withdrawn, its ports would be gone for good. */
static bool give_back(struct engine *engine, struct error *err)
{
    size_t count = 0;

    if (!engine_give_back_adopted(engine, &count, err))
        return false;
    if (count > 0)
        message_say("What was taken over from scripts is given back (%zu entries and "
                    "firewall rules).",
                    count);
    return true;
}

static bool withdraw(const struct uninstall_options *options, struct error *err)
{
    char database_path[PROGRAM_PATH_SIZE];
    struct windows_system *system = NULL;
    struct engine *engine = NULL;
    HANDLE firewall_news = NULL;
    bool ok = false;

    if (!data_folder_has_database())
        return true;
    if (!data_folder_open(database_path, err))
        return false;
    firewall_news = CreateEventW(NULL, FALSE, FALSE, NULL);
    if (firewall_news == NULL)
        return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(GetLastError()),
                                "create the firewall's event");
    system = windows_system_new(firewall_news, err);
    if (system == NULL)
        goto done;
    engine = engine_new(database_path, windows_system_seam(system), TIDEGATE_VERSION);
    ok = (options->keep_adopted || give_back(engine, err)) &&
         withdraw_until_done(engine, firewall_news, err);

done:
    if (engine != NULL)
        engine_free(engine);
    windows_system_free(system);
    /* firewall_news is left to the process's end, as its thread may be. */
    return ok;
}

/* They do no harm where they stay: somebody may protect one. */
static void remove_conveniences(void)
{
    bool (*const parts[])(struct error * err) = {autostart_delete, event_log_unregister,
                                                 search_path_remove,
                                                 installation_mark_delete};

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        struct error err = {0};

        if (!parts[i](&err))
            complain(&err);
    }
}

static void remove_data(bool withdrawn)
{
    struct error err = {0};

    if (!withdrawn)
        message_say("The data folder is kept: it remembers what could not be withdrawn.");
    else if (!data_folder_remove(&err))
        complain(&err);
}

bool uninstall(const struct uninstall_options *options)
{
    char path[PROGRAM_PATH_SIZE];
    struct error err = {0};
    bool withdrawn;
    bool ok;

    if (!program_path_own(path, &err) || !registration_check(path, &err))
        return complain(&err);
    /* A service that still runs would put back what is withdrawn. */
    if (!registration_stop(&err))
        return complain(&err);
    withdrawn = withdraw(options, &err);
    ok = withdrawn || complain(&err);
    if (!registration_delete(&err))
        ok = complain(&err);
    remove_conveniences();
    if (options->remove_data)
        remove_data(withdrawn);
    if (ok)
        message_say("The Tidegate service is uninstalled.");
    return ok;
}
