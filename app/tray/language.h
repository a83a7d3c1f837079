/*
 * Which of the languages in the resources the words are in: the one that the user asked for
 * (user_settings.h), else the first of Windows' display languages that is there, else English. A
 * tag that means nothing and a language that is not there are as good as none.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_LANGUAGE_H
#define TIDEGATE_TRAY_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <windows.h>

#define LANGUAGE_COUNT_MAX 16

struct language {
    LANGID id;
    wchar_t tag[LOCALE_NAME_MAX_LENGTH];
};

/* Before the first word is loaded and before any thread starts, and again when the user has chosen
 * another one: windows that are open then keep their words and their direction. */
void language_choose(void);

LANGID language_chosen(void);

/* Whether that language is written from right to left: windows made since language_choose are
 * mirrored, menus have to be told (TPM_LAYOUTRTL). */
bool language_is_mirrored(void);

/* Those in the resources, in no order; gives how many. */
size_t language_list(struct language languages[LANGUAGE_COUNT_MAX]);

/* Whether the tag stands for that language, as "de-AT" does for German. */
bool language_matches(const struct language *language, const wchar_t *tag);

#endif
