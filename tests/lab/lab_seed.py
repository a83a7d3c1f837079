"""What a lab's Windows holds before the product comes: stand-ins, WSL, and foreign entries.

SPDX-License-Identifier: MIT
"""

import shutil
import uuid

from lab_wine import (REG_BINARY, REG_DWORD, REG_EXPAND_SZ, REG_MULTI_SZ, REG_SZ, encode_data)

LAB_KEY = r"HKLM\Software\TidegateLab"
LAB_FIREWALL_KEY = LAB_KEY + r"\Firewall"
LAB_HYPERV_KEY = LAB_KEY + r"\HyperVFirewall"
LAB_HYPERV_RULES_KEY = LAB_HYPERV_KEY + r"\Rules"
PORTPROXY_KEY = r"HKLM\SYSTEM\CurrentControlSet\Services\PortProxy"
FIREWALL_RULES_KEY = (r"HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters"
                      r"\FirewallPolicy\FirewallRules")
HYPERV_ANNOUNCEMENTS_KEY = FIREWALL_RULES_KEY.replace("FirewallRules", "HyperVRules")
LXSS = r"Software\Microsoft\Windows\CurrentVersion\Lxss"
LOCAL_DEVICES_KEY = r"HKCU\SOFTWARE\Microsoft\Terminal Server Client\LocalDevices"
NETWORK_PROFILE_KEY = (r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\NetworkList\Profiles"
                       r"\{7A6B5E0C-3C55-4B2E-9F0B-0C6D1B5E7701}")

FIREWALL_CLASSES = ("{E2B3C97F-6AE1-41AC-817A-F6F92166D7DD}",
                    "{2C5BC43E-3369-4C33-AB0C-BE9469677AF4}")
WBEM_LOCATOR_CLASS = "{4590F811-1D3A-11D0-891F-00AA004B2E24}"
WSL_CREATOR = "{40E0AC32-46A5-438A-A0B2-2B479E8F2E90}"
SERVICE_AUTO, SERVICE_DEMAND, SERVICE_DISABLED = 2, 3, 4

# (type key, value name, registry type, data): entries of others, well and badly formed.
FOREIGN_PORTPROXY = [
    ("v4tov4", "0.0.0.0/18080", REG_SZ, "192.168.77.20/8080"),
    ("v4tov4", "*/18081", REG_SZ, "192.168.77.20/8081"),
    ("v4tov4", "192.168.77.10/18082", REG_SZ, "intranet.example/80"),
    ("v4tov6", "0.0.0.0/18083", REG_SZ, "fd77::20/8083"),
    ("v6tov4", "*/18084", REG_SZ, "192.168.77.20/8084"),
    ("v6tov6", "::1/18085", REG_SZ, "fd77::20/8085"),
    ("v4tov4", "no-slash", REG_SZ, "192.168.77.20/80"),
    ("v4tov4", "0.0.0.0/0", REG_SZ, "192.168.77.20/80"),
    ("v4tov4", "0.0.0.0/65536", REG_SZ, "192.168.77.20/80"),
    ("v4tov4", "0.0.0.0/http", REG_SZ, "192.168.77.20/80"),
    ("v4tov4", "0.0.0.0/18086", REG_SZ, ""),
    ("v4tov4", "0.0.0.0/18087", REG_SZ, "192.168.77.20"),
    ("v4tov4", "0.0.0.0/18088", REG_DWORD, 8088),
    ("v4tov4", "0.0.0.0/18089", REG_BINARY, b"\x00\xd8\x01"),
    ("v4tov4", "", REG_SZ, "default value"),
    ("v4tov4", "0.0.0.0/18090/18091", REG_SZ, "192.168.77.20/80/81"),
    ("v4tov4", "0.0.0.0/18092", REG_SZ, "192.168.77.20 /80 "),
    ("v4tov4", "0.0.0.0/18093", REG_SZ, "х" * 3000 + "/80"),
    ("v4tov4", "a" * 900 + "/18094", REG_SZ, "192.168.77.20/80"),
    ("v4tov4", "Büro-Straße/18095", REG_SZ, "日本/80"),
    ("v4tov4", "999.1.1.1/18096", REG_SZ, "192.168.77.20/80"),
    ("v4tov4", "::/18097", REG_SZ, "192.168.77.20/80"),
    ("v6tov4", "fe80::1%4/18098", REG_SZ, "192.168.77.20/80"),
    ("v4tov4", "0.0.0.0/18099", REG_EXPAND_SZ, "%COMPUTERNAME%/80"),
    ("v4tov4", "0.0.0.0/18100", REG_SZ, "192.168.77.20/80\0hidden".encode("utf-16-le")),
    ("v4tov4", "0.0.0.0/18101", REG_SZ, b"1\x001"),
]


