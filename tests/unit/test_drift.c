/*
 * The table of DESIGN.md §5, case by case.
 * SPDX-License-Identifier: MIT
 */
#include "core/reconcile/drift.h"
#include "core/reconcile/plan.h"
#include "tests/fake_system.h"

#include <check.h>
#include <stdlib.h>

#define KEY "0.0.0.0/3000"
#define NOW "172.28.208.5/3000"
#define OLD "172.28.208.4/3000"
#define OTHER "10.9.9.9/80"

/* One row: what is wanted, what the ledger holds, what stands, and what follows. NULL: none. */
struct row {
    const char *name;
    enum desired_kind wanted; /* DESIRED_VALUE: NOW */
    const char *confirmed;
    enum intent intent;
    const char *intended;
    const char *live_name; /* NULL: KEY */
    const char *live;
    enum drift_kind kind;
    int step; /* of the plan, -1: no step */
    bool announces;
};

#define STEP_NONE (-1)

static const struct row rows[] = {
    {"hold writes nothing", DESIRED_HOLD, OLD, INTENT_NONE, NULL, NULL, OLD, DRIFT_HELD,
     STEP_NONE, false},
    {"hold leaves an absent entry absent", DESIRED_HOLD, OLD, INTENT_NONE, NULL, NULL,
     NULL, DRIFT_HELD, STEP_NONE, false},
    {"right and confirmed is left alone", DESIRED_VALUE, NOW, INTENT_NONE, NULL, NULL,
     NOW, DRIFT_IN_PLACE, STEP_NONE, false},
    {"right with an open intent sends the control and confirms", DESIRED_VALUE, OLD,
     INTENT_WRITE, NOW, NULL, NOW, DRIFT_UNCONFIRMED, STEP_CONFIRM_ENTRY, true},
    {"foreign but equal is not touched", DESIRED_VALUE, NULL, INTENT_NONE, NULL, NULL,
     NOW, DRIFT_FOREIGN_EQUAL, STEP_NONE, false},
    {"foreign but equal forgets a stale row", DESIRED_VALUE, OLD, INTENT_NONE, NULL, NULL,
     NOW, DRIFT_FOREIGN_EQUAL, STEP_FORGET_ENTRY, false},
    {"absent is written", DESIRED_VALUE, NULL, INTENT_NONE, NULL, NULL, NULL,
     DRIFT_MISSING, STEP_WRITE_ENTRY, true},
    {"removed by somebody is written again", DESIRED_VALUE, NOW, INTENT_NONE, NULL, NULL,
     NULL, DRIFT_MISSING, STEP_WRITE_ENTRY, true},
    {"ours and out of date is overwritten", DESIRED_VALUE, OLD, INTENT_NONE, NULL, NULL,
     OLD, DRIFT_OUTDATED, STEP_WRITE_ENTRY, true},
    {"ours by an open intent and out of date is overwritten", DESIRED_VALUE, NULL,
     INTENT_WRITE, OLD, NULL, OLD, DRIFT_OUTDATED, STEP_WRITE_ENTRY, true},
    {"foreign and different is a conflict", DESIRED_VALUE, NULL, INTENT_NONE, NULL, NULL,
     OTHER, DRIFT_CONFLICT, STEP_NONE, false},
    {"changed by somebody is a conflict", DESIRED_VALUE, NOW, INTENT_NONE, NULL, NULL,
     OTHER, DRIFT_CONFLICT, STEP_NONE, false},
    {"ours and not wanted is deleted", DESIRED_NONE, OLD, INTENT_NONE, NULL, NULL, OLD,
     DRIFT_SURPLUS, STEP_DELETE_ENTRY, true},
    {"a removal that was interrupted is repeated", DESIRED_NONE, OLD, INTENT_REMOVE, NULL,
     NULL, OLD, DRIFT_SURPLUS, STEP_DELETE_ENTRY, true},
    {"gone and not wanted is forgotten", DESIRED_NONE, OLD, INTENT_NONE, NULL, NULL, NULL,
     DRIFT_GONE, STEP_FORGET_ENTRY, false},
    {"gone by our own removal is announced first", DESIRED_NONE, OLD, INTENT_REMOVE, NULL,
     NULL, NULL, DRIFT_GONE, STEP_FORGET_ENTRY, true},
    {"changed by somebody and not wanted is forgotten and left", DESIRED_NONE, OLD,
     INTENT_NONE, NULL, NULL, OTHER, DRIFT_LOST, STEP_FORGET_ENTRY, false},
    {"foreign and not wanted is left", DESIRED_NONE, NULL, INTENT_NONE, NULL, NULL, OTHER,
     DRIFT_KEPT_OPEN, STEP_NONE, false},
    {"nothing and not wanted is nothing", DESIRED_NONE, NULL, INTENT_NONE, NULL, NULL,
     NULL, DRIFT_ABSENT, STEP_NONE, false},
    {"a foreign wildcard beside it is a conflict", DESIRED_VALUE, NULL, INTENT_NONE, NULL,
     "*/3000", NOW, DRIFT_CONFLICT, STEP_NONE, false},
};

