/*
 * Whatever bytes a client sends: the service refuses them, or reads a request that has
 * exactly these bytes. A second spelling of a request would be a second meaning to check.
 * SPDX-License-Identifier: MIT
 */
#include "tests/fuzz/fuzz.h"

#include "core/protocol/request.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const struct request untouched = {.id = 0x5A5A5A5A};
    struct request request = untouched;
    struct error err = {0};
    struct wire_writer again = {0};

    if (!request_decode(bytes, size, &request, &err)) {
        assert(err.kind == ERR_INVALID && err.detail[0] != '\0');
        assert(request.id == untouched.id && request.verb == untouched.verb);
        return 0;
    }
    request_encode(&request, &again);
    assert(again.size == size && memcmp(again.bytes, bytes, size) == 0);
    assert(size <= MESSAGE_SIZE_MAX && verb_is_known(request.verb));
    assert(request.verb != VERB_BATCH || request.batch.count <= RULES_PER_USER_MAX);
    request_clear(&request);
    wire_writer_clear(&again);
    return 0;
}

static const enum verb seed_verbs[] = {
    VERB_HELLO,       VERB_SNAPSHOT, VERB_SUBSCRIBE, VERB_PLAN,     VERB_RECONCILE,
    VERB_DELETE_RULE, VERB_ENABLE,   VERB_PAUSE,     VERB_RESUME,   VERB_START_IP_HELPER,
    VERB_TAKE_OVER,   VERB_SETTINGS, VERB_ACTIVITY,  VERB_APPROVE,  VERB_PUT_RULE,
    VERB_PUT_RULE,    VERB_PUT_RULE, VERB_BATCH,     VERB_DIAGNOSE, VERB_REPORT_WSL,
    VERB_ADOPT,
};

#define SEED_COUNT (sizeof seed_verbs / sizeof seed_verbs[0])

static struct rule seed_rule(size_t variant)
{
    struct rule rule = rule_default();

    memcpy(rule.name, "Web", 4);
    rule.listen.first_port = rule.connect.first_port = 8000;
    rule.listen.last_port = 8010;
    if (variant == 0)
        return rule;
    rule.id = (struct rule_id){"0123abcd-0000-4000-8000-00000000000f"};
    rule.owner = (struct user_sid){"S-1-5-21-1-2-3-1001"};
    memcpy(rule.comment, "Grüße", 8);
    if (variant == 1) {
        rule.listen.kind = LISTEN_INTERFACE;
        memcpy(rule.listen.interface_name, "Wi-Fi", 6);
        rule.scope.remote = REMOTE_ANY;
        return rule;
    }
    rule.listen.kind = LISTEN_ADDRESS;
    rule.listen.address = (struct address){ADDRESS_IPV6, {0xFE, 0x80, [15] = 1}};
    rule.connect.kind = CONNECT_ADDRESS;
    rule.connect.address = (struct address){ADDRESS_IPV4, {10, 0, 0, 5}};
    rule.scope.remote = REMOTE_LIST;
    rule.scope.remotes[0] = (struct prefix){{ADDRESS_IPV4, {192, 168, 0}}, 16};
    rule.scope.remotes[1] = (struct prefix){{ADDRESS_IPV6, {0x20, 0x01}}, 16};
    rule.scope.remote_count = 2;
    return rule;
}

/* One of each that a batch can hold; borrowed. */
static struct batch seed_batch(void)
{
    static struct batch_item items[4];
    static const struct rule_id id = {"0123abcd-0000-4000-8000-00000000000f"};

    items[0] = (struct batch_item){.verb = VERB_PUT_RULE, .rule = seed_rule(0)};
    items[1] =
        (struct batch_item){.verb = VERB_PUT_RULE, .restore = true, .rule = seed_rule(2)};
    items[2] = (struct batch_item){.verb = VERB_DELETE_RULE, .rule = {.id = id}};
    items[3] =
        (struct batch_item){.verb = VERB_ENABLE, .enabled = true, .rule = {.id = id}};
    return (struct batch){.items = items, .count = 4};
}

/* Borrowed. */
static struct adopt_request seed_adoption(void)
{
    static struct portproxy_key keys[] = {{PORTPROXY_V4TOV4, "0.0.0.0", 80},
                                          {PORTPROXY_V6TOV4, "*", 443}};

    return (struct adopt_request){.order = ADOPT_TAKE, .items = keys, .count = 2};
}

bool fuzz_seed(size_t index, struct wire_writer *out)
{
    struct request request = {.id = (uint32_t)index};
    bool ok;

    if (index >= SEED_COUNT)
        return false;
    request.verb = seed_verbs[index];
    if (index % 2 == 0)
        request.user = (struct user_sid){"S-1-5-18-1"};
    if (request.verb == VERB_PUT_RULE) {
        request.rule = seed_rule(index % 3);
    } else if (request.verb == VERB_BATCH) {
        request.batch = seed_batch();
    } else if (request.verb == VERB_ADOPT) {
        request.adopt = seed_adoption();
    } else if (request.verb == VERB_DELETE_RULE || request.verb == VERB_TAKE_OVER ||
               request.verb == VERB_DIAGNOSE || request.verb == VERB_ENABLE) {
        /* The id is the first member of enable as well. */
        request.rule_id = (struct rule_id){"0123abcd-0000-4000-8000-00000000000f"};
    } else if (request.verb == VERB_SETTINGS) {
        ok = request_add_setting(&request, "allow-widening", "on") &&
             request_add_setting(&request, "allowed-users", "");
        assert(ok);
    } else if (request.verb == VERB_ACTIVITY) {
        request.activity_limit = 50;
    } else if (request.verb == VERB_REPORT_WSL) {
        request.wsl_hint =
            (struct wsl_hint){.liveness = WSL_LIVENESS_UP,
                              .vm_id = "6e1b8a3c-0f4d-4b57-9c55-2f1f8f0c7a11",
                              .effective = NETWORKING_MODE_MIRRORED,
                              .address = {ADDRESS_IPV4, {172, 28, 213, 77}},
                              .config_known = true,
                              .configured = NETWORKING_MODE_NAT,
                              .localhost_forwarding = true};
    } else if (request.verb == VERB_APPROVE) {
        memcpy(request.ticket, "0123456789abcdef0123456789abcdef", TICKET_SIZE);
    }
    request_encode(&request, out);
    ok = request_decode(out->bytes, out->size, &request, NULL);
    assert(ok); /* or the mutations would start from nowhere */
    request_clear(&request);
    return ok;
}
