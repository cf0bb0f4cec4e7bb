/*
 * The frame around every page: htdocs/_layout.html, which a site may edit for its branding.
 *
 * The file is read once when the worker starts: libxml2 must find it well-formed, and every mark
 * must stand in it exactly once and in this order, except the last three, which may stand any
 * number of times. Otherwise the start is refused, with the line.
 */
#ifndef VESTIBULE_WEB_LAYOUT_H
#define VESTIBULE_WEB_LAYOUT_H

#include <stddef.h>

#include "core/buffer.h"

/* The parts that a page fills in; markup, already escaped. */
enum layout_mark {
	LAYOUT_LANGUAGE,	/* {language} */
	LAYOUT_THEME,		/* data-theme="{theme}", with the blank before it */
	LAYOUT_TITLE,		/* {title} */
	LAYOUT_NOTICES,		/* <!--notices--> … */
	LAYOUT_BREADCRUMB,
	LAYOUT_ACCOUNT,
	LAYOUT_MENU,
	LAYOUT_MAIN,
	LAYOUT_FOOTER,
	LAYOUT_STYLES,		/* <!--styles-->: further style sheets */
	LAYOUT_BASE,		/* {base} */
	LAYOUT_STAMP,		/* {stamp} */
	LAYOUT__COUNT
};

struct layout;

/* NULL with a sentence for the operator in message. Lives as long as the process. */
const struct layout *layout_load(const char *path, char *message, size_t message_size);

/* The version of the static files: the text of the file "stamp" beside the layout, "" when there is
 * none. */
const char *layout_stamp(const struct layout *);

/* Appends the whole page; parts[mark] replaces each mark, NULL: nothing. */
void
layout_write(const struct layout *, struct buffer *out, const char *const parts[LAYOUT__COUNT]);

#endif
