/*
 * Changes for the firewalls, carried out.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/firewall_job.h"

#include "core/base/mem.h"
#include "core/win32/firewall_com.h"
#include "core/win32/hyperv_firewall.h"

#include <string.h>

/* NULL for none. */
static struct firewall_rule *copy_of_kind(const struct firewall_rule *rules, size_t count,
                                          enum firewall_kind kind, size_t *out_count)
{
    struct firewall_rule_list copy = {0};

    for (size_t i = 0; i < count; i++) {
        if (rules[i].kind == kind)
            *LIST_ADD(&copy) = rules[i];
    }
    *out_count = copy.count;
    return copy.items;
}

void firewall_job_fill(struct firewall_job *job, const struct firewall_changes *changes,
                       enum firewall_kind kind)
{
    job->removals = copy_of_kind(changes->removals, changes->removal_count, kind,
                                 &job->removal_count);
    job->additions = copy_of_kind(changes->additions, changes->addition_count, kind,
                                  &job->addition_count);
}

void firewall_job_fill_switches(struct firewall_job *job,
                                const struct script_rule_switch *switches, size_t count)
{
    mem_free(job->switches);
    job->switches = NULL;
    job->switch_count = count;
    if (count == 0)
        return;
    job->switches = mem_resize(NULL, count, sizeof *switches);
    memcpy(job->switches, switches, count * sizeof *switches);
}

void firewall_job_clear(struct firewall_job *job)
{
    mem_free(job->removals);
    mem_free(job->additions);
    mem_free(job->switches);
    *job = (struct firewall_job){0};
}

void firewall_part_open(struct firewall_part *part, enum firewall_kind kind)
{
    *part = (struct firewall_part){.kind = kind};
    if (kind == FIREWALL_HYPERV)
        part->hyperv = hyperv_firewall_open(&part->err);
    else
        part->host = firewall_com_open(&part->err);
}

void firewall_part_close(struct firewall_part *part)
{
    hyperv_firewall_close(part->hyperv);
    firewall_com_close(part->host);
    *part = (struct firewall_part){0};
}

bool firewall_part_read(struct firewall_part *part, struct firewall_state *out)
{
    if (part->kind == FIREWALL_HYPERV)
        return part->hyperv != NULL && hyperv_firewall_read(part->hyperv, out, &part->err);
    return part->host != NULL && firewall_com_read(part->host, out, &part->err);
}

static bool remove_rule(const struct firewall_part *part,
                        const struct firewall_rule *rule, struct error *err)
{
    if (part->kind == FIREWALL_HYPERV)
        return part->hyperv != NULL && hyperv_firewall_remove(part->hyperv, rule, err);
    return part->host != NULL && firewall_com_remove(part->host, rule, err);
}

static bool add_rule(const struct firewall_part *part, const struct firewall_rule *rule,
                     struct error *err)
{
    if (part->kind == FIREWALL_HYPERV)
        return part->hyperv != NULL && hyperv_firewall_add(part->hyperv, rule, err);
    return part->host != NULL && firewall_com_add(part->host, rule, err);
}

/* Its predecessor could not be removed: the reason for that is the one to show. */
static void forget_addition(struct firewall_job *job, const char *name)
{
    for (size_t i = job->addition_count; i-- > 0;) {
        if (strcmp(job->additions[i].name, name) == 0)
            job->additions[i] = job->additions[--job->addition_count];
    }
}

/* Told of all of them: which failed shows in the next reading. */
static void switch_all(const struct firewall_job *job, const struct firewall_part *part,
                       const struct firewall_witness *witness)
{
    struct error err = part->err;
    const bool ok = part->host != NULL && firewall_com_switch(part->host, job->switches,
                                                              job->switch_count, &err);

    for (size_t i = 0; i < job->switch_count; i++)
        witness->record(witness->context, job->switches[i].rule.name, ok, &err);
}

void firewall_job_carry_out(struct firewall_job *job, const struct firewall_part *part,
                            const struct firewall_witness *witness)
{
    void *context = witness->context;

    for (size_t i = 0; i < job->removal_count && !witness->is_stopping(context); i++) {
        struct error err = part->err;
        const bool ok = remove_rule(part, &job->removals[i], &err);

        witness->record(context, job->removals[i].name, ok, &err);
        if (!ok)
            forget_addition(job, job->removals[i].name);
    }
    for (size_t i = 0; i < job->addition_count && !witness->is_stopping(context); i++) {
        struct error err = part->err;
        const bool ok = add_rule(part, &job->additions[i], &err);

        witness->record(context, job->additions[i].name, ok, &err);
    }
    if (job->switch_count > 0 && !witness->is_stopping(context))
        switch_all(job, part, witness);
}

void firewall_job_fail(const struct firewall_job *job, const struct firewall_part *part,
                       const struct firewall_witness *witness)
{
    for (size_t i = 0; i < job->removal_count; i++)
        witness->record(witness->context, job->removals[i].name, false, &part->err);
    for (size_t i = 0; i < job->addition_count; i++)
        witness->record(witness->context, job->additions[i].name, false, &part->err);
}
