/*
 * Requests as bytes: what goes in comes out, and one wrong byte refuses the whole.
 * SPDX-License-Identifier: MIT
 */
#include "core/protocol/request.h"

#include "core/protocol/wire_value.h"

#include <check.h>
#include <string.h>

Suite *request_suite(void);

#define SID "S-1-5-21-1-2-3-1001"
#define RULE_ID "0123abcd-0000-4000-8000-00000000000f"

static struct rule full_rule(void)
{
    struct rule rule = rule_default();

    rule.id = (struct rule_id){RULE_ID};
    rule.owner = (struct user_sid){SID};
    rule.sequence = 0x1122334455667788;
    memcpy(rule.name, "Web", 4);
    memcpy(rule.comment, "für alle", 10);
    rule.forced = true;
    rule.listen.kind = LISTEN_ADDRESS;
    rule.listen.address = (struct address){ADDRESS_IPV6, {0xFE, 0x80, [15] = 1}};
    rule.listen.first_port = 8000;
    rule.listen.last_port = 8010;
    rule.connect.kind = CONNECT_ADDRESS;
    rule.connect.address = (struct address){ADDRESS_IPV4, {10, 0, 0, 5}};
    rule.connect.first_port = 65525;
    rule.scope.profiles = PROFILE_PUBLIC;
    rule.scope.remote = REMOTE_LIST;
    rule.scope.remotes[0] = (struct prefix){{ADDRESS_IPV4, {192, 168, 0}}, 16};
    rule.scope.remotes[1] = (struct prefix){{ADDRESS_IPV6, {0x20, 0x01}}, 128};
    rule.scope.remote_count = 2;
    return rule;
}

static struct request put_request(void)
{
    return (struct request){.verb = VERB_PUT_RULE, .id = 7, .rule = full_rule()};
}

/* Each thing a batch can hold; borrowed. */
static struct batch batch_of_each(void)
{
    static struct batch_item items[5];

    items[0] = (struct batch_item){.verb = VERB_PUT_RULE, .rule = full_rule()};
    items[1] = items[0];
    items[1].restore = true;
    items[2] = (struct batch_item){.verb = VERB_DELETE_RULE, .rule = {.id = {RULE_ID}}};
    items[3] = (struct batch_item){.verb = VERB_ENABLE, .rule = {.id = {RULE_ID}}};
    items[4] = items[3];
    items[4].enabled = true;
    return (struct batch){.more = true, .items = items, .count = 5};
}

static struct wsl_hint full_hint(void)
{
    return (struct wsl_hint){.liveness = WSL_LIVENESS_UP,
                             .vm_id = "6e1b8a3c-0f4d-4b57-9c55-2f1f8f0c7a11",
                             .effective = NETWORKING_MODE_WSL1,
                             .address = {ADDRESS_IPV4, {172, 28, 213, 77}},
                             .config_known = true,
                             .configured = NETWORKING_MODE_NONE,
                             .config_is_newer = true,
                             .localhost_forwarding = true};
}

/* Two entries; borrowed. */
static struct adopt_request full_adoption(void)
{
    static struct portproxy_key keys[] = {{PORTPROXY_V4TOV4, "0.0.0.0", 80},
                                          {PORTPROXY_V6TOV4, "*", 65535}};

    return (struct adopt_request){
        .order = ADOPT_TAKE, .replace_firewall_rules = true, .items = keys, .count = 2};
}

/* One request of each verb, some in two shapes. */
#define SAMPLE_COUNT 27

static struct request sample(int index)
{
    static const enum verb verbs[SAMPLE_COUNT] = {
        VERB_HELLO,      VERB_SNAPSHOT, VERB_SUBSCRIBE,       VERB_PLAN,
        VERB_RECONCILE,  VERB_PUT_RULE, VERB_DELETE_RULE,     VERB_ENABLE,
        VERB_PAUSE,      VERB_RESUME,   VERB_START_IP_HELPER, VERB_TAKE_OVER,
        VERB_SETTINGS,   VERB_ACTIVITY, VERB_APPROVE,         VERB_PUT_RULE,
        VERB_PUT_RULE,   VERB_SETTINGS, VERB_HELLO,           VERB_BATCH,
        VERB_BATCH,      VERB_DIAGNOSE, VERB_ACTIVITY,        VERB_REPORT_WSL,
        VERB_REPORT_WSL, VERB_ADOPT,    VERB_ADOPT,
    };
    struct request request = {.verb = verbs[index], .id = 0xA0000000u + (uint32_t)index};

