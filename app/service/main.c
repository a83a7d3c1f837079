/*
 * tidegate-service.exe: the only part of Tidegate that changes Windows. Without an argument it
 * is the service; with one, it sets itself up, takes itself down, or runs for debugging.
 * SPDX-License-Identifier: MIT
 */
#include "app/service/file_users.h"
#include "app/service/install.h"
#include "app/service/messages.h"
#include "app/service/registration.h"
#include "app/service/search_path.h"
#include "app/service/service_control.h"
#include "core/win32/hardening.h"

#include <windows.h>

enum exit_code { EXIT_CODE_DONE, EXIT_CODE_FAILED, EXIT_CODE_USAGE };

static const char usage[] =
    "usage: tidegate-service install\r\n"
    "       tidegate-service uninstall [--remove-data] [--keep-adopted]\r\n"
    "       tidegate-service start | stop\r\n"
    "       tidegate-service path add | remove\r\n"
    "       tidegate-service users FILE\r\n"
    "       tidegate-service run\r\n"
    "\r\n"
    "install    registers and starts the service, and the tray at "
    "sign-in\r\n"
    "uninstall  withdraws all forwards, gives back what was taken over from "
    "scripts\r\n"
    "           (unless told to keep it), then unregisters both\r\n"
    "start      starts the service; its forwards stand whether it runs or "
    "not\r\n"
    "stop       stops it, and waits until it has stopped\r\n"
    "path       adds this folder to the machine's Path, or takes it out "
    "again\r\n"
    "users      prints which programs use the file\r\n"
    "run        runs in this terminal until Ctrl+C\r\n"
    "\r\n"
    "Each needs an elevated terminal.";

static enum exit_code show_usage(void)
{
    message_say("%s", usage);
    return EXIT_CODE_USAGE;
}

static enum exit_code from_success(bool ok)
{
    return ok ? EXIT_CODE_DONE : EXIT_CODE_FAILED;
}

static enum exit_code do_install(int count, wchar_t **arguments)
{
    (void)arguments;
    return count == 0 ? from_success(install()) : show_usage();
}

static enum exit_code do_uninstall(int count, wchar_t **arguments)
{
    struct uninstall_options options = {0};

    for (int i = 0; i < count; i++) {
        if (wcscmp(arguments[i], L"--remove-data") == 0)
            options.remove_data = true;
        else if (wcscmp(arguments[i], L"--keep-adopted") == 0)
            options.keep_adopted = true;
        else
            return show_usage();
    }
    return from_success(uninstall(&options));
}

static enum exit_code from_result(bool ok, const struct error *err)
{
    if (!ok)
        message_complain(err);
    return from_success(ok);
}

static enum exit_code do_start(int count, wchar_t **arguments)
{
    struct error err = {0};

    (void)arguments;
    return count == 0 ? from_result(registration_start(&err), &err) : show_usage();
}

static enum exit_code do_stop(int count, wchar_t **arguments)
{
    struct error err = {0};

    (void)arguments;
    return count == 0 ? from_result(registration_stop(&err), &err) : show_usage();
}

static enum exit_code do_path(int count, wchar_t **arguments)
{
    struct error err = {0};

    if (count == 1 && wcscmp(arguments[0], L"add") == 0)
        return from_result(search_path_add(&err), &err);
    if (count == 1 && wcscmp(arguments[0], L"remove") == 0)
        return from_result(search_path_remove(&err), &err);
    return show_usage();
}

static enum exit_code do_users(int count, wchar_t **arguments)
{
    struct error err = {0};

    return count == 1 ? from_result(file_users_print(arguments[0], &err), &err)
                      : show_usage();
}

static enum exit_code do_run(int count, wchar_t **arguments)
{
    struct error err = {0};

    (void)arguments;
    if (count != 0)
        return show_usage();
    if (service_control_run_in_foreground(&err))
        return EXIT_CODE_DONE;
    message_complain(&err);
    return EXIT_CODE_FAILED;
}

static const struct {
    const wchar_t *name;
    enum exit_code (*run)(int count, wchar_t **arguments);
} verbs[] = {
    {L"install", do_install}, {L"uninstall", do_uninstall}, {L"start", do_start},
    {L"stop", do_stop},       {L"path", do_path},           {L"users", do_users},
    {L"run", do_run},
};

/* A person who starts the program without a word is told the words. */
static enum exit_code run_as_service(void)
{
    struct error err = {0};

    if (service_control_run(&err))
        return EXIT_CODE_DONE;
    if (err.os_code ==
        (uint32_t)HRESULT_FROM_WIN32(ERROR_FAILED_SERVICE_CONTROLLER_CONNECT))
        return show_usage();
    message_complain(&err);
    return EXIT_CODE_FAILED;
}

int wmain(int argument_count, wchar_t **arguments);

int wmain(int argument_count, wchar_t **arguments)
{
    hardening_apply();
    hardening_deny_extension_points();
    hardening_deny_child_processes();
    if (argument_count < 2)
        return (int)run_as_service();
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (wcscmp(arguments[1], verbs[i].name) == 0)
            return (int)verbs[i].run(argument_count - 2, arguments + 2);
    }
    return (int)show_usage();
}
