; A new service may bring the database to a form that the old one does not read: a copy is kept
; until the new one runs. In the same folder, so that its access list is the same.
; SPDX-License-Identifier: MIT

!define COPY_SUFFIX ".before-setup"

Var CopyError

; Copies one file of the database, if there is one.
!macro CopyDatabaseFile name
    ${If} $CopyError = 0
    ${AndIf} ${FileExists} "$INSTDIR\Data\${name}"
        System::Call 'kernel32::CopyFileW(w "$INSTDIR\Data\${name}", \
            w "$INSTDIR\Data\${name}${COPY_SUFFIX}", i 0) i .r0 ?e'
        Pop $1
        ${If} $0 = 0
            StrCpy $CopyError $1
        ${EndIf}
    ${EndIf}
!macroend

!macro RestoreDatabaseFile name
    ${If} ${FileExists} "$INSTDIR\Data\${name}${COPY_SUFFIX}"
        ${MoveFile} "$INSTDIR\Data\${name}${COPY_SUFFIX}" "$INSTDIR\Data\${name}"
    ${Else}
        Delete "$INSTDIR\Data\${name}"
    ${EndIf}
!macroend

Function CopyDatabase
    Call DropDatabaseCopy
    StrCpy $CopyError 0
    !insertmacro CopyDatabaseFile "tidegate.db"
    !insertmacro CopyDatabaseFile "tidegate.db-wal"
    !insertmacro CopyDatabaseFile "tidegate.db.copy"
FunctionEnd

Function RestoreDatabase
    ${IfNot} ${FileExists} "$INSTDIR\Data\tidegate.db${COPY_SUFFIX}"
        Return
    ${EndIf}
    !insertmacro RestoreDatabaseFile "tidegate.db"
    !insertmacro RestoreDatabaseFile "tidegate.db-wal"
    !insertmacro RestoreDatabaseFile "tidegate.db.copy"
    Delete "$INSTDIR\Data\tidegate.db-shm"
    ${Log} "The database is what it was before."
FunctionEnd

Function DropDatabaseCopy
    Delete "$INSTDIR\Data\*${COPY_SUFFIX}"
FunctionEnd
