/*
 * The stack protector's guard, and the end of a program whose guard was overwritten. libssp's own
 * asks CryptoAPI for the guard before main, and so has libraries loaded before hardening_apply says
 * where from; here nobody is asked but the kernel and the processor.
 * SPDX-License-Identifier: MIT
 */
#include "core/attributes.h"

#include <windows.h>
#include <winternl.h>

#include <cpuid.h>
#include <immintrin.h>
#include <stdint.h>

/* Known to the compiler by these names. */
extern uintptr_t __stack_chk_guard;
void __stack_chk_fail(void);
void __chk_fail(void);

#define PROCESS_COOKIE                                                                   \
    ((PROCESSINFOCLASS)36) /* the kernel's random number of this process */
#define RDRAND_ATTEMPTS 10 /* as Intel advises */

uintptr_t __stack_chk_guard;

__attribute__((target("rdrnd"), no_stack_protector)) static uint64_t ask_processor(void)
{
    unsigned a;
    unsigned b;
    unsigned features = 0;
    unsigned d;
    unsigned long long number = 0;

    if (!__get_cpuid(1, &a, &b, &features, &d) || (features & bit_RDRND) == 0)
        return 0;
    for (int i = 0; i < RDRAND_ATTEMPTS; i++) {
        if (_rdrand64_step(&number))
            return number;
    }
    return 0;
}

__attribute__((no_stack_protector)) static uint64_t ask_kernel(void)
{
    ULONG cookie = 0;

    NtQueryInformationProcess(GetCurrentProcess(), PROCESS_COOKIE, &cookie, sizeof cookie,
                              NULL);
    return cookie;
}

/* Every bit of the number counts for every bit of the guard (splitmix64). */
__attribute__((no_stack_protector)) static uint64_t mix(uint64_t guard, uint64_t number)
{
    guard += number + 0x9E3779B97F4A7C15u;
    guard = (guard ^ guard >> 30) * 0xBF58476D1CE4E5B9u;
    guard = (guard ^ guard >> 27) * 0x94D049BB133111EBu;
    return guard ^ guard >> 31;
}

/* Times and addresses are what is left on a PC where neither of the others answers. */
__attribute__((constructor(101), no_stack_protector)) static void choose_guard(void)
{
    const LARGE_INTEGER *place = NULL;
    LARGE_INTEGER counter = {0};
    FILETIME time = {0};
    uint64_t guard = mix(ask_processor(), ask_kernel());

    QueryPerformanceCounter(&counter);
    GetSystemTimeAsFileTime(&time);
    place = &counter;
    guard = mix(guard, (uint64_t)counter.QuadPart);
    guard = mix(guard, (uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime);
    guard = mix(guard, (uint64_t)GetCurrentProcessId() << 32 | GetCurrentThreadId());
    guard = mix(guard, (uintptr_t)place ^ (uintptr_t)&__stack_chk_guard << 16);
    __stack_chk_guard = guard;
}

/* At once, as no handler may run on such a stack (__fastfail). */
static _Noreturn void end_at_once(unsigned why)
{
    __asm__ volatile("int $0x29" : : "c"(why) : "memory");
    __builtin_unreachable();
}

void __stack_chk_fail(void)
{
    end_at_once(2); /* FAST_FAIL_STACK_COOKIE_CHECK_FAILURE */
}

/* What _FORTIFY_SOURCE calls before it writes beyond an object. */
void __chk_fail(void)
{
    end_at_once(8); /* FAST_FAIL_RANGE_CHECK_FAILURE */
}
