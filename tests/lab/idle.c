/*
 * Waits for ever on one event: what a Windows program costs that does nothing at all.
 * SPDX-License-Identifier: MIT
 */
#include <windows.h>

int main(void)
{
    return (int)WaitForSingleObject(CreateEventW(NULL, TRUE, FALSE, NULL), INFINITE);
}
