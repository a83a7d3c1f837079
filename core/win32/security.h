/*
 * Who may touch what: security descriptors of the pipe and of the data folder.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_SECURITY_H
#define TIDEGATE_WIN32_SECURITY_H

#include "core/base/error.h"
#include "core/model/rule.h"

#include <windows.h>

/* What a client may ask for when it opens the pipe: GENERIC_WRITE would include the right to create
 * an instance of the pipe, and with it to play the service (CVE-2024-4877). */
#define PIPE_CLIENT_ACCESS                                                               \
    (FILE_READ_DATA | FILE_WRITE_DATA | FILE_READ_ATTRIBUTES | FILE_WRITE_ATTRIBUTES |   \
     READ_CONTROL | SYNCHRONIZE)

/* The pipe's: SYSTEM and Administrators all, INTERACTIVE the above, nobody from the network,
 * nobody below medium integrity. Release with LocalFree; NULL on failure. */
PSECURITY_DESCRIPTOR security_pipe_descriptor(struct error *err);

/*
 * Whether only SYSTEM, Administrators and `service_user` own and can change the object that
 * `descriptor` (self-relative or absolute, with owner and DACL) belongs to. Pure. Who else
 * may read does not matter: there are no secrets. ERR_ACCESS_DENIED names the one who can.
 * `service_user` is who the service runs as: SYSTEM on Windows, or the administrator who debugs it;
 * also under Wine, which shows file modes as an access list of that user.
 */
bool security_check_private(PSECURITY_DESCRIPTOR descriptor,
                            const struct user_sid *service_user,
                            struct error *err) MUST_CHECK;

/* The same for a file or folder of that name, which must not be a link. ERR_NOT_FOUND if it
 * is not there. */
bool security_check_private_path(const char *path, const struct user_sid *service_user,
                                 struct error *err) MUST_CHECK;

/* Makes the folder, for SYSTEM and Administrators only and without anything inherited.
 * Success, too, when it exists; its access list is then as it was. */
bool security_create_private_folder(const char *path, struct error *err) MUST_CHECK;

/* Gives an existing folder and what is in it that access list and owner again. */
bool security_repair_private_folder(const char *path, struct error *err) MUST_CHECK;

/* Whether SYSTEM or Administrators own the object behind `handle` (a pipe). Needs READ_CONTROL. */
bool security_is_owned_by_system(HANDLE handle);

#endif
