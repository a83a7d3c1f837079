"""Wine for one run of the lab: prefix, display, wineserver, and the command agent inside.

SPDX-License-Identifier: MIT
"""

import contextlib
import glob
import os
import shutil
import signal
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

REG_SZ, REG_EXPAND_SZ, REG_BINARY, REG_DWORD, REG_MULTI_SZ = 1, 2, 3, 4, 7
SERVICE_STOPPED, SERVICE_RUNNING = 1, 4
DESKTOP = "lab"
DESKTOP_SIZE = "1280x800"
# Debian's Wine does not find its own fonts: captions would have letters for buttons.
CAPTION_FONT = Path("/usr/share/wine/fonts/marlett.ttf")
# What stands in for Segoe UI has no Chinese and no Japanese; fields look for it elsewhere.
FONT_LINKS = r"""
[Software\\Microsoft\\Windows NT\\CurrentVersion\\FontLink\\SystemLink]
"DejaVu Sans"=str(7):"NotoSansCJK-Regular.ttc,Noto Sans CJK JP\0"
"DejaVu Sans Bold"=str(7):"NotoSansCJK-Bold.ttc,Noto Sans CJK JP\0"
"""
FIELD_FONTS = r"""
[Software\\Wine\\Uniscribe\\Fallback]
"696e6168"="Noto Sans CJK JP"
"616e616b"="Noto Sans CJK JP"
"""     # "hani" and "kana", read as numbers


class AgentError(OSError):
    """A Win32 error code, in `winerror_code`."""

    def __init__(self, verb, code):
        super().__init__(f"{verb}: Windows error {code}")
        self.winerror_code = code


@dataclass
class Finished:
    exit_code: int
    stdout: bytes
    stderr: bytes

    @property
    def text(self):
        return self.stdout.decode("utf-8", "replace").replace("\r\n", "\n")


@dataclass
class Window:
    handle: int
    pid: int
    control_id: int
    class_name: str
    text: str
    visible: bool
    enabled: bool
    rect: tuple

    @property
    def centre(self):
        left, top, right, bottom = self.rect
        return (left + right) // 2, (top + bottom) // 2


def wait_until(condition, timeout=10.0, what="condition"):
    """Polls until the condition gives something true, and returns that."""
    limit = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > limit:
            raise TimeoutError(f"{what}: not within {timeout:g} s")
        time.sleep(0.01)


def encode_data(kind, value):
    if kind in (REG_SZ, REG_EXPAND_SZ) and isinstance(value, str):
        return (value + "\0").encode("utf-16-le")
    if kind == REG_DWORD and isinstance(value, int):
        return (value & 0xffffffff).to_bytes(4, "little")
    return bytes(value)


def decode_data(kind, data):
    if kind in (REG_SZ, REG_EXPAND_SZ):
        return data.decode("utf-16-le", "replace").split("\0", 1)[0]
    if kind == REG_DWORD and len(data) == 4:
        return int.from_bytes(data, "little")
    return data


def _escape(text):
    return (str(text).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
            .replace("\r", "\\r"))


