/*
 * Diagnosing rules on a Windows in memory: each way in which a forward can be, link by link.
 * SPDX-License-Identifier: MIT
 */
#include "core/engine/diagnose.h"

#include "core/base/mem.h"
#include "tests/unit/engine_fixture.h"

#include <check.h>
#include <string.h>

static struct engine_fixture it;

static void set_up(void)
{
    engine_fixture_open(&it, ":memory:");
}

static void tear_down(void)
{
    engine_fixture_close(&it);
}

static struct diagnosis diagnose(const struct rule_id *id)
{
    struct diagnosis diagnosis;
    struct error err = {0};

    ck_assert_msg(engine_diagnose(it.engine, id, false, &diagnosis, &err), "%s",
                  err.detail);
    return diagnosis;
}

/* One letter for each link: good, warning, broken, unknown, not needed (-). */
static const char *letters(const struct diagnosis *diagnosis)
{
    static char word[LINK_KIND_END];

    ck_assert_uint_eq(diagnosis->link_count, LINK_KIND_END - 1);
    for (size_t i = 0; i < diagnosis->link_count; i++) {
        ck_assert_int_eq(diagnosis->links[i].kind, (int)i + 1);
        word[i] = " gwbu-"[diagnosis->links[i].verdict];
    }
    word[diagnosis->link_count] = '\0';
    return word;
}

static const struct diagnosis_link *first_that(const struct diagnosis *diagnosis,
                                               enum link_verdict verdict)
{
    for (size_t i = 0; i < diagnosis->link_count; i++) {
        if (diagnosis->links[i].verdict == verdict)
            return &diagnosis->links[i];
    }
    return NULL;
}

static void listen_as(uint32_t process_id, const char *address, uint16_t port)
{
    struct listener *listener = &it.windows.strangers[it.windows.stranger_count++];

    *listener = (struct listener){.port = port, .process_id = process_id};
    ck_assert(address_parse(address, &listener->address));
}

static struct rule_id add_literal(const char *listen, const char *connect)
{
    struct rule rule = new_rule("literal", listen);
    struct error err;

    ck_assert(rule_connect_parse(connect, rule.listen.first_port, &rule.connect, &err));
    err = put(&it, &rule);
    ck_assert_msg(err.kind == ERR_NONE, "%s", err.detail);
    return it.last_id;
}

/* The scenes. Each gives the rule that is diagnosed. */

static struct rule_id active(void)
{
    listen_as(FAKE_RELAY_PID, "127.0.0.1", 3000);
    return add_rule(&it, "a", FAKE_LAN ":3000");
}

static struct rule_id active_on_all_addresses(void)
{
    return add_rule(&it, "a", "3000");
}

static struct rule_id nothing_listens_in_wsl(void)
{
    return add_rule(&it, "a", FAKE_LAN ":3000");
}

static struct rule_id literal_target(void)
{
    return add_literal("3000", "10.1.2.3");
}

static struct rule_id without_firewall_rule(void)
{
    struct rule rule = new_rule("a", "3000");

    rule.scope.profiles = 0;
    ck_assert_int_eq(put(&it, &rule).kind, ERR_NONE);
    return it.last_id;
}

static struct rule_id off(void)
{
    const struct rule_id id = add_rule(&it, "a", "3000");

    enable(&it, &id, false);
    settle(&it);
    return id;
}

static struct rule_id off_and_kept_open(void)
{
    const struct rule_id id = off();

    fake_set_entry(&it.windows, PORTPROXY_V4TOV4, "0.0.0.0/3000", "10.9.9.9/80");
    return id;
}

static struct rule_id paused(void)
{
    const struct rule_id id = add_rule(&it, "a", "3000");

    ck_assert_int_eq(ask(&it, VERB_PAUSE), ERR_NONE);
    return id;
}

static struct rule_id signed_out(void)
{
    const struct rule_id id = add_rule(&it, "a", "3000");

    it.windows.traces[0].hive_loaded = false;
    work(&it, EVENT_SESSION_CHANGED);
    return id;
}

static struct rule_id stopped_and_kept(void)
{
    const struct rule_id id = add_rule(&it, "a", "3000");

    fake_stop_wsl(&it.windows);
    work(&it, EVENT_WSL_CHANGED);
    return id;
}

