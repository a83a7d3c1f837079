/*
 * The submenus of a menu with many rules.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/menu_groups.h"

#include "core/base/mem.h"
#include "core/view/short_text.h"

#include <string.h>

#define GROUPS_MAX 10
/* "3000–3009" */
#define EN_DASH "\xe2\x80\x93"

void menu_prefix_of(const char *name, char *out, size_t capacity)
{
    size_t size = strcspn(name, "/:");
    struct text text = text_over(out, capacity);

    if (name[size] == '\0')
        return;
    while (size > 0 && name[size - 1] == ' ')
        size--;
    text_append_format(&text, "%.*s", (int)size, name);
}

static struct menu_group *add_group(struct menu_model *model)
{
    model->groups = mem_grow(model->groups, model->group_count, &model->group_capacity,
                             sizeof *model->groups);
    return &model->groups[model->group_count++];
}

/* Orders the rules by `keys`, as they came where those are equal. */
static void order_rules(struct menu_model *model, const size_t *keys)
{
    const size_t count = model->rule_count;
    struct menu_rule *ordered = mem_resize(NULL, count, sizeof *ordered);
    size_t *places = mem_resize(NULL, count, sizeof *places);

    for (size_t i = 0; i < count; i++) {
        size_t place = i;

        for (; place > 0 && keys[places[place - 1]] > keys[i]; place--)
            places[place] = places[place - 1];
        places[place] = i;
    }
    for (size_t i = 0; i < count; i++)
        ordered[i] = model->rules[places[i]];
    mem_free(places);
    mem_free(model->rules);
    model->rules = ordered;
    model->rule_capacity = count;
}

/* The first rule with the same prefix. */
static size_t first_with_prefix(const struct menu_model *model, size_t rule)
{
    size_t first = 0;

    while (!ascii_equals_ignoring_case(model->rules[first].prefix,
                                       model->rules[rule].prefix))
        first++;
    return first;
}

static size_t count_with_prefix(const struct menu_model *model, const char *prefix)
{
    size_t count = 0;

    for (size_t i = 0; i < model->rule_count; i++)
        count += ascii_equals_ignoring_case(model->rules[i].prefix, prefix) ? 1u : 0u;
    return count;
}

/* Each rule's group as the first rule of it; those alone with their prefix, or without one, are
 * left over and come last. False when names group too few of the rules, or into too many. */
static bool find_names(const struct menu_model *model, size_t *keys)
{
    size_t named = 0;
    size_t groups = 0;

    for (size_t i = 0; i < model->rule_count; i++) {
        const char *prefix = model->rules[i].prefix;

        keys[i] = model->rule_count;
        if (prefix[0] == '\0' || count_with_prefix(model, prefix) < 2)
            continue;
        keys[i] = first_with_prefix(model, i);
        named++;
        groups += keys[i] == i ? 1 : 0;
    }
    return groups >= 2 && groups < GROUPS_MAX && 4 * named >= 3 * model->rule_count;
}

static void group_by_names(struct menu_model *model, const size_t *keys)
{
    size_t *sizes = mem_alloc((model->rule_count + 1) * sizeof *sizes);
    size_t first = 0;

    for (size_t i = 0; i < model->rule_count; i++)
        sizes[keys[i]]++;
    order_rules(model, keys);
    for (size_t key = 0; key <= model->rule_count; key++) {
        if (sizes[key] == 0)
            continue;

        struct menu_group *group = add_group(model);

        group->first = first;
        group->count = sizes[key];
        if (key < model->rule_count)
            menu_text_escape(model->rules[first].prefix, group->title,
                             sizeof group->title);
        first += sizes[key];
    }
    mem_free(sizes);
}

static void group_by_ports(struct menu_model *model, size_t *keys)
{
    const size_t count = model->rule_count;
    const size_t least = (count + MENU_RULES_INLINE - 1) / MENU_RULES_INLINE;
    const size_t groups = least < GROUPS_MAX ? least : GROUPS_MAX;

    for (size_t i = 0; i < count; i++)
        keys[i] = model->rules[i].port;
    order_rules(model, keys);
    for (size_t i = 0; i < groups; i++) {
        struct menu_group *group = add_group(model);
        struct text title = TEXT_OVER(group->title);
        const size_t end = (i + 1) * count / groups;
        uint16_t last;

        group->first = i * count / groups;
        group->count = end - group->first;
        last = model->rules[end - 1].port;
        text_append_format(&title, "%u", (unsigned)model->rules[group->first].port);
        if (last != model->rules[group->first].port)
            text_append_format(&title, EN_DASH "%u", (unsigned)last);
    }
}

static void count_groups(struct menu_model *model)
{
    for (size_t i = 0; i < model->group_count; i++) {
        struct menu_group *group = &model->groups[i];

        for (size_t k = group->first; k < group->first + group->count; k++) {
            group->enabled_count += model->rules[k].checked ? 1u : 0u;
            group->needs_user |= model->rules[k].mark == MENU_MARK_NEEDS_USER;
        }
    }
}

void menu_groups_make(struct menu_model *model)
{
    size_t *keys = mem_resize(NULL, model->rule_count + 1, sizeof *keys);

    if (find_names(model, keys))
        group_by_names(model, keys);
    else
        group_by_ports(model, keys);
    count_groups(model);
    mem_free(keys);
}
