/*
 * groups.c: groups of members (features 1.L).
 *
 *	/settings/groups		all active groups
 *	/settings/groups/new		a new one
 *	/settings/groups/<id>/edit	name, description and members; of built-in ones the latter
 *	/settings/groups/<id>/delete	with what its members lose
 */
#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "core/language.h"
#include "core/text.h"
#include "data/member_picker.h"
#include "data/user_group.h"
#include "web/app.h"
#include "web/form.h"
#include "web/page.h"
#include "web/people_view.h"

#define CHOSEN 1000 /* members of a group that one form can hold; the picker offers more */
#define PAGES (USER_GROUP_MOST / USER_GROUP_PAGE)
_Static_assert(CHOSEN + MEMBER_PICKER_OFFERED <= FORM_MANY, "what the picker offers can be sent");

static const struct field group_fields[] = {
	{ .name = "act", .type = FIELD_BUTTON, .label = N_("Button"), .most = 10 },
	{ .name = "filter",
	    .type = FIELD_LINE,
	    .conditional = true,
	    .label = N_("Filter members by name"),
	    .most = MEMBER_SEARCH,
	    .placeholder = N_("Add members to group") },
	{ .name = "name",
	    .type = FIELD_LINE,
	    .label = N_("Name"),
	    .most = USER_GROUP_NAME,
	    .conditional = true },
	{ .name = "description",
	    .type = FIELD_LINES,
	    .label = N_("Description"),
	    .most = USER_GROUP_DESCRIPTION },
	{ .name = "member",
	    .type = FIELD_HIDDEN,
	    .label = N_("Members"),
	    .many = true,
	    .most = 32 },
	{ .name = "revision", .type = FIELD_HIDDEN, .label = N_("Revision"), .most = 20 },
};
static const struct form_table group_form = FORM_TABLE(group_fields);

static const char *
list_page(const struct request *r)
{
	return arena_format(r->arena, "/settings/groups?ws=%s", request_workspace_id(r));
}

/* --- the table --- */

static void
draw_members(struct request *r, const struct user_group *group)
{
	size_t shown = 0;

	xhtml_open(r->x, "td", "data-head", _("MEMBERS"), NULL);
	if (group->builtin != USER_GROUP_USERS) {
		for (; group->first[shown] != NULL; shown++)
			xhtml_textf(r->x, "%s%s", shown > 0 ? ", " : "", group->first[shown]);
	}
	if (shown == 0 || group->members > (int64_t)shown)
		xhtml_textf(r->x, shown == 0 ? "%lld" : ", +%lld",
		    (long long)group->members - (long long)shown);
	xhtml_close(r->x, "td");
}

static void
draw_action(struct request *r, const struct user_group *group, const char *verb, const char *icon,
    const char *label, const char *class_name)
{
	page_link_about(r,
	    arena_format(r->arena, "/settings/groups/%s/%s?ws=%s",
	        text_id(r->arena, group->public_id), verb, request_workspace_id(r)),
	    icon, label, group->name, class_name, "dialog");
}

static void
draw_row(struct request *r, const struct user_group *group)
{
	xhtml_open(r->x, "tr", NULL);
	xhtml_open(r->x, "th", "scope", "row", "data-head", _("Name"), NULL);
	xhtml_text(r->x, group->name);
	if (group->builtin != USER_GROUP_MADE) {
		xhtml_text(r->x, " ");
		page_badge(r, "info", _("built-in"));
	}
	xhtml_close(r->x, "th");
	xhtml_leaf(r->x, "td", group->description, "data-head", _("Description"), NULL);
	draw_members(r, group);
	if (r->workspace.role >= ROLE_ADMINISTRATOR) {
		xhtml_open(r->x, "td", "class", "actions", NULL);
		if (group->builtin != USER_GROUP_USERS)
			draw_action(r, group, "edit", "pencil", _("Edit"), "action");
		xhtml_text(r->x, " ");
		if (group->builtin == USER_GROUP_MADE)
			draw_action(r, group, "delete", "trash-2", _("Delete"), "action danger");
		xhtml_close(r->x, "td");
	}
	xhtml_close(r->x, "tr");
}

static const char *
page_address(const struct request *r, int64_t page)
{
	return arena_format(r->arena, "%s&page=%lld", list_page(r), (long long)page);
}

