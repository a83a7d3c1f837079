/*
 * Loads libraries by their bare names, as a program does that takes no care.
 *
 *   careless NAME...    prints "loaded NAME" or "not NAME"
 *
 * SPDX-License-Identifier: MIT
 */
#include <windows.h>

#include <stdio.h>

/* No header declares it. */
int wmain(int count, wchar_t **arguments);

int wmain(int count, wchar_t **arguments)
{
    for (int i = 1; i < count; i++)
        printf("%s %ls\n", LoadLibraryW(arguments[i]) ? "loaded" : "not", arguments[i]);
    return 0;
}
