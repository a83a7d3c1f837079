/*
 * Writes one JSON value through SQLite's JSON functions, which know how to escape. Begin and end
 * nest; inside an object every value has a key, elsewhere the key is NULL.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_CTL_JSON_H
#define TIDEGATE_CTL_JSON_H

#include <stdbool.h>
#include <stdint.h>

struct json;

struct json *json_new(void);
void json_free(struct json *json); /* NULL is harmless */

void json_begin_object(struct json *json, const char *key);
void json_begin_array(struct json *json, const char *key);
void json_end(struct json *json);

void json_put_text(struct json *json, const char *key, const char *value);
void json_put_number(struct json *json, const char *key, int64_t value);
void json_put_bool(struct json *json, const char *key, bool value);
void json_put_null(struct json *json, const char *key);

/* The value whose outermost begin was ended last, in one line; "" before. Borrowed, until the
 * next call. */
const char *json_text(const struct json *json);

#endif
