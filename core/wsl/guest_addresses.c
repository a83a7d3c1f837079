/*
 * The VM's address from what Linux commands print.
 * SPDX-License-Identifier: MIT
 */
#include "core/wsl/guest_addresses.h"

#include "core/base/text.h"

#include <string.h>

/* No word that matters is longer. */
#define WORD_SIZE 64

static bool ends_word(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0';
}

/* The next word of the line; false at its end. Longer words are cut, and then mean nothing. */
static bool next_word(const char **at, char word[WORD_SIZE])
{
    size_t length = 0;

    while (**at == ' ' || **at == '\t' || **at == '\r')
        (*at)++;
    if (**at == '\n' || **at == '\0')
        return false;
    for (; !ends_word(**at); (*at)++) {
        if (length < WORD_SIZE - 1)
            word[length++] = **at;
    }
    word[length] = '\0';
    return true;
}

static bool next_line(const char **at)
{
    while (**at != '\n' && **at != '\0')
        (*at)++;
    if (**at == '\0')
        return false;
    (*at)++;
    return true;
}

/* "172.28.1.2" or "172.28.1.2/20", also behind net-tools' "addr:". */
static bool parse_host(const char *word, struct address *out)
{
    const char *slash;
    char bare[WORD_SIZE];
    struct prefix prefix;

    if (strncmp(word, "addr:", 5) == 0)
        word += 5;
    text_copy(bare, sizeof bare, word);
    slash = strchr(word, '/');
    if (slash != NULL) {
        if (!prefix_parse(word, &prefix))
            return false;
        bare[slash - word] = '\0';
    }
    return address_parse(bare, out) && out->family == ADDRESS_IPV4;
}

static void add(struct guest_address_list *list, const struct address *address,
                bool secondary)
{
    if (address_is_loopback(address) || list->count == GUEST_ADDRESS_CAPACITY)
        return;
    for (size_t i = 0; i < list->count; i++) {
        if (address_equals(&list->items[i].address, address))
            return;
    }
    list->items[list->count++] = (struct guest_address){*address, secondary};
}

/* An address's own line ends with its kind:
 *     |-- 172.28.1.2
 *        /32 host LOCAL
 */
void guest_addresses_from_fib_trie(const char *text, struct guest_address_list *out)
{
    struct address address;
    bool has_address = false;

    *out = (struct guest_address_list){0};
    do {
        char words[3][WORD_SIZE] = {""};

        for (size_t i = 0; i < 3 && next_word(&text, words[i]); i++)
            ;
        if (strcmp(words[0], "|--") == 0)
            has_address = parse_host(words[1], &address);
        else if (has_address && strcmp(words[0], "/32") == 0 &&
                 strcmp(words[1], "host") == 0 && strcmp(words[2], "LOCAL") == 0)
            add(out, &address, false);
    } while (next_line(&text));
}

static bool has_word(const char *line, const char *wanted)
{
    char word[WORD_SIZE];

    while (next_word(&line, word)) {
        if (strcmp(word, wanted) == 0)
            return true;
    }
    return false;
}

/* The word behind "inet"; false when the line has none. What else looks like an address there is
 * its broadcast address, its mask or its peer. */
static bool inet_of(const char *line, struct address *out)
{
    char word[WORD_SIZE];

    while (next_word(&line, word)) {
        if (strcmp(word, "inet") == 0)
            return next_word(&line, word) && parse_host(word, out);
    }
    return false;
}

/* `ip -br addr`: "eth0  UP  172.28.1.2/20 fe80::1/64". */
static void add_brief_line(const char *line, struct guest_address_list *out)
{
    static const char *const states[] = {
        "UP", "DOWN", "UNKNOWN", "DORMANT", "TESTING", "NOTPRESENT", "LOWERLAYERDOWN"};
    char word[WORD_SIZE];
    struct address address;
    bool is_brief = false;

    if (!next_word(&line, word) || !next_word(&line, word))
        return;
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        is_brief = is_brief || strcmp(word, states[i]) == 0;
    while (is_brief && next_word(&line, word)) {
        if (strchr(word, '/') != NULL && parse_host(word, &address))
            add(out, &address, false);
    }
}

void guest_addresses_from_interfaces(const char *text, struct guest_address_list *out)
{
    *out = (struct guest_address_list){0};
    do {
        struct address address;

        if (inet_of(text, &address))
            add(out, &address, has_word(text, "secondary"));
        else
            add_brief_line(text, out);
    } while (next_line(&text));
}

static bool holds_only_addresses(const char *line)
{
    char word[WORD_SIZE];
    struct address address;

    while (next_word(&line, word)) {
        if (!parse_host(word, &address) && !address_parse(word, &address))
            return false;
    }
    return true;
}

void guest_addresses_from_words(const char *text, struct guest_address_list *out)
{
    *out = (struct guest_address_list){0};
    do {
        char word[WORD_SIZE];
        struct address address;

        if (!holds_only_addresses(text))
            continue;
        while (next_word(&text, word)) {
            if (parse_host(word, &address))
                add(out, &address, false);
        }
    } while (next_line(&text));
}

bool guest_address_pick(const struct guest_address_list *list,
                        const struct prefix *network, const struct address *gateway,
                        const struct adapter_list *adapters, struct address *out)
{
    const struct guest_address *best = NULL;

    for (size_t i = 0; i < list->count; i++) {
        const struct guest_address *item = &list->items[i];

        if (!prefix_has_host(network, &item->address) ||
            (gateway != NULL && address_equals(gateway, &item->address)) ||
            adapter_list_has_address(adapters, &item->address))
            continue;
        if (best == NULL || (best->secondary && !item->secondary))
            best = item;
    }
    if (best != NULL)
        *out = best->address;
    return best != NULL;
}
