/*
 * Who may do what: every verb and target for every kind of caller, as one table.
 * SPDX-License-Identifier: MIT
 */
#include "core/protocol/caller.h"

#include <check.h>

Suite *caller_suite(void);

static const struct user_sid me = {"S-1-5-21-1-2-3-1001"};
static const struct user_sid other = {"S-1-5-21-1-2-3-1002"};

/* One column of the table each. */
enum kind {
    KIND_RESTRICTED,          /* and listed */
    KIND_RESTRICTED_ELEVATED, /* contradictory facts: the worse one counts */
    KIND_STANDARD,
    KIND_LISTED,
    KIND_ADMINISTRATOR, /* with the filtered token */
    KIND_ELEVATED,
    KIND_COUNT
};

static const char *const kind_names[KIND_COUNT] = {
    "restricted", "restricted but elevated", "standard",
    "listed",     "administrator",           "elevated",
};

static struct caller caller_of(enum kind kind)
{
    return (struct caller){
        .user = me,
        .is_restricted = kind == KIND_RESTRICTED || kind == KIND_RESTRICTED_ELEVATED,
        .is_elevated = kind == KIND_ELEVATED || kind == KIND_RESTRICTED_ELEVATED,
        .is_administrator = kind == KIND_ADMINISTRATOR || kind == KIND_ELEVATED ||
                            kind == KIND_RESTRICTED_ELEVATED,
    };
}

static struct settings settings_for(enum kind kind, bool users_may_widen)
{
    struct settings settings = {.users_may_widen = users_may_widen};

    settings.allowed_users[0] = other;
    settings.allowed_user_count = 1;
    if (kind == KIND_LISTED || kind == KIND_RESTRICTED)
        settings.allowed_users[settings.allowed_user_count++] = me;
    return settings;
}

static struct rule stored_rule(const struct user_sid *owner)
{
    struct rule rule = rule_default();

    rule.id = (struct rule_id){"00000000-0000-4000-8000-000000000001"};
    rule.owner = *owner;
    rule.listen.first_port = 3000;
    rule.listen.last_port = 3009;
    rule.connect.first_port = 3000;
    return rule;
}

enum target {
    TARGET_NONE,
    TARGET_OWN,
    TARGET_OWN_DISABLED,
    TARGET_OWN_FORCED,
    TARGET_OWN_TO_ADDRESS,
    TARGET_OTHERS
};

/* What a put changes in the rule that stands, or gives a new one. */
enum change {
    CHANGE_NOTHING,
    CHANGE_NAME,
    CHANGE_COMMENT,
    CHANGE_DISABLED,
    CHANGE_ENABLED,
    CHANGE_NARROWER,
    CHANGE_MORE_PORTS,
    CHANGE_OTHER_PORT,
    CHANGE_CONNECT_PORT,
    CHANGE_CONNECT_ADDRESS,
    CHANGE_LISTEN_ADDRESS,
    CHANGE_PUBLIC_PROFILE,
    CHANGE_REMOTE_ANY,
    CHANGE_FORCED,
    CHANGE_UNFORCED,
    CHANGE_FORCED_NARROWER,
    CHANGE_FORCED_OTHER_PORT,
    CHANGE_OWNER
};

