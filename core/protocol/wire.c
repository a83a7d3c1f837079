/*
 * Little-endian bytes with lengths.
 * SPDX-License-Identifier: MIT
 */
#include "core/protocol/wire.h"

#include "core/base/mem.h"
#include "core/base/text.h"

#include <assert.h>
#include <string.h>

static uint8_t *make_room(struct wire_writer *writer, size_t size)
{
    uint8_t *room;

    assert(size <= SIZE_MAX / 2 - writer->size);
    if (writer->size + size > writer->capacity) {
        size_t capacity = writer->capacity > 0 ? writer->capacity : 256;

        while (capacity < writer->size + size)
            capacity *= 2;
        writer->bytes = mem_resize(writer->bytes, capacity, 1);
        writer->capacity = capacity;
    }
    room = writer->bytes + writer->size;
    writer->size += size;
    return room;
}

static void store_number(uint8_t *to, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        to[i] = (uint8_t)(value >> (8 * i));
}

void wire_put_u8(struct wire_writer *writer, uint8_t value)
{
    store_number(make_room(writer, 1), value, 1);
}

void wire_put_u16(struct wire_writer *writer, uint16_t value)
{
    store_number(make_room(writer, 2), value, 2);
}

void wire_put_u32(struct wire_writer *writer, uint32_t value)
{
    store_number(make_room(writer, 4), value, 4);
}

void wire_put_u64(struct wire_writer *writer, uint64_t value)
{
    store_number(make_room(writer, 8), value, 8);
}

void wire_put_bytes(struct wire_writer *writer, const void *bytes, size_t size)
{
    if (size > 0)
        memcpy(make_room(writer, size), bytes, size);
}

void wire_put_text(struct wire_writer *writer, const char *text)
{
    const size_t size = strlen(text);

    assert(size <= UINT16_MAX);
    wire_put_u16(writer, (uint16_t)size);
    wire_put_bytes(writer, text, size);
}

void wire_set_u32(struct wire_writer *writer, size_t offset, uint32_t value)
{
    assert(writer->size >= 4 && offset <= writer->size - 4);
    store_number(writer->bytes + offset, value, 4);
}

void wire_writer_clear(struct wire_writer *writer)
{
    mem_free(writer->bytes);
    *writer = (struct wire_writer){0};
}

struct wire_reader wire_reader_over(const void *bytes, size_t size)
{
    static const uint8_t nothing[1];

    return (struct wire_reader){
        .bytes = bytes != NULL ? bytes : nothing, .size = size, .field = "message"};
}

void wire_field(struct wire_reader *reader, const char *field)
{
    if (reader->fault == NULL)
        reader->field = field;
}

void wire_fail(struct wire_reader *reader, const char *fault)
{
    if (reader->fault == NULL)
        reader->fault = fault;
}

const uint8_t *wire_get_bytes(struct wire_reader *reader, size_t size)
{
    const uint8_t *bytes;

    if (reader->fault == NULL && size > reader->size - reader->offset)
        wire_fail(reader, "message ends early");
    if (reader->fault != NULL)
        return NULL;
    bytes = reader->bytes + reader->offset;
    reader->offset += size;
    return bytes;
}

static uint64_t get_number(struct wire_reader *reader, size_t size)
{
    const uint8_t *bytes = wire_get_bytes(reader, size);
    uint64_t value = 0;

    for (size_t i = 0; bytes != NULL && i < size; i++)
        value |= (uint64_t)bytes[i] << (8 * i);
    return value;
}

uint8_t wire_get_u8(struct wire_reader *reader)
{
    return (uint8_t)get_number(reader, 1);
}

uint16_t wire_get_u16(struct wire_reader *reader)
{
    return (uint16_t)get_number(reader, 2);
}

uint32_t wire_get_u32(struct wire_reader *reader)
{
    return (uint32_t)get_number(reader, 4);
}

uint64_t wire_get_u64(struct wire_reader *reader)
{
    return get_number(reader, 8);
}

bool wire_get_bool(struct wire_reader *reader)
{
    const uint8_t value = wire_get_u8(reader);

    if (value > 1)
        wire_fail(reader, "must be 0 or 1");
    return value == 1;
}

unsigned wire_get_enum(struct wire_reader *reader, unsigned count)
{
    const uint8_t value = wire_get_u8(reader);

    if (value < count)
        return value;
    wire_fail(reader, "unknown value");
    return 0;
}

size_t wire_get_count(struct wire_reader *reader, size_t maximum, size_t item_size)
{
    const size_t count = wire_get_u32(reader);

    assert(item_size > 0);
    if (count > maximum)
        wire_fail(reader, "too many");
    else if (count > (reader->size - reader->offset) / item_size)
        wire_fail(reader, "message ends early");
    return reader->fault == NULL ? count : 0;
}

/* What is wrong with a text, or NULL. */
static const char *text_fault(const uint8_t *bytes, size_t size, size_t out_size)
{
    if (size >= out_size)
        return "text is too long";
    if (memchr(bytes, 0, size) != NULL)
        return "text holds a NUL";
    if (!utf8_is_valid((const char *)bytes, size))
        return "text is not UTF-8";
    return NULL;
}

void wire_get_text(struct wire_reader *reader, char *out, size_t out_size)
{
    const size_t size = wire_get_u16(reader);
    const uint8_t *bytes = wire_get_bytes(reader, size);
    const char *fault;

    assert(out_size > 0);
    memset(out, 0, out_size);
    if (bytes == NULL)
        return;
    fault = text_fault(bytes, size, out_size);
    if (fault == NULL)
        memcpy(out, bytes, size);
    else
        wire_fail(reader, fault);
}

bool wire_reader_is_done(const struct wire_reader *reader)
{
    return reader->fault == NULL && reader->offset == reader->size;
}

bool wire_reader_finish(const struct wire_reader *reader, struct error *err)
{
    if (reader->fault != NULL)
        return error_set(err, ERR_INVALID, "%s: %s", reader->field, reader->fault);
    if (!wire_reader_is_done(reader))
        return error_set(err, ERR_INVALID, "message: %zu bytes too long",
                         reader->size - reader->offset);
    return true;
}
