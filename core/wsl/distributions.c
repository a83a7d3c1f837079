/*
 * What wsl.exe says of a user's distributions.
 * SPDX-License-Identifier: MIT
 */
#include "core/wsl/distributions.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/wsl/text_encoding.h"

#include <string.h>

/* One line of the answer, without its end. */
struct line {
    const char *start;
    size_t length;
};

typedef bool (*line_parser)(const struct line *line, struct distribution *out);

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct line trimmed(const char *start, const char *end)
{
    while (start < end && is_blank(*start))
        start++;
    while (end > start && is_blank(end[-1]))
        end--;
    return (struct line){start, (size_t)(end - start)};
}

static bool take_name(struct line from, struct distribution *out)
{
    if (from.length == 0 || from.length >= sizeof out->name ||
        memchr(from.start, '\0', from.length) != NULL)
        return false;
    memcpy(out->name, from.start, from.length);
    out->name[from.length] = '\0';
    return utf8_is_valid(out->name, from.length) && utf8_is_plain(out->name);
}

/* Old wsl.exe ends a line with CR CR LF when its output is no console. */
static bool next_line(const char **at, const char *end, struct line *out)
{
    const char *start = *at;
    const char *feed;

    if (start >= end)
        return false;
    feed = memchr(start, '\n', (size_t)(end - start));
    *at = feed != NULL ? feed + 1 : end;
    if (feed == NULL)
        feed = end;
    while (feed > start && feed[-1] == '\r')
        feed--;
    *out = (struct line){start, (size_t)(feed - start)};
    return true;
}

static bool parse_lines(const char *text, size_t size, bool has_title, line_parser parse,
                        struct distribution_list *out)
{
    const char *at = text;
    const char *end = text + size;
    struct line line;

    while (next_line(&at, end, &line)) {
        if (trimmed(line.start, line.start + line.length).length == 0)
            continue;
        if (has_title) {
            has_title = false;
            continue;
        }
        if (out->count == DISTRIBUTION_CAPACITY || !parse(&line, LIST_ADD(out)))
            return false;
    }
    return true;
}

static bool parse(const void *bytes, size_t size, bool has_title, line_parser parse_line,
                  struct distribution_list *out)
{
    size_t text_size;
    char *text = text_decode(bytes, size, text_encoding_of(bytes, size), &text_size);
    const bool ok =
        text != NULL && parse_lines(text, text_size, has_title, parse_line, out);

    mem_free(text);
    if (!ok)
        distribution_list_clear(out);
    return ok;
}

static bool parse_quiet_line(const struct line *line, struct distribution *out)
{
    return take_name(trimmed(line->start, line->start + line->length), out);
}

bool distributions_parse_quiet(const void *bytes, size_t size,
                               struct distribution_list *out)
{
    return parse(bytes, size, false, parse_quiet_line, out);
}

/* "(Default)" in any language, also in the wide brackets of Chinese and Japanese. */
static size_t mark_length(const struct line *line)
{
    static const char *const brackets[][2] = {{"(", ")"}, {"（", "）"}};

    for (size_t i = 0; i < sizeof brackets / sizeof brackets[0]; i++) {
        const size_t opening = strlen(brackets[i][0]);
        const size_t closing = strlen(brackets[i][1]);

        if (line->length < closing ||
            memcmp(line->start + line->length - closing, brackets[i][1], closing) != 0)
            continue;
        for (size_t start = line->length - closing; start-- > 0;) {
            if (start + opening <= line->length &&
                memcmp(line->start + start, brackets[i][0], opening) == 0)
                return line->length - start;
        }
    }
    return 0;
}

static bool parse_titled_line(const struct line *line, struct distribution *out)
{
    struct line name = trimmed(line->start, line->start + line->length);
    const size_t mark = mark_length(&name);

    out->is_default = mark > 0;
    return take_name(trimmed(name.start, name.start + name.length - mark), out);
}

bool distributions_parse_titled(const void *bytes, size_t size,
                                struct distribution_list *out)
{
    return parse(bytes, size, true, parse_titled_line, out);
}

/* The words are English in WSL from the Store; the in-box one says them in the user's language, and
 * in how many words cannot be known. */
static enum distribution_state state_of(struct line word)
{
    static const struct {
        const char *word;
        enum distribution_state state;
    } words[] = {{"Stopped", DISTRIBUTION_STOPPED}, {"Running", DISTRIBUTION_RUNNING},
                 {"Installing", DISTRIBUTION_BUSY}, {"Uninstalling", DISTRIBUTION_BUSY},
                 {"Converting", DISTRIBUTION_BUSY}, {"Exporting", DISTRIBUTION_BUSY}};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (word.length == strlen(words[i].word) &&
            memcmp(word.start, words[i].word, word.length) == 0)
            return words[i].state;
    }
    return DISTRIBUTION_UNKNOWN;
}

/* Where the first run of two blanks is: names may hold one, and the column is wider than any. */
static const char *column_end(const char *at, const char *end)
{
    while (at + 1 < end && !(is_blank(at[0]) && is_blank(at[1])))
        at++;
    return at + 1 < end ? at : NULL;
}

/* "* Ubuntu    Running         2": the version is the last word, the state is what is left. */
static bool parse_verbose_line(const struct line *line, struct distribution *out)
{
    const struct line whole = trimmed(line->start, line->start + line->length);
    const char *end = whole.start + whole.length;
    const char *at = whole.start;
    const char *name_end;
    struct line state;

    if (*at == '*') {
        out->is_default = true;
        for (at++; at < end && is_blank(*at);)
            at++;
    }
    name_end = column_end(at, end);
    if (name_end == NULL || !is_blank(end[-2]) || (end[-1] != '1' && end[-1] != '2'))
        return false;
    state = trimmed(name_end, end - 1);
    if (state.length == 0)
        return false;
    out->version = (unsigned)(end[-1] - '0');
    out->state = state_of(state);
    return take_name(trimmed(at, name_end), out);
}

bool distributions_parse_verbose(const void *bytes, size_t size,
                                 struct distribution_list *out)
{
    return parse(bytes, size, true, parse_verbose_line, out);
}

void distribution_list_clear(struct distribution_list *list)
{
    LIST_CLEAR(list);
}
