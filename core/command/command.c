/*
 * Reading the command line: first which words are verb, options, values and arguments, then
 * what the values mean.
 * SPDX-License-Identifier: MIT
 */
#include "core/command/command.h"

#include "core/protocol/request.h"

#include <string.h>

#define LIMIT_DEFAULT 50
#define LIMIT_MAX 1000

/* The words as they were given. */
struct words {
    struct command *command;
    const char *values[OPTION_COUNT]; /* borrowed; NULL: not given, or takes none */
    bool options_ended;
};

bool command_has(const struct command *command, enum command_option option)
{
    return (command->options & 1u << option) != 0;
}

static bool add_argument(struct words *words, const char *argument, struct error *err)
{
    struct command *command = words->command;
    const struct verb_grammar *grammar = verb_grammar(command->verb);

    if (command->argument_count >= grammar->most)
        return error_set(err, ERR_INVALID, "argument '%s': '%s' takes %s", argument,
                         grammar->name, grammar->most == 0 ? "none" : "no more of them");
    /* An empty value of a setting is a value, an empty rule is a script's unset variable. */
    if (argument[0] == '\0' &&
        !(command->verb == COMMAND_SETTINGS && command->argument_count > 0))
        return error_set(err, ERR_INVALID, "argument '': must not be empty");
    command->arguments[command->argument_count++] = argument;
    return true;
}

/* Reads the option at arguments[*at], and its value, behind which *at is left. */
static bool add_option(struct words *words, size_t count, const char *const *arguments,
                       size_t *at, struct error *err)
{
    struct command *command = words->command;
    const char *word = strcmp(arguments[*at], "-h") == 0 ? "--help" : arguments[*at];
    const size_t size = strcspn(word, "=");
    const char *value = word[size] == '=' ? word + size + 1 : NULL;
    enum command_option option;

    if (!option_find(word, size, &option))
        return error_set(err, ERR_INVALID, "option '%s': there is no such option", word);
    if (!verb_takes_option(command->verb, option))
        return error_set(err, ERR_INVALID, "option '%s': does not belong to '%s'", word,
                         verb_grammar(command->verb)->name);
    if (command_has(command, option))
        return error_set(err, ERR_INVALID, "option '%.*s': is given twice", (int)size,
                         word);
    command->options |= 1u << option;
    (*at)++;
    if (option_grammar(option)->value == NULL) {
        if (value != NULL)
            return error_set(err, ERR_INVALID, "option '%s': takes no value", word);
        return true;
    }
    /* "--name --json" forgot the name; a name like that can be written "--name=--json". */
    if (value == NULL && *at < count && strncmp(arguments[*at], "--", 2) != 0)
        value = arguments[(*at)++];
    if (value == NULL)
        return error_set(err, ERR_INVALID, "option '%s': needs a value: %s", word,
                         option_grammar(option)->value);
    words->values[option] = value;
    return true;
}

static bool read_words(struct words *words, size_t count, const char *const *arguments,
                       struct error *err)
{
    for (size_t at = 0; at < count;) {
        const char *word = arguments[at];

        if (!words->options_ended && strcmp(word, "--") == 0) {
            words->options_ended = true;
            at++;
        } else if (!words->options_ended && word[0] == '-' && word[1] != '\0') {
            if (!add_option(words, count, arguments, &at, err))
                return false;
        } else {
            if (!add_argument(words, word, err))
                return false;
            at++;
        }
    }
    return true;
}

static bool read_edit(struct words *words, struct rule_edit *edit, struct error *err)
{
    static const struct {
        enum command_option option;
        enum rule_field field;
    } fields[] = {
        {OPTION_LISTEN, RULE_FIELD_LISTEN}, {OPTION_CONNECT, RULE_FIELD_CONNECT},
        {OPTION_NAME, RULE_FIELD_NAME},     {OPTION_FIREWALL, RULE_FIELD_PROFILES},
        {OPTION_REMOTE, RULE_FIELD_REMOTE}, {OPTION_COMMENT, RULE_FIELD_COMMENT},
    };

    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        const char *value = words->values[fields[i].option];

        if (value != NULL && !rule_edit_read(edit, fields[i].field, value, err))
            return false;
    }
    edit->disabled = command_has(words->command, OPTION_DISABLED);
    edit->forced = command_has(words->command, OPTION_FORCE);
    return true;
}

