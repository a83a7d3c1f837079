/*
 * The rule editor's fields.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/text.h"
#include "core/view/rule_form.h"
#include "tests/unit/valid_rule.h"

#include <check.h>
#include <string.h>

static struct rule_form valid_form(void)
{
    const struct rule rule = valid_rule();
    struct rule_form form;

    rule_form_show(&rule, &form);
    return form;
}

static bool read(const struct rule_form *form, struct rule *out, struct error *err)
{
    const struct rule base = valid_rule();

    *err = (struct error){0};
    return rule_form_read(form, &base, out, err);
}

#define SET(field, value) text_copy((field), sizeof(field), (value))

START_TEST(form_of_a_new_rule_has_empty_ports)
{
    const struct rule rule = rule_default();
    struct rule_form form;

    rule_form_show(&rule, &form);

    ck_assert_str_eq(form.listen_port, "");
    ck_assert_str_eq(form.connect_port, "");
    ck_assert_int_eq(form.listen_place, PLACE_ANY);
    ck_assert_int_eq(form.connect_place, PLACE_WSL);
}
END_TEST

/* Each spelled as rule_listen_parse takes it, and a connect side. */
static const char *const round_trips[][2] = {
    {"3000", "wsl:3000"},       {"192.168.1.10:8000-8010", "wsl:9000"},
    {"[::]:80", "10.0.0.5:22"}, {"[fd00::1]:80", "[fd00::2]:22"},
    {"Wi-Fi:3000", "wsl:3000"}, {"Ethernet 2 (old):3000", "wsl:3000"},
};

START_TEST(form_gives_back_the_rule_it_showed)
{
    struct rule rule = valid_rule();
    struct rule_form form;
    struct rule out = {0};
    struct error err = {0};

    ck_assert(rule_listen_parse(round_trips[_i][0], &rule.listen, &err));
    ck_assert(rule_connect_parse(round_trips[_i][1], 1, &rule.connect, &err));
    text_copy(rule.comment, sizeof rule.comment, "note");
    rule.scope.remote = REMOTE_LIST;
    ck_assert(rule_remote_parse("10.0.0.0/8,192.168.1.7", &rule.scope, &err));

    rule_form_show(&rule, &form);

    ck_assert_msg(rule_form_read(&form, &rule, &out, &err), "%s", err.detail);
    ck_assert(rule_forwards_equal(&rule, &out));
    ck_assert_str_eq(out.name, rule.name);
    ck_assert_str_eq(out.comment, rule.comment);
}
END_TEST

START_TEST(form_keeps_id_and_owner_of_its_base)
{
    const struct rule_form form = valid_form();
    struct rule base = valid_rule();
    struct rule out;
    struct error err = {0};

    SET(base.id.text, "00000000-0000-4000-8000-000000000001");
    SET(base.owner.text, "S-1-5-21-1");

    ck_assert(rule_form_read(&form, &base, &out, &err));
    ck_assert_str_eq(out.id.text, base.id.text);
    ck_assert_str_eq(out.owner.text, base.owner.text);
}
END_TEST

START_TEST(form_ignores_blanks_around_what_is_typed)
{
    struct rule_form form = valid_form();
    struct rule out;
    struct error err;

    form.listen_place = PLACE_TYPED;
    SET(form.listen_text, "  192.168.1.10 ");
    SET(form.listen_port, " 80 ");
    SET(form.connect_port, "\t81 ");
    SET(form.name, " web ");
    form.remote = REMOTE_LIST;
    SET(form.remote_text, "10.0.0.0/8 , 10.1.2.3");

    ck_assert_msg(read(&form, &out, &err), "%s", err.detail);
    ck_assert_uint_eq(out.listen.first_port, 80);
    ck_assert_uint_eq(out.connect.first_port, 81);
    ck_assert_str_eq(out.name, "web");
    ck_assert_uint_eq(out.scope.remote_count, 2);
}
END_TEST

