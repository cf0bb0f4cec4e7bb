/* client_configuration_view.c: a new pair and its ready-made texts, drawn. */
#include "core/clock.h"
#include "core/language.h"
#include "web/client_configuration_view.h"
#include "web/page.h"

static void
draw_variant(struct request *r, const char *name, const char *title, const char *where,
    const char *text, const char *file, bool open)
{
	unsigned rows = 0;

	/* Every line of these texts ends with a newline. */
	for (const char *at = text; *at != '\0'; at++)
		rows += *at == '\n';
	xhtml_open(r->x, "details", "class", "variant", "open", open ? "open" : NULL, NULL);
	xhtml_leaf(r->x, "summary", title, NULL);
	xhtml_leaf(r->x, "p", where, NULL);
	xhtml_leaf(r->x, "textarea", text, "class", "secret", "id", name, "readonly", "readonly",
	    "cols", "80", "rows", arena_format(r->arena, "%u", rows), "spellcheck", "false",
	    "aria-label", title, NULL);
	xhtml_open(r->x, "p", "class", "buttons", NULL);
	xhtml_leaf(r->x, "span", NULL, "data-copy", name, "data-copied", _("Copied"), NULL);
	if (file != NULL) {
		xhtml_open(r->x, "a", "class", "secondary", "role", "button", "download", file,
		    "href",
		    request_path(r, "/settings/credentials/created/%s/%s?ws=%s", r->ids[0], file,
		        request_workspace_id(r)),
		    NULL);
		page_icon(r, "download");
		xhtml_textf(r->x, _(" Download %s"), file);
		xhtml_close(r->x, "a");
	}
	xhtml_close(r->x, "p");
	xhtml_close(r->x, "details");
}

static void
draw_variants(struct request *r, const struct client_configuration *client)
{
	draw_variant(r, "local-python", _("LOCAL PYTHON"),
	    _("For the SDK and for the Agent run directly: put it into ~/clearml.conf (Windows: "
	      "\\Users\\<name>\\clearml.conf), or run clearml-init or clearml-agent init and paste "
	      "it there."),
	    client_configuration_section(r->arena, client), "clearml.conf", true);
	draw_variant(r, "jupyter-notebook", _("JUPYTER NOTEBOOK"),
	    _("For a notebook: put it into its first cell and run that."),
	    client_configuration_notebook(r->arena, client), "notebook.txt", false);
	draw_variant(r, "environment", _("ENVIRONMENT VARIABLES"),
	    _("For containers and services: the file clearml.env."),
	    client_configuration_environment(r->arena, client, CLIENT_DOTENV), "clearml.env",
	    false);
	draw_variant(r, "shell", _("SHELL"), _("For a terminal on Linux or macOS."),
	    client_configuration_environment(r->arena, client, CLIENT_SHELL), NULL, false);
	draw_variant(r, "powershell", _("POWERSHELL"), _("For a terminal on Windows."),
	    client_configuration_environment(r->arena, client, CLIENT_POWERSHELL), NULL, false);
}

/* Not a <dd>, which text browsers indent: 67 characters must stay on one line of 80. */
static void
draw_secret(struct request *r, const char *term, const char *value)
{
	xhtml_open(r->x, "div", NULL);
	xhtml_leaf(r->x, "p", term, "class", "term", NULL);
	xhtml_open(r->x, "p", NULL);
	xhtml_leaf(r->x, "code", value, "data-copy-text", value, NULL);
	xhtml_close(r->x, "p");
	xhtml_close(r->x, "div");
}

static void
draw_pair(struct request *r, const struct client_configuration *client, int64_t expires)
{
	xhtml_open(r->x, "div", "class", "facts", NULL);
	draw_secret(r, _("Access key"), client->access_key);
	draw_secret(r, _("Secret key"), client->secret_key);
	xhtml_close(r->x, "div");
	xhtml_open(r->x, "dl", "class", "facts", NULL);
	page_fact(r, _("Expiration"), expires == 0 ? _("Never") : clock_show(r->arena, expires));
	xhtml_close(r->x, "dl");
}

void
client_configuration_draw(
    struct request *r, const struct client_configuration *client, int64_t expires)
{
	draw_pair(r, client, expires);
	draw_variants(r, client);
}