static bool check_add(struct command *command, struct error *err)
{
    if (!command_has(command, OPTION_LISTEN))
        return error_set(err, ERR_INVALID, "option '--listen': is needed by 'add'");
    command->rule = rule_default();
    rule_edit_apply(&command->edit, &command->rule);
    return rule_validate(&command->rule, err);
}

static bool check_edit(const struct command *command, struct error *err)
{
    if (command->edit.fields == 0 && !command->edit.forced)
        return error_set(err, ERR_INVALID,
                         "'edit' needs at least one option that names a "
                         "field, like --listen or --name");
    return true;
}

static bool check_switch(const struct command *command, struct error *err)
{
    if ((command->argument_count > 0) == command_has(command, OPTION_ALL))
        return error_set(err, ERR_INVALID, "'%s' needs either rules or --all",
                         verb_grammar(command->verb)->name);
    return true;
}

static bool check_ticket(const char *ticket, struct error *err)
{
    if (strlen(ticket) != TICKET_SIZE - 1 ||
        ticket[strspn(ticket, "0123456789abcdef")] != '\0')
        return error_set(err, ERR_INVALID, "ticket '%s': must be %d hexadecimal digits",
                         ticket, TICKET_SIZE - 1);
    return true;
}

/* Which keys and values there are the service knows; here only what would not fit. */
static bool check_setting(const struct command *command, struct error *err)
{
    struct setting_text setting;

    if (command->argument_count > 0 && strlen(command->arguments[0]) >= sizeof setting.key)
        return error_set(err, ERR_INVALID, "setting '%s': there is no such setting",
                         command->arguments[0]);
    if (command->argument_count > 1 &&
        strlen(command->arguments[1]) >= sizeof setting.value)
        return error_set(err, ERR_INVALID, "setting '%s': the value is too long",
                         command->arguments[0]);
    return true;
}

/* The whole, in one form. */
static bool check_diagnose(const struct command *command, struct error *err)
{
    const bool reports = command_has(command, OPTION_REPORT);
    const bool tests = command_has(command, OPTION_SELF_TEST);

    if (reports && tests)
        return error_set(err, ERR_INVALID,
                         "'diagnose' takes either --report or --self-test");
    if ((reports || tests) && command->argument_count > 0)
        return error_set(err, ERR_INVALID, "'diagnose %s' takes no rule",
                         reports ? "--report" : "--self-test");
    if ((reports && command_has(command, OPTION_JSON)) ||
        (tests && command_has(command, OPTION_PROBE)))
        return error_set(err, ERR_INVALID, "'diagnose %s' takes no %s",
                         reports ? "--report" : "--self-test",
                         reports ? "--json" : "--probe");
    return true;
}

/* One thing at a time. */
static bool check_adopt(const struct command *command, struct error *err)
{
    const int orders = command_has(command, OPTION_LIST) +
                       command_has(command, OPTION_UNDO) +
                       command_has(command, OPTION_ALL) + (command->argument_count > 0);

    return orders <= 1 ||
           error_set(err, ERR_INVALID,
                     "'adopt' takes either entries, --all, --list or --undo");
}

static bool check_help(struct command *command, struct error *err)
{
    command->topic = COMMAND_HELP;
    if (command->argument_count > 0 && !verb_find(command->arguments[0], &command->topic))
        return error_set(err, ERR_INVALID, "verb '%s': there is no such verb",
                         command->arguments[0]);
    return true;
}

