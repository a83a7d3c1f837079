/*
 * When passes are due, and that none is at rest.
 * SPDX-License-Identifier: MIT
 */
#include "core/engine/schedule.h"

#include <check.h>

Suite *schedule_suite(void);

/* A moment far from zero and beyond 32 bits, as after weeks of uptime. */
#define START_MS 5000000000u

/* Waits as the schedule says and begins the pass; gives the moment after START_MS. */
static uint32_t next_pass(struct schedule *schedule, uint64_t *now_ms)
{
    const uint32_t due_ms = schedule_due_ms(schedule, *now_ms);

    ck_assert_uint_ne(due_ms, SCHEDULE_NEVER);
    *now_ms += due_ms;
    ck_assert_uint_eq(schedule_due_ms(schedule, *now_ms), 0);
    schedule_begin_pass(schedule, *now_ms);
    return (uint32_t)(*now_ms - START_MS);
}

START_TEST(at_rest_nothing_is_due)
{
    struct schedule schedule = {0};

    ck_assert_uint_eq(schedule_due_ms(&schedule, 0), SCHEDULE_NEVER);
    ck_assert_uint_eq(schedule_due_ms(&schedule, START_MS), SCHEDULE_NEVER);
    ck_assert(!schedule_is_settling(&schedule));
    ck_assert(!schedule_is_backing_off(&schedule, START_MS));
}
END_TEST

START_TEST(an_event_makes_one_pass_due_at_once)
{
    struct schedule schedule = {0};

    schedule_ask(&schedule);
    schedule_ask(&schedule);
    ck_assert_uint_eq(schedule_due_ms(&schedule, START_MS), 0);
    schedule_begin_pass(&schedule, START_MS);

    ck_assert_uint_eq(schedule_due_ms(&schedule, START_MS), SCHEDULE_NEVER);
}
END_TEST

START_TEST(an_event_during_a_pass_makes_one_more)
{
    struct schedule schedule = {0};

    schedule_ask(&schedule);
    schedule_begin_pass(&schedule, START_MS);
    schedule_ask(&schedule);
    ck_assert_uint_eq(schedule_due_ms(&schedule, START_MS + 1), 0);
    schedule_begin_pass(&schedule, START_MS + 1);

    ck_assert_uint_eq(schedule_due_ms(&schedule, START_MS + 1), SCHEDULE_NEVER);
}
END_TEST

START_TEST(a_burst_is_spaced_only_after_five_passes)
{
    struct schedule schedule = {0};
    uint64_t now_ms = START_MS;
    static const uint32_t expected[] = {0, 0, 0, 0, 0, 100, 200, 300, 400};

    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        schedule_ask(&schedule);
        ck_assert_uint_eq(next_pass(&schedule, &now_ms), expected[i]);
    }
}
END_TEST

START_TEST(a_storm_of_events_makes_at_most_ten_passes_a_second)
{
    struct schedule schedule = {0};
    uint64_t now_ms = START_MS;
    size_t count = 0;

    for (; now_ms < START_MS + 10000; now_ms++) {
        schedule_ask(&schedule);
        if (schedule_due_ms(&schedule, now_ms) == 0) {
            schedule_begin_pass(&schedule, now_ms);
            count++;
        }
    }

    ck_assert_uint_ge(count, 90);
    ck_assert_uint_le(count, 105);
}
END_TEST

START_TEST(spacing_counts_from_the_last_pass)
{
    struct schedule schedule = {0};

    for (uint32_t i = 0; i < SCHEDULE_BURST; i++)
        schedule_begin_pass(&schedule, START_MS + 10 * i);
    schedule_ask(&schedule);

    ck_assert_uint_eq(schedule_due_ms(&schedule, START_MS + 40), 100);
    ck_assert_uint_eq(schedule_due_ms(&schedule, START_MS + 99), 41);
    ck_assert_uint_eq(schedule_due_ms(&schedule, START_MS + 140), 0);
    ck_assert_uint_eq(schedule_due_ms(&schedule, START_MS + 500), 0);
}
END_TEST

START_TEST(five_passes_in_more_than_a_second_are_no_burst)
{
    struct schedule schedule = {0};

    for (uint32_t i = 0; i < SCHEDULE_BURST; i++)
        schedule_begin_pass(&schedule, START_MS + 240 * i);
    schedule_ask(&schedule);

    ck_assert_uint_gt(schedule_due_ms(&schedule, START_MS + 960), 0);
    ck_assert_uint_eq(schedule_due_ms(&schedule, START_MS + 1000), 0);
}
END_TEST

START_TEST(four_passes_at_once_are_no_burst)
{
    struct schedule schedule = {0};

    for (int i = 0; i < SCHEDULE_BURST - 1; i++)
        schedule_begin_pass(&schedule, START_MS);
    schedule_ask(&schedule);

    ck_assert_uint_eq(schedule_due_ms(&schedule, START_MS), 0);
}
END_TEST

