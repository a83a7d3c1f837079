/*
 * Whatever Windows' registry, its firewall and other programs' command lines hold: portproxy
 * values, fields of firewall rules, WSL's own values. The first byte chooses the parser; a line end
 * parts what it reads.
 * SPDX-License-Identifier: MIT
 */
#include "tests/fuzz/fuzz.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/model/firewall_rule.h"
#include "core/model/portproxy.h"
#include "core/model/script_rule.h"
#include "core/store/policy.h"
#include "core/wsl/networking_mode.h"
#include "core/wsl/wsl.h"

#include <assert.h>
#include <string.h>

/* Read again from the spelling that we would write, an entry is the same. */
static void check_portproxy(const char *name, const char *data)
{
    struct portproxy_entry entry = {.key.port = 77};
    struct portproxy_entry again;
    char key[PORTPROXY_TEXT_SIZE];
    char value[PORTPROXY_TEXT_SIZE];

    for (enum portproxy_type type = 0; type < PORTPROXY_TYPE_COUNT; type++) {
        if (!portproxy_entry_parse(type, name, data, &entry)) {
            assert(entry.key.port == 77);
            return;
        }
        assert(entry.key.type == type && entry.key.port > 0 && entry.value.port > 0);
        assert(entry.key.listen[0] != '\0' && entry.value.connect[0] != '\0');
        portproxy_key_format(&entry.key, key);
        portproxy_value_format(&entry.value, value);
        assert(portproxy_entry_parse(type, key, value, &again));
        assert(strcmp(entry.key.listen, again.key.listen) == 0);
        assert(portproxy_key_equals(&entry.key, &again.key) &&
               portproxy_key_same_socket(&entry.key, &again.key) &&
               portproxy_value_equals(&entry.value, &again.value));
        entry.key.port = 77;
    }
}

/* The meaning of a field does not depend on which rule is asked. */
static void check_firewall_fields(const char *left, const char *right)
{
    struct firewall_rule a = {.kind = FIREWALL_HOST};
    struct firewall_rule b = {.kind = FIREWALL_HOST};

    text_copy(a.local_ports, sizeof a.local_ports, left);
    text_copy(b.local_ports, sizeof b.local_ports, right);
    assert(firewall_rule_equals(&a, &a));
    assert(firewall_rule_equals(&a, &b) == firewall_rule_equals(&b, &a));
    b = (struct firewall_rule){.kind = FIREWALL_HOST};
    a = b;
    text_copy(a.remote_addresses, sizeof a.remote_addresses, left);
    text_copy(b.remote_addresses, sizeof b.remote_addresses, right);
    text_copy(a.program, sizeof a.program, left);
    text_copy(b.program, sizeof b.program, right);
    assert(firewall_rule_equals(&a, &a));
    assert(firewall_rule_equals(&a, &b) == firewall_rule_equals(&b, &a));
}

static void check_script_rule(const char *name, const char *ports)
{
    static struct script_rule rule;
    bool found = false;

    rule = (struct script_rule){.enabled = true};
    text_copy(rule.name, sizeof rule.name, name);
    text_copy(rule.local_ports, sizeof rule.local_ports, ports);
    for (uint32_t port = 1; port < 65536; port += 251)
        found = script_rule_has_port(&rule, (uint16_t)port) || found;
    assert(!found || rule.local_ports[0] != '\0');
    assert(script_rule_same(&rule, &rule));
    script_rule_is_whole(&rule);
    script_rule_is_named(name);
}

static void check_address(const char *text)
{
    struct address address;
    struct address again;
    struct prefix prefix;
    struct prefix prefix_again;
    char spelled[PREFIX_TEXT_SIZE];

    if (address_parse(text, &address)) {
        address_format(&address, spelled);
        assert(address_parse(spelled, &again) && address_equals(&address, &again));
    }
    if (prefix_parse(text, &prefix)) {
        prefix_format(&prefix, spelled);
        assert(prefix_parse(spelled, &prefix_again));
        assert(prefix_equals(&prefix, &prefix_again));
        assert(prefix_contains(&prefix, &prefix.network));
    }
}

static void check_relay(const char *command_line)
{
    char id[WSL_VM_ID_SIZE] = "";
    char again[WSL_VM_ID_SIZE];

    if (wsl_relay_command_parse(command_line, id) && id[0] != '\0')
        assert(wsl_vm_id_parse(id, again) && strcmp(id, again) == 0);
    if (wsl_vm_id_parse(command_line, id))
        assert(strlen(id) == WSL_VM_ID_SIZE - 1);
    assert((unsigned)networking_mode_parse(command_line) < NETWORKING_MODE_COUNT);
}

