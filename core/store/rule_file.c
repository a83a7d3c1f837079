/*
 * Rules as JSON, written and read by SQLite.
 * SPDX-License-Identifier: MIT
 */
#include "core/store/rule_file.h"

#include "core/base/mem.h"
#include "core/command/rule_edit.h"

#include <assert.h>
#include <sqlite3.h>
#include <string.h>

#define WORD_SIZE 1024 /* holds each field as it is spelled */

/* A database of its own, empty and in memory, for its functions. Only a lack of memory can fail. */
static sqlite3 *open_database(void)
{
    sqlite3 *db = NULL;
    const int status = sqlite3_open_v2(
        ":memory:", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY,
        NULL);

    assert(status == SQLITE_OK);
    (void)status;
    return db;
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    const int status = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

    assert(status == SQLITE_OK);
    (void)status;
    return statement;
}

static void bind_word(sqlite3_stmt *add, int position, const char *word)
{
    sqlite3_bind_text(add, position, word, -1, SQLITE_TRANSIENT);
}

static void add_rule(sqlite3_stmt *add, const struct rule *rule)
{
    char word[WORD_SIZE];

    bind_word(add, 1, rule->name);
    sqlite3_bind_int(add, 2, rule->enabled);
    rule_listen_format(&rule->listen, word, sizeof word);
    bind_word(add, 3, word);
    rule_connect_format(&rule->connect, word, sizeof word);
    bind_word(add, 4, word);
    rule_profiles_format(rule->scope.profiles, word, sizeof word);
    bind_word(add, 5, word);
    rule_remote_format(&rule->scope, word, sizeof word);
    bind_word(add, 6, word);
    bind_word(add, 7, rule->comment);
    sqlite3_bind_int(add, 8, rule->forced);
    sqlite3_step(add);
    sqlite3_reset(add);
}

static char *read_file_text(sqlite3 *db)
{
    static const char sql[] =
        "SELECT json_pretty(json_object('tidegate', ?1, 'rules',"
        " (SELECT json_group_array(json_object('name', name,"
        "   'enabled', json(iif(enabled, 'true', 'false')), 'listen', listen,"
        "   'connect', connect, 'firewall', firewall, 'remote', remote,"
        "   'comment', comment, 'forced', json(iif(forced, 'true', 'false'))))"
        "  FROM rule)), '  ') || char(10)";
    sqlite3_stmt *query = prepare(db, sql);
    const char *text;
    char *copy;

    sqlite3_bind_int(query, 1, RULE_FILE_VERSION);
    sqlite3_step(query);
    text = (const char *)sqlite3_column_text(query, 0);
    assert(text != NULL);
    copy = mem_alloc(strlen(text) + 1);
    memcpy(copy, text, strlen(text) + 1);
    sqlite3_finalize(query);
    return copy;
}