static struct rule_id stopped_and_withdrawn(void)
{
    ck_assert_int_eq(set_setting(&it, "when-wsl-stops", "withdraw"), ERR_NONE);
    return stopped_and_kept();
}

static struct rule_id address_unknown(void)
{
    const struct rule_id id = add_rule(&it, "a", "3000");

    fake_move(&it.windows, "10.0.0.1");
    work(&it, EVENT_WSL_CHANGED);
    return id;
}

static struct rule_id foreign_entry(void)
{
    fake_set_entry(&it.windows, PORTPROXY_V4TOV4, "0.0.0.0/3000", "10.9.9.9/80");
    return add_rule(&it, "a", "3000");
}

static struct rule_id foreign_equal(void)
{
    fake_set_entry(&it.windows, PORTPROXY_V4TOV4, "0.0.0.0/3000", "172.28.208.5/3000");
    it.windows.helper = it.windows.registry;
    return add_rule(&it, "a", "3000");
}

static struct rule_id entry_given_up(void)
{
    const struct rule_id id = add_rule(&it, "a", "3000");

    for (int i = 0; i < 4; i++) {
        fake_remove_entry(&it.windows, PORTPROXY_V4TOV4, "0.0.0.0/3000");
        work(&it, EVENT_PORTPROXY_CHANGED);
    }
    return id;
}

static struct rule_id firewall_rule_given_up(void)
{
    const struct rule_id id = add_rule(&it, "a", "3000");

    for (int i = 0; i < 4; i++) {
        it.windows.rule_count = 0;
        work(&it, EVENT_FIREWALL_CHANGED);
    }
    return id;
}

static struct rule_id other_rule(void)
{
    struct rule_id id;

    add_rule(&it, "older", FAKE_LAN ":3000");
    it.windows.adapters[0].address_count = 0;
    id = add_rule(&it, "younger", "Wi-Fi:3000");
    it.windows.adapters[0].address_count = 1;
    work(&it, EVENT_NETWORK_CHANGED);
    return id;
}

static struct rule_id port_in_use(void)
{
    struct rule_id id;

    listen_as(77, "0.0.0.0", 3000);
    id = add_rule(&it, "a", "3000");
    settle(&it);
    return id;
}

static struct rule_id port_reserved(void)
{
    struct rule_id id;

    it.windows.reserved_port = 3000;
    id = add_rule(&it, "a", "3000");
    settle(&it);
    return id;
}

static struct rule_id not_listening(void)
{
    const struct rule_id id = add_rule(&it, "a", "3000");

    settle(&it);
    it.windows.helper.count = 0;
    return id;
}

static struct rule_id helper_stopped(void)
{
    const struct rule_id id = add_rule(&it, "a", "3000");

    it.windows.ip_helper.running = false;
    return id;
}

static struct rule_id helper_disabled(void)
{
    it.windows.ip_helper.disabled = true;
    return helper_stopped();
}

static struct rule_id firewall_pending(void)
{
    it.windows.firewall_is_slow = true;
    return add_rule(&it, "a", "3000");
}

static struct rule_id firewall_failed(void)
{
    it.windows.firewall_refuses = 0x80070005u;
    return add_rule(&it, "a", "3000");
}

/* The entry gives way to a Hyper-V firewall rule, and WMI does not answer for it. */
static struct rule_id hyperv_is_unread(uint32_t error)
{
    struct request request = {.verb = VERB_REPORT_WSL,
                              .wsl_hint = {.effective = NETWORKING_MODE_MIRRORED}};
    const struct rule_id id = add_rule(&it, "a", "3000");
    struct reply reply;

    it.windows.hyperv_unread = true;
    it.windows.hyperv_error = error;
    engine_handle(it.engine, &it.caller, &request, &reply);
    reply_clear(&reply);
    settle(&it);
    return id;
}

static struct rule_id hyperv_is_unreadable(void)
{
    return hyperv_is_unread(0x80041003);
}

static struct rule_id hyperv_is_not_read_yet(void)
{
    return hyperv_is_unread(0);
}

static struct rule_id firewall_thread_gone(void)
{
    it.windows.firewall_is_gone = true;
    return add_rule(&it, "a", "3000");
}

static struct rule_id firewall_changed(void)
{
    const struct rule_id id = add_rule(&it, "a", "3000");

    it.windows.rules[0].enabled = false;
    return id;
}

