/*
 * Little-endian bytes with lengths: the writer grows, the reader never reads past its
 * end and remembers the first fault, so that a decoder reads all its fields and asks once.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_PROTOCOL_WIRE_H
#define TIDEGATE_PROTOCOL_WIRE_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROTOCOL_VERSION 1u
#define MESSAGE_SIZE_MAX (64u * 1024u)
#define SETTING_TEXT_SIZE 3072
/* SYSTEM and administrators alone can create names there, so nobody can squat the name
 * before the service starts (facts/ux-security.md §6.5, 5). */
#define PIPE_NAME "\\\\.\\pipe\\ProtectedPrefix\\Administrators\\Tidegate\\control"

struct wire_writer {
    uint8_t *bytes; /* owned */
    size_t size, capacity;
};

void wire_put_u8(struct wire_writer *writer, uint8_t value);
void wire_put_u16(struct wire_writer *writer, uint16_t value);
void wire_put_u32(struct wire_writer *writer, uint32_t value);
void wire_put_u64(struct wire_writer *writer, uint64_t value);
void wire_put_bytes(struct wire_writer *writer, const void *bytes, size_t size);
void wire_put_text(struct wire_writer *writer, const char *text); /* u16 length, bytes */
/* Replaces four bytes written before, e.g. a count known only after its items. */
void wire_set_u32(struct wire_writer *writer, size_t offset, uint32_t value);
void wire_writer_clear(struct wire_writer *writer);

struct wire_reader {
    const uint8_t *bytes; /* borrowed */
    size_t size, offset;
    const char *fault; /* static; NULL while all is well */
    const char *field; /* static; what is being read, or what the fault is about */
};

struct wire_reader wire_reader_over(const void *bytes, size_t size);

/* Names the field that the following reads belong to. The first fault keeps its field. */
void wire_field(struct wire_reader *reader, const char *field);

/* Records a fault that the caller found in what was read; only the first counts. After a
 * fault every read gives 0, "" or NULL. */
void wire_fail(struct wire_reader *reader, const char *fault);

uint8_t wire_get_u8(struct wire_reader *reader);
uint16_t wire_get_u16(struct wire_reader *reader);
uint32_t wire_get_u32(struct wire_reader *reader);
uint64_t wire_get_u64(struct wire_reader *reader);
bool wire_get_bool(struct wire_reader *reader); /* 0 or 1, else a fault */
/* A value 0..count-1, else a fault and 0. */
unsigned wire_get_enum(struct wire_reader *reader, unsigned count);
/* How many items follow: at most `maximum`, and no more than the rest of the message can
 * hold when each takes `item_size` bytes or more; else a fault and 0. Safe to allocate. */
size_t wire_get_count(struct wire_reader *reader, size_t maximum, size_t item_size);
/* Fits `out` with its NUL, is UTF-8 and holds no NUL, else a fault and "". */
void wire_get_text(struct wire_reader *reader, char *out, size_t out_size);
const uint8_t *wire_get_bytes(struct wire_reader *reader,
                              size_t size); /* NULL with a fault */
/* True when everything was read without fault and nothing is left. */
bool wire_reader_is_done(const struct wire_reader *reader);
/* The same, and says what is wrong: ERR_INVALID "listen port: must be 1 to 65535". */
bool wire_reader_finish(const struct wire_reader *reader, struct error *err) MUST_CHECK;

#endif