    switch (request.verb) {
    case VERB_SNAPSHOT:
        request.snapshot.revision = 0x0102030405060708;
        request.snapshot.page = 3;
        break;
    case VERB_PUT_RULE:
        request.rule = full_rule();
        break;
    case VERB_DELETE_RULE:
    case VERB_TAKE_OVER:
        request.rule_id = (struct rule_id){RULE_ID};
        break;
    case VERB_DIAGNOSE:
        request.rule_id = (struct rule_id){RULE_ID};
        request.probe = true;
        break;
    case VERB_ENABLE:
        request.enable.rule_id = (struct rule_id){RULE_ID};
        request.enable.enabled = true;
        break;
    case VERB_BATCH:
        request.batch = index == 19 ? batch_of_each() : (struct batch){.more = true};
        break;
    case VERB_REPORT_WSL:
        request.wsl_hint = index == 23 ? full_hint() : (struct wsl_hint){0};
        break;
    case VERB_ADOPT:
        if (index == 25)
            request.adopt = full_adoption();
        break;
    case VERB_SETTINGS:
        ck_assert(request_add_setting(&request, "allow-widening", "on"));
        ck_assert(request_add_setting(&request, "allowed-users", ""));
        break;
    case VERB_ACTIVITY:
        request.activity_limit = 1000;
        break;
    case VERB_APPROVE:
        memcpy(request.ticket, "0123456789abcdef0123456789abcdef", TICKET_SIZE);
        break;
    case VERB_HELLO:
    case VERB_SUBSCRIBE:
    case VERB_PLAN:
    case VERB_RECONCILE:
    case VERB_PAUSE:
    case VERB_RESUME:
    case VERB_START_IP_HELPER:
        break;
    }
    if (index == 15) { /* new, for any address */
        request.rule = rule_default();
        request.rule.listen.first_port = request.rule.listen.last_port = 1;
        request.rule.connect.first_port = 65535;
    } else if (index == 16) {
        request.rule = rule_default();
        request.rule.listen.kind = LISTEN_INTERFACE;
        request.rule.listen.address = (struct address){0};
        memcpy(request.rule.listen.interface_name, "WLAN-Gerät", 12);
        request.rule.listen.first_port = request.rule.listen.last_port = 80;
        request.rule.connect.first_port = 80;
    } else if (index == 17) {
        request.settings.count = 0;
    } else if (index == 18) {
        request.user = (struct user_sid){SID};
    } else if (index == 22) {
        request.activity_rule = (struct rule_id){RULE_ID};
    }
    return request;
}

static struct wire_writer encoded(const struct request *request)
{
    struct wire_writer writer = {0};

    request_encode(request, &writer);
    return writer;
}

static void check_refused(const void *bytes, size_t size, const char *detail)
{
    static struct request out; /* too large to be cleared for each of many */
    struct error err = {0};

    out.id = 0x5A5A5A5A;
    ck_assert_msg(!request_decode(bytes, size, &out, &err), "accepted; expected: %s",
                  detail);
    ck_assert_int_eq(err.kind, ERR_INVALID);
    ck_assert_uint_eq(out.id, 0x5A5A5A5A);
    if (detail != NULL)
        ck_assert_str_eq(err.detail, detail);
}

static void check_request_refused(const struct request *request, const char *detail)
{
    struct wire_writer writer = encoded(request);

    check_refused(writer.bytes, writer.size, detail);
    wire_writer_clear(&writer);
}

