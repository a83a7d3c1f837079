/*
 * The process is ended before and after every call of the seam, and every call fails once: the
 * next run must converge, lose nothing of ours and touch nothing of others.
 * SPDX-License-Identifier: MIT
 */
#define _DEFAULT_SOURCE 1 /* mkdtemp, MAP_ANONYMOUS */

#include <check.h>

#ifdef _WIN32 /* there is no fork to kill */

Suite *crash_suite(void)
{
    return suite_create("crash");
}

#else

#include "tests/unit/engine_fixture.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/store/store.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define SCRIPT_ENTRY "0.0.0.0/7000"
#define SCRIPT_VALUE "172.28.209.7/7000"
#define CALLS_MAX 80 /* more than any scenario makes */

/* What happens while the process dies, from a settled state with rule "a" (3000-3001). */
struct scenario {
    const char *name;
    void (*happens)(struct engine_fixture *it);
};

static void rule_is_added(struct engine_fixture *it)
{
    const struct rule rule = new_rule("b", "4000");

    put(it, &rule);
}

static void wsl_moves(struct engine_fixture *it)
{
    fake_move(&it->windows, "172.28.208.9");
    work(it, EVENT_WSL_CHANGED);
}

static void rule_is_disabled(struct engine_fixture *it)
{
    enable(it, &it->last_id, false);
}

static void rule_is_deleted(struct engine_fixture *it)
{
    delete_rule(it, &it->last_id);
}

static void rule_changes_ports_and_scope(struct engine_fixture *it)
{
    struct rule rule = new_rule("a", "3001-3003");

    rule.id = it->last_id;
    rule.scope.profiles = PROFILE_PRIVATE;
    put(it, &rule);
}

static void rule_takes_over(struct engine_fixture *it)
{
    struct rule rule = new_rule("c", "99");

    put(it, &rule);
    take_over(it, &it->last_id);
}

static void wsl_moves_twice(struct engine_fixture *it)
{
    wsl_moves(it);
    fake_move(&it->windows, "172.28.208.12");
    work(it, EVENT_WSL_CHANGED);
}

/* The entries of a script that begin makes, and its firewall rule. */
static void script_is_adopted(struct engine_fixture *self)
{
    struct request request = {.verb = VERB_ADOPT};
    struct reply reply;
    struct portproxy_entry adopted;

    request.adopt.order = ADOPT_TAKE;
    request.adopt.replace_firewall_rules = true;
    ck_assert(portproxy_entry_parse(PORTPROXY_V4TOV4, SCRIPT_ENTRY, "x/1", &adopted));
    *LIST_ADD(&request.adopt) = adopted.key;
    engine_handle(self->engine, &self->caller, &request, &reply);
    reply_clear(&reply);
    request_clear(&request);
    settle(self);
}

static void adoption_is_undone(struct engine_fixture *self)
{
    struct request request = {.verb = VERB_ADOPT, .adopt = {.order = ADOPT_UNDO}};
    struct reply reply;

    script_is_adopted(self);
    engine_handle(self->engine, &self->caller, &request, &reply);
    reply_clear(&reply);
    settle(self);
}

static void wsl_tells(struct engine_fixture *self, enum networking_mode mode)
{
    struct request request = {.verb = VERB_REPORT_WSL, .wsl_hint = {.effective = mode}};
    struct reply reply;

    engine_handle(self->engine, &self->caller, &request, &reply);
    reply_clear(&reply);
    settle(self);
}

/* The next process knows nothing of what was told to this one. */
static void wsl_is_mirrored(struct engine_fixture *self)
{
    wsl_tells(self, NETWORKING_MODE_MIRRORED);
}

static void wsl_is_nat_again(struct engine_fixture *self)
{
    wsl_is_mirrored(self);
    wsl_tells(self, NETWORKING_MODE_NAT);
}

static const struct scenario scenarios[] = {
    {"rule added", rule_is_added},
    {"WSL moves", wsl_moves},
    {"WSL moves twice", wsl_moves_twice},
    {"rule disabled", rule_is_disabled},
    {"rule deleted", rule_is_deleted},
    {"rule changed", rule_changes_ports_and_scope},
    {"rule takes over", rule_takes_over},
    {"script adopted", script_is_adopted},
    {"adoption undone", adoption_is_undone},
    {"WSL mirrored", wsl_is_mirrored},
    {"WSL NAT again", wsl_is_nat_again},
};
#define SCENARIO_COUNT ((int)(sizeof scenarios / sizeof scenarios[0]))

static struct engine_fixture *it; /* shared with the child, but for the engine */
static char folder[64];
static char database[96];

static void set_up(void)
{
    /* In memory where that can be had: a killed process, not a lost disk, is what is shown here. */
    text_copy(folder, sizeof folder,
              access("/dev/shm", W_OK) == 0 ? "/dev/shm/tidegate-crash-XXXXXX"
                                            : "/tmp/tidegate-crash-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    it = mmap(NULL, sizeof *it, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(it, MAP_FAILED);
}

static void remove_database(void)
{
    static const char *const endings[] = {"",         "-wal",  "-shm",
                                          "-journal", ".copy", ".copy-journal"};

    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        char path[128];
        struct text text = TEXT_OVER(path);

        text_append_format(&text, "%s%s", database, endings[i]);
        unlink(path);
    }
}

