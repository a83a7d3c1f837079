/*
 * A Windows in memory.
 * SPDX-License-Identifier: MIT
 */
#include "tests/fake_system.h"

#include "core/base/mem.h"
#include "core/base/text.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>

#define E_FAIL_HRESULT 0x80004005u

static void set_text(char *out, size_t capacity, const char *text)
{
    const bool fits = text_copy(out, capacity, text);

    assert(fits);
}

void fake_windows_init(struct fake_windows *fake, const char *address)
{
    *fake = (struct fake_windows){
        .ip_helper = {.installed = true, .running = true, .process_id = FAKE_HELPER_PID},
        .current_profiles = PROFILE_PRIVATE,
        .enabled_profiles = PROFILE_MASK,
        .adapter_count = 2,
        .trace_count = 1,
        .now_ms = 1000000,
    };
    set_text(fake->adapters[0].name, sizeof fake->adapters[0].name, "Wi-Fi");
    fake->adapters[0].is_up = true;
    fake->adapters[0].address_count = 1;
    assert(address_parse(FAKE_LAN, &fake->adapters[0].addresses[0]));
    set_text(fake->adapters[1].name, sizeof fake->adapters[1].name, "vEthernet (WSL)");
    fake->adapters[1].is_up = true;
    fake->adapters[1].address_count = 1;
    assert(address_parse(FAKE_GATEWAY, &fake->adapters[1].addresses[0]));
    set_text(fake->wsl_machine.nat_network, WSL_TRACE_SIZE, "172.28.208.0/20");
    set_text(fake->wsl_machine.nat_gateway, WSL_TRACE_SIZE, FAKE_GATEWAY);
    fake->traces[0].hive_loaded = true;
    set_text(fake->traces[0].user.text, USER_SID_SIZE, FAKE_USER);
    fake_move(fake, address);
}

void fake_move(struct fake_windows *fake, const char *address)
{
    struct wsl_trace *trace = &fake->traces[0];

    trace->vm_count = 1;
    set_text(trace->vm_ids[0], WSL_VM_ID_SIZE, FAKE_VM);
    trace->relay_found = true;
    set_text(trace->relay_vm_id, WSL_VM_ID_SIZE, FAKE_VM);
    trace->relay_process_id = FAKE_RELAY_PID;
    set_text(trace->nat_address, WSL_TRACE_SIZE, address);
}

void fake_stop_wsl(struct fake_windows *fake)
{
    fake->traces[0].vm_count = 0;
    fake->traces[0].relay_found = false;
}

static struct portproxy_entry *find(struct fake_table *table,
                                    const struct portproxy_key *key)
{
    for (size_t i = 0; i < table->count; i++) {
        if (portproxy_key_equals(&table->entries[i].key, key))
            return &table->entries[i];
    }
    return NULL;
}

static void put(struct fake_table *table, const struct portproxy_entry *entry)
{
    struct portproxy_entry *place = find(table, &entry->key);

    if (place == NULL) {
        assert(table->count < FAKE_ENTRIES);
        place = &table->entries[table->count++];
    }
    *place = *entry;
}

static void drop(struct fake_table *table, const struct portproxy_key *key)
{
    struct portproxy_entry *place = find(table, key);

    if (place != NULL)
        *place = table->entries[--table->count];
}

void fake_set_entry(struct fake_windows *fake, enum portproxy_type type, const char *name,
                    const char *data)
{
    struct portproxy_entry entry;

    assert(portproxy_entry_parse(type, name, data, &entry));
    put(&fake->registry, &entry);
}

void fake_remove_entry(struct fake_windows *fake, enum portproxy_type type,
                       const char *name)
{
    struct portproxy_entry entry;

    assert(portproxy_entry_parse(type, name, "x/1", &entry));
    drop(&fake->registry, &entry.key);
}

