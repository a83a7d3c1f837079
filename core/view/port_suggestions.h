/*
 * The ports on which something listens inside the user's WSL and which no rule forwards yet: what
 * the empty rules window offers to add, and the rule editor suggests.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_VIEW_PORT_SUGGESTIONS_H
#define TIDEGATE_VIEW_PORT_SUGGESTIONS_H

#include "core/view/view_state.h"

#define PORT_SUGGESTION_CAPACITY 12
#define PORT_LABEL_SIZE 40

struct port_suggestion {
    uint16_t port;
    const char *service; /* port_service_name: borrowed, static */
};

struct port_suggestions {
    struct port_suggestion items[PORT_SUGGESTION_CAPACITY]; /* by port */
    size_t count;
    size_t total; /* may be more than fit; the well-known ones and the lowest are kept */
};

/* Of `view->user` alone. Left out: ports that a rule of the user listens on or forwards to inside
 * WSL, and ports that a new rule may not have without force. NULL report: none. */
void port_suggestions_build(const struct view_state *view, struct port_suggestions *out);
bool port_suggestions_equal(const struct port_suggestions *a,
                            const struct port_suggestions *b);

/* What is usually found at the port: "PostgreSQL"; the same in every language. "" if not known.
 * Borrowed, static. */
const char *port_service_name(uint16_t port);

/* "3000", "5432 (PostgreSQL)". */
void port_suggestion_label(uint16_t port, char out[PORT_LABEL_SIZE]);

/* A new rule that forwards the port to the same one inside WSL, named after its service. */
struct rule port_suggestion_rule(uint16_t port);

#endif