static void change_rule(struct rule *rule, enum change change)
{
    switch (change) {
    case CHANGE_NOTHING:
        break;
    case CHANGE_NAME:
        rule->name[0] = 'n';
        break;
    case CHANGE_COMMENT:
        rule->comment[0] = 'c';
        break;
    case CHANGE_DISABLED:
        rule->enabled = false;
        break;
    case CHANGE_ENABLED:
        rule->enabled = true;
        break;
    case CHANGE_FORCED_NARROWER:
        rule->forced = true;
        rule->listen.last_port = 3000;
        break;
    case CHANGE_NARROWER:
        rule->listen.last_port = 3000;
        rule->scope.profiles = PROFILE_PRIVATE;
        break;
    case CHANGE_MORE_PORTS:
        rule->listen.last_port++;
        break;
    case CHANGE_OTHER_PORT:
        rule->listen.first_port = rule->listen.last_port = 4000;
        break;
    case CHANGE_CONNECT_PORT:
        rule->connect.first_port++;
        break;
    case CHANGE_CONNECT_ADDRESS:
        rule->connect.kind = CONNECT_ADDRESS;
        rule->connect.address = (struct address){ADDRESS_IPV4, {10, 0, 0, 1}};
        break;
    case CHANGE_LISTEN_ADDRESS:
        rule->listen.kind = LISTEN_ADDRESS;
        rule->listen.address = (struct address){ADDRESS_IPV4, {10, 0, 0, 1}};
        break;
    case CHANGE_PUBLIC_PROFILE:
        rule->scope.profiles |= PROFILE_PUBLIC;
        break;
    case CHANGE_REMOTE_ANY:
        rule->scope.remote = REMOTE_ANY;
        break;
    case CHANGE_FORCED:
        rule->forced = true;
        break;
    case CHANGE_UNFORCED:
        rule->forced = false;
        break;
    case CHANGE_FORCED_OTHER_PORT:
        rule->forced = true;
        rule->listen.first_port = rule->listen.last_port = 3389;
        break;
    case CHANGE_OWNER:
        rule->owner = other;
        break;
    }
}

/* Verdicts by column, A(llow), N(eeds elevation), D(eny), with users_may_widen off and on. */
struct row {
    const char *what;
    enum verb verb;
    enum target target;
    enum change change;
    const char *off;
    const char *on;
};

#define NOBODY_ELSE "DDNNNA" /* elevated callers alone; the rest by approval */
#define ROUTINE "DDNAAA"
#define EVERYBODY "DDAAAA"

