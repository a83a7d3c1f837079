/*
 * Why there is no report: which of the few kinds the user can do something about.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_VIEW_SERVICE_TROUBLE_H
#define TIDEGATE_VIEW_SERVICE_TROUBLE_H

#include "core/base/error.h"

/* ERROR_SERVICE_DOES_NOT_EXIST as HRESULT, which comes with MESSAGE_SERVICE_NOT_RUNNING. */
#define SERVICE_CODE_NOT_INSTALLED 0x80070424u

enum service_trouble {
    SERVICE_SILENT, /* it does not answer, or nothing more is known */
    SERVICE_NOT_INSTALLED,
    SERVICE_NOT_RUNNING,
    SERVICE_OTHER_PROTOCOL /* a version that this program cannot talk to; arguments of the
                              message: its protocol version, and ours */
};

/* NULL: nothing is known. */
enum service_trouble service_trouble_of(const struct error *error);

#endif
