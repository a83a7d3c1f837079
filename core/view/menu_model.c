/*
 * The notification icon's menu, from a report.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/menu_model.h"

#include "core/base/mem.h"
#include "core/view/tray_status.h"

void menu_text_escape(const char *from, char *out, size_t capacity)
{
    struct text text = text_over(out, capacity);

    for (; *from != '\0' && !text.truncated; from++) {
        const char one[] = {*from, '\0'};

        /* Bytes of longer characters go through one by one: never `&`, never cut apart,
         * as callers give twice the room. */
        text_append(&text, *from == '&' ? "&&" : one);
    }
}

static void label_rule(const struct rule *rule, struct menu_rule *item)
{
    char plain[MENU_LABEL_SIZE / 2];
    char listen[RULE_INTERFACE_NAME_SIZE + 16];
    struct text text = TEXT_OVER(plain);

    rule_listen_format(&rule->listen, listen, sizeof listen);
    text_append(&text, rule->name[0] != '\0' ? rule->name : listen);
    if (rule->name[0] != '\0')
        text_append_format(&text, " (%s)", listen);
    menu_text_escape(plain, item->label, sizeof item->label);
}

static void add_rule(struct menu_model *model, const struct report_rule *from,
                     const struct pending_list *pending)
{
    model->rules = mem_grow(model->rules, model->rule_count, &model->rule_capacity,
                            sizeof *model->rules);
    struct menu_rule *item = &model->rules[model->rule_count++];

    item->id = from->rule.id;
    item->checked = from->rule.enabled;
    item->pending = pending_has_rule(pending, &from->rule.id);
    item->troubled = from->status.state == RULE_STATE_BLOCKED ||
                     from->status.state == RULE_STATE_CONFLICT ||
                     from->status.state == RULE_STATE_FAILED;
    label_rule(&from->rule, item);
    if (from->rule.enabled)
        model->enabled_count++;
}

static enum menu_header running_header(const struct wsl_view *wsl, struct text *argument)
{
    if (wsl->mode != NETWORKING_MODE_NAT && wsl->mode != NETWORKING_MODE_UNKNOWN) {
        text_append(argument, networking_mode_name(wsl->mode));
        return MENU_HEADER_WSL_MODE;
    }
    if (wsl->address_known) {
        char address[ADDRESS_TEXT_SIZE];

        address_format(&wsl->address, address);
        text_append(argument, address);
        return MENU_HEADER_WSL_ADDRESS;
    }
    text_append(argument, wsl->problem);
    return MENU_HEADER_WSL_RUNNING;
}

static enum menu_header header_for(const struct view_state *state, struct text *argument)
{
    if (state->report == NULL)
        return state->starting ? MENU_HEADER_STARTING : MENU_HEADER_UNREACHABLE;
    if (state->report->fault[0] != '\0') {
        text_append(argument, state->report->fault);
        return MENU_HEADER_FAULT;
    }

    const struct wsl_view *wsl = report_wsl(state->report, &state->user);

    if (wsl != NULL && wsl->state == WSL_RUNNING)
        return running_header(wsl, argument);
    if (wsl != NULL && wsl->state == WSL_STOPPED)
        return MENU_HEADER_WSL_STOPPED;
    return MENU_HEADER_WSL_UNKNOWN;
}

void menu_model_build(const struct view_state *state, struct menu_model *out)
{
    char plain[REPORT_NOTE_SIZE];
    struct text argument = TEXT_OVER(plain);

    out->header = header_for(state, &argument);
    menu_text_escape(plain, out->header_argument, sizeof out->header_argument);
    if (state->report == NULL)
        return;
    for (size_t i = 0; i < state->report->rule_count; i++) {
        const struct report_rule *item = &state->report->rules[i];

        if (user_sid_equals(&item->rule.owner, &state->user))
            add_rule(out, item, state->pending);
    }
    out->rules_known = true;
    out->rules_in_submenu = out->rule_count > MENU_RULES_INLINE;
    out->may_change = state->may_change;
    out->paused = report_is_paused(state->report, &state->user);
    out->pause_pending = pending_has_verb(state->pending, VERB_PAUSE) ||
                         pending_has_verb(state->pending, VERB_RESUME);
}

void menu_model_clear(struct menu_model *model)
{
    mem_free(model->rules);
    *model = (struct menu_model){0};
}