static void
draw_pager(struct request *r, int64_t page, bool more)
{
	if (page == 1 && !more)
		return;
	xhtml_open(r->x, "nav", "class", "pager", "aria-label", _("Pages"), NULL);
	if (page > 1)
		page_link(r, page_address(r, page - 1), NULL, _("Previous"), "secondary",
		    "main");
	xhtml_textf(r->x, _(" Page %lld "), (long long)page);
	if (more)
		page_link(r, page_address(r, page + 1), NULL, _("Next"), "secondary", "main");
	xhtml_close(r->x, "nav");
}

static void
draw_table(struct request *r)
{
	const char *const heads[] = { _("Name"), _("Description"), _("Members") };
	struct user_group *list;
	int64_t page = 1;
	size_t count;
	bool more;

	text_integer(request_query(r, "page"), 1, PAGES, &page);
	count = user_group_list(r->db, r->arena, r->workspace.id, page - 1, &list, &more);

	page_table(r, _("USER GROUPS"), heads, sizeof(heads) / sizeof(heads[0]),
	    r->workspace.role >= ROLE_ADMINISTRATOR);
	for (size_t i = 0; i < count; i++)
		draw_row(r, &list[i]);
	page_table_end(r);
	draw_pager(r, page, more);
}

static void
show_groups(struct request *r)
{
	page_begin(
	    r, _("User groups"), _("Groups are used to give access to several people at once."));
	people_tabs(r, PEOPLE_GROUPS);
	xhtml_open(r->x, "section", "class", "panel", NULL);
	xhtml_open(r->x, "h2", NULL);
	xhtml_textf(r->x, _("USER GROUPS IN %s"), r->workspace.name);
	xhtml_close(r->x, "h2");
	if (r->workspace.role >= ROLE_ADMINISTRATOR) {
		xhtml_open(r->x, "p", "class", "buttons", NULL);
		xhtml_leaf(r->x, "a", _("+ ADD GROUP"), "class", "primary", "role", "button",
		    "data-into", "dialog", "href",
		    request_path(r, "/settings/groups/new?ws=%s", request_workspace_id(r)), NULL);
		xhtml_close(r->x, "p");
	}
	draw_table(r);
	xhtml_close(r->x, "section");
}

/* --- the form --- */

static int
compare_ids(const void *one, const void *other)
{
	return memcmp(one, other, 16);
}

/* Who is chosen: the ids of the form, which stand on lines, each once. Returns how many. */
static size_t
chosen(const struct request *r, const uint8_t (**list)[16])
{
	uint8_t(*ids)[16] = arena_allocate(r->arena, FORM_MANY * sizeof(*ids));
	char *rest = arena_text(r->arena, form_value(r->form, "member")), *word;
	size_t count = 0, kept = 0;

	while ((word = strsep(&rest, "\n")) != NULL && count < FORM_MANY)
		count += text_parse_id(word, ids[count]);
	qsort(ids, count, sizeof(*ids), compare_ids);
	for (size_t i = 0; i < count; i++) {
		if (kept == 0 || memcmp(ids[kept - 1], ids[i], sizeof(*ids)) != 0)
			memmove(ids[kept++], ids[i], sizeof(*ids));
	}
	*list = (const uint8_t(*)[16])ids;
	return kept;
}

/* A fixed one cannot be unticked; the box sends nothing, so a hidden field does. */
static void
draw_pick(struct request *r, const struct member *member, bool checked, bool fixed)
{
	const char *id = text_id(r->arena, member->public_id);

	xhtml_open(r->x, "li", NULL);
	xhtml_open(r->x, "label", NULL);
	xhtml_leaf(r->x, "input", NULL, "type", "checkbox", "name", fixed ? NULL : "member",
	    "value", id, "checked", checked ? "checked" : NULL, "disabled",
	    fixed ? "disabled" : NULL, NULL);
	xhtml_textf(r->x, " %s ", member->name);
	xhtml_leaf(r->x, "small", fixed ? _("owner, always an administrator") : member->email,
	    "class", "muted", NULL);
	xhtml_close(r->x, "label");
	if (fixed)
		xhtml_leaf(r->x, "input", NULL, "type", "hidden", "name", "member", "value", id,
		    NULL);
	xhtml_close(r->x, "li");
}

static bool
is_fixed(const struct user_group *group, const struct member *member)
{
	return group != NULL && group->builtin == USER_GROUP_ADMINS && member->role == ROLE_OWNER;
}

/* Who can be chosen besides; with script the popup of the filter, which becomes a combobox. */
static void
draw_offered(
    struct request *r, const struct user_group *group, const uint8_t (*ids)[16], size_t count)
{
	const char *filter = form_value(r->form, "filter"), *text = NULL;
	struct member *members;
	int64_t more;
	size_t found = member_picker_offered(
	    r->db, r->arena, r->workspace.id, ids, count, filter, &members, &more);

