; The log: English sentences with the time, in setup.log beside the programs or where /LOG=FILE
; says. UTF-16, as names of folders may be in any script. A log that cannot be written stops nothing.
; SPDX-License-Identifier: MIT

Var LogPath

; ${Log} "sentence"
!define Log "!insertmacro Log"
!macro Log sentence
    Push "${sentence}"
    !ifdef __UNINSTALL__
        Call un.WriteLog
    !else
        Call WriteLog
    !endif
!macroend

!macro DefineLog un
    Function ${un}WriteLog
        Exch $9
        Push $0
        Push $1
        Push $2
        Push $3
        Push $4
        Push $5
        Push $6
        Push $8
        DetailPrint "$9"
        ${GetTime} "" "L" $0 $1 $2 $3 $4 $5 $6
        ClearErrors
        FileOpen $8 "$LogPath" a
        ${IfNot} ${Errors}
            FileSeek $8 0 END $3
            ${If} $3 = 0
                FileWriteUTF16LE /BOM $8 ""
            ${EndIf}
            FileWriteUTF16LE $8 "$2-$1-$0 $4:$5:$6 $9$\r$\n"
            FileClose $8
        ${EndIf}
        ClearErrors
        Pop $8
        Pop $6
        Pop $5
        Pop $4
        Pop $3
        Pop $2
        Pop $1
        Pop $0
        Pop $9
    FunctionEnd

    ; The log lies beside the programs; where there are none, only /LOG= gets one. /LOG="C:\a b.log" and
    ; "/LOG=C:\a b.log" are the same: shells differ in what they put into quotes.
    Function ${un}OpenLog
        ${GetParameters} $0
        StrCpy $LogPath "$INSTDIR\setup.log"
        StrCpy $1 -1
        StrCpy $3 "" ; the character before
        ${Do}
            IntOp $1 $1 + 1
            StrCpy $2 $0 5 $1
            ${If} $2 == "/LOG="
                ${ExitDo}
            ${EndIf}
            StrCpy $3 $0 1 $1
        ${LoopUntil} $2 == ""
        ${If} $2 == ""
            Return
        ${EndIf}
        IntOp $1 $1 + 5
        StrCpy $2 $0 1 $1
        ${If} $2 == '"'
            StrCpy $3 '"'
            IntOp $1 $1 + 1
        ${ElseIf} $3 != '"'
            StrCpy $3 " "
        ${EndIf}
        StrCpy $LogPath ""
        ${Do}
            StrCpy $2 $0 1 $1
            ${If} $2 == ""
            ${OrIf} $2 == $3
                ${ExitDo}
            ${EndIf}
            StrCpy $LogPath "$LogPath$2"
            IntOp $1 $1 + 1
        ${Loop}
    FunctionEnd
!macroend

!insertmacro DefineLog ""
!insertmacro DefineLog "un."
