/*
 * The chain of any rule against any status it can have, and the sockets shown with it.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/mem.h"
#include "core/reconcile/diagnosis.h"
#include "tests/fake_system.h"

#include <check.h>
#include <string.h>

#define RULE_ID "11111111-2222-3333-4444-555555555555"

/* One rule on one port, and what is seen of it. */
static struct scene {
    struct fake_windows windows;
    struct system system;
    struct rule_list rules;
    struct snapshot snapshot;
    struct wsl_view_list wsl;
    struct circumstances now;
    struct settings settings;
    struct user_sid_list paused;
    struct desired desired;
    struct ledger ledger;
    struct drift drift;
    struct plan plan;
    struct apply_result result;
    struct connection_list connections;
    struct outcome outcome;
    struct diagnosis out;
} it;

static void set_up(void)
{
    const struct given_up nothing = {0};
    struct error err;
    struct rule *rule;

    memset(&it, 0, sizeof it);
    fake_windows_init(&it.windows, "172.28.208.5");
    it.system = fake_system(&it.windows);
    ck_assert(it.system.observe(it.system.self, &it.snapshot, &err));
    rule = LIST_ADD(&it.rules);
    *rule = rule_default();
    text_copy(rule->id.text, sizeof rule->id.text, RULE_ID);
    text_copy(rule->owner.text, sizeof rule->owner.text, FAKE_USER);
    ck_assert(rule_listen_parse("3000", &rule->listen, &err));
    rule->connect.first_port = 3000;
    wsl_infer(&it.snapshot.wsl_machine, &it.snapshot.wsl_traces.items[0],
              &it.snapshot.adapters, LIST_ADD(&it.wsl));
    it.now = (struct circumstances){.rules = &it.rules,
                                    .settings = &it.settings,
                                    .paused = &it.paused,
                                    .snapshot = &it.snapshot,
                                    .wsl = &it.wsl};
    desired_build(&it.now, &it.desired);
    drift_find(&it.now, &it.desired, &it.ledger, &nothing, &it.drift);
    it.outcome = (struct outcome){.now = &it.now,
                                  .desired = &it.desired,
                                  .drift = &it.drift,
                                  .plan = &it.plan,
                                  .result = &it.result,
                                  .system = &it.system};
}

static void tear_down(void)
{
    drift_clear(&it.drift);
    desired_clear(&it.desired);
    LIST_CLEAR(&it.wsl);
    LIST_CLEAR(&it.connections);
    rule_list_clear(&it.rules);
    snapshot_clear(&it.snapshot);
}

static void find(enum rule_state state, enum reason reason, enum reason warning)
{
    struct diagnosis_evidence evidence = {
        .outcome = &it.outcome,
        .connections = &it.connections,
        .status = {.state = state, .reason = reason, .warning = warning},
        .worst_entry = it.desired.entry_count > 0 ? 0 : NO_INDEX,
    };

    text_copy(evidence.status.subject, sizeof evidence.status.subject, "the subject");
    diagnosis_find(&evidence, &it.out);
}

static const struct diagnosis_link *first_broken(void)
{
    for (size_t i = 0; i < it.out.link_count; i++) {
        if (it.out.links[i].verdict == LINK_BROKEN)
            return &it.out.links[i];
    }
    return NULL;
}

/* What the evidence shows of the entry while the status is what it is. */
static const enum drift_kind drifts[] = {
    DRIFT_HELD,     DRIFT_IN_PLACE, DRIFT_UNCONFIRMED, DRIFT_FOREIGN_EQUAL, DRIFT_MISSING,
    DRIFT_OUTDATED, DRIFT_CONFLICT, DRIFT_GIVEN_UP,    DRIFT_SURPLUS,       DRIFT_GONE,
    DRIFT_LOST,     DRIFT_ABSENT,   DRIFT_KEPT_OPEN};
#define DRIFT_COUNT (sizeof drifts / sizeof drifts[0])

START_TEST(the_first_broken_link_explains_the_state_whatever_is_seen)
{
    const enum reason reason = (enum reason)_i;

    for (size_t i = 0; i < DRIFT_COUNT * DRIFT_COUNT; i++) {
        it.drift.entries[0].kind = drifts[i / DRIFT_COUNT];
        it.drift.firewall_rules[0].kind = drifts[i % DRIFT_COUNT];
        find(RULE_STATE_BLOCKED, reason, REASON_NONE);

        ck_assert_msg(first_broken() != NULL, "%s", reason_name(reason));
        ck_assert_str_eq(reason_name(first_broken()->reason), reason_name(reason));
        ck_assert_str_eq(first_broken()->subject, "the subject");
    }
}
END_TEST

