; Simplified Chinese texts. The log is English.
; SPDX-License-Identifier: MIT

LangString NeedsAdministrator ${LANG_SIMPCHINESE} "只有管理员才能安装 Tidegate。"
LangString WrongWindows ${LANG_SIMPCHINESE} "Tidegate 需要 Windows 10 版本 1809 或更高版本。"
LangString Busy ${LANG_SIMPCHINESE} "Tidegate 已在安装或卸载中。"
LangString WrongPlace ${LANG_SIMPCHINESE} "Tidegate 运行一个 Windows 服务，只能安装在 $PROGRAMFILES64 下。"
LangString OtherPlace ${LANG_SIMPCHINESE} "Tidegate 已安装在另一个文件夹中。请先在那里卸载："
LangString NewerInstalled ${LANG_SIMPCHINESE} "已安装较新的版本 $InstalledVersion。若要使用 ${VERSION}，请先将其卸载。"
LangString Failed ${LANG_SIMPCHINESE} "无法安装 Tidegate。"
LangString PathSection ${LANG_SIMPCHINESE} "在所有终端中使用 tidegatectl (Path)"
LangString DataSection ${LANG_SIMPCHINESE} "同时删除规则、设置和历史记录"
LangString Damaged ${LANG_SIMPCHINESE} "缺少 Tidegate 的程序，因此无法撤销其转发。请重新安装 Tidegate，然后再卸载。"
LangString WithdrawFailed ${LANG_SIMPCHINESE} "Tidegate 在 Windows 中所做的更改未能全部撤销。请稍后重试。"
