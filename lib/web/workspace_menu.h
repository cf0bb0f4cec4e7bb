/*
 * The workspaces of a person in the account menu (features A3, A4): switching from any page, and
 * inviting.
 */
#ifndef VESTIBULE_WEB_WORKSPACE_MENU_H
#define VESTIBULE_WEB_WORKSPACE_MENU_H

#include "web/request.h"

/*
 * SWITCH TO WORKSPACE: the person's own first, called "My Workspace"; the active one marked.
 * Nothing where there is only one, or where workspaces are switched off.
 */
void workspace_menu_draw(struct request *);

/* Where "Invite a User" leads: the active workspace if the person may invite there, else their own;
 * NULL: nowhere. */
const struct workspace *workspace_menu_invites(struct request *);

/* The form of one button that switches to the workspace; the person stays in this section. */
void workspace_menu_switch(struct request *, const struct workspace *, const char *label,
    const char *class_name, const char *accessible);

#endif
