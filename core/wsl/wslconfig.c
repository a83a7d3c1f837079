/*
 * What a .wslconfig asks for.
 * SPDX-License-Identifier: MIT
 */
#include "core/wsl/wslconfig.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/wsl/config_lines.h"
#include "core/wsl/text_encoding.h"

#include <string.h>

static const char mode_key[] = "networkingMode";

/* Which settings have had their line: of several WSL takes the first, even a bad one. */
struct seen {
    bool mode, gui_applications, localhost_forwarding, safe_mode;
};

static bool is_mode(const struct config_line *line)
{
    return ascii_equals_ignoring_case(line->name, "wsl2.networkingMode") ||
           ascii_equals_ignoring_case(line->name, "experimental.networkingMode");
}

static void read_mode(const struct config_line *line, bool *seen, struct wslconfig *config)
{
    /* "Consomme" is VirtioProxy's name since WSL 2.9. */
    static const struct {
        const char *word;
        enum networking_mode mode;
    } words[] = {{"nat", NETWORKING_MODE_NAT},
                 {"mirrored", NETWORKING_MODE_MIRRORED},
                 {"bridged", NETWORKING_MODE_BRIDGED},
                 {"none", NETWORKING_MODE_NONE},
                 {"virtioproxy", NETWORKING_MODE_VIRTIOPROXY},
                 {"consomme", NETWORKING_MODE_VIRTIOPROXY}};

    if (*seen)
        return;
    *seen = true;
    config->mode_line = line->number;
    config->mode_is_unknown = true;
    for (size_t i = 0; !line->value_cut && i < sizeof words / sizeof words[0]; i++) {
        if (ascii_equals_ignoring_case(line->value, words[i].word)) {
            config->mode = words[i].mode;
            config->mode_is_unknown = false;
        }
    }
}

static void read_flag(const struct config_line *line, bool *seen, bool *out)
{
    if (*seen)
        return;
    *seen = true;
    if (ascii_equals_ignoring_case(line->value, "true") || strcmp(line->value, "1") == 0)
        *out = true;
    else if (ascii_equals_ignoring_case(line->value, "false") ||
             strcmp(line->value, "0") == 0)
        *out = false;
}

static void take_setting(const struct config_line *line, struct seen *seen,
                         struct wslconfig *config)
{
    if (is_mode(line))
        read_mode(line, &seen->mode, config);
    else if (ascii_equals_ignoring_case(line->name, "wsl2.guiApplications"))
        read_flag(line, &seen->gui_applications, &config->gui_applications);
    else if (ascii_equals_ignoring_case(line->name, "wsl2.localhostForwarding"))
        read_flag(line, &seen->localhost_forwarding, &config->localhost_forwarding);
    else if (ascii_equals_ignoring_case(line->name, "wsl2.safeMode"))
        read_flag(line, &seen->safe_mode, &config->safe_mode);
}

static void read_text(const char *text, size_t size, struct wslconfig *out)
{
    struct config_reader reader;
    struct config_line line;
    struct seen seen = {0};

    *out = (struct wslconfig){.mode = NETWORKING_MODE_NAT,
                              .gui_applications = true,
                              .localhost_forwarding = true};
    config_reader_init(&reader, text, size);
    while (config_reader_next(&reader, &line)) {
        if (line.kind == CONFIG_SETTING)
            take_setting(&line, &seen, out);
        else if (line.kind == CONFIG_SKIPPED && out->skipped_line == 0)
            out->skipped_line = line.number;
    }
}

/* The file's text; NULL (and the error) when it has none. */
static char *open_text(const void *bytes, size_t size, enum text_encoding *encoding,
                       size_t *text_size, struct error *err)
{
    char *text;

    if (size > WSLCONFIG_SIZE_MAX) {
        error_set(err, ERR_INVALID, ".wslconfig: has %zu bytes, at most %u are read",
                  size, WSLCONFIG_SIZE_MAX);
        return NULL;
    }
    *encoding = text_encoding_of(bytes, size);
    text = text_decode(bytes, size, *encoding, text_size);
    /* Without a mark WSL would not take it for UTF-16, and reads nothing of use. */
    if (text == NULL || *encoding == TEXT_UTF16) {
        mem_free(text);
        error_set(err, ERR_INVALID,
                  ".wslconfig: must be text in UTF-8, or in UTF-16 with a mark");
        return NULL;
    }
    return text;
}

