/*
 * Requests that wait for an administrator's approval, each under a random ticket that is
 * good once and briefly (DESIGN.md §8). Plain values in a fixed table: time and randomness
 * come from the caller.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_PROTOCOL_TICKET_H
#define TIDEGATE_PROTOCOL_TICKET_H

#include "core/protocol/request.h"

#define TICKET_LIFE_MS 120000u
#define TICKET_CAPACITY 16
#define TICKETS_PER_USER 4
#define TICKET_RANDOM_SIZE 16

struct held_request {
    char ticket[TICKET_SIZE];  /* "": the slot is free */
    struct user_sid requester; /* who asked; a rule of the request is to be theirs */
    uint64_t held_at_ms;
    uint64_t order;         /* of holding; ties within a millisecond */
    struct request request; /* a copy of its own, see request_copy */
};

/* A zeroed table is a valid empty table. */
struct ticket_table {
    struct held_request items[TICKET_CAPACITY];
    uint64_t next_order;
};

/*
 * Holds a copy of the request and spells its ticket into `ticket`. `random` must be
 * unpredictable. A user who holds TICKETS_PER_USER already loses the oldest of them; when the
 * table is full of other users' tickets, the oldest of all goes (so one user can push out at
 * most TICKETS_PER_USER of the others').
 */
void ticket_hold(struct ticket_table *table, const struct user_sid *requester,
                 const struct request *request, const uint8_t random[TICKET_RANDOM_SIZE],
                 uint64_t now_ms, char ticket[TICKET_SIZE]);

/* Removes the held request and gives it to `out`, who clears its request. ERR_NOT_FOUND when the
 * ticket is unknown, used, dropped or TICKET_LIFE_MS old: all one answer, found in the same
 * time. */
bool ticket_take(struct ticket_table *table, const char *ticket, uint64_t now_ms,
                 struct held_request *out, struct error *err) MUST_CHECK;

void ticket_table_clear(struct ticket_table *table);

#endif
