/*
 * Whatever a file given to `import` holds: it is refused with a reason, or gives valid rules that
 * `export` writes and `import` reads as the same.
 * SPDX-License-Identifier: MIT
 */
#include "tests/fuzz/fuzz.h"

#include "core/base/mem.h"
#include "core/protocol/request.h"
#include "core/store/rule_file.h"

#include <assert.h>
#include <string.h>

static void check_rules(const struct rule_list *rules)
{
    struct rule_list again = {0};
    struct error err = {0};
    char *written = rule_file_write(rules);

    assert(rules->count <= RULES_PER_USER_MAX);
    assert(rule_file_read(written, strlen(written), &again, &err));
    assert(again.count == rules->count);
    for (size_t i = 0; i < rules->count; i++) {
        assert(rule_validate(&rules->items[i], &err));
        assert(rule_forwards_equal(&rules->items[i], &again.items[i]));
        assert(strcmp(rules->items[i].name, again.items[i].name) == 0);
    }
    mem_free(written);
    rule_list_clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct rule_list rules = {0};
    struct error err = {0};
    char *text = mem_alloc(size + 1);

    if (size > 0)
        memcpy(text, bytes, size);
    if (rule_file_read(text, size, &rules, &err))
        check_rules(&rules);
    else
        assert(err.kind == ERR_INVALID && err.detail[0] != '\0');
    rule_list_clear(&rules);
    mem_free(text);
    return 0;
}

bool fuzz_seed(size_t index, struct wire_writer *out)
{
    static const char *const seeds[] = {
        "{\"tidegate\": 1, \"rules\": []}",
        "{\"tidegate\":1,\"rules\":[{\"listen\":\"3000\"}]}",
        "{\"tidegate\": 1, \"rules\": [{\"name\": \"web\", \"enabled\": true,\n"
        " \"listen\": \"192.168.1.10:8000-8010\", \"connect\": \"wsl:9000\",\n"
        " \"firewall\": \"private,domain\", \"remote\": \"local-subnet\",\n"
        " \"comment\": \"\\u00e4\", \"forced\": false}]}\n",
        "\xef\xbb\xbf{\"tidegate\":1,\"rules\":[{\"listen\":\"[::]:80\",\"connect\":"
        "\"10.0.0.5:22\",\"remote\":\"10.0.0.0/8,2001:db8::/32\",\"firewall\":\"off\"},"
        "{\"listen\":\"Wi-Fi:81\",\"enabled\":false}]}",
    };

    if (index >= sizeof seeds / sizeof seeds[0])
        return false;
    wire_put_bytes(out, seeds[index], strlen(seeds[index]));
    return true;
}
