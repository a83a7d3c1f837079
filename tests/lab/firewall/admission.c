/*
 * Applies the stored firewall rules to one TCP connection of IP Helper.
 * SPDX-License-Identifier: MIT
 */
#include "admission.h"

#include "rule_check.h"
#include "rule_store.h"

#include <iphlpapi.h>
#include <string.h>

enum origin { ORIGIN_THIS_MACHINE, ORIGIN_LOCAL_SUBNET, ORIGIN_ELSEWHERE };

static unsigned leading_bits_in_common(const SOCKADDR_INET *a, const SOCKADDR_INET *b)
{
    const bool is_v4 = a->si_family == AF_INET;
    const unsigned char *left = is_v4 ? (const unsigned char *)&a->Ipv4.sin_addr
                                      : (const unsigned char *)&a->Ipv6.sin6_addr;
    const unsigned char *right = is_v4 ? (const unsigned char *)&b->Ipv4.sin_addr
                                       : (const unsigned char *)&b->Ipv6.sin6_addr;
    const unsigned size = is_v4 ? 32 : 128;
    unsigned bits = 0;

    while (bits < size && !((left[bits / 8] ^ right[bits / 8]) & (0x80u >> (bits % 8))))
        bits++;
    return bits;
}

static enum origin origin_of(const SOCKADDR_INET *peer)
{
    MIB_UNICASTIPADDRESS_TABLE *table = NULL;
    enum origin origin = ORIGIN_ELSEWHERE;

    if (GetUnicastIpAddressTable(peer->si_family, &table) != NO_ERROR)
        return ORIGIN_ELSEWHERE;
    for (ULONG i = 0; i < table->NumEntries && origin != ORIGIN_THIS_MACHINE; i++) {
        const MIB_UNICASTIPADDRESS_ROW *own = &table->Table[i];
        const unsigned common = leading_bits_in_common(peer, &own->Address);

        if (common == (peer->si_family == AF_INET ? 32u : 128u))
            origin = ORIGIN_THIS_MACHINE;
        else if (common >= own->OnLinkPrefixLength)
            origin = ORIGIN_LOCAL_SUBNET;
    }
    FreeMibTable(table);
    return origin;
}

static bool is_ip_helper(const struct rule_fields *rule)
{
    const wchar_t *service = rule_fields_text(rule, RULE_SERVICE);
    const wchar_t *stored = rule_fields_text(rule, RULE_APPLICATION);
    wchar_t application[1024] = L"";
    wchar_t svchost[MAX_PATH];

    ExpandEnvironmentStringsW(stored, application, ARRAYSIZE(application));
    ExpandEnvironmentStringsW(L"%SystemRoot%\\system32\\svchost.exe", svchost,
                              ARRAYSIZE(svchost));
    if (*stored && _wcsicmp(application, svchost) != 0)
        return false;
    return !*service || wcscmp(service, L"*") == 0 || _wcsicmp(service, L"iphlpsvc") == 0;
}

/* A connection that is to be made. */
struct attempt {
    bool inbound;
    const SOCKADDR_INET *peer;
    unsigned port; /* of this machine, or of the peer if outbound */
    bool is_on_link;
};

static bool applies(const struct rule_fields *rule, const struct attempt *attempt,
                    long profile)
{
    const enum rule_text ports = attempt->inbound ? RULE_LOCAL_PORTS : RULE_REMOTE_PORTS;

    return rule->active && rule->inbound == attempt->inbound &&
           (rule->profiles & profile) != 0 &&
           (rule->protocol == PROTOCOL_TCP || rule->protocol == PROTOCOL_ANY) &&
           rule_check_port_matches(rule_fields_text(rule, ports), attempt->port) &&
           is_ip_helper(rule) &&
           rule_check_address_matches(rule_fields_text(rule, RULE_REMOTE_ADDRESSES),
                                      attempt->peer, attempt->is_on_link);
}

/* Group Policy may forbid that local rules count at all (MS-GPFAS 2.2.3.13). */
static bool local_rules_count(long profile)
{
    static const wchar_t policies[] = L"Software\\Policies\\Microsoft\\WindowsFirewall\\";
    const wchar_t *names[] = {profile == 1 ? L"DomainProfile" : L"PublicProfile", NULL,
                              NULL};
    wchar_t key[128];
    DWORD merge = 1;

    if (profile == 2) {
        names[0] = L"PrivateProfile";
        names[1] = L"StandardProfile";
    }
    for (size_t i = 0; names[i]; i++) {
        DWORD size = sizeof(merge);

        _snwprintf(key, ARRAYSIZE(key), L"%ls%ls", policies, names[i]);
        if (RegGetValueW(HKEY_LOCAL_MACHINE, key, L"AllowLocalPolicyMerge",
                         RRF_RT_REG_DWORD, NULL, &merge, &size) == ERROR_SUCCESS &&
            merge == 0)
            return false;
    }
    return true;
}

/* A blocking rule wins over any that allows. */
static bool rules_admit(const struct attempt *attempt, long profile)
{
    struct rule_list list;
    bool admitted =
        attempt->inbound
            ? firewall_profile_setting(L"DefaultInboundAction", profile, 0) != 0
            : firewall_profile_setting(L"DefaultOutboundAction", profile, 1) != 0;
    bool blocked = false;

    if (!local_rules_count(profile))
        return admitted;
    rule_store_list(&list, NULL);
    for (size_t i = 0; i < list.count && !blocked; i++) {
        if (!applies(&list.items[i], attempt, profile))
            continue;
        admitted = admitted || list.items[i].allow;
        blocked = !list.items[i].allow;
    }
    rule_list_clear(&list);
    return admitted && !blocked;
}

static bool is_let_through(bool inbound, const SOCKADDR_INET *peer, unsigned port)
{
    const enum origin origin = origin_of(peer);
    const struct attempt attempt = {inbound, peer, port, origin == ORIGIN_LOCAL_SUBNET};
    const long profiles = (long)firewall_setting(L"CurrentProfiles", 2);

    if (origin == ORIGIN_THIS_MACHINE)
        return true;
    for (long profile = 1; profile <= 4; profile *= 2) {
        if (!(profiles & profile) ||
            !firewall_profile_setting(L"FirewallEnabled", profile, 1))
            continue;
        if ((inbound && firewall_profile_setting(L"BlockAllInbound", profile, 0)) ||
            !rules_admit(&attempt, profile))
            return false;
    }
    return true;
}

bool firewall_admits(const SOCKADDR_INET *peer, unsigned local_port)
{
    return is_let_through(true, peer, local_port);
}

bool firewall_lets_out(const SOCKADDR_INET *target, unsigned remote_port)
{
    return is_let_through(false, target, remote_port);
}
