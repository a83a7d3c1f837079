/*
 * The notification icon's menu, from a report.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/menu_model.h"

#include "core/base/mem.h"
#include "core/view/menu_groups.h"
#include "core/view/mode_switch.h"
#include "core/view/service_trouble.h"
#include "core/view/short_text.h"

#include <string.h>

/* A listen side may be an interface's long name, or IPv6: this much of it, and the name gets the
 * rest of the line. */
#define LISTEN_COLUMNS 22
/* " (" and ")" */
#define BRACKETS_COLUMNS 3

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
    char whole[RULE_INTERFACE_NAME_SIZE + 16];
    char listen[RULE_INTERFACE_NAME_SIZE + 16];
    char name[MENU_LABEL_SIZE];
    char plain[MENU_LABEL_SIZE];
    struct text text = TEXT_OVER(plain);

    rule_listen_format(&rule->listen, whole, sizeof whole);
    if (rule->name[0] == '\0') {
        text_shorten_middle(whole, MENU_LABEL_COLUMNS, plain, sizeof plain);
    } else {
        text_shorten_middle(whole, LISTEN_COLUMNS, listen, sizeof listen);
        text_shorten_middle(rule->name,
                            MENU_LABEL_COLUMNS - BRACKETS_COLUMNS - text_columns(listen),
                            name, sizeof name);
        text_append_format(&text, "%s (%s)", name, listen);
    }
    menu_text_escape(plain, item->label, sizeof item->label);
}

static enum menu_mark mark_of(const struct rule_status *status)
{
    switch (status->state) {
    case RULE_STATE_ACTIVE:
    case RULE_STATE_NOT_NEEDED:
        return status->warning == REASON_NONE ? MENU_MARK_ACTIVE : MENU_MARK_WARNING;
    case RULE_STATE_APPLYING:
    case RULE_STATE_WAITING:
        return MENU_MARK_WAITING;
    case RULE_STATE_BLOCKED:
    case RULE_STATE_CONFLICT:
    case RULE_STATE_FAILED:
        return MENU_MARK_NEEDS_USER;
    case RULE_STATE_OFF:
    case RULE_STATE_COUNT:
        break;
    }
    return status->warning == REASON_NONE ? MENU_MARK_OFF : MENU_MARK_NEEDS_USER;
}

static void add_rule(struct menu_model *model, const struct report_rule *from,
                     const struct pending_list *pending,
                     const struct lan_adapter_list *adapters)
{
    char prefix[RULE_TEXT_SIZE];

    model->rules = mem_grow(model->rules, model->rule_count, &model->rule_capacity,
                            sizeof *model->rules);
    struct menu_rule *item = &model->rules[model->rule_count++];

    item->id = from->rule.id;
    item->checked = from->rule.enabled;
    item->pending = pending_has_rule(pending, &from->rule.id);
    item->state = from->status.state;
    item->warning = from->status.warning;
    item->mark = mark_of(&from->status);
    item->address = lan_address_of(from, adapters);
    item->port = from->rule.listen.first_port;
    menu_prefix_of(from->rule.name, prefix, sizeof prefix);
    text_shorten_end(prefix, MENU_LABEL_COLUMNS / 2, item->prefix, sizeof item->prefix);
    label_rule(&from->rule, item);
    if (from->rule.enabled)
        model->enabled_count++;
}

static enum menu_header running_header(const struct wsl_view *wsl, struct text *argument)
{
    char address[ADDRESS_TEXT_SIZE];

    if (wsl->mode != NETWORKING_MODE_NAT && wsl->mode != NETWORKING_MODE_UNKNOWN)
        return MENU_HEADER_WSL_MODE;
    if (!wsl->address_known)
        return MENU_HEADER_WSL_RUNNING;
    address_format(&wsl->address, address);
    text_append(argument, address);
    return wsl->mode == NETWORKING_MODE_NAT ? MENU_HEADER_WSL_ADDRESS_MODE
                                            : MENU_HEADER_WSL_ADDRESS;
}

