/* client_configuration.c: the texts that people paste into their clients. */
#include <string.h>

#include "core/buffer.h"
#include "core/text.h"
#include "data/client_configuration.h"

#define VALUES 5

/* A text as a comment: one line, no runs of blanks; what cannot stand there becomes a blank. */
static const char *
comment(struct arena *arena, const char *text)
{
	char *line;

	if (text == NULL)
		return "";
	line = arena_text(arena, text);
	for (char *at = line; *at != '\0'; at++) {
		if ((unsigned char)*at < 0x20 || *at == 0x7f)
			*at = ' ';
	}
	return text_one_line(arena, line);
}

static char *
finished(struct arena *arena, struct buffer *out)
{
	char *text = arena_copy(arena, out->bytes, out->length);

	buffer_release(out);
	return text;
}

char *
client_configuration_section(struct arena *arena, const struct client_configuration *c)
{
	struct buffer out = { 0 };
	const char *workspace = comment(arena, c->workspace), *label = comment(arena, c->label);

	buffer_text(&out, "api {\n");
	if (workspace[0] != '\0')
		buffer_format(&out, "  # %s\n", workspace);
	buffer_format(&out, "  web_server: %s/\n", c->config->web_server);
	buffer_format(&out, "  api_server: %s\n", c->config->api_server);
	buffer_format(&out, "  files_server: %s\n", c->config->files_server);
	if (label[0] != '\0')
		buffer_format(&out, "  # %s\n", label);
	buffer_text(&out, "  credentials {\n");
	buffer_format(&out, "    \"access_key\" = \"%s\"\n", c->access_key);
	buffer_format(&out, "    \"secret_key\" = \"%s\"\n", c->secret_key);
	buffer_text(&out, "  }\n}\n");
	return finished(arena, &out);
}

static void
values(struct arena *arena, const struct client_configuration *c, const char *names[VALUES],
    const char *texts[VALUES])
{
	static const char *const fixed[VALUES] = {
		"CLEARML_WEB_HOST",
		"CLEARML_API_HOST",
		"CLEARML_FILES_HOST",
		"CLEARML_API_ACCESS_KEY",
		"CLEARML_API_SECRET_KEY",
	};

	memcpy(names, fixed, sizeof(fixed));
	texts[0] = arena_format(arena, "%s/", c->config->web_server);
	texts[1] = c->config->api_server;
	texts[2] = c->config->files_server;
	texts[3] = c->access_key;
	texts[4] = c->secret_key;
}

char *
client_configuration_notebook(struct arena *arena, const struct client_configuration *c)
{
	struct buffer out = { 0 };
	const char *label = comment(arena, c->label), *names[VALUES], *texts[VALUES];

	values(arena, c, names, texts);
	for (size_t i = 0; i < VALUES; i++) {
		if (i == 3 && label[0] != '\0')
			buffer_format(&out, "# %s\n", label);
		buffer_format(&out, "%%env %s=%s\n", names[i], texts[i]);
	}
	return finished(arena, &out);
}

char *
client_configuration_environment(
    struct arena *arena, const struct client_configuration *c, enum client_environment kind)
{
	static const char *const before[] = {
		[CLIENT_SHELL] = "export ", [CLIENT_DOTENV] = "", [CLIENT_POWERSHELL] = "$env:"
	};
	static const char *const between[] = {
		[CLIENT_SHELL] = "='", [CLIENT_DOTENV] = "=", [CLIENT_POWERSHELL] = " = '"
	};
	static const char *const behind[] = {
		[CLIENT_SHELL] = "'", [CLIENT_DOTENV] = "", [CLIENT_POWERSHELL] = "'"
	};
	struct buffer out = { 0 };
	const char *label = comment(arena, c->label), *names[VALUES], *texts[VALUES];

	values(arena, c, names, texts);
	if (label[0] != '\0')
		buffer_format(&out, "# %s\n", label);
	for (size_t i = 0; i < VALUES; i++)
		buffer_format(&out, "%s%s%s%s%s\n", before[kind], names[i], between[kind], texts[i],
		    behind[kind]);
	return finished(arena, &out);
}