	xhtml_open(r->x, "div", "data-choices", "filter", "data-chosen", "chosen", "data-taken",
	    _("Chosen:"), NULL);
	xhtml_open(r->x, "ul", "class", "picks", "id", "offered", "aria-label",
	    _("Members to choose from"), NULL);
	for (size_t i = 0; i < found; i++) {
		bool fixed = is_fixed(group, &members[i]);

		draw_pick(r, &members[i], fixed, fixed);
	}
	xhtml_close(r->x, "ul");
	if (more > 0)
		text = arena_format(r->arena,
		    ngettext("%lld more – refine: type part of the name or e-mail.",
		        "%lld more – refine: type part of the name or e-mail.",
		        (unsigned long)more),
		    (long long)more);
	else if (found == 0)
		text = filter[0] != '\0' ? _("Nobody else fits this filter.") :
		                           _("Everybody is chosen.");
	if (text != NULL)
		xhtml_leaf(r->x, "p", text, "class", "more", NULL);
	/* Read out while somebody types. */
	more += (int64_t)found;
	xhtml_open(r->x, "div", "hidden", "hidden", "data-say",
	    arena_format(r->arena,
	        ngettext("%lld more person fits the filter.", "%lld more people fit the filter.",
	            (unsigned long)more),
	        (long long)more),
	    NULL);
	xhtml_close(r->x, "div");
	xhtml_close(r->x, "div");
}

/* Those who are chosen stand on top; behind them who else fits the filter (Q8). */
static void
draw_picks(struct request *r, const struct user_group *group)
{
	const uint8_t (*ids)[16];
	size_t count = chosen(r, &ids), found;
	struct member *members;

	xhtml_open(r->x, "div", "id", "picks", NULL);
	xhtml_open(r->x, "ul", "class", "picks", "id", "chosen", "aria-label", _("Chosen members"),
	    NULL);
	found = member_picker_chosen(r->db, r->arena, r->workspace.id, ids, count, &members);
	for (size_t i = 0; i < found; i++)
		draw_pick(r, &members[i], true, is_fixed(group, &members[i]));
	xhtml_close(r->x, "ul");
	if (found == 0)
		xhtml_leaf(r->x, "p", _("Nobody is chosen yet."), "class", "more nobody", NULL);
	draw_offered(r, group, ids, count);
	xhtml_close(r->x, "div");
}

/*
 * Narrows the list, and nothing else; the first one is what Enter presses. Their values differ,
 * because Lynx sends every button that is like the one pressed.
 */
static void
draw_filter_button(struct request *r, bool visible)
{
	xhtml_leaf(r->x, "button", _("Filter"), "type", "submit", "name", "act", "value",
	    visible ? "filter" : "find", "data-into", "picks", "data-live", "1", "class",
	    visible ? "secondary" : "visually-hidden", "tabindex", visible ? NULL : "-1",
	    "aria-hidden", visible ? NULL : "true", NULL);
}

static void
draw_picker(struct request *r, const struct user_group *group)
{
	xhtml_open(r->x, "fieldset", "class", "field picker", NULL);
	xhtml_leaf(r->x, "legend", _("Members"), NULL);
	xhtml_open(r->x, "div", "class", "narrow", "data-live", "1", NULL);
	form_draw_field(r, r->form, "filter");
	draw_filter_button(r, true);
	xhtml_close(r->x, "div");
	draw_picks(r, group);
	xhtml_leaf(r->x, "p", _("Whoever has a tick is in the group; take it away to remove them."),
	    "class", "help", NULL);
	xhtml_close(r->x, "fieldset");
}

static void
draw_form(struct request *r, const char *path, const struct user_group *group)
{
	xhtml_open(r->x, "p", "class", "muted", NULL);
	xhtml_textf(r->x, _("In the workspace “%s”"), r->workspace.name);
	xhtml_close(r->x, "p");
	form_begin(r, path, request_workspace_id(r), "dialog");
	draw_filter_button(r, false);
	form_draw_field(r, r->form, "revision");
	if (group == NULL || group->builtin == USER_GROUP_MADE) {
		form_draw_field(r, r->form, "name");
		form_draw_field(r, r->form, "description");
	}
	draw_picker(r, group);
	xhtml_open(r->x, "div", "class", "buttons", NULL);
	xhtml_leaf(r->x, "button", group == NULL ? _("SAVE") : _("Save"), "type", "submit", "name",
	    "act", "value", "save", NULL);
	xhtml_text(r->x, " ");
	xhtml_leaf(r->x, "a", _("CANCEL"), "class", "secondary", "role", "button", "href",
	    request_path(r, "%s", list_page(r)), "data-close", "1", NULL);
	xhtml_close(r->x, "div");
	form_end(r);
}

