/*
 * What the verbs do. Each is called with an open connection, collects its answer in call->out or
 * call->json, and returns false with `err` when it failed as a whole.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_CTL_VERBS_H
#define TIDEGATE_CTL_VERBS_H

#include "app/ctl/call.h"

/* show_rules.c */
bool run_list(struct call *call, struct error *err);

/* show_status.c */
bool run_status(struct call *call, struct error *err);

/* diagnose.c */
bool run_diagnose(struct call *call, struct error *err);

/* Of one's own or, elevated, anybody's rule; with --probe once its result is there. The caller
 * clears `out`. */
bool diagnose_ask(struct call *call, const struct report_rule *item, struct reply *out,
                  struct error *err);

/* problem_report.c: diagnose --report */
bool run_problem_report(struct call *call, const struct report *report, struct error *err);

/* self_test.c: diagnose --self-test, with or without the service */
void run_self_test(struct call *call);

/* show_log.c */
bool run_plan(struct call *call, struct error *err);
bool run_activity(struct call *call, struct error *err);

/* watch.c */
bool run_watch(struct call *call, struct error *err);

/* change_rules.c */
bool run_add(struct call *call, struct error *err);
bool run_edit(struct call *call, struct error *err);
bool run_remove(struct call *call, struct error *err);
bool run_enable(struct call *call, struct error *err); /* and disable */
bool run_take_over(struct call *call, struct error *err);

/* adopt.c */
bool run_adopt(struct call *call, struct error *err);

/* rule_transfer.c */
bool run_export(struct call *call, struct error *err);
bool run_import(struct call *call, struct error *err);

/* orders.c */
bool run_pause(struct call *call, struct error *err);
bool run_resume(struct call *call, struct error *err);
bool run_reconcile(struct call *call, struct error *err);
bool run_start_ip_helper(struct call *call, struct error *err);
bool run_approve(struct call *call, struct error *err);
bool run_settings(struct call *call, struct error *err);

#endif
