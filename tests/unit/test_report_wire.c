/*
 * The report as bytes: every field survives, every count is bounded.
 * SPDX-License-Identifier: MIT
 */
#include "core/protocol/reply.h"

#include "core/base/mem.h"

#include <check.h>
#include <string.h>

Suite *report_wire_suite(void);

static const struct user_sid me = {"S-1-5-21-1-2-3-1001"};
static const struct rule_id id = {"0123abcd-0000-4000-8000-00000000000f"};

static void add_rules(struct report *report, size_t count)
{
    report->rules = mem_alloc(count * sizeof *report->rules);
    report->rule_count = report->rule_capacity = count;
    for (size_t i = 0; i < count; i++) {
        struct report_rule *item = &report->rules[i];

        item->rule = rule_default();
        item->rule.id = id;
        item->rule.owner = me;
        item->rule.listen.first_port = item->rule.listen.last_port = 3000;
        item->rule.connect.first_port = 8080;
        item->status.state = RULE_STATE_CONFLICT;
        item->status.reason = REASON_FOREIGN_ENTRY;
        item->status.warning = REASON_NOTHING_LISTENS;
        item->status.port_count = 7;
        item->status.active_count = 5;
        item->status.os_code = 0x80070005;
        memcpy(item->status.subject, "0.0.0.0:3000", 13);
        item->status.subject_message =
            message_of(MESSAGE_ENTRY, "0.0.0.0:3000", "172.28.1.2:80", NULL);
    }
}

static void add_entries(struct report *report, size_t count)
{
    report->entries = mem_alloc(count * sizeof *report->entries);
    report->entry_count = report->entry_capacity = count;
    for (size_t i = 0; i < count; i++) {
        struct report_entry *item = &report->entries[i];

        item->entry.key.type = PORTPROXY_V6TOV4;
        memcpy(item->entry.key.listen, "*", 2);
        item->entry.key.port = 1;
        memcpy(item->entry.value.connect, "wsl.local", 10);
        item->entry.value.port = 65535;
        item->owner = ENTRY_FOREIGN;
    }
}

static struct report *full_report(void)
{
    struct report *report = report_new();
    struct wsl_view *view = LIST_ADD(&report->wsl);

    report->revision = 0x0102030405060708;
    report->time_ms = -1;
    memcpy(report->fault, "fault", 6);
    memcpy(report->notice, "notice", 7);
    report->fault_message = message_of(MESSAGE_DATABASE_NEWER, "9", "4", NULL);
    report->notice_message = message_of(MESSAGE_DATABASE_DAMAGED, "file", NULL, NULL);
    report->policy.sets[SETTING_ALLOW_OUTBOUND] = true;
    report->policy.problems[SETTING_ALLOW_OUTBOUND] =
        message_of(MESSAGE_POLICY_REFUSED, "AllowOutbound", "REG_SZ 'x'", "REG_DWORD");
    view->user = me;
    view->state = WSL_SIGNED_OUT;
    view->mode = NETWORKING_MODE_NONE;
    view->address_known = true;
    view->address = (struct address){ADDRESS_IPV4, {172, 28, 1, 2}};
    memcpy(view->problem, "problem", 8);
    view->problem_message = message_of(MESSAGE_WSL_ADDRESS_OWN, "172.28.1.2", NULL, NULL);
    memcpy(view->evidence[3], "fourth", 7);
    view->evidence_count = 4;
    view->look_again = true;
    LIST_ADD(&report->wsl)->user = me;
    report->ip_helper = (struct ip_helper){true, false, true, 4711};
    report->firewall_current_profiles = PROFILE_PUBLIC;
    report->firewall_busy = true;
    report->hyperv_available = true;
    report->malformed_count = 3;
    report->paused_users = mem_alloc(sizeof *report->paused_users);
    report->paused_users[0] = me;
    report->paused_user_count = report->paused_user_capacity = 1;
    add_rules(report, 2);
    add_entries(report, 2);
    report->entries[1].owner = ENTRY_OURS;
    report->entries[1].rule_id = id;
    report->wsl_ports = mem_alloc(2 * sizeof *report->wsl_ports);
    report->wsl_port_count = report->wsl_port_capacity = 2;
    report->wsl_ports[0] = (struct report_wsl_port){me, 80};
    report->wsl_ports[1] = (struct report_wsl_port){me, 65535};
    return report;
}

