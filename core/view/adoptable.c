/*
 * What scripts left behind that can be taken over.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/adoptable.h"

#include "core/base/mem.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
    const struct portproxy_key *left =
        &(*(const struct report_entry *const *)a)->entry.key;
    const struct portproxy_key *right =
        &(*(const struct report_entry *const *)b)->entry.key;

    if (left->port != right->port)
        return left->port < right->port ? -1 : 1;
    return left->type != right->type ? (int)left->type - (int)right->type
                                     : strcmp(left->listen, right->listen);
}

void adoptable_build(const struct report *report, struct adoptable_list *out)
{
    adoptable_clear(out);
    for (size_t i = 0; report != NULL && i < report->entry_count; i++) {
        if (report->entries[i].is_adoptable && out->count < RULES_PER_USER_MAX)
            *LIST_ADD(out) = &report->entries[i];
    }
    if (out->count > 0)
        qsort(out->items, out->count, sizeof *out->items, compare);
}

void adoptable_clear(struct adoptable_list *list)
{
    LIST_CLEAR(list);
}

size_t adoptable_count(const struct report *report)
{
    size_t count = 0;

    for (size_t i = 0; report != NULL && i < report->entry_count; i++)
        count += report->entries[i].is_adoptable;
    return count < RULES_PER_USER_MAX ? count : RULES_PER_USER_MAX;
}

void adoptable_label(const struct portproxy_entry *entry, char out[ADOPTABLE_TEXT_SIZE])
{
    struct text text = text_over(out, ADOPTABLE_TEXT_SIZE);
    const bool any_ipv4 = entry->key.type == PORTPROXY_V4TOV4 &&
                          (strcmp(entry->key.listen, "*") == 0 ||
                           strcmp(entry->key.listen, "0.0.0.0") == 0);

    if (!any_ipv4)
        text_append_format(
            &text, strchr(entry->key.listen, ':') ? "[%s]:" : "%s:", entry->key.listen);
    text_append_format(&text, "%u \u2192 %s:%u", entry->key.port, entry->value.connect,
                       entry->value.port);
}

static bool is_meant(const struct portproxy_key *key, const char *reference)
{
    char name[PORTPROXY_TEXT_SIZE];
    unsigned long port;

    if (text_parse_number(reference, UINT16_MAX, &port))
        return port == key->port;
    portproxy_key_format(key, name);
    return ascii_equals_ignoring_case(name, reference);
}

const struct report_entry *adoptable_find(const struct adoptable_list *list,
                                          const char *reference, struct error *err)
{
    const struct report_entry *found = NULL;

    for (size_t i = 0; i < list->count; i++) {
        if (!is_meant(&list->items[i]->entry.key, reference))
            continue;
        if (found != NULL) {
            error_set(err, ERR_INVALID,
                      "entry '%s': several match, name one as ADDRESS/PORT", reference);
            return NULL;
        }
        found = list->items[i];
    }
    if (found == NULL)
        error_set(err, ERR_NOT_FOUND,
                  "entry '%s': there is none that can be taken over; see 'adopt --list'",
                  reference);
    return found;
}

void adoptable_add(const struct report_entry *entry, struct adopt_request *out)
{
    *LIST_ADD(out) = entry->entry.key;
}
