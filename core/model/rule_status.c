/*
 * States and reasons in words.
 * SPDX-License-Identifier: MIT
 */
#include "core/model/rule_status.h"

#include <assert.h>
#include <string.h>

static const struct {
    const char *name;
    int severity;
} states[RULE_STATE_COUNT] = {
    [RULE_STATE_OFF] = {"off", 0},
    [RULE_STATE_ACTIVE] = {"active", 1},
    [RULE_STATE_NOT_NEEDED] = {"not-needed", 2},
    [RULE_STATE_APPLYING] = {"applying", 3},
    [RULE_STATE_WAITING] = {"waiting", 4},
    [RULE_STATE_BLOCKED] = {"blocked", 5},
    [RULE_STATE_CONFLICT] = {"conflict", 6},
    [RULE_STATE_FAILED] = {"failed", 7},
};

/* %s is the subject. What is wrong, then what to do. */
static const struct {
    const char *name;
    const char *sentence;
} reasons[REASON_COUNT] = {
    [REASON_NONE] = {"none", ""},
    [REASON_PAUSED] =
        {"paused",
         "All forwards of this user are paused. 'tidegatectl resume' resumes them."},
    [REASON_OWNER_SIGNED_OUT] = {"owner-signed-out",
                                 "Its owner is not signed in to Windows, so "
                                 "that user's WSL does not run. It forwards again once "
                                 "that user signs in and WSL starts."},
    [REASON_WSL_NOT_RUNNING] = {"wsl-not-running",
                                "WSL is not running. Start it, for example with 'wsl'; "
                                "then it forwards again by itself."},
    [REASON_ADDRESS_UNKNOWN] = {"address-unknown",
                                "WSL's address is not known yet: %s. If that "
                                "lasts, restart WSL."},
    [REASON_MODE_VIRTIOPROXY] =
        {"mode-virtioproxy",
         "WSL's networking mode is VirtioProxy, which opens the ports of Linux programs on "
         "this PC by itself. Windows Firewall decides who reaches them."},
    [REASON_FOREIGN_ENTRY] = {"foreign-entry",
                              "Another program's portproxy entry stands there: %s. Take it "
                              "over with 'tidegatectl take-over', or choose another port "
                              "with 'tidegatectl edit --listen'."},
    [REASON_FOREIGN_EQUAL] = {"foreign-equal",
                              "It works through an entry that someone else made: %s. With "
                              "'tidegatectl take-over' Tidegate looks after it."},
    [REASON_FOREIGN_KEEPS_OPEN] = {"foreign-keeps-open",
                                   "Another program's entry keeps this port open: %s. Close it "
                                   "with 'tidegatectl take-over'."},
    [REASON_CHANGED_BACK] = {"changed-back",
                             "Another program keeps changing this entry: %s. Stop that program "
                             "or its script, then use 'tidegatectl reconcile'."},
    [REASON_OTHER_RULE] = {"other-rule",
                           "It listens at the same place as %s. Turn one of the two off with "
                           "'tidegatectl disable'."},
    [REASON_PORT_IN_USE] = {"port-in-use",
                            "The port is in use by %s. Stop that program, or choose another "
                            "port with 'tidegatectl edit --listen'."},
    [REASON_PORT_EXCLUDED] = {"port-excluded",
                              "Windows has reserved port %s, so that nothing can listen on "
                              "it. Choose another port with 'tidegatectl edit --listen'."},
    [REASON_NOT_LISTENING] =
        {"not-listening", "The IP Helper service does not listen on the port although it "
                          "was told to. Another program or a reserved port range may be "
                          "in the way: use 'tidegatectl reconcile', or choose another "
                          "port with 'tidegatectl edit --listen'."},
    [REASON_IP_HELPER_STOPPED] = {"ip-helper-stopped",
                                  "Windows' IP Helper service is stopped. 'tidegatectl "
                                  "start-ip-helper' starts it."},
    [REASON_IP_HELPER_DISABLED] = {"ip-helper-disabled",
                                   "Windows' IP Helper service is disabled. Set its start type "
                                   "to automatic ('sc config iphlpsvc start= auto'), then "
                                   "use 'tidegatectl start-ip-helper'."},
    [REASON_FIREWALL_PENDING] = {"firewall-pending",
                                 "Waiting for Windows Firewall to take the rule."},
    [REASON_FIREWALL_FAILED] = {"firewall-failed",
                                "Windows Firewall refused the rule: %s. It is tried "
                                "again. Look whether the Windows Defender Firewall service "
                                "runs."},
    [REASON_FIREWALL_CHANGED] = {"firewall-changed",
                                 "Somebody changed or disabled the firewall rule '%s'. Have "
                                 "it made again with 'tidegatectl take-over', or delete it "
                                 "in Windows Firewall."},
    [REASON_FIREWALL_OVERRIDDEN] =
        {"firewall-overridden", "Your administrator's policy makes Windows Firewall "
                                "ignore the firewall rules made on this PC, so this one "
                                "lets nothing in. Only the administrator can have local "
                                "rules count, or open the port by policy."},
    [REASON_FIREWALL_BLOCK_ALL] = {"firewall-block-all",
                                   "Windows Firewall blocks all incoming connections on the "
                                   "current network. Turn that off in Windows Security, or "
                                   "ask your administrator if policy says so."},
    [REASON_PROFILE_MISMATCH] =
        {"profile-mismatch",
         "The current network is %s, which the rule does not allow. Make "
         "the network private, or allow that kind with 'tidegatectl edit --firewall'."},
    [REASON_LISTEN_ADDRESS_ABSENT] =
        {"listen-address-absent",
         "This PC does not have the address %s now. It listens there "
         "once it has; or choose another with 'tidegatectl edit "
         "--listen'."},
    [REASON_INTERFACE_NO_ADDRESS] = {"interface-no-address",
                                     "The network interface '%s' has no address now. Connect "
                                     "it, or choose another with 'tidegatectl edit "
                                     "--listen'."},
    [REASON_CONNECT_IS_THIS_PC] =
        {"connect-is-this-pc",
         "The connect address %s is this PC itself, so the connection "
         "would go in a circle. Choose another with 'tidegatectl edit "
         "--connect'."},
    [REASON_TOO_MANY_ENTRIES] = {"too-many-entries",
                                 "All rules together would need more than %s portproxy entries. "
                                 "Turn some off with 'tidegatectl disable'."},
    [REASON_NOTHING_LISTENS] = {"nothing-listens",
                                "Nothing listens on port %s inside WSL now. Start the program "
                                "there."},
    [REASON_ACCESS_DENIED] = {"access-denied",
                              "Windows denied access: %s. It is tried again; policy or "
                              "a security program may be in the way."},
    [REASON_WRITE_FAILED] = {"write-failed", "Windows refused the change: %s. It is tried "
                                             "again."},
    [REASON_STORE_FAILED] =
        {"store-failed", "Tidegate's database cannot be written: %s. It is tried again."},
    [REASON_OUTBOUND_BLOCKED] =
        {"outbound-blocked",
         "Windows Firewall blocks outgoing connections on the current network, IP "
         "Helper's too. 'tidegatectl settings outbound allow' lets the forwards through, "
         "and nothing else."},
    [REASON_LOOPBACK_ONLY] =
        {"loopback-only",
         "The program on port %s inside WSL listens on 127.0.0.1 only, where "
         "nothing can be forwarded to. Have it listen on 0.0.0.0."},
    [REASON_TARGET_REFUSED] = {"target-refused",
                               "Nothing accepts connections at %s: they are refused. Start the "
                               "program there, or have it listen on 0.0.0.0."},
    [REASON_TARGET_SILENT] = {"target-silent",
                              "No answer from %s within 2 seconds. It is down, or a firewall "
                              "there drops connections."},
    [REASON_MODE_BRIDGED] = {"mode-bridged",
                             "WSL's networking mode is bridged: it has an address of its own "
                             "on the network. Connect to that one."},
    [REASON_MODE_NONE] = {"mode-none",
                          "WSL's networking mode is 'none', so it has no network. Choose "
                          "another networkingMode in .wslconfig and restart WSL."},
    [REASON_MIRRORED_PORT] =
        {"mirrored-port",
         "Mirrored mode cannot change ports. Have the program in WSL listen "
         "on port %s and use that port on both sides of the rule."},
    [REASON_WSL1] = {"wsl-one",
                     "This is WSL 1, whose programs use this PC's own network. Windows "
                     "Firewall decides who reaches them."},
    [REASON_WSL_ABSENT] = {"wsl-absent",
                           "WSL is not installed on this PC. Install it, for example with "
                           "'wsl --install'."},
};

const char *rule_state_name(enum rule_state state)
{
    assert(state < RULE_STATE_COUNT);
    return states[state].name;
}

const char *reason_name(enum reason reason)
{
    assert(reason < REASON_COUNT);
    return reasons[reason].name;
}

int rule_state_severity(enum rule_state state)
{
    assert(state < RULE_STATE_COUNT);
    return states[state].severity;
}

void rule_status_explain(const struct rule_status *status, struct text *out)
{
    const enum reason reason =
        status->reason != REASON_NONE ? status->reason : status->warning;
    const char *sentence = reasons[reason].sentence;
    const char *subject = strstr(sentence, "%s");
    char before[160];
    size_t size;

    if (subject == NULL) {
        text_append(out, sentence);
        return;
    }
    size = (size_t)(subject - sentence);
    if (status->subject[0] == '\0' && size >= 2 && strncmp(subject - 2, ": ", 2) == 0)
        size -= 2; /* nothing to say behind the colon */
    assert(size < sizeof before);
    memcpy(before, sentence, size);
    before[size] = '\0';
    text_append(out, before);
    text_append(out, status->subject);
    text_append(out, subject[2] == '\0' ? "." : subject + 2);
}
