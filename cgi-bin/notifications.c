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

/* The invitations that wait for an answer. */
struct waiting {
	struct invitation_offer *list;
	size_t count;
};

static void
load_waiting(struct request *r)
{
	struct waiting *waiting = arena_allocate(r->arena, sizeof(*waiting));

	if (r->session.notifications > 0)
		waiting->count = invitation_offers(
		    r->db, r->arena, r->session.person.id, r->now, &waiting->list);
	r->object = waiting;
}

/* Such a notice is answered, not read; once the invitation is over it is a notice like others. */
static bool
waits(const struct request *r, const struct notification *notification)
{
	const struct waiting *waiting = r->object;

	for (size_t i = 0; i < waiting->count; i++) {
		if (strcmp(notification->kind, INVITATION_NOTICE) == 0 &&
		    waiting->list[i].id == notification->reference)
			return true;
	}
	return false;
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
	if (open && waits(r, notification))
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
	struct notification *list;
	size_t count = notification_list(r->db, r->arena, r->session.person.id, &list);
	uint8_t id[16];

	if (!text_parse_id(r->ids[0], id)) {
		request_not_found(r);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		if (memcmp(list[i].public_id, id, sizeof(id)) == 0 && waits(r, &list[i])) {
			form_error(r->form, NULL, _("This invitation waits for your answer."));
			return;
		}
	}
	if (!notification_close(r->db, r->session.person.id, id, r->now))
		request_not_found(r);
	else
		request_see(r, _("Marked as read."), "/settings/notifications");
}

static void
act_close_all(struct request *r)
{
	static const char *const kinds[] = { NOTIFICATION_SECURITY, NOTIFICATION_REMOVED,
		NOTIFICATION_NEWS };
	struct notification *list;
	size_t count = notification_list(r->db, r->arena, r->session.person.id, &list);

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		notification_close_kind(r->db, r->session.person.id, kinds[i], r->now);
	for (size_t i = 0; i < count; i++) {
		if (list[i].closed == 0 && strcmp(list[i].kind, INVITATION_NOTICE) == 0 &&
		    !waits(r, &list[i]))
			notification_close(
			    r->db, r->session.person.id, list[i].public_id, r->now);
	}
	request_see(r, _("All are marked as read."), "/settings/notifications");
}

static const struct route routes[] = {
	{ .path = "/settings/notifications",
	    .access = ACCESS_SIGNED_IN,
	    .load = load_waiting,
	    .show = show_list },
	{ .path = "/settings/notifications/close",
	    .access = ACCESS_SIGNED_IN,
	    .load = load_waiting,
	    .show = show_list,
	    .act = act_close_all },
	{ .path = "/settings/notifications/:id/close",
	    .access = ACCESS_SIGNED_IN,
	    .load = load_waiting,
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