char *rule_file_write(const struct rule_list *rules)
{
    sqlite3 *db = open_database();
    sqlite3_stmt *add;
    char *text;

    sqlite3_exec(db,
                 "CREATE TABLE rule (name, enabled, listen, connect, firewall, remote,"
                 " comment, forced)",
                 NULL, NULL, NULL);
    add = prepare(db, "INSERT INTO rule VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    for (size_t i = 0; i < rules->count; i++)
        add_rule(add, &rules->items[i]);
    sqlite3_finalize(add);
    text = read_file_text(db);
    sqlite3_close(db);
    return text;
}

/* One member of an object, or item of an array; the texts are borrowed from the walk. */
struct member {
    const char *key;
    const char *type;  /* "text", "true", "integer", "object", ... */
    const char *value; /* a text itself; everything else as JSON */
    bool is_cut;       /* a text with U+0000 in it */
};

/* Goes through the members of one JSON value. */
static sqlite3_stmt *walk_begin(sqlite3 *db, const char *json)
{
    sqlite3_stmt *walk = prepare(db, "SELECT key, type, value FROM json_each(?1)");

    sqlite3_bind_text(walk, 1, json, -1, SQLITE_TRANSIENT);
    return walk;
}

static bool walk_next(sqlite3_stmt *walk, struct member *out)
{
    const char *key;

    if (sqlite3_step(walk) != SQLITE_ROW)
        return false;
    key = (const char *)sqlite3_column_text(walk, 0);
    /* One with U+0000 in it is none of ours, whatever stands before that. */
    out->key =
        key != NULL && strlen(key) == (size_t)sqlite3_column_bytes(walk, 0) ? key : "";
    out->type = (const char *)sqlite3_column_text(walk, 1);
    out->value = (const char *)sqlite3_column_text(walk, 2);
    if (out->value == NULL)
        out->value = "null";
    out->is_cut = sqlite3_column_type(walk, 2) == SQLITE_TEXT &&
                  strlen(out->value) != (size_t)sqlite3_column_bytes(walk, 2);
    return true;
}

static bool is_type(const struct member *member, const char *type)
{
    return strcmp(member->type, type) == 0;
}

/* A value as an error shows it: short, and nothing that could steer a terminal. */
static void show_value(const struct member *member, char out[64])
{
    struct text text = text_over(out, 64);

    text_append(&text, is_type(member, "true")        ? "true"
                       : is_type(member, "false")     ? "false"
                       : utf8_is_plain(member->value) ? member->value
                                                      : "?");
    if (text.truncated)
        memcpy(out + text.length - 3, "...", 4);
}

enum { FIELD_ENABLED = RULE_FIELD_COMMENT + 1, FIELD_FORCED, FIELD_COUNT };

static const struct {
    const char *key;
    unsigned field; /* enum rule_field, or one of the above */
} fields[FIELD_COUNT] = {
    {"name", RULE_FIELD_NAME},         {"enabled", FIELD_ENABLED},
    {"listen", RULE_FIELD_LISTEN},     {"connect", RULE_FIELD_CONNECT},
    {"firewall", RULE_FIELD_PROFILES}, {"remote", RULE_FIELD_REMOTE},
    {"comment", RULE_FIELD_COMMENT},   {"forced", FIELD_FORCED},
};

/* One rule being read. */
struct reading {
    size_t number;
    unsigned seen; /* 1u << field */
    struct rule_edit edit;
    bool disabled;
};

static bool refuse(const struct reading *self, const struct member *member,
                   const char *accepted, struct error *err)
{
    char value[64];
    char key[64];
    const struct member key_as_value = {.type = "text", .value = member->key};

    show_value(member, value);
    show_value(&key_as_value, key);
    return error_set(err, ERR_INVALID, "rule %zu, %s '%s': %s", self->number, key, value,
                     accepted);
}

static bool read_switch(struct reading *self, const struct member *member, unsigned field,
                        struct error *err)
{
    const bool on = is_type(member, "true");

    if (!on && !is_type(member, "false"))
        return refuse(self, member, "must be true or false", err);
    if (field == FIELD_ENABLED)
        self->disabled = !on;
    else
        self->edit.forced = on;
    return true;
}

/* Puts the rule's number before what is wrong with it. */
static bool name_rule(const struct reading *self, const struct error *cause,
                      struct error *err)
{
    return error_set(err, ERR_INVALID, "rule %zu, %s", self->number, cause->detail);
}

static bool read_field(struct reading *self, const struct member *member, unsigned field,
                       struct error *err)
{
    struct error cause = {0};

    if (field >= FIELD_ENABLED)
        return read_switch(self, member, field, err);
    if (!is_type(member, "text") || member->is_cut)
        return refuse(self, member, "must be a text", err);
    return rule_edit_read(&self->edit, (enum rule_field)field, member->value, &cause) ||
           name_rule(self, &cause, err);
}

static bool read_member(struct reading *self, const struct member *member,
                        struct error *err)
{
    size_t i = 0;

    while (i < FIELD_COUNT && strcmp(fields[i].key, member->key) != 0)
        i++;
    if (i == FIELD_COUNT)
        return refuse(self, member,
                      "there is no such field; known are name, enabled, listen, connect, "
                      "firewall, remote, comment, forced",
                      err);
    if ((self->seen & 1u << fields[i].field) != 0)
        return refuse(self, member, "is given twice", err);
    self->seen |= 1u << fields[i].field;
    return read_field(self, member, fields[i].field, err);
}

static bool finish_rule(struct reading *self, struct rule *out, struct error *err)
{
    struct rule rule = rule_default();
    struct error cause = {0};

    if ((self->seen & 1u << RULE_FIELD_LISTEN) == 0)
        return error_set(err, ERR_INVALID, "rule %zu, listen: is missing", self->number);
    self->edit.disabled = self->disabled;
    rule_edit_apply(&self->edit, &rule);
    if (!rule_validate(&rule, &cause))
        return name_rule(self, &cause, err);
    *out = rule;
    return true;
}

static bool read_rule(sqlite3 *db, const char *json, size_t number, struct rule *out,
                      struct error *err)
{
    struct reading self = {.number = number};
    sqlite3_stmt *walk = walk_begin(db, json);
    struct member member;
    bool ok = true;

    while (ok && walk_next(walk, &member))
        ok = read_member(&self, &member, err);
    sqlite3_finalize(walk);
    return ok && finish_rule(&self, out, err);
}

static bool read_rules(sqlite3 *db, const char *json, struct rule_list *out,
                       struct error *err)
{
    sqlite3_stmt *walk = walk_begin(db, json);
    struct member member;
    bool ok = true;

    while (ok && walk_next(walk, &member)) {
        struct rule rule = {0};

        if (out->count == RULES_PER_USER_MAX)
            ok = error_set(err, ERR_INVALID, "rules: must be at most %d",
                           RULES_PER_USER_MAX);
        else if (!is_type(&member, "object"))
            ok = error_set(err, ERR_INVALID, "rule %zu: must be an object",
                           out->count + 1);
        else
            ok = read_rule(db, member.value, out->count + 1, &rule, err);
        if (ok)
            *LIST_ADD(out) = rule;
    }
    sqlite3_finalize(walk);
    return ok;
}

/* The outermost object. */
struct file_reading {
    sqlite3 *db;
    bool has_version, has_rules;
    struct rule_list rules;
};

static bool read_version(struct file_reading *self, const struct member *member,
                         struct error *err)
{
    char value[64];

    if (self->has_version)
        return error_set(err, ERR_INVALID, "tidegate: is given twice");
    show_value(member, value);
    if (!is_type(member, "integer") || strcmp(member->value, "1") != 0)
        return error_set(err, ERR_INVALID,
                         "tidegate '%s': must be %d, the only version of such files that "
                         "this program knows",
                         value, RULE_FILE_VERSION);
    self->has_version = true;
    return true;
}

static bool read_top(struct file_reading *self, const struct member *member,
                     struct error *err)
{
    char key[64];
    const struct member key_as_value = {.type = "text", .value = member->key};

    if (strcmp(member->key, "tidegate") == 0)
        return read_version(self, member, err);
    show_value(&key_as_value, key);
    if (strcmp(member->key, "rules") != 0)
        return error_set(err, ERR_INVALID,
                         "%s: there is no such field; known are tidegate and rules", key);
    if (self->has_rules)
        return error_set(err, ERR_INVALID, "rules: is given twice");
    if (!is_type(member, "array"))
        return error_set(err, ERR_INVALID, "rules: must be an array");
    self->has_rules = true;
    return read_rules(self->db, member->value, &self->rules, err);
}

static bool read_file(struct file_reading *self, const char *json, struct error *err)
{
    sqlite3_stmt *walk = walk_begin(self->db, json);
    struct member member;
    bool ok = true;

    while (ok && walk_next(walk, &member))
        ok = read_top(self, &member, err);
    sqlite3_finalize(walk);
    if (!ok)
        return false;
    if (!self->has_version)
        return error_set(err, ERR_INVALID, "tidegate: is missing: must be %d",
                         RULE_FILE_VERSION);
    return self->has_rules || error_set(err, ERR_INVALID, "rules: is missing");
}

/* Strict JSON (RFC 8259), and an object. */
static bool check_form(sqlite3 *db, const char *text, struct error *err)
{
    sqlite3_stmt *query = prepare(db, "SELECT json_valid(?1, 1), json_error_position(?1),"
                                      " iif(json_valid(?1, 1), json_type(?1), '')");
    bool ok;

    sqlite3_bind_text(query, 1, text, -1, SQLITE_STATIC);
    sqlite3_step(query);
    if (sqlite3_column_int(query, 0) == 0)
        ok = error_set(err, ERR_INVALID, "file: is not JSON, from character %d on",
                       sqlite3_column_int(query, 1));
    else
        ok = strcmp((const char *)sqlite3_column_text(query, 2), "object") == 0 ||
             error_set(err, ERR_INVALID, "file: must be an object");
    sqlite3_finalize(query);
    return ok;
}

bool rule_file_read(const char *text, size_t size, struct rule_list *out,
                    struct error *err)
{
    struct file_reading self = {0};
    bool ok;

    if (size > RULE_FILE_SIZE_MAX)
        return error_set(err, ERR_INVALID, "file of %zu bytes: must be at most %u", size,
                         RULE_FILE_SIZE_MAX);
    if (strlen(text) != size || !utf8_is_valid(text, size))
        return error_set(err, ERR_INVALID, "file: is not UTF-8 text");
    self.db = open_database();
    ok = check_form(self.db, text, err) && read_file(&self, text, err);
    sqlite3_close(self.db);
    if (!ok) {
        rule_list_clear(&self.rules);
        return false;
    }
    rule_list_clear(out);
    *out = self.rules;
    return true;
}