START_TEST(form_takes_a_typed_ipv6_address_without_brackets)
{
    struct rule_form form = valid_form();
    struct rule out;
    struct error err;

    form.listen_place = PLACE_TYPED;
    SET(form.listen_text, "fd00::1");

    ck_assert_msg(read(&form, &out, &err), "%s", err.detail);
    ck_assert_int_eq(out.listen.address.family, ADDRESS_IPV6);
}
END_TEST

START_TEST(form_leaves_the_result_alone_when_it_is_wrong)
{
    struct rule_form form = valid_form();
    struct rule out = valid_rule();
    struct error err;

    SET(form.name, "other");
    SET(form.listen_port, "0");

    ck_assert(!read(&form, &out, &err));
    ck_assert_str_eq(out.name, "web");
}
END_TEST

/* One wrong thing each, and the field that has to be pointed at. */
static void spoil(struct rule_form *form, enum rule_field field)
{
    switch (field) {
    case RULE_FIELD_NAME:
        SET(form->name, "a\x01");
        break;
    case RULE_FIELD_COMMENT:
        SET(form->comment, "a\x01");
        break;
    case RULE_FIELD_LISTEN_PLACE:
        form->listen_place = PLACE_TYPED;
        SET(form->listen_text, "192.168.1.300");
        break;
    case RULE_FIELD_LISTEN_PORT:
        SET(form->listen_port, "70000");
        break;
    case RULE_FIELD_CONNECT_PLACE:
        form->connect_place = PLACE_TYPED;
        SET(form->connect_text, "host.example");
        break;
    case RULE_FIELD_CONNECT_PORT:
        SET(form->connect_port, "");
        break;
    case RULE_FIELD_REMOTE:
        form->remote = REMOTE_LIST;
        SET(form->remote_text, "everyone");
        break;
    case RULE_FIELD_NONE:
    case RULE_FIELD_PROFILES:
    case RULE_FIELD_COUNT:
        break;
    }
}

START_TEST(form_error_belongs_to_the_field_that_is_wrong)
{
    const enum rule_field field = (enum rule_field)_i;
    struct rule_form form = valid_form();
    struct rule out;
    struct error err;

    if (field == RULE_FIELD_PROFILES)
        return; /* check boxes cannot be wrong */
    spoil(&form, field);

    ck_assert(!read(&form, &out, &err));
    ck_assert_int_eq(err.kind, ERR_INVALID);
    ck_assert_msg(rule_field_of(&err) == field, "%s", err.detail);
}
END_TEST

START_TEST(form_refuses_an_empty_connect_address)
{
    struct rule_form form = valid_form();
    struct rule out;
    struct error err;

    form.connect_place = PLACE_TYPED;

    ck_assert(!read(&form, &out, &err));
    ck_assert_int_eq(rule_field_of(&err), RULE_FIELD_CONNECT_PLACE);
}
END_TEST

START_TEST(form_refuses_an_empty_list_of_remotes)
{
    struct rule_form form = valid_form();
    struct rule out;
    struct error err;

    form.remote = REMOTE_LIST;

    ck_assert(!read(&form, &out, &err));
    ck_assert_int_eq(rule_field_of(&err), RULE_FIELD_REMOTE);
}
END_TEST

START_TEST(form_of_a_reserved_port_can_be_forced)
{
    const struct rule base = valid_rule();
    struct rule_form form = valid_form();
    struct rule out;
    struct error err;

    ck_assert(!rule_form_can_be_forced(&form, &base)); /* nothing to insist on */
    SET(form.listen_port, "3389");
    ck_assert(rule_form_can_be_forced(&form, &base));
    SET(form.listen_port, "70000");
    ck_assert(!rule_form_can_be_forced(&form, &base));

    SET(form.listen_port, "3389");
    form.forced = true;
    ck_assert(read(&form, &out, &err));
    ck_assert(out.forced);
}
END_TEST

START_TEST(form_of_a_loopback_address_can_be_forced)
{
    const struct rule base = valid_rule();
    struct rule_form form = valid_form();

    form.listen_place = PLACE_TYPED;
    SET(form.listen_text, "127.0.0.1");

    ck_assert(rule_form_can_be_forced(&form, &base));
}
END_TEST

