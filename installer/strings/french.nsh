; French texts. The log is English.
; SPDX-License-Identifier: MIT

LangString NeedsAdministrator ${LANG_FRENCH} "Seul un administrateur peut installer Tidegate."
LangString WrongWindows ${LANG_FRENCH} "Tidegate nécessite Windows 10, version 1809, ou une version ultérieure."
LangString Busy ${LANG_FRENCH} "Tidegate est déjà en cours d’installation ou de désinstallation."
LangString WrongPlace ${LANG_FRENCH} "Tidegate exécute un service Windows et ne peut être installé que dans $PROGRAMFILES64."
LangString OtherPlace ${LANG_FRENCH} "Tidegate est installé dans un autre dossier. Veuillez d’abord l’y désinstaller :"
LangString NewerInstalled ${LANG_FRENCH} "La version $InstalledVersion, plus récente, est installée. Pour utiliser ${VERSION}, veuillez d’abord la désinstaller."
LangString Failed ${LANG_FRENCH} "Impossible d’installer Tidegate."
LangString PathSection ${LANG_FRENCH} "tidegatectl dans tous les terminaux (Path)"
LangString DataSection ${LANG_FRENCH} "Supprimer aussi les règles, les paramètres et l’historique"
LangString Damaged ${LANG_FRENCH} "Il manque un programme de Tidegate : ses redirections ne peuvent pas être retirées. Veuillez réinstaller Tidegate, puis le désinstaller."
LangString WithdrawFailed ${LANG_FRENCH} "Tout ce que Tidegate a modifié dans Windows n’a pas pu être retiré. Veuillez réessayer plus tard."