START_TEST(a_new_vm_is_looked_at_five_times_and_then_left)
{
    struct schedule schedule = {0};
    uint64_t now_ms = START_MS;
    static const uint32_t expected[] = {100, 300, 1000, 3000, 10000};

    schedule_look_for_relay(&schedule, now_ms);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        ck_assert_uint_eq(next_pass(&schedule, &now_ms), expected[i]);

    ck_assert_uint_eq(schedule_due_ms(&schedule, now_ms), SCHEDULE_NEVER);
}
END_TEST

START_TEST(looks_end_when_the_relay_is_found)
{
    struct schedule schedule = {0};
    uint64_t now_ms = START_MS;

    schedule_look_for_relay(&schedule, now_ms);
    next_pass(&schedule, &now_ms);
    schedule_relay_found(&schedule);

    ck_assert_uint_eq(schedule_due_ms(&schedule, now_ms), SCHEDULE_NEVER);
}
END_TEST

START_TEST(looks_begin_again_for_another_vm)
{
    struct schedule schedule = {0};
    uint64_t now_ms = START_MS;

    schedule_look_for_relay(&schedule, now_ms);
    next_pass(&schedule, &now_ms);
    next_pass(&schedule, &now_ms);
    schedule_relay_found(&schedule);
    schedule_look_for_relay(&schedule, now_ms);

    ck_assert_uint_eq(next_pass(&schedule, &now_ms), 300 + 100);
}
END_TEST

START_TEST(a_pass_for_another_reason_does_not_use_up_a_look)
{
    struct schedule schedule = {0};
    uint64_t now_ms = START_MS + 50;

    schedule_look_for_relay(&schedule, START_MS);
    schedule_begin_pass(&schedule, now_ms);

    ck_assert_uint_eq(next_pass(&schedule, &now_ms), 100);
}
END_TEST

START_TEST(looks_that_were_missed_count_as_one)
{
    struct schedule schedule = {0};
    uint64_t now_ms = START_MS + 1500; /* Windows slept, or a pass took long */

    schedule_look_for_relay(&schedule, START_MS);
    ck_assert_uint_eq(schedule_due_ms(&schedule, now_ms), 0);
    schedule_begin_pass(&schedule, now_ms);

    ck_assert_uint_eq(next_pass(&schedule, &now_ms), 3000);
}
END_TEST

START_TEST(a_sleep_past_the_last_look_leaves_nothing_due)
{
    struct schedule schedule = {0};
    const uint64_t now_ms = START_MS + 100000000;

    schedule_look_for_relay(&schedule, START_MS);
    schedule_look_for_listeners(&schedule, START_MS);
    ck_assert_uint_eq(schedule_due_ms(&schedule, now_ms), 0);
    schedule_begin_pass(&schedule, now_ms);

    ck_assert_uint_eq(schedule_due_ms(&schedule, now_ms), SCHEDULE_NEVER);
    ck_assert(!schedule_is_settling(&schedule));
}
END_TEST

START_TEST(listeners_are_awaited_for_three_seconds)
{
    struct schedule schedule = {0};
    uint64_t now_ms = START_MS;
    static const uint32_t expected[] = {50, 150, 400, 1000, 3000};

    schedule_look_for_listeners(&schedule, now_ms);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        ck_assert(schedule_is_settling(&schedule));
        ck_assert_uint_eq(next_pass(&schedule, &now_ms), expected[i]);
    }

    ck_assert(!schedule_is_settling(&schedule));
    ck_assert_uint_eq(schedule_due_ms(&schedule, now_ms), SCHEDULE_NEVER);
}
END_TEST

START_TEST(settling_ends_when_all_listen)
{
    struct schedule schedule = {0};

    schedule_look_for_listeners(&schedule, START_MS);
    schedule_listeners_found(&schedule);

    ck_assert(!schedule_is_settling(&schedule));
    ck_assert_uint_eq(schedule_due_ms(&schedule, START_MS), SCHEDULE_NEVER);
}
END_TEST

START_TEST(looks_for_relay_and_listeners_do_not_disturb_each_other)
{
    struct schedule schedule = {0};
    uint64_t now_ms = START_MS;

    schedule_look_for_relay(&schedule, now_ms);
    schedule_look_for_listeners(&schedule, now_ms);
    ck_assert_uint_eq(next_pass(&schedule, &now_ms), 50);
    ck_assert_uint_eq(next_pass(&schedule, &now_ms), 100);
    ck_assert_uint_eq(next_pass(&schedule, &now_ms), 150);
    schedule_listeners_found(&schedule);
    ck_assert_uint_eq(next_pass(&schedule, &now_ms), 300);
    schedule_look_for_listeners(&schedule, now_ms);
    schedule_relay_found(&schedule);

    ck_assert_uint_eq(next_pass(&schedule, &now_ms), 350);
}
END_TEST