static const struct row rows[] = {
    {"hello", VERB_HELLO, TARGET_NONE, CHANGE_NOTHING, "AAAAAA", "AAAAAA"},
    {"snapshot", VERB_SNAPSHOT, TARGET_NONE, CHANGE_NOTHING, EVERYBODY, EVERYBODY},
    {"subscribe", VERB_SUBSCRIBE, TARGET_NONE, CHANGE_NOTHING, EVERYBODY, EVERYBODY},
    {"plan", VERB_PLAN, TARGET_NONE, CHANGE_NOTHING, EVERYBODY, EVERYBODY},
    {"activity", VERB_ACTIVITY, TARGET_NONE, CHANGE_NOTHING, EVERYBODY, EVERYBODY},
    {"read settings", VERB_SETTINGS, TARGET_NONE, CHANGE_NOTHING, EVERYBODY, EVERYBODY},
    {"change a setting", VERB_SETTINGS, TARGET_NONE, CHANGE_NAME, NOBODY_ELSE,
     NOBODY_ELSE},
    {"reconcile", VERB_RECONCILE, TARGET_NONE, CHANGE_NOTHING, ROUTINE, ROUTINE},
    {"pause", VERB_PAUSE, TARGET_NONE, CHANGE_NOTHING, ROUTINE, ROUTINE},
    {"resume", VERB_RESUME, TARGET_NONE, CHANGE_NOTHING, ROUTINE, ROUTINE},
    {"report WSL", VERB_REPORT_WSL, TARGET_NONE, CHANGE_NOTHING, EVERYBODY, EVERYBODY},
    {"diagnose own", VERB_DIAGNOSE, TARGET_OWN, CHANGE_NOTHING, EVERYBODY, EVERYBODY},
    {"diagnose another's", VERB_DIAGNOSE, TARGET_OTHERS, CHANGE_NOTHING, EVERYBODY,
     EVERYBODY},
    {"probe own target", VERB_DIAGNOSE, TARGET_OWN, CHANGE_ENABLED, ROUTINE, ROUTINE},
    {"probe another's target", VERB_DIAGNOSE, TARGET_OTHERS, CHANGE_ENABLED, NOBODY_ELSE,
     NOBODY_ELSE},
    {"start IP Helper", VERB_START_IP_HELPER, TARGET_NONE, CHANGE_NOTHING, NOBODY_ELSE,
     NOBODY_ELSE},
    {"approve", VERB_APPROVE, TARGET_NONE, CHANGE_NOTHING, "DDDDDA", "DDDDDA"},

    {"enable or disable own", VERB_ENABLE, TARGET_OWN, CHANGE_NOTHING, ROUTINE, ROUTINE},
    {"enable own forced", VERB_ENABLE, TARGET_OWN_FORCED, CHANGE_NOTHING, ROUTINE,
     ROUTINE},
    {"enable another's", VERB_ENABLE, TARGET_OTHERS, CHANGE_NOTHING, NOBODY_ELSE,
     NOBODY_ELSE},
    {"delete own", VERB_DELETE_RULE, TARGET_OWN, CHANGE_NOTHING, ROUTINE, ROUTINE},
    {"delete another's", VERB_DELETE_RULE, TARGET_OTHERS, CHANGE_NOTHING, NOBODY_ELSE,
     NOBODY_ELSE},
    {"take over for own", VERB_TAKE_OVER, TARGET_OWN, CHANGE_NOTHING, NOBODY_ELSE,
     NOBODY_ELSE},
    {"take over for another's", VERB_TAKE_OVER, TARGET_OTHERS, CHANGE_NOTHING,
     NOBODY_ELSE, NOBODY_ELSE},

    {"list what a script made", VERB_ADOPT, TARGET_NONE, CHANGE_NOTHING, EVERYBODY,
     EVERYBODY},
    {"adopt it", VERB_ADOPT, TARGET_NONE, CHANGE_ENABLED, NOBODY_ELSE, NOBODY_ELSE},
    {"undo the adoption", VERB_ADOPT, TARGET_NONE, CHANGE_DISABLED, NOBODY_ELSE,
     NOBODY_ELSE},

    {"new rule", VERB_PUT_RULE, TARGET_NONE, CHANGE_NOTHING, NOBODY_ELSE, ROUTINE},
    {"new disabled rule", VERB_PUT_RULE, TARGET_NONE, CHANGE_DISABLED, NOBODY_ELSE,
     ROUTINE},
    {"new forced rule", VERB_PUT_RULE, TARGET_NONE, CHANGE_FORCED, NOBODY_ELSE,
     NOBODY_ELSE},
    {"new rule for another", VERB_PUT_RULE, TARGET_NONE, CHANGE_OWNER, NOBODY_ELSE,
     NOBODY_ELSE},

    {"put unchanged", VERB_PUT_RULE, TARGET_OWN, CHANGE_NOTHING, ROUTINE, ROUTINE},
    {"rename", VERB_PUT_RULE, TARGET_OWN, CHANGE_NAME, ROUTINE, ROUTINE},
    {"comment", VERB_PUT_RULE, TARGET_OWN, CHANGE_COMMENT, ROUTINE, ROUTINE},
    {"disable by put", VERB_PUT_RULE, TARGET_OWN, CHANGE_DISABLED, ROUTINE, ROUTINE},
    {"enable by put", VERB_PUT_RULE, TARGET_OWN_DISABLED, CHANGE_ENABLED, ROUTINE,
     ROUTINE},
    {"narrow", VERB_PUT_RULE, TARGET_OWN, CHANGE_NARROWER, ROUTINE, ROUTINE},
    {"more ports", VERB_PUT_RULE, TARGET_OWN, CHANGE_MORE_PORTS, NOBODY_ELSE, ROUTINE},
    {"another port", VERB_PUT_RULE, TARGET_OWN, CHANGE_OTHER_PORT, NOBODY_ELSE, ROUTINE},
    {"widen a disabled rule", VERB_PUT_RULE, TARGET_OWN_DISABLED, CHANGE_MORE_PORTS,
     NOBODY_ELSE, ROUTINE},
    {"another connect port", VERB_PUT_RULE, TARGET_OWN, CHANGE_CONNECT_PORT, NOBODY_ELSE,
     ROUTINE},
    {"another connect address", VERB_PUT_RULE, TARGET_OWN, CHANGE_CONNECT_ADDRESS,
     NOBODY_ELSE, NOBODY_ELSE},
    {"new rule to an address", VERB_PUT_RULE, TARGET_NONE, CHANGE_CONNECT_ADDRESS,
     NOBODY_ELSE, NOBODY_ELSE},
    {"rename a rule to an address", VERB_PUT_RULE, TARGET_OWN_TO_ADDRESS, CHANGE_NAME,
     ROUTINE, ROUTINE},
    {"narrow a rule to an address", VERB_PUT_RULE, TARGET_OWN_TO_ADDRESS, CHANGE_NARROWER,
     ROUTINE, ROUTINE},
    {"more ports to an address", VERB_PUT_RULE, TARGET_OWN_TO_ADDRESS, CHANGE_MORE_PORTS,
     NOBODY_ELSE, NOBODY_ELSE},
    {"another listen address", VERB_PUT_RULE, TARGET_OWN, CHANGE_LISTEN_ADDRESS,
     NOBODY_ELSE, ROUTINE},
    {"public networks", VERB_PUT_RULE, TARGET_OWN, CHANGE_PUBLIC_PROFILE, NOBODY_ELSE,
     ROUTINE},
    {"any remote", VERB_PUT_RULE, TARGET_OWN, CHANGE_REMOTE_ANY, NOBODY_ELSE, ROUTINE},
    {"give away", VERB_PUT_RULE, TARGET_OWN, CHANGE_OWNER, NOBODY_ELSE, NOBODY_ELSE},

    {"force", VERB_PUT_RULE, TARGET_OWN, CHANGE_FORCED, NOBODY_ELSE, NOBODY_ELSE},
    {"force a narrower", VERB_PUT_RULE, TARGET_OWN, CHANGE_FORCED_NARROWER, NOBODY_ELSE,
     NOBODY_ELSE},
    {"rename a forced", VERB_PUT_RULE, TARGET_OWN_FORCED, CHANGE_NAME, ROUTINE, ROUTINE},
    {"narrow a forced", VERB_PUT_RULE, TARGET_OWN_FORCED, CHANGE_NARROWER, ROUTINE,
     ROUTINE},
    {"no longer force", VERB_PUT_RULE, TARGET_OWN_FORCED, CHANGE_UNFORCED, ROUTINE,
     ROUTINE},
    {"move a forced to another port", VERB_PUT_RULE, TARGET_OWN_FORCED,
     CHANGE_FORCED_OTHER_PORT, NOBODY_ELSE, NOBODY_ELSE},

    {"put another's unchanged", VERB_PUT_RULE, TARGET_OTHERS, CHANGE_NOTHING, NOBODY_ELSE,
     NOBODY_ELSE},
    {"rename another's", VERB_PUT_RULE, TARGET_OTHERS, CHANGE_NAME, NOBODY_ELSE,
     NOBODY_ELSE},
    {"seize another's", VERB_PUT_RULE, TARGET_OTHERS, CHANGE_UNFORCED, NOBODY_ELSE,
     NOBODY_ELSE},

    {"a verb there is not", (enum verb)0, TARGET_NONE, CHANGE_NOTHING, "DDDDDD", "DDDDDD"},
    {"a verb there is not yet", (enum verb)99, TARGET_NONE, CHANGE_NOTHING, "DDDDDD",
     "DDDDDD"},
};

