/*
 * A text to paste into a report of a bug: what there is and how it stands, in English whatever the
 * reader's language, without names of people and PCs (facts/ux-security.md).
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_VIEW_PROBLEM_REPORT_H
#define TIDEGATE_VIEW_PROBLEM_REPORT_H

#include "core/engine/report.h"
#include "core/model/diagnosis.h"
#include "core/store/activity.h"
#include "core/view/redaction.h"

#define PROBLEM_REPORT_SIZE ((size_t)512 * 1024)

/* Borrowed. What is not known is "", NULL or 0. */
struct problem_report {
    const char *program;         /* "tidegatectl 0.1.0" */
    const char *service_version; /* "0.1.0" */
    const char *windows;         /* "10.0.22631.4317" */
    const char *wsl;             /* "2.7.11.0" */
    const char *time;            /* when it was made */
    const struct report *report; /* NULL: the service does not answer */
    const char *trouble;         /* why not */
    const struct user_sid *user; /* whose rules */
    const struct diagnosis *diagnoses;
    size_t diagnosis_count;
    const struct activity *activity; /* newest first */
    size_t activity_count;
    void (*format_time)(int64_t time_ms, char *out, size_t capacity);
};

void problem_report_write(const struct problem_report *facts,
                          const struct redaction *redaction, struct text *out);

#endif
