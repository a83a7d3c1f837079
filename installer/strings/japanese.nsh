; Japanese texts. The log is English.
; SPDX-License-Identifier: MIT

LangString NeedsAdministrator ${LANG_JAPANESE} "Tidegate をインストールできるのは管理者だけです。"
LangString WrongWindows ${LANG_JAPANESE} "Tidegate には Windows 10 バージョン 1809 以降が必要です。"
LangString Busy ${LANG_JAPANESE} "Tidegate は既にインストール中またはアンインストール中です。"
LangString WrongPlace ${LANG_JAPANESE} "Tidegate は Windows サービスを実行するため、$PROGRAMFILES64 の下にのみインストールできます。"
LangString OtherPlace ${LANG_JAPANESE} "Tidegate は別のフォルダーにインストールされています。先にアンインストールしてください:"
LangString NewerInstalled ${LANG_JAPANESE} "新しいバージョン $InstalledVersion がインストールされています。${VERSION} を使用するには、先にアンインストールしてください。"
LangString Failed ${LANG_JAPANESE} "Tidegate をインストールできませんでした。"
LangString PathSection ${LANG_JAPANESE} "すべてのターミナルで tidegatectl を使う (Path)"
LangString DataSection ${LANG_JAPANESE} "規則、設定、履歴も削除する"
LangString Damaged ${LANG_JAPANESE} "Tidegate のプログラムが見つからないため、転送を取り消せません。Tidegate をもう一度インストールしてから、アンインストールしてください。"
LangString WithdrawFailed ${LANG_JAPANESE} "Tidegate が Windows に加えた変更の一部を取り消せませんでした。後でもう一度お試しください。"