#define ROW_COUNT ((int)(sizeof rows / sizeof rows[0]))

static char letter(enum verdict verdict)
{
    return verdict == VERDICT_ALLOW ? 'A' : verdict == VERDICT_DENY ? 'D' : 'N';
}

static struct rule target_rule(enum target target)
{
    struct rule rule = stored_rule(target == TARGET_OTHERS ? &other : &me);

    rule.enabled = target != TARGET_OWN_DISABLED;
    rule.forced = target == TARGET_OWN_FORCED;
    if (target == TARGET_OWN_TO_ADDRESS)
        rule.connect.kind = CONNECT_ADDRESS;
    return rule;
}

static struct request request_of(const struct row *row, const struct rule *existing)
{
    struct request request = {.verb = row->verb};

    if (row->verb == VERB_PUT_RULE) {
        request.rule = *existing;
        /* Clients need not name the owner; the stored rule decides whose it is. */
        request.rule.owner = (struct user_sid){""};
        if (row->target == TARGET_NONE)
            request.rule.id = (struct rule_id){""};
        change_rule(&request.rule, row->change);
    } else if (row->verb == VERB_SETTINGS && row->change != CHANGE_NOTHING) {
        request.settings.count = 1;
    } else if (row->verb == VERB_ADOPT) {
        request.adopt.order = row->change == CHANGE_ENABLED    ? ADOPT_TAKE
                              : row->change == CHANGE_DISABLED ? ADOPT_UNDO
                                                               : ADOPT_LIST;
    } else if (row->target != TARGET_NONE) {
        request.rule_id = existing->id;
        request.probe = row->verb == VERB_DIAGNOSE && row->change == CHANGE_ENABLED;
    }
    return request;
}

