/*
 * Trying on this PC what Tidegate believes of Windows and WSL and nobody has documented. Each check
 * leaves everything as it was, and says so honestly when it could not try.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_SELF_TEST_H
#define TIDEGATE_WIN32_SELF_TEST_H

#include "core/attributes.h"
#include "core/base/text.h"

#define SELF_TEST_WORDS_SIZE 400

enum self_test_verdict {
    SELF_TEST_CONFIRMED,
    SELF_TEST_REFUTED,
    SELF_TEST_NOT_TESTABLE,
    SELF_TEST_VERDICT_COUNT
};

struct self_test_result {
    enum self_test_verdict verdict;
    char words[SELF_TEST_WORDS_SIZE]; /* what was seen, or why nothing could be */
};

struct self_test {
    const char *name;   /* stable, for scripts */
    const char *belief; /* one sentence */
    const char *fact;   /* where it comes from */
    void (*run)(struct self_test_result *out);
};

/* All of them. Borrowed, static. */
const struct self_test *self_tests(size_t *count);

const char *self_test_verdict_name(enum self_test_verdict verdict); /* "not testable" */

/* For the checks themselves. */
void self_test_say(struct self_test_result *out, enum self_test_verdict verdict,
                   const char *format, ...) PRINTF_LIKE(3, 4);

/* self_test_windows.c */
void self_test_identical_write(struct self_test_result *out);
void self_test_address_events(struct self_test_result *out);
void self_test_reserved_port(struct self_test_result *out);
void self_test_port_sharing(struct self_test_result *out);
void self_test_data_folder(struct self_test_result *out);
void self_test_pipe_identity(struct self_test_result *out);
void self_test_service_privileges(struct self_test_result *out);

/* self_test_wsl.c */
void self_test_wsl_address(struct self_test_result *out);
void self_test_local_devices(struct self_test_result *out);
void self_test_relay_command_line(struct self_test_result *out);
void self_test_relay_listeners(struct self_test_result *out);

/* self_test_forwarding.c */
void self_test_param_change(struct self_test_result *out);
void self_test_helper_owns_listeners(struct self_test_result *out);
void self_test_firewall_policy(struct self_test_result *out);
void self_test_firewall_spelling(struct self_test_result *out);
void self_test_hyperv_firewall(struct self_test_result *out);

#endif
