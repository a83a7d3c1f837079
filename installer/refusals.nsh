; What is refused before anything is changed. Silent: no message box, only exit code and log.
; SPDX-License-Identifier: MIT

Var InstalledVersion ; "" when there is none in $INSTDIR

; Ends with the code. The sentence is for the log, the text for the window.
!define Refuse "!insertmacro Refuse"
!macro Refuse code sentence text
    ${Log} "Refused: ${sentence} Exit code ${code}."
    MessageBox MB_OK|MB_ICONSTOP "${text}" /SD IDOK
    SetErrorLevel ${code}
    Quit
!macroend

Function RefuseWithoutRights
    UserInfo::GetAccountType
    Pop $0
    ${If} $0 != "Admin"
        ${Refuse} ${EXIT_NEEDS_ADMINISTRATOR} "only an administrator can install a service." \
            "$(NeedsAdministrator)"
    ${EndIf}
FunctionEnd

Function RefuseOldWindows
    ${IfNot} ${AtLeastBuild} 17763
        ${Refuse} ${EXIT_WRONG_WINDOWS} "Tidegate needs Windows 10 version 1809 or newer." \
            "$(WrongWindows)"
    ${EndIf}
FunctionEnd

; A file that only an administrator can make, for set-up and uninstaller alike. The handle stays open
; until this process ends, and then the file goes; one that a power cut left is in nobody's way.
!define SETUP_LOCK "$PROGRAMFILES64\Tidegate-setup.lock"
!define GENERIC_WRITE 0x40000000
!define OPEN_ALWAYS 4
!define FILE_FLAG_DELETE_ON_CLOSE 0x04000000

!macro DefineRefuseSecondSetup un
    Function ${un}RefuseSecondSetup
        System::Call 'kernel32::CreateFileW(w "${SETUP_LOCK}", i ${GENERIC_WRITE}, i 0, p 0, \
            i ${OPEN_ALWAYS}, i ${FILE_FLAG_DELETE_ON_CLOSE}, p 0) p .r0 ?e'
        Pop $1
        ${If} $0 = -1
            ${Refuse} ${EXIT_BUSY} \
                "another set-up of Tidegate is running ('${SETUP_LOCK}': Windows error $1)." "$(Busy)"
        ${EndIf}
    FunctionEnd
!macroend

!insertmacro DefineRefuseSecondSetup ""
!insertmacro DefineRefuseSecondSetup "un."

; The service runs as SYSTEM: its program may lie only where administrators alone can write.
Function RefuseWrongPlace
    StrLen $0 "$PROGRAMFILES64\"
    StrCpy $1 $INSTDIR $0
    ${If} $1 != "$PROGRAMFILES64\"
        ${Refuse} ${EXIT_WRONG_PLACE} "'$INSTDIR' is not below '$PROGRAMFILES64'." "$(WrongPlace)"
    ${EndIf}
    ; Beside another folder's database the ledger would be forgotten.
    ReadRegStr $0 HKLM "SYSTEM\CurrentControlSet\Services\Tidegate" "ImagePath"
    ${If} $0 != ""
    ${AndIf} $0 != '"$INSTDIR\tidegate-service.exe"'
        ${Refuse} ${EXIT_WRONG_PLACE} \
            "the service is registered as $0, not in '$INSTDIR'. Uninstall that one first." \
            "$(OtherPlace)$\r$\n$0"
    ${EndIf}
FunctionEnd

; Puts the version of a program into $0; "" when there is none.
Function ReadVersion
    Exch $9
    StrCpy $0 ""
    ClearErrors
    GetDLLVersion "$9" $1 $2
    ${IfNot} ${Errors}
        IntOp $3 $1 >> 16
        IntOp $3 $3 & 0xFFFF
        IntOp $4 $1 & 0xFFFF
        IntOp $5 $2 >> 16
        IntOp $5 $5 & 0xFFFF
        StrCpy $0 "$3.$4.$5"
    ${EndIf}
    ClearErrors
    Pop $9
FunctionEnd

; A service deletes the copy of the database when it begins to work. Until then what counts is the
; version that was moved away, and the set-up begins with going back to it.
Function FindInstalledVersion
    StrCpy $Unfinished ""
    ${If} ${FileExists} "${DATABASE_COPY}"
        StrCpy $Unfinished "1"
    ${EndIf}
    Push "$INSTDIR\tidegate-service.exe"
    Call ReadVersion
    ${If} $0 == "" ; a set-up was ended while it moved the file
    ${OrIf} $Unfinished != ""
    ${AndIf} ${FileExists} "${OLD}\tidegate-service.exe"
        Push "${OLD}\tidegate-service.exe"
        Call ReadVersion
    ${EndIf}
    StrCpy $InstalledVersion $0
FunctionEnd

Function RefuseDowngrade
    Call FindInstalledVersion
    ${If} $InstalledVersion == ""
        Return
    ${EndIf}
    ${VersionCompare} "$InstalledVersion" "${VERSION}" $0
    ${If} $0 = 1
        ${Refuse} ${EXIT_NEWER_INSTALLED} \
            "version $InstalledVersion is installed, and this is ${VERSION}. Uninstall it first." \
            "$(NewerInstalled)"
    ${EndIf}
FunctionEnd

Function .onInit
    SetRegView 64
    SetShellVarContext all
    Call OpenLog
    ${Log} "Set-up of Tidegate ${VERSION} into '$INSTDIR'."
    Call RefuseWithoutRights
    Call RefuseOldWindows
    Call RefuseSecondSetup
    Call RefuseWrongPlace
    Call RefuseDowngrade
    Call ReadPathChoice
FunctionEnd
