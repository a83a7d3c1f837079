/*
 * The service's loop.
 * SPDX-License-Identifier: MIT
 */
#include "app/service/loop.h"

#include "app/service/data_folder.h"
#include "app/service/event_log.h"
#include "app/service/pipe_server.h"
#include "app/service/session_users.h"
#include "core/base/mem.h"
#include "core/win32/watch.h"
#include "core/win32/windows_system.h"

#define SESSION_USERS_MAX 16
#define RELAYS_MAX 32

/* A user's hive is loaded some time after the sign-in was announced. */
static const uint32_t hive_retries_ms[] = {0, 1000, 2000, 4000, 8000, 15000};
#define HIVE_RETRY_COUNT (sizeof hive_retries_ms / sizeof hive_retries_ms[0])

struct loop {
    struct control_news *news; /* borrowed */
    HANDLE firewall_news;
    struct pipe_server *server;
    struct windows_system *system;
    struct watch *watch;
    struct engine *engine;
    struct requests requests;

    uint64_t published_revision;
    struct policy logged_policy; /* whose refused values are in Windows' log */
    uint32_t relays[RELAYS_MAX]; /* whose end is watched */
    size_t relay_count;
    size_t hive_retry; /* index of the next; HIVE_RETRY_COUNT: none */
    uint64_t hive_retry_at_ms;
};

static bool start_parts(struct loop *loop, struct error *err)
{
    char database_path[PROGRAM_PATH_SIZE];

    loop->server = pipe_server_new(err);
    if (loop->server == NULL || !data_folder_open(database_path, err))
        return false;
    loop->firewall_news = CreateEventW(NULL, FALSE, FALSE, NULL);
    if (loop->firewall_news == NULL)
        return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(GetLastError()),
                                "create the firewall's event");
    /* Watching begins before the first reading, so no change falls in between. */
    loop->watch = watch_new(err);
    if (loop->watch == NULL)
        return false;
    loop->system = windows_system_new(loop->firewall_news, err);
    if (loop->system == NULL)
        return false;
    loop->engine =
        engine_new(database_path, windows_system_seam(loop->system), TIDEGATE_VERSION);
    loop->requests = (struct requests){.engine = loop->engine, .watch = loop->watch};
    return true;
}

struct loop *loop_new(struct control_news *news, struct error *err)
{
    struct loop *loop = mem_alloc(sizeof *loop);

    loop->news = news;
    loop->hive_retry = HIVE_RETRY_COUNT;
    if (start_parts(loop, err) && data_folder_leave_former(err))
        return loop;
    loop_free(loop);
    return NULL;
}

void loop_free(struct loop *loop)
{
    if (loop == NULL)
        return;
    pipe_server_free(loop->server);
    if (loop->engine != NULL)
        engine_free(loop->engine);
    watch_free(loop->watch);
    windows_system_free(loop->system);
    /* firewall_news stays open until the process ends: a firewall thread that had to be left
     * inside a call may still set it. */
    mem_free(loop);
}

static void plan_hive_retry(struct loop *loop, size_t index)
{
    loop->hive_retry = index;
    if (index < HIVE_RETRY_COUNT)
        loop->hive_retry_at_ms = GetTickCount64() + hive_retries_ms[index];
}

static void retry_hives(struct loop *loop)
{
    if (loop->hive_retry == HIVE_RETRY_COUNT || GetTickCount64() < loop->hive_retry_at_ms)
        return;
    watch_hives(loop->watch);
    engine_notify(loop->engine, EVENT_SESSION_CHANGED);
    plan_hive_retry(loop, loop->hive_retry + 1);
}

/* Nobody tells when a hive that was given up is unloaded, or that it stays because its user has
 * another session: a look a while later finds out. One that is due earlier ends with the same. */
static void look_at_hives_later(struct loop *loop)
{
    if (loop->hive_retry == HIVE_RETRY_COUNT)
        plan_hive_retry(loop, HIVE_RETRY_COUNT - 1);
}

/* Gives up every handle into the hives of those who sign out, which would delay them. Hives of
 * others that were given up with them, for want of knowing better, are found again. */
static void release_session(struct loop *loop, DWORD session_id)
{
    struct user_sid users[SESSION_USERS_MAX];
    const size_t count = session_users_find(session_id, users, SESSION_USERS_MAX);

    for (size_t i = 0; i < count; i++)
        watch_release_hive(loop->watch, &users[i]);
    if (count == 0)
        watch_release_hive(loop->watch, NULL);
    look_at_hives_later(loop);
}

static void take_control_news(struct loop *loop)
{
    const struct control_facts facts = control_news_take(loop->news);

    for (size_t i = 0; i < facts.signed_out_count; i++)
        release_session(loop, facts.signed_out[i]);
    if (facts.signed_out_others) {
        watch_release_hive(loop->watch, NULL);
        look_at_hives_later(loop);
    }
    if (facts.signed_in)
        plan_hive_retry(loop, 0);
    if (facts.signed_in || facts.signed_out_count > 0)
        engine_notify(loop->engine, EVENT_SESSION_CHANGED);
    if (facts.resumed) {
        windows_system_refresh_firewall(loop->system);
        engine_notify(loop->engine, EVENT_RESUMED);
    }
}