static void tear_down(void)
{
    munmap(it, sizeof *it);
    remove_database();
    rmdir(folder);
}

/* A settled engine with one rule of ours, a foreign entry and a foreign firewall rule. */
static void begin(void)
{
    struct text path = TEXT_OVER(database);

    text_append_format(&path, "%s/tidegate.db", folder);
    remove_database();
    engine_fixture_open(it, database);
    fake_set_entry(&it->windows, PORTPROXY_V4TOV4, "*/99", "10.9.9.9/80");
    fake_set_entry(&it->windows, PORTPROXY_V6TOV4, "::/5000", "10.9.9.9/80");
    fake_set_entry(&it->windows, PORTPROXY_V4TOV4, SCRIPT_ENTRY, SCRIPT_VALUE);
    it->windows.script_rule_count = 1;
    it->windows.script_rules[0] = (struct script_rule){.name = "WSL 2 Firewall Unlock",
                                                       .enabled = true,
                                                       .inbound = true,
                                                       .profiles = PROFILE_MASK,
                                                       .local_ports = "7000",
                                                       .remote_addresses = "*"};
    add_rule(it, "a", "3000-3001");
    settle(it);
    ck_assert_int_eq(status(it, &it->last_id)->state, RULE_STATE_ACTIVE);
}

static void reopen(void)
{
    it->engine = engine_new(database, &it->system, "0.0.0");
    engine_work(it->engine);
    it->windows.firewall_news = true;
    settle(it);
}

/* Whether every rule is in a state to rest in: forwarding, off, or in an honest conflict. */
static void check_converged(const char *name, unsigned call)
{
    const struct report *report = engine_report(it->engine);

    ck_assert_msg(report->fault[0] == '\0', "%s, call %u: %s", name, call, report->fault);
    for (size_t i = 0; i < report->rule_count; i++) {
        const enum rule_state state = report->rules[i].status.state;
        const bool conflict = report->rules[i].rule.listen.first_port == 99;

        ck_assert_msg(state == RULE_STATE_ACTIVE || state == RULE_STATE_OFF ||
                          (conflict && state == RULE_STATE_CONFLICT),
                      "%s, call %u: rule '%s' is %s (%s)", name, call,
                      report->rules[i].rule.name, rule_state_name(state),
                      reason_name(report->rules[i].status.reason));
    }
}

/* The script's port is wholly ours, or wholly as the script left it. */
static void check_adoption(const char *name, unsigned call)
{
    const struct report *report = engine_report(it->engine);
    bool adopted = false;

    for (size_t i = 0; i < report->rule_count; i++)
        adopted = adopted || report->rules[i].rule.listen.first_port == 7000;
    ck_assert_msg(it->windows.script_rules[0].enabled != adopted,
                  "%s, call %u: the script's firewall rule", name, call);
    if (!adopted)
        ck_assert_msg(strcmp(entry(it, SCRIPT_ENTRY), SCRIPT_VALUE) == 0,
                      "%s, call %u: the script's entry is %s", name, call,
                      entry(it, SCRIPT_ENTRY));
}

/* What begin found there, made by others: key, spelling and value. What a rule took over is not put
 * back, so the first may be gone. */
static bool is_foreign(const struct portproxy_entry *live)
{
    static const struct {
        enum portproxy_type type;
        const char *key, *value;
    } foreign[] = {{PORTPROXY_V4TOV4, "*/99", "10.9.9.9/80"},
                   {PORTPROXY_V6TOV4, "::/5000", "10.9.9.9/80"},
                   {PORTPROXY_V4TOV4, SCRIPT_ENTRY, SCRIPT_VALUE}};
    char key[PORTPROXY_TEXT_SIZE];
    char value[PORTPROXY_TEXT_SIZE];

    portproxy_key_format(&live->key, key);
    portproxy_value_format(&live->value, value);
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
        if (live->key.type == foreign[i].type && strcmp(key, foreign[i].key) == 0 &&
            strcmp(value, foreign[i].value) == 0)
            return true;
    }
    return false;
}

/* After uninstall only what others made is there, and what a script made is as it was. */
static void check_withdrawn(const char *name, unsigned call)
{
    struct error err = {0};
    size_t given_back;

    ck_assert_msg(engine_give_back_adopted(it->engine, &given_back, &err),
                  "%s, call %u: %s", name, call, err.detail);
    for (int i = 0; i < 10 && !engine_withdraw_all(it->engine, &err); i++)
        it->windows.now_ms += 61000;
    for (size_t i = 0; i < it->windows.registry.count; i++) {
        const struct portproxy_entry *live = &it->windows.registry.entries[i];

        ck_assert_msg(is_foreign(live), "%s, call %u: %s port %u to %s is left", name,
                      call, live->key.listen, live->key.port, live->value.connect);
    }
    ck_assert_msg(it->windows.script_rules[0].enabled && entry(it, SCRIPT_ENTRY) != NULL,
                  "%s, call %u: the script's port is not as it was", name, call);
    ck_assert_msg(it->windows.rule_count == 0, "%s, call %u: %zu firewall rules left",
                  name, call, it->windows.rule_count);
    ck_assert_str_eq(fake_get_entry(&it->windows, PORTPROXY_V6TOV4, "::/5000"),
                     "10.9.9.9/80");
    ck_assert_msg(it->windows.registry.count == it->windows.flushed.count,
                  "%s, call %u: not flushed", name, call);
}

