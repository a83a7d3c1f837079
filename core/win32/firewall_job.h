/*
 * Changes for the firewalls, and how they are carried out on one of them. Every call may block.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_FIREWALL_JOB_H
#define TIDEGATE_WIN32_FIREWALL_JOB_H

#include "core/system.h"

/* All lists are owned. A zeroed job is an empty one. */
struct firewall_job {
    struct firewall_rule *removals;
    size_t removal_count;
    struct firewall_rule *additions;
    size_t addition_count;
    struct script_rule_switch *switches; /* for Windows Firewall only */
    size_t switch_count;
};

/* Copies of the changes of that kind. */
void firewall_job_fill(struct firewall_job *job, const struct firewall_changes *changes,
                       enum firewall_kind kind);
void firewall_job_fill_switches(struct firewall_job *job,
                                const struct script_rule_switch *switches, size_t count);
void firewall_job_clear(struct firewall_job *job);

/* One of the two firewalls. */
struct firewall_part {
    enum firewall_kind kind;
    struct firewall_com *host; /* NULL, as is the other, when it could not be opened */
    struct hyperv_firewall *hyperv;
    struct error err; /* ... and why; else why the reading failed */
};

void firewall_part_open(struct firewall_part *part, enum firewall_kind kind);
void firewall_part_close(struct firewall_part *part);

/* What belongs to it in `out`. */
bool firewall_part_read(struct firewall_part *part, struct firewall_state *out);

/* Who is told of each outcome, and may want an end of it. */
struct firewall_witness {
    void *context;
    void (*record)(void *context, const char *name, bool ok, const struct error *err);
    bool (*is_stopping)(void *context);
};

/* Removals first; a rule whose predecessor could not be removed is not added. */
void firewall_job_carry_out(struct firewall_job *job, const struct firewall_part *part,
                            const struct firewall_witness *witness);

/* Without a reading nobody knows what became of the job. Its rules count as failed, so that they
 * are tried again at growing distances and not at once and for ever. */
void firewall_job_fail(const struct firewall_job *job, const struct firewall_part *part,
                       const struct firewall_witness *witness);

#endif
