/*
 * A file layer of SQLite's kind that counts writes and ends the program, or fails, at one.
 * SPDX-License-Identifier: MIT
 */
#define _XOPEN_SOURCE 700 /* _exit */

#include "tests/unit/counted_files.h"

#ifndef _WIN32 /* POSIX files; under Windows the core is the same code */

#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

struct strike next_strike;

struct counted_file {
    sqlite3_file base;
    sqlite3_file *real; /* directly behind this struct */
};

/* What a write that is not synced yet has replaced. */
struct replaced {
    sqlite3_file *real;
    sqlite3_int64 offset;
    sqlite3_int64 old_file_size;
    int size;
    int old_size;
    unsigned char *old;
};

static struct {
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
    struct replaced replaced[4096];
    size_t replaced_count;
} layer;

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((struct counted_file *)file)->real;
}

static void remember(sqlite3_file *real, sqlite3_int64 offset, int size)
{
    struct replaced *entry = &layer.replaced[layer.replaced_count++];
    sqlite3_int64 left;

    if (layer.replaced_count > sizeof layer.replaced / sizeof layer.replaced[0])
        abort();
    *entry = (struct replaced){.real = real, .offset = offset, .size = size};
    real->pMethods->xFileSize(real, &entry->old_file_size);
    left = entry->old_file_size - offset;
    entry->old_size = left <= 0 ? 0 : left < size ? (int)left : size;
    entry->old = calloc(1, (size_t)size + 1);
    real->pMethods->xRead(real, entry->old, entry->old_size, offset);
}

static void forget(const sqlite3_file *real)
{
    size_t kept = 0;

    for (size_t i = 0; i < layer.replaced_count; i++) {
        if (layer.replaced[i].real == real)
            free(layer.replaced[i].old);
        else
            layer.replaced[kept++] = layer.replaced[i];
    }
    layer.replaced_count = kept;
}

static void lose_what_is_not_synced(void)
{
    const size_t stride = next_strike.ending == POWER_CUT_REORDERED ? 2 : 1;

    for (size_t i = layer.replaced_count; i >= stride; i -= stride) {
        const struct replaced *lost = &layer.replaced[i - 1];
        const struct sqlite3_io_methods *methods = lost->real->pMethods;

        /* What a file has grown by reads as zeros if only something behind it was written. */
        methods->xWrite(lost->real, lost->old, lost->size, lost->offset);
        if (stride == 1)
            methods->xTruncate(lost->real, lost->old_file_size);
    }
}

/* Counts one write; true if it is to fail. */
static bool strike(sqlite3_file *real, const void *bytes, int size, sqlite3_int64 offset)
{
    if (next_strike.countdown == 0 || --next_strike.countdown > 0)
        return false;
    if (next_strike.ending == DISK_FULL)
        return true;
    if (next_strike.ending == KILLED_IN_THE_WRITE && size > 1)
        real->pMethods->xWrite(real, bytes, size / 2, offset);
    if (next_strike.ending == POWER_CUT || next_strike.ending == POWER_CUT_REORDERED)
        lose_what_is_not_synced();
    _exit(0);
}

static int counted_close(sqlite3_file *file)
{
    forget(real_of(file));
    return real_of(file)->pMethods->xClose(real_of(file));
}

static int counted_read(sqlite3_file *file, void *out, int size, sqlite3_int64 offset)
{
    return real_of(file)->pMethods->xRead(real_of(file), out, size, offset);
}

static int counted_write(sqlite3_file *file, const void *bytes, int size,
                         sqlite3_int64 offset)
{
    sqlite3_file *real = real_of(file);

    if (strike(real, bytes, size, offset))
        return SQLITE_FULL;
    remember(real, offset, size);
    return real->pMethods->xWrite(real, bytes, size, offset);
}

static int counted_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    sqlite3_file *real = real_of(file);
    sqlite3_int64 old_size = 0;

    if (strike(real, NULL, 0, 0))
        return SQLITE_IOERR_TRUNCATE;
    real->pMethods->xFileSize(real, &old_size);
    if (old_size > size)
        remember(real, size, (int)(old_size - size));
    return real->pMethods->xTruncate(real, size);
}

/* No sync is passed on: the only power cuts are ours. */
static int counted_sync(sqlite3_file *file, int flags)
{
    (void)flags;
    if (strike(real_of(file), NULL, 0, 0))
        return SQLITE_IOERR_FSYNC;
    forget(real_of(file));
    return SQLITE_OK;
}

static int counted_file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int counted_lock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int counted_unlock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int counted_check_lock(sqlite3_file *file, int *out)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), out);
}

static int counted_control(sqlite3_file *file, int operation, void *argument)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), operation, argument);
}

static int counted_sector_size(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int counted_characteristics(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int counted_shm_map(sqlite3_file *file, int page, int size, int extend,
                           void volatile **out)
{
    return real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, out);
}

static int counted_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, count, flags);
}

static void counted_shm_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int counted_shm_unmap(sqlite3_file *file, int delete_it)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), delete_it);
}

static const struct sqlite3_io_methods counted_methods = {
    .iVersion = 2,
    .xClose = counted_close,
    .xRead = counted_read,
    .xWrite = counted_write,
    .xTruncate = counted_truncate,
    .xSync = counted_sync,
    .xFileSize = counted_file_size,
    .xLock = counted_lock,
    .xUnlock = counted_unlock,
    .xCheckReservedLock = counted_check_lock,
    .xFileControl = counted_control,
    .xSectorSize = counted_sector_size,
    .xDeviceCharacteristics = counted_characteristics,
    .xShmMap = counted_shm_map,
    .xShmLock = counted_shm_lock,
    .xShmBarrier = counted_shm_barrier,
    .xShmUnmap = counted_shm_unmap,
};

static int counted_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file,
                        int flags, int *out_flags)
{
    struct counted_file *counted = (struct counted_file *)file;
    int status;

    (void)vfs;
    counted->real = (sqlite3_file *)(counted + 1);
    status = layer.real->xOpen(layer.real, name, counted->real, flags, out_flags);
    file->pMethods = counted->real->pMethods != NULL ? &counted_methods : NULL;
    return status;
}

static int counted_delete(sqlite3_vfs *vfs, const char *name, int sync_directory)
{
    (void)vfs;
    (void)sync_directory;
    if (strike(NULL, NULL, 0, 0))
        return SQLITE_IOERR_DELETE;
    return layer.real->xDelete(layer.real, name, 0);
}

void install_layer(void)
{
    layer.real = sqlite3_vfs_find(NULL);
    layer.vfs = *layer.real;
    layer.vfs.zName = "counted";
    layer.vfs.szOsFile += (int)sizeof(struct counted_file);
    layer.vfs.xOpen = counted_open;
    layer.vfs.xDelete = counted_delete;
    sqlite3_vfs_register(&layer.vfs, 1);
}

#endif
