"""A small Windows with WSL2 to test Tidegate against; see README.md.

SPDX-License-Identifier: MIT

    with Lab(seed_foreign=True) as lab:
        lab.serve(3000)
        lab.start_vm()
        lab.set_portproxy("v4tov4", "0.0.0.0/3000", f"{lab.vm.address}/3000")
        lab.param_change()
        print(lab.fetch("192.168.77.10", 3000))
"""

import contextlib
import ipaddress
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import uuid
from pathlib import Path

import lab_net
import lab_seed
from lab_hyperv import DOMAIN, PRIVATE, PUBLIC, HyperVFirewall
from lab_net import Network, ensure_root  # noqa: F401  (ensure_root is for importers)
from lab_seed import (FIREWALL_RULES_KEY, LAB_FIREWALL_KEY, LAB_HYPERV_RULES_KEY, LAB_KEY,
                      LOCAL_DEVICES_KEY, LXSS, NETWORK_PROFILE_KEY, PORTPROXY_KEY)
from lab_vm import LinuxVm
from lab_wine import (REG_DWORD, REG_SZ, SERVICE_RUNNING, SERVICE_STOPPED, AgentError, LineProcess,
                      Window, Wine, decode_data, encode_data, wait_until)

ROOT = Path(__file__).resolve().parents[2]
PARAMCHANGE = 6
CONTROL_STOP = 1

CATEGORY = {PUBLIC: 0, PRIVATE: 1, DOMAIN: 2}


