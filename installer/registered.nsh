; What Windows shows of the installation: Settings > Apps, and the Start menu.
; SPDX-License-Identifier: MIT

!define ARP_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Tidegate"
!define SHORTCUT "$SMPROGRAMS\Tidegate.lnk"

Function WriteRegistered
    WriteRegStr HKLM "${ARP_KEY}" "DisplayName" "Tidegate"
    WriteRegStr HKLM "${ARP_KEY}" "DisplayVersion" "${VERSION}"
    WriteRegStr HKLM "${ARP_KEY}" "Publisher" "Tidegate contributors"
    WriteRegStr HKLM "${ARP_KEY}" "DisplayIcon" '"$INSTDIR\tidegate.exe",0'
    WriteRegStr HKLM "${ARP_KEY}" "InstallLocation" "$INSTDIR"
    WriteRegStr HKLM "${ARP_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
    WriteRegStr HKLM "${ARP_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
    WriteRegStr HKLM "${ARP_KEY}" "URLInfoAbout" "${HOME_PAGE}"
    WriteRegDWORD HKLM "${ARP_KEY}" "VersionMajor" ${VERSION_MAJOR}
    WriteRegDWORD HKLM "${ARP_KEY}" "VersionMinor" ${VERSION_MINOR}
    WriteRegDWORD HKLM "${ARP_KEY}" "NoModify" 1
    WriteRegDWORD HKLM "${ARP_KEY}" "NoRepair" 1
    ${GetTime} "" "L" $0 $1 $2 $3 $4 $5 $6
    WriteRegStr HKLM "${ARP_KEY}" "InstallDate" "$2$1$0"
    ${GetSize} "$INSTDIR" "/M=*.* /S=0K /G=0" $0 $1 $2
    WriteRegDWORD HKLM "${ARP_KEY}" "EstimatedSize" $0
    SetOutPath "$INSTDIR" ; where the shortcut starts the program
    ClearErrors
    CreateShortcut "${SHORTCUT}" "$INSTDIR\tidegate.exe"
    ${If} ${Errors}
        ${Log} "The Start menu's entry could not be written."
    ${EndIf}
FunctionEnd

; Every program learns of the changed Path, but those that run already.
!macro TellOfPath
    SendMessage ${HWND_BROADCAST} ${WM_SETTINGCHANGE} 0 "STR:Environment" /TIMEOUT=500
!macroend
