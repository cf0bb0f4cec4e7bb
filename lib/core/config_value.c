/*
 * Turning the text of a value into what the program works with.
 */
#include "core/config_value.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "core/text.h"
#include "core/url.h"

bool
config_refuse(struct config_reading *reading, unsigned line, const char *format, ...)
{
	va_list values;
	size_t length = 0;
	int count;

	if (line == 0)
		count = snprintf(reading->message, reading->message_size, "%s: ",
		    reading->config->path);
	else
		count = snprintf(reading->message, reading->message_size, "%s:%u: ",
		    reading->config->path, line);
	if (count > 0)
		length = (size_t)count;
	if (length < reading->message_size) {
		va_start(values, format);
		vsnprintf(reading->message + length, reading->message_size - length, format,
		    values);
		va_end(values);
	}
	return false;
}

static void *
field(struct config_reading *reading, const struct config_key *key)
{
	return (char *)reading->config + key->offset;
}

static void
set_text(struct config_reading *reading, const struct config_key *key, const char *value)
{
	*(const char **)field(reading, key) = value;
}

static bool
set_words(struct config_reading *reading, const struct config_key *key, const char *value)
{
	size_t length = strlen(value);
	size_t fit = strspn(value, key->characters);

	if (fit < length)
		return config_refuse(reading, reading->line,
		    "%s has a character that is not allowed in it: \"%s\"", key->name, value + fit);
	if (length < key->minimum)
		return config_refuse(reading, reading->line, "%s is empty", key->name);
	if (length > key->maximum)
		return config_refuse(reading, reading->line,
		    "%s is longer than %u characters", key->name, key->maximum);
	set_text(reading, key, arena_text(reading->arena, value));
	return true;
}

static bool
set_line(struct config_reading *reading, const struct config_key *key, const char *value)
{
	if (text_has_hidden(value))
		return config_refuse(reading, reading->line,
		    "%s has a character that cannot be seen", key->name);
	if (text_characters(value) > key->maximum)
		return config_refuse(reading, reading->line,
		    "%s is longer than %u characters", key->name, key->maximum);
	set_text(reading, key, text_one_line(reading->arena, value));
	return true;
}

static bool
set_path(struct config_reading *reading, const struct config_key *key, const char *value)
{
	if (*value == '\0')
		return config_refuse(reading, reading->line, "%s is empty", key->name);
	if (*value == '/')
		set_text(reading, key, arena_text(reading->arena, value));
	else
		set_text(reading, key,
		    arena_format(reading->arena, "%s/%s", reading->folder, value));
	return true;
}

static bool
set_url(struct config_reading *reading, const struct config_key *key, const char *value)
{
	const char *reason;
	struct url url;

	if (!url_parse(reading->arena, value, &url, &reason))
		return config_refuse(reading, reading->line, "%s is no usable address, %s: \"%s\"",
		    key->name, reason, value);
	if (url.host[0] == '[')
		return config_refuse(reading, reading->line,
		    "%s needs a host name, clients do not understand \"[\" in theirs: \"%s\"",
		    key->name, value);
	set_text(reading, key, url.text);
	return true;
}

static bool
set_number(struct config_reading *reading, const struct config_key *key, const char *value)
{
	int64_t number;

	if (!text_integer(value, key->minimum, key->maximum, &number))
		return config_refuse(reading, reading->line,
		    "%s must be a whole number from %u to %u, not \"%s\"", key->name, key->minimum,
		    key->maximum, value);
	*(unsigned *)field(reading, key) = (unsigned)number;
	return true;
}

static bool
set_zone(struct config_reading *reading, const struct config_key *key, const char *value)
{
	if (!clock_is_zone(value))
		return config_refuse(reading, reading->line,
		    "%s is not a name of the zone database: \"%s\"", key->name, value);
	set_text(reading, key, arena_text(reading->arena, value));
	return true;
}

static bool
set_theme(struct config_reading *reading, const struct config_key *key, const char *value)
{
	if (!text_equal(value, "") && !text_equal(value, "light") && !text_equal(value, "dark"))
		return config_refuse(reading, reading->line,
		    "%s must be \"light\", \"dark\" or empty, not \"%s\"", key->name, value);
	set_text(reading, key, arena_text(reading->arena, value));
	return true;
}

static bool
set_edition(struct config_reading *reading, const struct config_key *key, const char *value)
{
	enum edition edition;

	for (edition = EDITION_INTRANET; edition <= EDITION_ALL; edition++) {
		if (!text_equal(value, config_edition_name(edition)))
			continue;
		*(enum edition *)field(reading, key) = edition;
		return true;
	}
	return config_refuse(reading, reading->line,
	    "%s must be intranet, self-hosted, hosted, enterprise or all, not \"%s\"", key->name,
	    value);
}

static bool
set_origins(struct config_reading *reading, const struct config_key *key, const char *value)
{
	const char **origins = field(reading, key);
	size_t count = 0;

	while (*value != '\0') {
		size_t length = strcspn(value, " \t");
		const char *word = arena_copy(reading->arena, value, length);
		const char *reason;
		struct url url;

		if (!url_parse(reading->arena, word, &url, &reason))
			return config_refuse(reading, reading->line,
			    "%s has no usable address, %s: \"%s\"", key->name, reason, word);
		if (*url.path != '\0')
			return config_refuse(reading, reading->line,
			    "%s takes addresses without a path: \"%s\"", key->name, word);
		if (count == CONFIG_ORIGINS)
			return config_refuse(reading, reading->line,
			    "%s has more than %d addresses", key->name, CONFIG_ORIGINS);
		origins[count++] = url.origin;
		value += length;
		value += strspn(value, " \t");
	}
	return true;
}

static bool
set_yes_no(struct config_reading *reading, const struct config_key *key, const char *value)
{
	if (!text_equal(value, "yes") && !text_equal(value, "no"))
		return config_refuse(reading, reading->line,
		    "%s must be \"yes\" or \"no\", not \"%s\"", key->name, value);
	*(bool *)field(reading, key) = text_equal(value, "yes");
	return true;
}

bool
config_set(struct config_reading *reading, const struct config_key *key, const char *value)
{
	static bool (*const setters[])(struct config_reading *, const struct config_key *,
	    const char *) = {
		[KIND_WORDS] = set_words,
		[KIND_LINE] = set_line,
		[KIND_PATH] = set_path,
		[KIND_URL] = set_url,
		[KIND_NUMBER] = set_number,
		[KIND_ZONE] = set_zone,
		[KIND_THEME] = set_theme,
		[KIND_EDITION] = set_edition,
		[KIND_ORIGINS] = set_origins,
		[KIND_YES_NO] = set_yes_no,
	};

	return setters[key->kind](reading, key, value);
}