static void take_watch_news(struct loop *loop)
{
    const unsigned fired = watch_take(loop->watch);

    /* The firewall's thread has to read again first; its news then brings the pass. */
    if ((fired & (1u << EVENT_FIREWALL_CHANGED | 1u << EVENT_NETWORK_CHANGED |
                  1u << EVENT_SERVICE_CHANGED)) != 0)
        windows_system_refresh_firewall(loop->system);
    for (unsigned event = 0; event <= EVENT_CLIENT_HELLO; event++) {
        if ((fired & 1u << event) != 0 && event != EVENT_FIREWALL_CHANGED)
            engine_notify(loop->engine, (enum engine_event)event);
    }
}

static void follow_relays(struct loop *loop)
{
    uint32_t relays[RELAYS_MAX];
    const size_t count = engine_relays(loop->engine, relays, RELAYS_MAX);

    if (count == loop->relay_count &&
        memcmp(relays, loop->relays, count * sizeof relays[0]) == 0)
        return;
    memcpy(loop->relays, relays, count * sizeof relays[0]);
    loop->relay_count = count;
    watch_relays(loop->watch, relays, count);
}

static void log_policy(struct loop *loop, const struct policy *policy)
{
    for (enum setting setting = 0; setting < SETTING_COUNT; setting++) {
        if (policy_problem_is_news(policy, &loop->logged_policy, setting))
            event_log_policy_refused(&policy->problems[setting]);
    }
    loop->logged_policy = *policy;
}

static void publish_report(struct loop *loop)
{
    const struct report *report = engine_report(loop->engine);

    if (report->revision == loop->published_revision)
        return;
    loop->published_revision = report->revision;
    pipe_server_publish(loop->server, report->revision);
    log_policy(loop, &report->policy);
}

static DWORD timeout_until(uint64_t due_ms)
{
    const uint64_t now_ms = GetTickCount64();

    if (due_ms == NEVER_DUE)
        return INFINITE;
    return due_ms > now_ms ? (DWORD)(due_ms - now_ms) : 0;
}

static DWORD choose_timeout(const struct loop *loop)
{
    const uint32_t engine_ms = engine_due_ms(loop->engine);
    uint64_t due_ms = pipe_server_due_ms(loop->server);
    DWORD timeout_ms;

    if (loop->hive_retry < HIVE_RETRY_COUNT && loop->hive_retry_at_ms < due_ms)
        due_ms = loop->hive_retry_at_ms;
    timeout_ms = timeout_until(due_ms);
    return engine_ms != ENGINE_NOTHING_DUE && engine_ms < timeout_ms ? engine_ms
                                                                     : timeout_ms;
}

enum wake_index { WAKE_STOP, WAKE_CONTROL, WAKE_WATCH, WAKE_FIREWALL, WAKE_COUNT };

/* Waiting has taken back the event that woke us; the others may be set as well, and none may
 * starve behind a busy one. */
static bool is_set(HANDLE event, DWORD woken, enum wake_index index)
{
    return woken == WAIT_OBJECT_0 + (DWORD)index ||
           WaitForSingleObject(event, 0) == WAIT_OBJECT_0;
}

/* False: it is time to end, or `err` says why it has to. */
static bool wait_for_news(struct loop *loop, struct error *err)
{
    _Static_assert(WAKE_COUNT + PIPE_SERVER_HANDLES_MAX <= MAXIMUM_WAIT_OBJECTS,
                   "one wait for all");
    HANDLE handles[WAKE_COUNT + PIPE_SERVER_HANDLES_MAX] = {
        [WAKE_STOP] = loop->news->stop,
        [WAKE_CONTROL] = loop->news->bell,
        [WAKE_WATCH] = watch_event(loop->watch),
        [WAKE_FIREWALL] = loop->firewall_news,
    };
    const size_t count =
        WAKE_COUNT + pipe_server_handles(loop->server, handles + WAKE_COUNT);
    const DWORD woken =
        WaitForMultipleObjects((DWORD)count, handles, FALSE, choose_timeout(loop));

    if (woken == WAIT_FAILED)
        return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(GetLastError()),
                                "wait for requests and changes of Windows");
    if (woken == WAIT_OBJECT_0 + WAKE_STOP)
        return false;
    if (is_set(handles[WAKE_CONTROL], woken, WAKE_CONTROL))
        take_control_news(loop);
    if (is_set(handles[WAKE_WATCH], woken, WAKE_WATCH))
        take_watch_news(loop);
    if (is_set(handles[WAKE_FIREWALL], woken, WAKE_FIREWALL))
        engine_notify(loop->engine, EVENT_FIREWALL_CHANGED);
    return true;
}

bool loop_run(struct loop *loop, struct error *err)
{
    struct error failure = {0};

    watch_hives(loop->watch);
    engine_notify(loop->engine, EVENT_STARTED);
    do {
        retry_hives(loop);
        pipe_server_serve(loop->server, &loop->requests);
        engine_work(loop->engine);
        follow_relays(loop);
        publish_report(loop);
    } while (wait_for_news(loop, &failure));
    if (failure.kind != ERR_NONE)
        *err = failure;
    return failure.kind == ERR_NONE;
}
