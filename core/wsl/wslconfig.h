/*
 * What a user's .wslconfig asks for, and a change of its networking mode that leaves every other
 * byte as it is (facts/wsl.md §5). WSL reads the file when the VM starts, and may decide otherwise
 * (§5.4): this is the mode that was asked for, not the one that is.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WSL_WSLCONFIG_H
#define TIDEGATE_WSL_WSLCONFIG_H

#include "core/base/error.h"
#include "core/wsl/wsl.h"

/* Larger files are refused: nobody writes one by hand. */
#define WSLCONFIG_SIZE_MAX (1024u * 1024u)

struct wslconfig {
    enum networking_mode
        mode; /* NAT when the file does not say, or says what WSL does not know */
    unsigned mode_line;        /* the line that says so; 0: none */
    bool mode_is_unknown;      /* ... with a value that WSL does not know */
    bool gui_applications;     /* false: no LocalDevices value announces a VM */
    bool localhost_forwarding; /* false: no relay */
    bool safe_mode;            /* forces the mode "none" */
    unsigned skipped_line;     /* the first line that WSL passes over; 0: none */
};

/* `bytes` is the file as it is, in any encoding WSL reads; an empty file is WSL's defaults.
 * ERR_INVALID (and `out` as it was) for a file that is too large or no text. */
bool wslconfig_read(const void *bytes, size_t size, struct wslconfig *out,
                    struct error *err) MUST_CHECK;

/*
 * The file with that mode: its value is replaced where WSL takes it from, else a line is put in
 * below [wsl2], else both at the end. ERR_INVALID when WSL would not take the mode from the
 * outcome (safeMode, or a text that cannot be mended so). Only NAT and mirrored can be asked for.
 * `out` is released with mem_free.
 */
bool wslconfig_with_mode(const void *bytes, size_t size, enum networking_mode mode,
                         void **out, size_t *out_size, struct error *err) MUST_CHECK;

#endif
