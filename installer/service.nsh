; The service's program does everything that concerns Windows by itself; here it is only told to.
; SPDX-License-Identifier: MIT

Var ExitCode ; of the last run; "error" when it could not be started
Var Said     ; what it printed

; ${RunService} "FOLDER" "VERB ..." runs that folder's tidegate-service.exe and waits for it.
!define RunService "!insertmacro RunService"
!macro RunService folder verb
    Push "${folder}"
    Push `${verb}`
    !ifdef __UNINSTALL__
        Call un.RunService
    !else
        Call RunService
    !endif
!macroend

!define START_ATTEMPTS 10
!define START_PAUSE_MS 500 ; scanners open a new program for a moment, and it does not start then

!macro DefineRunService un
    Function ${un}RunService
        Exch $1
        Exch
        Exch $0
        Push $2
        ${For} $2 1 ${START_ATTEMPTS}
            nsExec::ExecToStack '"$0\tidegate-service.exe" $1'
            Pop $ExitCode
            Pop $Said
            ${If} $ExitCode != "error"
                ${ExitFor}
            ${EndIf}
            Sleep ${START_PAUSE_MS}
        ${Next}
        ${TrimNewLines} "$Said" $Said
        ${Log} "tidegate-service $1: $ExitCode. $Said"
        Pop $2
        Pop $0
        Pop $1
    FunctionEnd
!macroend

!insertmacro DefineRunService ""
!insertmacro DefineRunService "un."
