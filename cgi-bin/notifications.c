/*
 * notifications.c: what a person was told, and closing it (features A6, Q11).
 *
 *	/settings/notifications			open ones first, then those already closed
 *	/settings/notifications/<id>/close	one of them is read
 *	/settings/notifications/close		all that can only be read
 */
#include <string.h>

#include "core/language.h"
#include "core/text.h"
#include "data/invitation.h"
#include "data/notification.h"
#include "web/app.h"
#include "web/form.h"
#include "web/page.h"

static void
draw_close(struct request *r, const struct notification *notification)
{
	const char *id = text_id(r->arena, notification->public_id);

	form_begin(r, arena_format(r->arena, "/settings/notifications/%s/close", id), NULL, "main");
	xhtml_leaf(r->x, "button", _("Mark as read"), "type", "submit", "class", "plain",
	    "aria-label", arena_format(r->arena, _("Mark as read: %s"), notification->text), NULL);
	form_end(r);
}

static void
draw_notification(struct request *r, const struct notification *notification)
{
	bool open = notification->closed == 0;

	xhtml_open(r->x, "li", "class", open ? "open" : "closed", NULL);
	xhtml_open(r->x, "p", NULL);
	page_icon(
	    r, strcmp(notification->kind, NOTIFICATION_SECURITY) == 0 ? "shield-check" : "bell");
	xhtml_textf(r->x, " %s", notification->text);
	xhtml_close(r->x, "p");
	xhtml_open(r->x, "p", "class", "muted", NULL);
	page_time(r, notification->created, false);
	xhtml_close(r->x, "p");
	/* An invitation waits for an answer, not for being read. */
	if (open && strcmp(notification->kind, INVITATION_NOTICE) == 0)
		page_link(r, "/settings/workspace", "mail",
		    _("JOIN or DECLINE on the Workspace page"), "action", NULL);
	else if (open)
		draw_close(r, notification);
	xhtml_close(r->x, "li");
}

static void
show_list(struct request *r)
{
	struct notification *list;
	size_t count = notification_list(r->db, r->arena, r->session.person.id, &list);

	page_begin(r, _("Notifications"), NULL);
	if (count == 0) {
		xhtml_leaf(r->x, "p", _("Nothing happened that you should know of."), "class",
		    "empty", NULL);
		return;
	}
	xhtml_open(r->x, "ul", "class", "notifications panel", NULL);
	for (size_t i = 0; i < count; i++)
		draw_notification(r, &list[i]);
	xhtml_close(r->x, "ul");
	if (r->session.notifications < 2)
		return;
	form_begin(r, "/settings/notifications/close", NULL, "main");
	form_draw_buttons(r, _("Mark all as read"), NULL, NULL, false);
	form_end(r);
}

static void
act_close(struct request *r)
{
	uint8_t id[16];

	if (!text_parse_id(r->ids[0], id) ||
	    !notification_close(r->db, r->session.person.id, id, r->now))
		request_not_found(r);
	else
		request_see(r, _("Marked as read."), "/settings/notifications");
}

static void
act_close_all(struct request *r)
{
	static const char *const kinds[] = { NOTIFICATION_SECURITY, NOTIFICATION_REMOVED,
		NOTIFICATION_NEWS };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		notification_close_kind(r->db, r->session.person.id, kinds[i], r->now);
	request_see(r, _("All are marked as read."), "/settings/notifications");
}

static const struct route routes[] = {
	{ .path = "/settings/notifications", .access = ACCESS_SIGNED_IN, .show = show_list },
	{ .path = "/settings/notifications/close",
	    .access = ACCESS_SIGNED_IN,
	    .show = show_list,
	    .act = act_close_all },
	{ .path = "/settings/notifications/:id/close",
	    .access = ACCESS_SIGNED_IN,
	    .show = show_list,
	    .act = act_close },
};

static const struct section section = {
	.name = "notifications",
	.kind = SECTION_PAGES,
	.routes = routes,
	.route_count = sizeof(routes) / sizeof(routes[0]),
};

int
main(void)
{
	return app_run(&section);
}
