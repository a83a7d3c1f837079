/*
 * Calls that cannot be told how large their destination is, or that hide a failure. Using one does
 * not build: write with struct text (core/base/text.h) or snprintf, read numbers with strtoul.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_BANNED_H
#define TIDEGATE_BANNED_H

/* These declare the banned functions, and a declaration must not meet our macros: they come first,
 * and their include guards make every later inclusion empty. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BANNED(function) function##_is_banned_see_core_banned_h

#undef strcpy
#define strcpy(destination, source) BANNED(strcpy)
#undef strcat
#define strcat(destination, source) BANNED(strcat)
#undef strtok
#define strtok(text, separators) BANNED(strtok)
#undef sprintf
#define sprintf(...) BANNED(sprintf)
#undef vsprintf
#define vsprintf(destination, format, arguments) BANNED(vsprintf)
#undef atoi
#define atoi(text) BANNED(atoi)
#undef gets
#define gets(destination) BANNED(gets)

/* windows.h is included after this header and declares these: the names are replaced, so that the
 * declaration stands and a call of it finds nothing to link with. */
#ifdef _WIN32
#define lstrcpyA BANNED(lstrcpyA)
#define lstrcpyW BANNED(lstrcpyW)
#define lstrcatA BANNED(lstrcatA)
#define lstrcatW BANNED(lstrcatW)
#define wsprintfA BANNED(wsprintfA)
#define wsprintfW BANNED(wsprintfW)
#define wvsprintfA BANNED(wvsprintfA)
#define wvsprintfW BANNED(wvsprintfW)
#endif

#endif
