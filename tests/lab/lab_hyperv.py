"""The lab's Hyper-V firewall: the rules that the WMI stand-in stores, and whom they let into WSL in
mirrored mode.

SPDX-License-Identifier: MIT

A rule is a dict of the properties of MSFT_NetFirewallHyperVRule: texts, numbers, lists of texts.
"""

import ipaddress
import time

from lab_seed import (HYPERV_ANNOUNCEMENTS_KEY, LAB_FIREWALL_KEY, LAB_HYPERV_KEY,
                      LAB_HYPERV_RULES_KEY, WSL_CREATOR, hyperv_rule_commands, set_command)
from lab_wine import REG_DWORD, REG_MULTI_SZ, REG_SZ, AgentError, decode_data

INBOUND, OUTBOUND = 1, 2
ALLOW, BLOCK = 2, 4
ENABLED, DISABLED = 1, 2
FIREWALL_SERVICE_KEY = r"HKLM\SYSTEM\CurrentControlSet\Services\MpsSvc\Parameters"
OWN_PREFIX = "Tidegate-"
DOMAIN, PRIVATE, PUBLIC = 1, 2, 4


def _value(kind, data):
    if kind == REG_MULTI_SZ:
        return [part for part in data.decode("utf-16-le", "replace").split("\0") if part]
    return decode_data(kind, data)


def _has_port(parts, port):
    for part in parts:
        first, _, last = part.partition("-")
        if int(first) <= port <= int(last or first):
            return True
    return False


def _has_address(parts, address):
    for part in parts:
        first, dash, last = part.partition("-")
        if dash:
            ends = ipaddress.ip_address(first), ipaddress.ip_address(last)
            if ends[0].version == address.version and ends[0] <= address <= ends[1]:
                return True
        elif address in ipaddress.ip_network(part, strict=False):
            return True
    return False


def _applies(rule, peer, local, port, profile):
    """Properties that are not set leave the connection open in that respect, as does profile 0."""
    return (rule.get("Enabled") == ENABLED and rule.get("Direction") == INBOUND
            and rule.get("VMCreatorId", WSL_CREATOR).upper() == WSL_CREATOR
            and rule.get("Protocol", "TCP").upper() in ("TCP", "6")
            and (not rule.get("Profiles") or rule["Profiles"] & profile)
            and ("LocalPorts" not in rule or _has_port(rule["LocalPorts"], port))
            and ("LocalAddresses" not in rule or _has_address(rule["LocalAddresses"], local))
            and ("RemoteAddresses" not in rule or _has_address(rule["RemoteAddresses"], peer)))


class HyperVFirewall:
    def __init__(self, wine, log):
        self._wine = wine
        self._log = log
        self._profiles = {}

    def _settings(self, key):
        try:
            rows = self._wine.call("reg_values", key)
        except AgentError as error:
            if error.winerror_code == 2:
                return {}
            raise
        return {name: _value(int(kind), bytes.fromhex(data)) for _, name, kind, data in rows}

    def rules(self):
        """{InstanceID: rule} of all, foreign ones included."""
        found = {}
        for row in self._wine.call("reg_dump", LAB_HYPERV_RULES_KEY):
            name = row[0][len(LAB_HYPERV_RULES_KEY) + 1:]
            if name:
                rule = found.setdefault(name, {})
                if len(row) > 1:
                    rule[row[1]] = _value(int(row[2]), bytes.fromhex(row[3]))
        return found

    def own_rules(self):
        """Those of Tidegate."""
        return {name: rule for name, rule in self.rules().items() if name.startswith(OWN_PREFIX)}

    def put(self, instance_id, **properties):
        """As another program would: New-NetFirewallHyperVRule, or Set-… for one that is there."""
        rule = {"ElementName": instance_id, "Direction": INBOUND, "VMCreatorId": WSL_CREATOR,
                "Action": ALLOW, "Enabled": ENABLED, **self.rules().get(instance_id, {}),
                **properties}
        self._wine.call_many(hyperv_rule_commands(instance_id, rule) + [
            set_command(HYPERV_ANNOUNCEMENTS_KEY, instance_id, REG_SZ, str(time.time_ns()))])

    def remove(self, instance_id, announced=True):
        """Not announced: as where these rules are not kept below the firewall's registry key."""
        self._wine.call("reg_delete_key", rf"{LAB_HYPERV_RULES_KEY}\{instance_id}")
        if announced:
            self._wine.call("reg_delete", HYPERV_ANNOUNCEMENTS_KEY, instance_id)

    def set_profile(self, address, profile):
        """DOMAIN, PRIVATE or PUBLIC, for the network of the adapter with that address; None: the
        same as Windows Firewall's current profiles."""
        self._profiles[address] = profile

    def _profile_of(self, address):
        current = self._settings(LAB_FIREWALL_KEY).get("CurrentProfiles", PRIVATE)
        return self._profiles.get(address) or current

    def set(self, **settings):
        """DelayMs=, FailConnect=, FailClass=, FailQuery=, FailPut=, FailDelete= (an HRESULT, with
        FailPutCount= and so on), AbsentClass=, AbsentNamespace=, AbsentProfiles=, RefusePorts=,
        DefaultInboundAction=; None deletes."""
        present = self._settings(LAB_HYPERV_KEY)
        for name, value in settings.items():
            if value is not None:
                self._wine.call("reg_set", LAB_HYPERV_KEY, name, REG_DWORD,
                                value.to_bytes(4, "little").hex())
            elif name in present:
                self._wine.call("reg_delete", LAB_HYPERV_KEY, name)

    def admits(self, peer, local, port):
        """Whether a connection from `peer` to `port` at this PC's address `local` gets into the VM.
        WSL allows loopback; everything else is blocked unless a rule allows it."""
        settings = self._settings(LAB_HYPERV_KEY)
        if (settings.get("AbsentClass") or settings.get("AbsentNamespace")
                or self._settings(FIREWALL_SERVICE_KEY).get("HyperVFirewallDisable") == 1):
            return True
        profile = self._profile_of(local)
        peer, local = (ipaddress.ip_address(one.partition("%")[0]) for one in (peer, local))
        rules = [one for one in self.rules().values()
                 if _applies(one, peer, local, port, profile)]
        admitted = (peer == local or peer.is_loopback
                    or settings.get("DefaultInboundAction") == ALLOW
                    or any(one.get("Action") == ALLOW for one in rules))
        admitted = admitted and not any(one.get("Action") == BLOCK for one in rules)
        if not admitted:
            self._log("hyperv.jsonl", event="dropped", peer=str(peer), port=port)
        return admitted