/* ... also of a rule that stands for no entry. */
START_TEST(the_first_broken_link_explains_a_rule_without_entries)
{
    const enum reason reason = (enum reason)_i;

    it.desired.entry_count = 0;
    it.desired.rules[0].kind = DESIRED_NONE;
    find(RULE_STATE_WAITING, reason, REASON_NONE);

    ck_assert_ptr_nonnull(first_broken());
    ck_assert_str_eq(reason_name(first_broken()->reason), reason_name(reason));
}
END_TEST

START_TEST(a_warning_of_an_active_rule_is_at_its_link_and_nothing_is_broken)
{
    static const enum reason warnings[] = {REASON_NOTHING_LISTENS, REASON_FOREIGN_EQUAL};
    static const enum link_kind kinds[] = {LINK_TARGET, LINK_ENTRY};

    it.drift.entries[0].kind = DRIFT_IN_PLACE;
    find(RULE_STATE_ACTIVE, REASON_NONE, warnings[_i]);

    ck_assert_ptr_null(first_broken());
    ck_assert_int_eq(it.out.links[kinds[_i] - 1].verdict, LINK_WARNING);
    ck_assert_int_eq(it.out.links[kinds[_i] - 1].reason, warnings[_i]);
}
END_TEST

START_TEST(an_entry_about_to_be_written_is_the_broken_link)
{
    find(RULE_STATE_APPLYING, REASON_NONE, REASON_NONE);

    ck_assert_int_eq(first_broken()->kind, LINK_ENTRY);
    ck_assert_int_eq(first_broken()->reason, REASON_NONE);
}
END_TEST

static const enum networking_mode other_modes[] = {
    NETWORKING_MODE_MIRRORED, NETWORKING_MODE_VIRTIOPROXY, NETWORKING_MODE_BRIDGED,
    NETWORKING_MODE_NONE};

START_TEST(in_a_mode_without_entries_no_later_link_is_needed)
{
    it.wsl.items[0].mode = other_modes[_i];
    find(RULE_STATE_NOT_NEEDED, REASON_MODE_VIRTIOPROXY, REASON_NONE);

    ck_assert_int_eq(first_broken()->kind, LINK_MODE);
    for (size_t i = LINK_MODE; i < it.out.link_count; i++)
        ck_assert_int_eq(it.out.links[i].verdict, LINK_NOT_NEEDED);
}
END_TEST

START_TEST(a_mode_that_is_not_known_is_not_called_broken)
{
    it.wsl.items[0].mode = NETWORKING_MODE_UNKNOWN;
    find(RULE_STATE_ACTIVE, REASON_NONE, REASON_NONE);

    ck_assert_int_eq(it.out.links[LINK_MODE - 1].verdict, LINK_UNKNOWN);
}
END_TEST

START_TEST(a_firewall_that_was_not_read_yet_is_unknown)
{
    it.snapshot.firewall.known = false;
    it.drift.entries[0].kind = DRIFT_IN_PLACE;
    it.drift.firewall_rules[0].kind = DRIFT_HELD;
    find(RULE_STATE_ACTIVE, REASON_NONE, REASON_NONE);

    ck_assert_int_eq(it.out.links[LINK_FIREWALL - 1].verdict, LINK_UNKNOWN);
    ck_assert_int_eq(it.out.links[LINK_NETWORK - 1].verdict, LINK_UNKNOWN);
}
END_TEST

static void listens(uint32_t process_id, const char *address, uint16_t port)
{
    struct listener *listener = LIST_ADD(&it.snapshot.listeners);

    listener->process_id = process_id;
    listener->port = port;
    ck_assert(address_parse(address, &listener->address));
}

START_TEST(the_listeners_at_the_rules_ports_are_shown_with_their_programs)
{
    listens(77, "127.0.0.1", 3000);
    listens(FAKE_HELPER_PID, "0.0.0.0", 3000);
    listens(77, "::1", 3000);
    listens(77, "0.0.0.0", 3001);
    find(RULE_STATE_ACTIVE, REASON_NONE, REASON_NONE);

    ck_assert_uint_eq(it.out.listener_count, 2);
    ck_assert(it.out.listeners[0].is_ip_helper);
    ck_assert(!it.out.listeners[1].is_ip_helper);
    ck_assert_str_eq(it.out.listeners[1].program, "nginx.exe");
}
END_TEST

START_TEST(more_listeners_than_there_is_room_for_are_left_out)
{
    for (uint16_t i = 0; i < DIAGNOSIS_LISTENER_CAPACITY + 3; i++)
        listens(77, "0.0.0.0", 3000);
    find(RULE_STATE_ACTIVE, REASON_NONE, REASON_NONE);

    ck_assert_uint_eq(it.out.listener_count, DIAGNOSIS_LISTENER_CAPACITY);
}
END_TEST

