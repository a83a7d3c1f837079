/*
 * An engine on a Windows in memory, and the few things tests do with it.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TESTS_UNIT_ENGINE_FIXTURE_H
#define TIDEGATE_TESTS_UNIT_ENGINE_FIXTURE_H

#include "core/engine/engine.h"
#include "tests/fake_system.h"

struct engine_fixture {
    struct fake_windows windows;
    struct system system;
    struct engine *engine;
    struct caller caller; /* FAKE_USER, an elevated administrator */
    struct rule_id last_id;
    char last_ticket[TICKET_SIZE];
    enum verb last_done; /* what the last request carried out, and for whom */
    struct user_sid last_done_for;
};

/* WSL runs at 172.28.208.5; the first pass has been made. */
void engine_fixture_open(struct engine_fixture *self, const char *database_path);
void engine_fixture_close(struct engine_fixture *self);

/* An event and the pass it asks for, 1.5 s after the last. */
void work(struct engine_fixture *self, enum engine_event event);

/* Lets time pass until nothing is due (at most 5 minutes of it). */
void settle(struct engine_fixture *self);

/* A valid enabled rule that connects to the same port of WSL. */
struct rule new_rule(const char *name, const char *listen);
struct error put(struct engine_fixture *self, const struct rule *rule);
struct rule_id add_rule(struct engine_fixture *self, const char *name, const char *listen);

/* Each gives the kind of the reply's error. */
enum error_kind enable(struct engine_fixture *self, const struct rule_id *id,
                       bool enabled);
enum error_kind delete_rule(struct engine_fixture *self, const struct rule_id *id);
enum error_kind take_over(struct engine_fixture *self, const struct rule_id *id);
enum error_kind set_setting(struct engine_fixture *self, const char *key,
                            const char *value);
enum error_kind approve(struct engine_fixture *self, const char *ticket, const char *user);
enum error_kind ask(struct engine_fixture *self, enum verb verb);

/* v4tov4 data in the registry, or as the IP Helper forwards it now; NULL if none. */
const char *entry(const struct engine_fixture *self, const char *name);
const char *forwarded(const struct engine_fixture *self, const char *name);
const struct firewall_rule *firewall_rule(const struct engine_fixture *self,
                                          const struct rule_id *id);
const struct rule_status *status(const struct engine_fixture *self,
                                 const struct rule_id *id);

#endif
