/*
 * diagnose --self-test: what Tidegate believes of Windows and WSL, tried here.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/self_test.h"

#include "app/ctl/json.h"
#include "app/ctl/verbs.h"

static void put_result(const struct self_test *test,
                       const struct self_test_result *result, struct json *json)
{
    json_begin_object(json, NULL);
    json_put_text(json, "name", test->name);
    json_put_text(json, "belief", test->belief);
    json_put_text(json, "fact", test->fact);
    json_put_text(json, "verdict", self_test_verdict_name(result->verdict));
    json_put_text(json, "seen", result->words);
    json_end(json);
}

static void write_result(const struct self_test *test,
                         const struct self_test_result *result, struct output *out)
{
    output_format(out, "%-12s  %s (%s)\n              %s\n              ",
                  self_test_verdict_name(result->verdict), test->name, test->fact,
                  test->belief);
    output_foreign(out, result->words);
    output_text(out, "\n");
}

static void run_one(struct call *call, const struct self_test *test,
                    unsigned counts[SELF_TEST_VERDICT_COUNT])
{
    struct self_test_result result = {.verdict = SELF_TEST_NOT_TESTABLE};

    test->run(&result);
    counts[result.verdict]++;
    if (call->json != NULL)
        put_result(test, &result, call->json);
    else
        write_result(test, &result, &call->out);
}

static void run_all(struct call *call, unsigned counts[SELF_TEST_VERDICT_COUNT])
{
    size_t count;
    const struct self_test *tests = self_tests(&count);

    for (size_t i = 0; i < count; i++)
        run_one(call, &tests[i], counts);
}

void run_self_test(struct call *call)
{
    unsigned counts[SELF_TEST_VERDICT_COUNT] = {0};

    if (command_has(&call->command, OPTION_JSON)) {
        call->json = json_new();
        json_begin_object(call->json, NULL);
        json_begin_array(call->json, "checks");
    }
    run_all(call, counts);
    if (call->json != NULL) {
        json_end(call->json);
        json_end(call->json);
    } else {
        output_format(&call->out, "\n%u confirmed, %u refuted, %u not testable\n",
                      counts[SELF_TEST_CONFIRMED], counts[SELF_TEST_REFUTED],
                      counts[SELF_TEST_NOT_TESTABLE]);
    }
    if (counts[SELF_TEST_REFUTED] > 0)
        call->worst = EXIT_FAILED;
}
