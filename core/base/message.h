/*
 * What users are told, by number: the English sentence is here, the other languages are in the
 * resources of the programs that show them. A message carries its inserts, so that it can be
 * worded where it is shown, in the language of whoever reads it.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_BASE_MESSAGE_H
#define TIDEGATE_BASE_MESSAGE_H

#include "core/base/text.h"

#include <stdbool.h>

#define MESSAGE_ARGUMENT_COUNT 3
#define MESSAGE_ARGUMENT_SIZE 160

/* The numbers go over the pipe: none is ever changed or used again. The comment tells the
 * inserts. */
enum message_id {
    MESSAGE_NONE = 0,

    /* Errors: whole sentences. */
    MESSAGE_NAME_TOO_LONG = 1, /* most bytes */
    MESSAGE_NAME_NOT_PLAIN = 2,
    MESSAGE_COMMENT_TOO_LONG = 3, /* most bytes */
    MESSAGE_COMMENT_NOT_PLAIN = 4,
    MESSAGE_LISTEN_PORT_FORM = 5,          /* as typed */
    MESSAGE_LISTEN_PORTS_REVERSED = 6,     /* range */
    MESSAGE_LISTEN_PORTS_TOO_MANY = 7,     /* range, most ports */
    MESSAGE_LISTEN_PORT_RESERVED = 8,      /* port */
    MESSAGE_LISTEN_ADDRESS_FORM = 9,       /* as typed */
    MESSAGE_LISTEN_ADDRESS_MULTICAST = 10, /* address */
    MESSAGE_LISTEN_ADDRESS_BROADCAST = 11, /* address */
    MESSAGE_LISTEN_ADDRESS_LOOPBACK = 12,  /* address */
    MESSAGE_LISTEN_INTERFACE_NOT_PLAIN = 13,
    MESSAGE_LISTEN_INTERFACE_TOO_LONG = 14,  /* most bytes */
    MESSAGE_CONNECT_PORT_FORM = 15,          /* as typed */
    MESSAGE_CONNECT_PORTS_BEYOND = 16,       /* first port, count */
    MESSAGE_CONNECT_ADDRESS_FORM = 17,       /* as typed */
    MESSAGE_CONNECT_ADDRESS_NOT_HOST = 18,   /* address */
    MESSAGE_CONNECT_ADDRESS_LOOPBACK = 19,   /* address */
    MESSAGE_CONNECT_ADDRESS_OWN = 20,        /* address */
    MESSAGE_REMOTE_FORM = 21,                /* as typed */
    MESSAGE_REMOTE_TOO_MANY = 22,            /* most addresses */
    MESSAGE_RULES_TOO_MANY = 23,             /* most rules */
    MESSAGE_ENTRIES_TOO_MANY = 24,           /* ports, most ports */
    MESSAGE_LISTEN_TAKEN = 25,               /* listen side, rule */
    MESSAGE_LISTEN_TAKEN_BY_OTHER_USER = 26, /* listen side */
    MESSAGE_RULE_UNKNOWN = 27,               /* id */
    MESSAGE_NOTHING_TO_TAKE_OVER = 28,       /* rule */
    MESSAGE_NOT_ALLOWED = 29,                /* verb */
    MESSAGE_CONNECTION_LOST = 30,
    MESSAGE_SERVICE_NOT_TRUSTED = 31,
    MESSAGE_SERVICE_IMPOSTOR = 32, /* its process, the service's */
    MESSAGE_SERVICE_NOT_RUNNING = 33,
    MESSAGE_SERVICE_BUSY = 34,
    MESSAGE_SERVICE_SILENT = 35,
    MESSAGE_SERVICE_NOT_READING = 36,
    MESSAGE_SERVICE_UNREACHABLE = 37,
    MESSAGE_SERVICE_OTHER_VERSION = 38, /* its protocol version, ours */
    MESSAGE_APPROVAL_TIMED_OUT = 39,
    MESSAGE_APPROVER_NOT_ADMINISTRATOR = 40,
    MESSAGE_ENTRY_GONE = 41,          /* type, listen side */
    MESSAGE_ENTRY_OURS = 42,          /* type, listen side */
    MESSAGE_ENTRY_NOT_ADOPTABLE = 43, /* type, listen side */
    MESSAGE_NOTHING_TO_ADOPT = 44,
    MESSAGE_NOTHING_ADOPTED = 45,
    MESSAGE_RULE_THERE_ALREADY = 46, /* id */
    MESSAGE_CHANGES_TOO_MANY = 47,   /* most changes */

