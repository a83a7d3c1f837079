/*
 * The report as bytes: circumstances first, then each list with its count.
 * SPDX-License-Identifier: MIT
 */
#include "core/protocol/reply.h"

#include "core/base/mem.h"
#include "core/protocol/wire_value.h"

#include <assert.h>

/* No encoded item is shorter. */
#define WSL_SIZE_MIN 10
#define USER_SIZE_MIN 2
#define RULE_SIZE_MIN (WIRE_RULE_SIZE_MIN + 15)
#define ENTRY_SIZE_MIN 13
#define WSL_PORT_SIZE_MIN 4

static size_t capped(size_t count, size_t maximum)
{
    return count < maximum ? count : maximum;
}

static size_t put_count(struct wire_writer *out, size_t count, size_t maximum)
{
    const size_t sent = capped(count, maximum);

    wire_put_u32(out, (uint32_t)sent);
    return sent;
}

#define EVIDENCE_CAPACITY (sizeof((struct wsl_view *)0)->evidence / WSL_NOTE_SIZE)

static void put_wsl(struct wire_writer *out, const struct wsl_view *view)
{
    assert(view->evidence_count <= EVIDENCE_CAPACITY);
    wire_put_text(out, view->user.text);
    wire_put_u8(out, (uint8_t)view->state);
    wire_put_u8(out, (uint8_t)view->mode);
    wire_put_bool(out, view->address_known);
    if (view->address_known)
        wire_put_address(out, &view->address);
    wire_put_text(out, view->problem);
    wire_put_message(out, &view->problem_message);
    wire_put_u8(out, (uint8_t)view->evidence_count);
    for (size_t i = 0; i < view->evidence_count; i++)
        wire_put_text(out, view->evidence[i]);
    wire_put_bool(out, view->look_again);
}

static void get_wsl(struct wire_reader *reader, struct wsl_view *out)
{
    wire_field(reader, "WSL user");
    out->user = wire_get_user(reader, WIRE_REQUIRED);
    wire_field(reader, "WSL state");
    out->state = (enum wsl_state)wire_get_enum(reader, WSL_STATE_COUNT);
    wire_field(reader, "networking mode");
    out->mode = (enum networking_mode)wire_get_enum(reader, NETWORKING_MODE_COUNT);
    wire_field(reader, "WSL address");
    out->address_known = wire_get_bool(reader);
    if (out->address_known)
        out->address = wire_get_address(reader, WIRE_REQUIRED);
    wire_field(reader, "WSL problem");
    wire_get_text(reader, out->problem, sizeof out->problem);
    wire_get_message(reader, &out->problem_message);
    wire_field(reader, "WSL evidence");
    out->evidence_count = wire_get_enum(reader, EVIDENCE_CAPACITY + 1);
    for (size_t i = 0; i < out->evidence_count; i++)
        wire_get_text(reader, out->evidence[i], sizeof out->evidence[i]);
    wire_field(reader, "WSL look again");
    out->look_again = wire_get_bool(reader);
}

static void put_status(struct wire_writer *out, const struct rule_status *status)
{
    wire_put_u8(out, (uint8_t)status->state);
    wire_put_u8(out, (uint8_t)status->reason);
    wire_put_u8(out, (uint8_t)status->warning);
    wire_put_u16(out, status->port_count);
    wire_put_u16(out, status->active_count);
    wire_put_u32(out, status->os_code);
    wire_put_text(out, status->subject);
    wire_put_message(out, &status->subject_message);
}

static void get_status(struct wire_reader *reader, struct rule_status *out)
{
    wire_field(reader, "rule state");
    out->state = (enum rule_state)wire_get_enum(reader, RULE_STATE_COUNT);
    wire_field(reader, "reason");
    out->reason = (enum reason)wire_get_enum(reader, REASON_COUNT);
    wire_field(reader, "warning");
    out->warning = (enum reason)wire_get_enum(reader, REASON_COUNT);
    wire_field(reader, "rule's port counts");
    out->port_count = wire_get_u16(reader);
    out->active_count = wire_get_u16(reader);
    wire_field(reader, "error code");
    out->os_code = wire_get_u32(reader);
    wire_field(reader, "reason's subject");
    wire_get_text(reader, out->subject, sizeof out->subject);
    wire_get_message(reader, &out->subject_message);
}

