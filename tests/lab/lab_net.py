"""The lab's three networks: the Windows host, the VM and a machine on the LAN.

SPDX-License-Identifier: MIT

Each is a Linux network namespace without a name, held open by a descriptor of this process,
so that nothing is left behind whatever happens. Everything that runs "with namespace:" in a
thread, a new process included, runs inside it.
"""

import ctypes
import os
import shutil
import socket
import subprocess
import sys
import threading

CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)

HOST_LAN_NAME = "Ethernet"
HOST_VM_NAME = "vEthernet-WSL"
HOST_LAN_V4 = "192.168.77.10"
HOST_LAN_V6 = "fd77::10"
CLIENT_V4 = "192.168.77.20"
CLIENT_V6 = "fd77::20"
VM_LAN_V4 = "192.168.77.30"     # what DHCP gives to the VM in bridged mode
BRIDGED_PORT, LEFT_NIC = "vm0", "wsl0"
CLIENT_FAR_V4 = "10.99.0.5"     # outside every subnet of the host


def _check(result):
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def ensure_root(argv=None):
    """Restarts the script inside a user namespace if it does not run as root."""
    if os.geteuid() == 0 or os.environ.get("TIDEGATE_LAB_UNSHARED") or not shutil.which("unshare"):
        return
    probe = subprocess.run(["unshare", "-Urn", "true"], capture_output=True, check=False)
    if probe.returncode == 0:
        os.environ["TIDEGATE_LAB_UNSHARED"] = "1"
        os.execvp("unshare", ["unshare", "-Urn", sys.executable, *(argv or sys.argv)])


class Namespace:
    """A network namespace. Entering it affects the calling thread only."""

    def __init__(self):
        self._saved = threading.local()
        opened = []

        def create():
            try:
                _check(_libc.unshare(CLONE_NEWNET))
                opened.append(os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC))
            except OSError as error:
                opened.append(error)

        thread = threading.Thread(target=create)
        thread.start()
        thread.join()
        if isinstance(opened[0], OSError):
            raise opened[0]
        self.fd = opened[0]

    @property
    def path(self):
        return f"/proc/{os.getpid()}/fd/{self.fd}"

    def __enter__(self):
        outer = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        stack = self._saved.__dict__.setdefault("stack", [])
        stack.append(outer)
        _check(_libc.setns(self.fd, CLONE_NEWNET))
        return self

    def __exit__(self, *_):
        outer = self._saved.stack.pop()
        _check(_libc.setns(outer, CLONE_NEWNET))
        os.close(outer)

    def ip(self, *commands):
        """Runs ip(8) commands, one string each, in one process."""
        with self:
            done = subprocess.run(["ip", "-batch", "-"], input="\n".join(commands) + "\n",
                                  capture_output=True, text=True, timeout=20, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"ip {commands}: {done.stderr.strip()}")
        return done.stdout

    def socket(self, family=socket.AF_INET, kind=socket.SOCK_STREAM):
        with self:
            return socket.socket(family, kind)

    def write_sysctl(self, name, value):
        with self, open("/proc/sys/" + name, "w", encoding="ascii") as file:
            file.write(value)

    def close(self):
        if self.fd is not None:
            os.close(self.fd)
            self.fd = None


class NoNamespace:
    """Stands for this machine's own network where namespaces are not permitted."""

    fd = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def ip(self, *_):
        return ""

    def socket(self, family=socket.AF_INET, kind=socket.SOCK_STREAM):
        return socket.socket(family, kind)

    def close(self):
        pass


class Network:
    """host, vm and lan, joined as a PC with WSL2 is joined to its VM and its LAN."""

    def __init__(self):
        self.left_out = []
        try:
            if os.environ.get("TIDEGATE_LAB_WITHOUT_NAMESPACES"):
                raise PermissionError("switched off")
            self.host = Namespace()
        except OSError as error:
            self.isolated = False
            self.host = self.vm = self.lan = NoNamespace()
            self.left_out.append("connections from another machine and the firewall's verdict on "
                                 f"them: network namespaces are not permitted ({error})")
            self.left_out.append("the VM's address really moving, and host adapters changing")
            return
        self.isolated = True
        self.vm = Namespace()
        self.lan = Namespace()
        for namespace in (self.host, self.vm, self.lan):
            self._prepare(namespace)
        self._join_lan()
        self._join_vm()

    @staticmethod
    def _prepare(namespace):
        for scope in ("all", "default"):
            try:
                namespace.write_sysctl(f"net/ipv6/conf/{scope}/accept_dad", "0")
            except OSError:
                pass
        namespace.ip("link set lo up")

    def _join_lan(self):
        self.host.ip(
            f"link add {HOST_LAN_NAME} type veth peer name eth0 netns {self.lan.path}",
            f"addr add {HOST_LAN_V4}/24 dev {HOST_LAN_NAME}",
            f"addr add {HOST_LAN_V6}/64 dev {HOST_LAN_NAME} nodad",
            f"link set {HOST_LAN_NAME} up",
            f"route add 10.99.0.0/24 via {CLIENT_V4}")
        self.lan.ip(
            f"addr add {CLIENT_V4}/24 dev eth0",
            f"addr add {CLIENT_V6}/64 dev eth0 nodad",
            "addr add 10.99.0.5/32 dev lo",
            "link set eth0 up",
            f"route add default via {HOST_LAN_V4}")

    def _join_vm(self):
        self.host.ip(f"link add {HOST_VM_NAME} type veth peer name eth0 netns {self.vm.path}")
        self.vm.ip("link set eth0 up")

    def put_vm_on_lan(self, address):
        """Bridged mode: the VM's eth0 is on the LAN's own switch, not on WSL's network."""
        self.vm.ip("link set eth0 down", f"link set eth0 name {LEFT_NIC}")
        self.lan.ip(f"link add {BRIDGED_PORT} type veth peer name eth0 netns {self.vm.path}",
                    f"link set {BRIDGED_PORT} up", f"route add {address}/32 dev {BRIDGED_PORT}")
        self.vm.ip("link set eth0 up", f"addr add {address}/24 dev eth0",
                   f"route replace default via {CLIENT_V4}")

    def take_vm_off_lan(self):
        self.lan.ip(f"link del {BRIDGED_PORT}")
        self.vm.ip(f"link set {LEFT_NIC} name eth0", "link set eth0 up")

    def close(self):
        for namespace in (self.lan, self.vm, self.host):
            namespace.close()
