/*
 * The lines of a .wslconfig.
 * SPDX-License-Identifier: MIT
 */
#include "core/wsl/config_lines.h"

#include "core/base/text.h"

#include <string.h>

#define END_OF_TEXT (-1)

/* WSL opens the file in text mode: a CR LF is one LF, a CR alone is itself. */
static size_t line_end_size(const struct config_reader *reader)
{
    const char *at = reader->text + reader->at;
    const size_t left = reader->size - reader->at;

    return left >= 2 && at[0] == '\r' && at[1] == '\n' ? 2 : 1;
}

static int peek(const struct config_reader *reader)
{
    if (reader->at >= reader->size)
        return END_OF_TEXT;
    if (line_end_size(reader) == 2)
        return '\n';
    return (unsigned char)reader->text[reader->at];
}

static void advance(struct config_reader *reader)
{
    if (peek(reader) == '\n')
        reader->line++;
    reader->at += line_end_size(reader);
}

static bool is_blank(int c)
{
    return c == ' ' || c == '\t';
}

static bool ends_line(int c)
{
    return c == END_OF_TEXT || c == '\n' || c == '\r';
}

static bool is_letter(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_letter_or_digit(int c)
{
    return is_letter(c) || (c >= '0' && c <= '9');
}

static void skip_blanks(struct config_reader *reader)
{
    while (is_blank(peek(reader)))
        advance(reader);
}

/* Comments and refused lines end at an LF only, not at a CR alone. */
static void skip_to_line_feed(struct config_reader *reader)
{
    while (peek(reader) != END_OF_TEXT && peek(reader) != '\n')
        advance(reader);
}

static bool skip_line(struct config_reader *reader, struct config_line *out)
{
    out->kind = CONFIG_SKIPPED;
    skip_to_line_feed(reader);
    return true;
}

/* The letters and digits that follow; "" when there are too many for `name`. */
static size_t take_name(struct config_reader *reader, char *name, size_t capacity)
{
    const size_t start = reader->at;
    size_t length;

    while (is_letter_or_digit(peek(reader)))
        advance(reader);
    length = reader->at - start;
    name[0] = '\0';
    if (length < capacity) {
        memcpy(name, reader->text + start, length);
        name[length] = '\0';
    }
    return length;
}

/*
 * WSL's parser keeps the section's name and its length apart, and a header that turns out to be
 * malformed behind its name has changed the name but not the length: "[experimental" below
 * "[wsl2]" makes the keys that follow ones of "expe". A shorter name than before leaves keys that
 * match nothing.
 */
static void mangle_section(struct config_reader *reader, const char *name, size_t length)
{
    reader->section_is_lost = length < reader->section_length || name[0] == '\0';
    if (!reader->section_is_lost) {
        memcpy(reader->section, name, reader->section_length);
        reader->section[reader->section_length] = '\0';
    }
}

static bool read_section(struct config_reader *reader, struct config_line *out)
{
    char name[CONFIG_NAME_SIZE];
    size_t length;

    advance(reader);
    if (!is_letter(peek(reader)))
        return skip_line(reader, out);
    length = take_name(reader, name, sizeof name);
    if (peek(reader) != ']') {
        mangle_section(reader, name, length);
        return skip_line(reader, out);
    }
    advance(reader);
    skip_blanks(reader);
    if (!ends_line(peek(reader)) && peek(reader) != '#') {
        mangle_section(reader, name, length);
        return skip_line(reader, out);
    }
    reader->section_is_lost = name[0] == '\0';
    text_copy(reader->section, sizeof reader->section, name);
    reader->section_length = length;
    out->kind = CONFIG_SECTION;
    text_copy(out->name, sizeof out->name, name);
    skip_to_line_feed(reader);
    if (peek(reader) == '\n')
        advance(reader);
    out->value_end = reader->at;
    return true;
}

static void put(struct config_line *line, size_t *length, int c)
{
    if (*length < sizeof line->value - 1)
        line->value[(*length)++] = (char)c;
    else
        line->value_cut = true;
}

/* Behind the backslash; false for an escape that WSL does not know. */
static bool take_escape(struct config_reader *reader, struct config_line *line,
                        size_t *length)
{
    const int c = peek(reader);

    if (c == END_OF_TEXT)
        return false;
    advance(reader);
    switch (c) {
    case '\\':
    case '"':
        put(line, length, c);
        return true;
    case 'b':
        put(line, length, '\b');
        return true;
    case 'n':
        put(line, length, '\n');
        return true;
    case 't':
        put(line, length, '\t');
        return true;
    case '\n': /* goes on in the next line */
        return true;
    }
    return false;
}

/* False when the line is to be skipped. */
static bool take_value(struct config_reader *reader, struct config_line *line)
{
    bool quoted = false;
    size_t length = 0;
    size_t trimmed = 0;

    line->value_start = line->value_end = reader->at;
    for (int c = peek(reader); !ends_line(c) && (quoted || c != '#'); c = peek(reader)) {
        advance(reader);
        if (c == '\\') {
            if (!take_escape(reader, line, &length))
                return false;
        } else if (c == '"') {
            quoted = !quoted;
        } else {
            put(line, &length, c);
        }
        if (is_blank(c))
            continue;
        trimmed = length;
        line->value_end = reader->at;
    }
    line->value[trimmed] = '\0';
    return !quoted;
}

static bool read_setting(struct config_reader *reader, struct config_line *out)
{
    char name[CONFIG_NAME_SIZE];
    struct text full = TEXT_OVER(out->name);

    take_name(reader, name, sizeof name);
    skip_blanks(reader);
    if (peek(reader) != '=')
        return skip_line(reader, out);
    advance(reader);
    skip_blanks(reader);
    if (!take_value(reader, out))
        return skip_line(reader, out);
    out->kind = CONFIG_SETTING;
    if (reader->section_is_lost || name[0] == '\0')
        return true;
    if (reader->section_length > 0)
        text_append_format(&full, "%s.", reader->section);
    text_append(&full, name);
    return true;
}

void config_reader_init(struct config_reader *reader, const char *text, size_t size)
{
    *reader = (struct config_reader){.text = text, .size = size, .line = 1};
}

bool config_reader_next(struct config_reader *reader, struct config_line *out)
{
    for (;;) {
        int c;

        skip_blanks(reader);
        *out = (struct config_line){.number = reader->line};
        c = peek(reader);
        if (c == END_OF_TEXT)
            return false;
        if (c == '#')
            skip_to_line_feed(reader);
        else if (c == '\n' || c == '\r')
            advance(reader);
        else if (c == '[')
            return read_section(reader, out);
        else if (is_letter(c))
            return read_setting(reader, out);
        else
            return skip_line(reader, out);
    }
}
