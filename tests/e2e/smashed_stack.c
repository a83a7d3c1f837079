/*
 * Prints the stack protector's guard, then writes beyond what it has on the stack:
 *
 *   smashed_stack loop | memset SIZE   "not noticed" and 0 if nobody minds
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/attributes.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

extern uintptr_t __stack_chk_guard;

static void write_by_loop(size_t size)
{
    char room[16];
    volatile char *at = room;

    for (size_t i = 0; i < size; i++)
        at[i] = 'x';
}

static int write_by_memset(size_t size)
{
    char room[16];

    memset(room, 'x', size);
    return ((volatile char *)room)[15];
}

/* No header declares it. */
int wmain(int count, wchar_t **arguments);

int wmain(int count, wchar_t **arguments)
{
    const size_t size = count == 3 ? wcstoul(arguments[2], NULL, 10) : 0;

    printf("%llx\n", (unsigned long long)__stack_chk_guard);
    fflush(stdout);
    if (size == 0)
        return 2;
    if (wcscmp(arguments[1], L"loop") == 0)
        write_by_loop(size);
    else
        write_by_memset(size);
    puts("not noticed");
    return 0;
}
