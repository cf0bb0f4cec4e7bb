/*
 * Audit events: who did what, in the same transaction as the act (Q48, decisions 17). Every
 * function of lib/data that changes something takes the actor and writes its own event, so that no
 * way in can forget it.
 */
#ifndef VESTIBULE_DATA_AUDIT_H
#define VESTIBULE_DATA_AUDIT_H

#include <stdint.h>

#include "data/db.h"

enum audit_way {
	AUDIT_FORM,
	AUDIT_API,
	AUDIT_COMMAND
};

/* Who acts, and how. Filled by the request cycle or the command. */
struct audit_actor {
	enum audit_way way;
	int64_t now;
	const char *request;		/* 32 hex */
	const char *address;		/* "" for the command */
	int64_t person;			/* 0: nobody, or the operator */
	int64_t credential;		/* 0: none */
};

struct audit_event {
	const char *action;		/* "credential.create": kind of object, dot, verb */
	const char *object_kind;
	int64_t object_id;		/* 0: none */
	int64_t workspace;		/* 0: none */
	const char *before,
	    *after; /* JSON texts without secrets, or NULL; audit_json() makes them */
	const char *result;		/* NULL: "done"; else "refused" … */
};

void audit_write(struct db *, const struct audit_actor *, const struct audit_event *);

/* {"name":"value"} with correct escaping, cut to fit; NULL value: {"name":null}. */
char *audit_json(struct arena *, const char *name, const char *value);

#endif
