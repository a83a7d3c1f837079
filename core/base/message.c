/*
 * The English sentences, and inserts.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/message.h"

#include <assert.h>
#include <string.h>

/* Errors name the field and what was typed, then what is accepted: they are also the command
 * line's. */
static const char *const sentences[MESSAGE_ID_END] = {
    [MESSAGE_NAME_TOO_LONG] = "name: must be at most %1 bytes of UTF-8",
    [MESSAGE_NAME_NOT_PLAIN] = "name: must not hold control or text direction characters",
    [MESSAGE_COMMENT_TOO_LONG] = "comment: must be at most %1 bytes of UTF-8",
    [MESSAGE_COMMENT_NOT_PLAIN] =
        "comment: must not hold control or text direction characters",
    [MESSAGE_LISTEN_PORT_FORM] =
        "listen port '%1': must be a port (1 to 65535) or a range like 8000-8010",
    [MESSAGE_LISTEN_PORTS_REVERSED] =
        "listen port '%1': the last port must not be below the first",
    [MESSAGE_LISTEN_PORTS_TOO_MANY] =
        "listen port '%1': a range may have at most %2 ports",
    [MESSAGE_LISTEN_PORT_RESERVED] =
        "listen port '%1': Windows itself needs this port; choose another or use force",
    [MESSAGE_LISTEN_ADDRESS_FORM] =
        "listen address '%1': must be an IPv4 address, an IPv6 address in brackets or the "
        "name of a network interface",
    [MESSAGE_LISTEN_ADDRESS_MULTICAST] = "listen address '%1': is a multicast address",
    [MESSAGE_LISTEN_ADDRESS_BROADCAST] = "listen address '%1': is the broadcast address",
    [MESSAGE_LISTEN_ADDRESS_LOOPBACK] =
        "listen address '%1': WSL itself relays this PC's own loopback; choose another "
        "address or use force",
    [MESSAGE_LISTEN_INTERFACE_NOT_PLAIN] = "listen interface: must be plain text",
    [MESSAGE_LISTEN_INTERFACE_TOO_LONG] = "listen interface: must be at most %1 bytes",
    [MESSAGE_CONNECT_PORT_FORM] = "connect port '%1': must be 1 to 65535",
    [MESSAGE_CONNECT_PORTS_BEYOND] =
        "connect port '%1': %2 ports from there go beyond 65535",
    [MESSAGE_CONNECT_ADDRESS_FORM] =
        "connect address '%1': must be 'wsl', 'wsl:PORT', or a literal address like "
        "10.0.0.5:80 or [fd00::5]:80 (host names are resolved only once by Windows)",
    [MESSAGE_CONNECT_ADDRESS_NOT_HOST] =
        "connect address '%1': must be the address of one host",
    [MESSAGE_CONNECT_ADDRESS_LOOPBACK] =
        "connect address '%1': is this PC itself, so the connection would go in a circle",
    [MESSAGE_CONNECT_ADDRESS_OWN] =
        "connect address '%1': is one of this PC's own addresses, so the connection would "
        "go in a circle",
    [MESSAGE_REMOTE_FORM] =
        "remote addresses '%1': must be local-subnet, any, or a comma list of addresses "
        "like 192.168.1.0/24",
    [MESSAGE_REMOTE_TOO_MANY] = "remote addresses: at most %1 are allowed",
    [MESSAGE_RULES_TOO_MANY] = "rule: a user may have at most %1 rules",
    [MESSAGE_ENTRIES_TOO_MANY] =
        "listen port: all enabled rules together would have %1 ports; at most %2 are "
        "allowed",
    [MESSAGE_LISTEN_TAKEN] = "listen port '%1': rule '%2' listens there already",
    [MESSAGE_LISTEN_TAKEN_BY_OTHER_USER] =
        "listen port '%1': another user's rule listens there already",
    [MESSAGE_RULE_UNKNOWN] = "there is no rule %1",
    [MESSAGE_NOTHING_TO_TAKE_OVER] = "rule '%1': no other program's entry is in its way",
    [MESSAGE_NOT_ALLOWED] = "%1: is not allowed for this caller",
    [MESSAGE_CONNECTION_LOST] = "the connection to the Tidegate service was lost",
    [MESSAGE_SERVICE_NOT_TRUSTED] =
        "the program that answers in the name of the Tidegate service is not trusted",
    [MESSAGE_SERVICE_IMPOSTOR] =
        "process %1 answers in the name of the Tidegate service, which is process %2",
    [MESSAGE_SERVICE_NOT_RUNNING] = "the Tidegate service is not running",
    [MESSAGE_SERVICE_BUSY] = "the Tidegate service is busy with other clients",
    [MESSAGE_SERVICE_SILENT] = "the Tidegate service does not answer",
    [MESSAGE_SERVICE_NOT_READING] = "the Tidegate service does not read requests",
    [MESSAGE_SERVICE_UNREACHABLE] = "connect to the Tidegate service",
    [MESSAGE_SERVICE_OTHER_VERSION] =
        "the service speaks protocol version %1, this program %2",
    [MESSAGE_APPROVAL_TIMED_OUT] = "the approval did not end in time",
    [MESSAGE_APPROVER_NOT_ADMINISTRATOR] = "who approved it is no administrator",
    [MESSAGE_ENTRY_GONE] = "entry %1 %2: is not there",
    [MESSAGE_ENTRY_OURS] = "entry %1 %2: is made by Tidegate",
    [MESSAGE_ENTRY_NOT_ADOPTABLE] =
        "entry %1 %2: must connect to WSL's address and listen on an address and port "
        "that a rule can have",
    [MESSAGE_NOTHING_TO_ADOPT] = "there is nothing to take over",
    [MESSAGE_NOTHING_ADOPTED] = "nothing was taken over that could be undone",
    [MESSAGE_RULE_THERE_ALREADY] = "rule %1: is there already",
    [MESSAGE_CHANGES_TOO_MANY] = "batch: at most %1 changes are allowed",

    [MESSAGE_DATABASE_NEWER] = "database is version %1, this program knows up to %2",
    [MESSAGE_DATABASE_FOREIGN] = "database belongs to another program",
    [MESSAGE_DATABASE_FAILED] = "%1",
    [MESSAGE_WINDOWS_FAILED] = "%1 (%2)",
    [MESSAGE_DATABASE_MISSING] =
        "The database was missing; its last good copy was restored.",
    [MESSAGE_DATABASE_DAMAGED] =
        "The database was damaged; its last good copy was restored. The damaged file is "
        "'%1'.",
    [MESSAGE_DATABASE_BEGUN_ANEW] =
        "The database was damaged and no good copy was found; Tidegate began anew. The "
        "damaged file is '%1'.",

    [MESSAGE_SETTING_BY_POLICY] =
        "setting %1: policy sets it, and nobody can change it here (%2)",
    [MESSAGE_POLICY_REFUSED] =
        "policy value %1: must be %3, not %2; the strictest choice counts until it is",

    [MESSAGE_WSL_ADDRESS_NOT_RECORDED] = "WSL has not recorded one",
    [MESSAGE_WSL_ADDRESS_NOT_PLAIN] = "what WSL has recorded is no address",
    [MESSAGE_WSL_NETWORK_FORM] = "WSL's network '%1' is not like 172.28.208.0/20",
    [MESSAGE_WSL_ADDRESS_NOT_IPV4] = "'%1' is not an IPv4 address",
    [MESSAGE_WSL_ADDRESS_NOT_HOST] = "%1 is no host address of WSL's network %2",
    [MESSAGE_WSL_ADDRESS_IS_GATEWAY] = "%1 is the gateway's address",
    [MESSAGE_WSL_GATEWAY_ABSENT] =
        "WSL's gateway %1 is on no network interface of this PC",
    [MESSAGE_WSL_ADDRESS_OWN] = "%1 is an address of this PC itself",

    [MESSAGE_ENTRY] = "%1 to %2",
    [MESSAGE_ENTRY_AND_OURS] = "%1 to %2 (Tidegate's would be %3)",
    [MESSAGE_FIREWALL_RULE] = "firewall rule '%1'",
    [MESSAGE_ERROR_CODE] = "error %1",
    [MESSAGE_PROCESS] = "process %1",
    [MESSAGE_OTHER_USERS_RULE] = "another user's rule",
    [MESSAGE_NETWORK_PRIVATE] = "private",
    [MESSAGE_NETWORK_DOMAIN] = "domain",
    [MESSAGE_NETWORK_PUBLIC] = "public",
    [MESSAGE_MODE_UNKNOWN] = "unknown",
    [MESSAGE_MODE_NAT] = "nat",
    [MESSAGE_MODE_MIRRORED] = "mirrored",
    [MESSAGE_MODE_VIRTIOPROXY] = "virtioproxy",
    [MESSAGE_MODE_BRIDGED] = "bridged",
    [MESSAGE_MODE_NONE] = "none",
    [MESSAGE_MODE_WSL1] = "WSL 1",
};

