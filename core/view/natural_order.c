/*
 * The order in which people look for names and addresses.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/natural_order.h"

#include <stddef.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int folded(char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c;
}

static const char *skip_zeros(const char *text)
{
    while (*text == '0' && is_digit(text[1]))
        text++;
    return text;
}

static size_t count_digits(const char *text)
{
    size_t count = 0;

    while (is_digit(text[count]))
        count++;
    return count;
}

/* Of any length, so nothing is converted. Moves both behind their numbers when they are equal. */
static int compare_numbers(const char **a, const char **b)
{
    const char *x = skip_zeros(*a);
    const char *y = skip_zeros(*b);
    const size_t x_count = count_digits(x);
    const size_t y_count = count_digits(y);

    if (x_count != y_count)
        return x_count < y_count ? -1 : 1;
    for (size_t i = 0; i < x_count; i++) {
        if (x[i] != y[i])
            return x[i] - y[i];
    }
    *a = x + x_count;
    *b = y + y_count;
    return 0;
}

int natural_compare(const char *a, const char *b)
{
    while (*a != '\0' && *b != '\0') {
        int order;

        if (is_digit(*a) && is_digit(*b))
            order = compare_numbers(&a, &b);
        else
            order = folded(*a++) - folded(*b++);
        if (order != 0)
            return order;
    }
    return (unsigned char)*a - (unsigned char)*b;
}

static bool begins_with(const char *text, const char *part)
{
    while (*part != '\0' && folded(*text) == folded(*part)) {
        text++;
        part++;
    }
    return *part == '\0';
}

bool natural_contains(const char *text, const char *part)
{
    while (*text != '\0' && !begins_with(text, part))
        text++;
    return begins_with(text, part);
}