static void put_entry(struct wire_writer *out, const struct report_entry *item)
{
    wire_put_u8(out, (uint8_t)item->entry.key.type);
    wire_put_text(out, item->entry.key.listen);
    wire_put_u16(out, item->entry.key.port);
    wire_put_text(out, item->entry.value.connect);
    wire_put_u16(out, item->entry.value.port);
    wire_put_u8(out, (uint8_t)item->owner);
    wire_put_text(out, item->rule_id.text);
    wire_put_bool(out, item->is_adoptable);
}

static void get_entry(struct wire_reader *reader, struct report_entry *out)
{
    wire_field(reader, "entry type");
    out->entry.key.type = (enum portproxy_type)wire_get_enum(reader, PORTPROXY_TYPE_COUNT);
    wire_field(reader, "entry listen address");
    wire_get_text(reader, out->entry.key.listen, sizeof out->entry.key.listen);
    wire_field(reader, "entry listen port");
    out->entry.key.port = wire_get_port(reader);
    wire_field(reader, "entry connect address");
    wire_get_text(reader, out->entry.value.connect, sizeof out->entry.value.connect);
    wire_field(reader, "entry connect port");
    out->entry.value.port = wire_get_port(reader);
    wire_field(reader, "entry owner");
    out->owner = (enum entry_owner)wire_get_enum(reader, ENTRY_FOREIGN + 1);
    wire_field(reader, "entry rule id");
    out->rule_id = wire_get_rule_id(reader, WIRE_OPTIONAL);
    wire_field(reader, "entry adoptable");
    out->is_adoptable = wire_get_bool(reader);
}

static void put_policy(struct wire_writer *out, const struct policy *policy)
{
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        wire_put_bool(out, policy->sets[i]);
        wire_put_message(out, &policy->problems[i]);
    }
}

static void get_policy(struct wire_reader *reader, struct policy *out)
{
    wire_field(reader, "policy");
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        out->sets[i] = wire_get_bool(reader);
        wire_get_message(reader, &out->problems[i]);
    }
}

static void put_circumstances(struct wire_writer *out, const struct report *report)
{
    wire_put_u64(out, report->revision);
    wire_put_u64(out, (uint64_t)report->time_ms);
    wire_put_text(out, report->fault);
    wire_put_message(out, &report->fault_message);
    wire_put_text(out, report->notice);
    wire_put_message(out, &report->notice_message);
    put_policy(out, &report->policy);
    wire_put_bool(out, report->ip_helper.installed);
    wire_put_bool(out, report->ip_helper.running);
    wire_put_bool(out, report->ip_helper.disabled);
    wire_put_u32(out, report->ip_helper.process_id);
    wire_put_u8(out, (uint8_t)(report->firewall_current_profiles & PROFILE_MASK));
    wire_put_bool(out, report->firewall_known);
    wire_put_bool(out, report->firewall_busy);
    wire_put_bool(out, report->hyperv_known);
    wire_put_bool(out, report->hyperv_available);
    wire_put_u32(out, (uint32_t)capped(report->malformed_count, UINT32_MAX));
}

static void get_circumstances(struct wire_reader *reader, struct report *out)
{
    wire_field(reader, "revision");
    out->revision = wire_get_u64(reader);
    wire_field(reader, "time");
    out->time_ms = (int64_t)wire_get_u64(reader);
    wire_field(reader, "fault");
    wire_get_text(reader, out->fault, sizeof out->fault);
    wire_get_message(reader, &out->fault_message);
    wire_field(reader, "notice");
    wire_get_text(reader, out->notice, sizeof out->notice);
    wire_get_message(reader, &out->notice_message);
    get_policy(reader, &out->policy);
    wire_field(reader, "IP Helper");
    out->ip_helper.installed = wire_get_bool(reader);
    out->ip_helper.running = wire_get_bool(reader);
    out->ip_helper.disabled = wire_get_bool(reader);
    out->ip_helper.process_id = wire_get_u32(reader);
    wire_field(reader, "firewall");
    out->firewall_current_profiles = wire_get_enum(reader, PROFILE_MASK + 1);
    out->firewall_known = wire_get_bool(reader);
    out->firewall_busy = wire_get_bool(reader);
    out->hyperv_known = wire_get_bool(reader);
    out->hyperv_available = wire_get_bool(reader);
    wire_field(reader, "malformed entries");
    out->malformed_count = wire_get_u32(reader);
}