static struct desired_entry wanted_entry(const struct row *row)
{
    struct desired_entry entry = {.kind = row->wanted};
    struct portproxy_entry parsed;

    ck_assert(portproxy_entry_parse(PORTPROXY_V4TOV4, KEY, NOW, &parsed));
    entry.key = parsed.key;
    entry.value = parsed.value;
    return entry;
}

static void fill_ledger(const struct row *row, struct ledger *ledger)
{
    struct portproxy_entry parsed;
    struct owned_entry *owned;

    if (row->confirmed == NULL && row->intent == INTENT_NONE)
        return;
    owned = ledger_add_entry(ledger);
    ck_assert(portproxy_entry_parse(PORTPROXY_V4TOV4, KEY, NOW, &parsed));
    owned->key = parsed.key;
    owned->intent = row->intent;
    if (row->confirmed != NULL) {
        ck_assert(portproxy_entry_parse(PORTPROXY_V4TOV4, KEY, row->confirmed, &parsed));
        owned->has_confirmed = true;
        owned->confirmed = parsed.value;
    }
    if (row->intended != NULL) {
        ck_assert(portproxy_entry_parse(PORTPROXY_V4TOV4, KEY, row->intended, &parsed));
        owned->intended = parsed.value;
    }
}

struct fixture {
    struct rule rule;
    struct rule_list rules;
    struct settings settings;
    struct user_sid_list paused;
    struct snapshot snapshot;
    struct wsl_view_list wsl;
    struct circumstances now;
    struct desired_entry entry;
    struct desired_rule desired_rule;
    struct desired desired;
    struct ledger ledger;
    struct given_up given_up;
    struct drift drift;
    struct plan plan;
};

static void decide(struct fixture *self)
{
    self->rule = rule_default();
    self->rules = (struct rule_list){&self->rule, 1, 1};
    self->snapshot.firewall.known = true;
    self->now = (struct circumstances){&self->rules, &self->settings, &self->paused,
                                       &self->snapshot, &self->wsl};
    self->desired_rule.kind = self->entry.kind;
    self->desired = (struct desired){&self->entry, 1, 1, &self->desired_rule, 1, 1};
    drift_find(&self->now, &self->desired, &self->ledger, &self->given_up, &self->drift);
    plan_build(&self->now, &self->desired, &self->drift, &self->ledger, &self->plan);
}

static void clear(struct fixture *self)
{
    plan_clear(&self->plan);
    drift_clear(&self->drift);
    ledger_clear(&self->ledger);
    snapshot_clear(&self->snapshot);
}

static void add_live(struct fixture *self, const char *name, const char *data)
{
    self->snapshot.portproxy.items =
        realloc(self->snapshot.portproxy.items,
                (self->snapshot.portproxy.count + 1) * sizeof(struct portproxy_entry));
    ck_assert(portproxy_entry_parse(
        PORTPROXY_V4TOV4, name, data,
        &self->snapshot.portproxy.items[self->snapshot.portproxy.count++]));
}

START_TEST(drift_and_plan_follow_the_table)
{
    const struct row *row = &rows[_i];
    struct fixture self = {.entry = wanted_entry(row)};
    int step;

    fill_ledger(row, &self.ledger);
    if (row->live != NULL)
        add_live(&self, row->live_name != NULL ? row->live_name : KEY, row->live);

    decide(&self);

    step = self.plan.count > 0 ? (int)self.plan.items[0].kind : STEP_NONE;
    ck_assert_msg(self.drift.entries[0].kind == row->kind, "%s: drift %d, not %d",
                  row->name, self.drift.entries[0].kind, row->kind);
    ck_assert_msg(step == row->step, "%s: step %d, not %d", row->name, step, row->step);
    ck_assert_msg(self.plan.count <= 1, "%s: %zu steps", row->name, self.plan.count);
    if (self.plan.count == 1)
        ck_assert_msg(self.plan.items[0].announces == row->announces, "%s: announces",
                      row->name);
    clear(&self);
}
END_TEST

