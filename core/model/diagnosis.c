/*
 * Links in words.
 * SPDX-License-Identifier: MIT
 */
#include "core/model/diagnosis.h"

#include <string.h>

static const char *const kinds[LINK_KIND_END] = {
    [LINK_RULE] = "rule",         [LINK_WSL] = "wsl",
    [LINK_MODE] = "mode",         [LINK_ADDRESS] = "address",
    [LINK_ENTRY] = "entry",       [LINK_IP_HELPER] = "ip-helper",
    [LINK_LISTENER] = "listener", [LINK_FIREWALL] = "firewall",
    [LINK_NETWORK] = "network",   [LINK_TARGET] = "target",
};

static const char *const verdicts[] = {
    [LINK_GOOD] = "good",
    [LINK_WARNING] = "warning",
    [LINK_BROKEN] = "broken",
    [LINK_UNKNOWN] = "unknown",
    [LINK_NOT_NEEDED] = "not-needed",
};

const char *link_kind_name(enum link_kind kind)
{
    return kind >= LINK_RULE && kind < LINK_KIND_END ? kinds[kind] : "unknown";
}

const char *link_verdict_name(enum link_verdict verdict)
{
    return verdict >= LINK_GOOD && verdict <= LINK_NOT_NEEDED ? verdicts[verdict]
                                                              : "unknown";
}

static const char *const probes[PROBE_RESULT_COUNT] = {
    [PROBE_NONE] = "none",           [PROBE_UNDER_WAY] = "under-way",
    [PROBE_CONNECTED] = "connected", [PROBE_REFUSED] = "refused",
    [PROBE_SILENT] = "silent",       [PROBE_FAILED] = "failed",
};

const char *probe_result_name(enum probe_result result)
{
    return result >= PROBE_NONE && result < PROBE_RESULT_COUNT ? probes[result]
                                                               : "unknown";
}

/* Of links without a reason; %s is the subject. The first is for a link that has none. */
struct wording {
    enum link_kind kind;
    enum link_verdict verdict;
    const char *bare;
    const char *sentence;
};

static const struct wording wordings[] = {
    {LINK_RULE, LINK_GOOD, "The rule is on.", NULL},
    {LINK_RULE, LINK_NOT_NEEDED, "The rule is off. Turn it on to use it.", NULL},
    {LINK_WSL, LINK_GOOD, "WSL is running.", NULL},
    {LINK_WSL, LINK_UNKNOWN, "WSL leaves no trace that tells whether it is running.",
     NULL},
    {LINK_MODE, LINK_GOOD, "WSL's networking mode forwards.",
     "WSL's networking mode is %s, which forwards."},
    {LINK_MODE, LINK_UNKNOWN, "WSL's networking mode is not known now.", NULL},
    {LINK_ADDRESS, LINK_GOOD, "The address to connect to is known.",
     "The address to connect to is %s."},
    {LINK_ADDRESS, LINK_UNKNOWN, "WSL's address is not known while WSL is not running.",
     "WSL's last address was %s; it may have another when it starts."},
    {LINK_ENTRY, LINK_GOOD, "The portproxy entry stands.",
     "The portproxy entry stands: %s."},
    {LINK_ENTRY, LINK_UNKNOWN, "The portproxy entry waits for WSL's address.",
     "The portproxy entry of last time stands: %s."},
    {LINK_ENTRY, LINK_BROKEN, "The portproxy entry is not there yet. It is made at once.",
     NULL},
    {LINK_IP_HELPER, LINK_GOOD, "Windows' IP Helper service is running.", NULL},
    {LINK_LISTENER, LINK_GOOD, "IP Helper listens.", "IP Helper listens on %s."},
    {LINK_LISTENER, LINK_UNKNOWN, "Nothing listens on the port now.", NULL},
    {LINK_FIREWALL, LINK_GOOD, "Windows Firewall lets connections in.",
     "Windows Firewall lets connections in by the rule '%s'."},
    {LINK_FIREWALL, LINK_UNKNOWN,
     "Whether Windows Firewall lets connections in is not known.", NULL},
    {LINK_NETWORK, LINK_GOOD, "The rule allows the current network.",
     "The current network is %s, which the rule allows."},
    {LINK_NETWORK, LINK_UNKNOWN, "The kind of the current network is not known.", NULL},
    {LINK_TARGET, LINK_GOOD, "Something accepts connections there.",
     "Something listens on port %s inside WSL."},
    {LINK_TARGET, LINK_UNKNOWN,
     "Whether something listens there cannot be seen from here.", NULL},
};

static const struct wording *find_wording(const struct diagnosis_link *link)
{
    for (size_t i = 0; i < sizeof wordings / sizeof wordings[0]; i++) {
        if (wordings[i].kind == link->kind && wordings[i].verdict == link->verdict)
            return &wordings[i];
    }
    return NULL;
}

static void explain_plainly(const struct diagnosis_link *link, struct text *out)
{
    const struct wording *wording = find_wording(link);
    const char *insert;

    if (wording == NULL) {
        text_append(out, link->verdict == LINK_NOT_NEEDED ? "Not needed." : "Not known.");
        return;
    }
    if (wording->sentence == NULL || link->subject[0] == '\0') {
        text_append(out, wording->bare);
        return;
    }
    insert = strstr(wording->sentence, "%s");
    text_append_format(out, "%.*s%s%s", (int)(insert - wording->sentence),
                       wording->sentence, link->subject, insert + 2);
}

void diagnosis_link_explain(const struct diagnosis_link *link, struct text *out)
{
    struct rule_status status = {.state = RULE_STATE_BLOCKED, .reason = link->reason};

    if (link->reason == REASON_NONE) {
        explain_plainly(link, out);
        return;
    }
    memcpy(status.subject, link->subject, sizeof status.subject);
    rule_status_explain(&status, out);
}