const char *message_sentence(enum message_id id)
{
    return id < MESSAGE_ID_END && sentences[id] != NULL ? sentences[id] : "";
}

bool message_is_known(enum message_id id)
{
    return message_sentence(id)[0] != '\0';
}

size_t message_argument_count(enum message_id id)
{
    const char *sentence = message_sentence(id);
    size_t count = 0;

    while (count < MESSAGE_ARGUMENT_COUNT &&
           strstr(sentence, (const char[]){'%', (char)('1' + count), '\0'}) != NULL)
        count++;
    return count;
}

static void check_arguments(enum message_id id, const char *const arguments[])
{
    assert(message_is_known(id));
    for (size_t i = 0; i < MESSAGE_ARGUMENT_COUNT; i++)
        assert((arguments[i] != NULL) == (i < message_argument_count(id)));
}

struct message message_of(enum message_id id, const char *first, const char *second,
                          const char *third)
{
    const char *const arguments[MESSAGE_ARGUMENT_COUNT] = {first, second, third};
    struct message message = {.id = id};

    check_arguments(id, arguments);
    for (size_t i = 0; i < message_argument_count(id); i++) {
        struct text text = TEXT_OVER(message.arguments[i]);

        text_append(&text, arguments[i]);
    }
    return message;
}

void message_append(enum message_id id, const char *first, const char *second,
                    const char *third, struct text *out)
{
    const char *const arguments[MESSAGE_ARGUMENT_COUNT] = {first, second, third};

    for (const char *at = message_sentence(id); *at != '\0'; at++) {
        const char one[] = {*at, '\0'}; /* the sentences are ASCII */

        if (*at != '%') {
            text_append(out, one);
            continue;
        }
        at++; /* a digit, as the tests see to */
        text_append(out, arguments[*at - '1'] != NULL ? arguments[*at - '1'] : "");
    }
}
