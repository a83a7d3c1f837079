/*
 * Security descriptors: the judgement is pure and tested on SDDL; the rest on a real folder.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/security.h"
#include "core/win32/token.h"
#include "core/win32/utf.h"

#include <check.h>
#include <sddl.h>

#define USER "S-1-5-21-1-2-3-1001"
#define PRIVATE_DACL L"D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)"

static const struct user_sid system_user = {"S-1-5-18"};
static const struct user_sid debugging_user = {USER};

static PSECURITY_DESCRIPTOR from_sddl(const wchar_t *sddl)
{
    PSECURITY_DESCRIPTOR descriptor = NULL;

    ck_assert_msg(ConvertStringSecurityDescriptorToSecurityDescriptorW(
                      sddl, SDDL_REVISION_1, &descriptor, NULL),
                  "%ls: error %lu", sddl, (unsigned long)GetLastError());
    return descriptor;
}

static bool is_private(const wchar_t *sddl, const struct user_sid *service_user,
                       struct error *err)
{
    PSECURITY_DESCRIPTOR descriptor = from_sddl(sddl);
    const bool ok = security_check_private(descriptor, service_user, err);

    LocalFree(descriptor);
    return ok;
}

static const wchar_t *const private_ones[] = {
    L"O:BAG:BA" PRIVATE_DACL,
    L"O:SYG:SY" PRIVATE_DACL,
    L"O:SYG:SYD:(A;;FA;;;BA)",
    L"O:BAG:BA" PRIVATE_DACL L"(A;OICI;0x1200a9;;;BU)", /* Users read and execute */
    L"O:BAG:BAD:P(D;;FA;;;WD)(A;;FA;;;SY)",
    L"O:BAG:BAD:P", /* nobody at all */
};

START_TEST(check_private_accepts_system_and_administrators)
{
    const wchar_t *sddl = private_ones[_i];
    struct error err = {0};

    ck_assert_msg(is_private(sddl, &system_user, &err), "%ls: %s", sddl, err.detail);
}
END_TEST

static const wchar_t *const open_ones[] = {
    L"O:BUG:BA" PRIVATE_DACL,
    L"O:S-1-5-21-1-2-3-1001G:BA" PRIVATE_DACL,
    L"O:BAG:BA" PRIVATE_DACL L"(A;;0x2;;;BU)",   /* write data, add file */
    L"O:BAG:BA" PRIVATE_DACL L"(A;;0x4;;;BU)",   /* append, add folder */
    L"O:BAG:BA" PRIVATE_DACL L"(A;;0x10;;;BU)",  /* extended attributes */
    L"O:BAG:BA" PRIVATE_DACL L"(A;;0x40;;;AU)",  /* delete what is inside */
    L"O:BAG:BA" PRIVATE_DACL L"(A;;0x100;;;AU)", /* attributes */
    L"O:BAG:BA" PRIVATE_DACL L"(A;;SD;;;WD)",    /* delete */
    L"O:BAG:BA" PRIVATE_DACL L"(A;;WD;;;IU)",    /* change the access list */
    L"O:BAG:BA" PRIVATE_DACL L"(A;;WO;;;IU)",    /* take ownership */
    L"O:BAG:BA" PRIVATE_DACL L"(A;;GW;;;BU)",
    L"O:BAG:BA" PRIVATE_DACL L"(A;;GA;;;WD)",
    L"O:BAG:BA" PRIVATE_DACL L"(A;OICIIO;FA;;;CO)", /* only what is made inside */
    L"O:BAG:BA" PRIVATE_DACL L"(A;;FA;;;S-1-5-21-1-2-3-1001)",
};

START_TEST(check_private_refuses_whatever_lets_others_change_it)
{
    const wchar_t *sddl = open_ones[_i];
    struct error err = {0};

    ck_assert_msg(!is_private(sddl, &system_user, &err), "%ls was accepted", sddl);
    ck_assert_int_eq(err.kind, ERR_ACCESS_DENIED);
}
END_TEST

START_TEST(check_private_names_who_can_change_it)
{
    struct error err = {0};

    ck_assert(!is_private(L"O:BAG:BAD:P(A;;FA;;;"
                          L"" USER L")",
                          &system_user, &err));
    ck_assert_str_eq(err.detail, "it can be changed by " USER);
    ck_assert(!is_private(L"O:BUG:BA" PRIVATE_DACL, &system_user, &err));
    ck_assert_str_eq(err.detail, "it is owned by S-1-5-32-545");
}
END_TEST

