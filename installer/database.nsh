; A new service may bring the database to a form that the old one does not read: a copy is kept
; until the new one runs. In the same folder, so that its access list is the same.
; SPDX-License-Identifier: MIT

!define COPY_SUFFIX ".before-setup"
!define DATABASE "$INSTDIR\Data\tidegate.db"
!define DATABASE_COPY "${DATABASE}${COPY_SUFFIX}" ; it is there: and so is all that belongs to it

Var CopyError ; Windows' code; 0: all is well
; "1": an earlier set-up ended, or gave up, before its new service had begun to work; or "".
Var Unfinished
Var HasCopy   ; of the database, in this set-up's time: "1" or ""

; ${CopyFile} "FROM" "TO", if there is one and nothing failed before.
!define CopyFile "!insertmacro CopyFile"
!macro CopyFile from to
    ${If} $CopyError = 0
    ${AndIf} ${FileExists} "${from}"
        Push "${from}"
        Push "${to}"
        Call CopyFileWithPatience
    ${EndIf}
!macroend

Function CopyFileWithPatience
    Exch $1
    Exch
    Exch $0
    Push $2
    Push $3
    ${For} $3 1 ${MOVE_ATTEMPTS}
        System::Call 'kernel32::CopyFileW(w r0, w r1, i 0) i .r2 ?e'
        Pop $CopyError
        ${If} $2 <> 0
            StrCpy $CopyError 0
            ${ExitFor}
        ${EndIf}
        ; 5: access denied, 32: used by another process.
        ${If} $CopyError <> 5
        ${AndIf} $CopyError <> 32
            ${ExitFor}
        ${EndIf}
        Sleep ${MOVE_PAUSE_MS}
    ${Next}
    ${If} $CopyError <> 0
        ${Log} "Cannot copy '$0' to '$1': Windows error $CopyError."
    ${EndIf}
    Pop $3
    Pop $2
    Pop $0
    Pop $1
FunctionEnd

; Or says why it is still there. The main file without its log, or with another's, is no database.
!macro RemoveFile path
    ClearErrors
    Delete "${path}"
    ${If} ${Errors}
        StrCpy $CopyError 5
        ${Log} "Cannot delete '${path}'."
    ${EndIf}
!macroend

; Before anything is replaced. The copy of a set-up that did not end is the database of the version
; that works; what stands in its place was never worked with.
Function SecureDatabase
    ${If} $Unfinished == ""
        Call CopyDatabase
    ${Else}
        Call RestoreDatabase
        StrCpy $HasCopy "1"
    ${EndIf}
FunctionEnd

; The main file last, and by one renaming: a set-up may be ended at any moment.
Function CopyDatabase
    Call DropDatabaseCopy
    StrCpy $HasCopy ""
    StrCpy $CopyError 0
    ${CopyFile} "${DATABASE}-wal" "${DATABASE}-wal${COPY_SUFFIX}"
    ${CopyFile} "${DATABASE}.copy" "${DATABASE}.copy${COPY_SUFFIX}"
    ${CopyFile} "${DATABASE}" "${DATABASE}.part${COPY_SUFFIX}"
    ${If} $CopyError = 0
    ${AndIf} ${FileExists} "${DATABASE}.part${COPY_SUFFIX}"
        ${MoveFile} "${DATABASE}.part${COPY_SUFFIX}" "${DATABASE_COPY}"
        StrCpy $CopyError $MoveError
        StrCpy $HasCopy "1"
    ${EndIf}
FunctionEnd

; The copies stay: what fails half-way can be done again.
Function RestoreDatabase
    StrCpy $CopyError 0
    ${IfNot} ${FileExists} "${DATABASE_COPY}"
        Return
    ${EndIf}
    !insertmacro RemoveFile "${DATABASE}-wal"
    !insertmacro RemoveFile "${DATABASE}-shm"
    !insertmacro RemoveFile "${DATABASE}.copy"
    ${CopyFile} "${DATABASE_COPY}" "${DATABASE}"
    ${CopyFile} "${DATABASE}-wal${COPY_SUFFIX}" "${DATABASE}-wal"
    ${CopyFile} "${DATABASE}.copy${COPY_SUFFIX}" "${DATABASE}.copy"
    ${If} $CopyError = 0
        ${Log} "The database is what it was before."
    ${EndIf}
FunctionEnd

Function DropDatabaseCopy
    Delete "${DATABASE_COPY}"
    Delete "$INSTDIR\Data\*${COPY_SUFFIX}"
FunctionEnd
