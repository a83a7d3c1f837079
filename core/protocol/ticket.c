/*
 * Requests that wait for an administrator's approval.
 * SPDX-License-Identifier: MIT
 */
#include "core/protocol/ticket.h"

#include <string.h>

static bool is_free(const struct held_request *held)
{
    return held->ticket[0] == '\0';
}

static bool is_expired(const struct held_request *held, uint64_t now_ms)
{
    return now_ms - held->held_at_ms >= TICKET_LIFE_MS;
}

static void drop(struct held_request *held)
{
    request_clear(&held->request);
    *held = (struct held_request){0};
}

void ticket_table_clear(struct ticket_table *table)
{
    for (size_t i = 0; i < TICKET_CAPACITY; i++)
        drop(&table->items[i]);
}

static void drop_expired(struct ticket_table *table, uint64_t now_ms)
{
    for (size_t i = 0; i < TICKET_CAPACITY; i++) {
        if (!is_free(&table->items[i]) && is_expired(&table->items[i], now_ms))
            drop(&table->items[i]);
    }
}

/* The oldest ticket of `user` (NULL: of all), or NULL; *count is how many there are. */
static struct held_request *find_oldest(struct ticket_table *table,
                                        const struct user_sid *user, size_t *count)
{
    struct held_request *oldest = NULL;

    *count = 0;
    for (size_t i = 0; i < TICKET_CAPACITY; i++) {
        struct held_request *held = &table->items[i];

        if (is_free(held) || (user != NULL && !user_sid_equals(&held->requester, user)))
            continue;
        (*count)++;
        if (oldest == NULL || held->order < oldest->order)
            oldest = held;
    }
    return oldest;
}

/* A slot for one more ticket of `user`; what it held may be overwritten. */
static struct held_request *choose_slot(struct ticket_table *table,
                                        const struct user_sid *user)
{
    size_t count;
    struct held_request *const oldest_of_user = find_oldest(table, user, &count);
    struct held_request *oldest;

    if (count >= TICKETS_PER_USER)
        return oldest_of_user;
    oldest = find_oldest(table, NULL, &count);
    if (count == TICKET_CAPACITY)
        return oldest;
    for (size_t i = 0; i < TICKET_CAPACITY; i++) {
        if (is_free(&table->items[i]))
            return &table->items[i];
    }
    return oldest;
}

static void spell(const uint8_t random[TICKET_RANDOM_SIZE], char out[TICKET_SIZE])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < TICKET_RANDOM_SIZE; i++) {
        out[2 * i] = digits[random[i] >> 4];
        out[2 * i + 1] = digits[random[i] & 0x0F];
    }
    out[TICKET_SIZE - 1] = '\0';
}

void ticket_hold(struct ticket_table *table, const struct user_sid *requester,
                 const struct request *request, const uint8_t random[TICKET_RANDOM_SIZE],
                 uint64_t now_ms, char ticket[TICKET_SIZE])
{
    struct held_request *held;

    drop_expired(table, now_ms);
    held = choose_slot(table, requester);
    drop(held);
    held->requester = *requester;
    held->held_at_ms = now_ms;
    held->order = table->next_order++;
    held->request = request_copy(request);
    spell(random, held->ticket);
    memcpy(ticket, held->ticket, TICKET_SIZE);
}

/* Looks at every byte, whatever the first difference, so that the time tells nothing. */
static bool equals_in_constant_time(const char *a, const char *b)
{
    unsigned difference = 0;

    for (size_t i = 0; i < TICKET_SIZE; i++)
        difference |= (unsigned)(a[i] ^ b[i]);
    return difference == 0;
}

bool ticket_take(struct ticket_table *table, const char *ticket, uint64_t now_ms,
                 struct held_request *out, struct error *err)
{
    struct held_request *found = NULL;

    drop_expired(table, now_ms);
    if (ticket_text_is_valid(ticket)) {
        for (size_t i = 0; i < TICKET_CAPACITY; i++) {
            if (equals_in_constant_time(table->items[i].ticket, ticket))
                found = &table->items[i];
        }
    }
    if (found == NULL)
        return error_set(err, ERR_NOT_FOUND, "ticket: unknown, already used or expired");
    *out = *found;
    *found = (struct held_request){0};
    return true;
}