static bool
is_act(const struct request *r, const char *act)
{
	return strcmp(form_value(r->form, "act"), act) == 0;
}

/* Filtering changes nothing: the form is shown again. A bare post saves. False: an outcome is
 * decided. */
static bool
wants_save(struct request *r)
{
	if (is_act(r, "filter") || is_act(r, "find")) {
		request_show_again(r);
		return false;
	}
	if (!is_act(r, "save") && !is_act(r, ""))
		form_error(r->form, "act", _("This form has no such button."));
	return form_valid(r->form);
}

/* Name and members, checked; false after a message. */
static bool
is_complete(struct request *r, bool named, size_t members)
{
	if (named && form_value(r->form, "name")[0] == '\0')
		form_error(r->form, "name", _("Enter a name."));
	if (members > CHOSEN)
		form_error(r->form, NULL,
		    arena_format(r->arena,
		        _("A group that is changed here has at most %d members; these are %zu."),
		        CHOSEN, members));
	return form_valid(r->form);
}

static void
answer(struct request *r, enum user_group_outcome outcome, const char *message)
{
	switch (outcome) {
	case USER_GROUP_DONE:
		request_see(r, message, "%s", list_page(r));
		break;
	case USER_GROUP_NAME_TAKEN:
		form_error(r->form, "name", _("Another group of this workspace has this name."));
		break;
	case USER_GROUP_STALE:
		form_error(r->form, NULL,
		    _("Somebody else changed this group since you opened the form. Open it again "
		      "to see how it is now; what you chose is still here."));
		break;
	case USER_GROUP_NOT_A_MEMBER:
		form_error(r->form, NULL,
		    _("One of the people you chose is not a member of this workspace any more."));
		break;
	case USER_GROUP_LAST_ADMINISTRATOR:
		form_error(r->form, NULL,
		    _("A workspace without an administrator is not possible. Choose at least "
		      "one."));
		break;
	case USER_GROUP_TOO_MANY:
		form_error(r->form, NULL,
		    arena_format(r->arena,
		        _("A workspace has at most %d groups. Delete one that is not needed."),
		        USER_GROUP_MOST));
		break;
	case USER_GROUP_FIXED:
		request_refuse(r, 403, _("This built-in group cannot be changed like that."));
		break;
	case USER_GROUP_NOT_THERE:
		request_not_found(r);
		break;
	case USER_GROUP_NOT_ALLOWED:
		people_not_allowed(r);
		break;
	}
}

static void
show_new(struct request *r)
{
	page_begin(r, _("USER GROUP"), NULL);
	draw_form(r, "/settings/groups/new", NULL);
}

static void
act_new(struct request *r)
{
	const uint8_t (*ids)[16];
	size_t count = chosen(r, &ids);
	int64_t id;

	if (!wants_save(r) || !is_complete(r, true, count))
		return;
	answer(r, user_group_create(r->db, &r->actor, r->workspace.id, form_value(r->form, "name"),
	    form_value(r->form, "description"), ids, count, &id),
	    arena_format(r->arena, _("The group “%s” is added."), form_value(r->form, "name")));
}

static void
load_group(struct request *r)
{
	struct user_group *group = arena_allocate(r->arena, sizeof(*group));
	uint8_t id[16];

	if (!text_parse_id(r->ids[0], id) ||
	    !user_group_find(r->db, r->arena, r->workspace.id, id, group)) {
		request_not_found(r);
		return;
	}
	r->object = group;
}

/* The group as it is, into the fresh form. */
static void
fill(struct request *r, const struct user_group *group)
{
	struct member *members;
	size_t count = user_group_members(r->db, r->arena, group, &members);
	struct buffer ids = { 0 };

	for (size_t i = 0; i < count && i < CHOSEN; i++)
		buffer_format(&ids, "%s%s", i > 0 ? "\n" : "",
		    text_id(r->arena, members[i].public_id));
	form_set(r->form, "name", group->name);
	form_set(r->form, "description", group->description);
	form_set(r->form, "member", ids.bytes != NULL ? arena_text(r->arena, ids.bytes) : "");
	buffer_release(&ids);
	form_set(r->form, "revision", arena_format(r->arena, "%lld", (long long)group->revision));
}

