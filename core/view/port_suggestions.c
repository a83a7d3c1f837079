/*
 * The ports that could be forwarded and are not.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/port_suggestions.h"

#include "core/base/text.h"

#include <string.h>

/* Names of products and protocols, which are the same in every language. */
static const struct {
    uint16_t port;
    const char *service;
} services[] = {
    {21, "FTP"},        {22, "SSH"},          {53, "DNS"},
    {80, "HTTP"},       {443, "HTTPS"},       {1433, "SQL Server"},
    {1883, "MQTT"},     {2222, "SSH"},        {3000, "HTTP"},
    {3306, "MySQL"},    {5173, "Vite"},       {5432, "PostgreSQL"},
    {5672, "RabbitMQ"}, {6379, "Redis"},      {6443, "Kubernetes"},
    {8000, "HTTP"},     {8080, "HTTP"},       {8443, "HTTPS"},
    {8888, "Jupyter"},  {9090, "Prometheus"}, {9200, "Elasticsearch"},
    {11434, "Ollama"},  {27017, "MongoDB"},
};

const char *port_service_name(uint16_t port)
{
    for (size_t i = 0; i < sizeof services / sizeof services[0]; i++) {
        if (services[i].port == port)
            return services[i].service;
    }
    return "";
}

void port_suggestion_label(uint16_t port, char out[PORT_LABEL_SIZE])
{
    struct text text = text_over(out, PORT_LABEL_SIZE);
    const char *service = port_service_name(port);

    text_append_format(&text, service[0] != '\0' ? "%u (%s)" : "%u", (unsigned)port,
                       service);
}

struct rule port_suggestion_rule(uint16_t port)
{
    struct rule rule = rule_default();

    (void)text_copy(rule.name, sizeof rule.name, port_service_name(port));
    rule.listen.first_port = port;
    rule.listen.last_port = port;
    rule.connect.first_port = port;
    return rule;
}

static bool is_within(uint16_t port, uint16_t first, size_t count)
{
    return port >= first && (size_t)(port - first) < count;
}

static bool covers(const struct rule *rule, uint16_t port)
{
    const size_t count = rule_port_count(rule);

    return is_within(port, rule->listen.first_port, count) ||
           (rule->connect.kind == CONNECT_WSL &&
            is_within(port, rule->connect.first_port, count));
}

static bool is_taken(const struct view_state *view, uint16_t port)
{
    for (size_t i = 0; i < view->report->rule_count; i++) {
        const struct rule *rule = &view->report->rules[i].rule;

        if (user_sid_equals(&rule->owner, &view->user) && covers(rule, port))
            return true;
    }
    return false;
}

static bool may_be_added(const struct view_state *view, uint16_t port)
{
    struct rule rule = port_suggestion_rule(port);

    rule.owner = view->user;
    return !is_taken(view, port) && rule_validate(&rule, NULL);
}

/* Whether `a` is rather worth its place than `b`. */
static bool is_better(const struct port_suggestion *a, const struct port_suggestion *b)
{
    const bool a_known = a->service[0] != '\0';
    const bool b_known = b->service[0] != '\0';

    return a_known != b_known ? a_known : a->port < b->port;
}

static size_t find_worst(const struct port_suggestions *list)
{
    size_t worst = 0;

    for (size_t i = 1; i < list->count; i++) {
        if (is_better(&list->items[worst], &list->items[i]))
            worst = i;
    }
    return worst;
}

static void take_out(struct port_suggestions *list, size_t at)
{
    list->count--;
    memmove(&list->items[at], &list->items[at + 1],
            (list->count - at) * sizeof list->items[0]);
}

static bool has_port(const struct port_suggestions *list, uint16_t port)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].port == port)
            return true;
    }
    return false;
}

/* Keeps the list in the order of ports, whatever the report's order. */
static void add(struct port_suggestions *list, const struct port_suggestion *item)
{
    size_t place;

    list->total++;
    if (list->count == PORT_SUGGESTION_CAPACITY) {
        const size_t worst = find_worst(list);

        if (!is_better(item, &list->items[worst]))
            return;
        take_out(list, worst);
    }
    place = list->count++;
    for (; place > 0 && list->items[place - 1].port > item->port; place--)
        list->items[place] = list->items[place - 1];
    list->items[place] = *item;
}

void port_suggestions_build(const struct view_state *view, struct port_suggestions *out)
{
    *out = (struct port_suggestions){0};
    if (view->report == NULL)
        return;
    for (size_t i = 0; i < view->report->wsl_port_count; i++) {
        const struct report_wsl_port *seen = &view->report->wsl_ports[i];
        const struct port_suggestion item = {seen->port, port_service_name(seen->port)};

        if (user_sid_equals(&seen->user, &view->user) && !has_port(out, seen->port) &&
            may_be_added(view, seen->port))
            add(out, &item);
    }
}

bool port_suggestions_equal(const struct port_suggestions *a,
                            const struct port_suggestions *b)
{
    if (a->count != b->count || a->total != b->total)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        if (a->items[i].port != b->items[i].port)
            return false;
    }
    return true;
}