START_TEST(check_private_refuses_a_missing_access_list)
{
    SECURITY_DESCRIPTOR descriptor;
    PSECURITY_DESCRIPTOR owned = from_sddl(L"O:BAG:BA");
    PSID owner = NULL;
    BOOL ignored;
    struct error err = {0};

    ck_assert(!security_check_private(owned, &system_user, &err));
    ck_assert(InitializeSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION));
    ck_assert(GetSecurityDescriptorOwner(owned, &owner, &ignored));
    ck_assert(SetSecurityDescriptorOwner(&descriptor, owner, FALSE));
    ck_assert(SetSecurityDescriptorDacl(&descriptor, TRUE, NULL, FALSE));
    ck_assert(!security_check_private(&descriptor, &system_user, &err));
    LocalFree(owned);
}
END_TEST

START_TEST(check_private_refuses_a_missing_owner)
{
    struct error err = {0};

    ck_assert(!is_private(PRIVATE_DACL, &system_user, &err));
}
END_TEST

START_TEST(check_private_refuses_entries_it_does_not_know)
{
    PSECURITY_DESCRIPTOR descriptor = from_sddl(L"O:BAG:BAD:P(A;;FA;;;SY)");
    struct error err = {0};
    BOOL ignored;
    PACL dacl = NULL;
    void *entry = NULL;

    ck_assert(GetSecurityDescriptorDacl(descriptor, &ignored, &dacl, &ignored));
    ck_assert(GetAce(dacl, 0, &entry));
    ((ACE_HEADER *)entry)->AceType = ACCESS_ALLOWED_CALLBACK_ACE_TYPE;

    ck_assert(!security_check_private(descriptor, &system_user, &err));
    LocalFree(descriptor);
}
END_TEST

START_TEST(check_private_trusts_the_user_the_service_runs_as)
{
    struct error err = {0};

    ck_assert(is_private(L"O:"
                         L"" USER L"G:BAD:P(A;;FA;;;SY)(A;;FA;;;"
                         L"" USER L")",
                         &debugging_user, &err));
}
END_TEST

static const ACE_HEADER *entry_at(PSECURITY_DESCRIPTOR descriptor, DWORD index)
{
    BOOL ignored;
    PACL dacl = NULL;
    void *entry = NULL;

    ck_assert(GetSecurityDescriptorDacl(descriptor, &ignored, &dacl, &ignored));
    ck_assert(GetAce(dacl, index, &entry));
    return entry;
}

static void check_pipe_entry(PSECURITY_DESCRIPTOR descriptor, DWORD index, BYTE type,
                             WELL_KNOWN_SID_TYPE who, DWORD mask)
{
    const ACE_HEADER *header = entry_at(descriptor, index);
    ACCESS_ALLOWED_ACE *entry = (ACCESS_ALLOWED_ACE *)(uintptr_t)header;

    ck_assert_uint_eq(header->AceType, type);
    ck_assert(IsWellKnownSid(&entry->SidStart, who));
    ck_assert_uint_eq(entry->Mask, mask);
}

START_TEST(pipe_descriptor_lets_interactive_users_talk_and_nothing_more)
{
    PSECURITY_DESCRIPTOR descriptor = security_pipe_descriptor(NULL);

    ck_assert_ptr_nonnull(descriptor);
    check_pipe_entry(descriptor, 0, ACCESS_DENIED_ACE_TYPE, WinNetworkSid,
                     FILE_ALL_ACCESS);
    check_pipe_entry(descriptor, 1, ACCESS_DENIED_ACE_TYPE, WinAnonymousSid,
                     FILE_ALL_ACCESS);
    check_pipe_entry(descriptor, 2, ACCESS_ALLOWED_ACE_TYPE, WinLocalSystemSid,
                     FILE_ALL_ACCESS);
    check_pipe_entry(descriptor, 3, ACCESS_ALLOWED_ACE_TYPE, WinBuiltinAdministratorsSid,
                     FILE_ALL_ACCESS);
    check_pipe_entry(descriptor, 4, ACCESS_ALLOWED_ACE_TYPE, WinInteractiveSid,
                     PIPE_CLIENT_ACCESS);
    ck_assert_uint_eq(PIPE_CLIENT_ACCESS & FILE_CREATE_PIPE_INSTANCE, 0);
    LocalFree(descriptor);
}
END_TEST