def _unescape(text):
    marks = {"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}
    out, at = [], 0
    while at < len(text):
        if text[at] == "\\" and at + 1 < len(text):
            at += 1
            out.append(marks.get(text[at], text[at]))
        else:
            out.append(text[at])
        at += 1
    return "".join(out)


class LineProcess:
    """A Windows program that answers lines on standard input with lines on standard output."""

    def __init__(self, process):
        self.process = process
        self.lock = threading.RLock()

    def send(self, line):
        self.process.stdin.write(line.encode("utf-8") + b"\n")

    def receive(self):
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("a stand-in ended unexpectedly: " + str(self.process.args))
        return line.decode("utf-8", "replace").rstrip("\r\n")

    def ask(self, line):
        with self.lock:
            self.send(line)
            return self.receive()


class Wine:
    """One prefix with its wineserver. `namespace` is where every Windows program runs."""

    def __init__(self, namespace, folder, template, shim, dpi=96, screen=DESKTOP_SIZE,
                 dark_taskbar=False):
        self.namespace = namespace
        self.dpi = dpi
        self.dark_taskbar = dark_taskbar
        self.screen = screen
        self.folder = Path(folder)
        self.prefix = self.folder / "prefix"
        self.excluded_ports_file = self.folder / "excluded-ports"
        self._template = Path(template)
        self._shim = Path(shim)
        self._processes = []
        self._outputs = 0
        self.display = None
        self.agent = None
        self._server = None
        installed = Path("/usr/lib/wine/wine64")
        self._loader = str(installed) if installed.exists() else shutil.which("wine64") or "wine"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("WINE")},
            "WINEPREFIX": str(self.prefix),
            "WINEDEBUG": os.environ.get("WINEDEBUG", "-all"),
            "LC_ALL": "C.UTF-8",    # Windows takes its language from it; the tests read English
            "WINEDLLOVERRIDES": "mscoree=;mshtml=;winemenubuilder.exe=d",
        }
        self.environment.pop("WSL_UTF8", None)

    # Start and end

    def prepare(self):
        """Makes the prefix's files; programs may be copied into it afterwards."""
        self._make_template()
        self._copy_template()
        self._set_display()
        self._set_fonts()
        self.excluded_ports_file.write_text("", encoding="ascii")

    def start(self):
        self._start_display()
        self._start_server()
        self.popen([self._loader, "explorer", f"/desktop={DESKTOP},{self.screen}"])
        self.agent = LineProcess(
            self.start_program(str(self.prefix / "drive_c/lab/bin/labagent.exe")))

        def has_desktop():
            try:
                return self.call("desktop", DESKTOP) is not None
            except AgentError:
                return False

        wait_until(has_desktop, 30, "the Windows desktop")

    def _make_template(self):
        if (self._template / "ready").exists():
            return
        shutil.rmtree(self._template, ignore_errors=True)
        scratch = self._template.with_name(f"{self._template.name}.{os.getpid()}")
        scratch.mkdir(parents=True)
        environment = dict(self.environment, WINEPREFIX=str(scratch / "prefix"), DISPLAY="")
        subprocess.run([self._loader, "wineboot", "-i"], env=environment, timeout=180, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        subprocess.run(["wineserver", "-w"], env=environment, timeout=60, check=True)
        (scratch / "ready").touch()
        try:
            os.replace(scratch, self._template)
        except OSError:     # another run was faster
            shutil.rmtree(scratch, ignore_errors=True)

    def _copy_template(self):
        """Windows' own files are hard links; what a run may change is copied."""
        self.prefix.mkdir(parents=True)
        source = self._template / "prefix"
        windows = self.prefix / "drive_c/windows"
        windows.parent.mkdir()
        copy = ["cp", "-rd", "--preserve=mode,timestamps"]
        linked = subprocess.run([*copy, "-l", source / "drive_c/windows", windows],
                                capture_output=True, check=False)
        if linked.returncode != 0:
            shutil.rmtree(windows, ignore_errors=True)
            subprocess.run([*copy, source / "drive_c/windows", windows], check=True)
        others = [entry for entry in (source / "drive_c").iterdir() if entry.name != "windows"]
        subprocess.run([*copy, *others, self.prefix / "drive_c"], check=True)
        others = [entry for entry in source.iterdir()
                  if entry.name not in ("drive_c", "wineserver")]
        subprocess.run([*copy, *others, self.prefix], check=True)
        for name in ("lab/bin", "Program Files/WSL", "Program Files/Tidegate"):
            (self.prefix / "drive_c" / name).mkdir(parents=True, exist_ok=True)

    def _set_display(self):
        """Before anything runs: every program reads it once, at its start."""
        with open(self.prefix / "user.reg", "a", encoding="utf-8") as file:
            # A caret that blinks would keep the screen from ever standing still.
            file.write(f'\n[Control Panel\\\\Desktop]\n"LogPixels"=dword:{self.dpi:08x}\n'
                       '"CursorBlinkRate"="-1"\n')
            if self.dark_taskbar:
                file.write('\n[Control Panel\\\\Colors]\n"Menu"="32 32 32"\n')

    def _set_fonts(self):
        with open(self.prefix / "system.reg", "a", encoding="utf-8") as file:
            file.write(FONT_LINKS)
        with open(self.prefix / "user.reg", "a", encoding="utf-8") as file:
            file.write(FIELD_FONTS)
        if CAPTION_FONT.exists():
            shutil.copy(CAPTION_FONT, self.prefix / "drive_c/windows/Fonts")

    def _start_display(self):
        ready, tell = os.pipe()
        size = self.screen + "x24"
        self.popen(["Xvfb", "-displayfd", str(tell), "-screen", "0", size, "-nolisten", "tcp"],
                   pass_fds=[tell], in_namespace=False)
        os.close(tell)
        with os.fdopen(ready) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start")
        self.display = ":" + number
        self.environment["DISPLAY"] = self.display

    def _start_server(self):
        """Alone with the shim that gives Windows' rules for sharing ports."""
        environment = dict(self.environment, LD_PRELOAD=str(self._shim),
                           TIDEGATE_LAB_EXCLUDED_PORTS=str(self.excluded_ports_file))
        self._server = self.popen(["wineserver", "-f", "-p"], env=environment)
        place = self.prefix.stat()
        name = f"server-{place.st_dev:x}-{place.st_ino:x}/socket"
        # Debian's Wine makes a folder of its own for each prefix, others one for each user.
        wait_until(lambda: glob.glob(f"/tmp/wine-*/{name}") or glob.glob(f"/tmp/.wine-*/{name}"),
                   10, "wineserver")

    def popen(self, command, in_namespace=True, **options):
        """Starts a program that ends with this one, even if this one is killed."""
        if shutil.which("setpriv"):
            command = ["setpriv", "--pdeathsig", "TERM", *command]
        options.setdefault("env", self.environment)
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", subprocess.DEVNULL)
        options.setdefault("stderr", subprocess.DEVNULL)
        # Python ignores SIGXFSZ, and so shall who meets a full disk: Windows knows no such signal.
        options.setdefault("restore_signals", False)
        if in_namespace:
            with self.namespace:
                process = subprocess.Popen(command, **options)
        else:
            process = subprocess.Popen(command, **options)
        self._processes.append(process)
        return process

    def run_with_full_disk(self, size, path, *arguments, timeout=60):
        """Runs a Windows program for which every file ends at `size` bytes; its exit code. (A drive
        of its own would take a mount, which is not allowed everywhere.)"""
        process = self.popen(["prlimit", f"--fsize={size}", self._loader, path, *arguments])
        return process.wait(timeout)

    def start_program(self, path):
        """A Windows program that is spoken to through pipes."""
        return self.popen([self._loader, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def close(self):
        if self.agent:
            self.agent.process.stdin.close()
        if self.prefix.exists():
            self._end_server()
        for process in reversed(self._processes):
            try:
                process.wait(0.05)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(5)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait(5)
        self._processes.clear()
        self._remove_server_folder()

    def _end_server(self):
        """At once and all its programs with it; `wineserver -k` lets each say farewell first."""
        if self._server:
            self._server.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._server.wait(5)
                return
        subprocess.run(["wineserver", "-k"], env=self.environment, timeout=30, check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def _remove_server_folder(self):
        note = self.prefix / "wineserver"
        if note.exists():
            shutil.rmtree(Path("/tmp") / note.read_text(encoding="ascii").strip(),
                          ignore_errors=True)

    # The agent

    def call(self, verb, *fields):
        """Rows of text fields, or AgentError with Windows' code."""
        return self.call_many([(verb, *fields)])[0]

    def call_many(self, commands):
        """Sends all before it reads any answer: only for verbs that answer without rows."""
        answers = []
        with self.agent.lock:
            for command in commands:
                self.agent.send("\t".join(_escape(field) for field in command))
            for command in commands:
                answers.append(self._receive(command[0]))
        for command, answer in zip(commands, answers):
            if isinstance(answer, int):
                raise AgentError(" ".join(str(field) for field in command[:3]), answer)
        return answers

    def _receive(self, verb):
        rows = []
        while True:
            line = self.agent.receive()
            if line == "ok":
                return rows
            if line.startswith("error "):
                return int(line.split()[1])
            if not line.startswith("="):
                raise RuntimeError(f"labagent, {verb}: {line!r}")
            rows.append([_unescape(field) for field in line[1:].split("\t")[:-1]])

    # Programs

    def to_windows(self, path):
        return "Z:" + str(Path(path)).replace("/", "\\")

    def spawn(self, command_line, folder="C:\\", environment=None, stdout=None, stderr=None):
        """Starts a Windows program on the desktop; (pid, handle). Output goes to host files."""
        rows = self.call("spawn", command_line, folder, DESKTOP,
                         self.to_windows(stdout) if stdout else "",
                         self.to_windows(stderr) if stderr else "",
                         *[f"{name}={value}" for name, value in (environment or {}).items()])
        return int(rows[0][0]), int(rows[0][1])

    def wait(self, handle, timeout):
        """The exit code; TimeoutError if the program still runs."""
        limit = time.monotonic() + timeout
        while True:
            try:
                return int(self.call("wait", handle, 20)[0][0])
            except AgentError as error:
                if error.winerror_code != 258:
                    raise
            if time.monotonic() > limit:
                raise TimeoutError(f"a Windows program ran longer than {timeout:g} s")

    def run(self, command_line, timeout=30.0, environment=None, folder="C:\\"):
        self._outputs += 1
        out = self.folder / f"output-{self._outputs}"
        err = self.folder / f"errors-{self._outputs}"
        pid, handle = self.spawn(command_line, folder, environment, out, err)
        try:
            code = self.wait(handle, timeout)
        except TimeoutError:
            self.call("kill", pid)
            raise
        finished = Finished(code, out.read_bytes() if out.exists() else b"",
                            err.read_bytes() if err.exists() else b"")
        out.unlink(missing_ok=True)
        err.unlink(missing_ok=True)
        return finished

    def unix_pids(self, exe_name):
        """Linux process ids of this prefix's Windows programs of that name."""
        marker = f"WINEPREFIX={self.prefix}\0".encode()
        found = []
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit():
                continue
            try:
                name = (folder / "cmdline").read_bytes().split(b"\0")[0].decode("utf-8", "replace")
                if name.replace("\\", "/").rsplit("/", 1)[-1].lower() == exe_name.lower() \
                        and marker in (folder / "environ").read_bytes():
                    found.append(int(folder.name))
            except OSError:
                continue
        return found
