; English texts. The log is English.
; SPDX-License-Identifier: MIT

LangString NeedsAdministrator ${LANG_ENGLISH} "Only an administrator can install Tidegate."
LangString WrongWindows ${LANG_ENGLISH} "Tidegate needs Windows 10, version 1809, or newer."
LangString Busy ${LANG_ENGLISH} "Tidegate is being installed or uninstalled already."
LangString WrongPlace ${LANG_ENGLISH} "Tidegate runs a Windows service and can be installed only below $PROGRAMFILES64."
LangString OtherPlace ${LANG_ENGLISH} "Tidegate is installed in another folder. Please uninstall it there first:"
LangString NewerInstalled ${LANG_ENGLISH} "The newer version $InstalledVersion is installed. To use ${VERSION}, please uninstall that first."
LangString Failed ${LANG_ENGLISH} "Tidegate could not be installed."
LangString PathSection ${LANG_ENGLISH} "tidegatectl in every terminal (Path)"
LangString DataSection ${LANG_ENGLISH} "Delete rules, settings and history, too"
LangString Damaged ${LANG_ENGLISH} "A program of Tidegate is missing, so its forwards could not be withdrawn. Please install Tidegate again, then uninstall it."
LangString WithdrawFailed ${LANG_ENGLISH} "Not everything that Tidegate changed in Windows could be withdrawn. Please try again later."
