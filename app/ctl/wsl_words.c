/*
 * Words for WSL.
 * SPDX-License-Identifier: MIT
 */
#include "app/ctl/wsl_words.h"

#include "app/ctl/json.h"
#include "core/base/text.h"

void wsl_words(const struct wsl_view *view, char out[WSL_WORDS_SIZE])
{
    struct text text = text_over(out, WSL_WORDS_SIZE);
    char address[ADDRESS_TEXT_SIZE];

    if (view == NULL) {
        text_append(&text, "no traces of WSL for this user");
        return;
    }
    text_append_format(&text, "%s, networking mode %s, ", wsl_state_name(view->state),
                       networking_mode_name(view->mode));
    address_format(&view->address, address);
    if (view->address_known)
        text_append_format(&text, "address %s", address);
    else
        text_append(&text, "address unknown");
    if (view->problem[0] != '\0')
        text_append_format(&text, ": %s", view->problem);
}

void wsl_words_put_json(const struct wsl_view *view, const char *key, struct json *json)
{
    char address[ADDRESS_TEXT_SIZE];

    if (view == NULL) {
        json_put_null(json, key);
        return;
    }
    address_format(&view->address, address);
    json_begin_object(json, key);
    json_put_text(json, "state", wsl_state_name(view->state));
    json_put_text(json, "networking_mode", networking_mode_name(view->mode));
    if (view->address_known)
        json_put_text(json, "address", address);
    else
        json_put_null(json, "address");
    json_put_text(json, "problem", view->problem);
    json_begin_array(json, "evidence");
    for (size_t i = 0; i < view->evidence_count; i++)
        json_put_text(json, NULL, view->evidence[i]);
    json_end(json);
    json_end(json);
}
