/*
 * The domain's values as bytes: addresses, names of users, rules. Shared by requests,
 * replies and reports. Each value has one encoding only: what a kind does not use is not
 * written, and reading gives it as zeros.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_PROTOCOL_WIRE_VALUE_H
#define TIDEGATE_PROTOCOL_WIRE_VALUE_H

#include "core/model/rule.h"
#include "core/protocol/wire.h"

/* No encoded rule is shorter: what wire_get_count divides by. */
#define WIRE_RULE_SIZE_MIN 28

void wire_put_bool(struct wire_writer *writer, bool value);
void wire_put_address(struct wire_writer *writer, const struct address *address);
void wire_put_rule(struct wire_writer *writer, const struct rule *rule);
void wire_put_message(struct wire_writer *writer, const struct message *message);
void wire_put_error(struct wire_writer *writer, const struct error *error);

/* What may stand for "none". */
enum wire_presence { WIRE_REQUIRED, WIRE_OPTIONAL };

struct address wire_get_address(struct wire_reader *reader, enum wire_presence presence);
struct user_sid wire_get_user(struct wire_reader *reader, enum wire_presence presence);
struct rule_id wire_get_rule_id(struct wire_reader *reader, enum wire_presence presence);
uint16_t wire_get_port(struct wire_reader *reader); /* 1..65535 */

/* Id and owner may be "". Names its fields: "listen port", "remote addresses", … Checks the
 * form only; whether the rule makes sense is for rule_validate. */
void wire_get_rule(struct wire_reader *reader, struct rule *out);

/* A message that only a newer program knows is kept, inserts and all. */
void wire_get_message(struct wire_reader *reader, struct message *out);

/* ERR_NONE when there is none. */
void wire_get_error(struct wire_reader *reader, struct error *out);

#endif
