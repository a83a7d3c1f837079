/*
 * The stand-in for the service's end of the pipe. On Windows only an administrator can create
 * its name.
 * SPDX-License-Identifier: MIT
 */
#include "tests/win32/pipe_stand_in.h"

#include "core/win32/security.h"

#include <check.h>

#define WIDE_PIPE_NAME L"" PIPE_NAME

static struct {
    HANDLE pipe;
    HANDLE thread;
    scene *play;
} stand_in;

bool stand_in_read(HANDLE pipe, struct request *out)
{
    static uint8_t bytes[MESSAGE_SIZE_MAX];
    DWORD size = 0;

    return ReadFile(pipe, bytes, sizeof bytes, &size, NULL) &&
           request_decode(bytes, size, out, NULL);
}

void stand_in_send(HANDLE pipe, const struct reply *reply)
{
    struct wire_writer bytes = {0};
    DWORD size;

    reply_encode(reply, &bytes);
    WriteFile(pipe, bytes.bytes, (DWORD)bytes.size, &size, NULL);
    wire_writer_clear(&bytes);
}

void stand_in_send_event(HANDLE pipe, uint64_t revision)
{
    struct reply event = {.verb = VERB_SUBSCRIBE, .is_event = true};

    event.event.revision = revision;
    stand_in_send(pipe, &event);
}

void stand_in_answer_next(HANDLE pipe, uint64_t revision)
{
    struct request request = {0};
    struct reply reply = {0};

    if (!stand_in_read(pipe, &request))
        return;
    reply.id = request.id;
    reply.verb = request.verb;
    reply.event.revision = revision;
    stand_in_send(pipe, &reply);
}

void stand_in_answer_hello(HANDLE pipe)
{
    struct request request = {0};
    struct reply reply = {.verb = VERB_HELLO,
                          .hello = {"9.8.7", {"S-1-5-18"}, true, true, true}};

    if (!stand_in_read(pipe, &request) || request.verb != VERB_HELLO)
        return;
    reply.id = request.id;
    stand_in_send(pipe, &reply);
}

void stand_in_wait_for_end(HANDLE pipe)
{
    struct request request = {0};

    while (stand_in_read(pipe, &request))
        continue;
}

static DWORD WINAPI run(void *context)
{
    (void)context;
    if (ConnectNamedPipe(stand_in.pipe, NULL) || GetLastError() == ERROR_PIPE_CONNECTED)
        stand_in.play(stand_in.pipe);
    FlushFileBuffers(stand_in.pipe);
    DisconnectNamedPipe(stand_in.pipe);
    return 0;
}

void stand_in_start_with(PSECURITY_DESCRIPTOR descriptor, scene *play)
{
    SECURITY_ATTRIBUTES attributes = {.nLength = sizeof attributes,
                                      .lpSecurityDescriptor = descriptor};

    ck_assert_ptr_nonnull(descriptor);
    stand_in.pipe = CreateNamedPipeW(
        WIDE_PIPE_NAME, PIPE_ACCESS_DUPLEX | FILE_FLAG_FIRST_PIPE_INSTANCE,
        PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE, 1, 4096, 4096, 0, &attributes);
    LocalFree(descriptor);
    ck_assert_msg(stand_in.pipe != INVALID_HANDLE_VALUE, "error %lu",
                  (unsigned long)GetLastError());
    stand_in.play = play;
    stand_in.thread = CreateThread(NULL, 0, run, NULL, 0, NULL);
}

void stand_in_start(scene *play)
{
    stand_in_start_with(security_pipe_descriptor(NULL), play);
}

void stand_in_stop(void)
{
    ck_assert_uint_eq(WaitForSingleObject(stand_in.thread, PATIENCE_MS), WAIT_OBJECT_0);
    CloseHandle(stand_in.thread);
    CloseHandle(stand_in.pipe);
    stand_in.thread = NULL;
    stand_in.pipe = NULL;
}

void stand_in_end(void)
{
    if (stand_in.thread == NULL)
        return;
    while (WaitForSingleObject(stand_in.thread, 20) == WAIT_TIMEOUT) {
        DisconnectNamedPipe(stand_in.pipe);
        CancelSynchronousIo(stand_in.thread);
    }
    stand_in_stop();
}
