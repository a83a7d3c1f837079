/*
 * What the tests do to the Windows they run on: registry values, stand-ins for its services and
 * its firewall, and waiting with a limit. Such tests run in a Wine prefix of their own and never
 * on a real Windows, whose forwards and firewall they would change.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TESTS_SCRATCH_H
#define TIDEGATE_TESTS_SCRATCH_H

#include <windows.h>

#include <stdbool.h>

/* Whether this is Wine; else the cases that write are left out, and that is printed. */
bool scratch_is_allowed(const char *what);

void scratch_set(HKEY root, const wchar_t *path, const wchar_t *name, const wchar_t *text);
void scratch_set_number(HKEY root, const wchar_t *path, const wchar_t *name, DWORD number);
void scratch_set_bytes(HKEY root, const wchar_t *path, const wchar_t *name, DWORD type,
                       const void *bytes, DWORD size);
void scratch_create_key(HKEY root, const wchar_t *path);
void scratch_delete_value(HKEY root, const wchar_t *path, const wchar_t *name);
void scratch_delete_tree(HKEY root, const wchar_t *path);

/* A file of build/lab, or of the folder that TIDEGATE_LAB names. A missing one fails the test. */
void scratch_lab_path(const wchar_t *name, wchar_t out[MAX_PATH]);

/* Makes the lab's firewall the one that COM finds, with no rules and no wishes. */
void scratch_install_firewall(void);
/* A number that the lab's firewall obeys, e.g. L"FailAdd". */
void scratch_tell_firewall(const wchar_t *name, DWORD number);

/* Registers a program of the lab as a service, replacing any, and starts or stops it. */
void scratch_install_service(const wchar_t *service, const wchar_t *program);
void scratch_start_service(const wchar_t *service);
void scratch_stop_service(const wchar_t *service);
void scratch_delete_service(const wchar_t *service);

/* Handles that this process has open; 0 when Windows does not say. GetProcessHandleCount would do,
 * but Wine always answers 0. */
size_t scratch_count_handles(void);

/* Starts the lab's idle program under another file name, in a scratch folder. */
void scratch_start_program(const wchar_t *file_name, const wchar_t *arguments,
                           PROCESS_INFORMATION *out);
void scratch_end_program(PROCESS_INFORMATION *program);

#endif