START_TEST(retries_double_from_one_second_to_sixty)
{
    struct schedule schedule = {0};
    static const uint32_t delays[] = {1000,  2000,  4000,  8000, 16000,
                                      32000, 60000, 60000, 60000};
    uint64_t now_ms = START_MS;

    for (size_t i = 0; i < sizeof delays / sizeof delays[0]; i++) {
        schedule_retry(&schedule, now_ms);
        ck_assert_uint_eq(schedule_due_ms(&schedule, now_ms), delays[i]);
        next_pass(&schedule, &now_ms);
        ck_assert_uint_eq(schedule_due_ms(&schedule, now_ms), SCHEDULE_NEVER);
    }
}
END_TEST

START_TEST(failures_before_the_retry_neither_delay_nor_double_it)
{
    struct schedule schedule = {0};
    uint64_t now_ms = START_MS;

    schedule_retry(&schedule, now_ms);
    schedule_begin_pass(&schedule, now_ms + 400); /* for an event; it fails again */
    schedule_retry(&schedule, now_ms + 400);
    ck_assert_uint_eq(next_pass(&schedule, &now_ms), 1000);
    schedule_retry(&schedule, now_ms);

    ck_assert_uint_eq(next_pass(&schedule, &now_ms), 1000 + 2000);
}
END_TEST

START_TEST(success_ends_the_retries_and_starts_afresh)
{
    struct schedule schedule = {0};
    uint64_t now_ms = START_MS;

    schedule_retry(&schedule, now_ms);
    next_pass(&schedule, &now_ms);
    schedule_retry(&schedule, now_ms);
    schedule_succeeded(&schedule);
    ck_assert_uint_eq(schedule_due_ms(&schedule, now_ms), SCHEDULE_NEVER);
    schedule_retry(&schedule, now_ms);

    ck_assert_uint_eq(schedule_due_ms(&schedule, now_ms), 1000);
}
END_TEST

START_TEST(backing_off_lasts_until_the_retrys_time)
{
    struct schedule schedule = {0};

    schedule_retry(&schedule, START_MS);

    ck_assert(schedule_is_backing_off(&schedule, START_MS));
    ck_assert(schedule_is_backing_off(&schedule, START_MS + 999));
    ck_assert(!schedule_is_backing_off(&schedule, START_MS + 1000));
    schedule_succeeded(&schedule);
    ck_assert(!schedule_is_backing_off(&schedule, START_MS));
}
END_TEST

START_TEST(the_earliest_of_all_reasons_is_due)
{
    struct schedule schedule = {0};

    schedule_retry(&schedule, START_MS);
    ck_assert_uint_eq(schedule_due_ms(&schedule, START_MS), 1000);
    schedule_look_for_relay(&schedule, START_MS);
    ck_assert_uint_eq(schedule_due_ms(&schedule, START_MS), 100);
    schedule_ask(&schedule);
    ck_assert_uint_eq(schedule_due_ms(&schedule, START_MS), 0);
    schedule_begin_pass(&schedule, START_MS);
    schedule_relay_found(&schedule);

    ck_assert_uint_eq(schedule_due_ms(&schedule, START_MS), 1000);
}
END_TEST

Suite *schedule_suite(void)
{
    Suite *suite = suite_create("schedule");
    TCase *events = tcase_create("events");
    TCase *looks = tcase_create("looks");
    TCase *retries = tcase_create("retries");

    tcase_add_test(events, at_rest_nothing_is_due);
    tcase_add_test(events, an_event_makes_one_pass_due_at_once);
    tcase_add_test(events, an_event_during_a_pass_makes_one_more);
    tcase_add_test(events, a_burst_is_spaced_only_after_five_passes);
    tcase_add_test(events, a_storm_of_events_makes_at_most_ten_passes_a_second);
    tcase_add_test(events, spacing_counts_from_the_last_pass);
    tcase_add_test(events, five_passes_in_more_than_a_second_are_no_burst);
    tcase_add_test(events, four_passes_at_once_are_no_burst);
    suite_add_tcase(suite, events);

    tcase_add_test(looks, a_new_vm_is_looked_at_five_times_and_then_left);
    tcase_add_test(looks, looks_end_when_the_relay_is_found);
    tcase_add_test(looks, looks_begin_again_for_another_vm);
    tcase_add_test(looks, a_pass_for_another_reason_does_not_use_up_a_look);
    tcase_add_test(looks, looks_that_were_missed_count_as_one);
    tcase_add_test(looks, a_sleep_past_the_last_look_leaves_nothing_due);
    tcase_add_test(looks, listeners_are_awaited_for_three_seconds);
    tcase_add_test(looks, settling_ends_when_all_listen);
    tcase_add_test(looks, looks_for_relay_and_listeners_do_not_disturb_each_other);
    suite_add_tcase(suite, looks);

    tcase_add_test(retries, retries_double_from_one_second_to_sixty);
    tcase_add_test(retries, failures_before_the_retry_neither_delay_nor_double_it);
    tcase_add_test(retries, success_ends_the_retries_and_starts_afresh);
    tcase_add_test(retries, backing_off_lasts_until_the_retrys_time);
    tcase_add_test(retries, the_earliest_of_all_reasons_is_due);
    suite_add_tcase(suite, retries);
    return suite;
}
