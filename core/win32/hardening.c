/*
 * Limits on this process, from facts/ux-security.md §4.4.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/hardening.h"

#include <windows.h>

static void deny_foreign_images(void)
{
    PROCESS_MITIGATION_IMAGE_LOAD_POLICY policy = {0};

    policy.NoRemoteImages = 1;
    policy.NoLowMandatoryLabelImages = 1;
    policy.PreferSystem32Images = 1;
    SetProcessMitigationPolicy(ProcessImageLoadPolicy, &policy, sizeof policy);
}

void hardening_apply(void)
{
    if (!SetDefaultDllDirectories(LOAD_LIBRARY_SEARCH_SYSTEM32) || !SetDllDirectoryW(L""))
        ExitProcess(1);
    HeapSetInformation(NULL, HeapEnableTerminationOnCorruption, NULL, 0);
    /* Not denied: dynamic code, because security products that hook system calls need it, and
     * invalid handles, because the libraries behind COM are not ours to vouch for. */
    deny_foreign_images();
}

void hardening_deny_extension_points(void)
{
    PROCESS_MITIGATION_EXTENSION_POINT_DISABLE_POLICY policy = {0};

    policy.DisableExtensionPoints = 1;
    SetProcessMitigationPolicy(ProcessExtensionPointDisablePolicy, &policy, sizeof policy);
}

void hardening_deny_child_processes(void)
{
    PROCESS_MITIGATION_CHILD_PROCESS_POLICY policy = {0};
    wchar_t system_folder[MAX_PATH];

    policy.NoChildProcessCreation = 1;
    SetProcessMitigationPolicy(ProcessChildProcessPolicy, &policy, sizeof policy);
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOOPENFILEERRORBOX);
    if (GetSystemDirectoryW(system_folder, MAX_PATH) > 0)
        SetCurrentDirectoryW(system_folder);
}
