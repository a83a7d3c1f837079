/*
 * Runs wsl.exe as the user, hidden and under a time limit.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/wsl_runner.h"

#include "core/base/mem.h"
#include "core/win32/utf.h"

#include <string.h>
#include <wchar.h>

#define COMMAND_CAPACITY 1024
#define NAME_CAPACITY 260
/* For a Linux program to end when its input does. */
#define FAREWELL_MS 2000
#define UTF8_SETTING L"WSL_UTF8"

static bool fail(struct error *err, DWORD code, const char *what)
{
    return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(code), "%s", what);
}

static void close_handle(HANDLE *handle)
{
    if (*handle != NULL && *handle != INVALID_HANDLE_VALUE)
        CloseHandle(*handle);
    *handle = NULL;
}

static bool sets_utf8(const wchar_t *variable)
{
    const size_t length = wcslen(UTF8_SETTING);

    return _wcsnicmp(variable, UTF8_SETTING, length) == 0 && variable[length] == L'=';
}

/* Our own environment and WSL_UTF8=1, which only newer ones know: what comes back is looked at all
 * the same. */
static wchar_t *make_environment(void)
{
    static const wchar_t setting[] = UTF8_SETTING L"=1";
    wchar_t *own = GetEnvironmentStringsW();
    size_t size = 0;
    size_t used = 0;
    wchar_t *block;

    for (const wchar_t *at = own; at != NULL && *at != L'\0'; at += wcslen(at) + 1)
        size += wcslen(at) + 1;
    block = mem_alloc((size + ARRAYSIZE(setting) + 1) * sizeof *block);
    for (const wchar_t *at = own; at != NULL && *at != L'\0'; at += wcslen(at) + 1) {
        if (sets_utf8(at))
            continue;
        wmemcpy(block + used, at, wcslen(at) + 1);
        used += wcslen(at) + 1;
    }
    wmemcpy(block + used, setting, ARRAYSIZE(setting));
    if (own != NULL)
        FreeEnvironmentStringsW(own);
    return block;
}

/* All that is started in it ends with its last handle, so with this program, too. */
static HANDLE make_job(void)
{
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {
        .BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE};
    const HANDLE job = CreateJobObjectW(NULL, NULL);

    if (job != NULL)
        SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits,
                                sizeof limits);
    return job;
}

/* NUL, which children inherit. */
static HANDLE open_nul(void)
{
    SECURITY_ATTRIBUTES inherited = {.nLength = sizeof inherited, .bInheritHandle = TRUE};

    return CreateFileW(L"NUL", GENERIC_READ | GENERIC_WRITE,
                       FILE_SHARE_READ | FILE_SHARE_WRITE, &inherited, OPEN_EXISTING, 0,
                       NULL);
}

/* A pipe whose reading end can be waited for together with other things. */
static bool make_output_pipe(HANDLE *ours, HANDLE *theirs, struct error *err)
{
    static LONG number;
    SECURITY_ATTRIBUTES inherited = {.nLength = sizeof inherited, .bInheritHandle = TRUE};
    wchar_t name[80];

    swprintf(name, ARRAYSIZE(name), L"\\\\.\\pipe\\tidegate-wsl-%lu-%ld",
             GetCurrentProcessId(), InterlockedIncrement(&number));
    *ours = CreateNamedPipeW(
        name, PIPE_ACCESS_INBOUND | FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE,
        PIPE_TYPE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS, 1, 0, 4096, 0, NULL);
    if (*ours == INVALID_HANDLE_VALUE) {
        *ours = NULL;
        return fail(err, GetLastError(), "create a pipe for wsl.exe");
    }
    *theirs = CreateFileW(name, GENERIC_WRITE, 0, &inherited, OPEN_EXISTING, 0, NULL);
    if (*theirs == INVALID_HANDLE_VALUE) {
        *theirs = NULL;
        return fail(err, GetLastError(), "open a pipe for wsl.exe");
    }
    return true;
}

/* What a child gets, and nothing else of ours. */
struct streams {
    HANDLE pipe; /* borrowed, inheritable, both */
    HANDLE nul;
    bool pipe_is_input; /* else its output */
};

