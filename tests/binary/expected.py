"""What the shipped programs may be: the one file to review when an import or a section is added.

SPDX-License-Identifier: MIT
"""

# Sections by the rights that GNU ld gives them. It makes the import table, the constructors' table
# and the resources writable and cannot be told otherwise; nothing may be writable and executable.
SECTIONS = {
    ".text": "r-x",
    ".data": "rw-",
    ".rdata": "r--",
    ".pdata": "r--",
    ".xdata": "r--",
    ".bss": "rw-",
    ".idata": "rw-",
    ".CRT": "rw-",
    ".tls": "rw-",
    ".rsrc": "rw-",
    ".reloc": "r--",
}

# Libraries that are loaded before the first line of the program. Windows looks for all of them in
# System32 alone (KnownDLLs, or already loaded), but for IPHLPAPI.DLL and COMCTL32.dll: for them the
# program's own folder comes first, which only administrators can write below Program Files. Nothing
# of the compiler's may be among them: libssp, libgcc and libwinpthread are linked in.
COMMON = {
    "ADVAPI32.dll", "IPHLPAPI.DLL", "KERNEL32.dll", "msvcrt.dll", "ntdll.dll", "ole32.dll",
    "SHELL32.dll", "WS2_32.dll"}  # fmt: skip
LIBRARIES = {
    # COMCTL32.dll comes from the side-by-side store, as the manifest says.
    "tidegate.exe": COMMON | {"COMCTL32.dll", "GDI32.dll", "USER32.dll"},
    "tidegate-service.exe": COMMON | {"OLEAUT32.dll"},
    "tidegatectl.exe": COMMON | {"OLEAUT32.dll"},
}

# Functions that no program may call: they search libraries or programs along a path, speak to the
# code page's alphabet, run a command line by a shell, reach into other processes, or load more
# libraries before main (libssp's constructor: core/win32/stack_guard.c has another).
FORBIDDEN_EVERYWHERE = {
    "LoadLibraryA", "LoadLibraryW", "LoadLibraryExA", "LoadModule", "WinExec", "CreateProcessA",
    "CreateProcessAsUserW", "CreateProcessWithLogonW", "CreateProcessWithTokenW", "ShellExecuteA",
    "ShellExecuteW", "ShellExecuteExA", "system", "_wsystem", "_popen", "_wpopen", "SearchPathA",
    "SearchPathW", "CreateRemoteThread", "WriteProcessMemory", "VirtualAllocEx",
    "VirtualProtectEx", "QueueUserAPC", "SetWindowsHookExA", "SetWindowsHookExW", "gets", "strcpy",
    "strcat", "sprintf", "wcscpy", "wcscat", "lstrcpyW", "lstrcatW", "wsprintfW",
    "CryptAcquireContextA"}  # fmt: skip
FORBIDDEN_PREFIXES = ("_spawn", "_wspawn", "_exec", "_wexec", "URLDownload", "WinHttp", "Internet")

# Each program's own promise: the service starts nothing and listens nowhere; the tray changes
# nothing of the machine; the command line starts nothing but itself, by the shell's `runas`.
FORBIDDEN = {
    "tidegate.exe": {
        "ChangeServiceConfigW", "ControlService", "CreateServiceW", "DeleteService",
        "StartServiceW", "RegDeleteKeyExW", "listen", "accept"},
    "tidegate-service.exe": {
        "CreateProcessW", "ShellExecuteExW", "CreateJobObjectW", "listen", "accept", "recv"},
    "tidegatectl.exe": {
        "CreateProcessW", "CreateServiceW", "DeleteService", "ChangeServiceConfigW",
        "ChangeServiceConfig2W"},
}  # fmt: skip

SUBSYSTEMS = {"tidegate.exe": 2, "tidegate-service.exe": 3, "tidegatectl.exe": 3}
MAIN = {"tidegate.exe": "wWinMain", "tidegate-service.exe": "wmain", "tidegatectl.exe": "wmain"}

# Where the words of the manifest stand, and what they must be.
MANIFEST = {
    "asInvoker": "trustInfo/security/requestedPrivileges/requestedExecutionLevel@level",
    "false": "trustInfo/security/requestedPrivileges/requestedExecutionLevel@uiAccess",
    "{8e0f7a12-bfb3-4fe8-b9a5-48fd50a15a9a}": "compatibility/application/supportedOS@Id",
    "true": "application/windowsSettings/longPathAware",
    "UTF-8": "application/windowsSettings/activeCodePage",
}
MANIFEST_OF_WINDOWS = {
    "PerMonitorV2, PerMonitor": "application/windowsSettings/dpiAwareness",
    "true/pm": "application/windowsSettings/dpiAware",
    "Microsoft.Windows.Common-Controls": "dependency/dependentAssembly/assemblyIdentity@name",
}

# Events that the programs write into Windows' log: app/service/event_log.c, resources/events.mc.
EVENTS = {"tidegate-service.exe": {2, 3, 4}}

# The setup grows with the programs; a jump is looked into.
SIZE_MAX = 2_400_000