/* True when the scenario ran to its end, that is when there are no more calls to end at. */
static bool die_at(const struct scenario *scenario, unsigned call, bool after)
{
    bool finished;
    pid_t child;

    begin();
    it->windows.call_count = 0;
    /* The parent's connection must not outlive the child's: the same file, one owner. */
    engine_fixture_close(it);
    child = fork();
    ck_assert_int_ne(child, -1);
    if (child == 0) {
        it->engine = engine_new(database, &it->system, "0.0.0");
        engine_work(it->engine);
        it->windows.call_count = 0;
        it->windows.end_before = after ? 0 : call;
        it->windows.end_after = after ? call : 0;
        scenario->happens(it);
        it->windows.end_before = it->windows.end_after = 0;
        _exit(0);
    }
    waitpid(child, NULL, 0);
    finished = it->windows.end_before == 0 && it->windows.end_after == 0;
    it->windows.end_before = it->windows.end_after = 0;
    reopen();
    check_converged(scenario->name, call);
    check_adoption(scenario->name, call);
    check_withdrawn(scenario->name, call);
    engine_fixture_close(it);
    return finished;
}

static void die_at_every_call(const struct scenario *scenario, bool after)
{
    unsigned call = 1;

    while (!die_at(scenario, call, after))
        ck_assert_uint_lt(++call, CALLS_MAX);
    ck_assert_uint_gt(call, 3); /* some calls were made, or the test shows nothing */
}

START_TEST(a_kill_before_any_call_loses_nothing)
{
    die_at_every_call(&scenarios[_i], false);
}
END_TEST

START_TEST(a_kill_after_any_call_loses_nothing)
{
    die_at_every_call(&scenarios[_i], true);
}
END_TEST

/* A new process finds WSL at `address` and dies after `call` calls; true when it lived. */
static bool live_and_die(const char *address, unsigned call)
{
    pid_t child;
    bool lived;

    it->windows.end_after = call;
    it->windows.call_count = 0;
    fake_move(&it->windows, address);
    child = fork();
    ck_assert_int_ne(child, -1);
    if (child == 0) {
        it->engine = engine_new(database, &it->system, "0.0.0");
        engine_work(it->engine);
        it->windows.end_after = 0;
        _exit(0);
    }
    waitpid(child, NULL, 0);
    lived = it->windows.end_after == 0;
    it->windows.end_after = 0;
    return lived;
}

/* The second process finds an entry that is ours only by the first one's open intent, and must
 * write its own intent without forgetting that. */
START_TEST(two_kills_in_a_row_lose_nothing)
{
    bool first_lived = false;

    for (unsigned first = 1; !first_lived; first++) {
        bool second_lived = false;

        for (unsigned second = 1; !second_lived; second++) {
            ck_assert_uint_lt(first + second, CALLS_MAX);
            begin();
            engine_fixture_close(it);
            first_lived = live_and_die("172.28.208.9", first);
            second_lived = live_and_die("172.28.208.12", second);
            reopen();
            check_converged("two kills", first * 100 + second);
            check_withdrawn("two kills", first * 100 + second);
            engine_fixture_close(it);
        }
    }
}
END_TEST

START_TEST(any_call_that_fails_once_is_made_good)
{
    const struct scenario *scenario = &scenarios[_i];

    for (unsigned call = 1;; call++) {
        ck_assert_uint_lt(call, CALLS_MAX);
        begin();
        it->windows.call_count = 0;
        it->windows.fail_at = call;
        scenario->happens(it);
        if (it->windows.call_count < call) {
            engine_fixture_close(it);
            break;
        }
        it->windows.fail_at = 0;
        it->windows.firewall_news = true;
        settle(it);
        check_converged(scenario->name, call);
        check_adoption(scenario->name, call);
        check_withdrawn(scenario->name, call);
        engine_fixture_close(it);
    }
}
END_TEST

Suite *crash_suite(void)
{
    Suite *suite = suite_create("crash");
    TCase *tcase = tcase_create("crash");

    tcase_set_timeout(tcase, 120);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, a_kill_before_any_call_loses_nothing, 0, SCENARIO_COUNT);
    tcase_add_loop_test(tcase, a_kill_after_any_call_loses_nothing, 0, SCENARIO_COUNT);
    tcase_add_test(tcase, two_kills_in_a_row_lose_nothing);
    tcase_add_loop_test(tcase, any_call_that_fails_once_is_made_good, 0, SCENARIO_COUNT);
    suite_add_tcase(suite, tcase);
    return suite;
}

#endif