static const char *get(const struct fake_table *table, enum portproxy_type type,
                       const char *name)
{
    static char data[PORTPROXY_TEXT_SIZE];
    struct fake_table copy = *table;
    struct portproxy_entry entry;
    const struct portproxy_entry *place;

    assert(portproxy_entry_parse(type, name, "x/1", &entry));
    place = find(&copy, &entry.key);
    if (place == NULL)
        return NULL;
    portproxy_value_format(&place->value, data);
    return data;
}

const char *fake_get_entry(const struct fake_windows *fake, enum portproxy_type type,
                           const char *name)
{
    return get(&fake->registry, type, name);
}

const char *fake_forwarded(const struct fake_windows *fake, enum portproxy_type type,
                           const char *name)
{
    return fake->ip_helper.running ? get(&fake->helper, type, name) : NULL;
}

const struct firewall_rule *fake_get_rule(const struct fake_windows *fake,
                                          const char *name)
{
    for (size_t i = 0; i < fake->rule_count; i++) {
        if (strcmp(fake->rules[i].name, name) == 0)
            return &fake->rules[i];
    }
    return NULL;
}

/* Counts the call; false when it is the one that fails. */
static bool enter(struct fake_windows *fake, struct error *err, const char *what)
{
    fake->call_count++;
    if (fake->end_before == fake->call_count)
        _exit(0);
    if (fake->fail_at == fake->call_count)
        return error_set_system(err, E_FAIL_HRESULT, "%s", what);
    return true;
}

static bool leave(struct fake_windows *fake)
{
    if (fake->end_after == fake->call_count)
        _exit(0);
    return true;
}

static void add_listener(struct listener_list *out, const struct portproxy_key *key)
{
    struct listener *listener = LIST_ADD(out);

    if (!address_parse(key->listen, &listener->address))
        listener->address.family = portproxy_listen_family(key->type);
    listener->port = key->port;
    listener->process_id = FAKE_HELPER_PID;
}

static bool is_taken(const struct fake_windows *fake, const struct portproxy_key *key)
{
    struct address address = {.family = portproxy_listen_family(key->type)};

    address_parse(key->listen, &address);
    for (size_t i = 0; i < fake->stranger_count; i++) {
        if (fake->strangers[i].port == key->port &&
            address_equals(&fake->strangers[i].address, &address))
            return true;
    }
    return false;
}

static bool observe_listeners(void *self, struct listener_list *out, struct error *err)
{
    struct fake_windows *fake = self;

    if (!enter(fake, err, "observe listeners"))
        return false;
    *out = (struct listener_list){0};
    for (size_t i = 0; fake->ip_helper.running && i < fake->helper.count; i++) {
        if (fake->helper.entries[i].key.port != fake->reserved_port &&
            !is_taken(fake, &fake->helper.entries[i].key))
            add_listener(out, &fake->helper.entries[i].key);
    }
    for (size_t i = 0; i < fake->stranger_count; i++)
        *LIST_ADD(out) = fake->strangers[i];
    return leave(fake);
}

static bool observe_connections(void *self, struct connection_list *out, struct error *err)
{
    struct fake_windows *fake = self;

    if (!enter(fake, err, "observe connections"))
        return false;
    fake->connection_reading_count++;
    *out = (struct connection_list){0};
    for (size_t i = 0; i < fake->connection_count; i++)
        *LIST_ADD(out) = fake->connections[i];
    return leave(fake);
}

static bool port_is_reserved(void *self, const struct address *address, uint16_t port)
{
    const struct fake_windows *fake = self;

    (void)address;
    return port == fake->reserved_port;
}

static enum probe_result probe(void *self, const struct address *address, uint16_t port)
{
    struct fake_windows *fake = self;
    struct text text = TEXT_OVER(fake->probed);
    char words[ADDRESS_TEXT_SIZE];

    address_format(address, words);
    text_append_format(&text, "%s %u", words, port);
    return ++fake->probe_count % 2 == 1 ? PROBE_UNDER_WAY : fake->probe;
}

static size_t count_waiting(const struct fake_windows *fake, enum firewall_kind kind)
{
    size_t count = 0;

    for (size_t i = 0; i < fake->removal_count; i++)
        count += fake->removals[i].kind == kind;
    for (size_t i = 0; i < fake->addition_count; i++)
        count += fake->additions[i].kind == kind;
    return count;
}

