/*
 * Asking wsl.exe what WSL's own traces do not tell (DESIGN.md §6): when, and what next. First of
 * all which distributions run, which starts none; only inside a running one the commands that show
 * its address, one after the other until one gives an address inside WSL's network; and its
 * networking mode, once for each VM. Pure: who runs the commands and reads the clock is the caller.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WSL_WSL_LADDER_H
#define TIDEGATE_WSL_WSL_LADDER_H

#include "core/wsl/distributions.h"
#include "core/wsl/wsl.h"
#include "core/wsl/wslconfig.h"

#include <stdint.h>

/* Both of WSL's adapters may be there until Windows restarts (facts/wsl.md §1.3). */
#define LADDER_NETWORK_CAPACITY 3

/* What is known without asking anybody, read a moment ago. */
struct ladder_facts {
    bool can_ask;  /* wsl.exe is there, and a distribution of WSL 2 */
    bool is_inbox; /* the WSL of older Windows, which leaves no traces at all */
    struct wsl_machine machine;
    struct wsl_trace trace; /* of this user, without a hint */
    const struct adapter_list *adapters;
    struct wslconfig config; /* as the running VM read it, or would */
};

/* What is worth a question. */
struct ladder_needs {
    bool liveness;
    bool address;
    bool mode;
    char vm_id[WSL_VM_ID_SIZE]; /* the VM that runs, as far as it is announced */
};

bool ladder_needs_anything(const struct ladder_needs *needs);

/* `asked_vm_id`: the VM whose mode was told already, or "". */
struct ladder_needs ladder_needs_from(const struct ladder_facts *facts,
                                      const char *asked_vm_id);

/* When to look. Nothing is ever asked without an occasion. */
enum ladder_occasion {
    LADDER_SIGNED_IN,
    LADDER_MENU_OPENED,
    LADDER_ADAPTERS_CHANGED,
    LADDER_VM_ANNOUNCED, /* or went away; its relay and its address come a moment later */
    LADDER_VM_STARTING,  /* announced, but nothing ran in it that could be asked */
    LADDER_REPORT_CHANGED
};

#define LADDER_NOT_DUE INT64_MAX

struct ladder_clock {
    int64_t due_ms; /* LADDER_NOT_DUE: no occasion waits */
    int64_t last_ms;
    int64_t rest_until_ms; /* a wsl.exe that hung is left alone until then */
    unsigned hung_count;   /* in a row */
    bool has_asked;        /* last_ms is set */
};

void ladder_clock_init(struct ladder_clock *clock);
void ladder_clock_note(struct ladder_clock *clock, enum ladder_occasion occasion,
                       int64_t now_ms);
bool ladder_clock_is_due(const struct ladder_clock *clock, int64_t now_ms);
/* The occasion was used, though nothing had to be asked. */
void ladder_clock_skip(struct ladder_clock *clock);
/* wsl.exe was asked. After a hang the occasion stays, for later. */
void ladder_clock_asked(struct ladder_clock *clock, bool hung, int64_t now_ms);

enum ladder_step {
    LADDER_DONE,
    LADDER_LIST, /* --list --running --quiet; the others in the distribution that runs */
    LADDER_NETWORKING_MODE,
    LADDER_FIB_TRIE,
    LADDER_IP_ADDR,
    LADDER_HOSTNAME,
    LADDER_IFCONFIG
};

/* What a step is to run, after `-e`; NULL for LADDER_LIST and LADDER_DONE. */
const char *ladder_step_command(enum ladder_step step);
unsigned ladder_step_limit_ms(enum ladder_step step);

struct ladder_answer {
    bool hung;         /* killed at its time limit */
    bool succeeded;    /* exit code 0 */
    const void *bytes; /* borrowed */
    size_t size;
};

/* One climb. */
struct ladder {
    struct ladder_needs needs;
    enum ladder_step step;
    enum ladder_step wanted; /* behind the list */
    int64_t listed_ms;
    unsigned list_count;
    char distribution[DISTRIBUTION_NAME_SIZE]; /* running, as the list said */
    bool hung;
    bool mode_was_asked;
    struct wsl_hint hint; /* its answers; the fields of .wslconfig are not set */
};

void ladder_begin(struct ladder *ladder, const struct ladder_needs *needs);

/* What to run now. A list that is too old to go into its distribution is asked for again. */
enum ladder_step ladder_next(struct ladder *ladder, int64_t now_ms);

/* The outcome of that step. `registered`: the user's distributions with their versions. */
void ladder_take(struct ladder *ladder, const struct ladder_answer *answer,
                 const struct ladder_facts *facts,
                 const struct distribution_list *registered, int64_t now_ms);

/* Of running ones the best to run a command in: of WSL 2, and not one of Docker's, which has few
 * commands. NULL when there is none. Borrowed. */
const char *ladder_choose(const struct distribution_list *running,
                          const struct distribution_list *registered);

#endif
