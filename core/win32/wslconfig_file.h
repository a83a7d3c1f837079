/*
 * The user's .wslconfig as a file: read whole, and replaced in one step. It is the user's own work:
 * what cannot be replaced without loss is left alone.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_WSLCONFIG_FILE_H
#define TIDEGATE_WIN32_WSLCONFIG_FILE_H

#include "core/base/error.h"

#include <windows.h>

#define WSLCONFIG_NAME L".wslconfig"
#define WSLCONFIG_BACKUP_NAME L".wslconfig.tidegate-backup"

struct wslconfig_file {
    bool is_there; /* a missing one is WSL's defaults: no bytes */
    void *bytes;   /* owned */
    size_t size;
    int64_t written_ms; /* wall clock since 1601; 0 when it is not there */
    FILETIME write_time;
    uint64_t index; /* which file it is on its volume */
    DWORD attributes;
};

/* The folder in which WSL looks for it: the user's profile. */
bool wslconfig_folder(wchar_t out[MAX_PATH], struct error *err) MUST_CHECK;

/* ERR_INVALID for one that is a link, no file, or too large to be written by a person. Free with
 * wslconfig_file_clear. */
bool wslconfig_file_read(const wchar_t *folder, struct wslconfig_file *out,
                         struct error *err) MUST_CHECK;
void wslconfig_file_clear(struct wslconfig_file *file);

/*
 * Puts `bytes` in its place; the former content is kept beside it under WSLCONFIG_BACKUP_NAME, if
 * there was one. At every moment there is the one file or the other. Attributes and access rights
 * stay. ERR_CONFLICT, and nothing written, when it is
 * not any more what `read` found; ERR_ACCESS_DENIED when it is read-only.
 */
bool wslconfig_file_replace(const wchar_t *folder, const struct wslconfig_file *read,
                            const void *bytes, size_t size, struct error *err) MUST_CHECK;

/* Milliseconds since 1601, as a file's and a process's times are told. */
int64_t filetime_ms(const FILETIME *time);

#endif
