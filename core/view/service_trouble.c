/*
 * Why there is no report.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/service_trouble.h"

enum service_trouble service_trouble_of(const struct error *error)
{
    if (error == NULL)
        return SERVICE_SILENT;
    if (error->message.id == MESSAGE_SERVICE_OTHER_VERSION)
        return SERVICE_OTHER_PROTOCOL;
    if (error->message.id != MESSAGE_SERVICE_NOT_RUNNING)
        return SERVICE_SILENT;
    return error->os_code == SERVICE_CODE_NOT_INSTALLED ? SERVICE_NOT_INSTALLED
                                                        : SERVICE_NOT_RUNNING;
}