void report_encode(const struct report *report, struct wire_writer *out)
{
    size_t count;

    put_circumstances(out, report);
    count = put_count(out, report->wsl.count, REPORT_WSL_CAPACITY);
    for (size_t i = 0; i < count; i++)
        put_wsl(out, &report->wsl.items[i]);
    count = put_count(out, report->paused_user_count, REPORT_USER_CAPACITY);
    for (size_t i = 0; i < count; i++)
        wire_put_text(out, report->paused_users[i].text);
    count = put_count(out, report->rule_count, REPORT_RULE_CAPACITY);
    for (size_t i = 0; i < count; i++) {
        wire_put_rule(out, &report->rules[i].rule);
        put_status(out, &report->rules[i].status);
    }
    count = put_count(out, report->entry_count, REPORT_ENTRY_CAPACITY);
    for (size_t i = 0; i < count; i++)
        put_entry(out, &report->entries[i]);
    count = put_count(out, report->wsl_port_count, REPORT_WSL_PORT_CAPACITY);
    for (size_t i = 0; i < count; i++) {
        wire_put_text(out, report->wsl_ports[i].user.text);
        wire_put_u16(out, report->wsl_ports[i].port);
    }
}

/* Reads a list's count and makes zeroed room for its items; NULL when there are none. */
static void *get_list(struct wire_reader *reader, size_t maximum, size_t encoded_size,
                      size_t item_size, size_t *count, size_t *capacity)
{
    *count = *capacity = wire_get_count(reader, maximum, encoded_size);
    return *count > 0 ? mem_alloc(*count * item_size) : NULL;
}

static void get_wsl_ports(struct wire_reader *reader, struct report *out)
{
    wire_field(reader, "WSL ports");
    out->wsl_ports =
        get_list(reader, REPORT_WSL_PORT_CAPACITY, WSL_PORT_SIZE_MIN,
                 sizeof *out->wsl_ports, &out->wsl_port_count, &out->wsl_port_capacity);
    for (size_t i = 0; i < out->wsl_port_count; i++) {
        out->wsl_ports[i].user = wire_get_user(reader, WIRE_REQUIRED);
        out->wsl_ports[i].port = wire_get_port(reader);
    }
}

static void get_lists(struct wire_reader *reader, struct report *out)
{
    wire_field(reader, "WSL users");
    out->wsl.items = get_list(reader, REPORT_WSL_CAPACITY, WSL_SIZE_MIN,
                              sizeof *out->wsl.items, &out->wsl.count, &out->wsl.capacity);
    for (size_t i = 0; i < out->wsl.count; i++)
        get_wsl(reader, &out->wsl.items[i]);

    wire_field(reader, "paused users");
    out->paused_users =
        get_list(reader, REPORT_USER_CAPACITY, USER_SIZE_MIN, sizeof *out->paused_users,
                 &out->paused_user_count, &out->paused_user_capacity);
    for (size_t i = 0; i < out->paused_user_count; i++)
        out->paused_users[i] = wire_get_user(reader, WIRE_REQUIRED);

    wire_field(reader, "rules");
    out->rules = get_list(reader, REPORT_RULE_CAPACITY, RULE_SIZE_MIN, sizeof *out->rules,
                          &out->rule_count, &out->rule_capacity);
    for (size_t i = 0; i < out->rule_count; i++) {
        wire_get_rule(reader, &out->rules[i].rule);
        get_status(reader, &out->rules[i].status);
    }

    wire_field(reader, "entries");
    out->entries = get_list(reader, REPORT_ENTRY_CAPACITY, ENTRY_SIZE_MIN,
                            sizeof *out->entries, &out->entry_count, &out->entry_capacity);
    for (size_t i = 0; i < out->entry_count; i++)
        get_entry(reader, &out->entries[i]);
    get_wsl_ports(reader, out);
}

bool report_decode(const void *bytes, size_t size, struct report *out, struct error *err)
{
    struct wire_reader reader = wire_reader_over(bytes, size);
    struct report *decoded = report_new();
    bool ok;

    get_circumstances(&reader, decoded);
    get_lists(&reader, decoded);
    ok = wire_reader_finish(&reader, err);
    if (ok) {
        const struct report former = *out;

        *out = *decoded;
        *decoded = former; /* frees whatever `out` held */
    }
    report_free(decoded);
    return ok;
}