START_TEST(request_decode_gives_back_what_was_encoded)
{
    const struct request request = sample(_i);
    struct wire_writer writer = encoded(&request);
    struct wire_writer again = {0};
    struct request out;
    struct error err = {0};

    ck_assert_msg(request_decode(writer.bytes, writer.size, &out, &err), "%s: %s",
                  verb_name(request.verb), err.detail);
    ck_assert_int_eq(out.verb, request.verb);
    ck_assert_uint_eq(out.id, request.id);
    ck_assert_str_eq(out.user.text, request.user.text);
    request_encode(&out, &again);
    ck_assert_uint_eq(again.size, writer.size);
    ck_assert_mem_eq(again.bytes, writer.bytes, writer.size);
    request_clear(&out);
    wire_writer_clear(&writer);
    wire_writer_clear(&again);
}
END_TEST

START_TEST(request_decode_refuses_every_shorter_message)
{
    const struct request request = sample(_i);
    struct wire_writer writer = encoded(&request);

    for (size_t size = 0; size < writer.size; size++)
        check_refused(writer.bytes, size, NULL);
    wire_writer_clear(&writer);
}
END_TEST

START_TEST(request_decode_refuses_bytes_after_the_end)
{
    const struct request request = sample(_i);
    struct wire_writer writer = encoded(&request);

    wire_put_u8(&writer, 0);

    check_refused(writer.bytes, writer.size, "message: 1 bytes too long");
    wire_writer_clear(&writer);
}
END_TEST

START_TEST(request_encode_spells_hello_as_documented)
{
    static const uint8_t expected[] = {1, 0, 1, 0, 0x44, 0x33, 0x22, 0x11, 0, 0};
    const struct request request = {.verb = VERB_HELLO, .id = 0x11223344};
    struct wire_writer writer = encoded(&request);

    ck_assert_uint_eq(writer.size, sizeof expected);
    ck_assert_mem_eq(writer.bytes, expected, sizeof expected);
    wire_writer_clear(&writer);
}
END_TEST

START_TEST(request_decode_names_another_protocol_version)
{
    static const uint8_t bytes[] = {2, 0, 0xFF, 0xFF, 0xFF};

    check_refused(bytes, sizeof bytes, "protocol version 2, this service speaks 1");
}
END_TEST

START_TEST(request_decode_refuses_verbs_outside_the_closed_set)
{
    for (unsigned verb = 0; verb <= UINT16_MAX; verb++) {
        struct wire_writer writer = {0};

        if (verb_is_known(verb))
            continue;
        wire_put_u16(&writer, PROTOCOL_VERSION);
        wire_put_u16(&writer, (uint16_t)verb);
        wire_put_u32(&writer, 1);
        wire_put_text(&writer, "");
        check_refused(writer.bytes, writer.size, "verb: unknown value");
        wire_writer_clear(&writer);
    }
}
END_TEST

START_TEST(request_decode_refuses_more_than_64_kib)
{
    static uint8_t bytes[MESSAGE_SIZE_MAX + 1] = {1, 0, 1};

    check_refused(bytes, sizeof bytes, "message: longer than 65536 bytes");
    check_refused(bytes, MESSAGE_SIZE_MAX, "message: 65526 bytes too long");
}
END_TEST

struct text_case {
    const char *text;
    const char *detail;
};

static const struct text_case user_cases[] = {
    {"me", "user: not a SID"},
    {"S-1-5", "user: not a SID"},
    {"s-1-5-21-1", "user: not a SID"},
    {SID " ", "user: not a SID"},
};

START_TEST(request_decode_refuses_a_user_that_is_no_sid)
{
    struct request request = {.verb = VERB_HELLO};

    memcpy(request.user.text, user_cases[_i].text, strlen(user_cases[_i].text));

    check_request_refused(&request, user_cases[_i].detail);
}
END_TEST

static const struct text_case id_cases[] = {
    {"", "rule id: missing"},
    {"0123ABCD-0000-4000-8000-00000000000f", "rule id: not a lower-case UUID"},
    {"0123abcd-0000-4000-8000-0000000000", "rule id: not a lower-case UUID"},
    {"../../0000-4000-8000-00000000000f", "rule id: not a lower-case UUID"},
};