    /* What the service says of itself: whole sentences. */
    MESSAGE_DATABASE_NEWER = 48, /* its version, the newest known */
    MESSAGE_DATABASE_FOREIGN = 49,
    MESSAGE_DATABASE_FAILED = 50, /* what failed */
    MESSAGE_WINDOWS_FAILED = 51,  /* what failed, code */
    MESSAGE_DATABASE_MISSING = 52,
    MESSAGE_DATABASE_DAMAGED = 53,    /* where the damaged file is */
    MESSAGE_DATABASE_BEGUN_ANEW = 54, /* where the damaged file is */

    /* Policy (core/store/policy.h): whole sentences. */
    MESSAGE_SETTING_BY_POLICY = 60, /* setting, the policy's value */
    MESSAGE_POLICY_REFUSED =
        61, /* name of the value, what stands there, what is accepted */

    /* Why WSL's address is not usable: whole sentences. */
    MESSAGE_WSL_ADDRESS_NOT_RECORDED = 100,
    MESSAGE_WSL_ADDRESS_NOT_PLAIN = 101,
    MESSAGE_WSL_NETWORK_FORM = 102,       /* network */
    MESSAGE_WSL_ADDRESS_NOT_IPV4 = 103,   /* address */
    MESSAGE_WSL_ADDRESS_NOT_HOST = 104,   /* address, network */
    MESSAGE_WSL_ADDRESS_IS_GATEWAY = 105, /* address */
    MESSAGE_WSL_GATEWAY_ABSENT = 106,     /* address */
    MESSAGE_WSL_ADDRESS_OWN = 107,        /* address */

    /* Subjects of reasons: parts of sentences. */
    MESSAGE_ENTRY = 108,          /* type and listen side, connect side */
    MESSAGE_ENTRY_AND_OURS = 109, /* the same, our connect side */
    MESSAGE_FIREWALL_RULE = 110,  /* name */
    MESSAGE_ERROR_CODE = 111,     /* code */
    MESSAGE_PROCESS = 112,        /* number */
    MESSAGE_OTHER_USERS_RULE = 113,
    MESSAGE_NETWORK_PRIVATE = 114,
    MESSAGE_NETWORK_DOMAIN = 115,
    MESSAGE_NETWORK_PUBLIC = 116,
    MESSAGE_MODE_UNKNOWN = 117, /* WSL's networking modes */
    MESSAGE_MODE_NAT = 118,
    MESSAGE_MODE_MIRRORED = 119,
    MESSAGE_MODE_VIRTIOPROXY = 120,
    MESSAGE_MODE_BRIDGED = 121,
    MESSAGE_MODE_NONE = 122,
    MESSAGE_MODE_WSL1 = 123,
    MESSAGE_ID_END
};

/* The number may be one that only a newer program knows. */
struct message {
    enum message_id id;
    char arguments[MESSAGE_ARGUMENT_COUNT][MESSAGE_ARGUMENT_SIZE]; /* UTF-8; "" beyond its own */
};

/* MESSAGE_NONE is not known. */
bool message_is_known(enum message_id id);

/* How many inserts a known message has. */
size_t message_argument_count(enum message_id id);

/* English, with %1 %2 %3; "" when it is not known. Borrowed, static. */
const char *message_sentence(enum message_id id);

/* A known message with exactly as many arguments as it has inserts; the others are NULL. An
 * over-long one is cut at a character border. */
struct message message_of(enum message_id id, const char *first, const char *second,
                          const char *third);

/* Appends the English sentence with these inserts; NULL is "". */
void message_append(enum message_id id, const char *first, const char *second,
                    const char *third, struct text *out);

#endif
