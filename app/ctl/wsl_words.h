/*
 * A user's WSL in words and in JSON.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_CTL_WSL_WORDS_H
#define TIDEGATE_CTL_WSL_WORDS_H

#include "core/wsl/wsl.h"

struct json;

#define WSL_WORDS_SIZE 400

/* "running, networking mode nat, address 172.28.211.5"; NULL view: "no traces of WSL". */
void wsl_words(const struct wsl_view *view, char out[WSL_WORDS_SIZE]);

/* An object; null without a view. */
void wsl_words_put_json(const struct wsl_view *view, const char *key, struct json *json);

#endif
