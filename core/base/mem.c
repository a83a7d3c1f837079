/*
 * Checked memory.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *checked(void *memory)
{
    if (memory == NULL) {
        fputs("tidegate: out of memory\n", stderr);
        abort();
    }
    return memory;
}

void *mem_alloc(size_t size)
{
    return checked(calloc(1, size > 0 ? size : 1));
}

void *mem_resize(void *items, size_t count, size_t size)
{
    if (size > 0 && count > SIZE_MAX / size)
        abort();
    return checked(realloc(items, count * size > 0 ? count * size : 1));
}

void mem_free(void *memory)
{
    free(memory);
}

void *mem_grow(void *items, size_t count, size_t *capacity, size_t size)
{
    if (count == *capacity) {
        *capacity = *capacity > 0 ? *capacity * 2 : 4;
        items = mem_resize(items, *capacity, size);
    }
    memset((char *)items + count * size, 0, size);
    return items;
}