static bool create_process(const wchar_t *program, wchar_t *command,
                           const struct streams *streams,
                           LPPROC_THREAD_ATTRIBUTE_LIST attributes,
                           PROCESS_INFORMATION *started)
{
    STARTUPINFOEXW startup = {
        .StartupInfo = {.cb = sizeof startup,
                        .dwFlags = STARTF_USESTDHANDLES,
                        .hStdInput = streams->pipe_is_input ? streams->pipe : streams->nul,
                        .hStdOutput =
                            streams->pipe_is_input ? streams->nul : streams->pipe,
                        .hStdError = streams->nul},
        .lpAttributeList = attributes};
    wchar_t folder[MAX_PATH];
    wchar_t *environment = make_environment();
    const UINT length = GetSystemDirectoryW(folder, MAX_PATH);
    const BOOL ok = CreateProcessW(
        program, command, NULL, NULL, TRUE,
        CREATE_NO_WINDOW | CREATE_SUSPENDED | CREATE_UNICODE_ENVIRONMENT |
            EXTENDED_STARTUPINFO_PRESENT,
        environment, length > 0 ? folder : NULL, &startup.StartupInfo, started);
    const DWORD code = GetLastError();

    mem_free(environment);
    SetLastError(code);
    return ok;
}

static bool start_with_streams(const wchar_t *program, wchar_t *command,
                               const struct streams *streams, PROCESS_INFORMATION *started)
{
    HANDLE inherited[] = {streams->pipe, streams->nul};
    LPPROC_THREAD_ATTRIBUTE_LIST attributes;
    SIZE_T size = 0;
    DWORD code;
    bool ok;

    InitializeProcThreadAttributeList(NULL, 1, 0, &size);
    attributes = mem_alloc(size);
    if (!InitializeProcThreadAttributeList(attributes, 1, 0, &size)) {
        mem_free(attributes);
        return false;
    }
    ok = UpdateProcThreadAttribute(attributes, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST,
                                   inherited, sizeof inherited, NULL, NULL) &&
         create_process(program, command, streams, attributes, started);
    code = GetLastError();
    DeleteProcThreadAttributeList(attributes);
    mem_free(attributes);
    SetLastError(code);
    return ok;
}

/* Started in a job of its own before it runs a single instruction. */
static bool start(const wchar_t *program, const wchar_t *arguments,
                  const struct streams *streams, struct wsl_child *out, struct error *err)
{
    PROCESS_INFORMATION started = {0};
    wchar_t command[COMMAND_CAPACITY];

    if (swprintf(command, COMMAND_CAPACITY, L"\"%ls\" %ls", program, arguments) < 0)
        return error_set(err, ERR_INVALID, "the command line for wsl.exe is too long");
    out->job = make_job();
    if (out->job == NULL)
        return fail(err, GetLastError(), "create a job for wsl.exe");
    if (!start_with_streams(program, command, streams, &started)) {
        fail(err, GetLastError(), "start wsl.exe");
        close_handle(&out->job);
        return false;
    }
    if (!AssignProcessToJobObject(out->job, started.hProcess)) {
        fail(err, GetLastError(), "put wsl.exe into its job");
        TerminateProcess(started.hProcess, 1);
        CloseHandle(started.hThread);
        CloseHandle(started.hProcess);
        close_handle(&out->job);
        return false;
    }
    ResumeThread(started.hThread);
    CloseHandle(started.hThread);
    out->process = started.hProcess;
    return true;
}

static void kill_child(struct wsl_child *child)
{
    if (child->job != NULL)
        TerminateJobObject(child->job, 1);
    close_handle(&child->input);
    close_handle(&child->process);
    close_handle(&child->job);
}

/* Reads until the other end is closed: true. Beyond the capacity it reads on for nothing. */
struct reading {
    HANDLE pipe;
    OVERLAPPED overlapped;
    char beyond[1024];
    struct wsl_output *out;
};

static bool read_on(struct reading *self)
{
    const size_t room = WSL_OUTPUT_SIZE - self->out->size;
    char *to = room > 0 ? self->out->bytes + self->out->size : self->beyond;

    self->out->is_cut |= room == 0 && self->overlapped.InternalHigh > 0;
    return ReadFile(self->pipe, to, (DWORD)(room > 0 ? room : sizeof self->beyond), NULL,
                    &self->overlapped) ||
           GetLastError() == ERROR_IO_PENDING;
}

/* What a finished read brought; false at the end. */
static bool take_read(struct reading *self)
{
    const bool has_room = self->out->size < WSL_OUTPUT_SIZE;
    DWORD got = 0;

    if (!GetOverlappedResult(self->pipe, &self->overlapped, &got, FALSE))
        return false;
    if (has_room)
        self->out->size += got;
    return true;
}

