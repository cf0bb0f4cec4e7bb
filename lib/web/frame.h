/*
 * The frame around a fragment: notices, breadcrumb, account menu, side menu, footer; and the
 * headers of a page.
 */
#ifndef VESTIBULE_WEB_FRAME_H
#define VESTIBULE_WEB_FRAME_H

#include "web/request.h"

/* Reads the layout once; false with a sentence for the operator. */
bool frame_start(const struct config *, char *message, size_t message_size);

/* The version of the static files. */
const char *frame_stamp(void);

/* Where the icons are: "/ml/static/icons.svg?0123456789ab#", to which a name is added. */
const char *frame_sprite(void);

/* Turns the finished fragment into the answer: the whole page, or the bare fragment for X-Fragment;
 * with all headers. */
void frame_answer(struct request *, unsigned status);

/* The headers that every answer of a page section carries; also those of redirects and downloads.
 */
void frame_headers(struct request *);

#endif
