; The set-up program. Read as a table of contents: each part is a file of its own.
; Built by `make installer`, which gives VERSION, VERSION_NUMBERS, PROGRAMS (the folder with the three
; programs), OUTPUT, and SIGN when the uninstaller is to be signed.
; SPDX-License-Identifier: MIT

Unicode true
Target amd64-unicode
SetCompressor /SOLID lzma
SetDateSave off
RequestExecutionLevel admin
ManifestDPIAware true
ManifestSupportedOS Win10
XPStyle on
AllowSkipFiles off
ShowInstDetails hide
ShowUninstDetails hide

Name "Tidegate"
OutFile "${OUTPUT}"
InstallDir "$PROGRAMFILES64\Tidegate"
InstallDirRegKey HKLM "Software\Microsoft\Windows\CurrentVersion\Uninstall\Tidegate" "InstallLocation"
BrandingText "Tidegate ${VERSION}"
!ifdef SIGN
    !uninstfinalize '"${TOP}/installer/sign.sh" "%1"' = 0
!endif

!include "LogicLib.nsh"
!include "FileFunc.nsh"
!include "TextFunc.nsh"
!include "WinMessages.nsh"
!include "WinVer.nsh"
!include "WordFunc.nsh"

!include "exit_codes.nsh"
!include "wizard.nsh"
!include "log.nsh"
!include "service.nsh"
!include "move_files.nsh"
!include "database.nsh"
!include "replace.nsh"
!include "refusals.nsh"
!include "registered.nsh"
!include "install.nsh"
!include "uninstall.nsh"
!include "strings.nsh"
