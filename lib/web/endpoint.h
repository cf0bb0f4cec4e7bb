/*
 * The cycle of the API (section kind SECTION_API, decisions 8): any method, arguments merged,
 * Basic, Bearer or session cookie, the envelope of spec/api.md 3 for every answer, the order of
 * checks of spec/api.md 1.
 *
 * Basic and Bearer may call everything by any method. The session cookie of a browser may read;
 * what writes takes it only with POST from a page of this site (pages_same_origin()).
 *
 * A call that writes runs in one transaction with a nonce made from nginx's request number
 * (decisions 2), so that a repeat by nginx gets the same answer, even when the call itself has
 * ended the session or credential that it came with.
 *
 * Secrets cannot be guessed, so the right one is always taken at once. Wrong ones are counted by
 * access key and address, and refusals audited as rarely as the throttle allows (decisions 10).
 */
#ifndef VESTIBULE_WEB_ENDPOINT_H
#define VESTIBULE_WEB_ENDPOINT_H

#include <jansson.h>
#include <stdbool.h>

#include "data/access_token.h"
#include "data/credential.h"
#include "web/app.h"

enum endpoint_access {
	ENDPOINT_PUBLIC,	/* no credentials needed, none read */
	ENDPOINT_OPTIONAL,	/* read when there */
	ENDPOINT_ANY,		/* any authenticated caller */
	ENDPOINT_ADMINISTRATOR	/* role admin: owner or administrator of the workspace */
};

struct call;

/*
 * A row of the table. An endpoint may have several, with different versions: the newest that is not
 * newer than the version asked for is called.
 */
struct endpoint {
	const char *name;		/* "auth.login" */
	unsigned major, minor;		/* first version: 1, 0 */
	enum endpoint_access access;
	bool writes;
	void (*handle)(struct call *);	/* of one that writes: may run again from the top */
};

/* One call. */
struct call {
	struct request *request;
	const struct endpoint *endpoint;
	const char *name;		/* that was asked for */
	unsigned major, minor;		/* the version that was asked for */

	bool authenticated;
	bool by_cookie;			/* the session of the request */
	bool by_token;			/* else by key and secret */
	struct credential_caller caller;	/* credential 0: a session, or a token of one */
	struct access_token token;	/* by_token */
	int64_t proved;			/* credential 0: when the person last proved who they are */
	json_t *arguments;		/* object */

	json_t *data;			/* the answer: object, owned */
	unsigned code, subcode;		/* 200, 0 */
	const char *message;
	json_t *error_data;
};

/* Answers with this object; takes it over. Without it data is {}. */
void call_answer(struct call *, json_t *data);

/*
 * Refuses the call: code, subcode and text of spec/api.md 4, without the parameters. The last one
 * counts.
 */
void call_refuse(struct call *, unsigned code, unsigned subcode, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* A parameter of the refusal: stands in error_data and behind the message. */
void call_detail(struct call *, const char *name, const char *value);
void call_detail_number(struct call *, const char *name, int64_t value);

/*
 * Arguments by type; a wrong type or a missing required one refuses the call with 400/12 and
 * returns false. Absent and null are the same. Texts are strict UTF-8.
 */
bool call_text(struct call *, const char *name, bool required, const char **text);
bool call_integer(struct call *, const char *name, bool required, int64_t least, int64_t most,
    int64_t *number, bool *present);
bool call_boolean(struct call *, const char *name, bool required, bool *value, bool *present);
/* Borrowed. */
bool call_object(struct call *, const char *name, bool required, json_t **object);
/* A list of texts; a single text is a list of one. Borrowed. */
bool call_texts(struct call *, const char *name, json_t **list);

/* only_fields: leaves the id and what the list of texts names; NULL or none: everything. */
void call_keep_fields(json_t *object, json_t *only);

/* A new value that jansson could make; it only fails for want of memory. */
json_t *call_made(json_t *);

/* Runs one request of a section of kind SECTION_API. Used by app.c. */
void endpoint_handle(struct request *);

#endif