class Lab:
    """One run: namespaces, a Wine prefix, stand-ins. Ends everything it started."""

    NAT_NETWORK = "172.28.208.0/20"
    NAT_GATEWAY = "172.28.208.1"
    VM_ADDRESS = "172.28.215.10"
    HOST_V4, HOST_V6 = lab_net.HOST_LAN_V4, lab_net.HOST_LAN_V6
    CLIENT_V4, CLIENT_V6 = lab_net.CLIENT_V4, lab_net.CLIENT_V6
    CLIENT_FAR_V4 = lab_net.CLIENT_FAR_V4
    VM_LAN_V4 = lab_net.VM_LAN_V4

    def __init__(self, build=None, seed_foreign=False, wsl="store", gateway_present=True,
                 keep=False, **display):
        """`wsl`: "store", "in-box" or None (not installed). `keep` leaves the run's folder.
        `display`: dpi=96, screen="1280x800", dark_taskbar=False."""
        self.build = Path(build or os.environ.get("BUILD") or ROOT / "build").resolve()
        self.stand_ins = self.build / "lab"
        self.keep = keep
        self.vm_id = None
        self._seed_foreign = seed_foreign
        self._wsl = wsl
        self._gateway_present = gateway_present
        self._display = display
        self._vm_options = ""
        self._vm_lock = threading.RLock()
        self._adapters = 0
        self._stack = contextlib.ExitStack()

    # Start and end

    def __enter__(self):
        if not (self.stand_ins / "labagent.exe").exists():
            raise RuntimeError(f"{self.stand_ins}: the stand-ins are not built (make lab)")
        with contextlib.ExitStack() as stack:
            self._catch_termination(stack)
            self._remove_stale_folders()
            self.folder = Path(tempfile.mkdtemp(prefix=f"run-{os.getpid()}-", dir=self.stand_ins))
            if not self.keep:
                stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
            self.network = Network()
            stack.callback(self.network.close)
            self.left_out = self.network.left_out
            if not self.network.isolated:
                self._use_loopback()
            self.wine = Wine(self.network.host, self.folder,
                             self.stand_ins / "prefix-template", self.stand_ins / "port_sharing.so",
                             **self._display)
            stack.callback(self.wine.close)
            self.wine.prepare()
            self.log_folder = self.wine.prefix / "drive_c/lab"
            lab_seed.copy_programs(self.stand_ins, self.wine.prefix, bool(self._wsl))
            self.hyperv = HyperVFirewall(self.wine, self.log)
            self.vm = LinuxVm(self.network, self.log_folder / "listeners.txt", self._on_wake,
                              self.stop_vm, self.hyperv.admits)
            stack.callback(self.vm.close)
            self.wine.start()
            self._set_up_windows(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self._stack.close()

    @staticmethod
    def _catch_termination(stack):
        """SIGTERM ends the program through its `with` blocks."""
        if threading.current_thread() is not threading.main_thread():
            return

        def leave(number, _frame):
            raise SystemExit(128 + number)

        stack.callback(signal.signal, signal.SIGTERM, signal.signal(signal.SIGTERM, leave))

    def _remove_stale_folders(self):
        """What a run left that was killed outright."""
        for folder in self.stand_ins.glob("run-*-*"):
            if not Path("/proc", folder.name.split("-")[1]).exists():
                shutil.rmtree(folder, ignore_errors=True)

    def _use_loopback(self):
        self.NAT_NETWORK, self.NAT_GATEWAY = "127.28.208.0/20", "127.28.208.1"
        self.VM_ADDRESS = "127.28.215.10"
        self.HOST_V4, self.HOST_V6 = "127.0.0.9", "::1"     # not 127.0.0.1: WSL's relay is there

    def _set_up_windows(self, stack):
        if self._seed_foreign:
            lab_seed.seed_foreign(self.wine)
        lab_seed.register_stand_ins(self.wine, self.vm.control_port)
        if self._wsl:
            lab_seed.install_wsl(self.wine, self.vm.distributions, self._wsl == "in-box")
            program = str(self.wine.prefix / "drive_c/Program Files/WSL/wslservice.exe")
            process = self.wine.start_program(program)
            self._wslservice = LineProcess(process)
            stack.callback(process.stdin.close)
        if self._gateway_present and self._wsl:
            self.vm.set_gateway(self.NAT_GATEWAY, self.NAT_NETWORK)
        for name in ("MpsSvc", "iphlpsvc"):
            self.wait_service(name, SERVICE_RUNNING)

    # The VM

    def start_vm(self, address=None, network=None, gateway=None, **options):
        """Boots the VM; the time in ns at which NatIpAddress was written.

        Options of wslservice.c: gui=0, relay=0, nat=0, relay_delay_ms=N, nat_delay_ms=N, sid=S.
        gui=0 is guiApplications=false, relay=0 is localhostForwarding=false. It boots in
        vm.networking_mode; in any but "nat" the Nat* values stay as they were, and there is no
        relay but in "bridged".
        """
        if not self._wsl:
            raise RuntimeError("this lab has no WSL")
        with self._vm_lock:
            network, gateway = network or self.NAT_NETWORK, gateway or self.NAT_GATEWAY
            address = address or self.vm.address or self.VM_ADDRESS
            if self._wsl == "in-box":
                options = {"nat": 0, "gui": 0, **options}
            if self.vm.networking_mode == "bridged":
                options = {"nat": 0, **options}
            elif self.vm.networking_mode != "nat":
                options = {"nat": 0, "relay": 0, **options}
            else:
                self.vm.set_gateway(gateway, network)
            self.vm.up(address, network, gateway)
            next(one for one in self.vm.distributions if one.version == 2).running = True
            return self._leave_start_traces(address, network, gateway, options)

    def _leave_start_traces(self, address, network, gateway, options):
        self.vm_id = self.vm.vm_id = str(uuid.uuid4()).upper()
        self._vm_options = "".join(f" {name}={value}" for name, value in options.items())
        return self._wslservice_ask(f"start vm_id={self.vm_id} address={address} "
                                    f"network={network} gateway={gateway}{self._vm_options}")

    def stop_vm(self, **options):
        """wsl --shutdown, or the idle stop. The Nat* values stay, as in WSL."""
        with self._vm_lock:
            more = "".join(f" {name}={value}" for name, value in options.items())
            stopped = self._wslservice_ask(f"stop{self._vm_options}{more}")
            self.vm.down()
            return stopped

    def move_vm(self, address=None, **options):
        """Stop and start with another address of the same network; as start_vm otherwise.

        The servers inside stay up, so that a quick series of moves measures the product.
        """
        with self._vm_lock:
            network, gateway = self.NAT_NETWORK, self.NAT_GATEWAY
            if address is None:
                address = str(ipaddress.ip_address(self.vm.address) + 1)
            self._wslservice_ask(f"stop{self._vm_options}")
            self.vm.set_address(address, network, gateway)
            return self._leave_start_traces(address, network, gateway, options)

    def idle(self):
        """WSL's idle rules: a distribution without a client stops, and then the VM."""
        with self._vm_lock:
            for distribution in self.vm.distributions:
                distribution.running &= bool(distribution.clients)
            if self.vm.running and not any(one.running for one in self.vm.distributions):
                self.stop_vm()

    def _wslservice_ask(self, line):
        answer = self._wslservice.ask(line)
        if not answer.startswith("ok "):
            raise RuntimeError(f"wslservice: {line}: {answer}")
        return int(answer.split()[1])

    def _on_wake(self, distribution, fields):
        with self._vm_lock:
            self.log("wsl.jsonl", event="woke", distribution=distribution.name, command=fields[2:],
                     vm_was_running=self.vm.running)
            if not self.vm.running and distribution.version == 2:
                self.start_vm()
                for one in self.vm.distributions:
                    one.running &= one.version == 1
            distribution.running = True

    @property
    def has_wsl(self):
        return bool(self._wsl)

    def set_wsl_version(self, name, version):
        """wsl --set-version: what says 1 or 2 is a bit of Flags, and Version never changes."""
        distribution = self.vm.find(name)
        distribution.version = version
        distribution.running = False
        key = lab_seed.distribution_key(self.vm.distributions.index(distribution))
        self.reg_set(key, "Flags", lab_seed.distribution_flags(version))

    def forget_nat_network(self):
        """As after a restart of Windows: WSL's network is gone until a VM starts in NAT mode."""
        self.vm.set_gateway(None, None)

    def restart_vm(self, networking_mode):
        """wsl --shutdown after a change of .wslconfig, and the next start."""
        with self._vm_lock:
            self.stop_vm()
            self.vm.networking_mode = networking_mode
            return self.start_vm()

    def serve(self, port, kind="http", address="0.0.0.0"):
        """A server inside the VM; kind "http" or "echo". It outlives restarts of the VM."""
        self.vm.serve(port, kind, address)

    def stop_serving(self, port, address="0.0.0.0"):
        self.vm.stop_serving(port, address)

    # Traffic

    def connect(self, host, port, timeout=5.0, source=None, origin="lan"):
        """A connected socket from "lan" or "host"; source CLIENT_FAR_V4 is another subnet."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        connection = getattr(self.network, origin).socket(family)
        try:
            connection.settimeout(timeout)
            if source and self.network.isolated:
                connection.bind((source, 0))
            connection.connect((host, port))
        except BaseException:
            connection.close()
            raise
        return connection

    def fetch(self, host, port, timeout=5.0, source=None, origin="lan"):
        """The body of an HTTP answer, for example "vm=lab-vm port=3000 address=172.28.215.10"."""
        with self.connect(host, port, timeout, source, origin) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: lab\r\n\r\n")
            received = b""
            while part := connection.recv(65536):
                received += part
        head, _, body = received.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise ConnectionError(f"{host}:{port}: no answer but {received[:80]!r}")
        return body.decode().strip()

    def reaches(self, host, port, timeout=2.0, source=None, origin="lan", server_port=None):
        """True if the answer comes from the VM's port (by default the same) at its address."""
        try:
            answer = self.fetch(host, port, timeout, source, origin)
        except OSError:
            return False
        # Loopback: through wslrelay. Its own: in mirrored mode.
        addresses = (host if self.vm.shares_addresses else self.vm.address, "127.0.0.1", "::1")
        return answer in [f"vm={self.vm.name} port={server_port or port} address={one}"
                          for one in addresses]

    # Host adapters

    def add_adapter(self, name, *addresses):
        """A second adapter of the PC with "192.0.2.5/24" or "2001:db8::5/64" addresses."""
        self._adapters += 1
        lan = self.network.lan.path
        self.network.host.ip(
            f"link add {name} type veth peer name eth{self._adapters} netns {lan}",
            f"link set {name} up", *[self._add_address(name, one) for one in addresses])
        self.network.lan.ip(f"link set eth{self._adapters} up")

    @staticmethod
    def _add_address(adapter, address):
        return f"addr add {address} dev {adapter}" + (" nodad" if ":" in address else "")

    def set_adapter_addresses(self, name, *addresses):
        self.network.host.ip(f"addr flush dev {name} scope global",
                             *[self._add_address(name, one) for one in addresses])

    def rename_adapter(self, name, new_name):
        self.network.host.ip(f"link set {name} down", f"link set {name} name {new_name}",
                             f"link set {new_name} up")

    def remove_adapter(self, name):
        self.network.host.ip(f"link del {name}")

    def set_excluded_ports(self, *ranges):
        """(first, last) pairs in which nothing may listen: WSAEACCES, as with winnat."""
        self.wine.excluded_ports_file.write_text(
            "".join(f"{first} {last}\n" for first, last in ranges), encoding="ascii")

    # Registry

    def reg_set(self, key, name, value, kind=None):
        kind = kind or (REG_DWORD if isinstance(value, int) else REG_SZ)
        self.wine.call("reg_set", key, name, kind, encode_data(kind, value).hex())

    def reg_get(self, key, name, default=None):
        try:
            kind, data = self.wine.call("reg_get", key, name)[0]
        except AgentError as error:
            if error.winerror_code == 2:
                return default
            raise
        return decode_data(int(kind), bytes.fromhex(data))

    def reg_delete(self, key, name):
        self.wine.call("reg_delete", key, name)

    def reg_delete_key(self, key):
        self.wine.call("reg_delete_key", key)

    def reg_values(self, key):
        """{name: (type, bytes)} of one key; empty if there is no such key."""
        try:
            rows = self.wine.call("reg_values", key)
        except AgentError as error:
            if error.winerror_code == 2:
                return {}
            raise
        return {name: (int(kind), bytes.fromhex(data)) for _, name, kind, data in rows}

    def reg_dump(self, key):
        """Sorted lines of everything below the key, exact to the byte."""
        try:
            return sorted("\t".join(row) for row in self.wine.call("reg_dump", key))
        except AgentError as error:
            if error.winerror_code == 2:
                return []
            raise

    def foreign_dump(self):
        """Portproxy and both firewalls' tables, to compare before and after."""
        return (self.reg_dump(PORTPROXY_KEY) + self.reg_dump(FIREWALL_RULES_KEY)
                + self.reg_dump(LAB_HYPERV_RULES_KEY))

    # Portproxy and firewall

    def set_portproxy(self, kind, listen, connect):
        self.reg_set(rf"{PORTPROXY_KEY}\{kind}\tcp", listen, connect)

    def delete_portproxy(self, kind, listen):
        self.reg_delete(rf"{PORTPROXY_KEY}\{kind}\tcp", listen)

    def portproxy(self):
        """{(type, name): data} of all readable text values, foreign ones included."""
        return {(kind, name): decode_data(value_type, data)
                for kind in ("v4tov4", "v4tov6", "v6tov4", "v6tov6")
                for name, (value_type, data) in
                self.reg_values(rf"{PORTPROXY_KEY}\{kind}\tcp").items() if value_type == REG_SZ}

    def firewall_rules(self):
        """{identifier: text} of all rules, foreign ones included."""
        return {name: decode_data(kind, data)
                for name, (kind, data) in self.reg_values(FIREWALL_RULES_KEY).items()}

    def fwctl(self, *arguments, timeout=20.0):
        return self.run_windows(r"C:\lab\bin\fwctl.exe", *arguments, timeout=timeout)

    def set_firewall(self, **settings):
        """DelayMs=, FailAdd=, FailAddCount=, FailRemove=, FailPut=, FirewallEnabled2=,
        BlockAllInbound2=, DefaultInboundAction2=, LocalPolicyModifyState= ...; None deletes."""
        for name, value in settings.items():
            if value is not None:
                self.reg_set(LAB_FIREWALL_KEY, name, value)
            elif self.reg_get(LAB_FIREWALL_KEY, name) is not None:
                self.reg_delete(LAB_FIREWALL_KEY, name)

    def set_network_profile(self, profile):
        """DOMAIN, PRIVATE or PUBLIC."""
        self.set_firewall(CurrentProfiles=profile)
        self.reg_set(NETWORK_PROFILE_KEY, "Category", CATEGORY[profile])

    # Services

    def param_change(self):
        self.wine.call("svc_control", "iphlpsvc", PARAMCHANGE)

    def service(self, name):
        """{"state", "pid", "exit_code", "start_type", "path"}, or None if not installed."""
        try:
            state, pid, code, start, path = self.wine.call("svc_query", name)[0]
        except AgentError as error:
            if error.winerror_code == 1060:
                return None
            raise
        return {"state": int(state), "pid": int(pid), "exit_code": int(code),
                "start_type": int(start), "path": path}

    def wait_service(self, name, state, timeout=15.0):
        wait_until(lambda: (self.service(name) or {}).get("state") == state, timeout,
                   f"service {name} in state {state}")

    def start_service(self, name, timeout=15.0):
        self.wine.call("svc_start", name)
        self.wait_service(name, SERVICE_RUNNING, timeout)

    def stop_service(self, name, timeout=15.0):
        self.wine.call("svc_control", name, CONTROL_STOP)
        self.wait_service(name, SERVICE_STOPPED, timeout)

    def set_service_start_type(self, name, start_type):
        self.wine.call("svc_start_type", name, start_type)

    # Programs, windows, the screen

    def install_file(self, path, folder=r"C:\Program Files\Tidegate"):
        """Copies a built program into the prefix; its Windows path."""
        target = self.windows_folder(folder) / Path(path).name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        shutil.copy2(path, target)
        return folder + "\\" + Path(path).name

    def windows_folder(self, folder):
        """The host's path of a folder on drive C."""
        return self.wine.prefix / "drive_c" / folder[3:].replace("\\", "/")

    def run_windows(self, program, *arguments, timeout=30.0, environment=None):
        """Runs a Windows program by its Windows path; Finished(exit_code, stdout, stderr)."""
        return self.wine.run(subprocess.list2cmdline([program, *arguments]), timeout, environment)

    def spawn_windows(self, program, *arguments, environment=None):
        """Starts a Windows program in the background on the desktop; (pid, handle)."""
        return self.wine.spawn(subprocess.list2cmdline([program, *arguments]),
                               environment=environment)

    def kill_windows(self, pid):
        self.wine.call("kill", pid)

    @contextlib.contextmanager
    def held_file(self, path):
        """As a program that lets nobody else open, rename or delete the file."""
        handle = self.wine.call("hold", path)[0][0]
        try:
            yield
        finally:
            self.wine.call("release", handle)

    def processes(self):
        """[(pid, parent, exe, command line)] of Windows programs."""
        return [(int(pid), int(parent), exe, line)
                for pid, parent, exe, line in self.wine.call("processes")]

    def handle_count(self, pid):
        return int(self.wine.call("handles", pid)[0][0])

    def listeners(self):
        """[(address, port, owner pid)] of GetExtendedTcpTable."""
        return [(address, int(port), int(owner))
                for address, port, owner in self.wine.call("listeners")]

    @staticmethod
    def _windows(rows):
        return [Window(int(row[0]), int(row[1]), int(row[2]), row[3], row[4], row[5] == "1",
                       row[6] == "1", tuple(int(number) for number in row[7:11])) for row in rows]

    def windows(self):
        return self._windows(self.wine.call("windows"))

    def controls(self, handle):
        return self._windows(self.wine.call("controls", handle))

    def tray_icons(self):
        """Rectangles (left, top, right, bottom) of the notification icons, oldest first."""
        return [tuple(int(number) for number in row) for row in self.wine.call("tray_icons")]

    def click_tray(self, index=0, button=1):
        left, top, right, bottom = wait_until(lambda: self.tray_icons()[index:], 10, "icon")[0]
        self.click((left + right) // 2, (top + bottom) // 2, button)

    def post(self, handle, message, wparam=0, lparam=0):
        """`message` is a number or the name of a registered message; handle 0xffff is all."""
        self.wine.call("post", handle, message, wparam, lparam)

    def send(self, handle, message, wparam=0, lparam=0):
        return int(self.wine.call("send", handle, message, wparam, lparam)[0][0])

    def set_text(self, handle, text):
        self.wine.call("set_text", handle, text)

    def _on_display(self, *command):
        subprocess.run(command, env=self.wine.environment, timeout=20, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def click(self, x, y, button=1):
        self._on_display("xdotool", "mousemove", str(x), str(y), "click", str(button))

    def point(self, x, y):
        self._on_display("xdotool", "mousemove", str(x), str(y))

    def focus_follows_mouse(self):
        """Keys go to the window under the mouse. A menu without a window needs that: nothing tells
        the X server that it has the keyboard. Windows that open take the keyboard again."""
        self._on_display("xdotool", "windowfocus", "1")

    def key(self, *names):
        self._on_display("xdotool", "key", *names)

    def type_text(self, text):
        self._on_display("xdotool", "type", "--delay", "5", "--", text)

    def screenshot(self, path):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._on_display("import", "-window", "root", str(path))

    # Logs

    def log(self, name, **fields):
        with open(self.log_folder / name, "a", encoding="utf-8") as file:
            file.write(json.dumps({"t": time.time_ns(), **fields}) + "\n")

    def events(self, name, event=None):
        """Lines of iphlpsvc.jsonl, firewall.jsonl, hyperv.jsonl, wsl.jsonl or wslrelay.jsonl; `t`
        is ns."""
        path = self.log_folder / name
        if not path.exists():
            return []
        lines = path.read_text(encoding="utf-8").split("\n")
        found = [json.loads(line) for line in lines[:-1]]
        return [one for one in found if event is None or one["event"] == event]

    def wait_event(self, name, condition, timeout=10.0):
        """The first logged event for which the condition holds."""
        return wait_until(lambda: next((one for one in self.events(name) if condition(one)), None),
                          timeout, f"event in {name}")

    def wsl_starts(self):
        """Every start of wsl.exe with its parent: proof of who ran it, or that nobody did."""
        return self.events("wsl.jsonl", "start")

    def print_left_out(self):
        for check in self.left_out:
            print(f"left out: {check}")