bool wslconfig_read(const void *bytes, size_t size, struct wslconfig *out,
                    struct error *err)
{
    enum text_encoding encoding;
    size_t text_size;
    char *text = open_text(bytes, size, &encoding, &text_size, err);

    if (text == NULL)
        return false;
    read_text(text, text_size, out);
    mem_free(text);
    return true;
}

/* What is put in place of text[start..end). */
struct edit {
    size_t start, end;
    char words[80];
};

/* The file's own line end; a new file gets Windows'. */
static const char *line_end_of(const char *text, size_t size)
{
    const char *feed = size > 0 ? memchr(text, '\n', size) : NULL;

    return feed != NULL && (feed == text || feed[-1] != '\r') ? "\n" : "\r\n";
}

static void find_edit(const char *text, size_t size, const char *mode, struct edit *edit)
{
    const char *line_end = line_end_of(text, size);
    const bool is_whole = size == 0 || text[size - 1] == '\n';
    struct config_reader reader;
    struct config_line line;
    struct text words = TEXT_OVER(edit->words);
    bool has_section = false;

    config_reader_init(&reader, text, size);
    while (config_reader_next(&reader, &line)) {
        if (line.kind == CONFIG_SETTING && is_mode(&line)) {
            edit->start = line.value_start;
            edit->end = line.value_end;
            text_append(&words, mode);
            return;
        }
        if (line.kind == CONFIG_SECTION && !has_section &&
            ascii_equals_ignoring_case(line.name, "wsl2")) {
            has_section = true;
            edit->start = edit->end = line.value_end;
        }
    }
    if (!has_section)
        edit->start = edit->end = size;
    if (edit->start == size && !is_whole)
        text_append(&words, line_end);
    if (!has_section)
        text_append_format(&words, "[wsl2]%s", line_end);
    text_append_format(&words, "%s=%s%s", mode_key, mode, line_end);
}

static char *apply_edit(const char *text, size_t size, const struct edit *edit,
                        size_t *out_size)
{
    const size_t length = strlen(edit->words);
    char *out = mem_alloc(size + length + 1);

    memcpy(out, text, edit->start);
    memcpy(out + edit->start, edit->words, length);
    memcpy(out + edit->start + length, text + edit->end, size - edit->end);
    *out_size = size - (edit->end - edit->start) + length;
    return out;
}

/* Read back by WSL's own rules before anybody writes it. */
static bool check_outcome(const char *text, size_t size, enum networking_mode mode,
                          struct error *err)
{
    struct wslconfig config;

    read_text(text, size, &config);
    if (config.safe_mode)
        return error_set(err, ERR_INVALID,
                         ".wslconfig: safeMode=true makes WSL ignore the networking mode; "
                         "remove it first");
    if (config.mode != mode || config.mode_is_unknown)
        return error_set(
            err, ERR_INVALID,
            ".wslconfig: the networking mode cannot be put into this file; line "
            "%u is malformed",
            config.skipped_line);
    return true;
}

bool wslconfig_with_mode(const void *bytes, size_t size, enum networking_mode mode,
                         void **out, size_t *out_size, struct error *err)
{
    enum text_encoding encoding;
    struct edit edit = {0};
    size_t text_size;
    size_t edited_size;
    char *edited;
    char *text;
    void *file;

    if (mode != NETWORKING_MODE_NAT && mode != NETWORKING_MODE_MIRRORED)
        return error_set(err, ERR_INVALID, "networking mode '%s': must be nat or mirrored",
                         networking_mode_name(mode));
    text = open_text(bytes, size, &encoding, &text_size, err);
    if (text == NULL)
        return false;
    find_edit(text, text_size, networking_mode_name(mode), &edit);
    edited = apply_edit(text, text_size, &edit, &edited_size);
    mem_free(text);
    file = check_outcome(edited, edited_size, mode, err)
               ? text_encode(edited, edited_size, encoding, out_size)
               : NULL;
    mem_free(edited);
    *out = file;
    return file != NULL;
}
