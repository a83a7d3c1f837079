/*
 * tidegatectl.exe: the service's requests from a terminal or a script (DESIGN.md §9).
 * SPDX-License-Identifier: MIT
 */
#include "app/ctl/verbs.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/win32/hardening.h"
#include "core/win32/utf.h"

#include <string.h>

/* NULL: answered without the service. */
static bool (*const verbs[COMMAND_COUNT])(struct call *call, struct error *err) = {
    [COMMAND_LIST] = run_list,
    [COMMAND_STATUS] = run_status,
    [COMMAND_DIAGNOSE] = run_diagnose,
    [COMMAND_PLAN] = run_plan,
    [COMMAND_ACTIVITY] = run_activity,
    [COMMAND_WATCH] = run_watch,
    [COMMAND_ADD] = run_add,
    [COMMAND_EDIT] = run_edit,
    [COMMAND_REMOVE] = run_remove,
    [COMMAND_ENABLE] = run_enable,
    [COMMAND_DISABLE] = run_enable,
    [COMMAND_PAUSE] = run_pause,
    [COMMAND_RESUME] = run_resume,
    [COMMAND_RECONCILE] = run_reconcile,
    [COMMAND_TAKE_OVER] = run_take_over,
    [COMMAND_ADOPT] = run_adopt,
    [COMMAND_EXPORT] = run_export,
    [COMMAND_IMPORT] = run_import,
    [COMMAND_START_IP_HELPER] = run_start_ip_helper,
    [COMMAND_APPROVE] = run_approve,
    [COMMAND_SETTINGS] = run_settings,
};

/* NULL when the UTF-16 is malformed: half a surrogate pair is no name of anything. */
static char *utf8_of(const wchar_t *argument)
{
    const size_t capacity = wcslen(argument) * 3 + 1;
    char *text = mem_alloc(capacity);

    if (utf8_from_utf16(argument, text, capacity))
        return text;
    mem_free(text);
    return NULL;
}

struct arguments {
    char **items; /* owned, also each */
    size_t count, capacity;
};

static bool read_arguments(int argc, wchar_t **argv, struct arguments *out,
                           struct error *err)
{
    for (int i = 1; i < argc; i++) {
        char *text = utf8_of(argv[i]);

        if (text == NULL)
            return error_set(err, ERR_INVALID, "argument %d: is not valid Unicode", i);
        *LIST_ADD(out) = text;
    }
    return true;
}

static void clear_arguments(struct arguments *arguments)
{
    for (size_t i = 0; i < arguments->count; i++)
        mem_free(arguments->items[i]);
    LIST_CLEAR(arguments);
}

static void show_help(struct call *call)
{
    char *help = mem_alloc(HELP_TEXT_SIZE);
    struct text text = text_over(help, HELP_TEXT_SIZE);

    help_write(call->command.topic, &text);
    output_text(&call->out, help);
    mem_free(help);
}

static bool run(struct call *call, struct error *err)
{
    bool (*const run_verb)(struct call * call, struct error * err) =
        verbs[call->command.verb];

    if (call->command.verb == COMMAND_HELP)
        show_help(call);
    else if (call->command.verb == COMMAND_VERSION)
        output_text(&call->out, "tidegatectl " TIDEGATE_VERSION "\n");
    else if (command_has(&call->command, OPTION_SELF_TEST))
        run_self_test(call);
    else if (!call_connect(call, err) || !run_verb(call, err))
        return false;
    return call_answer(call, err);
}

int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    struct arguments arguments = {0};
    struct error err = {0};
    struct call call;
    enum exit_code code;

    hardening_apply();
    hardening_deny_extension_points();
    call_init(&call);
    if (!read_arguments(argc, argv, &arguments, &err) ||
        !command_parse(arguments.count, (const char *const *)arguments.items,
                       &call.command, &err)) {
        call_tell(&call, &err);
        call_remark(&call, "'tidegatectl help' tells what it can do");
    } else if (!run(&call, &err)) {
        call_tell(&call, &err);
    }
    code = call.worst;
    call_clear(&call);
    clear_arguments(&arguments);
    return code;
}