static void observe_firewall(const struct fake_windows *fake, struct firewall_state *out)
{
    out->known = !fake->firewall_unread;
    out->hyperv_known = out->known && !fake->hyperv_unread && fake->hyperv_is_watched;
    out->hyperv_error =
        fake->hyperv_unread && fake->hyperv_is_watched ? fake->hyperv_error : 0;
    out->hyperv_available = out->hyperv_known && !fake->has_no_hyperv;
    out->hyperv_has_profiles = out->hyperv_available && !fake->hyperv_lacks_profiles;
    out->host_busy = count_waiting(fake, FIREWALL_HOST) + fake->switch_count > 0;
    out->hyperv_busy = count_waiting(fake, FIREWALL_HYPERV) > 0;
    out->current_profiles = fake->current_profiles;
    out->enabled_profiles = fake->enabled_profiles;
    out->block_all_profiles = fake->block_all_profiles;
    out->block_outbound_profiles = fake->block_outbound_profiles;
    out->helper_out_profiles = fake->helper_out_profiles;
    out->overridden_profiles = fake->overridden_profiles;
    for (size_t i = 0; i < fake->rule_count; i++)
        *LIST_ADD(&out->rules) = fake->rules[i];
    for (size_t i = 0; i < fake->script_rule_count; i++)
        *LIST_ADD(&out->script_rules) = fake->script_rules[i];
    out->failures = mem_alloc(fake->failure_count * sizeof *out->failures);
    for (size_t i = 0; i < fake->failure_count; i++)
        out->failures[i] = fake->failures[i];
    out->failure_count = fake->failure_count;
}

static bool observe(void *self, struct snapshot *out, struct error *err)
{
    struct fake_windows *fake = self;

    if (!enter(fake, err, "observe"))
        return false;
    *out =
        (struct snapshot){.ip_helper = fake->ip_helper, .wsl_machine = fake->wsl_machine};
    for (size_t i = 0; i < fake->registry.count; i++)
        *LIST_ADD(&out->portproxy) = fake->registry.entries[i];
    for (size_t i = 0; i < fake->adapter_count; i++)
        *LIST_ADD(&out->adapters) = fake->adapters[i];
    for (size_t i = 0; i < fake->trace_count; i++)
        *LIST_ADD(&out->wsl_traces) = fake->traces[i];
    observe_firewall(fake, &out->firewall);
    return leave(fake);
}

/* Reading it cannot fail: what cannot be read is a value that says so. */
static void observe_policy(void *self, struct policy_values *out)
{
    const struct fake_windows *fake = self;

    *out = fake->policy;
}

static bool stands_as_expected(struct fake_windows *fake, const struct portproxy_key *key,
                               const struct portproxy_value *expected, struct error *err)
{
    const struct portproxy_entry *live = find(&fake->registry, key);

    return live == NULL ||
           (expected != NULL && portproxy_value_equals(&live->value, expected)) ||
           error_set(err, ERR_CONFLICT, "another program's value stands there");
}

static bool portproxy_write(void *self, const struct portproxy_entry *entry,
                            const struct portproxy_value *expected, struct error *err)
{
    struct fake_windows *fake = self;

    if (!enter(fake, err, "write portproxy entry") ||
        !stands_as_expected(fake, &entry->key, expected, err))
        return false;
    fake->write_count++;
    put(&fake->registry, entry);
    return leave(fake);
}

static bool portproxy_delete(void *self, const struct portproxy_key *key,
                             const struct portproxy_value *expected, struct error *err)
{
    struct fake_windows *fake = self;

    if (!enter(fake, err, "delete portproxy entry") ||
        !stands_as_expected(fake, key, expected, err))
        return false;
    fake->write_count++;
    drop(&fake->registry, key);
    return leave(fake);
}

