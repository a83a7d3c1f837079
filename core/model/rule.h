/*
 * A rule: what a user wants forwarded. A plain value: assignment copies it.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_MODEL_RULE_H
#define TIDEGATE_MODEL_RULE_H

#include "core/base/error.h"
#include "core/model/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RULE_TEXT_SIZE 129           /* names, comments: 128 bytes of UTF-8 and NUL */
#define RULE_INTERFACE_NAME_SIZE 257 /* NDIS: 256 characters; longer UTF-8 is refused */
#define RULE_REMOTE_CAPACITY 16
#define RULES_PER_USER_MAX 256
#define ENTRIES_MAX 1024  /* of all users together */
#define USER_SID_SIZE 185 /* longest SID as text (15 subauthorities) and NUL */

struct rule_id {
    char text[37]; /* lower-case UUID; "" when not assigned yet */
};

struct user_sid {
    char text[USER_SID_SIZE]; /* "S-1-5-21-…" */
};

struct user_sid_list {
    struct user_sid *items;
    size_t count, capacity;
};

enum rule_listen_kind { LISTEN_ANY, LISTEN_ADDRESS, LISTEN_INTERFACE };

struct rule_listen {
    enum rule_listen_kind kind;
    struct address address; /* LISTEN_ANY: 0.0.0.0; LISTEN_ADDRESS: any literal, also :: */
    char interface_name[RULE_INTERFACE_NAME_SIZE]; /* LISTEN_INTERFACE, e.g. "Wi-Fi" */
    uint16_t first_port;
    uint16_t last_port; /* equal to first_port for one port */
};

enum rule_connect_kind { CONNECT_WSL, CONNECT_ADDRESS };

struct rule_connect {
    enum rule_connect_kind kind;
    struct address address; /* CONNECT_ADDRESS */
    uint16_t first_port;    /* a range maps one to one from here */
};

/* Windows' own bits (NET_FW_PROFILE_TYPE2); 0 means no firewall rule. */
#define PROFILE_DOMAIN 1u
#define PROFILE_PRIVATE 2u
#define PROFILE_PUBLIC 4u
#define PROFILE_MASK 7u

enum remote_kind { REMOTE_LOCAL_SUBNET, REMOTE_ANY, REMOTE_LIST };

struct rule_scope {
    unsigned profiles; /* PROFILE_ bits */
    enum remote_kind remote;
    struct prefix remotes[RULE_REMOTE_CAPACITY]; /* REMOTE_LIST */
    size_t remote_count;
};

struct rule {
    struct rule_id id;
    struct user_sid owner;
    uint64_t sequence; /* order of creation, given by the store: older rules win */
    char name[RULE_TEXT_SIZE];
    char comment[RULE_TEXT_SIZE];
    bool enabled;
    bool forced; /* the user insisted on a listen address or port that is refused otherwise */
    struct rule_listen listen;
    struct rule_connect connect;
    struct rule_scope scope;
};

struct rule_list {
    struct rule *items;
    size_t count, capacity;
};

/* A new rule as every form starts: enabled, any address, WSL, private and domain
 * profiles, local subnet; no name, ports 0. */
struct rule rule_default(void);

/*
 * Checks everything that needs no knowledge of this PC: texts, ports, ranges, families,
 * scope, reserved ports (135, 139, 445, 3389, 5985, 5986, 47001; `forced` lifts them and
 * loopback listen addresses). ERR_INVALID; the detail names the field, the value and the
 * accepted form, e.g. "listen port '0': must be 1 to 65535".
 */
bool rule_validate(const struct rule *rule, struct error *err) MUST_CHECK;

size_t rule_port_count(const struct rule *rule);
bool rule_id_equals(const struct rule_id *a, const struct rule_id *b);
bool rule_id_is_valid(const char *text); /* 8-4-4-4-12 lower-case hexadecimal digits */
bool user_sid_equals(const struct user_sid *a, const struct user_sid *b);
bool user_sid_is_valid(const char *text); /* "S-1-" and decimal parts; bounded */

/* The same name, comment and enabled apart, the rules forward the same. */
bool rule_forwards_equal(const struct rule *a, const struct rule *b);

/* Whether `now` opens nothing that `before` did not: same or fewer ports, profiles and
 * remotes, same listen and connect side. */
bool rule_is_narrower_or_equal(const struct rule *now, const struct rule *before);

/* Whether both listen on at least one identical endpoint ("same" as portproxy_key_same_socket
 * counts it; two followed interfaces are the same when named the same). */
bool rule_listens_overlap(const struct rule *a, const struct rule *b);

/* Whether one gets connections that else the other would get: a socket on one address comes before
 * one on all addresses. An interface may have any IPv4 address. */
bool rule_listens_compete(const struct rule *a, const struct rule *b);

/* What the user reads and types: "3000", "192.168.1.10:8000-8010", "[::]:80", "Wi-Fi:3000". */
void rule_listen_format(const struct rule_listen *listen, char *out, size_t capacity);
bool rule_listen_parse(const char *text, struct rule_listen *out, struct error *err);
/* "wsl", "wsl:8080", "10.0.0.5:22", "[fe::1]:22"; without a port: `default_port`. */
void rule_connect_format(const struct rule_connect *connect, char *out, size_t capacity);
bool rule_connect_parse(const char *text, uint16_t default_port, struct rule_connect *out,
                        struct error *err);
/* "off" or a comma list of private, domain, public. */
void rule_profiles_format(unsigned profiles, char *out, size_t capacity);
bool rule_profiles_parse(const char *text, unsigned *out, struct error *err);
/* "local-subnet", "any", or a comma list of CIDRs; touches only the remote fields. */
void rule_remote_format(const struct rule_scope *scope, char *out, size_t capacity);
bool rule_remote_parse(const char *text, struct rule_scope *out, struct error *err);

/* What the user knows it by: its name, or where it listens. */
void rule_title(const struct rule *rule, char *out, size_t capacity);

const struct rule *rule_list_find(const struct rule_list *list, const struct rule_id *id);
void rule_list_clear(struct rule_list *list);

#endif
