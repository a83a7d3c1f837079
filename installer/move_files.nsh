; Moving a file within the volume: that takes no room, and works while the program runs (Windows
; lets a running image be renamed, not replaced).
; SPDX-License-Identifier: MIT

!define MOVEFILE_REPLACE_EXISTING 1
!define MOVE_ATTEMPTS 20
!define MOVE_PAUSE_MS 250 ; scanners open a new file for a moment

Var MoveError ; Windows' code of the last move; 0: done

; ${MoveFile} "FROM" "TO"
!define MoveFile "!insertmacro MoveFile"
!macro MoveFile from to
    Push "${from}"
    Push "${to}"
    Call MoveFileWithPatience
!macroend

Function MoveFileWithPatience
    Exch $1
    Exch
    Exch $0
    Push $2
    Push $3
    ${For} $3 1 ${MOVE_ATTEMPTS}
        System::Call 'kernel32::MoveFileExW(w r0, w r1, i ${MOVEFILE_REPLACE_EXISTING}) i .r2 ?e'
        Pop $MoveError
        ${If} $2 <> 0
            StrCpy $MoveError 0
            ${ExitFor}
        ${EndIf}
        ; 5: access denied, 32: used by another process.
        ${If} $MoveError <> 5
        ${AndIf} $MoveError <> 32
            ${ExitFor}
        ${EndIf}
        Sleep ${MOVE_PAUSE_MS}
    ${Next}
    ${If} $MoveError <> 0
        ${Log} "Cannot move '$0' to '$1': Windows error $MoveError."
    ${EndIf}
    Pop $3
    Pop $2
    Pop $0
    Pop $1
FunctionEnd
