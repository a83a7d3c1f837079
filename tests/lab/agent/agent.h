/*
 * labagent.exe: reads commands on standard input and does them inside Wine at once, since
 * starting a Windows program for each would cost 50 to 100 ms.
 * SPDX-License-Identifier: MIT
 *
 * A command is one line of fields parted by tabs, with \t, \n, \r and \\ escaped. The answer
 * is any number of rows "=field TAB field TAB", then "ok" or "error CODE".
 */
#ifndef TIDEGATE_LAB_AGENT_H
#define TIDEGATE_LAB_AGENT_H

#include "../event_log.h"

#include <winsock2.h>
#include <windows.h>

#define AGENT_FIELD_LIMIT 64

struct command {
    int count;
    wchar_t *fields[AGENT_FIELD_LIMIT];
};

/* Returns a Win32 code. Missing fields are empty strings. */
typedef DWORD (*agent_verb)(const struct command *command, struct line *out);

struct agent_verb_entry {
    const wchar_t *name;
    agent_verb run;
};

/* Each table ends with a NULL name. */
extern const struct agent_verb_entry agent_registry_verbs[];
extern const struct agent_verb_entry agent_service_verbs[];
extern const struct agent_verb_entry agent_process_verbs[];
extern const struct agent_verb_entry agent_window_verbs[];

const wchar_t *command_field(const struct command *command, int index);
unsigned long long command_number(const struct command *command, int index);

void row_begin(struct line *out);
void row_text(struct line *out, const wchar_t *text);
void row_number(struct line *out, long long number);
void row_hex(struct line *out, const BYTE *bytes, size_t size);
void row_end(struct line *out);

#endif