static void connect_to(uint32_t process_id, const char *local, uint16_t local_port,
                       const char *remote, uint16_t remote_port)
{
    struct connection *connection = LIST_ADD(&it.connections);

    connection->process_id = process_id;
    connection->local_port = local_port;
    connection->remote_port = remote_port;
    ck_assert(address_parse(local, &connection->local));
    ck_assert(address_parse(remote, &connection->remote));
}

START_TEST(the_connections_that_the_helper_accepted_at_the_rules_ports_are_shown)
{
    connect_to(FAKE_HELPER_PID, FAKE_LAN, 3000, "192.168.1.30", 50001);
    connect_to(FAKE_HELPER_PID, FAKE_LAN, 3000, "192.168.1.20", 50002);
    connect_to(77, FAKE_LAN, 3000, "192.168.1.20", 50003);
    connect_to(0, FAKE_LAN, 3000, "192.168.1.20", 50004);
    connect_to(FAKE_HELPER_PID, FAKE_LAN, 3001, "192.168.1.20", 50005);
    connect_to(FAKE_HELPER_PID, FAKE_GATEWAY, 50006, "172.28.208.5", 3000);
    connect_to(FAKE_HELPER_PID, "fd00::1", 3000, "fd00::2", 50007);
    find(RULE_STATE_ACTIVE, REASON_NONE, REASON_NONE);

    ck_assert_uint_eq(it.out.connection_total, 3);
    ck_assert_uint_eq(it.out.connection_count, 3);
    ck_assert_uint_eq(it.out.connections[0].remote_port, 50002);
    ck_assert_uint_eq(it.out.connections[1].remote_port, 50004);
    ck_assert_uint_eq(it.out.connections[2].remote_port, 50001);
}
END_TEST

START_TEST(while_the_helper_is_stopped_no_connection_is_its)
{
    it.snapshot.ip_helper.running = false;
    it.snapshot.ip_helper.process_id = 0;
    connect_to(0, FAKE_LAN, 3000, "192.168.1.20", 50001);
    find(RULE_STATE_BLOCKED, REASON_IP_HELPER_STOPPED, REASON_NONE);

    ck_assert_uint_eq(it.out.connection_total, 0);
}
END_TEST

START_TEST(a_rule_on_one_address_has_only_the_connections_there)
{
    struct rule *rule = &it.rules.items[0];

    rule->listen.kind = LISTEN_ADDRESS;
    ck_assert(address_parse(FAKE_LAN, &rule->listen.address));
    connect_to(FAKE_HELPER_PID, FAKE_LAN, 3000, "192.168.1.20", 50001);
    connect_to(FAKE_HELPER_PID, FAKE_GATEWAY, 3000, "172.28.208.5", 50002);
    find(RULE_STATE_ACTIVE, REASON_NONE, REASON_NONE);

    ck_assert_uint_eq(it.out.connection_total, 1);
}
END_TEST

START_TEST(a_rule_on_an_interface_has_the_connections_to_its_addresses)
{
    struct rule *rule = &it.rules.items[0];

    rule->listen.kind = LISTEN_INTERFACE;
    text_copy(rule->listen.interface_name, sizeof rule->listen.interface_name, "wi-fi");
    connect_to(FAKE_HELPER_PID, FAKE_LAN, 3000, "192.168.1.20", 50001);
    connect_to(FAKE_HELPER_PID, FAKE_GATEWAY, 3000, "172.28.208.5", 50002);
    find(RULE_STATE_ACTIVE, REASON_NONE, REASON_NONE);

    ck_assert_uint_eq(it.out.connection_total, 1);
}
END_TEST

START_TEST(more_connections_than_are_shown_are_counted)
{
    for (uint16_t i = 0; i < DIAGNOSIS_CONNECTION_CAPACITY + 5; i++)
        connect_to(FAKE_HELPER_PID, FAKE_LAN, 3000, "192.168.1.20", (uint16_t)(40000 + i));
    find(RULE_STATE_ACTIVE, REASON_NONE, REASON_NONE);

    ck_assert_uint_eq(it.out.connection_count, DIAGNOSIS_CONNECTION_CAPACITY);
    ck_assert_uint_eq(it.out.connection_total, DIAGNOSIS_CONNECTION_CAPACITY + 5);
}
END_TEST

