/*
 * The rule editor's fields as the user typed them, and a rule made of them. Knows which
 * field an error speaks of, so that the dialog can point at it.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_VIEW_RULE_FORM_H
#define TIDEGATE_VIEW_RULE_FORM_H

#include "core/model/rule.h"

#define FORM_PORT_SIZE 24
#define FORM_PLACE_SIZE (RULE_INTERFACE_NAME_SIZE + 8)
#define FORM_REMOTE_SIZE (RULE_REMOTE_CAPACITY * PREFIX_TEXT_SIZE)

enum rule_field {
    RULE_FIELD_NONE, /* the error speaks of no field, or of several */
    RULE_FIELD_NAME,
    RULE_FIELD_LISTEN_PLACE,
    RULE_FIELD_LISTEN_PORT,
    RULE_FIELD_CONNECT_PLACE,
    RULE_FIELD_CONNECT_PORT,
    RULE_FIELD_PROFILES,
    RULE_FIELD_REMOTE,
    RULE_FIELD_COMMENT,
    RULE_FIELD_COUNT
};

/* What the user picked from a list; PLACE_TYPED: the text counts. */
enum form_place { PLACE_TYPED, PLACE_ANY, PLACE_ANY_IPV6, PLACE_INTERFACE, PLACE_WSL };

struct rule_form {
    char name[RULE_TEXT_SIZE];
    char comment[RULE_TEXT_SIZE];
    bool enabled;
    bool forced;
    enum form_place listen_place;
    char listen_text[FORM_PLACE_SIZE]; /* PLACE_TYPED or the interface's name */
    char listen_port[FORM_PORT_SIZE];  /* "3000" or "8000-8010" */
    enum form_place connect_place;     /* PLACE_WSL or PLACE_TYPED */
    char connect_text[FORM_PLACE_SIZE];
    char connect_port[FORM_PORT_SIZE];
    unsigned profiles;
    enum remote_kind remote;
    char remote_text[FORM_REMOTE_SIZE]; /* REMOTE_LIST */
};

/* Port 0 shows as an empty field. */
void rule_form_show(const struct rule *rule, struct rule_form *out);

/*
 * Reads the form over `base` (whose id and owner stay) and checks the result with
 * rule_validate. ERR_INVALID otherwise; `out` is then as it was.
 */
bool rule_form_read(const struct rule_form *form, const struct rule *base,
                    struct rule *out, struct error *err) MUST_CHECK;

/* Whether the form is refused now, and would not be if the user insisted. */
bool rule_form_can_be_forced(const struct rule_form *form, const struct rule *base);

/* The field that the error's message is about; a conflict is about where the rule listens. */
enum rule_field rule_field_of(const struct error *err);

/* What the connect port shows while it follows: the first port of what was typed. */
void rule_form_following_port(const char *listen_port, char out[FORM_PORT_SIZE]);

#endif
