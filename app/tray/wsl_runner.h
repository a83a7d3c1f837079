/*
 * Runs wsl.exe as the user, hidden and under a time limit: it waits while WSL starts, and after
 * hibernation it can hang for good (facts/wsl.md §3.1). Never on the thread of the user interface.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_WSL_RUNNER_H
#define TIDEGATE_TRAY_WSL_RUNNER_H

#include "core/base/error.h"

#include <windows.h>

/* More is not asked for. */
#define WSL_OUTPUT_SIZE 65536

enum wsl_run_result {
    WSL_RUN_ENDED,     /* exit_code; what it wrote */
    WSL_RUN_HUNG,      /* killed at its time limit, with all that it started */
    WSL_RUN_CANCELLED, /* killed, as `stop` was set */
    WSL_RUN_FAILED     /* could not be started: err */
};

struct wsl_output {
    DWORD exit_code;
    size_t size;
    bool is_cut;
    char bytes[WSL_OUTPUT_SIZE];
};

/* `arguments` as they stand on a command line. Its input is empty, its complaints go nowhere. */
enum wsl_run_result wsl_run(const wchar_t *program, const wchar_t *arguments,
                            DWORD limit_ms, HANDLE stop, struct wsl_output *out,
                            struct error *err);

/* A program inside WSL that does nothing and ends with its input. */
struct wsl_child {
    HANDLE process; /* NULL: none */
    HANDLE job;
    HANDLE input; /* our end */
};

bool wsl_child_start(const wchar_t *program, const wchar_t *arguments,
                     struct wsl_child *out, struct error *err) MUST_CHECK;
/* Closes its input, grants it a moment, and kills what is left. */
void wsl_child_end(struct wsl_child *child);

/* "-d NAME -e COMMAND" for a distribution's name in UTF-8; false for a name that cannot stand on a
 * command line. */
bool wsl_exec_arguments(const char *distribution, const char *command, wchar_t *out,
                        size_t capacity) MUST_CHECK;

#endif
