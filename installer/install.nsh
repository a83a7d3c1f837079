; Installing, upgrading and repairing are one: unpack, stop, replace, start. Until the new service
; runs everything can be put back.
; SPDX-License-Identifier: MIT

Var ExitWith ; why it failed; "" while all is well
Var HasBegun ; the new service, though the set-up had given it up: "1" or ""

!define Fail "!insertmacro Fail"
!macro Fail code sentence
    ${Log} "Failed: ${sentence} Exit code ${code}."
    StrCpy $ExitWith ${code}
    SetErrorLevel ${code}
    RMDir /r "${NEW}"
    MessageBox MB_OK|MB_ICONSTOP "$(Failed)$\r$\n$\r$\n${sentence}" /SD IDOK
    Abort "${sentence}"
!macroend

Function CheckRoom
    StrCpy $0 $INSTDIR 3
    System::Call 'kernel32::GetDiskFreeSpaceExW(w "$INSTDIR", *l .r1, p 0, p 0) i .r0'
    System::Int64Op $1 / 1024
    Pop $1
    System::Int64Op $1 < ${ROOM_KIB}
    Pop $2
    ${If} $0 <> 0
    ${AndIf} $2 <> 0
        ${Fail} ${EXIT_DISK} "the drive has $1 KiB left, ${ROOM_KIB} KiB are needed."
    ${EndIf}
FunctionEnd

; An error while unpacking ends the set-up by NSIS' own means: .onInstFailed.
Function UnpackPrograms
    CreateDirectory "$INSTDIR"
    Call TidyPrograms
    ${If} $InPlace != ""
        ${Fail} ${EXIT_ROLLBACK_FAILED} "'$InPlace' of an earlier set-up could not be put back."
    ${EndIf}
    Call CheckRoom
    SetOutPath "${NEW}"
    File "${PROGRAMS}/tidegate.exe"
    File "${PROGRAMS}/tidegate-service.exe"
    File "${PROGRAMS}/tidegatectl.exe"
    File "/oname=LICENSE.txt" "${TOP}/LICENSE"
    WriteUninstaller "${NEW}\uninstall.exe"
    SetOutPath "$TEMP" ; a current folder cannot be removed
    Push "${NEW}\tidegate-service.exe"
    Call ReadVersion
    ${If} $0 != "${VERSION}"
        ${Fail} ${EXIT_DISK} "the unpacked service is version '$0', not ${VERSION}."
    ${EndIf}
FunctionEnd

; By the new program: an old one may not know how.
Function StopService
    ${RunService} "${NEW}" "stop"
    ${If} $ExitCode != "0"
        ${RunService} "${NEW}" "start"
        ${Fail} ${EXIT_STOP_FAILED} "the service does not stop. Restart Windows, then try again."
    ${EndIf}
    Call SecureDatabase
    ${If} $CopyError <> 0
    ${AndIf} $Unfinished != ""
        Call FindWayOut
        ${Fail} ${EXIT_ROLLBACK_FAILED} "The former database could not be put back. $7"
    ${EndIf}
    ${If} $CopyError <> 0
        Call DropDatabaseCopy
        ${RunService} "${NEW}" "start"
        ${Fail} ${EXIT_DISK} "the database cannot be copied: Windows error $CopyError."
    ${EndIf}
FunctionEnd

; What to do when there is no way back.
Function FindWayOut
    StrCpy $7 "Restart Windows, then run the set-up again."
    ${If} ${FileExists} "${DATABASE_COPY}"
        StrCpy $7 "The database is kept as 'Data\tidegate.db${COPY_SUFFIX}'. $7"
    ${EndIf}
FunctionEnd

; A service deletes the copy as soon as it begins to work. From then on its database alone knows what
; it changed in Windows, and there is no way back: it was only slow, and is started once more.
Function StartOnceMore
    ${Log} "The new service has begun to work."
    Call FindWayOut
    ${RunService} "$INSTDIR" "install"
    ${If} $ExitCode != "0"
        ${Fail} ${EXIT_ROLLBACK_FAILED} "$8 It has changed the database already. $7"
    ${EndIf}
FunctionEnd