static void
show_edit(struct request *r)
{
	const struct user_group *group = r->object;

	if (group->builtin == USER_GROUP_USERS) {
		request_refuse(r, 403,
		    _("Everybody in the workspace is in this group; it cannot be changed."));
		return;
	}
	if (group->members > CHOSEN) {
		request_refuse(r, 409,
		    _("This group has more members than one form can hold. The operator changes it "
		      "with “vestibule group member”."));
		return;
	}
	if (form_is_fresh(r->form))
		fill(r, group);
	page_begin(r, _("USER GROUP"), group->builtin == USER_GROUP_MADE ? NULL :
	    arena_format(r->arena, "%s: %s", group->name, group->description));
	draw_form(r, arena_format(r->arena, "/settings/groups/%s/edit", r->ids[0]), group);
}

static void
act_edit(struct request *r)
{
	struct user_group *group = r->object;
	const uint8_t (*ids)[16];
	size_t count = chosen(r, &ids);

	if (!wants_save(r) || !is_complete(r, group->builtin == USER_GROUP_MADE, count))
		return;
	if (!text_integer(form_value(r->form, "revision"), 1, INT64_MAX, &group->revision)) {
		form_error(r->form, NULL,
		    _("Open the form again: it does not say which state of the group it shows."));
		return;
	}
	answer(r,
	    user_group_change(r->db, &r->actor, group, form_value(r->form, "name"),
	        form_value(r->form, "description"), ids, count),
	    arena_format(r->arena, _("The group “%s” is saved."),
	        group->builtin == USER_GROUP_MADE ? form_value(r->form, "name") : group->name));
}

static void
show_delete(struct request *r)
{
	const struct user_group *group = r->object;
	const char *const consequences[] = {
		arena_format(r->arena,
		    ngettext(
		        "Its %lld member loses what was given to the group, unless they have it"
		        " individually or through another group.",
		        "Its %lld members lose what was given to the group, unless they have"
		        " it individually or through another group.",
		        (unsigned long)group->members),
		    (long long)group->members),
		_("Nobody leaves the workspace."),
		_("A deleted group cannot be brought back; you can make a new one."),
		NULL,
	};

	if (group->builtin != USER_GROUP_MADE) {
		request_refuse(r, 403, _("Built-in groups cannot be deleted."));
		return;
	}
	page_begin(r, _("Are you sure?"),
	    arena_format(r->arena, _("You are about to delete the group “%s” from %s."),
	        group->name, r->workspace.name));
	page_consequences(r, consequences);
	form_begin(r, arena_format(r->arena, "/settings/groups/%s/delete", r->ids[0]),
	    request_workspace_id(r), "dialog");
	form_draw_buttons(r, _("Delete"), _("Cancel"), list_page(r), true);
	form_end(r);
}

static void
act_delete(struct request *r)
{
	const struct user_group *group = r->object;

	answer(r, user_group_delete(r->db, &r->actor, group),
	    arena_format(r->arena, _("The group “%s” is deleted."), group->name));
}

static const struct route routes[] = {
	{ .path = "/settings/groups",
	    .access = ACCESS_MEMBER,
	    .needs = NEEDS(SWITCH_GROUPS),
	    .show = show_groups },
	{ .path = "/settings/groups/new",
	    .access = ACCESS_ADMINISTRATOR,
	    .needs = NEEDS(SWITCH_GROUPS),
	    .form = &group_form,
	    .show = show_new,
	    .act = act_new,
	    .recent = true },
	{ .path = "/settings/groups/:id/edit",
	    .access = ACCESS_ADMINISTRATOR,
	    .needs = NEEDS(SWITCH_GROUPS),
	    .form = &group_form,
	    .load = load_group,
	    .show = show_edit,
	    .act = act_edit,
	    .recent = true },
	{ .path = "/settings/groups/:id/delete",
	    .access = ACCESS_ADMINISTRATOR,
	    .needs = NEEDS(SWITCH_GROUPS),
	    .load = load_group,
	    .show = show_delete,
	    .act = act_delete,
	    .recent = true },
};

static const struct section section = {
	.name = "groups",
	.menu = "users",
	.kind = SECTION_PAGES,
	.routes = routes,
	.route_count = sizeof(routes) / sizeof(routes[0]),
};

int
main(void)
{
	return app_run(&section);
}