START_TEST(request_decode_refuses_a_rule_id_that_is_no_uuid)
{
    static const enum verb verbs[] = {VERB_DELETE_RULE, VERB_TAKE_OVER, VERB_ENABLE,
                                      VERB_DIAGNOSE};

    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        struct request request = {.verb = verbs[i]};

        /* The first member of enable as well. */
        memcpy(request.rule_id.text, id_cases[_i].text, strlen(id_cases[_i].text));
        check_request_refused(&request, id_cases[_i].detail);
    }
}
END_TEST

static const struct text_case ticket_cases[] = {
    {"", "ticket: must be 32 hexadecimal digits"},
    {"0123456789abcdef0123456789abcde", "ticket: must be 32 hexadecimal digits"},
    {"0123456789ABCDEF0123456789ABCDEF", "ticket: must be 32 hexadecimal digits"},
    {"0123456789abcdeg0123456789abcdef", "ticket: must be 32 hexadecimal digits"},
};

START_TEST(request_decode_refuses_a_ticket_of_another_form)
{
    struct request request = {.verb = VERB_APPROVE};

    memcpy(request.ticket, ticket_cases[_i].text, strlen(ticket_cases[_i].text));

    check_request_refused(&request, ticket_cases[_i].detail);
}
END_TEST

START_TEST(request_decode_bounds_the_activity_limit)
{
    struct request request = {.verb = VERB_ACTIVITY};

    check_request_refused(&request, "activity limit: must be 1 to 1000");
    request.activity_limit = 1001;
    check_request_refused(&request, "activity limit: must be 1 to 1000");
}
END_TEST

START_TEST(request_decode_refuses_a_value_without_a_key)
{
    struct request request = {.verb = VERB_SETTINGS};

    ck_assert(request_add_setting(&request, "", "x"));

    check_request_refused(&request, "setting key: missing");
}
END_TEST

START_TEST(a_settings_request_holds_so_many_changes_and_no_more)
{
    struct request request = {.verb = VERB_SETTINGS};
    struct wire_writer message;

    for (int i = 0; i < REQUEST_SETTING_CAPACITY; i++)
        ck_assert(request_add_setting(&request, "allow-widening", "on"));
    ck_assert(!request_add_setting(&request, "allow-widening", "off"));

    message = encoded(&request);
    /* Behind version, verb, id and the user's length. */
    message.bytes[10] = REQUEST_SETTING_CAPACITY + 1;
    check_refused(message.bytes, message.size, "settings: unknown value");
    wire_writer_clear(&message);
}
END_TEST

/* What a hint may not say, and how the refusal begins. */
static const struct {
    struct wsl_hint hint;
    const char *detail;
} hint_cases[] = {
    {{.liveness = (enum wsl_liveness)3}, "WSL liveness: unknown value"},
    {{.vm_id = "6E1B8A3C-0F4D-4B57-9C55-2F1F8F0C7A11"},
     "virtual machine: is no id of a virtual machine"},
    {{.vm_id = "6e1b8a3c-0f4d-4b57-9c55"},
     "virtual machine: is no id of a virtual machine"},
    {{.effective = NETWORKING_MODE_COUNT}, "networking mode: unknown value"},
    {{.address = {ADDRESS_IPV6, {0xFE, 0x80, [15] = 1}}},
     "WSL address: is not an IPv4 address"},
    {{.config_known = true, .configured = NETWORKING_MODE_WSL1},
     "configured networking mode: unknown value"},
};

START_TEST(request_decode_refuses_hints_of_another_form)
{
    struct request request = {.verb = VERB_REPORT_WSL};

    request.wsl_hint = hint_cases[_i].hint;

    check_request_refused(&request, hint_cases[_i].detail);
}
END_TEST

START_TEST(request_decode_gives_every_part_of_a_hint)
{
    struct request request = {.verb = VERB_REPORT_WSL};
    const struct wsl_hint hint = full_hint();
    struct wire_writer writer;
    struct request out;

    request.wsl_hint = hint;
    writer = encoded(&request);
    ck_assert(request_decode(writer.bytes, writer.size, &out, NULL));
    ck_assert(wsl_hint_equals(&out.wsl_hint, &hint));
    wire_writer_clear(&writer);
}
END_TEST

