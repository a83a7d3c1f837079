/*
 * From the outcome of a pass to the report that every client sees.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/mem.h"
#include "core/engine/engine_state.h"
#include "core/reconcile/adoption.h"

#include <stdlib.h>
#include <string.h>

static void add_rules(struct report *report, const struct outcome *outcome)
{
    for (size_t i = 0; i < outcome->now->rules->count; i++) {
        report->rules = mem_grow(report->rules, report->rule_count,
                                 &report->rule_capacity, sizeof *report->rules);
        report->rules[report->rule_count].rule = outcome->now->rules->items[i];
        report->rules[report->rule_count].status = outcome->statuses[i];
        report->rule_count++;
    }
}

static struct report_entry *add_entry(struct report *report)
{
    report->entries = mem_grow(report->entries, report->entry_count,
                               &report->entry_capacity, sizeof *report->entries);
    return &report->entries[report->entry_count++];
}

/* The rule a foreign entry stands in the way of, or stands in for. */
static const struct rule *find_rule_behind(const struct outcome *outcome,
                                           size_t live_index)
{
    for (size_t i = 0; i < outcome->desired->entry_count; i++) {
        const struct entry_drift *drift = &outcome->drift->entries[i];

        if (drift->live_index == live_index &&
            (drift->kind == DRIFT_CONFLICT || drift->kind == DRIFT_FOREIGN_EQUAL ||
             drift->kind == DRIFT_KEPT_OPEN))
            return &outcome->now->rules->items[outcome->desired->entries[i].rule_index];
    }
    return NULL;
}

static void add_entries(struct report *report, const struct world *world,
                        const struct outcome *outcome)
{
    for (size_t i = 0; i < world->snapshot.portproxy.count; i++) {
        struct report_entry *entry = add_entry(report);
        const struct owned_entry *owned;
        const struct rule *behind;

        entry->entry = world->snapshot.portproxy.items[i];
        owned = ledger_find_entry(&world->ledger, &entry->entry.key);
        if (owned != NULL && owned_entry_covers(owned, &entry->entry.value)) {
            entry->owner = ENTRY_OURS;
            entry->rule_id = owned->rule_id;
            continue;
        }
        entry->owner = ENTRY_FOREIGN;
        behind = find_rule_behind(outcome, i);
        if (behind != NULL)
            entry->rule_id = behind->id;
        else
            entry->is_adoptable = adoption_is_possible(
                &entry->entry, &world->snapshot.wsl_machine, &world->snapshot.wsl_traces);
    }
}

static int compare_entries(const void *a, const void *b)
{
    const struct portproxy_key *left = &((const struct report_entry *)a)->entry.key;
    const struct portproxy_key *right = &((const struct report_entry *)b)->entry.key;

    if (left->type != right->type)
        return left->type < right->type ? -1 : 1;
    if (left->port != right->port)
        return left->port < right->port ? -1 : 1;
    return strcmp(left->listen, right->listen);
}

static void add_users(struct report *report, const struct world *world)
{
    for (size_t i = 0; i < world->wsl.count; i++)
        *LIST_ADD(&report->wsl) = world->wsl.items[i];
    for (size_t i = 0; i < world->paused.count; i++) {
        report->paused_users =
            mem_grow(report->paused_users, report->paused_user_count,
                     &report->paused_user_capacity, sizeof *report->paused_users);
        report->paused_users[report->paused_user_count++] = world->paused.items[i];
    }
}

static void add_wsl_port(struct report *report, const struct user_sid *user, uint16_t port)
{
    report->wsl_ports = mem_grow(report->wsl_ports, report->wsl_port_count,
                                 &report->wsl_port_capacity, sizeof *report->wsl_ports);
    report->wsl_ports[report->wsl_port_count].user = *user;
    report->wsl_ports[report->wsl_port_count].port = port;
    report->wsl_port_count++;
}

static int compare_wsl_ports(const void *a, const void *b)
{
    const struct report_wsl_port *left = a;
    const struct report_wsl_port *right = b;
    const int users = strcmp(left->user.text, right->user.text);

    return users != 0 ? users : (int)left->port - (int)right->port;
}

/* A port that Linux listens on for both families has two listeners. */
static void drop_repeated_wsl_ports(struct report *report)
{
    size_t kept = 0;

    for (size_t i = 0; i < report->wsl_port_count; i++) {
        if (kept == 0 ||
            compare_wsl_ports(&report->wsl_ports[kept - 1], &report->wsl_ports[i]) != 0)
            report->wsl_ports[kept++] = report->wsl_ports[i];
    }
    report->wsl_port_count = kept;
}

/* WSL's relay listens on loopback for each port that Linux listens on (facts/wsl.md §6). */
static void add_wsl_ports(struct report *report, const struct snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->wsl_traces.count; i++) {
        const struct wsl_trace *trace = &snapshot->wsl_traces.items[i];

        for (size_t k = 0; trace->relay_found && k < snapshot->listeners.count; k++) {
            const struct listener *listener = &snapshot->listeners.items[k];

            if (listener->process_id == trace->relay_process_id &&
                address_is_loopback(&listener->address))
                add_wsl_port(report, &trace->user, listener->port);
        }
    }
    if (report->wsl_port_count > 0)
        qsort(report->wsl_ports, report->wsl_port_count, sizeof *report->wsl_ports,
              compare_wsl_ports);
    drop_repeated_wsl_ports(report);
}

static struct report *build(const struct world *world, const struct outcome *outcome)
{
    struct report *report = report_new();

    report->policy = world->policy;
    report->ip_helper = world->snapshot.ip_helper;
    report->firewall_current_profiles = world->snapshot.firewall.current_profiles;
    report->firewall_known = world->snapshot.firewall.known;
    report->firewall_busy =
        world->snapshot.firewall.host_busy || world->snapshot.firewall.hyperv_busy;
    report->hyperv_known = world->snapshot.firewall.hyperv_known;
    report->hyperv_available = world->snapshot.firewall.hyperv_available;
    report->malformed_count = world->snapshot.malformed_count;
    add_users(report, world);
    add_rules(report, outcome);
    add_entries(report, world, outcome);
    add_wsl_ports(report, &world->snapshot);
    if (report->entry_count > 0)
        qsort(report->entries, report->entry_count, sizeof *report->entries,
              compare_entries);
    return report;
}

static bool bytes_equal(const struct wire_writer *a, const struct wire_writer *b)
{
    return a->size == b->size &&
           (a->size == 0 || memcmp(a->bytes, b->bytes, a->size) == 0);
}

/* Gives the last report a new revision and its bytes. */
static void stamp(struct engine *engine)
{
    const struct system *system = engine->system;

    engine->report->revision++;
    engine->report->time_ms = system->wall_clock_ms(system->self);
    wire_writer_clear(&engine->report_bytes);
    report_encode(engine->report, &engine->report_bytes);
}

void engine_publish(struct engine *engine, const struct world *world,
                    const struct outcome *outcome)
{
    struct report *last = engine->report;
    struct report *report = world != NULL ? build(world, outcome) : last;
    struct wire_writer bytes = {0};

    report->revision = last->revision;
    report->time_ms = last->time_ms;
    text_copy(report->fault, sizeof report->fault, engine->fault);
    text_copy(report->notice, sizeof report->notice, engine->notice);
    report->fault_message = engine->fault_message;
    report->notice_message = engine->notice_message;
    report_encode(report, &bytes);
    if (report != last) {
        engine->report = report;
        report_free(last);
    }
    if (!bytes_equal(&bytes, &engine->report_bytes))
        stamp(engine);
    wire_writer_clear(&bytes);
}
