/*
 * Tables of cases in tests/data/.
 * SPDX-License-Identifier: MIT
 */
#include "tests/unit/case_file.h"

#include "core/base/mem.h"
#include "core/base/text.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_whole(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text;
    size_t size;

    ck_assert_msg(file != NULL, "%s is missing: run from the top folder", path);
    text = mem_alloc(1 << 20);
    size = fread(text, 1, (1 << 20) - 1, file);
    fclose(file);
    ck_assert_msg(size < (1 << 20) - 1, "%s is too large", path);
    return text;
}

static char *take_line(char **at)
{
    char *line = *at;
    char *end = strchr(line, '\n');

    ck_assert_msg(end != NULL, "the last line has no end: %s", line);
    *end = '\0';
    *at = end + 1;
    return line;
}

static void take_case(char **at, struct test_case *item)
{
    char *line = take_line(at);
    char *colon = strstr(line, ": ");
    char *end;
    struct text expectations = TEXT_OVER(item->expectations);

    ck_assert_msg(strncmp(line, "== ", 3) == 0 && colon != NULL, "no case: %s", line);
    *colon = '\0';
    ck_assert(text_copy(item->kind, sizeof item->kind, line + 3));
    ck_assert(text_copy(item->title, sizeof item->title, colon + 2));
    while (strcmp(line = take_line(at), "----") != 0)
        text_append_format(&expectations, "%s\n", line);
    ck_assert(!expectations.truncated);
    item->input = *at;
    end = strncmp(*at, "== ", 3) == 0 ? *at : strstr(*at, "\n== ");
    *at = end == NULL ? *at + strlen(*at) : end == item->input ? end : end + 1;
    item->input_size = (size_t)(*at - item->input);
}

void case_file_read(const char *path, struct case_file *out)
{
    char *text = read_whole(path);
    char *at = text;

    *out = (struct case_file){0};
    while (*at == '#')
        take_line(&at);
    while (*at != '\0')
        take_case(&at, LIST_ADD(out));
    for (size_t i = 0; i < out->count; i++) {
        struct test_case *item = &out->items[i];
        char *copy;

        if (case_expects(item, "bare") != NULL && item->input_size > 0)
            item->input_size--;
        copy = mem_alloc(item->input_size + 1);
        memcpy(copy, item->input, item->input_size);
        item->input = copy;
    }
    ck_assert_msg(out->count > 0, "%s has no cases", path);
    mem_free(text);
}

void case_file_clear(struct case_file *file)
{
    for (size_t i = 0; i < file->count; i++)
        mem_free(file->items[i].input);
    LIST_CLEAR(file);
}

const char *case_expects(const struct test_case *item, const char *name)
{
    static char value[512];
    const size_t length = strlen(name);

    for (const char *at = item->expectations; *at != '\0'; at = strchr(at, '\n') + 1) {
        const char *end = strchr(at, '\n');

        if (strncmp(at, name, length) != 0 || (at[length] != ' ' && at[length] != '\n'))
            continue;
        at += length + (at[length] == ' ');
        ck_assert_uint_lt((size_t)(end - at), sizeof value);
        memcpy(value, at, (size_t)(end - at));
        value[end - at] = '\0';
        return value;
    }
    return NULL;
}
