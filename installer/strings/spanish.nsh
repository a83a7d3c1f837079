; Spanish texts. The log is English.
; SPDX-License-Identifier: MIT

LangString NeedsAdministrator ${LANG_SPANISH} "Solo un administrador puede instalar Tidegate."
LangString WrongWindows ${LANG_SPANISH} "Tidegate necesita Windows 10, versión 1809, o posterior."
LangString Busy ${LANG_SPANISH} "Tidegate ya se está instalando o desinstalando."
LangString WrongPlace ${LANG_SPANISH} "Tidegate ejecuta un servicio de Windows y solo se puede instalar dentro de $PROGRAMFILES64."
LangString OtherPlace ${LANG_SPANISH} "Tidegate está instalado en otra carpeta. Desinstálelo primero allí:"
LangString NewerInstalled ${LANG_SPANISH} "Está instalada la versión $InstalledVersion, que es más reciente. Para usar ${VERSION}, desinstálela primero."
LangString Failed ${LANG_SPANISH} "No se pudo instalar Tidegate."
LangString PathSection ${LANG_SPANISH} "tidegatectl en todos los terminales (Path)"
LangString DataSection ${LANG_SPANISH} "Eliminar también las reglas, la configuración y el historial"
LangString Damaged ${LANG_SPANISH} "Falta un programa de Tidegate, por lo que no se pueden retirar los reenvíos. Vuelva a instalar Tidegate y desinstálelo después."
LangString WithdrawFailed ${LANG_SPANISH} "No se pudo retirar todo lo que Tidegate cambió en Windows. Vuelva a intentarlo más tarde."