static bool portproxy_announce(void *self, struct error *err)
{
    struct fake_windows *fake = self;

    if (!enter(fake, err, "control service iphlpsvc"))
        return false;
    fake->write_count++;
    fake->announce_count++;
    if (fake->ip_helper.running)
        fake->helper = fake->registry;
    return leave(fake);
}

static bool portproxy_flush(void *self, struct error *err)
{
    struct fake_windows *fake = self;

    if (!enter(fake, err, "flush portproxy key"))
        return false;
    fake->flushed = fake->registry;
    return leave(fake);
}

static void remove_rule(struct fake_windows *fake, const struct firewall_rule *rule)
{
    for (size_t i = 0; i < fake->rule_count; i++) {
        if (firewall_rule_equals(&fake->rules[i], rule)) {
            fake->rules[i] = fake->rules[--fake->rule_count];
            return;
        }
    }
}

static void fail_rule(struct fake_windows *fake, const char *name)
{
    assert(fake->failure_count < FAKE_RULES);
    set_text(fake->failures[fake->failure_count].name, FIREWALL_NAME_SIZE, name);
    fake->failures[fake->failure_count++].os_code = fake->firewall_refuses;
}

static void switch_rules(struct fake_windows *fake, const struct script_rule_switch *order)
{
    for (size_t i = 0; i < fake->script_rule_count; i++) {
        if (fake->firewall_refuses == 0 &&
            script_rule_same(&fake->script_rules[i], &order->rule))
            fake->script_rules[i].enabled = order->on;
    }
}

static bool must_wait(const struct fake_windows *fake, const struct firewall_rule *rule)
{
    return rule->kind == FIREWALL_HYPERV && fake->hyperv_hangs;
}

static void finish_removals(struct fake_windows *fake)
{
    size_t left = 0;

    for (size_t i = 0; i < fake->removal_count; i++) {
        if (must_wait(fake, &fake->removals[i]))
            fake->removals[left++] = fake->removals[i];
        else
            remove_rule(fake, &fake->removals[i]);
    }
    fake->removal_count = left;
}

static void finish_additions(struct fake_windows *fake)
{
    size_t left = 0;

    for (size_t i = 0; i < fake->addition_count; i++) {
        if (must_wait(fake, &fake->additions[i])) {
            fake->additions[left++] = fake->additions[i];
        } else if (fake->firewall_refuses != 0) {
            fail_rule(fake, fake->additions[i].name);
        } else {
            assert(fake->rule_count < FAKE_RULES);
            fake->rules[fake->rule_count++] = fake->additions[i];
        }
    }
    fake->addition_count = left;
}

void fake_firewall_finish(struct fake_windows *fake)
{
    fake->failure_count = 0;
    finish_removals(fake);
    finish_additions(fake);
    for (size_t i = 0; i < fake->switch_count; i++) {
        switch_rules(fake, &fake->switches[i]);
        if (fake->firewall_refuses != 0)
            fail_rule(fake, fake->switches[i].rule.name);
    }
    fake->switch_count = 0;
    fake->firewall_news = true;
}

static void firewall_refresh(void *self)
{
    struct fake_windows *fake = self;

    fake->firewall_refresh_count++;
}

static bool changes_kind(const struct firewall_changes *changes, enum firewall_kind kind)
{
    for (size_t i = 0; i < changes->removal_count; i++) {
        if (changes->removals[i].kind == kind)
            return true;
    }
    for (size_t i = 0; i < changes->addition_count; i++) {
        if (changes->additions[i].kind == kind)
            return true;
    }
    return false;
}

/* What waits for a firewall of which nothing is said stays. */
static void replace_waiting(struct firewall_rule *waiting, size_t *count,
                            const struct firewall_changes *changes, bool additions)
{
    const struct firewall_rule *by = additions ? changes->additions : changes->removals;
    const size_t by_count = additions ? changes->addition_count : changes->removal_count;
    size_t left = 0;

    for (size_t i = 0; i < *count; i++) {
        if (!changes_kind(changes, waiting[i].kind))
            waiting[left++] = waiting[i];
    }
    assert(left + by_count <= FAKE_RULES);
    for (size_t i = 0; i < by_count; i++)
        waiting[left++] = by[i];
    *count = left;
}

