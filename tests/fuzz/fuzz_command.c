/*
 * Whatever somebody types: tidegatectl's command line, one argument a line, and the fields of a
 * rule and the settings, which the dialogs read by the same functions.
 * SPDX-License-Identifier: MIT
 */
#include "tests/fuzz/fuzz.h"

#include "core/base/mem.h"
#include "core/command/command.h"
#include "core/store/settings.h"

#include <assert.h>
#include <string.h>

#define ARGUMENTS_MAX 24
#define FIELD_SIZE 2048

static void check_failure(const struct error *err)
{
    assert((err->kind == ERR_INVALID || err->kind == ERR_NOT_FOUND) &&
           err->detail[0] != '\0');
}

static void check_command(size_t count, const char *const *arguments)
{
    static struct command command;
    struct error err = {0};
    struct error ignored = {0};

    command = (struct command){.limit = 77};
    if (!command_parse(count, arguments, &command, &err)) {
        check_failure(&err);
        assert(command.limit == 77 && command.argument_count == 0);
        return;
    }
    assert(command.argument_count <= COMMAND_ARGUMENT_CAPACITY);
    if (command.verb == COMMAND_ADD)
        assert(rule_validate(&command.rule, &ignored));
}

/* Each spelling that is accepted reads back from the one that we show. */
static void check_listen(const char *text)
{
    struct rule_listen listen = {0};
    struct rule_listen again = {0};
    struct error err = {0};
    char spelled[FIELD_SIZE];
    char respelled[FIELD_SIZE];

    if (!rule_listen_parse(text, &listen, &err)) {
        check_failure(&err);
        return;
    }
    rule_listen_format(&listen, spelled, sizeof spelled);
    assert(rule_listen_parse(spelled, &again, &err));
    rule_listen_format(&again, respelled, sizeof respelled);
    assert(strcmp(spelled, respelled) == 0);
    assert(listen.first_port <= listen.last_port && listen.first_port > 0);
}

static void check_connect(const char *text)
{
    struct rule_connect connect = {0};
    struct rule_connect again = {0};
    struct error err = {0};
    char spelled[FIELD_SIZE];
    char respelled[FIELD_SIZE];

    if (!rule_connect_parse(text, 80, &connect, &err)) {
        check_failure(&err);
        return;
    }
    rule_connect_format(&connect, spelled, sizeof spelled);
    assert(rule_connect_parse(spelled, 80, &again, &err));
    rule_connect_format(&again, respelled, sizeof respelled);
    assert(strcmp(spelled, respelled) == 0);
}

static void check_scope(const char *text)
{
    struct rule_scope scope = {0};
    struct rule_scope again = {0};
    struct error err = {0};
    unsigned profiles = 77;
    char spelled[FIELD_SIZE];

    if (rule_remote_parse(text, &scope, &err)) {
        rule_remote_format(&scope, spelled, sizeof spelled);
        assert(rule_remote_parse(spelled, &again, &err));
        assert(again.remote == scope.remote && again.remote_count == scope.remote_count);
    } else {
        check_failure(&err);
    }
    if (rule_profiles_parse(text, &profiles, &err))
        assert((profiles & ~PROFILE_MASK) == 0);
    else
        assert(profiles == 77);
}

static void check_setting(const char *key, const char *value)
{
    struct settings settings = {0};
    struct settings again = {0};
    struct error err = {0};
    char spelled[SETTING_VALUE_SIZE];

    if (!setting_parse(&settings, key, value, &err)) {
        check_failure(&err);
        return;
    }
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        setting_format(&settings, i, spelled);
        assert(setting_parse(&again, setting_key(i), spelled, &err));
    }
    assert(memcmp(&settings, &again, sizeof settings) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const char *arguments[ARGUMENTS_MAX];
    size_t count = 0;
    char *text = mem_alloc(size + 1);
    char *at = text;

    if (size > 0)
        memcpy(text, bytes, size);
    while (count < ARGUMENTS_MAX) {
        arguments[count++] = at;
        at += strcspn(at, "\n");
        if (*at == '\0')
            break;
        *at++ = '\0';
    }
    check_command(count, arguments);
    for (size_t i = 0; i < count; i++) {
        check_listen(arguments[i]);
        check_connect(arguments[i]);
        check_scope(arguments[i]);
    }
    if (count > 1)
        check_setting(arguments[0], arguments[1]);
    mem_free(text);
    return 0;
}

bool fuzz_seed(size_t index, struct wire_writer *out)
{
    static const char *const seeds[] = {
        "add\n--listen\n3000\n--name\nweb\n--firewall\nprivate,domain",
        "add\n--listen=[::]:8080\n--connect=wsl:80\n--comment=x\n--disabled",
        "add\n--listen\nWi-Fi:8000-8010\n--connect\n10.0.0.5:22\n--remote\n"
        "192.168.0.0/16,2001:db8::/32\n--force",
        "edit\nweb\n--firewall\noff\n--remote\nany",
        "enable\n--all\n--user\nS-1-5-21-1-2-3-1001",
        "settings\nallowed-users\nS-1-5-21-1-2-3-1001,S-1-5-21-1-2-3-1002",
        "allowed-users\nS-1-5-21-1-2-3-1001,S-1-5-21-1-2-3-1002",
        "when-wsl-stops\nwithdraw",
        "activity\n--limit\n100\n--json",
        "adopt\n--undo\n--\n0.0.0.0:80",
        "approve\n0123456789abcdef0123456789abcdef",
        "import\nrules.json\n--dry-run",
        "diagnose\nweb\n--probe",
    };

    if (index >= sizeof seeds / sizeof seeds[0])
        return false;
    wire_put_bytes(out, seeds[index], strlen(seeds[index]));
    return true;
}
