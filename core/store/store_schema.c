/*
 * The tables, and the way to them from every older version. A recorded database of each version
 * is in tests/data/store; a step here is never changed once it was released.
 * SPDX-License-Identifier: MIT
 */
#include "core/store/database.h"

#include <assert.h>

/* What a rule's or ledger row's number columns may hold is checked here as well as in the program:
 * a file edited by hand is found out when it is opened, not when it is applied.
 * The ledger's rule_id refers to no row: we still own what a deleted rule left behind.
 * A rule without listen_address and listen_interface listens on any address; one without
 * connect_address connects to WSL. */
static const char version_1[] =
    "CREATE TABLE rule ("
    "  sequence INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),"
    "  owner TEXT NOT NULL,"
    "  name TEXT NOT NULL,"
    "  comment TEXT NOT NULL,"
    "  enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),"
    "  forced INTEGER NOT NULL CHECK (forced IN (0, 1)),"
    "  listen_address TEXT,"
    "  listen_interface TEXT,"
    "  first_port INTEGER NOT NULL CHECK (first_port BETWEEN 1 AND 65535),"
    "  last_port INTEGER NOT NULL CHECK (last_port BETWEEN first_port AND 65535),"
    "  connect_address TEXT,"
    "  connect_port INTEGER NOT NULL CHECK (connect_port BETWEEN 1 AND 65535),"
    "  profiles INTEGER NOT NULL CHECK (profiles BETWEEN 0 AND 7),"
    "  remote TEXT NOT NULL," /* "local-subnet", "any", or a list of prefixes */
    "  CHECK (listen_address IS NULL OR listen_interface IS NULL)"
    ") STRICT;"

    "CREATE TABLE owned_entry ("
    "  type TEXT NOT NULL CHECK (type IN ('v4tov4', 'v4tov6', 'v6tov4', 'v6tov6')),"
    "  listen TEXT NOT NULL COLLATE NOCASE," /* the registry ignores case as well */
    "  port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),"
    "  rule_id TEXT NOT NULL,"
    "  confirmed_connect TEXT,"
    "  confirmed_port INTEGER CHECK (confirmed_port BETWEEN 1 AND 65535),"
    "  intent TEXT CHECK (intent IN ('write', 'remove'))," /* NULL: no change under way */
    "  intended_connect TEXT,"
    "  intended_port INTEGER CHECK (intended_port BETWEEN 1 AND 65535),"
    "  former_connect TEXT," /* what stood there before it was taken over */
    "  former_port INTEGER CHECK (former_port BETWEEN 1 AND 65535),"
    "  PRIMARY KEY (type, listen, port),"
    "  CHECK ((confirmed_connect IS NULL) = (confirmed_port IS NULL)),"
    "  CHECK ((intended_connect IS NULL) = (intended_port IS NULL)),"
    "  CHECK ((former_connect IS NULL) = (former_port IS NULL)),"
    "  CHECK ((intent IS 'write') = (intended_connect IS NOT NULL))"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE owned_firewall_rule ("
    "  name TEXT PRIMARY KEY NOT NULL,"
    "  rule_id TEXT NOT NULL,"
    "  intent TEXT CHECK (intent IN ('write', 'remove'))"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE owned_firewall_rule_fields ("
    "  name TEXT NOT NULL REFERENCES owned_firewall_rule (name) ON DELETE CASCADE,"
    "  role TEXT NOT NULL CHECK (role IN ('confirmed', 'intended')),"
    "  grouping TEXT NOT NULL,"
    "  enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),"
    "  inbound INTEGER NOT NULL CHECK (inbound IN (0, 1)),"
    "  allow INTEGER NOT NULL CHECK (allow IN (0, 1)),"
    "  protocol INTEGER NOT NULL CHECK (protocol BETWEEN 0 AND 256)," /* 256: any */
    "  profiles INTEGER NOT NULL CHECK (profiles BETWEEN 0 AND 2147483647)," /* so: all */
    "  local_ports TEXT NOT NULL,"
    "  local_addresses TEXT NOT NULL,"
    "  remote_addresses TEXT NOT NULL,"
    "  program TEXT NOT NULL,"
    "  service TEXT NOT NULL,"
    "  PRIMARY KEY (name, role)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE setting ("
    "  key TEXT PRIMARY KEY NOT NULL,"
    "  value TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE pause ("
    "  user_sid TEXT PRIMARY KEY NOT NULL"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE activity ("
    "  number INTEGER PRIMARY KEY,"
    "  time_ms INTEGER NOT NULL,"
    "  kind INTEGER NOT NULL CHECK (kind > 0),"
    "  text TEXT NOT NULL"
    ") STRICT;"

    "PRAGMA application_id = 0x54644774;";

static bool create_version_1(sqlite3 *db, struct error *err)
{
    if (sqlite3_exec(db, version_1, NULL, NULL, NULL) != SQLITE_OK)
        return database_fail(db, err, "create the tables");
    return true;
}

/* A line of the log had one text, a sentence; now its kind is the sentence, and the text becomes
 * the only argument of the kinds that older versions wrote. */
static const char version_2[] =
    "ALTER TABLE activity RENAME COLUMN text TO argument_1;"
    "ALTER TABLE activity ADD COLUMN argument_2 TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE activity ADD COLUMN argument_3 TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE activity ADD COLUMN rule_id TEXT NOT NULL DEFAULT '';"
    /* The words of a problem's subject, by number and with their inserts; 0: it has none. */
    "ALTER TABLE activity ADD COLUMN subject INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE activity ADD COLUMN subject_1 TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE activity ADD COLUMN subject_2 TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE activity ADD COLUMN subject_3 TEXT NOT NULL DEFAULT '';";

static bool split_activity(sqlite3 *db, struct error *err)
{
    if (sqlite3_exec(db, version_2, NULL, NULL, NULL) != SQLITE_OK)
        return database_fail(db, err, "give the log its arguments");
    return true;
}

/* What was taken over from a script, for undo, and what of it is under way. */
static const char adoption[] =
    "CREATE TABLE adopted_entry ("
    "  type TEXT NOT NULL CHECK (type IN ('v4tov4', 'v4tov6', 'v6tov4', 'v6tov6')),"
    "  listen TEXT NOT NULL COLLATE NOCASE,"
    "  port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),"
    "  owner TEXT NOT NULL,"
    "  rule_id TEXT NOT NULL," /* the rule that was made of it */
    "  former_connect TEXT NOT NULL,"
    "  former_port INTEGER NOT NULL CHECK (former_port BETWEEN 1 AND 65535),"
    "  undoing INTEGER NOT NULL CHECK (undoing IN (0, 1))," /* the former is being put back */
    "  PRIMARY KEY (type, listen, port)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE adopted_firewall_rule ("
    "  number INTEGER PRIMARY KEY,"
    "  owner TEXT NOT NULL,"
    "  state TEXT NOT NULL CHECK (state IN ('turning-off', 'off', 'turning-on')),"
    "  name TEXT NOT NULL,"
    "  inbound INTEGER NOT NULL CHECK (inbound IN (0, 1)),"
    "  profiles INTEGER NOT NULL CHECK (profiles BETWEEN 0 AND 7),"
    "  local_ports TEXT NOT NULL,"
    "  remote_addresses TEXT NOT NULL"
    ") STRICT;";

static bool add_adoption(sqlite3 *db, struct error *err)
{
    if (sqlite3_exec(db, adoption, NULL, NULL, NULL) != SQLITE_OK)
        return database_fail(db, err, "make room for what is taken over from scripts");
    return true;
}

/* Which firewall a rule is in: Windows Firewall, or the Hyper-V firewall in front of WSL. */
static const char firewall_kind[] =
    "ALTER TABLE owned_firewall_rule ADD COLUMN kind TEXT NOT NULL DEFAULT 'host'"
    " CHECK (kind IN ('host', 'hyperv'));";

static bool add_firewall_kind(sqlite3 *db, struct error *err)
{
    if (sqlite3_exec(db, firewall_kind, NULL, NULL, NULL) != SQLITE_OK)
        return database_fail(db, err, "tell one firewall from the other");
    return true;
}

/* Rules for what goes out have ports at the far end; the inbound ones of before have none. */
static bool add_remote_ports(sqlite3 *db, struct error *err)
{
    if (sqlite3_exec(db,
                     "ALTER TABLE owned_firewall_rule_fields"
                     " ADD COLUMN remote_ports TEXT NOT NULL DEFAULT ''",
                     NULL, NULL, NULL) != SQLITE_OK)
        return database_fail(db, err, "make room for outbound firewall rules");
    return true;
}

/* Step n leads from version n to version n + 1. */
static bool (*const steps[DATABASE_VERSION])(sqlite3 *db, struct error *err) = {
    create_version_1, split_activity, add_adoption, add_firewall_kind, add_remote_ports,
};

bool database_read_version(sqlite3 *db, int64_t *version, struct error *err)
{
    struct statement pragma = statement_prepare(db, "PRAGMA user_version");

    if (statement_next(&pragma))
        *version = statement_take_integer(&pragma, 0, INT32_MAX);
    return statement_finish(&pragma, err, "read the database's version");
}

static bool version_write(sqlite3 *db, int64_t version, struct error *err)
{
    char sql[64];

    snprintf(sql, sizeof sql, "PRAGMA user_version = %lld", (long long)version);
    return database_run(db, sql, err);
}

static bool take_steps(sqlite3 *db, int64_t version, int64_t last, struct error *err)
{
    for (; version < last; version++) {
        assert(steps[version] != NULL);
        if (!steps[version](db, err))
            return false;
    }
    return version_write(db, version, err);
}

bool database_migrate(sqlite3 *db, struct error *err)
{
    int64_t version = 0;

    if (!database_read_version(db, &version, err))
        return false;
    if (version == DATABASE_VERSION)
        return true;
    if (!database_run(db, "BEGIN IMMEDIATE", err))
        return false;
    if (take_steps(db, version, DATABASE_VERSION, err) && database_run(db, "COMMIT", err))
        return true;
    sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return false;
}

bool database_make_version(sqlite3 *db, int64_t version, struct error *err)
{
    return take_steps(db, 0, version, err);
}
