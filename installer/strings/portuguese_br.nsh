; Brazilian Portuguese texts. The log is English.
; SPDX-License-Identifier: MIT

LangString NeedsAdministrator ${LANG_PORTUGUESEBR} "Somente um administrador pode instalar o Tidegate."
LangString WrongWindows ${LANG_PORTUGUESEBR} "O Tidegate precisa do Windows 10, versão 1809, ou mais recente."
LangString Busy ${LANG_PORTUGUESEBR} "O Tidegate já está sendo instalado ou desinstalado."
LangString WrongPlace ${LANG_PORTUGUESEBR} "O Tidegate executa um serviço do Windows e só pode ser instalado dentro de $PROGRAMFILES64."
LangString OtherPlace ${LANG_PORTUGUESEBR} "O Tidegate está instalado em outra pasta. Desinstale-o de lá primeiro:"
LangString NewerInstalled ${LANG_PORTUGUESEBR} "A versão $InstalledVersion, mais recente, está instalada. Para usar a ${VERSION}, desinstale-a primeiro."
LangString Failed ${LANG_PORTUGUESEBR} "Não foi possível instalar o Tidegate."
LangString PathSection ${LANG_PORTUGUESEBR} "tidegatectl em todos os terminais (Path)"
LangString DataSection ${LANG_PORTUGUESEBR} "Excluir também as regras, as configurações e o histórico"
LangString Damaged ${LANG_PORTUGUESEBR} "Falta um programa do Tidegate, portanto os encaminhamentos não podem ser retirados. Instale o Tidegate novamente e depois desinstale-o."
LangString WithdrawFailed ${LANG_PORTUGUESEBR} "Nem tudo o que o Tidegate alterou no Windows pôde ser retirado. Tente novamente mais tarde."
