/*
 * Rules as a file to keep or to carry to another PC: JSON, through SQLite's JSON functions.
 *
 *   {"tidegate": 1, "rules": [{"name": "web", "enabled": true, "listen": "3000",
 *     "connect": "wsl:3000", "firewall": "private,domain", "remote": "local-subnet",
 *     "comment": "", "forced": false}]}
 *
 * The values are spelled as on the command line. Only "listen" is needed, the rest is then as for a
 * new rule. Ids and owners stay behind: whoever imports the rules owns them.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_STORE_RULE_FILE_H
#define TIDEGATE_STORE_RULE_FILE_H

#include "core/base/error.h"
#include "core/model/rule.h"

#define RULE_FILE_VERSION 1
#define RULE_FILE_SIZE_MAX (1024u * 1024u)

/* Indented, with a line's end; owned by the caller (mem_free). */
char *rule_file_write(const struct rule_list *rules);

/* `text` is UTF-8 with a NUL behind it. Strict: ERR_INVALID names the rule by its number, the
 * field, its value and the accepted form; a key that is unknown or comes twice is refused. At most
 * RULES_PER_USER_MAX rules, each valid by itself. `out` is replaced. */
bool rule_file_read(const char *text, size_t size, struct rule_list *out,
                    struct error *err) MUST_CHECK;

#endif