static enum menu_header wsl_header(const struct wsl_view *wsl, struct menu_model *out,
                                   struct text *argument)
{
    if (wsl == NULL)
        return MENU_HEADER_WSL_UNKNOWN;
    out->wsl_mode = wsl->mode;
    if (wsl->state == WSL_RUNNING)
        return running_header(wsl, argument);
    return wsl->state == WSL_STOPPED ? MENU_HEADER_WSL_STOPPED : MENU_HEADER_WSL_UNKNOWN;
}

static enum menu_header trouble_header(const struct error *trouble,
                                       struct menu_model *out, struct text *argument)
{
    switch (service_trouble_of(trouble)) {
    case SERVICE_NOT_INSTALLED:
        return MENU_HEADER_NOT_INSTALLED;
    case SERVICE_NOT_RUNNING:
        return MENU_HEADER_SERVICE_STOPPED;
    case SERVICE_OTHER_PROTOCOL:
        text_append(argument, trouble->message.arguments[0]);
        menu_text_escape(trouble->message.arguments[1], out->header_second,
                         sizeof out->header_second);
        return MENU_HEADER_OTHER_PROTOCOL;
    case SERVICE_SILENT:
        break;
    }
    return MENU_HEADER_UNREACHABLE;
}

static void keep_fault(const struct message *message, struct menu_model *out)
{
    out->fault.id = message->id;
    for (size_t i = 0; i < MESSAGE_ARGUMENT_COUNT; i++) {
        char shortened[MESSAGE_ARGUMENT_SIZE];

        text_shorten_end(message->arguments[i], MENU_ARGUMENT_COLUMNS, shortened,
                         sizeof shortened);
        menu_text_escape(shortened, out->fault.arguments[i],
                         sizeof out->fault.arguments[i]);
    }
}

static enum menu_header header_for(const struct view_state *state, struct menu_model *out,
                                   struct text *argument)
{
    if (state->report == NULL)
        return state->starting ? MENU_HEADER_STARTING
                               : trouble_header(state->trouble, out, argument);
    if (state->report->fault[0] == '\0')
        return wsl_header(report_wsl(state->report, &state->user), out, argument);
    text_append(argument, state->report->fault);
    keep_fault(&state->report->fault_message, out);
    return MENU_HEADER_FAULT;
}

static void build_header(const struct view_state *state, struct menu_model *out)
{
    char whole[REPORT_NOTE_SIZE];
    char shortened[REPORT_NOTE_SIZE];
    struct text argument = TEXT_OVER(whole);

    out->header = header_for(state, out, &argument);
    text_shorten_end(whole, MENU_ARGUMENT_COLUMNS, shortened, sizeof shortened);
    menu_text_escape(shortened, out->header_argument, sizeof out->header_argument);
    if (state->report != NULL &&
        mode_awaits_restart(state->wsl_hint, report_wsl(state->report, &state->user)))
        out->awaited_mode = state->wsl_hint->configured;
    if (state->report != NULL && state->service_version != NULL &&
        strcmp(state->service_version, TIDEGATE_VERSION) != 0)
        menu_text_escape(state->service_version, out->service_version,
                         sizeof out->service_version);
}

void menu_model_build(const struct view_state *state,
                      const struct lan_adapter_list *adapters, struct menu_model *out)
{
    build_header(state, out);
    if (state->report == NULL)
        return;
    for (size_t i = 0; i < state->report->rule_count; i++) {
        const struct report_rule *item = &state->report->rules[i];

        if (user_sid_equals(&item->rule.owner, &state->user) &&
            out->rule_count < RULES_PER_USER_MAX)
            add_rule(out, item, state->pending, adapters);
    }
    if (out->rule_count > MENU_RULES_INLINE)
        menu_groups_make(out);
    out->rules_known = true;
    out->may_change = state->may_change;
    out->paused = report_is_paused(state->report, &state->user);
    out->pause_pending = pending_has_verb(state->pending, VERB_PAUSE) ||
                         pending_has_verb(state->pending, VERB_RESUME);
}

void menu_model_clear(struct menu_model *model)
{
    mem_free(model->rules);
    mem_free(model->groups);
    *model = (struct menu_model){0};
}