static bool check_verb(struct command *command, struct error *err)
{
    switch (command->verb) {
    case COMMAND_ADD:
        return check_add(command, err);
    case COMMAND_EDIT:
        return check_edit(command, err);
    case COMMAND_ENABLE:
    case COMMAND_DISABLE:
        return check_switch(command, err);
    case COMMAND_DIAGNOSE:
        return check_diagnose(command, err);
    case COMMAND_ADOPT:
        return check_adopt(command, err);
    case COMMAND_APPROVE:
        return check_ticket(command->arguments[0], err);
    case COMMAND_SETTINGS:
        return check_setting(command, err);
    case COMMAND_HELP:
        return check_help(command, err);
    default:
        return true;
    }
}

static bool read_limit(const char *text, uint32_t *out, struct error *err)
{
    unsigned long limit;

    if (!text_parse_number(text, LIMIT_MAX, &limit) || limit == 0)
        return error_set(err, ERR_INVALID, "limit '%s': must be 1 to %d", text, LIMIT_MAX);
    *out = (uint32_t)limit;
    return true;
}

static bool read_user(const char *text, struct user_sid *out, struct error *err)
{
    if (!user_sid_is_valid(text))
        return error_set(err, ERR_INVALID,
                         "user '%s': must be a SID like S-1-5-21-1-2-3-1001", text);
    return text_copy(out->text, sizeof out->text, text);
}

static bool read_values(struct words *words, struct error *err)
{
    struct command *command = words->command;
    const struct verb_grammar *grammar = verb_grammar(command->verb);
    const char *limit = words->values[OPTION_LIMIT];
    const char *user = words->values[OPTION_USER];

    if (command->argument_count < grammar->fewest)
        return error_set(err, ERR_INVALID, "'%s' needs %s", grammar->name,
                         grammar->arguments);
    if (limit != NULL && !read_limit(limit, &command->limit, err))
        return false;
    if (user != NULL && !read_user(user, &command->user, err))
        return false;
    return read_edit(words, &command->edit, err) && check_verb(command, err);
}

static bool read_verb(const char *word, enum command_verb *out, struct error *err)
{
    if (strcmp(word, "--version") == 0) {
        *out = COMMAND_VERSION;
        return true;
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 ||
        strcmp(word, "/?") == 0) {
        *out = COMMAND_HELP;
        return true;
    }
    if (!verb_find(word, out))
        return error_set(err, ERR_INVALID, "verb '%s': there is no such verb", word);
    return true;
}

bool command_parse(size_t count, const char *const *arguments, struct command *out,
                   struct error *err)
{
    struct command command = {.limit = LIMIT_DEFAULT};
    struct words words = {.command = &command};

    if (count == 0)
        return error_set(err, ERR_INVALID, "a verb is needed");
    if (!read_verb(arguments[0], &command.verb, err) ||
        !read_words(&words, count - 1, arguments + 1, err))
        return false;
    if (command_has(&command, OPTION_HELP)) {
        command.topic = command.verb;
        command.verb = COMMAND_HELP;
    } else if (!read_values(&words, err)) {
        return false;
    }
    *out = command;
    return true;
}

enum exit_code exit_code_of(enum error_kind kind)
{
    switch (kind) {
    case ERR_NONE:
        return EXIT_DONE;
    case ERR_INVALID:
        return EXIT_WRONG_USAGE;
    case ERR_CONFLICT:
        return EXIT_CONFLICT;
    case ERR_ACCESS_DENIED:
    case ERR_NEEDS_APPROVAL:
        return EXIT_NEEDS_ADMINISTRATOR;
    case ERR_UNAVAILABLE:
        return EXIT_NO_SERVICE;
    case ERR_NOT_FOUND:
    case ERR_STORE:
    case ERR_SYSTEM:
    case ERR_KIND_COUNT:
        break;
    }
    return EXIT_FAILED;
}

enum exit_code exit_code_worse(enum exit_code a, enum exit_code b)
{
    static const int severity[] = {
        [EXIT_DONE] = 0,   [EXIT_CONFLICT] = 1,    [EXIT_NEEDS_ADMINISTRATOR] = 2,
        [EXIT_FAILED] = 3, [EXIT_WRONG_USAGE] = 4, [EXIT_NO_SERVICE] = 5,
    };

    return severity[a] >= severity[b] ? a : b;
}