START_TEST(pipe_descriptor_keeps_low_integrity_out)
{
    PSECURITY_DESCRIPTOR descriptor = security_pipe_descriptor(NULL);
    BOOL present = FALSE;
    BOOL ignored;
    PACL sacl = NULL;
    void *entry = NULL;

    ck_assert(GetSecurityDescriptorSacl(descriptor, &present, &sacl, &ignored));
    ck_assert(present && sacl != NULL && GetAce(sacl, 0, &entry));
    ck_assert_uint_eq(((ACE_HEADER *)entry)->AceType, SYSTEM_MANDATORY_LABEL_ACE_TYPE);
    ck_assert_uint_eq(((SYSTEM_MANDATORY_LABEL_ACE *)entry)->Mask,
                      SYSTEM_MANDATORY_LABEL_NO_WRITE_UP);
    ck_assert(IsWellKnownSid(&((SYSTEM_MANDATORY_LABEL_ACE *)entry)->SidStart,
                             WinMediumLabelSid));
    LocalFree(descriptor);
}
END_TEST

struct folder {
    wchar_t wide[MAX_PATH];
    char path[MAX_PATH * 3];
    struct user_sid self;
};

static struct folder new_folder_name(void)
{
    struct folder folder = {0};
    wchar_t temporary[MAX_PATH - 40];

    ck_assert(GetTempPathW(MAX_PATH - 40, temporary) > 0);
    _snwprintf(folder.wide, MAX_PATH, L"%lstidegate-%lu-%lu", temporary,
               (unsigned long)GetCurrentProcessId(), (unsigned long)GetTickCount());
    ck_assert(utf8_from_utf16(folder.wide, folder.path, sizeof folder.path));
    ck_assert(token_read_own_user(&folder.self, NULL));
    return folder;
}

START_TEST(private_folder_passes_its_own_check)
{
    const struct folder folder = new_folder_name();
    struct error err = {0};

    ck_assert_msg(security_create_private_folder(folder.path, &err), "%s", err.detail);
    ck_assert_msg(security_check_private_path(folder.path, &folder.self, &err), "%s",
                  err.detail);
    ck_assert(RemoveDirectoryW(folder.wide));
}
END_TEST

START_TEST(private_folder_that_everybody_can_change_is_found_and_repaired)
{
    const struct folder folder = new_folder_name();
    PSECURITY_DESCRIPTOR everybody = from_sddl(L"D:P(A;OICI;FA;;;WD)");
    struct error err = {0};

    ck_assert(CreateDirectoryW(folder.wide, NULL));
    ck_assert(SetFileSecurityW(folder.wide, DACL_SECURITY_INFORMATION, everybody));
    LocalFree(everybody);

    ck_assert(security_create_private_folder(folder.path, &err));
    ck_assert(!security_check_private_path(folder.path, &folder.self, &err));
    ck_assert_int_eq(err.kind, ERR_ACCESS_DENIED);
    ck_assert_msg(security_repair_private_folder(folder.path, &err), "%s", err.detail);
    ck_assert(security_check_private_path(folder.path, &folder.self, &err));
    ck_assert(RemoveDirectoryW(folder.wide));
}
END_TEST

START_TEST(private_path_that_is_missing_is_not_found)
{
    const struct folder folder = new_folder_name();
    struct error err = {0};

    ck_assert(!security_check_private_path(folder.path, &folder.self, &err));
    ck_assert_int_eq(err.kind, ERR_NOT_FOUND);
}
END_TEST

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

Suite *security_suite(void)
{
    Suite *suite = suite_create("security");
    TCase *check = tcase_create("security_check_private");
    TCase *pipe = tcase_create("security_pipe_descriptor");
    TCase *folder = tcase_create("security_private_folder");

    tcase_add_loop_test(check, check_private_accepts_system_and_administrators, 0,
                        COUNT(private_ones));
    tcase_add_loop_test(check, check_private_refuses_whatever_lets_others_change_it, 0,
                        COUNT(open_ones));
    tcase_add_test(check, check_private_names_who_can_change_it);
    tcase_add_test(check, check_private_refuses_a_missing_access_list);
    tcase_add_test(check, check_private_refuses_a_missing_owner);
    tcase_add_test(check, check_private_refuses_entries_it_does_not_know);
    tcase_add_test(check, check_private_trusts_the_user_the_service_runs_as);
    suite_add_tcase(suite, check);
    tcase_add_test(pipe, pipe_descriptor_lets_interactive_users_talk_and_nothing_more);
    tcase_add_test(pipe, pipe_descriptor_keeps_low_integrity_out);
    suite_add_tcase(suite, pipe);
    tcase_add_test(folder, private_folder_passes_its_own_check);
    tcase_add_test(folder, private_folder_that_everybody_can_change_is_found_and_repaired);
    tcase_add_test(folder, private_path_that_is_missing_is_not_found);
    suite_add_tcase(suite, folder);
    return suite;
}
