/*
 * A mutational fuzzer without coverage, for compilers without libFuzzer: deterministic, so
 * that every run of CI tests the same inputs and every failure comes back.
 *     fuzz_request [-runs=N] [-first=N]    N mutated inputs, from iteration `first` on
 *     fuzz_request -max_total_time=SECONDS the same until the time is over
 *     fuzz_request FILE...                 these inputs first
 *     fuzz_request -seeds=FOLDER           write the seeds there, as a corpus for libFuzzer
 * Other options of libFuzzer are passed over, so that both are called alike.
 * SPDX-License-Identifier: MIT
 */
#include "tests/fuzz/fuzz.h"

#include "core/base/mem.h"
#include "core/base/text.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#endif

#define SEED_CAPACITY 64
#define INPUT_SIZE_MAX (80u * 1024u)
#define RUNS_DEFAULT 200000ul

static struct wire_writer seeds[SEED_CAPACITY];
static size_t seed_count;
static unsigned long iteration; /* now running, for the last words */

static void say_where(void)
{
    fprintf(stderr, "fuzz: failed; again with: -runs=1 -first=%lu\n", iteration);
}

static void on_abort(int signal_number)
{
    (void)signal_number;
    say_where();
    _Exit(EXIT_FAILURE);
}

/* splitmix64: each iteration has its own sequence, so one can be repeated alone. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15u;

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static size_t below(uint64_t *state, size_t limit)
{
    return limit > 0 ? (size_t)(next_random(state) % limit) : 0;
}

struct input {
    uint8_t bytes[INPUT_SIZE_MAX];
    size_t size;
};

static void overwrite(struct input *input, size_t at, const void *bytes, size_t size)
{
    if (at < input->size)
        memcpy(input->bytes + at, bytes,
               size < input->size - at ? size : input->size - at);
}

static void insert(struct input *input, size_t at, const uint8_t *bytes, size_t size)
{
    if (size > INPUT_SIZE_MAX - input->size)
        return;
    memmove(input->bytes + at + size, input->bytes + at, input->size - at);
    memcpy(input->bytes + at, bytes, size);
    input->size += size;
}

static void erase(struct input *input, size_t at, size_t size)
{
    memmove(input->bytes + at, input->bytes + at + size, input->size - at - size);
    input->size -= size;
}

/* Numbers at which lengths, counts, ports and enums change their meaning. */
static uint32_t telling_number(uint64_t *random)
{
    static const uint32_t numbers[] = {
        0,      1,      2,      3,       4,          7,         8,    13,   16,
        17,     32,     33,     36,      37,         46,        64,   127,  128,
        129,    255,    256,    257,     1000,       1024,      2048, 4096, 8192,
        0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0xFFFFFFFF};

    return numbers[below(random, sizeof numbers / sizeof numbers[0])];
}

static void mutate_number(struct input *input, uint64_t *random)
{
    const uint32_t number = telling_number(random);
    const uint8_t bytes[] = {(uint8_t)number, (uint8_t)(number >> 8),
                             (uint8_t)(number >> 16), (uint8_t)(number >> 24)};

    overwrite(input, below(random, input->size), bytes, (size_t)1 << below(random, 3));
}

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

/* The same for text: a number in decimal in the place of another. */
static void mutate_digits(struct input *input, uint64_t *random)
{
    size_t at = below(random, input->size + 1);
    size_t end;
    char digits[16];
    struct text text = TEXT_OVER(digits);

    while (at < input->size && !is_digit(input->bytes[at]))
        at++;
    for (end = at; end < input->size && is_digit(input->bytes[end]);)
        end++;
    erase(input, at, end - at);
    text_append_format(&text, "%lu",
                       (unsigned long)telling_number(random) +
                           (unsigned long)below(random, 2));
    insert(input, at, (const uint8_t *)digits, text.length);
}

/* A block many times over: what outgrows its place. */
static void mutate_by_repeating(struct input *input, uint64_t *random)
{
    const size_t at = below(random, input->size);
    const size_t size = 1 + below(random, 8);
    uint8_t block[8];

    if (at + size > input->size)
        return;
    memcpy(block, input->bytes + at, size);
    for (size_t left = telling_number(random) % 300; left > 0; left--)
        insert(input, at, block, size);
}

/* A block from any seed, put in or over. */
static void mutate_by_splice(struct input *input, uint64_t *random)
{
    const struct wire_writer *seed = &seeds[below(random, seed_count)];
    const size_t from = below(random, seed->size);
    const size_t size = below(random, seed->size - from + 1);
    const size_t at = below(random, input->size + 1);

    if (below(random, 2) == 0)
        insert(input, at, seed->bytes + from, size);
    else
        overwrite(input, at, seed->bytes + from, size);
}

