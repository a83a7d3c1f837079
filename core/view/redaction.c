/*
 * Replacing names and SIDs.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/redaction.h"

#include "core/model/rule.h"

#include <string.h>

/* More accounts than a PC has users share the last number. */
#define ACCOUNTS_MAX 32

struct accounts {
    char sids[ACCOUNTS_MAX][USER_SID_SIZE];
    size_t count;
};

static bool is_word_byte(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z') || byte == '_' ||
           ((unsigned char)byte & 0x80) != 0;
}

static char in_lower_case(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

static bool starts_with(const char *text, const char *word)
{
    for (; *word != '\0'; text++, word++) {
        if (in_lower_case(*text) != in_lower_case(*word))
            return false;
    }
    return true;
}

/* How many bytes of `at` are that name; `before` is the byte in front of it. */
static size_t match_name(const char *name, const char *at, char before)
{
    const size_t size = strlen(name);

    if (size == 0 || !starts_with(at, name) ||
        (is_word_byte(before) && is_word_byte(name[0])) ||
        (is_word_byte(at[size]) && is_word_byte(name[size - 1])))
        return 0;
    return size;
}

/* Accounts of this PC or a domain, and of Entra ID; those of Windows itself tell nothing. */
static size_t match_sid(const char *at, char before)
{
    const bool is_account = starts_with(at, "S-1-5-21-") || starts_with(at, "S-1-12-1-");

    return is_account && !is_word_byte(before) ? 4 + strspn(at + 4, "0123456789-") : 0;
}

static size_t number_of(struct accounts *accounts, const char *sid, size_t size)
{
    size_t i = 0;

    if (size >= USER_SID_SIZE)
        size = USER_SID_SIZE - 1;
    while (i < accounts->count && (strncmp(accounts->sids[i], sid, size) != 0 ||
                                   accounts->sids[i][size] != '\0'))
        i++;
    if (i == ACCOUNTS_MAX)
        return ACCOUNTS_MAX;
    if (i == accounts->count) {
        memcpy(accounts->sids[i], sid, size);
        accounts->sids[i][size] = '\0';
        accounts->count++;
    }
    return i + 1;
}

/* Appends what stands there instead and gives how much of `at` that is; 0 for nothing. */
static size_t replace(const struct redaction *redaction, struct accounts *accounts,
                      const char *at, char before, struct text *out)
{
    size_t size = match_sid(at, before);

    if (size > 0) {
        text_append_format(out, "<account %zu>", number_of(accounts, at, size));
        return size;
    }
    for (size_t i = 0; i < REDACTION_NAME_COUNT && size == 0; i++) {
        size = match_name(redaction->names[i].name, at, before);
        if (size > 0)
            text_append(out, redaction->names[i].instead);
    }
    return size;
}

void redaction_append(const struct redaction *redaction, const char *from,
                      struct text *out)
{
    struct accounts accounts = {0};
    const char *kept = from;
    const char *at = from;

    while (*at != '\0') {
        char piece[512];
        struct text text = TEXT_OVER(piece);
        const size_t size =
            replace(redaction, &accounts, at, at == from ? ' ' : at[-1], &text);

        if (size > 0) {
            text_append_format(out, "%.*s%s", (int)(at - kept), kept, piece);
            kept = at + size;
        }
        at += size > 0 ? size : 1;
    }
    text_append(out, kept);
}