/* Encodes and frees the report. */
static struct wire_writer encoded(struct report *report)
{
    struct wire_writer writer = {0};

    report_encode(report, &writer);
    report_free(report);
    return writer;
}

static struct report *read_back(struct report *report)
{
    struct wire_writer writer = encoded(report);
    struct report *out = report_new();
    struct error err = {0};

    ck_assert_msg(report_decode(writer.bytes, writer.size, out, &err), "%s", err.detail);
    wire_writer_clear(&writer);
    return out;
}

static void check_refused(const struct wire_writer *writer, size_t size,
                          const char *detail)
{
    struct report *out = report_new();
    struct error err = {0};

    out->revision = 5;
    ck_assert_msg(!report_decode(writer->bytes, size, out, &err), "accepted at %zu", size);
    ck_assert_int_eq(err.kind, ERR_INVALID);
    ck_assert(out->revision == 5 && out->rules == NULL && out->entries == NULL);
    if (detail != NULL)
        ck_assert_str_eq(err.detail, detail);
    report_free(out);
}

static void check_report_refused(struct report *report, const char *detail)
{
    struct wire_writer writer = encoded(report);

    check_refused(&writer, writer.size, detail);
    wire_writer_clear(&writer);
}

START_TEST(report_decode_keeps_the_circumstances)
{
    struct report *out = read_back(full_report());

    ck_assert(out->revision == 0x0102030405060708);
    ck_assert(out->time_ms == -1);
    ck_assert_str_eq(out->fault, "fault");
    ck_assert_str_eq(out->notice, "notice");
    ck_assert_int_eq(out->fault_message.id, MESSAGE_DATABASE_NEWER);
    ck_assert_str_eq(out->fault_message.arguments[1], "4");
    ck_assert_int_eq(out->notice_message.id, MESSAGE_DATABASE_DAMAGED);
    ck_assert_str_eq(out->notice_message.arguments[0], "file");
    ck_assert(!out->policy.sets[SETTING_ALLOW_WIDENING]);
    ck_assert(out->policy.sets[SETTING_ALLOW_OUTBOUND]);
    ck_assert_str_eq(out->policy.problems[SETTING_ALLOW_OUTBOUND].arguments[1],
                     "REG_SZ 'x'");
    ck_assert(out->ip_helper.installed && !out->ip_helper.running);
    ck_assert(out->ip_helper.disabled);
    ck_assert_uint_eq(out->ip_helper.process_id, 4711);
    ck_assert_uint_eq(out->firewall_current_profiles, PROFILE_PUBLIC);
    ck_assert(!out->firewall_known && out->firewall_busy);
    ck_assert(!out->hyperv_known && out->hyperv_available);
    ck_assert_uint_eq(out->malformed_count, 3);
    ck_assert(report_is_paused(out, &me));
    report_free(out);
}
END_TEST

START_TEST(report_decode_keeps_wsl_views)
{
    struct report *out = read_back(full_report());
    const struct wsl_view *view = report_wsl(out, &me);

    ck_assert_uint_eq(out->wsl.count, 2);
    ck_assert_int_eq(view->state, WSL_SIGNED_OUT);
    ck_assert_int_eq(view->mode, NETWORKING_MODE_NONE);
    ck_assert(view->address_known && view->look_again);
    ck_assert_uint_eq(view->address.bytes[3], 2);
    ck_assert_str_eq(view->problem, "problem");
    ck_assert_int_eq(view->problem_message.id, MESSAGE_WSL_ADDRESS_OWN);
    ck_assert_str_eq(view->problem_message.arguments[0], "172.28.1.2");
    ck_assert_uint_eq(view->evidence_count, 4);
    ck_assert_str_eq(view->evidence[0], "");
    ck_assert_str_eq(view->evidence[3], "fourth");
    ck_assert(!out->wsl.items[1].address_known);
    report_free(out);
}
END_TEST

START_TEST(report_decode_keeps_rules_and_their_states)
{
    struct report *out = read_back(full_report());
    const struct rule_status *status;

    ck_assert_uint_eq(out->rule_count, 2);
    ck_assert_str_eq(out->rules[1].rule.id.text, id.text);
    ck_assert_uint_eq(out->rules[1].rule.connect.first_port, 8080);
    status = &out->rules[1].status;
    ck_assert_int_eq(status->state, RULE_STATE_CONFLICT);
    ck_assert_int_eq(status->reason, REASON_FOREIGN_ENTRY);
    ck_assert_int_eq(status->warning, REASON_NOTHING_LISTENS);
    ck_assert_uint_eq(status->port_count, 7);
    ck_assert_uint_eq(status->active_count, 5);
    ck_assert_uint_eq(status->os_code, 0x80070005);
    ck_assert_str_eq(status->subject, "0.0.0.0:3000");
    ck_assert_int_eq(status->subject_message.id, MESSAGE_ENTRY);
    ck_assert_str_eq(status->subject_message.arguments[1], "172.28.1.2:80");
    report_free(out);
}
END_TEST