/* The verdict for this row and column, asked on behalf of `user`. */
static char ask(const struct row *row, enum kind kind, bool users_may_widen,
                const struct user_sid *user)
{
    const struct caller caller = caller_of(kind);
    const struct settings settings = settings_for(kind, users_may_widen);
    struct rule existing = target_rule(row->target);
    const struct rule_list rules = {.items = &existing,
                                    .count = row->target == TARGET_NONE ? 0 : 1};
    struct request request = request_of(row, &existing);

    request.user = *user;
    return letter(authorize(&caller, &request, &rules, &settings));
}

START_TEST(authorize_follows_the_table)
{
    static const struct user_sid nobody = {""};
    const struct row *row = &rows[_i];

    for (enum kind kind = 0; kind < KIND_COUNT; kind++) {
        for (int on = 0; on <= 1; on++) {
            const char expected = (on ? row->on : row->off)[kind];

            ck_assert_msg(ask(row, kind, on, &nobody) == expected,
                          "%s, %s, widening %s: expected %c", row->what, kind_names[kind],
                          on ? "on" : "off", expected);
            ck_assert_msg(ask(row, kind, on, &me) == expected,
                          "%s, %s, named by SID: expected %c", row->what,
                          kind_names[kind], expected);
        }
    }
}
END_TEST

/* What WSL does nobody can say of others, with whatever rights. */
START_TEST(authorize_lets_only_elevated_callers_speak_for_others)
{
    const struct row *row = &rows[_i];
    const bool is_own_only = row->verb == VERB_REPORT_WSL;

    for (enum kind kind = 0; kind < KIND_COUNT; kind++) {
        for (int on = 0; on <= 1; on++) {
            const char as_self = ask(row, kind, on, &me);
            const char expected = is_own_only             ? 'D'
                                  : kind == KIND_ELEVATED ? as_self
                                  : kind == KIND_RESTRICTED ||
                                          kind == KIND_RESTRICTED_ELEVATED ||
                                          as_self == 'D'
                                      ? 'D'
                                      : 'N';

            ck_assert_msg(ask(row, kind, on, &other) == expected,
                          "%s, %s, for somebody else: expected %c", row->what,
                          kind_names[kind], expected);
        }
    }
}
END_TEST

static bool can_be_in_a_batch(enum verb verb)
{
    return verb == VERB_PUT_RULE || verb == VERB_DELETE_RULE || verb == VERB_ENABLE;
}

static struct batch_item item_of(const struct request *request)
{
    struct batch_item item = {.verb = request->verb};

    if (request->verb == VERB_PUT_RULE)
        item.rule = request->rule;
    else
        item.rule.id = *request_named_rule(request);
    return item;
}

/* The verdict for a batch of this row's request between two that everybody who may change anything
 * may make. */
static char ask_as_batch(const struct row *row, enum kind kind, bool users_may_widen)
{
    const struct caller caller = caller_of(kind);
    const struct settings settings = settings_for(kind, users_may_widen);
    struct rule stored[] = {target_rule(row->target), stored_rule(&me)};
    const bool is_stored = row->target != TARGET_NONE;
    const struct rule_list rules = {.items = is_stored ? stored : stored + 1,
                                    .count = is_stored ? 2 : 1};
    const struct request single = request_of(row, &stored[0]);
    struct batch_item items[3] = {
        {.verb = VERB_ENABLE}, item_of(&single), {.verb = VERB_ENABLE}};
    const struct request request = {.verb = VERB_BATCH,
                                    .batch = {.items = items, .count = 3}};

    stored[1].id = (struct rule_id){"00000000-0000-4000-8000-000000000002"};
    items[0].rule.id = items[2].rule.id = stored[1].id;
    return letter(authorize(&caller, &request, &rules, &settings));
}

START_TEST(authorize_judges_a_batch_by_its_strictest_item)
{
    const struct row *row = &rows[_i];

    if (!can_be_in_a_batch(row->verb))
        return;
    for (enum kind kind = 0; kind < KIND_COUNT; kind++) {
        for (int on = 0; on <= 1; on++) {
            const char expected = (on ? row->on : row->off)[kind];

            ck_assert_msg(ask_as_batch(row, kind, on) == expected,
                          "%s, %s, widening %s: expected %c", row->what, kind_names[kind],
                          on ? "on" : "off", expected);
        }
    }
}
END_TEST