# Hyper-V firewall rules of others: WSL's own (facts/wsl.md 5.5), and some that look like ours.
FOREIGN_HYPERV_RULES = {
    f"WslCore-Allow-Inbound-ICMPv6-1-{WSL_CREATOR[1:-1].lower()}": {
        "ElementName": "WslCore Inbound ICMPv6 Default Allow Rule", "Direction": 1,
        "VMCreatorId": WSL_CREATOR, "Action": 2, "Enabled": 1, "Protocol": "ICMPv6",
        "LocalPorts": ["135", "136", "1", "3"]},
    f"WslCore-Allow-Inbound-ICMPv4-1-{WSL_CREATOR[1:-1].lower()}": {
        "ElementName": "WslCore Inbound ICMPv4 Default Allow Rule", "Direction": 1,
        "VMCreatorId": WSL_CREATOR, "Action": 2, "Enabled": 1, "Protocol": "ICMPv4",
        "LocalPorts": ["3", "11"]},
    f"WslCore-Allow-Inbound-mDNS-IPv4-1-{WSL_CREATOR[1:-1].lower()}": {
        "ElementName": "WslCore Inbound IPv4 mDNS Default Allow Rule", "Direction": 1,
        "VMCreatorId": WSL_CREATOR, "Action": 2, "Enabled": 1, "Protocol": "UDP",
        "LocalPorts": ["5353"], "LocalAddresses": ["224.0.0.251"]},
    "MyWebServer": {
        "ElementName": "My Web Server", "Direction": 1, "VMCreatorId": WSL_CREATOR, "Action": 2,
        "Enabled": 1, "Protocol": "TCP", "LocalPorts": ["18080"]},
    "{5D2A6CB4-6A1F-4C38-9C39-1E1D8E7B0C11}": {
        "ElementName": "Tidegate", "Direction": 1,
        "VMCreatorId": "{9E288F02-CE00-4D9E-BE2B-14CE463B0298}", "Action": 2, "Enabled": 1,
        "Protocol": "TCP", "LocalPorts": ["1-65535"]},
    "tidegate port 18081 (é, 防火墙)": {
        "ElementName": "Tidegate 18081", "Direction": 2, "VMCreatorId": WSL_CREATOR, "Action": 4,
        "Enabled": 2, "Protocol": "TCP", "LocalPorts": ["18081"],
        "RemoteAddresses": ["10.0.0.0/255.0.0.0", "fd00::/8"], "RulePriority": 7, "Profiles": 2},
}


def hyperv_rule_commands(instance_id, rule):
    """Writes a rule as the WMI stand-in stores it."""
    commands = []
    for name, value in rule.items():
        kind = {str: REG_SZ, int: REG_DWORD, list: REG_MULTI_SZ}[type(value)]
        if kind == REG_MULTI_SZ:
            value = "".join(part + "\0" for part in value + [""]).encode("utf-16-le")
        commands.append(set_command(rf"{LAB_HYPERV_RULES_KEY}\{instance_id}", name, kind, value))
    return commands


def set_command(key, name, kind, value):
    return ("reg_set", key, name, kind, encode_data(kind, value).hex())


def foreign_firewall_rules(count=400):
    """(identifier, text) of built-in and foreign rules; the same at each call."""
    rules = []
    for i in range(count):
        guid = "{" + str(uuid.UUID(int=0x7E57 + i)).upper() + "}"
        identifier = f"CoreNet-Lab-{i}-In" if i % 3 else guid
        fields = ["v2.31", "Action=" + ("Block" if i % 11 == 10 else "Allow"),
                  "Active=" + ("TRUE" if i % 4 else "FALSE"),
                  "Dir=" + ("Out" if i % 5 == 0 else "In"),
                  "Protocol=" + ("17" if i % 2 else "6")]
        if i % 7:
            fields.append("Profile=" + ("Private", "Domain", "Public")[i % 3])
        fields.append(f"LPort={20000 + i}" if i % 2 else "LPort2_10=21000-21100")
        if i % 6 == 0:
            fields += ["RA4=LocalSubnet", "RA6=LocalSubnet"]
        fields.append(r"App=%SystemRoot%\system32\svchost.exe" if i % 2
                      else rf"App=C:\Program Files\Vendor {i}\agent.exe")
        fields += [f"Name=@FirewallAPI.dll,-{25000 + i // 2}",
                   f"Desc=Foreign rule {i} (é, 防火墙)",
                   "EmbedCtxt=@FirewallAPI.dll,-25000", "TTK2_28=WFDPrint", ""]
        rules.append((identifier, "|".join(fields)))
    rules.append(("{00000000-0000-0000-0000-00000000BAD0}", "not a rule at all"))
    return rules


