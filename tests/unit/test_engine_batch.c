/*
 * The engine and batches: all changes together, or none.
 * SPDX-License-Identifier: MIT
 */
#include "core/engine/engine.h"

#include "core/base/mem.h"
#include "tests/unit/engine_fixture.h"

#include <check.h>
#include <string.h>

static struct engine_fixture it;
static struct request batch;

static void set_up(void)
{
    engine_fixture_open(&it, ":memory:");
    batch = (struct request){.verb = VERB_BATCH};
}

static void tear_down(void)
{
    request_clear(&batch);
    engine_fixture_close(&it);
}

static struct batch_item *add_item(enum verb verb, const struct rule_id *id)
{
    struct batch_item *item = LIST_ADD(&batch.batch);

    item->verb = verb;
    if (id != NULL)
        item->rule.id = *id;
    return item;
}

static void add_put(const struct rule *rule)
{
    add_item(VERB_PUT_RULE, NULL)->rule = *rule;
}

static void add_restore(const struct rule *rule)
{
    struct batch_item *item = add_item(VERB_PUT_RULE, NULL);

    item->rule = *rule;
    item->restore = true;
}

static struct error send_batch(void)
{
    struct reply reply;
    struct error err;

    engine_handle(it.engine, &it.caller, &batch, &reply);
    err = reply.error;
    memcpy(it.last_ticket, reply.ticket, sizeof it.last_ticket);
    reply_clear(&reply);
    settle(&it);
    return err;
}

static void check_done(void)
{
    const struct error err = send_batch();

    ck_assert_msg(err.kind == ERR_NONE, "%s", err.detail);
}

static size_t rule_count(void)
{
    return engine_report(it.engine)->rule_count;
}

static const struct rule *stored(const struct rule_id *id)
{
    const struct report *report = engine_report(it.engine);

    for (size_t i = 0; i < report->rule_count; i++) {
        if (rule_id_equals(&report->rules[i].rule.id, id))
            return &report->rules[i].rule;
    }
    return NULL;
}

START_TEST(a_batch_carries_out_every_kind_of_change)
{
    const struct rule_id first = add_rule(&it, "first", "3000");
    const struct rule_id second = add_rule(&it, "second", "3001");
    const struct rule third = new_rule("third", "3002");

    add_item(VERB_ENABLE, &first)->enabled = false;
    add_item(VERB_DELETE_RULE, &second);
    add_put(&third);

    check_done();

    ck_assert_uint_eq(rule_count(), 2);
    ck_assert(!stored(&first)->enabled);
    ck_assert_ptr_null(stored(&second));
    ck_assert_ptr_null(entry(&it, "0.0.0.0/3000"));
    ck_assert_ptr_nonnull(entry(&it, "0.0.0.0/3002"));
}
END_TEST

START_TEST(one_bad_item_keeps_all_others_from_being_done_and_is_named)
{
    const struct rule_id first = add_rule(&it, "first", "3000");
    const struct rule third = new_rule("third", "3000");
    const uint64_t revision = engine_report(it.engine)->revision;
    struct error err;

    add_item(VERB_ENABLE, &first)->enabled = false;
    add_item(VERB_ENABLE, &first)->enabled = true;
    add_put(&third);
    err = send_batch();

    ck_assert_int_eq(err.kind, ERR_CONFLICT);
    ck_assert_ptr_nonnull(strstr(err.detail, "3rd change: "));
    ck_assert_ptr_nonnull(strstr(err.detail, "'first'"));
    ck_assert_uint_eq(rule_count(), 1);
    ck_assert(stored(&first)->enabled);
    ck_assert_ptr_nonnull(entry(&it, "0.0.0.0/3000"));
    ck_assert_uint_eq(engine_report(it.engine)->revision, revision);
}
END_TEST

START_TEST(a_rule_that_is_not_there_refuses_the_batch)
{
    static const struct rule_id nobody = {"00000000-0000-4000-8000-000000000001"};
    const struct rule_id first = add_rule(&it, "first", "3000");
    struct error err;

    add_item(VERB_DELETE_RULE, &first);
    add_item(VERB_DELETE_RULE, &first);
    err = send_batch();
    ck_assert_int_eq(err.kind, ERR_NOT_FOUND);
    ck_assert_ptr_nonnull(strstr(err.detail, "2nd change: "));
    ck_assert_uint_eq(rule_count(), 1);

    batch.batch.count = 0;
    add_item(VERB_ENABLE, &nobody);
    ck_assert_int_eq(send_batch().kind, ERR_NOT_FOUND);
}
END_TEST

START_TEST(an_empty_batch_is_refused)
{
    ck_assert_int_eq(send_batch().kind, ERR_INVALID);
}
END_TEST

START_TEST(two_rules_may_change_places)
{
    const struct rule_id first = add_rule(&it, "first", "3000");
    const struct rule_id second = add_rule(&it, "second", "3001");
    struct rule rule = *stored(&first);

    rule.listen.first_port = rule.listen.last_port = 3001;
    add_put(&rule);
    rule = *stored(&second);
    rule.listen.first_port = rule.listen.last_port = 3000;
    add_put(&rule);

    check_done();

    ck_assert_uint_eq(stored(&first)->listen.first_port, 3001);
    ck_assert_uint_eq(stored(&second)->listen.first_port, 3000);
    ck_assert_int_eq(status(&it, &first)->state, RULE_STATE_ACTIVE);
}
END_TEST