static struct rule_id firewall_overridden(void)
{
    it.windows.overridden_profiles = PROFILE_MASK;
    return add_rule(&it, "a", "3000");
}

/* As hardening guides have it: the LAN is private, and WSL's own network perhaps public. */
static struct rule_id firewall_overridden_elsewhere(void)
{
    it.windows.current_profiles = PROFILE_PRIVATE | PROFILE_PUBLIC;
    it.windows.overridden_profiles = PROFILE_PUBLIC;
    return active();
}

static struct rule_id firewall_overridden_where_it_counts(void)
{
    it.windows.current_profiles = PROFILE_PRIVATE | PROFILE_PUBLIC;
    it.windows.overridden_profiles = PROFILE_PRIVATE;
    return add_rule(&it, "a", "3000");
}

static struct rule_id firewall_blocks_all(void)
{
    it.windows.block_all_profiles = PROFILE_MASK;
    return add_rule(&it, "a", "3000");
}

static struct rule_id outbound_is_blocked(void)
{
    it.windows.block_outbound_profiles = PROFILE_PRIVATE;
    return active();
}

static struct rule_id outbound_is_blocked_elsewhere(void)
{
    it.windows.block_outbound_profiles = PROFILE_PUBLIC;
    return active();
}

static struct rule_id outbound_is_asked_for(void)
{
    it.windows.block_outbound_profiles = PROFILE_PRIVATE;
    ck_assert_int_eq(set_setting(&it, "outbound", "allow"), ERR_NONE);
    return active();
}

static struct firewall_rule *find_outbound_rule(const struct rule_id *id)
{
    char name[FIREWALL_NAME_SIZE];
    size_t i = 0;

    firewall_rule_outbound_name(id, name);
    while (strcmp(it.windows.rules[i].name, name) != 0)
        ck_assert_uint_lt(++i, it.windows.rule_count);
    return &it.windows.rules[i];
}

static struct rule_id outbound_rule_changed(void)
{
    const struct rule_id id = outbound_is_asked_for();

    find_outbound_rule(&id)->enabled = false;
    work(&it, EVENT_FIREWALL_CHANGED);
    return id;
}

static struct rule_id outbound_is_allowed_by_somebody(void)
{
    it.windows.helper_out_profiles = PROFILE_PRIVATE;
    return outbound_is_blocked();
}

static struct rule_id on_a_public_network(void)
{
    it.windows.current_profiles = PROFILE_PUBLIC;
    return add_rule(&it, "a", "3000");
}

static struct rule_id listen_address_absent(void)
{
    return add_rule(&it, "a", "192.168.1.99:3000");
}

static struct rule_id interface_without_address(void)
{
    return add_rule(&it, "a", "Ethernet:3000");
}

static struct rule_id connects_to_this_pc(void)
{
    const struct rule_id id = add_literal("3000", "192.168.1.20");

    ck_assert(address_parse("192.168.1.20", &it.windows.adapters[0].addresses[0]));
    work(&it, EVENT_NETWORK_CHANGED);
    return id;
}

/* Of the calls of the pass, the one that writes. */
static struct rule_id write_failed(void)
{
    const struct rule_id id = without_firewall_rule();

    fake_remove_entry(&it.windows, PORTPROXY_V4TOV4, "0.0.0.0/3000");
    it.windows.fail_at = it.windows.call_count + 2;
    engine_notify(it.engine, EVENT_PORTPROXY_CHANGED);
    it.windows.now_ms += 1500;
    engine_work(it.engine);
    it.windows.fail_at = 0;
    return id;
}

/* A range is as good as its worst port. */
static struct rule_id one_port_of_a_range_in_use(void)
{
    struct rule_id id;

    listen_as(77, "0.0.0.0", 8001);
    id = add_rule(&it, "a", "8000-8002");
    settle(&it);
    return id;
}