START_TEST(drift_find_gives_up_a_key_that_is_removed_again_and_again)
{
    struct fixture self = {.entry = wanted_entry(&rows[6])};

    self.given_up =
        (struct given_up){.keys = &self.entry.key, .key_count = 1, .key_capacity = 1};

    decide(&self);

    ck_assert_int_eq(self.drift.entries[0].kind, DRIFT_GIVEN_UP);
    ck_assert_uint_eq(self.plan.count, 0);
    clear(&self);
}
END_TEST

START_TEST(drift_find_deletes_left_over_rows_that_still_stand)
{
    struct fixture self = {.entry = wanted_entry(&rows[2])};
    struct owned_entry *owned = ledger_add_entry(&self.ledger);
    struct portproxy_entry parsed;

    ck_assert(portproxy_entry_parse(PORTPROXY_V4TOV4, "0.0.0.0/9", OLD, &parsed));
    *owned = (struct owned_entry){
        .key = parsed.key, .has_confirmed = true, .confirmed = parsed.value};
    add_live(&self, "0.0.0.0/9", OLD);
    add_live(&self, KEY, OTHER);

    decide(&self);

    ck_assert_uint_eq(self.plan.count, 1);
    ck_assert_int_eq(self.plan.items[0].kind, STEP_DELETE_ENTRY);
    ck_assert_uint_eq(self.plan.items[0].entry.key.port, 9);
    clear(&self);
}
END_TEST

START_TEST(plan_build_deletes_before_it_writes)
{
    struct fixture self = {.entry = wanted_entry(&rows[6])};
    struct owned_entry *owned = ledger_add_entry(&self.ledger);
    struct portproxy_entry parsed;

    ck_assert(portproxy_entry_parse(PORTPROXY_V4TOV4, "0.0.0.0/9", OLD, &parsed));
    *owned = (struct owned_entry){
        .key = parsed.key, .has_confirmed = true, .confirmed = parsed.value};
    add_live(&self, "0.0.0.0/9", OLD);

    decide(&self);

    ck_assert_uint_eq(self.plan.count, 2);
    ck_assert_int_eq(self.plan.items[0].kind, STEP_DELETE_ENTRY);
    ck_assert_int_eq(self.plan.items[1].kind, STEP_WRITE_ENTRY);
    clear(&self);
}
END_TEST

/* Rules that are off do not count for the cap on entries: 256 of them could have 262,144 ports. */
START_TEST(desired_build_spreads_out_an_off_rule_only_where_something_stands)
{
    struct fixture self = {0};

    self.rule = rule_default();
    self.rule.enabled = false;
    self.rule.listen.first_port = 3000;
    self.rule.listen.last_port = 4000;
    self.rule.connect.first_port = 3000;
    self.rules = (struct rule_list){&self.rule, 1, 1};
    self.now = (struct circumstances){&self.rules, &self.settings, &self.paused,
                                      &self.snapshot, &self.wsl};
    add_live(&self, KEY, OTHER);
    add_live(&self, "0.0.0.0/9", OTHER);

    desired_build(&self.now, &self.desired);

    ck_assert_uint_eq(self.desired.entry_count, 1);
    ck_assert_uint_eq(self.desired.entries[0].key.port, 3000);
    ck_assert_uint_eq(self.desired.rules[0].status.port_count, 1001);
    desired_clear(&self.desired);
    clear(&self);
}
END_TEST

Suite *drift_suite(void);

Suite *drift_suite(void)
{
    Suite *suite = suite_create("drift");
    TCase *table = tcase_create("drift_find");

    tcase_add_loop_test(table, drift_and_plan_follow_the_table, 0,
                        sizeof rows / sizeof rows[0]);
    tcase_add_test(table, drift_find_gives_up_a_key_that_is_removed_again_and_again);
    tcase_add_test(table, drift_find_deletes_left_over_rows_that_still_stand);
    tcase_add_test(table, plan_build_deletes_before_it_writes);
    tcase_add_test(table,
                   desired_build_spreads_out_an_off_rule_only_where_something_stands);
    suite_add_tcase(suite, table);
    return suite;
}