START_TEST(authorize_takes_making_a_rule_again_for_widening)
{
    static const char off[] = NOBODY_ELSE;
    static const char on[] = ROUTINE;
    struct rule stored = stored_rule(&me);
    struct batch_item items[2] = {{.verb = VERB_DELETE_RULE},
                                  {.verb = VERB_PUT_RULE, .restore = true}};
    const struct request request = {.verb = VERB_BATCH,
                                    .batch = {.items = items, .count = 2}};
    const struct rule_list rules = {.items = &stored, .count = 1};

    items[0].rule.id = stored.id;
    items[1].rule = stored;
    for (enum kind kind = 0; kind < KIND_COUNT; kind++) {
        const struct caller caller = caller_of(kind);
        const struct settings narrow = settings_for(kind, false);
        const struct settings wide = settings_for(kind, true);

        ck_assert_int_eq(letter(authorize(&caller, &request, &rules, &narrow)), off[kind]);
        ck_assert_int_eq(letter(authorize(&caller, &request, &rules, &wide)), on[kind]);
    }
}
END_TEST

START_TEST(authorize_has_a_row_for_every_verb)
{
    for (unsigned verb = 0; verb < 64; verb++) {
        bool found = !verb_is_known(verb) || verb == VERB_BATCH; /* of its items' rows */

        for (int i = 0; i < ROW_COUNT; i++)
            found = found || rows[i].verb == (enum verb)verb;
        ck_assert_msg(found, "no row for %s", verb_name((enum verb)verb));
    }
}
END_TEST

START_TEST(authorize_takes_a_stored_rule_without_an_owner_for_anothers)
{
    const struct caller caller = caller_of(KIND_ADMINISTRATOR);
    const struct settings settings = {0};
    struct rule existing = stored_rule(&me);
    const struct rule_list rules = {.items = &existing, .count = 1};
    struct request request = {.verb = VERB_DELETE_RULE};

    existing.owner = (struct user_sid){""};
    request.rule_id = existing.id;

    ck_assert_int_eq(authorize(&caller, &request, &rules, &settings),
                     VERDICT_NEEDS_ELEVATION);
}
END_TEST

START_TEST(caller_rights_are_told_as_authorize_goes_by_them)
{
    static const char may_change[] = "nnnyyy";
    static const char may_widen_off[] = "nnnnny";
    static const char may_widen_on[] = "nnnyyy";

    for (enum kind kind = 0; kind < KIND_COUNT; kind++) {
        const struct caller caller = caller_of(kind);
        const struct settings off = settings_for(kind, false);
        const struct settings on = settings_for(kind, true);

        ck_assert_msg(caller_may_change(&caller, &off) == (may_change[kind] == 'y'), "%s",
                      kind_names[kind]);
        ck_assert_msg(caller_may_widen(&caller, &off) == (may_widen_off[kind] == 'y'),
                      "%s", kind_names[kind]);
        ck_assert_msg(caller_may_widen(&caller, &on) == (may_widen_on[kind] == 'y'), "%s",
                      kind_names[kind]);
    }
}
END_TEST

Suite *caller_suite(void)
{
    Suite *suite = suite_create("caller");
    TCase *tcase = tcase_create("authorize");

    tcase_add_loop_test(tcase, authorize_follows_the_table, 0, ROW_COUNT);
    tcase_add_loop_test(tcase, authorize_lets_only_elevated_callers_speak_for_others, 0,
                        ROW_COUNT);
    tcase_add_loop_test(tcase, authorize_judges_a_batch_by_its_strictest_item, 0,
                        ROW_COUNT);
    tcase_add_test(tcase, authorize_takes_making_a_rule_again_for_widening);
    tcase_add_test(tcase, authorize_has_a_row_for_every_verb);
    tcase_add_test(tcase, authorize_takes_a_stored_rule_without_an_owner_for_anothers);
    tcase_add_test(tcase, caller_rights_are_told_as_authorize_goes_by_them);
    suite_add_tcase(suite, tcase);
    return suite;
}
