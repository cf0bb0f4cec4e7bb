/*
 * Preferences that the operator fixes for everybody: "preference.<name> = value" and
 * "preference_reason.<name> = why".
 */
#include <string.h>

#include "core/config_value.h"
#include "core/text.h"

#define REASON 200	/* characters */

static const char *const names[PREFERENCE__COUNT] = {
	[PREFERENCE_SHOW_HIDDEN] = "show_hidden",
	[PREFERENCE_HIDE_EXAMPLES] = "hide_examples",
	[PREFERENCE_DISABLE_HIDPI] = "disable_hidpi",
	[PREFERENCE_NO_TIPS] = "no_tips",
	[PREFERENCE_BLOCK_SCRIPTS] = "block_scripts",
	[PREFERENCE_HIDE_ARGUMENTS] = "hide_arguments",
	[PREFERENCE_TELEMETRY] = "telemetry",
	[PREFERENCE_ARGUMENTS] = "arguments",
};

const char *
config_preference_name(enum config_preference which)
{
	return names[which];
}

static bool
read_reason(struct config_reading *reading, unsigned which, const char *name, const char *value)
{
	if (!config_take_once(reading, &reading->reason_lines[which], name))
		return false;
	if (text_has_hidden(value))
		return config_refuse(reading, reading->line,
		    "%s has a character that cannot be seen", name);
	if (text_characters(value) > REASON)
		return config_refuse(reading, reading->line, "%s is longer than %d characters",
		    name, REASON);
	reading->config->preferences[which].reason = text_one_line(reading->arena, value);
	return true;
}

static bool
read_value(struct config_reading *reading, unsigned which, const char *name, const char *value)
{
	struct config_fixed *fixed = &reading->config->preferences[which];

	if (!config_take_once(reading, &reading->preference_lines[which], name))
		return false;
	fixed->fixed = true;
	if (which == PREFERENCE_ARGUMENTS) {
		if (text_has_hidden(value))
			return config_refuse(reading, reading->line,
			    "%s has a character that cannot be seen", name);
		fixed->list = text_one_line(reading->arena, value);
		return true;
	}
	if (!text_equal(value, "on") && !text_equal(value, "off"))
		return config_refuse(reading, reading->line,
		    "%s must be \"on\" or \"off\", not \"%s\"", name, value);
	fixed->on = text_equal(value, "on");
	return true;
}

bool
config_read_preference(struct config_reading *reading, const char *name, const char *value)
{
	static const char of_value[] = "preference.", of_reason[] = "preference_reason.";
	bool is_reason = text_starts(name, of_reason);
	const char *word = name + (is_reason ? strlen(of_reason) : strlen(of_value));
	unsigned which;

	if (!is_reason && !text_starts(name, of_value))
		return config_refuse(reading, reading->line, "unknown key \"%s\"", name);
	for (which = 0; which < PREFERENCE__COUNT; which++) {
		if (text_equal(word, names[which]))
			return is_reason ? read_reason(reading, which, name, value) :
			    read_value(reading, which, name, value);
	}
	return config_refuse(reading, reading->line, "unknown key \"%s\"", name);
}

bool
config_check_preferences(struct config_reading *reading)
{
	for (unsigned which = 0; which < PREFERENCE__COUNT; which++) {
		struct config_fixed *fixed = &reading->config->preferences[which];

		if (fixed->reason != NULL && !fixed->fixed)
			return config_refuse(reading, reading->reason_lines[which],
			    "preference_reason.%s is of no use without preference.%s", names[which],
			    names[which]);
		if (fixed->reason == NULL)
			fixed->reason = "";
	}
	return true;
}