static DWORD remaining(ULONGLONG end)
{
    const ULONGLONG now = GetTickCount64();

    return now < end ? (DWORD)(end - now) : 0;
}

/* Until its output is closed and it has ended. */
static enum wsl_run_result follow(struct reading *self, HANDLE process, DWORD limit_ms,
                                  HANDLE stop)
{
    const ULONGLONG end = GetTickCount64() + limit_ms;
    bool reading = read_on(self);

    for (;;) {
        const HANDLE handles[] = {stop, reading ? self->overlapped.hEvent : process};
        const DWORD which = WaitForMultipleObjects(2, handles, FALSE, remaining(end));

        if (which == WAIT_OBJECT_0)
            return WSL_RUN_CANCELLED;
        if (which != WAIT_OBJECT_0 + 1)
            return WSL_RUN_HUNG;
        if (!reading)
            return WSL_RUN_ENDED;
        reading = take_read(self) && read_on(self);
    }
}

static enum wsl_run_result run_child(struct reading *reading, struct wsl_child *child,
                                     DWORD limit_ms, HANDLE stop)
{
    const enum wsl_run_result result = follow(reading, child->process, limit_ms, stop);
    DWORD got;

    if (result == WSL_RUN_ENDED)
        GetExitCodeProcess(child->process, &reading->out->exit_code);
    kill_child(child);
    /* The buffer is the caller's: nothing may write there any more. */
    if (CancelIoEx(reading->pipe, &reading->overlapped))
        GetOverlappedResult(reading->pipe, &reading->overlapped, &got, TRUE);
    return result;
}

enum wsl_run_result wsl_run(const wchar_t *program, const wchar_t *arguments,
                            DWORD limit_ms, HANDLE stop, struct wsl_output *out,
                            struct error *err)
{
    struct reading reading = {.out = out};
    struct wsl_child child = {0};
    HANDLE output = NULL;
    HANDLE nul = open_nul();
    enum wsl_run_result result = WSL_RUN_FAILED;

    out->exit_code = 0;
    out->size = 0;
    out->is_cut = false;
    reading.overlapped.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (make_output_pipe(&reading.pipe, &output, err)) {
        const struct streams streams = {.pipe = output, .nul = nul};

        if (start(program, arguments, &streams, &child, err)) {
            /* Only the child has it now, so that its end is seen. */
            close_handle(&output);
            result = run_child(&reading, &child, limit_ms, stop);
        }
    }
    close_handle(&output);
    close_handle(&reading.pipe);
    close_handle(&reading.overlapped.hEvent);
    close_handle(&nul);
    return result;
}

bool wsl_child_start(const wchar_t *program, const wchar_t *arguments,
                     struct wsl_child *out, struct error *err)
{
    SECURITY_ATTRIBUTES inherited = {.nLength = sizeof inherited, .bInheritHandle = TRUE};
    struct wsl_child child = {0};
    HANDLE theirs = NULL;
    HANDLE nul = open_nul();
    bool ok = false;

    if (!CreatePipe(&theirs, &child.input, &inherited, 0)) {
        fail(err, GetLastError(), "create a pipe for wsl.exe");
    } else {
        const struct streams streams = {.pipe = theirs, .nul = nul, .pipe_is_input = true};

        SetHandleInformation(child.input, HANDLE_FLAG_INHERIT, 0);
        ok = start(program, arguments, &streams, &child, err);
    }
    close_handle(&theirs);
    close_handle(&nul);
    if (ok)
        *out = child;
    else
        kill_child(&child);
    return ok;
}

void wsl_child_end(struct wsl_child *child)
{
    if (child->process == NULL)
        return;
    close_handle(&child->input);
    WaitForSingleObject(child->process, FAREWELL_MS);
    kill_child(child);
}

/* WSL takes letters, digits, dots, dashes and underscores; older ones took spaces, too. */
static bool is_safe_name(const wchar_t *name)
{
    return name[0] != L'\0' && name[0] != L'-' && wcspbrk(name, L"\"\\%\r\n") == NULL;
}

bool wsl_exec_arguments(const char *distribution, const char *command, wchar_t *out,
                        size_t capacity)
{
    wchar_t name[NAME_CAPACITY];
    wchar_t words[NAME_CAPACITY];

    return utf16_from_utf8(distribution, name, NAME_CAPACITY) && is_safe_name(name) &&
           utf16_from_utf8(command, words, NAME_CAPACITY) &&
           swprintf(out, capacity, L"-d \"%ls\" -e %ls", name, words) > 0;
}
