/*
 * The service's one deciding thread: waits for requests and for changes of Windows, lets the
 * engine work, and tells the clients. At rest it does not wake.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_SERVICE_LOOP_H
#define TIDEGATE_SERVICE_LOOP_H

#include "app/service/control_news.h"

struct loop;

/* Takes the pipe's name first, so that a second service leaves the database alone; then checks
 * the data folder and starts everything else. `news` is borrowed. */
struct loop *loop_new(struct control_news *news, struct error *err);

/* Returns true once news->stop is set; false when waiting fails, for then nothing can be heard any
 * more. */
bool loop_run(struct loop *loop, struct error *err) MUST_CHECK;
void loop_free(struct loop *loop); /* NULL is harmless */

#endif
