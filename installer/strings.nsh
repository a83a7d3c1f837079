; What the windows say, in the program's languages.
; SPDX-License-Identifier: MIT

!include "strings/english.nsh"
!include "strings/german.nsh"
!include "strings/spanish.nsh"
!include "strings/french.nsh"
!include "strings/japanese.nsh"
!include "strings/portuguese_br.nsh"
!include "strings/chinese_simplified.nsh"
