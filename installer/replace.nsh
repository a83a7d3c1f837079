; Replacing the programs as one step that can be taken back: the new ones are unpacked to New\, then
; each old one moves to Old\ and its successor into place.
; SPDX-License-Identifier: MIT

!define NEW "$INSTDIR\New"
!define OLD "$INSTDIR\Old"
!define ROOM_KIB 16384 ; for New\ and the database's copy, amply

Var InPlace ; of the file that could not be moved

; Calls a macro with the name of each file. The service's last: until then it is in New\ and can be
; asked who uses another.
!macro EachProgram do
    !insertmacro ${do} "tidegatectl.exe"
    !insertmacro ${do} "tidegate.exe"
    !insertmacro ${do} "LICENSE.txt"
    !insertmacro ${do} "uninstall.exe"
    !insertmacro ${do} "tidegate-service.exe"
!macroend

; Out of the way, at once or when Windows starts again. By a name that no later set-up uses: Windows
; deletes what lies there then.
!define DropFile "!insertmacro DropFile"
!macro DropFile path folder
    ClearErrors
    Delete "${path}"
    ${If} ${Errors}
        GetTempFileName $0 "${folder}"
        Delete "$0"
        Rename "${path}" "$0"
        Delete /REBOOTOK "$0"
        ${If} ${FileExists} "${path}"
            ${Log} "'${path}' is in use, and cannot be moved away."
        ${Else}
            ${Log} "'${path}' is still in use. It goes at the next start of Windows."
        ${EndIf}
        ClearErrors
    ${EndIf}
!macroend

!define LEAVE_ATTEMPTS 12
!macro DropFilePatiently path folder
    ${For} $0 1 ${LEAVE_ATTEMPTS}
        ClearErrors
        Delete "${path}"
        ${IfNot} ${Errors}
            ${ExitFor}
        ${EndIf}
        Sleep ${MOVE_PAUSE_MS}
    ${Next}
    ${DropFile} "${path}" "${folder}"
!macroend

; Back to its place. What stands there is the program of a version that never worked.
!macro TakeProgramBack name
    ${If} ${FileExists} "$INSTDIR\${name}"
        ${DropFile} "$INSTDIR\${name}" "${OLD}"
    ${EndIf}
    ${MoveFile} "${OLD}\${name}" "$INSTDIR\${name}"
    ${If} $MoveError <> 0
        StrCpy $InPlace "${name}"
    ${Else}
        ${Log} "Put '${name}' back, which an earlier set-up had moved away."
    ${EndIf}
!macroend

; What a set-up left that was ended half-way, or a program that was still in use then.
!macro TidyProgram name
    ${If} ${FileExists} "${OLD}\${name}"
        ${If} $Unfinished == ""
        ${AndIf} ${FileExists} "$INSTDIR\${name}"
            ${DropFile} "${OLD}\${name}" "${OLD}"
        ${Else}
            !insertmacro TakeProgramBack "${name}"
        ${EndIf}
    ${EndIf}
!macroend

Function TidyPrograms
    StrCpy $InPlace ""
    !insertmacro EachProgram TidyProgram
    RMDir /r "${NEW}"
    ClearErrors
FunctionEnd

!macro ReplaceProgram name
    ${If} $InPlace == ""
        ${If} ${FileExists} "$INSTDIR\${name}"
            ${MoveFile} "$INSTDIR\${name}" "${OLD}\${name}"
        ${Else}
            StrCpy $MoveError 0
        ${EndIf}
        ${If} $MoveError = 0
            ${MoveFile} "${NEW}\${name}" "$INSTDIR\${name}"
        ${EndIf}
        ${If} $MoveError <> 0
            StrCpy $InPlace "${name}"
            ${RunService} "${NEW}" 'users "$INSTDIR\${name}"'
        ${EndIf}
    ${EndIf}
!macroend

; $InPlace is then empty, or names the program that could not be moved.
Function ReplacePrograms
    StrCpy $InPlace ""
    CreateDirectory "${OLD}"
    !insertmacro EachProgram ReplaceProgram
FunctionEnd

; Only what was moved is moved back.
!macro PutProgramBack name
    ${IfNot} ${FileExists} "${NEW}\${name}"
    ${AndIf} ${FileExists} "$INSTDIR\${name}"
        ${MoveFile} "$INSTDIR\${name}" "${NEW}\${name}"
    ${EndIf}
    ${If} ${FileExists} "${OLD}\${name}"
        ${MoveFile} "${OLD}\${name}" "$INSTDIR\${name}"
        ${If} $MoveError <> 0
            StrCpy $InPlace "${name}"
        ${EndIf}
    ${EndIf}
!macroend

Function PutProgramsBack
    StrCpy $InPlace ""
    !insertmacro EachProgram PutProgramBack
    RMDir /r "${NEW}"
    Delete "${OLD}\*.tmp" ; of DropFile, where it is not in use any more
    RMDir "${OLD}"
FunctionEnd

; Trays start themselves anew when they see the new installation; who edits a rule is not disturbed,
; and that one's old program goes at the next start of Windows.
!macro DropProgram name
    !insertmacro DropFilePatiently "${OLD}\${name}" "${OLD}"
!macroend

Function DropOldPrograms
    !insertmacro EachProgram DropProgram
    Delete "${OLD}\*.tmp" ; of DropFile, where it is not in use any more
    RMDir /REBOOTOK "${OLD}"
    RMDir "${NEW}"
    ClearErrors
FunctionEnd