START_TEST(form_shows_that_a_rule_is_forced)
{
    struct rule rule = valid_rule();
    struct rule_form form;

    rule.forced = true;
    rule_form_show(&rule, &form);

    ck_assert(form.forced);
}
END_TEST

START_TEST(field_of_a_conflict_is_the_listen_port)
{
    const struct error conflict = {.kind = ERR_CONFLICT, .detail = "rule 'web' has it"};
    const struct error system = {.kind = ERR_SYSTEM, .detail = "write value"};

    ck_assert_int_eq(rule_field_of(&conflict), RULE_FIELD_LISTEN_PORT);
    ck_assert_int_eq(rule_field_of(&system), RULE_FIELD_NONE);
}
END_TEST

/* The command line's sentences begin with their field: the table has to agree with them. */
START_TEST(field_of_a_message_is_what_its_sentence_begins_with)
{
    static const struct {
        const char *beginning;
        enum rule_field field;
    } fields[] = {
        {"name:", RULE_FIELD_NAME},
        {"comment:", RULE_FIELD_COMMENT},
        {"listen port", RULE_FIELD_LISTEN_PORT},
        {"listen ", RULE_FIELD_LISTEN_PLACE},
        {"connect port", RULE_FIELD_CONNECT_PORT},
        {"connect address", RULE_FIELD_CONNECT_PLACE},
        {"remote addresses", RULE_FIELD_REMOTE},
        {"", RULE_FIELD_NONE},
    };

    for (int number = 1; number < MESSAGE_ID_END; number++) {
        const struct error err = {.kind = ERR_INVALID,
                                  .message.id = (enum message_id)number};
        const char *sentence = message_sentence(err.message.id);
        size_t i = 0;

        while (strncmp(sentence, fields[i].beginning, strlen(fields[i].beginning)) != 0)
            i++;
        ck_assert_msg(rule_field_of(&err) == fields[i].field, "%s", sentence);
    }
}
END_TEST

START_TEST(following_port_is_the_first_of_a_range)
{
    char port[FORM_PORT_SIZE];

    rule_form_following_port(" 8000-8010", port);
    ck_assert_str_eq(port, "8000");
    rule_form_following_port("", port);
    ck_assert_str_eq(port, "");
    rule_form_following_port("abc", port);
    ck_assert_str_eq(port, "");
}
END_TEST

Suite *rule_form_suite(void);

Suite *rule_form_suite(void)
{
    Suite *suite = suite_create("rule_form");
    TCase *tests = tcase_create("rule_form");

    tcase_add_test(tests, form_of_a_new_rule_has_empty_ports);
    tcase_add_loop_test(tests, form_gives_back_the_rule_it_showed, 0,
                        sizeof round_trips / sizeof round_trips[0]);
    tcase_add_test(tests, form_keeps_id_and_owner_of_its_base);
    tcase_add_test(tests, form_ignores_blanks_around_what_is_typed);
    tcase_add_test(tests, form_takes_a_typed_ipv6_address_without_brackets);
    tcase_add_test(tests, form_leaves_the_result_alone_when_it_is_wrong);
    tcase_add_loop_test(tests, form_error_belongs_to_the_field_that_is_wrong,
                        RULE_FIELD_NAME, RULE_FIELD_COUNT);
    tcase_add_test(tests, form_refuses_an_empty_connect_address);
    tcase_add_test(tests, form_refuses_an_empty_list_of_remotes);
    tcase_add_test(tests, form_of_a_reserved_port_can_be_forced);
    tcase_add_test(tests, form_of_a_loopback_address_can_be_forced);
    tcase_add_test(tests, form_shows_that_a_rule_is_forced);
    tcase_add_test(tests, field_of_a_conflict_is_the_listen_port);
    tcase_add_test(tests, field_of_a_message_is_what_its_sentence_begins_with);
    tcase_add_test(tests, following_port_is_the_first_of_a_range);
    suite_add_tcase(suite, tests);
    return suite;
}