static void mutate_byte(struct input *input, uint64_t *random)
{
    const size_t at = below(random, input->size);
    uint8_t byte = (uint8_t)next_random(random);

    if (below(random, 2) == 0 && input->size > 0)
        byte = (uint8_t)(input->bytes[at] ^ (1u << byte % 8));
    overwrite(input, at, &byte, 1);
}

static void mutate(struct input *input, uint64_t *random)
{
    const size_t at = below(random, input->size + 1);

    switch (below(random, 11)) {
    case 0:
    case 1:
    case 2:
        mutate_byte(input, random);
        break;
    case 3:
    case 4:
        mutate_number(input, random);
        break;
    case 5:
        mutate_by_splice(input, random);
        break;
    case 6:
    case 7:
        mutate_digits(input, random);
        break;
    case 8:
        mutate_by_repeating(input, random);
        break;
    case 9:
        erase(input, at, below(random, input->size - at + 1));
        break;
    default:
        input->size = at;
        break;
    }
}

/* An exact copy on the heap: the address sanitizer then sees one byte too many. */
static void run(const uint8_t *bytes, size_t size)
{
    uint8_t *copy = mem_alloc(size);

    memcpy(copy, bytes, size);
    LLVMFuzzerTestOneInput(copy, size);
    mem_free(copy);
}

static void run_iteration(unsigned long number)
{
    static struct input input;
    uint64_t random = iteration = number;
    const struct wire_writer *seed = &seeds[below(&random, seed_count)];

    input.size = seed->size;
    memcpy(input.bytes, seed->bytes, seed->size);
    for (size_t left = 1 + below(&random, 6); left > 0; left--)
        mutate(&input, &random);
    run(input.bytes, input.size);
}

/* Folders are corpora, which only libFuzzer reads. */
static bool run_file(const char *path)
{
    static struct input input;
    FILE *file = fopen(path, "rb");

    if (file == NULL) {
        perror(path);
        return false;
    }
    input.size = fread(input.bytes, 1, sizeof input.bytes, file);
    fclose(file);
    run(input.bytes, input.size);
    return true;
}

static bool write_seed(const char *folder, size_t index)
{
    char path[1024];
    struct text text = TEXT_OVER(path);
    FILE *file;
    bool ok;

    text_append_format(&text, "%s/seed-%02zu", folder, index);
    file = fopen(path, "wb");
    if (file == NULL) {
        perror(path);
        return false;
    }
    ok = fwrite(seeds[index].bytes, 1, seeds[index].size, file) == seeds[index].size;
    return fclose(file) == 0 && ok;
}

static void load_seeds(void)
{
    while (seed_count < SEED_CAPACITY && fuzz_seed(seed_count, &seeds[seed_count])) {
        run(seeds[seed_count].bytes, seeds[seed_count].size);
        seed_count++;
    }
}

struct options {
    unsigned long runs;    /* ULONG_MAX: until the time is over */
    unsigned long first;   /* iteration */
    unsigned long seconds; /* 0: no limit */
    const char *folder;    /* for the seeds, or NULL */
};

static bool read_number(const char *argument, const char *option, unsigned long *out)
{
    const size_t size = strlen(option);

    return strncmp(argument, option, size) == 0 &&
           text_parse_number(argument + size, 1000000000, out);
}

static bool read_argument(const char *argument, struct options *out)
{
    if (argument[0] != '-')
        return run_file(argument);
    if (strncmp(argument, "-seeds=", 7) == 0)
        out->folder = argument + 7;
    else if (read_number(argument, "-max_total_time=", &out->seconds))
        out->runs = ULONG_MAX;
    else if (!read_number(argument, "-runs=", &out->runs))
        read_number(argument, "-first=", &out->first);
    return true;
}

static void run_iterations(const struct options *options)
{
    const time_t start = time(NULL);
    unsigned long count = 0;

    while (count < options->runs) {
        run_iteration(options->first + count++);
        if (options->seconds > 0 && count % 1024 == 0 &&
            difftime(time(NULL), start) >= (double)options->seconds)
            break;
    }
    printf("fuzz: executed %lu inputs made from %zu seeds, no failure\n", count,
           seed_count);
}

int main(int count, char **arguments)
{
    struct options options = {.runs = RUNS_DEFAULT};
    bool ok = true;

    signal(SIGABRT, on_abort);
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_set_death_callback(say_where);
#endif
    load_seeds();
    for (int i = 1; i < count; i++)
        ok = read_argument(arguments[i], &options) && ok;
    if (options.folder == NULL)
        run_iterations(&options);
    for (size_t i = 0; options.folder != NULL && i < seed_count; i++)
        ok = write_seed(options.folder, i) && ok;
    for (size_t i = 0; i < seed_count; i++)
        wire_writer_clear(&seeds[i]);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