def copy_programs(build, prefix, has_wsl):
    """Without WSL, too, there is a wsl.exe in system32, which offers to install it."""
    drive = prefix / "drive_c"
    for name in ("labagent.exe", "iphlpsvc.exe", "mpssvc.exe", "firewall.dll",
                 "hyperv_firewall.dll", "fwctl.exe", "idle.exe"):
        shutil.copy2(build / name, drive / "lab/bin" / name)
    for name in ("wsl.exe", "wslrelay.exe", "wslservice.exe") if has_wsl else ():
        shutil.copy2(build / name, drive / "Program Files/WSL" / name)
    (drive / "windows/system32/wsl.exe").unlink(missing_ok=True)
    shutil.copy2(build / "wsl.exe", drive / "windows/system32/wsl.exe")


def register_stand_ins(wine, control_port):
    commands = [set_command(LAB_KEY, "LogFolder", REG_SZ, "C:\\lab"),
                set_command(LAB_KEY, "ControlPort", REG_DWORD, control_port),
                ("reg_create", LAB_FIREWALL_KEY), ("reg_create", LAB_HYPERV_RULES_KEY),
                ("reg_create", HYPERV_ANNOUNCEMENTS_KEY)]
    libraries = {clsid: "firewall.dll" for clsid in FIREWALL_CLASSES}
    libraries[WBEM_LOCATOR_CLASS] = "hyperv_firewall.dll"
    for clsid, library in libraries.items():
        key = rf"HKLM\Software\Classes\CLSID\{clsid}\InprocServer32"
        commands.append(set_command(key, "", REG_SZ, rf"C:\lab\bin\{library}"))
        commands.append(set_command(key, "ThreadingModel", REG_SZ, "Both"))
    commands += [
        set_command(NETWORK_PROFILE_KEY, "ProfileName", REG_SZ, "Lab network"),
        set_command(NETWORK_PROFILE_KEY, "Category", REG_DWORD, 1),
        ("svc_create", "MpsSvc", r"C:\lab\bin\mpssvc.exe", SERVICE_AUTO,
         "Windows Defender Firewall"),
        ("svc_create", "iphlpsvc", r"C:\lab\bin\iphlpsvc.exe", SERVICE_AUTO, "IP Helper"),
        ("svc_start", "MpsSvc"), ("svc_start", "iphlpsvc"),
    ]
    wine.call_many(commands)


def distribution_guid(index):
    return "{" + str(uuid.UUID(int=0xD157 << 64 | index + 1)) + "}"


def distribution_key(index):
    return rf"HKCU\{LXSS}\{distribution_guid(index)}"


def distribution_flags(version):
    return 0xf if version == 2 else 0x7


def install_wsl(wine, distributions, in_box=False):
    """The registry of an installed WSL; `in_box` is the old one without MSI key."""
    commands = []
    if in_box:
        commands.append(("svc_create", "LxssManager", r"C:\Program Files\WSL\wslservice.exe",
                         SERVICE_DEMAND, "LxssManager"))
    else:
        msi = rf"HKLM\{LXSS}\MSI"
        commands += [
            set_command(msi, "InstallLocation", REG_SZ, "C:\\Program Files\\WSL\\"),
            set_command(msi, "Version", REG_SZ, "2.7.11.0"),
            ("svc_create", "WSLService", r"C:\Program Files\WSL\wslservice.exe", SERVICE_DEMAND,
             "WSL Service")]
    for i, one in enumerate(distributions):
        guid = distribution_guid(i)
        key = distribution_key(i)
        commands += [
            set_command(key, "DistributionName", REG_SZ, one.name),
            set_command(key, "BasePath", REG_SZ, rf"C:\wsl\{one.name}"),
            set_command(key, "Flags", REG_DWORD, distribution_flags(one.version)),
            set_command(key, "State", REG_DWORD, 1),
            set_command(key, "Version", REG_DWORD, 2),
            set_command(key, "DefaultUid", REG_DWORD, 1000)]
        if i == 0:
            commands.append(set_command(rf"HKCU\{LXSS}", "DefaultDistribution", REG_SZ, guid))
    commands.append(set_command(rf"HKCU\{LXSS}", "DefaultVersion", REG_DWORD, 2))
    wine.call_many(commands)


def seed_foreign(wine, firewall_rules=400):
    commands = [set_command(rf"{PORTPROXY_KEY}\{kind}\tcp", name, value_type, value)
                for kind, name, value_type, value in FOREIGN_PORTPROXY]
    commands += [set_command(FIREWALL_RULES_KEY, identifier, REG_SZ, text)
                 for identifier, text in foreign_firewall_rules(firewall_rules)]
    for instance_id, rule in FOREIGN_HYPERV_RULES.items():
        commands += hyperv_rule_commands(instance_id, rule)
    wine.call_many(commands)
