/*
 * A rule and its status in words and in JSON, the same wherever they are shown.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_CTL_RULE_WORDS_H
#define TIDEGATE_CTL_RULE_WORDS_H

#include "core/engine/report.h"

struct json;

#define RULE_WORD_SIZE 1024 /* holds each of the words below */

/* The name, or for a rule without one where it listens. */
void rule_words_title(const struct rule *rule, char out[RULE_WORD_SIZE]);

/* "private,domain from local-subnet", or "off". */
void rule_words_firewall(const struct rule *rule, char out[RULE_WORD_SIZE]);

/* "active", for a range that is not whole "waiting, 3 of 10 ports". */
void rule_words_state(const struct rule_status *status, char out[RULE_WORD_SIZE]);

/* What is wrong and what to do, "" if nothing is. */
void rule_words_reason(const struct rule_status *status, char out[RULE_WORD_SIZE]);

void rule_words_put_json(const struct report_rule *rule, const char *key,
                         struct json *json);

#endif
