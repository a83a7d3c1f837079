/*
 * The words of the command line as two tables. Help is made from them, so that it cannot
 * tell of an option that is not there, or be silent about one that is.
 * SPDX-License-Identifier: MIT
 */
#include "core/command/grammar.h"

#include <assert.h>
#include <string.h>

#define BIT(option) (1u << OPTION_##option)
#define RULE_FIELDS                                                                      \
    (BIT(LISTEN) | BIT(CONNECT) | BIT(NAME) | BIT(FIREWALL) | BIT(REMOTE) |              \
     BIT(COMMENT) | BIT(FORCE))
#define CHANGES (BIT(USER) | BIT(ELEVATE))
#define MANY COMMAND_ARGUMENT_CAPACITY

static const char rule_words[] =
    "RULE is a name, an id or a listen port, if only one rule matches.\n";

static const struct verb_grammar verbs[COMMAND_COUNT] = {
    [COMMAND_LIST] = {"list", "", "show the rules and what each is doing", "",
                      BIT(JSON) | BIT(LIVE) | BIT(USER), 0, 0},
    [COMMAND_STATUS] = {"status", "",
                        "show service, WSL and IP Helper, and what needs care", "",
                        BIT(JSON) | BIT(USER), 0, 0},
    [COMMAND_DIAGNOSE] = {"diagnose", "[RULE]",
                          "show link by link why a rule does or does not forward",
                          rule_words,
                          BIT(JSON) | BIT(USER) | BIT(PROBE) | BIT(REPORT) |
                              BIT(SELF_TEST),
                          0, 1},
    [COMMAND_PLAN] = {"plan", "", "show what reconcile would change now", "", BIT(JSON),
                      0, 0},
    [COMMAND_ACTIVITY] = {"activity", "", "show what was changed, newest first", "",
                          BIT(JSON) | BIT(LIMIT), 0, 0},
    [COMMAND_WATCH] =
        {"watch", "", "print each change until Ctrl+C",
         "The first lines tell how things stand. With --json each line is one object.\n",
         BIT(JSON) | BIT(USER), 0, 0},
    [COMMAND_ADD] = {"add", "", "add a rule",
                     "--listen is needed. Without --connect the port is forwarded to the same\n"
                     "port inside WSL.\n",
                     RULE_FIELDS | BIT(DISABLED) | BIT(JSON) | CHANGES, 0, 0},
    [COMMAND_EDIT] = {"edit", "RULE", "change the named fields of a rule, and no other",
                      rule_words, RULE_FIELDS | BIT(JSON) | CHANGES, 1, 1},
    [COMMAND_REMOVE] = {"remove", "RULE...", "remove rules", rule_words, CHANGES, 1, MANY},
    [COMMAND_ENABLE] = {"enable", "RULE... | --all", "turn rules on", rule_words,
                        BIT(ALL) | CHANGES, 0, MANY},
    [COMMAND_DISABLE] = {"disable", "RULE... | --all", "turn rules off", rule_words,
                         BIT(ALL) | CHANGES, 0, MANY},
    [COMMAND_PAUSE] = {"pause", "", "stop all forwards of the user, until resume", "",
                       CHANGES, 0, 0},
    [COMMAND_RESUME] = {"resume", "", "let the user's forwards run again", "", CHANGES, 0,
                        0},
    [COMMAND_RECONCILE] = {"reconcile", "", "compare with Windows now and repair", "",
                           CHANGES, 0, 0},
    [COMMAND_TAKE_OVER] = {"take-over", "RULE",
                           "own the foreign portproxy entry in the rule's place",
                           rule_words, CHANGES, 1, 1},
    [COMMAND_ADOPT] =
        {"adopt", "[ENTRY... | --all]", "take over what a script set up: make rules of it",
         "Without entries it lists what can be taken over: portproxy entries that connect\n"
         "to WSL. ENTRY is a port or ADDRESS/PORT. The scripts' firewall rules, open to\n"
         "everybody, are turned off in favour of the rules' own.\n",
         BIT(LIST) | BIT(ALL) | BIT(UNDO) | BIT(KEEP_FIREWALL) | BIT(JSON) | CHANGES, 0,
         MANY},
    [COMMAND_EXPORT] = {"export", "[FILE]", "write the user's rules to a file, as JSON",
                        "Without FILE, or with -, it writes to standard output.\n",
                        BIT(USER), 0, 1},
    [COMMAND_IMPORT] = {"import", "FILE", "add the rules of a file, all or none",
                        "FILE is what export wrote, or - for standard input. Rules that are "
                        "there\nalready are skipped.\n",
                        BIT(DRY_RUN) | BIT(JSON) | CHANGES, 1, 1},
    [COMMAND_START_IP_HELPER] = {"start-ip-helper", "",
                                 "start Windows' IP Helper service, which forwards", "",
                                 CHANGES, 0, 0},
    [COMMAND_APPROVE] =
        {"approve", "TICKET", "carry out a held request, as an administrator",
         "TICKET is what a request that needs an administrator was given.\n", 0, 1, 1},
    [COMMAND_SETTINGS] = {"settings", "[KEY [VALUE]]",
                          "show or change the service's settings", "",
                          BIT(JSON) | BIT(ELEVATE), 0, 2},
    [COMMAND_HELP] = {"help", "[VERB]", "show this, or a verb's own help", "", 0, 0, 1},
    [COMMAND_VERSION] = {"version", "", "show the version of this program", "", 0, 0, 0},
};

