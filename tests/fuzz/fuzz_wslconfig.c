/*
 * Whatever bytes a user's .wslconfig has: it is read or refused, and the change of its networking
 * mode is one replacement that WSL's rules read back as that mode.
 * SPDX-License-Identifier: MIT
 */
#include "tests/fuzz/fuzz.h"

#include "core/base/mem.h"
#include "core/wsl/text_encoding.h"
#include "core/wsl/wslconfig.h"

#include <assert.h>
#include <string.h>

/* The longest that is put in, in UTF-16. */
#define EDIT_SIZE_MAX 160

static void check_change(const uint8_t *bytes, size_t size, const uint8_t *out,
                         size_t out_size)
{
    size_t before = 0;
    size_t behind = 0;

    while (before < size && before < out_size && bytes[before] == out[before])
        before++;
    while (behind < size - before && behind < out_size - before &&
           bytes[size - 1 - behind] == out[out_size - 1 - behind])
        behind++;
    assert(out_size - before - behind <= EDIT_SIZE_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct wslconfig config = {.mode_line = 77};
    struct wslconfig again;
    struct error err = {0};
    void *out = NULL;
    size_t out_size;

    if (!wslconfig_read(bytes, size, &config, &err)) {
        assert(err.kind == ERR_INVALID && config.mode_line == 77);
        return 0;
    }
    assert(config.mode != NETWORKING_MODE_UNKNOWN);
    if (!wslconfig_with_mode(bytes, size, NETWORKING_MODE_MIRRORED, &out, &out_size,
                             &err)) {
        assert(err.kind == ERR_INVALID && out == NULL);
        return 0;
    }
    assert(wslconfig_read(out, out_size, &again, &err));
    assert(again.mode == NETWORKING_MODE_MIRRORED && !again.safe_mode);
    assert(again.gui_applications == config.gui_applications);
    assert(again.localhost_forwarding == config.localhost_forwarding);
    check_change(bytes, size, out, out_size);
    mem_free(out);
    return 0;
}

bool fuzz_seed(size_t index, struct wire_writer *out)
{
    static const char *const seeds[] = {
        "[wsl2]\nmemory=4GB\nnetworkingMode=mirrored # x\n"
        "[experimental]\nautoMemoryReclaim=gradual\n",
        "[wsl2]\r\nguiApplications=false\r\nlocalhostForwarding=1\r\nsafeMode=0\r\n",
        "\xef\xbb\xbf[experimental]\nnetworkingMode = \"NAT\"\nkernel=C:\\\\k \\\n more\n[wsl2\n",
    };
    size_t size;
    void *wide;

    if (index < sizeof seeds / sizeof seeds[0]) {
        wire_put_bytes(out, seeds[index], strlen(seeds[index]));
        return true;
    }
    index -= sizeof seeds / sizeof seeds[0];
    if (index >= 2)
        return false;
    wide = text_encode(seeds[index], strlen(seeds[index]), TEXT_UTF16_MARKED, &size);
    wire_put_bytes(out, wide, size);
    mem_free(wide);
    return true;
}
