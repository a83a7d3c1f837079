/*
 * Checked memory. Running out of memory ends the program: Tidegate is a desktop
 * tool and its state survives a kill at any instruction, so a third of all error
 * paths is not worth having.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_BASE_MEM_H
#define TIDEGATE_BASE_MEM_H

#include <stddef.h>

/* Zeroed memory; never NULL. Release with mem_free. */
void *mem_alloc(size_t size);

/* Grows or shrinks an array to `count` items of `size` bytes; the product is checked. */
void *mem_resize(void *items, size_t count, size_t size);

/* mem_free(NULL) is harmless. */
void mem_free(void *memory);

/*
 * Makes room for one more item in a list `{ type *items; size_t count, capacity; }`
 * and gives the address of the new, zeroed item:
 *     struct rule *rule = LIST_ADD(rule_list);
 */
#define LIST_ADD(list)                                                                   \
    ((list)->items = mem_grow((list)->items, (list)->count, &(list)->capacity,           \
                              sizeof *(list)->items),                                    \
     &(list)->items[(list)->count++])

/* Returns a list to the valid empty state {0}. */
#define LIST_CLEAR(list)                                                                 \
    (mem_free((list)->items), (list)->items = NULL, (list)->count = (list)->capacity = 0)

/* For LIST_ADD: ensures capacity > count and zeroes item `count`. */
void *mem_grow(void *items, size_t count, size_t *capacity, size_t size);

#endif