START_TEST(request_of_any_verb_fits_a_message)
{
    struct request request = put_request();
    struct wire_writer writer = {0};

    memset(request.rule.name, 'n', RULE_TEXT_SIZE - 1);
    memset(request.rule.comment, 'c', RULE_TEXT_SIZE - 1);
    request.rule.listen.kind = LISTEN_INTERFACE;
    memset(request.rule.listen.interface_name, 'i', RULE_INTERFACE_NAME_SIZE - 1);
    request.rule.scope.remote_count = RULE_REMOTE_CAPACITY;
    for (size_t i = 0; i < RULE_REMOTE_CAPACITY; i++)
        request.rule.scope.remotes[i] = request.rule.scope.remotes[1];
    request_encode(&request, &writer);
    ck_assert_uint_le(writer.size, MESSAGE_SIZE_MAX);
    ck_assert(request_decode(writer.bytes, writer.size, &request, NULL));

    writer.size = 0;
    request = (struct request){.verb = VERB_SETTINGS};
    for (int i = 0; i < REQUEST_SETTING_CAPACITY; i++) {
        struct setting_text *item = &request.settings.items[request.settings.count++];

        memset(item->key, 'k', sizeof item->key - 1);
        memset(item->value, 'v', sizeof item->value - 1);
    }
    request_encode(&request, &writer);
    ck_assert_uint_le(writer.size, MESSAGE_SIZE_MAX);
    ck_assert(request_decode(writer.bytes, writer.size, &request, NULL));
    wire_writer_clear(&writer);
}
END_TEST

START_TEST(verb_name_knows_exactly_the_closed_set)
{
    ck_assert_str_eq(verb_name(VERB_HELLO), "hello");
    ck_assert_str_eq(verb_name(VERB_PUT_RULE), "put-rule");
    ck_assert_str_eq(verb_name(VERB_APPROVE), "approve");
    ck_assert_str_eq(verb_name((enum verb)0), "unknown");
    ck_assert_str_eq(verb_name((enum verb)20), "unknown");
}
END_TEST

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

static TCase *encoding_case(void)
{
    TCase *tcase = tcase_create("request_encode");

    tcase_add_loop_test(tcase, request_decode_gives_back_what_was_encoded, 0,
                        SAMPLE_COUNT);
    tcase_add_test(tcase, request_encode_spells_hello_as_documented);
    tcase_add_test(tcase, request_of_any_verb_fits_a_message);
    tcase_add_test(tcase, verb_name_knows_exactly_the_closed_set);
    return tcase;
}

static TCase *refusal_case(void)
{
    TCase *tcase = tcase_create("request_decode");

    tcase_add_loop_test(tcase, request_decode_refuses_every_shorter_message, 0,
                        SAMPLE_COUNT);
    tcase_add_loop_test(tcase, request_decode_refuses_bytes_after_the_end, 0,
                        SAMPLE_COUNT);
    tcase_add_loop_test(tcase, request_decode_refuses_hints_of_another_form, 0,
                        COUNT(hint_cases));
    tcase_add_test(tcase, request_decode_gives_every_part_of_a_hint);
    tcase_add_test(tcase, request_decode_names_another_protocol_version);
    tcase_add_test(tcase, request_decode_refuses_verbs_outside_the_closed_set);
    tcase_add_test(tcase, request_decode_refuses_more_than_64_kib);
    tcase_add_loop_test(tcase, request_decode_refuses_a_user_that_is_no_sid, 0,
                        COUNT(user_cases));
    tcase_add_loop_test(tcase, request_decode_refuses_a_rule_id_that_is_no_uuid, 0,
                        COUNT(id_cases));
    tcase_add_loop_test(tcase, request_decode_refuses_a_ticket_of_another_form, 0,
                        COUNT(ticket_cases));
    tcase_add_test(tcase, request_decode_bounds_the_activity_limit);
    tcase_add_test(tcase, request_decode_refuses_a_value_without_a_key);
    tcase_add_test(tcase, a_settings_request_holds_so_many_changes_and_no_more);
    return tcase;
}

Suite *request_suite(void)
{
    Suite *suite = suite_create("request");

    suite_add_tcase(suite, encoding_case());
    suite_add_tcase(suite, refusal_case());
    return suite;
}
