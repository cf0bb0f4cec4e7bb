/* tip_view.c: pro tips on pages. */
#include "web/tip_view.h"

#include "core/language.h"
#include "core/log.h"
#include "core/text.h"
#include "core/tips.h"
#include "web/form.h"
#include "web/page.h"

static struct tips tips;

void
tip_view_start(const struct config *config)
{
	struct arena *arena = arena_create();	/* lives as long as the process */
	char message[512];

	if (!tips_load(arena, config->tips_file, &tips, message, sizeof(message)))
		log_write(LOG_WARNING, "tips", 1, "message", message);
}

size_t
tip_view_count(void)
{
	return tips.count;
}

static void
draw_link(struct request *r, const struct tip *tip)
{
	if (tip->path != NULL)
		page_link(r, tip->path, NULL, _("Show me"), "action", NULL);
}

/* What the switch on the page Configuration does, right here. */
static void
draw_refusal(struct request *r)
{
	if (r->config->preferences[PREFERENCE_NO_TIPS].fixed)
		return;
	form_begin(r, "/settings/configuration/tips", NULL, NULL);
	xhtml_leaf(r->x, "button", _("Don't show again"), "type", "submit", "class", "plain", NULL);
	form_end(r);
}

void
tip_view_draw(struct request *r)
{
	const struct tip *tip;
	int64_t number;

	if (r->http.method != HTTP_GET || !r->session.signed_in ||
	    !text_integer(request_query(r, "tip"), 1, (int64_t)tips.count, &number))
		return;
	tip = &tips.items[number - 1];
	xhtml_open(r->x, "aside", "class", "tip", "aria-label", _("Pro tip"), NULL);
	xhtml_open(r->x, "p", "class", "title", NULL);
	page_icon(r, "lightbulb");
	xhtml_textf(r->x, " %s ", _("Pro tip:"));
	xhtml_leaf(r->x, "strong", tip->title, NULL);
	xhtml_close(r->x, "p");
	xhtml_leaf(r->x, "p", tip->text, NULL);
	xhtml_open(r->x, "div", "class", "choices", NULL);
	draw_link(r, tip);
	xhtml_text(r->x, " ");
	page_link(r, "/settings/configuration/tips", NULL, _("All pro tips"), "action", NULL);
	draw_refusal(r);
	xhtml_close(r->x, "div");
	xhtml_close(r->x, "aside");
}

void
tip_view_draw_all(struct request *r)
{
	for (size_t i = 0; i < tips.count; i++) {
		xhtml_open(r->x, "section", "class", "panel", NULL);
		xhtml_leaf(r->x, "h2", tips.items[i].title, NULL);
		xhtml_leaf(r->x, "p", tips.items[i].text, NULL);
		if (tips.items[i].path != NULL) {
			xhtml_open(r->x, "p", NULL);
			draw_link(r, &tips.items[i]);
			xhtml_close(r->x, "p");
		}
		xhtml_close(r->x, "section");
	}
}