START_TEST(report_decode_keeps_entries_and_wsl_ports)
{
    struct report *out = read_back(full_report());
    const struct report_entry *item = &out->entries[0];

    ck_assert_uint_eq(out->entry_count, 2);
    ck_assert_int_eq(item->entry.key.type, PORTPROXY_V6TOV4);
    ck_assert_str_eq(item->entry.key.listen, "*");
    ck_assert_uint_eq(item->entry.key.port, 1);
    ck_assert_str_eq(item->entry.value.connect, "wsl.local");
    ck_assert_uint_eq(item->entry.value.port, 65535);
    ck_assert_int_eq(item->owner, ENTRY_FOREIGN);
    ck_assert_str_eq(item->rule_id.text, "");
    ck_assert_int_eq(out->entries[1].owner, ENTRY_OURS);
    ck_assert_str_eq(out->entries[1].rule_id.text, id.text);
    ck_assert_uint_eq(out->wsl_port_count, 2);
    ck_assert_str_eq(out->wsl_ports[1].user.text, me.text);
    ck_assert_uint_eq(out->wsl_ports[1].port, 65535);
    report_free(out);
}
END_TEST

START_TEST(report_decode_accepts_an_empty_report)
{
    struct report *out = read_back(report_new());

    ck_assert_ptr_null(out->rules);
    ck_assert_ptr_null(out->entries);
    ck_assert_uint_eq(out->wsl.count, 0);
    report_free(out);
}
END_TEST

START_TEST(report_encode_gives_the_same_bytes_again)
{
    struct wire_writer first = encoded(full_report());
    struct wire_writer second = {0};
    struct report *out = report_new();

    ck_assert(report_decode(first.bytes, first.size, out, NULL));
    report_encode(out, &second);

    ck_assert_uint_eq(first.size, second.size);
    ck_assert_mem_eq(first.bytes, second.bytes, first.size);
    wire_writer_clear(&first);
    wire_writer_clear(&second);
    report_free(out);
}
END_TEST

START_TEST(report_decode_refuses_every_shorter_message)
{
    struct wire_writer writer = encoded(full_report());

    for (size_t size = 0; size < writer.size; size++)
        check_refused(&writer, size, NULL);
    wire_writer_clear(&writer);
}
END_TEST

START_TEST(report_decode_refuses_bytes_after_the_end)
{
    struct wire_writer writer = encoded(full_report());

    wire_put_u8(&writer, 0);

    check_refused(&writer, writer.size, "message: 1 bytes too long");
    wire_writer_clear(&writer);
}
END_TEST

START_TEST(report_encode_cuts_lists_to_what_decode_accepts)
{
    struct report *report = report_new();
    struct report *out;

    add_rules(report, REPORT_RULE_CAPACITY + 1);
    add_entries(report, REPORT_ENTRY_CAPACITY + 1);
    out = read_back(report);

    ck_assert_uint_eq(out->rule_count, REPORT_RULE_CAPACITY);
    ck_assert_uint_eq(out->entry_count, REPORT_ENTRY_CAPACITY);
    report_free(out);
}
END_TEST

START_TEST(report_of_any_size_fits_the_pages)
{
    struct report *report = report_new();
    struct wire_writer writer;

    add_rules(report, REPORT_RULE_CAPACITY);
    add_entries(report, REPORT_ENTRY_CAPACITY);
    for (size_t i = 0; i < REPORT_RULE_CAPACITY; i++) {
        memset(report->rules[i].rule.name, 'n', RULE_TEXT_SIZE - 1);
        memset(report->rules[i].rule.comment, 'n', RULE_TEXT_SIZE - 1);
        memset(report->rules[i].status.subject, 's', STATUS_SUBJECT_SIZE - 1);
    }
    for (size_t i = 0; i < REPORT_ENTRY_CAPACITY; i++) {
        memset(report->entries[i].entry.key.listen, 'h', PORTPROXY_HOST_SIZE - 1);
        memset(report->entries[i].entry.value.connect, 'h', PORTPROXY_HOST_SIZE - 1);
    }
    writer = encoded(report);

    ck_assert_uint_le(writer.size, (size_t)SNAPSHOT_PAGE_COUNT_MAX * SNAPSHOT_PAGE_SIZE);
    wire_writer_clear(&writer);
}
END_TEST