static bool firewall_change(void *self, const struct firewall_changes *changes,
                            struct error *err)
{
    struct fake_windows *fake = self;

    if (!enter(fake, err, "hand over firewall changes"))
        return false;
    if (fake->firewall_is_gone)
        return error_set_system(err, E_FAIL_HRESULT, "hand over firewall changes");
    fake->write_count++;
    assert(changes->removal_count <= FAKE_RULES && changes->addition_count <= FAKE_RULES);
    replace_waiting(fake->removals, &fake->removal_count, changes, false);
    replace_waiting(fake->additions, &fake->addition_count, changes, true);
    if (!fake->firewall_is_slow)
        fake_firewall_finish(fake);
    return leave(fake);
}

static bool firewall_switch(void *self, const struct script_rule_switch *switches,
                            size_t count, struct error *err)
{
    struct fake_windows *fake = self;

    if (!enter(fake, err, "switch firewall rules"))
        return false;
    if (fake->firewall_is_gone)
        return error_set_system(err, E_FAIL_HRESULT, "switch firewall rules");
    fake->write_count++;
    assert(count <= SCRIPT_RULES_MAX);
    for (size_t i = 0; i < count; i++)
        fake->switches[i] = switches[i];
    fake->switch_count = count;
    if (!fake->firewall_is_slow)
        fake_firewall_finish(fake);
    return leave(fake);
}

static void hyperv_watch(void *self, bool watched)
{
    struct fake_windows *fake = self;

    fake->firewall_news |= fake->hyperv_is_watched != watched;
    fake->hyperv_is_watched = watched;
}

static bool ip_helper_start(void *self, struct error *err)
{
    struct fake_windows *fake = self;

    if (!enter(fake, err, "start service iphlpsvc"))
        return false;
    if (fake->ip_helper.disabled)
        return error_set_system(err, 0x80070422u, "start service iphlpsvc");
    fake->ip_helper.running = true;
    fake->ip_helper.process_id = FAKE_HELPER_PID;
    fake->helper = fake->registry;
    return leave(fake);
}

static void program_name(void *self, uint32_t process_id, char out[PROGRAM_NAME_SIZE])
{
    (void)self;
    set_text(out, PROGRAM_NAME_SIZE, process_id == 77 ? "nginx.exe" : "");
}

static uint64_t monotonic_ms(void *self)
{
    return ((struct fake_windows *)self)->now_ms;
}

static int64_t wall_clock_ms(void *self)
{
    return (int64_t)((struct fake_windows *)self)->now_ms + 1700000000000;
}

static bool random_bytes(void *self, void *out, size_t size, struct error *err)
{
    struct fake_windows *fake = self;
    uint8_t *bytes = out;

    if (!enter(fake, err, "read random bytes"))
        return false;
    for (size_t i = 0; i < size; i++) {
        fake->random = fake->random * 6364136223846793005u + 1442695040888963407u;
        bytes[i] = (uint8_t)(fake->random >> 56);
    }
    return leave(fake);
}

struct system fake_system(struct fake_windows *fake)
{
    return (struct system){
        .self = fake,
        .observe = observe,
        .observe_policy = observe_policy,
        .observe_listeners = observe_listeners,
        .observe_connections = observe_connections,
        .port_is_reserved = port_is_reserved,
        .probe = probe,
        .portproxy_write = portproxy_write,
        .portproxy_delete = portproxy_delete,
        .portproxy_announce = portproxy_announce,
        .portproxy_flush = portproxy_flush,
        .firewall_refresh = firewall_refresh,
        .firewall_change = firewall_change,
        .firewall_switch = firewall_switch,
        .hyperv_watch = hyperv_watch,
        .ip_helper_start = ip_helper_start,
        .program_name = program_name,
        .monotonic_ms = monotonic_ms,
        .wall_clock_ms = wall_clock_ms,
        .random_bytes = random_bytes,
    };
}