/* Every verdict of every link, with and without something found. */
START_TEST(diagnosis_link_explain_gives_a_sentence_for_each_verdict)
{
    static const char *const subjects[] = {"", "%s%n"};

    for (int verdict = LINK_GOOD; verdict <= LINK_NOT_NEEDED; verdict++) {
        for (size_t i = 0; i < 2; i++) {
            struct diagnosis_link link = {.kind = (enum link_kind)_i,
                                          .verdict = (enum link_verdict)verdict};
            char words[400];
            struct text text = TEXT_OVER(words);

            text_copy(link.subject, sizeof link.subject, subjects[i]);
            diagnosis_link_explain(&link, &text);

            ck_assert_msg(text.length > 2 && words[text.length - 1] == '.', "'%s'", words);
            ck_assert_msg(i == 1 || strchr(words, '%') == NULL, "'%s'", words);
        }
    }
}
END_TEST

START_TEST(diagnosis_link_explain_tells_the_reason_and_what_to_do)
{
    const struct diagnosis_link link = {.kind = LINK_LISTENER,
                                        .verdict = LINK_BROKEN,
                                        .reason = REASON_PORT_IN_USE,
                                        .subject = "nginx.exe"};
    char words[400];
    struct text text = TEXT_OVER(words);

    diagnosis_link_explain(&link, &text);

    ck_assert_str_eq(words,
                     "The port is in use by nginx.exe. Stop that program, or choose "
                     "another port with 'tidegatectl edit --listen'.");
}
END_TEST

START_TEST(diagnosis_link_explain_names_what_is_good)
{
    const struct diagnosis_link link = {
        .kind = LINK_ADDRESS, .verdict = LINK_GOOD, .subject = "172.28.208.5"};
    char words[400];
    struct text text = TEXT_OVER(words);

    diagnosis_link_explain(&link, &text);

    ck_assert_str_eq(words, "The address to connect to is 172.28.208.5.");
}
END_TEST

START_TEST(link_names_are_words_and_differ)
{
    const char *name = link_kind_name((enum link_kind)_i);

    ck_assert(name[0] != '\0' &&
              name[strspn(name, "abcdefghijklmnopqrstuvwxyz-")] == '\0');
    for (int other = LINK_RULE; other < _i; other++)
        ck_assert_str_ne(name, link_kind_name((enum link_kind)other));
}
END_TEST

START_TEST(names_in_the_contract_of_links_stay)
{
    ck_assert_str_eq(link_kind_name(LINK_IP_HELPER), "ip-helper");
    ck_assert_str_eq(link_kind_name(LINK_KIND_END), "unknown");
    ck_assert_str_eq(link_verdict_name(LINK_GOOD), "good");
    ck_assert_str_eq(link_verdict_name(LINK_NOT_NEEDED), "not-needed");
    ck_assert_str_eq(link_verdict_name((enum link_verdict)0), "unknown");
}
END_TEST

Suite *diagnosis_links_suite(void);

Suite *diagnosis_links_suite(void)
{
    const TTest *const tests[] = {
        an_entry_about_to_be_written_is_the_broken_link,
        a_mode_that_is_not_known_is_not_called_broken,
        a_firewall_that_was_not_read_yet_is_unknown,
        the_listeners_at_the_rules_ports_are_shown_with_their_programs,
        more_listeners_than_there_is_room_for_are_left_out,
        the_connections_that_the_helper_accepted_at_the_rules_ports_are_shown,
        while_the_helper_is_stopped_no_connection_is_its,
        a_rule_on_one_address_has_only_the_connections_there,
        a_rule_on_an_interface_has_the_connections_to_its_addresses,
        more_connections_than_are_shown_are_counted,
        diagnosis_link_explain_tells_the_reason_and_what_to_do,
        diagnosis_link_explain_names_what_is_good,
        names_in_the_contract_of_links_stay,
    };
    Suite *suite = suite_create("diagnosis_links");
    TCase *tcase = tcase_create("links");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, the_first_broken_link_explains_the_state_whatever_is_seen,
                        REASON_NONE + 1, REASON_COUNT);
    tcase_add_loop_test(tcase, the_first_broken_link_explains_a_rule_without_entries,
                        REASON_NONE + 1, REASON_COUNT);
    tcase_add_loop_test(
        tcase, a_warning_of_an_active_rule_is_at_its_link_and_nothing_is_broken, 0, 2);
    tcase_add_loop_test(tcase, in_a_mode_without_entries_no_later_link_is_needed, 0, 4);
    tcase_add_loop_test(tcase, diagnosis_link_explain_gives_a_sentence_for_each_verdict,
                        LINK_RULE, LINK_KIND_END);
    tcase_add_loop_test(tcase, link_names_are_words_and_differ, LINK_RULE, LINK_KIND_END);
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    return suite;
}
