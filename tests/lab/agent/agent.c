/*
 * The command loop of labagent.exe.
 * SPDX-License-Identifier: MIT
 */
#include "agent.h"

#include <stdlib.h>
#include <string.h>

static const struct agent_verb_entry *const verb_tables[] = {
    agent_registry_verbs, agent_service_verbs, agent_process_verbs, agent_window_verbs};

const wchar_t *command_field(const struct command *command, int index)
{
    return index < command->count ? command->fields[index] : L"";
}

unsigned long long command_number(const struct command *command, int index)
{
    return wcstoull(command_field(command, index), NULL, 0);
}

void row_begin(struct line *out)
{
    line_format(out, "=");
}

void row_text(struct line *out, const wchar_t *text)
{
    const int size = WideCharToMultiByte(CP_UTF8, 0, text, -1, NULL, 0, NULL, NULL);
    char *utf8 = malloc((size_t)size + 1);

    if (!utf8)
        abort();
    utf8[0] = '\0';
    WideCharToMultiByte(CP_UTF8, 0, text, -1, utf8, size, NULL, NULL);
    for (const char *at = utf8; *at; at++) {
        switch (*at) {
        case '\t':
            line_format(out, "\\t");
            break;
        case '\n':
            line_format(out, "\\n");
            break;
        case '\r':
            line_format(out, "\\r");
            break;
        case '\\':
            line_format(out, "\\\\");
            break;
        default:
            line_format(out, "%c", *at);
        }
    }
    line_format(out, "\t");
    free(utf8);
}

void row_number(struct line *out, long long number)
{
    line_format(out, "%lld\t", number);
}

void row_hex(struct line *out, const BYTE *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        line_format(out, "%02x", bytes[i]);
    line_format(out, "\t");
}

void row_end(struct line *out)
{
    line_format(out, "\n");
}

static void unescape(wchar_t *text)
{
    wchar_t *to = text;

    for (const wchar_t *from = text; *from; from++) {
        if (*from != L'\\' || !from[1]) {
            *to++ = *from;
            continue;
        }
        from++;
        *to++ = *from == L't'   ? L'\t'
                : *from == L'n' ? L'\n'
                : *from == L'r' ? L'\r'
                                : *from;
    }
    *to = L'\0';
}

static void split(struct command *command, wchar_t *text)
{
    command->count = 0;
    while (text && command->count < AGENT_FIELD_LIMIT) {
        wchar_t *tab = wcschr(text, L'\t');

        if (tab)
            *tab++ = L'\0';
        unescape(text);
        command->fields[command->count++] = text;
        text = tab;
    }
}

static DWORD run(const struct command *command, struct line *out)
{
    for (size_t i = 0; i < ARRAYSIZE(verb_tables); i++)
        for (const struct agent_verb_entry *verb = verb_tables[i]; verb->name; verb++)
            if (wcscmp(verb->name, command_field(command, 0)) == 0)
                return verb->run(command, out);
    return ERROR_INVALID_FUNCTION;
}

static void write_all(struct line *out)
{
    DWORD written = 0;

    for (size_t done = 0; done < out->size; done += written)
        if (!WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), out->bytes + done,
                       (DWORD)(out->size - done), &written, NULL))
            break;
    line_clear(out);
}

static void answer(char *text)
{
    const int size = MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0);
    wchar_t *wide = malloc((size_t)size * sizeof(wchar_t));
    struct command command;
    struct line out = {0};

    if (!wide)
        abort();
    MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, size);
    split(&command, wide);
    const DWORD code = run(&command, &out);
    if (code == ERROR_SUCCESS)
        line_format(&out, "ok\n");
    else
        line_format(&out, "error %lu\n", code);
    write_all(&out);
    free(wide);
}

/* Lines may be long: a registry value of a megabyte comes as two megabytes of hex. */
static char *read_line(void)
{
    size_t size = 0;
    size_t capacity = 4096;
    char *text = malloc(capacity);
    int byte;

    while (text && (byte = getchar()) != EOF && byte != '\n') {
        text[size++] = (char)byte;
        if (size + 1 == capacity) {
            capacity *= 2;
            text = realloc(text, capacity);
        }
    }
    if (!text || (size == 0 && feof(stdin))) {
        free(text);
        return NULL;
    }
    text[size] = '\0';
    return text;
}

int wmain(void)
{
    char *text;
    WSADATA wsa;

    WSAStartup(MAKEWORD(2, 2), &wsa);
    /* Else Windows would tell it places scaled to 96 DPI. */
    SetProcessDpiAwarenessContext(DPI_AWARENESS_CONTEXT_PER_MONITOR_AWARE_V2);
    for (text = read_line(); text; text = read_line()) {
        answer(text);
        free(text);
    }
    return 0;
}