START_TEST(a_removed_rule_is_made_again_with_its_id)
{
    const struct rule_id first = add_rule(&it, "first", "3000");
    struct rule rule = *stored(&first);

    ck_assert_int_eq(delete_rule(&it, &first), ERR_NONE);
    ck_assert_uint_eq(rule_count(), 0);
    rule.sequence = 1;
    add_rule(&it, "second", "3001");
    add_restore(&rule);

    check_done();

    ck_assert_str_eq(stored(&first)->name, "first");
    ck_assert_str_eq(stored(&first)->owner.text, FAKE_USER);
    ck_assert_msg(stored(&first)->sequence > 2, "it must not seize an older place");
    ck_assert_int_eq(status(&it, &first)->state, RULE_STATE_ACTIVE);
}
END_TEST

START_TEST(a_rule_that_exists_is_not_made_again)
{
    const struct rule_id first = add_rule(&it, "first", "3000");
    struct rule rule = *stored(&first);

    memcpy(rule.name, "other", 6);
    add_restore(&rule);

    ck_assert_int_eq(send_batch().kind, ERR_CONFLICT);
    ck_assert_str_eq(stored(&first)->name, "first");
}
END_TEST

START_TEST(a_rule_is_made_again_for_its_owner_only)
{
    struct rule rule = new_rule("his", "3000");

    rule.id = (struct rule_id){"00000000-0000-4000-8000-000000000001"};
    rule.owner = (struct user_sid){FAKE_OTHER_USER};
    add_restore(&rule);

    ck_assert_int_eq(send_batch().kind, ERR_INVALID);
    ck_assert_uint_eq(rule_count(), 0);

    batch.user = rule.owner;
    check_done();
    ck_assert_str_eq(stored(&rule.id)->owner.text, FAKE_OTHER_USER);
}
END_TEST

START_TEST(what_is_made_again_is_checked_like_a_new_rule)
{
    struct rule rule = new_rule("bad", "3000");

    rule.id = (struct rule_id){"00000000-0000-4000-8000-000000000001"};
    rule.listen.last_port = 2999;
    add_restore(&rule);

    ck_assert_int_eq(send_batch().kind, ERR_INVALID);
    ck_assert_uint_eq(rule_count(), 0);
}
END_TEST

START_TEST(a_batch_is_held_and_approved_as_a_whole)
{
    const struct rule_id first = add_rule(&it, "first", "3000");
    const struct rule second = new_rule("second", "3001");

    it.caller.is_elevated = false;
    add_item(VERB_ENABLE, &first)->enabled = false;
    add_put(&second);

    ck_assert_int_eq(send_batch().kind, ERR_NEEDS_APPROVAL);
    ck_assert(stored(&first)->enabled);
    request_clear(&batch); /* what is held must be the service's own */

    ck_assert_int_eq(approve(&it, it.last_ticket, FAKE_OTHER_USER), ERR_NONE);
    ck_assert(!stored(&first)->enabled);
    ck_assert_uint_eq(rule_count(), 2);
    ck_assert_str_eq(engine_report(it.engine)->rules[1].rule.owner.text, FAKE_USER);
}
END_TEST

START_TEST(routine_changes_in_a_batch_need_no_approval)
{
    const struct rule_id first = add_rule(&it, "first", "3000");
    const struct rule_id second = add_rule(&it, "second", "3001");

    it.caller.is_elevated = false;
    add_item(VERB_ENABLE, &first)->enabled = false;
    add_item(VERB_DELETE_RULE, &second);

    check_done();
    ck_assert_uint_eq(rule_count(), 1);
}
END_TEST

START_TEST(every_change_of_a_batch_is_logged_with_its_rule)
{
    const struct rule_id first = add_rule(&it, "first", "3000");
    struct request request = {
        .verb = VERB_ACTIVITY, .activity_limit = 10, .activity_rule = first};
    struct reply reply;

    add_item(VERB_ENABLE, &first)->enabled = false;
    add_item(VERB_DELETE_RULE, &first);
    check_done();
    engine_handle(it.engine, &it.caller, &request, &reply);

    ck_assert_uint_eq(reply.activity.count, 3);
    ck_assert_int_eq(reply.activity.items[0].kind, ACTIVITY_RULE_REMOVED);
    ck_assert_int_eq(reply.activity.items[1].kind, ACTIVITY_RULE_TURNED_OFF);
    ck_assert_int_eq(reply.activity.items[2].kind, ACTIVITY_RULE_ADDED);
    ck_assert_str_eq(reply.activity.items[1].arguments[0], "first");
    reply_clear(&reply);
}
END_TEST

Suite *engine_batch_suite(void);

Suite *engine_batch_suite(void)
{
    const TTest *const tests[] = {
        a_batch_carries_out_every_kind_of_change,
        one_bad_item_keeps_all_others_from_being_done_and_is_named,
        a_rule_that_is_not_there_refuses_the_batch,
        an_empty_batch_is_refused,
        two_rules_may_change_places,
        a_removed_rule_is_made_again_with_its_id,
        a_rule_that_exists_is_not_made_again,
        a_rule_is_made_again_for_its_owner_only,
        what_is_made_again_is_checked_like_a_new_rule,
        a_batch_is_held_and_approved_as_a_whole,
        routine_changes_in_a_batch_need_no_approval,
        every_change_of_a_batch_is_logged_with_its_rule,
    };
    Suite *suite = suite_create("engine_batch");
    TCase *tcase = tcase_create("engine_batch");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    return suite;
}