/* All of a user's and the machine's values at once. */
static void check_traces(const char *address, const char *network)
{
    struct wsl_machine machine = {.presence = WSL_PRESENCE_INSTALLED};
    struct wsl_trace trace = {.hive_loaded = true, .relay_found = true, .has_wsl2 = true};
    const struct adapter_list none = {0};
    struct wsl_view view = {0};
    struct prefix bounds;

    text_copy(machine.nat_network, sizeof machine.nat_network, network);
    text_copy(machine.nat_gateway, sizeof machine.nat_gateway, "172.28.208.1");
    text_copy(trace.nat_address, sizeof trace.nat_address, address);
    wsl_infer(&machine, &trace, &none, &view);
    assert(view.state < WSL_STATE_COUNT && view.mode < NETWORKING_MODE_COUNT);
    assert(view.evidence_count <= WSL_EVIDENCE_CAPACITY);
    if (view.address_known)
        assert(prefix_parse(machine.nat_network, &bounds) &&
               prefix_has_host(&bounds, &view.address));
}

/* A value of each setting's policy: whatever it is, the setting stays one that can be told, and
 * what is refused is named in well-formed words. */
static void check_policy(const char *text, const char *number)
{
    static const enum policy_kind kinds[] = {POLICY_TEXT, POLICY_TEXTS, POLICY_OTHER};
    static struct policy_values values;
    struct settings settings = {.users_may_widen = true};
    struct policy policy;

    values = (struct policy_values){0};
    for (enum setting setting = 0; setting < SETTING_COUNT; setting++) {
        struct policy_value *value = &values.items[setting];

        value->kind = kinds[(setting + strlen(number)) % 3];
        if (!utf8_is_valid(text, strlen(text)) ||
            !text_copy(value->text, sizeof value->text, text)) {
            value->kind = POLICY_NUMBER;
            value->number = (uint32_t)strlen(text) % 3;
        }
        for (char *at = strchr(value->text, 0x1F); at != NULL; at = strchr(at, 0x1F))
            *at = '\n'; /* which parts our own input */
    }
    policy_apply(&values, &settings, &policy);
    assert(settings.allowed_user_count <= SETTINGS_USER_CAPACITY);
    for (enum setting setting = 0; setting < SETTING_COUNT; setting++) {
        const char *found = policy.problems[setting].arguments[1];

        assert(policy.sets[setting]);
        assert(utf8_is_valid(found, strlen(found)) && utf8_is_plain(found));
    }
}

static void check(unsigned choice, const char *first, const char *second)
{
    switch (choice) {
    case 0:
        check_portproxy(first, second);
        break;
    case 1:
        check_firewall_fields(first, second);
        break;
    case 2:
        check_script_rule(first, second);
        break;
    case 3:
        check_address(first);
        break;
    case 4:
        check_relay(first);
        break;
    case 5:
        check_policy(first, second);
        break;
    default:
        check_traces(first, second);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *first;
    char *second;

    if (size == 0)
        return 0;
    first = mem_alloc(size);
    memcpy(first, bytes + 1, size - 1);
    second = strchr(first, '\n');
    if (second != NULL)
        *second++ = '\0';
    check(bytes[0] % 7u, first, second != NULL ? second : "");
    mem_free(first);
    return 0;
}

bool fuzz_seed(size_t index, struct wire_writer *out)
{
    static const struct {
        uint8_t choice;
        const char *text;
    } seeds[] = {
        {0, "0.0.0.0/3000\n172.28.211.5/3000"},
        {0, "*/80\nhost.example/65535"},
        {0, "fe80::1/443\n::1/443"},
        {1, "8000-8010\n8000-8000"},
        {1, "192.168.0.0/255.255.0.0, LocalSubnet\n192.168.0.0/16,localsubnet"},
        {1, "%SystemRoot%\\System32\\svchost.exe\nC:\\Windows\\System32\\svchost.exe"},
        {2, "WSL 2 Firewall Unlock\n80,443,8000-8010,RPC"},
        {3, "172.28.208.0/20"},
        {3, "10.0.0.0/255.0.0.0"},
        {3, "2001:db8::ffff:1.2.3.4/64"},
        {4, "\"C:\\Program Files\\WSL\\wslrelay.exe\" --mode 1 --vm-id "
            "{6E1B8A3C-0F4D-4B57-9C55-2F1F8F0C7A11} --handle 3"},
        {4, "6e1b8a3c-0f4d-4b57-9c55-2f1f8f0c7a11"},
        {4, "virtioproxy\r\n"},
        {5, "keep"},
        {5, "S-1-5-21-1-2-3-1001\x1fS-1-5-18\n1"},
        {6, "172.28.211.5\n172.28.208.0/20"},
    };

    if (index >= sizeof seeds / sizeof seeds[0])
        return false;
    wire_put_bytes(out, &seeds[index].choice, 1);
    wire_put_bytes(out, seeds[index].text, strlen(seeds[index].text));
    return true;
}
