/*
 * Which of the languages in the resources the words are in: the one that the user asked for in the
 * registry, HKCU\Software\Tidegate, value Language (REG_SZ, a BCP 47 tag such as "de" or "pt-BR"),
 * else the first of Windows' display languages that is there, else English. An empty value, a tag
 * that means nothing and a language that is not there are as good as none.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_LANGUAGE_H
#define TIDEGATE_TRAY_LANGUAGE_H

#include <windows.h>

/* Once, before the first word is loaded and before any thread starts. Only reads the registry. */
void language_choose(void);

LANGID language_chosen(void);

#endif