static const struct scene {
    struct rule_id (*make)(void);
    const char *
        letters; /* rule WSL mode address entry helper listener firewall network target */
    enum link_kind kind; /* the first that is broken, else the first warning; 0: all is well */
    enum reason reason;
    const char *subject; /* a part of it */
} scenes[] = {
    {active, "gggggggggg", 0, REASON_NONE, ""},
    {active_on_all_addresses, "gggggggggu", 0, REASON_NONE, ""},
    {nothing_listens_in_wsl, "gggggggggw", LINK_TARGET, REASON_NOTHING_LISTENS, "3000"},
    {literal_target, "g--ggggggu", 0, REASON_NONE, ""},
    {without_firewall_rule, "ggggggg--u", 0, REASON_NONE, ""},
    {off, "----------", 0, REASON_NONE, ""},
    {off_and_kept_open, "----w-----", LINK_ENTRY, REASON_FOREIGN_KEEPS_OPEN, "10.9.9.9"},
    {paused, "b---------", LINK_RULE, REASON_PAUSED, ""},
    {signed_out, "gbuu------", LINK_WSL, REASON_OWNER_SIGNED_OUT, ""},
    {stopped_and_kept, "gbuuuggggu", LINK_WSL, REASON_WSL_NOT_RUNNING, ""},
    {stopped_and_withdrawn, "gbuu------", LINK_WSL, REASON_WSL_NOT_RUNNING, ""},
    {address_unknown, "gggbuggggu", LINK_ADDRESS, REASON_ADDRESS_UNKNOWN, "10.0.0.1"},
    {foreign_entry, "ggggbgu-gw", LINK_ENTRY, REASON_FOREIGN_ENTRY, "10.9.9.9"},
    {foreign_equal, "ggggwggugu", LINK_ENTRY, REASON_FOREIGN_EQUAL, "172.28.208.5"},
    {entry_given_up, "ggggbgg-gu", LINK_ENTRY, REASON_CHANGED_BACK, "0.0.0.0"},
    {firewall_rule_given_up, "gggggggbgu", LINK_FIREWALL, REASON_CHANGED_BACK, "firewall"},
    {other_rule, "bggg------", LINK_RULE, REASON_OTHER_RULE, "older"},
    {port_in_use, "ggggggbggu", LINK_LISTENER, REASON_PORT_IN_USE, "nginx.exe"},
    {port_reserved, "ggggggbggu", LINK_LISTENER, REASON_PORT_EXCLUDED, "3000"},
    {not_listening, "ggggggbggw", LINK_LISTENER, REASON_NOT_LISTENING, ""},
    {helper_stopped, "gggggbuggw", LINK_IP_HELPER, REASON_IP_HELPER_STOPPED, ""},
    {helper_disabled, "gggggbuggw", LINK_IP_HELPER, REASON_IP_HELPER_DISABLED, ""},
    {firewall_pending, "ggggbgubgw", LINK_ENTRY, REASON_FIREWALL_PENDING, ""},
    {firewall_failed, "ggggbgubgw", LINK_ENTRY, REASON_FIREWALL_FAILED, "0x80070005"},
    {firewall_thread_gone, "ggggbgubgw", LINK_ENTRY, REASON_FIREWALL_FAILED, ""},
    {hyperv_is_unreadable, "ggg----bgu", LINK_FIREWALL, REASON_FIREWALL_FAILED,
     "0x80041003"},
    {hyperv_is_not_read_yet, "ggg----bgu", LINK_FIREWALL, REASON_FIREWALL_PENDING, ""},
    {firewall_changed, "gggggggbgu", LINK_FIREWALL, REASON_FIREWALL_CHANGED, "Tidegate"},
    {firewall_overridden, "gggggggbgu", LINK_FIREWALL, REASON_FIREWALL_OVERRIDDEN, ""},
    {firewall_overridden_elsewhere, "gggggggggg", 0, REASON_NONE, ""},
    {firewall_overridden_where_it_counts, "gggggggbgu", LINK_FIREWALL,
     REASON_FIREWALL_OVERRIDDEN, ""},
    {firewall_blocks_all, "gggggggbgu", LINK_FIREWALL, REASON_FIREWALL_BLOCK_ALL, ""},
    {outbound_is_blocked, "gggggggwgg", LINK_FIREWALL, REASON_OUTBOUND_BLOCKED, ""},
    {outbound_is_blocked_elsewhere, "gggggggggg", 0, REASON_NONE, ""},
    {outbound_is_allowed_by_somebody, "gggggggggg", 0, REASON_NONE, ""},
    {outbound_is_asked_for, "gggggggggg", 0, REASON_NONE, ""},
    {outbound_rule_changed, "gggggggbgg", LINK_FIREWALL, REASON_FIREWALL_CHANGED,
     "Tidegate outbound"},
    {on_a_public_network, "ggggggggbu", LINK_NETWORK, REASON_PROFILE_MISMATCH, "ublic"},
    {listen_address_absent, "ggggb-----", LINK_ENTRY, REASON_LISTEN_ADDRESS_ABSENT,
     "192.168.1.99"},
    {interface_without_address, "ggggb-----", LINK_ENTRY, REASON_INTERFACE_NO_ADDRESS,
     "Ethernet"},
    {connects_to_this_pc, "g--b------", LINK_ADDRESS, REASON_CONNECT_IS_THIS_PC,
     "192.168.1.20"},
    {write_failed, "ggggbgg--u", LINK_ENTRY, REASON_WRITE_FAILED, "write"},
    {one_port_of_a_range_in_use, "ggggggbggu", LINK_LISTENER, REASON_PORT_IN_USE,
     "nginx.exe"},
};
#define SCENE_COUNT ((int)(sizeof scenes / sizeof scenes[0]))

