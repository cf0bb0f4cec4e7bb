/*
 * The ready-made texts that people paste: the section of clearml.conf, the notebook lines, the
 * environment (features 4.1 to 4.3).
 *
 * Byte rules, each forced by a real client: no empty line inside; every inner line indented by two
 * blanks; comments are one line without runs of blanks; only access_key and secret_key inside
 * credentials; the web URL ends with a slash, the others do not; three different URLs (the
 * configuration is refused otherwise). The files server is never left out.
 */
#ifndef VESTIBULE_DATA_CLIENT_CONFIGURATION_H
#define VESTIBULE_DATA_CLIENT_CONFIGURATION_H

#include "core/arena.h"
#include "core/config.h"

struct client_configuration {
	const struct config *config;
	const char *workspace;		/* its name, a comment; NULL in self-hosted editions */
	const char *label;		/* a comment; "" for none */
	const char *access_key;
	const char *secret_key;
};

/* LOCAL PYTHON: "api { … }" for clearml.conf and clearml-init. */
char *client_configuration_section(struct arena *, const struct client_configuration *);

/* JUPYTER NOTEBOOK: "%env …" lines. */
char *client_configuration_notebook(struct arena *, const struct client_configuration *);

enum client_environment {
	CLIENT_SHELL,		/* export NAME='value' */
	CLIENT_DOTENV,		/* NAME=value */
	CLIENT_POWERSHELL	/* $env:NAME = 'value' */
};
char *client_configuration_environment(
    struct arena *, const struct client_configuration *, enum client_environment);

#endif
