/*
 * Words of the notification icon, its menu and its notifications.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/words.h"

#include "resources/resource.h"

#include <wchar.h>

static const UINT tips[TRAY_TEXT_COUNT] = {
    [TRAY_TEXT_STARTING] = IDS_TIP_STARTING,
    [TRAY_TEXT_UNREACHABLE] = IDS_TIP_UNREACHABLE,
    [TRAY_TEXT_NOT_INSTALLED] = IDS_TIP_NOT_INSTALLED,
    [TRAY_TEXT_SERVICE_STOPPED] = IDS_TIP_SERVICE_STOPPED,
    [TRAY_TEXT_OTHER_PROTOCOL] = IDS_TIP_OTHER_PROTOCOL,
    [TRAY_TEXT_FAULT] = IDS_TIP_FAULT,
    [TRAY_TEXT_PAUSED] = IDS_TIP_PAUSED,
    [TRAY_TEXT_NO_RULES] = IDS_TIP_NO_RULES,
    [TRAY_TEXT_FINE] = IDS_TIP_FINE,
    [TRAY_TEXT_WAITING] = IDS_TIP_WAITING,
    [TRAY_TEXT_NEEDS_USER] = IDS_TIP_NEEDS_USER,
};

static const UINT headers[MENU_HEADER_COUNT] = {
    [MENU_HEADER_STARTING] = IDS_HEADER_STARTING,
    [MENU_HEADER_UNREACHABLE] = IDS_HEADER_UNREACHABLE,
    [MENU_HEADER_NOT_INSTALLED] = IDS_HEADER_NOT_INSTALLED,
    [MENU_HEADER_SERVICE_STOPPED] = IDS_HEADER_SERVICE_STOPPED,
    [MENU_HEADER_OTHER_PROTOCOL] = IDS_HEADER_OTHER_PROTOCOL,
    [MENU_HEADER_FAULT] = IDS_HEADER_FAULT,
    [MENU_HEADER_WSL_ADDRESS] = IDS_HEADER_WSL_ADDRESS,
    [MENU_HEADER_WSL_ADDRESS_MODE] = IDS_HEADER_WSL_ADDRESS_MODE,
    [MENU_HEADER_WSL_RUNNING] = IDS_HEADER_WSL_RUNNING,
    [MENU_HEADER_WSL_MODE] = IDS_HEADER_WSL_MODE,
    [MENU_HEADER_WSL_STOPPED] = IDS_HEADER_WSL_STOPPED,
    [MENU_HEADER_WSL_UNKNOWN] = IDS_HEADER_WSL_UNKNOWN,
};

struct words words_of_tray(const struct tray_status *status)
{
    const struct words subject = words_from_utf8(status->subject);
    const bool trouble = status->text == TRAY_TEXT_NEEDS_USER;
    wchar_t count[24];
    wchar_t enabled[24];

    swprintf(count, ARRAYSIZE(count), L"%zu",
             trouble ? status->troubled_count : status->active_count);
    swprintf(enabled, ARRAYSIZE(enabled), L"%zu", status->enabled_count);
    return words_format(tips[status->text], count, enabled, subject.text);
}

struct words words_of_header(const struct menu_model *model)
{
    const UINT id = headers[model->header];
    const struct words argument = words_from_utf8(model->header_argument);
    const struct words mode = words_of_mode(model->wsl_mode);

    if (model->header == MENU_HEADER_WSL_MODE)
        return words_format(id, mode.text, NULL, NULL);
    if (model->header == MENU_HEADER_FAULT)
        return words_format(
            id, words_of_message_or(&model->fault, model->header_argument).text, NULL,
            NULL);
    if (model->header == MENU_HEADER_WSL_ADDRESS ||
        model->header == MENU_HEADER_WSL_ADDRESS_MODE)
        return words_format(id, words_from_left(argument.text).text, mode.text, NULL);
    return words_format(id, argument.text, words_from_utf8(model->header_second).text,
                        NULL);
}