START_TEST(engine_diagnose_tells_each_link_and_what_breaks_the_chain)
{
    const struct scene *scene = &scenes[_i];
    const struct rule_id id = scene->make();
    const struct diagnosis diagnosis = diagnose(&id);
    const struct diagnosis_link *link = first_that(&diagnosis, LINK_BROKEN);

    if (link == NULL)
        link = first_that(&diagnosis, LINK_WARNING);
    ck_assert_msg(strcmp(letters(&diagnosis), scene->letters) == 0,
                  "scene %d: %s, not %s", _i, letters(&diagnosis), scene->letters);
    ck_assert_int_eq(link != NULL ? link->kind : 0, scene->kind);
    ck_assert_str_eq(reason_name(link != NULL ? link->reason : REASON_NONE),
                     reason_name(scene->reason));
    ck_assert_msg(link == NULL || strstr(link->subject, scene->subject) != NULL,
                  "scene %d: '%s'", _i, link == NULL ? "" : link->subject);
}
END_TEST

/* What the rules window and list say of the rule, and what diagnose says, are one. */
START_TEST(engine_diagnose_and_the_report_give_the_same_reason)
{
    const struct rule_id id = scenes[_i].make();
    const struct rule_status *told;
    struct diagnosis diagnosis;
    const struct diagnosis_link *link;

    it.windows.now_ms += 1500;
    engine_notify(it.engine, EVENT_RESUMED);
    engine_work(it.engine);
    it.windows.firewall_news = false;
    told = status(&it, &id);
    diagnosis = diagnose(&id);
    link = first_that(&diagnosis, LINK_BROKEN);

    if (told->state == RULE_STATE_ACTIVE || told->state == RULE_STATE_OFF) {
        ck_assert_ptr_null(link);
        link = first_that(&diagnosis, LINK_WARNING);
        ck_assert_int_eq(link != NULL ? link->reason : REASON_NONE, told->warning);
    } else {
        ck_assert_ptr_nonnull(link);
        ck_assert_str_eq(reason_name(link->reason), reason_name(told->reason));
        ck_assert_str_eq(link->subject, told->subject);
    }
}
END_TEST

/* The entry tells of it first, for that waits for the firewall rule. */
START_TEST(the_firewalls_own_link_tells_why_its_rule_is_missing)
{
    const struct rule_id id = firewall_failed();
    const struct diagnosis diagnosis = diagnose(&id);
    const struct diagnosis_link *link = &diagnosis.links[LINK_FIREWALL - 1];

    ck_assert_int_eq(link->verdict, LINK_BROKEN);
    ck_assert_str_eq(reason_name(link->reason), reason_name(REASON_FIREWALL_FAILED));
    ck_assert_ptr_nonnull(strstr(link->subject, "0x80070005"));
    ck_assert_int_eq(link->subject_message.id, MESSAGE_ERROR_CODE);
}
END_TEST

Suite *diagnosis_suite(void);

Suite *diagnosis_suite(void)
{
    Suite *suite = suite_create("diagnosis");
    TCase *tcase = tcase_create("diagnosis");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, engine_diagnose_tells_each_link_and_what_breaks_the_chain,
                        0, SCENE_COUNT);
    tcase_add_loop_test(tcase, engine_diagnose_and_the_report_give_the_same_reason, 0,
                        SCENE_COUNT);
    tcase_add_test(tcase, the_firewalls_own_link_tells_why_its_rule_is_missing);
    suite_add_tcase(suite, tcase);
    return suite;
}