; What the new service did goes; a first installation is undone by its own program. Whatever of it
; fails, nothing more is changed then: copy and old programs stay for the next set-up.
Function UndoStart
    ${Log} "Going back: $8"
    ${RunService} "$INSTDIR" "stop"
    ${If} $ExitCode == "0"
    ${AndIf} $HasCopy != ""
    ${AndIfNot} ${FileExists} "${DATABASE_COPY}"
        StrCpy $HasBegun "1"
        Return
    ${EndIf}
    ${If} $ExitCode == "0"
    ${AndIf} $InstalledVersion == ""
        ${RunService} "$INSTDIR" "uninstall"
    ${EndIf}
    ${If} $ExitCode != "0"
        ${Fail} ${EXIT_ROLLBACK_FAILED} "$8 It could not be undone, either. $7"
    ${EndIf}
    Call RestoreDatabase
    ${If} $CopyError <> 0
        ${Fail} ${EXIT_ROLLBACK_FAILED} "$8 The former database could not be put back. $7"
    ${EndIf}
FunctionEnd

; $9 is the exit code, $8 the sentence.
Function RollBack
    Call FindWayOut
    Call PutProgramsBack
    ${If} $InPlace != ""
        ${Fail} ${EXIT_ROLLBACK_FAILED} "$8 '$InPlace' could not be put back. $7"
    ${EndIf}
    Call DropDatabaseCopy
    ${If} $InstalledVersion != ""
        ${RunService} "$INSTDIR" "install"
        ${If} $ExitCode != "0"
            ${Fail} ${EXIT_ROLLBACK_FAILED} "$8 Version $InstalledVersion does not start, either."
        ${EndIf}
        ${Fail} $9 "$8 Version $InstalledVersion is at work again."
    ${EndIf}
    ${Fail} $9 "$8 Nothing is installed."
FunctionEnd

Function StartService
    Push "$INSTDIR\tidegate-service.exe"
    Call ReadVersion
    ${If} $0 != "${VERSION}"
        StrCpy $9 ${EXIT_FILE_IN_USE}
        StrCpy $8 "The service in place is version '$0', not ${VERSION}."
        ${Log} "Going back: $8"
        Call RollBack
    ${EndIf}
    ${RunService} "$INSTDIR" "install"
    ${If} $ExitCode == "0"
        Return
    ${EndIf}
    StrCpy $9 ${EXIT_START_FAILED}
    StrCpy $8 "The service of version ${VERSION} does not start."
    Call FindWayOut
    Call UndoStart
    ${If} $HasBegun != ""
        Call StartOnceMore
    ${Else}
        Call RollBack
    ${EndIf}
FunctionEnd

Section "-Programs"
    StrCpy $ExitWith ""
    StrCpy $HasBegun ""
    Call UnpackPrograms
    Call StopService
    Call ReplacePrograms
    ${If} $InPlace != ""
        StrCpy $9 ${EXIT_FILE_IN_USE}
        StrCpy $8 "'$InPlace' cannot be replaced: Windows error $MoveError."
        ${Log} "Going back: $8"
        Call RollBack
    ${EndIf}
    Call StartService
    Call DropDatabaseCopy
    Call WriteRegistered
SectionEnd

Section /o "$(PathSection)" SectionPath
    ${RunService} "$INSTDIR" "path add"
    !insertmacro TellOfPath
SectionEnd

Section "-Last"
    Call DropOldPrograms
    ${If} $InstalledVersion == ""
        ${Log} "Tidegate ${VERSION} is installed."
    ${ElseIf} $InstalledVersion == "${VERSION}"
        ${Log} "Tidegate ${VERSION} is repaired."
    ${Else}
        ${Log} "Tidegate $InstalledVersion is now ${VERSION}."
    ${EndIf}
SectionEnd

; /PATH, or chosen in the window, or chosen before. An upgrade never takes it out.
Function ReadPathChoice
    ReadRegDWORD $0 HKLM "Software\Tidegate" "AddedToPath"
    ${If} $0 = 1
        SectionSetFlags ${SectionPath} ${SF_SELECTED}
    ${EndIf}
    ${GetParameters} $0
    ClearErrors
    ${GetOptions} $0 "/PATH" $1
    ${IfNot} ${Errors}
        SectionSetFlags ${SectionPath} ${SF_SELECTED}
    ${EndIf}
    ClearErrors
FunctionEnd

; Also after what NSIS itself could not do: unpack or write a file. Nothing was replaced then.
Function .onInstFailed
    SetOutPath "$TEMP"
    ${If} $ExitWith == ""
        RMDir /r "${NEW}"
        ${Log} "Failed: a file could not be unpacked; is the drive full? Exit code ${EXIT_DISK}."
        SetErrorLevel ${EXIT_DISK}
    ${EndIf}
    ${If} $InstalledVersion == ""
        RMDir "$INSTDIR"
    ${EndIf}
FunctionEnd

; As the one who is signed in, not as the administrator who installs: Explorer starts it.
Function StartTray
    Exec '"$WINDIR\explorer.exe" "$INSTDIR\tidegate.exe"'
FunctionEnd
