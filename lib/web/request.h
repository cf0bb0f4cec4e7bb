/*
 * One request: what came, who asks, what is answered. Handed to every function of a section; lives
 * in its arena.
 */
#ifndef VESTIBULE_WEB_REQUEST_H
#define VESTIBULE_WEB_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/config.h"
#include "core/crypto.h"
#include "data/audit.h"
#include "data/db.h"
#include "data/nonce.h"
#include "data/session.h"
#include "data/workspace.h"
#include "web/http.h"
#include "web/xhtml.h"

#define REQUEST_COOKIES 4	/* Set-Cookie lines besides the session, at most */
#define REQUEST_IDS 3	/* ":id" parts in a path, at most */

struct section;
struct route;
struct form;

struct request {
	const struct section *section;
	const struct route *route;
	const struct config *config;
	const struct crypto_keys *keys;
	struct http *transport;
	struct http_request http;
	struct arena *arena;
	struct db *db;
	int64_t now;

	struct audit_actor actor;
	struct session session;
	const char *cookie;		/* value of the session cookie, or of the one just made */
	struct workspace workspace;	/* of this page; id 0 before it is found */
	struct workspace *workspaces;	/* by request_workspaces() */
	size_t workspace_count;
	const char *ids[REQUEST_IDS];	/* of the path, 32 hex digits */
	struct form *form;		/* of this route: typed values and messages */
	void *object;			/* what load() found; the section's own */

	struct xhtml *x;		/* the fragment under construction */
	struct buffer *fragment;
	const char *title;
	const char *heading;		/* last part of the breadcrumb */
	const char *menu; /* whose row of the menu is current, and whose help is meant */

	struct http_answer answer;
	unsigned status;		/* 0 while nothing is decided */
	bool again;			/* by request_show_again() */
	const char *refusal;		/* a sentence, with status >= 400 */
	const char *location;		/* path inside the product, with status 303 */
	const char *message;		/* shown at location */
	const char *new_cookie;		/* session cookie to set; "" ends it */
	bool new_cookie_kept;
	const char *extra_cookies[REQUEST_COOKIES];	/* by cookie_set() */
	unsigned extra_cookie_count;
	const char *download_type; /* a plain file instead of a page: its type, name and bytes */
	const char *download_name;
	const char *download;
	const char
	    *extra_img_src; /* an origin that this page's pictures may come from too, or NULL */
	bool frameless;			/* no menu: sign-in */
	struct nonce nonce;		/* of the POST being carried out */
};

/* Outcomes of load, show and act. The last one counts; after one of them the function should
 * return. */
void request_not_found(struct request *);
void request_refuse(struct request *, unsigned status, const char *sentence);

/*
 * 403: the form was drawn for this person, who has left the workspace since, or was removed. The
 * answer to every such form (decisions 7, Q63); pages of that workspace are simply not there.
 */
void request_not_a_member(struct request *);

/* Success of an act: 303 to the path, where the message is shown. The message may be NULL. */
void request_see(struct request *, const char *message, const char *path_format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * From act: nothing was done, and the form is shown once more with what is typed, or what
 * form_set() made of it: for buttons that look something up or add a row. Nothing of the act is
 * kept.
 */
void request_show_again(struct request *);

/* From show: 303 without a message. */
void request_redirect(struct request *, const char *path_format, ...)
    __attribute__((format(printf, 2, 3)));

/* From show: a file to save. */
void request_download(struct request *, const char *type, const char *name, const char *bytes);

/* A query value, or "". */
const char *request_query(const struct request *, const char *name);

/* "/ml/settings/profile": a path of ours with the base path in front, and what a link to a page of
 * this workspace looks like. */
const char *request_path(const struct request *, const char *path_format, ...)
    __attribute__((format(printf, 2, 3)));
const char *request_workspace_id(const struct request *);	/* 32 hex of request->workspace */

/* The person's workspaces as workspace_list() gives them, asked for once a request and only where
 * there are several. */
size_t request_workspaces(struct request *);

/* The language, zone and so on are set already when a section runs. */
bool request_is_fragment(const struct request *);

#endif
