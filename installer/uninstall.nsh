; Uninstalling. The service's program withdraws what it made in Windows and unregisters itself; then
; its files go, and only those.
; SPDX-License-Identifier: MIT

Var RemoveData ; 1 or 0

!macro DeleteProgram name
    !if "${name}" == "uninstall.exe"
        Delete "$INSTDIR\${name}" ; in the foreground (_?=) it cannot remove itself
    !else
        !insertmacro DropFilePatiently "$INSTDIR\${name}" "$INSTDIR"
    !endif
    ${DropFile} "${OLD}\${name}" "${OLD}"
!macroend

Function un.onInit
    SetRegView 64
    SetShellVarContext all
    Call un.OpenLog
    ${Log} "Uninstalling Tidegate ${VERSION} from '$INSTDIR'."
    Call un.RefuseSecondSetup
    ${IfNot} ${FileExists} "$INSTDIR\tidegate-service.exe"
        ${Refuse} ${EXIT_DAMAGED} \
            "the service's program is missing, which withdraws the forwards. Install again first." \
            "$(Damaged)"
    ${EndIf}
    ; Without a window: the data go, unless /KEEPDATA. In the window they stay, unless chosen.
    StrCpy $RemoveData 0
    ${GetParameters} $0
    ClearErrors
    ${GetOptions} $0 "/KEEPDATA" $1
    ${If} ${Errors}
    ${AndIf} ${Silent}
        StrCpy $RemoveData 1
    ${EndIf}
    ClearErrors
FunctionEnd

; Before the section below, which reads the choice.
Section /o "un.$(DataSection)" SectionData
    StrCpy $RemoveData 1
SectionEnd

Section "-un.Programs"
    SetOutPath "$TEMP"
    ${If} $RemoveData = 1
        ${RunService} "$INSTDIR" "uninstall --remove-data"
    ${Else}
        ${RunService} "$INSTDIR" "uninstall"
    ${EndIf}
    ${If} $ExitCode != "0"
        ${Log} "Failed: not everything was withdrawn. Exit code ${EXIT_WITHDRAW_FAILED}."
        SetErrorLevel ${EXIT_WITHDRAW_FAILED}
        MessageBox MB_OK|MB_ICONSTOP "$(WithdrawFailed)$\r$\n$\r$\n$Said" /SD IDOK
        Abort "$Said"
    ${EndIf}
    !insertmacro TellOfPath
    !insertmacro EachProgram DeleteProgram
    Delete "${SHORTCUT}"
    DeleteRegKey HKLM "${ARP_KEY}"
    ${Log} "Tidegate is uninstalled."
    Delete "$INSTDIR\setup.log"
    RMDir /REBOOTOK "${OLD}"
    ${If} ${FileExists} "$INSTDIR\*.tmp" ; of DropFile
        RMDir /REBOOTOK "$INSTDIR"
    ${Else}
        RMDir "$INSTDIR"
    ${EndIf}
SectionEnd
