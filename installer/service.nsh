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

!macro DefineRunService un
    Function ${un}RunService
        Exch $1
        Exch
        Exch $0
        nsExec::ExecToStack '"$0\tidegate-service.exe" $1'
        Pop $ExitCode
        Pop $Said
        ${TrimNewLines} "$Said" $Said
        ${Log} "tidegate-service $1: $ExitCode. $Said"
        Pop $0
        Pop $1
    FunctionEnd
!macroend

!insertmacro DefineRunService ""
!insertmacro DefineRunService "un."
