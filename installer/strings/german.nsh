; German texts. The log is English.
; SPDX-License-Identifier: MIT

LangString NeedsAdministrator ${LANG_GERMAN} "Nur ein Administrator kann Tidegate installieren."
LangString WrongWindows ${LANG_GERMAN} "Tidegate benötigt Windows 10, Version 1809, oder neuer."
LangString Busy ${LANG_GERMAN} "Tidegate wird bereits installiert oder deinstalliert."
LangString WrongPlace ${LANG_GERMAN} "Tidegate führt einen Windows-Dienst aus und kann nur unterhalb von $PROGRAMFILES64 installiert werden."
LangString OtherPlace ${LANG_GERMAN} "Tidegate ist in einem anderen Ordner installiert. Bitte deinstallieren Sie es zuerst dort:"
LangString NewerInstalled ${LANG_GERMAN} "Die neuere Version $InstalledVersion ist installiert. Um ${VERSION} zu verwenden, deinstallieren Sie diese bitte zuerst."
LangString Failed ${LANG_GERMAN} "Tidegate konnte nicht installiert werden."
LangString PathSection ${LANG_GERMAN} "tidegatectl in jedem Terminal (Path)"
LangString DataSection ${LANG_GERMAN} "Auch Regeln, Einstellungen und Verlauf löschen"
LangString Damaged ${LANG_GERMAN} "Ein Programm von Tidegate fehlt, daher können die Weiterleitungen nicht zurückgenommen werden. Bitte installieren Sie Tidegate erneut und deinstallieren Sie es dann."
LangString WithdrawFailed ${LANG_GERMAN} "Nicht alles, was Tidegate in Windows geändert hat, konnte zurückgenommen werden. Bitte versuchen Sie es später erneut."
