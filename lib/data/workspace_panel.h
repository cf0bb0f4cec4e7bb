/*
 * What the panels of the Workspace page show of many workspaces at once, in as few statements as
 * possible (features E10, E11).
 */
#ifndef VESTIBULE_DATA_WORKSPACE_PANEL_H
#define VESTIBULE_DATA_WORKSPACE_PANEL_H

#include <stddef.h>
#include <stdint.h>

#include "data/credential.h"
#include "data/db.h"
#include "data/workspace.h"

#define WORKSPACE_PANEL_NAMES 10	/* members shown by name */

struct workspace_panel {
	const char *names[WORKSPACE_PANEL_NAMES];	/* the first members by join */
	size_t name_count;
	int64_t pending;			/* addresses that are invited and hold a seat */
};

/* One panel for each of the workspaces; a statement for every ten. */
struct workspace_panel *
workspace_panels(struct db *, struct arena *, const struct workspace *, size_t count, int64_t now);

/* Free seats, with pending ones taken; INT64_MAX when unlimited. */
int64_t workspace_panel_free(const struct workspace *, const struct workspace_panel *);

/*
 * The credentials that the person sees in all of these, their workspaces, newest first, in one
 * statement; *complete is false when there are more than it gives: then ask credential_list() for
 * each workspace.
 */
size_t workspace_panel_credentials(struct db *, struct arena *, int64_t person,
    const struct workspace *, size_t count, struct credential **, bool *complete);

/* A workspace of a person with its owner, as the API tells it. */
struct workspace_company {
	uint8_t public_id[16], owner_id[16];
	const char *name, *owner;	/* owner "": of the installation */
	int64_t members;
};

/* All of the person's, that of the caller first. */
size_t workspace_companies(
    struct db *, struct arena *, int64_t person, int64_t first, struct workspace_company **);

#endif
