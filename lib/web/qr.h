/*
 * A text as a QR code, drawn as one path of an inline picture: nothing to fetch, nothing to run.
 */
#ifndef VESTIBULE_WEB_QR_H
#define VESTIBULE_WEB_QR_H

#include "web/request.h"

/* title: what it is, for those who do not see it. Draws nothing when the text is too long. */
void qr_draw(struct request *, const char *text, const char *title);

#endif