START_TEST(report_decode_bounds_counts_before_it_allocates)
{
    /* The five counts of an empty report are its last twenty bytes. */
    static const char *const details[] = {"WSL users: too many", "paused users: too many",
                                          "rules: too many", "entries: too many",
                                          "WSL ports: too many"};
    static const char *const early[] = {
        "WSL users: message ends early", "paused users: message ends early",
        "rules: message ends early", "entries: message ends early",
        "WSL ports: message ends early"};
    struct wire_writer writer = encoded(report_new());
    const size_t at = writer.size - 20 + 4 * (size_t)_i;

    wire_set_u32(&writer, at, UINT32_MAX);
    check_refused(&writer, writer.size, details[_i]);
    wire_set_u32(&writer, at, 64);
    check_refused(&writer, writer.size, early[_i]);
    wire_writer_clear(&writer);
}
END_TEST

START_TEST(report_decode_refuses_unknown_values)
{
    struct report *report = full_report();

    report->wsl.items[0].state = WSL_STATE_COUNT;
    check_report_refused(report, "WSL state: unknown value");
    report = full_report();
    report->wsl.items[0].mode = NETWORKING_MODE_COUNT;
    check_report_refused(report, "networking mode: unknown value");
    report = full_report();
    report->rules[0].status.state = RULE_STATE_COUNT;
    check_report_refused(report, "rule state: unknown value");
    report = full_report();
    report->rules[0].status.reason = REASON_COUNT;
    check_report_refused(report, "reason: unknown value");
    report = full_report();
    report->rules[0].status.warning = REASON_COUNT;
    check_report_refused(report, "warning: unknown value");
    report = full_report();
    report->entries[0].entry.key.type = PORTPROXY_TYPE_COUNT;
    check_report_refused(report, "entry type: unknown value");
    report = full_report();
    report->entries[0].owner = (enum entry_owner)2;
    check_report_refused(report, "entry owner: unknown value");
}
END_TEST

START_TEST(report_decode_refuses_missing_values)
{
    struct report *report = full_report();

    report->wsl.items[0].address.family = ADDRESS_NONE;
    check_report_refused(report, "WSL address: missing");
    report = full_report();
    report->wsl.items[1].user.text[0] = '\0';
    check_report_refused(report, "WSL user: missing");
    report = full_report();
    report->paused_users[0].text[0] = '\0';
    check_report_refused(report, "paused users: missing");
    report = full_report();
    report->entries[1].entry.key.port = 0;
    check_report_refused(report, "entry listen port: must be 1 to 65535");
    report = full_report();
    report->entries[1].entry.value.port = 0;
    check_report_refused(report, "entry connect port: must be 1 to 65535");
}
END_TEST

Suite *report_wire_suite(void)
{
    Suite *suite = suite_create("report_wire");
    TCase *tcase = tcase_create("report_decode");

    tcase_set_timeout(tcase, 20);
    tcase_add_test(tcase, report_decode_keeps_the_circumstances);
    tcase_add_test(tcase, report_decode_keeps_wsl_views);
    tcase_add_test(tcase, report_decode_keeps_rules_and_their_states);
    tcase_add_test(tcase, report_decode_keeps_entries_and_wsl_ports);
    tcase_add_test(tcase, report_decode_accepts_an_empty_report);
    tcase_add_test(tcase, report_encode_gives_the_same_bytes_again);
    tcase_add_test(tcase, report_decode_refuses_every_shorter_message);
    tcase_add_test(tcase, report_decode_refuses_bytes_after_the_end);
    tcase_add_test(tcase, report_encode_cuts_lists_to_what_decode_accepts);
    tcase_add_test(tcase, report_of_any_size_fits_the_pages);
    tcase_add_loop_test(tcase, report_decode_bounds_counts_before_it_allocates, 0, 5);
    tcase_add_test(tcase, report_decode_refuses_unknown_values);
    tcase_add_test(tcase, report_decode_refuses_missing_values);
    suite_add_tcase(suite, tcase);
    return suite;
}
