/*
 * Whatever bytes the database has, also one that somebody made by hand: it is found damaged, or
 * brought to this version and read. What breaks a rule's own checks is left out.
 * SPDX-License-Identifier: MIT
 */
#include "tests/fuzz/fuzz.h"

#include "core/base/mem.h"
#include "core/store/database.h"
#include "core/store/store.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* A database in memory has no WAL: it must say 1 in its header's versions. */
#define HEADER_SIZE 100
#define HEADER_VERSIONS 18
#define ACTIVITY_LIMIT 1000

static void check_rules(struct store *store)
{
    struct rule_list rules = {0};
    struct error err = {0};

    if (store_load_rules(store, &rules, NULL, &err)) {
        for (size_t i = 0; i < rules.count; i++)
            assert(rule_validate(&rules.items[i], &err));
    }
    rule_list_clear(&rules);
}

static bool is_rule_id(const struct rule_id *id)
{
    return id->text[0] == '\0' || rule_id_is_valid(id->text);
}

static void check_rows(struct store *store)
{
    struct ledger ledger = {0};
    struct adoption adoption = {0};
    struct settings settings;
    struct user_sid_list pauses = {0};
    struct activity_list activity = {0};
    struct told_mode_list told = {0};
    struct error err = {0};

    if (store_load_told_modes(store, &told, &err)) {
        for (size_t i = 0; i < told.count; i++)
            assert(user_sid_is_valid(told.items[i].user.text));
    }
    if (store_load_ledger(store, &ledger, &err)) {
        for (size_t i = 0; i < ledger.entry_count; i++)
            assert(is_rule_id(&ledger.entries[i].rule_id));
        for (size_t i = 0; i < ledger.firewall_rule_count; i++)
            assert(is_rule_id(&ledger.firewall_rules[i].rule_id));
    }
    if (store_load_adoption(store, &adoption, &err)) {
        for (size_t i = 0; i < adoption.entries.count; i++)
            assert(user_sid_is_valid(adoption.entries.items[i].owner.text));
    }
    if (store_load_settings(store, &settings, &err))
        assert(settings.allowed_user_count <= SETTINGS_USER_CAPACITY);
    if (store_load_pauses(store, &pauses, &err)) {
        for (size_t i = 0; i < pauses.count; i++)
            assert(user_sid_is_valid(pauses.items[i].text));
    }
    if (store_load_activity(store, NULL, ACTIVITY_LIMIT, &activity, &err))
        assert(activity.count <= ACTIVITY_LIMIT);
    ledger_clear(&ledger);
    adoption_clear(&adoption);
    LIST_CLEAR(&told);
    LIST_CLEAR(&pauses);
    LIST_CLEAR(&activity);
}

static void check_database(struct store *store)
{
    struct error err = {0};

    if (database_check(store->db, &err) != DATABASE_OURS ||
        !database_migrate(store->db, &err)) {
        assert(err.detail[0] != '\0');
        return;
    }
    check_rules(store);
    check_rows(store);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const unsigned flags = SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE;
    struct store *store = mem_alloc(sizeof *store);
    struct error err = {0};
    unsigned char *image = sqlite3_malloc64(size + 1);

    memcpy(image, bytes, size);
    if (size > HEADER_SIZE)
        memset(image + HEADER_VERSIONS, 1, 2);
    store->db = database_connect(":memory:", DATABASE_SHARED, &err);
    assert(store->db != NULL);
    if (sqlite3_deserialize(store->db, "main", image, (sqlite3_int64)size,
                            (sqlite3_int64)size, flags) == SQLITE_OK)
        check_database(store);
    store_close(store);
    return 0;
}

/* Small pages make small databases, in which a mutation finds a row more often than a void. */
static sqlite3 *new_database(void)
{
    struct error err = {0};
    sqlite3 *db = database_connect(":memory:", DATABASE_SHARED, &err);

    assert(db != NULL && database_run(db, "PRAGMA page_size = 512", &err));
    return db;
}

/* As tests/data/store recorded it; run where the project stands. */
static bool run_script(sqlite3 *db, const char *path)
{
    static char script[16384];
    FILE *file = fopen(path, "rb");
    size_t size;

    if (file == NULL)
        return false;
    size = fread(script, 1, sizeof script - 1, file);
    fclose(file);
    script[size] = '\0';
    return sqlite3_exec(db, script, NULL, NULL, NULL) == SQLITE_OK;
}

static void fill(sqlite3 *db)
{
    static const char rows[] =
        "INSERT INTO adopted_entry (type, listen, port, owner, rule_id, former_connect,"
        " former_port, undoing) VALUES ('v4tov4', '0.0.0.0', 80, 'S-1-5-21-1-2-3-1001',"
        " '0123abcd-0000-4000-8000-00000000000f', '172.28.1.2', 80, 0);"
        "INSERT INTO adopted_firewall_rule (owner, state, name, inbound, profiles,"
        " local_ports, remote_addresses) VALUES ('S-1-5-21-1-2-3-1001', 'off',"
        " 'WSL 2 Firewall Unlock', 1, 7, '80,443', '*');"
        "INSERT INTO setting (key, value) VALUES ('told-mode:S-1-5-21-1-2-3-1001',"
        " 'mirrored 6e1b8a3c-0f4d-4b57-9c55-2f1f8f0c7a11');";
    struct error err = {0};

    assert(database_migrate(db, &err));
    assert(sqlite3_exec(db, rows, NULL, NULL, NULL) == SQLITE_OK);
}

bool fuzz_seed(size_t index, struct wire_writer *out)
{
    static const char *const scripts[] = {
        NULL, "tests/data/store/version-1.sql", "tests/data/store/version-2.sql",
        "tests/data/store/version-3.sql", "tests/data/store/version-4.sql"};
    const size_t count = sizeof scripts / sizeof scripts[0];
    sqlite3_int64 size = 0;
    unsigned char *image;
    sqlite3 *db;

    if (index > count)
        return false;
    db = new_database();
    if (index < count && scripts[index] != NULL)
        assert(run_script(db, scripts[index]));
    else if (index == count)
        assert(run_script(db, scripts[count - 1]));
    if (index == 0 || index == count)
        fill(db);
    image = sqlite3_serialize(db, "main", &size, 0);
    assert(image != NULL);
    wire_put_bytes(out, image, (size_t)size);
    sqlite3_free(image);
    sqlite3_close(db);
    return true;
}
