"""The Linux side of the lab's WSL2: addresses, servers, and the port that wsl.exe and
wslrelay.exe speak to.

SPDX-License-Identifier: MIT

Servers answer with the VM's name, port and the address the connection came in on, so that a
client can tell that the answer is the right one.
"""

import asyncio
import ipaddress
import os
import socket
import struct
import subprocess
import threading
from dataclasses import dataclass, field
from pathlib import Path

from lab_net import HOST_VM_NAME, VM_LAN_V4

GUEST_PROGRAMS = Path(__file__).resolve().parent / "guest"
DNS_TUNNEL_ADDRESS = "10.255.255.254"

# Modes in which Linux shows the host's own addresses, and a port that it binds is the host's.
SHARING_MODES = ("mirrored", "virtioproxy", "consomme")


# In which wslrelay runs (facts/wsl.md 5.4).
RELAYING_MODES = ("nat", "bridged")


@dataclass
class Distribution:
    """Of WSL 1 it has no VM: its programs use the host's own network."""

    name: str
    version: int = 2
    running: bool = False
    clients: list = field(default_factory=list)     # writers of programs that wait for their input


@dataclass
class Server:
    port: int
    kind: str
    address: str
    listening: list = field(default_factory=list)
    bind_error: OSError = None


class LinuxVm:
    """Servers and addresses inside the VM's namespace. Its loop runs in a thread."""

    def __init__(self, network, listeners_file, on_wake, on_stop, hyperv_admits):
        """`hyperv_admits(peer, local, port)` is the Hyper-V firewall's verdict."""
        self.network = network
        self.name = "lab-vm"
        self.address = None             # of NAT; the last one in other modes
        self.networking_mode = "nat"    # what .wslconfig says: counts at the next start
        self.running_mode = "nat"
        self.vm_id = ""
        self.running = False
        self._is_on_lan = False
        self.distributions = [Distribution("Ubuntu"), Distribution("Debian")]
        self._listeners_file = Path(listeners_file)
        self._on_wake = on_wake
        self._on_stop = on_stop
        self._hyperv_admits = hyperv_admits
        self._servers = {}
        self._tasks = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        control = network.host.socket()
        control.bind(("127.0.0.1", 0))
        self.control_port = control.getsockname()[1]
        self._call(asyncio.start_server(self._serve_control, sock=control))

    def _call(self, coroutine, timeout=30):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout)

    # Addresses

    @property
    def shares_addresses(self):
        return self.running_mode in SHARING_MODES

    @property
    def _linux_network(self):
        """Where Linux binds its ports and sees its addresses."""
        return self.network.host if self.shares_addresses else self.network.vm

    def set_gateway(self, gateway, network):
        """Gives the host its side of the NAT network; None takes it away."""
        if not self.network.isolated:
            return
        self.network.host.ip(f"link set {HOST_VM_NAME} up", f"addr flush dev {HOST_VM_NAME}")
        if gateway:
            prefix = ipaddress.ip_network(network).prefixlen
            self.network.host.ip(f"addr add {gateway}/{prefix} dev {HOST_VM_NAME}")

    def up(self, address, network, gateway):
        """The VM gets its address, and its servers listen, as systemd would start them."""
        self.running_mode = self.networking_mode
        if self.running_mode == "nat":
            self.set_address(address, network, gateway)
        elif self.running_mode == "bridged" and self.network.isolated:
            self.network.put_vm_on_lan(VM_LAN_V4)
            self._is_on_lan = True
        self.running = True
        for server in self._servers.values():
            self._open(server)
        self._write_listeners()

    def set_address(self, address, network, gateway):
        """The address really moves: the old one is gone afterwards."""
        if self.network.isolated:
            prefix = ipaddress.ip_network(network).prefixlen
            self.network.vm.ip(
                "addr flush dev eth0 scope global", f"addr add {address}/{prefix} dev eth0",
                f"addr replace {DNS_TUNNEL_ADDRESS}/32 dev lo",
                f"route replace default via {gateway}")
        self.address = address

    def down(self):
        self.running = False
        for server in self._servers.values():
            self._close(server)
        for distribution in self.distributions:
            self.end_clients(distribution)
            distribution.running = False
        if self._is_on_lan:
            self.network.take_vm_off_lan()
            self._is_on_lan = False
        if self.network.isolated:
            self.network.vm.ip("addr flush dev eth0 scope global")
        self._write_listeners()

    # Servers

    def serve(self, port, kind="http", address="0.0.0.0"):
        """`kind` is "http" or "echo"; `address` may be 127.0.0.1, :: or ::1 too. A server of the
        same endpoint is replaced, as by a restart of it."""
        self.stop_serving(port, address)
        server = Server(port, kind, address)
        self._servers[(port, address)] = server
        if self.running:
            self._open(server)
        self._write_listeners()

    def stop_serving(self, port, address="0.0.0.0"):
        server = self._servers.pop((port, address), None)
        if server:
            self._close(server)
        self._write_listeners()

    def is_listening(self, port, address="0.0.0.0"):
        """False, too, for a server whose bind failed: see bind_error."""
        server = self._servers.get((port, address))
        return bool(server and server.listening)

    def bind_error(self, port, address="0.0.0.0"):
        """The OSError with which that server's bind failed, or None."""
        return self._servers[(port, address)].bind_error

    def _open(self, server):
        family = socket.AF_INET6 if ":" in server.address else socket.AF_INET
        address = server.address
        if not self.network.isolated and address == "0.0.0.0":
            address = self.address
        listener = self._linux_network.socket(family)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if not self.network.isolated:   # next to IP Helper's wildcard on one loopback
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        serve = self._serve_http if server.kind == "http" else self._serve_echo
        try:
            listener.bind((address, server.port))
            listener.listen(512)
        except OSError as error:
            listener.close()
            if not self.shares_addresses:
                raise
            server.bind_error = error   # the other systemd services start all the same
            return
        server.bind_error = None
        server.listening.append(self._call(asyncio.start_server(
            self._behind_firewall(serve), sock=listener, backlog=512)))

    def _behind_firewall(self, serve):
        """In mirrored mode the Hyper-V firewall has a say; a refused client is reset."""
        async def handle(reader, writer):
            peer, local = (writer.get_extra_info(one) for one in ("peername", "sockname"))
            if self.shares_addresses and not await self._loop.run_in_executor(
                    None, self._lets_in, peer[0], local[0], local[1]):
                writer.transport.abort()
                return
            await serve(reader, writer)
        return handle

    def _lets_in(self, peer, local, port):
        if self.running_mode == "mirrored":
            return self._hyperv_admits(peer, local, port)
        return peer == local    # VirtioProxy: Windows Firewall has no rule for its program

    def _close(self, server):
        """The port is free when it returns."""
        async def close(listening):
            listening.close()

        while server.listening:
            self._call(close(server.listening.pop()))

    def _write_listeners(self):
        """What WSL's scanner tells wslrelay: wildcard and loopback listeners only."""
        lines = []
        has_relay = self.running and self.running_mode in RELAYING_MODES
        for server in self._servers.values() if has_relay else ():
            if server.address in ("0.0.0.0", "127.0.0.1"):
                lines.append(f"4 {server.port}\n")
            elif server.address in ("::", "::1"):
                lines.append(f"6 {server.port}\n")
        scratch = self._listeners_file.with_suffix(".new")
        scratch.write_text("".join(lines), encoding="ascii")
        os.replace(scratch, self._listeners_file)

    async def _serve_http(self, reader, writer):
        address, port = writer.get_extra_info("sockname")[:2]
        try:
            await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30)
            body = f"vm={self.name} port={port} address={address}\n".encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n"
                         + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError):
            pass
        writer.close()

    async def _serve_echo(self, reader, writer):
        """Sends back what it reads; at the client's half-close it says so, then closes."""
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
            writer.write(b"<end>")
            await writer.drain()
        except OSError:
            pass
        writer.close()

    # The control port

    async def _serve_control(self, reader, writer):
        try:
            line = (await reader.readline()).decode("utf-8").rstrip("\n")
            verb, *fields = line.replace(" ", "\t").split("\t") if line.startswith("connect") \
                else line.split("\t")
            if verb == "connect":
                await self._relay_to_loopback(fields, reader, writer)
            elif verb == "list":
                writer.write(self._list().encode())
            elif verb == "exec":
                frames = await self._loop.run_in_executor(None, self._execute, fields)
                writer.write(frames)
            elif verb == "hold":
                await self._hold(self.find(fields[0]), fields, reader, writer)
            elif verb in ("terminate", "shutdown"):
                writer.write(await self._loop.run_in_executor(None, self._stop, fields))
            await writer.drain()
        except OSError:
            pass
        writer.close()

    async def _relay_to_loopback(self, fields, reader, writer):
        family = socket.AF_INET6 if fields[0] == "6" else socket.AF_INET
        linux = self.network.vm.socket(family)
        linux.setblocking(False)
        loopback = "127.0.0.1" if self.network.isolated else self.address
        await self._loop.sock_connect(linux, ("::1" if fields[0] == "6" else loopback,
                                              int(fields[1])))
        linux_reader, linux_writer = await asyncio.open_connection(sock=linux)
        await asyncio.gather(self._pump(reader, linux_writer), self._pump(linux_reader, writer))
        linux_writer.close()

    @staticmethod
    async def _pump(reader, writer):
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
            writer.write_eof()
        except OSError:
            writer.close()

    async def _hold(self, distribution, fields, reader, writer):
        """A program that ends with its input: a client, so the distribution is not idle."""
        if not distribution:
            writer.write(b"n" + struct.pack("<I", 0))
            return
        if not self.is_running(distribution):
            await self._loop.run_in_executor(None, self._on_wake, distribution, fields)
        distribution.clients.append(writer)
        try:
            while await reader.read(4096):
                pass
        except OSError:
            pass
        if writer in distribution.clients:
            distribution.clients.remove(writer)
        writer.write(b"x" + struct.pack("<I", 0))

    def end_clients(self, distribution):
        """Its programs end with it."""
        for writer in distribution.clients:
            self._loop.call_soon_threadsafe(writer.close)
        distribution.clients = []

    def _list(self):
        return "".join(f"{one.name}\t{one.version}\t{int(self.is_running(one))}\t"
                       f"{int(one is self.distributions[0])}\n" for one in self.distributions)

    def is_running(self, distribution):
        return distribution.running and (self.running or distribution.version == 1)

    def find(self, name):
        for distribution in self.distributions:
            if not name or distribution.name.lower() == name.lower():
                return distribution
        return None

    def _execute(self, fields):
        distribution = self.find(fields[0])
        if not distribution:
            return b"n" + struct.pack("<I", 0)
        if not self.is_running(distribution):
            self._on_wake(distribution, fields)
        has_vm = distribution.version == 2
        command = fields[2:] or ["true"]
        if fields[1] == "shell":
            command = ["sh", "-c", " ".join(command)]
        environment = dict(os.environ, LAB_VM_ID=self.vm_id if has_vm else "",
                           LAB_NETWORKING_MODE=self.running_mode if has_vm else "wsl1",
                           PATH=f"{GUEST_PROGRAMS}:{os.environ['PATH']}")
        try:
            with self._linux_network if has_vm else self.network.host:
                done = subprocess.run(command, capture_output=True, timeout=30, env=environment,
                                      stdin=subprocess.DEVNULL, check=False)
            out, err, code = done.stdout, done.stderr, done.returncode
        except FileNotFoundError:
            out, err, code = b"", f"{command[0]}: not found\n".encode(), 127
        except subprocess.TimeoutExpired:
            out, err, code = b"", b"timed out\n", 124
        return (b"o" + struct.pack("<I", len(out)) + out + b"e" + struct.pack("<I", len(err)) + err
                + b"x" + struct.pack("<I", code & 0xffffffff))

    def _stop(self, fields):
        if not fields:
            self._on_stop()
            return b"ok\n"
        distribution = self.find(fields[0])
        if not distribution:
            return b"not found\n"
        self.end_clients(distribution)
        distribution.running = False
        return b"ok\n"

    def close(self):
        for server in self._servers.values():
            self._close(server)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
