/*
 * What became of a connection that was tried, to see whether something accepts any there.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_MODEL_PROBE_H
#define TIDEGATE_MODEL_PROBE_H

/* The numbers go over the pipe. */
enum probe_result {
    PROBE_NONE, /* not asked for, or nowhere to connect to */
    PROBE_UNDER_WAY,
    PROBE_CONNECTED,
    PROBE_REFUSED,
    PROBE_SILENT, /* nobody answered in time */
    PROBE_FAILED, /* it could not be tried */
    PROBE_RESULT_COUNT
};

#endif