static const struct option_grammar options[OPTION_COUNT] = {
    [OPTION_JSON] = {"--json", NULL, "one JSON object on standard output"},
    [OPTION_LIVE] = {"--live", NULL, "also every portproxy entry of this PC"},
    [OPTION_LIMIT] = {"--limit", "COUNT", "at most so many lines, 1 to 1000 (50)"},
    [OPTION_LISTEN] = {"--listen", "[PLACE:]PORT[-LAST]",
                       "where Windows listens; PLACE is an address or the name of\n"
                       "a network interface; without it any IPv4 address\n"
                       "(3000, 192.168.1.10:8000-8010, [::]:80, Wi-Fi:3000)"},
    [OPTION_CONNECT] = {"--connect", "wsl[:PORT] | ADDRESS[:PORT]",
                        "where to; a range maps one to one from PORT; without PORT\n"
                        "the listen port, in edit the port it has"},
    [OPTION_NAME] = {"--name", "NAME", "at most 128 bytes"},
    [OPTION_FIREWALL] = {"--firewall", "off | PROFILE,...",
                         "private, domain, public: networks from which the firewall\n"
                         "lets connections in (private,domain)"},
    [OPTION_REMOTE] = {"--remote", "local-subnet | any | CIDR,...",
                       "who may connect (local-subnet)"},
    [OPTION_COMMENT] = {"--comment", "TEXT", "at most 128 bytes"},
    [OPTION_DISABLED] = {"--disabled", NULL, "add it turned off"},
    [OPTION_FORCE] = {"--force", NULL,
                      "accept a loopback listen address or a port Windows needs"},
    [OPTION_ALL] = {"--all", NULL, "all rules of the user"},
    [OPTION_USER] = {"--user", "SID", "for this user instead of the caller"},
    [OPTION_ELEVATE] = {"--elevate", NULL,
                        "ask for an administrator (UAC) when one is needed"},
    [OPTION_PROBE] = {"--probe", NULL, "also connect to where the rule connects to"},
    [OPTION_REPORT] = {"--report", NULL,
                       "a text to paste into a report of a problem, without names of\n"
                       "accounts and of this PC"},
    [OPTION_SELF_TEST] = {"--self-test", NULL,
                          "try on this PC what Tidegate believes of Windows and WSL;\n"
                          "works without the service, and leaves nothing behind"},
    [OPTION_LIST] = {"--list", NULL, "only show what can be taken over"},
    [OPTION_UNDO] = {"--undo", NULL,
                     "put back what was there before, and remove the rules made of it"},
    [OPTION_KEEP_FIREWALL] = {"--keep-firewall", NULL,
                              "leave the scripts' firewall rules on"},
    [OPTION_DRY_RUN] = {"--dry-run", NULL, "only show what would be done"},
    [OPTION_HELP] = {"--help", NULL, "show the verb's help"},
};

const struct verb_grammar *verb_grammar(enum command_verb verb)
{
    assert(verb < COMMAND_COUNT);
    return &verbs[verb];
}

const struct option_grammar *option_grammar(enum command_option option)
{
    assert(option < OPTION_COUNT);
    return &options[option];
}

bool verb_takes_option(enum command_verb verb, enum command_option option)
{
    return option == OPTION_HELP || (verb_grammar(verb)->options & 1u << option) != 0;
}

bool verb_find(const char *word, enum command_verb *out)
{
    for (int i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(word, verbs[i].name) == 0) {
            *out = (enum command_verb)i;
            return true;
        }
    }
    return false;
}

bool option_find(const char *word, size_t size, enum command_option *out)
{
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (strlen(options[i].name) == size && memcmp(word, options[i].name, size) == 0) {
            *out = (enum command_option)i;
            return true;
        }
    }
    return false;
}

/* The lines of `purpose`, each behind an empty left column. */
static void write_purpose(const char *purpose, struct text *out)
{
    for (const char *line = purpose; *line != '\0';) {
        const size_t size = strcspn(line, "\n");

        text_append_format(out, "        %.*s\n", (int)size, line);
        line += size + (line[size] == '\n');
    }
}

static void write_option(const struct option_grammar *option, struct text *out)
{
    text_append_format(out, "  %s%s%s\n", option->name, option->value != NULL ? " " : "",
                       option->value != NULL ? option->value : "");
    write_purpose(option->purpose, out);
}

static void write_verb_help(enum command_verb verb, struct text *out)
{
    const struct verb_grammar *grammar = verb_grammar(verb);

    text_append_format(out, "tidegatectl %s%s%s%s\n%s.\n", grammar->name,
                       grammar->arguments[0] != '\0' ? " " : "", grammar->arguments,
                       grammar->options != 0 ? " [OPTION...]" : "", grammar->purpose);
    if (grammar->more[0] != '\0')
        text_append_format(out, "\n%s", grammar->more);
    if (grammar->options != 0)
        text_append(out, "\n");
    for (int i = 0; i < OPTION_COUNT; i++) {
        if ((grammar->options & 1u << i) != 0)
            write_option(&options[i], out);
    }
}

static void write_program_help(struct text *out)
{
    text_append(
        out, "tidegatectl VERB [ARGUMENT...] [OPTION...]\n"
             "Keeps port forwarding into WSL2 working, from a terminal or a script.\n\n");
    for (int i = 0; i < COMMAND_COUNT; i++) {
        char call[48];
        struct text left = TEXT_OVER(call);

        text_append_format(&left, "%s %s", verbs[i].name, verbs[i].arguments);
        text_append_format(out, "  %-24s %s\n", call, verbs[i].purpose);
    }
    text_append(
        out,
        "\n'tidegatectl help VERB' tells the verb's options. '--' ends the options.\n\n"
        "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 the service does not answer,\n"
        "4 an administrator is needed, 5 conflict.\n");
}

void help_write(enum command_verb verb, struct text *out)
{
    if (verb == COMMAND_HELP)
        write_program_help(out);
    else
        write_verb_help(verb, out);
}
