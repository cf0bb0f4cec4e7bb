/*
 * `vestibule [-c FILE] COMMAND …`: finds the command, takes the line apart by its table, opens
 * what it needs.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/text.h"
#include "ctl/ctl.h"

#ifndef VESTIBULE_VERSION
#define VESTIBULE_VERSION "0"
#endif

static const struct ctl_command *const tables[] = {
	ctl_migrate,
	ctl_doctor,
	ctl_sweep,
	ctl_audit,
	ctl_keys,
	ctl_person,
	ctl_credential,
	ctl_workspace,
	ctl_invitation,
	ctl_group,
	ctl_cloud_access,
	ctl_mail,
	ctl_redact,
	ctl_telemetry,
	ctl_demo,
};
#define TABLES (sizeof(tables) / sizeof(tables[0]))

static void
print_usage(FILE *to)
{
	fputs("usage: vestibule [-c FILE] COMMAND [OPTION …]\n"
	    "       vestibule COMMAND --help\n"
	    "       vestibule --version\n"
	    "\n"
	    "  -c, --config FILE  the configuration; else the file that VESTIBULE_CONF names,\n"
	    "                     else the one of the installation\n"
	    "\n"
	    "Commands:\n", to);
	for (size_t i = 0; i < TABLES; i++)
		for (const struct ctl_command *command = tables[i]; command->name != NULL;
		     command++)
			fprintf(to, "  %-28s %s\n", command->name, command->summary);
	fputs("\n"
	      "Exit code 0: done. 1: refused or failed, standard error says why. 2: wrong command "
	      "line.\n"
	      "vestibule(8) is the manual.\n",
	    to);
}

#define USAGE_ROOM 1024		/* bytes: longer than of any command */
#define USAGE_WIDTH 90

/* One part more of a line of use, on a line of its own where the last one is full. */
static void __attribute__((format(printf, 3, 4)))
add_usage(char *text, bool wrapped, const char *format, ...)
{
	size_t length = strlen(text);
	const char *line = strrchr(text, '\n');
	char part[128];
	va_list values;

	va_start(values, format);
	vsnprintf(part, sizeof(part), format, values);
	va_end(values);
	if (wrapped && strlen(line != NULL ? line : text) + strlen(part) > USAGE_WIDTH)
		snprintf(text + length, USAGE_ROOM - length, "\n      %s", part);
	else
		snprintf(text + length, USAGE_ROOM - length, "%s", part);
}

/* How the command is called, with its options; wrapped: for a terminal, else in one line. */
static void
write_usage(const struct ctl_command *command, bool wrapped, char text[USAGE_ROOM])
{
	text[0] = '\0';
	add_usage(text, wrapped, "usage: vestibule%s %s", wrapped ? " [-c FILE]" : "",
	    command->name);
	for (unsigned i = 0; command->options != NULL && command->options[i].name != NULL; i++) {
		const struct ctl_option *option = &command->options[i];
		bool needed = i < command->needed;

		add_usage(text, wrapped, " %s--%s%s%s%s", needed ? "" : "[", option->name,
		    option->value != NULL ? " " : "", option->value != NULL ? option->value : "",
		    needed ? "" : "]");
	}
	if (command->words != NULL)
		add_usage(text, wrapped, " %s", command->words);
}

static void
print_help(const struct ctl_command *command)
{
	char usage[USAGE_ROOM];

	write_usage(command, true, usage);
	printf("%s\n\n%s\n", usage, command->summary);
	if (command->help != NULL)
		printf("\n%s\n", command->help);
	if (command->options != NULL)
		printf("\n");
	for (const struct ctl_option *option = command->options;
	     option != NULL && option->name != NULL; option++) {
		char left[64];

		snprintf(left, sizeof(left), "--%s%s%s", option->name,
		    option->value != NULL ? " " : "", option->value != NULL ? option->value : "");
		printf("  %-28s %s\n", left, option->help);
	}
}

/* How many words of the line are the command's name; 0: it is another command. */
static int
name_words(const struct ctl_command *command, int count, char **words)
{
	const char *blank = strchr(command->name, ' ');
	size_t length = blank != NULL ? (size_t)(blank - command->name) : strlen(command->name);

	if (strlen(words[0]) != length || strncmp(words[0], command->name, length) != 0)
		return 0;
	if (blank == NULL)
		return 1;
	return count > 1 && strcmp(words[1], blank + 1) == 0 ? 2 : 0;
}

static const struct ctl_command *
find_command(int count, char **words, int *used)
{
	for (size_t i = 0; i < TABLES; i++) {
		for (const struct ctl_command *command = tables[i]; command->name != NULL;
		     command++) {
			*used = name_words(command, count, words);
			if (*used > 0)
				return command;
		}
	}
	return NULL;
}

/*
 * Commands of two words of which only the first was given, or "person --help": the ones there are.
 */
static int
list_group(const char *word, bool asked)
{
	size_t length = strlen(word);
	unsigned found = 0;

	for (size_t i = 0; i < TABLES; i++) {
		for (const struct ctl_command *command = tables[i]; command->name != NULL;
		     command++) {
			if (!text_starts(command->name, word) || command->name[length] != ' ')
				continue;
			if (found++ == 0 && !asked)
				ctl_wrong_use("\"%s\" is incomplete. There are:", word);
			fprintf(asked ? stdout : stderr, "  %-28s %s\n", command->name,
			    command->summary);
		}
	}
	if (found == 0)
		return ctl_wrong_use("there is no command \"%s\"; see vestibule --help", word);
	return asked ? CTL_DONE : CTL_WRONG_USE;
}

/*
 * One option, and its value, which may be the next word. Returns how many words were used; 0:
 * refused.
 */
static int
read_option(const struct ctl_command *command, struct ctl_call *call, int count, char **words)
{
	const char *name = words[0] + 2;
	size_t length = strcspn(name, "=");
	const char *value = name[length] == '=' ? name + length + 1 : NULL;

	for (unsigned i = 0; command->options != NULL && command->options[i].name != NULL; i++) {
		const struct ctl_option *option = &command->options[i];
		int used = 1;

		if (strlen(option->name) != length || strncmp(option->name, name, length) != 0)
			continue;
		if (call->options[i] != NULL)
			ctl_wrong_use("--%s is given twice", option->name);
		else if (option->value == NULL && value != NULL)
			ctl_wrong_use("--%s takes no value", option->name);
		else if (option->value != NULL && value == NULL && count < 2)
			ctl_wrong_use("--%s needs a value: %s", option->name, option->value);
		else {
			if (option->value != NULL && value == NULL) {
				value = words[1];
				used = 2;
			}
			call->options[i] = option->value != NULL ? value : "";
			return used;
		}
		return 0;
	}
	ctl_wrong_use("%s has no option --%.*s; see vestibule %s --help", command->name,
	    (int)length, name, command->name);
	return 0;
}

/* All that are missing are named at once. */
static bool
has_needed(const struct ctl_command *command, const struct ctl_call *call)
{
	char missing[USAGE_ROOM] = "";

	for (unsigned i = 0; i < command->needed; i++) {
		const struct ctl_option *option = &command->options[i];

		if (call->options[i] == NULL)
			add_usage(missing, false, "%s --%s %s", missing[0] != '\0' ? " and" : "",
			    option->name, option->value);
	}
	if (missing[0] == '\0')
		return true;
	ctl_wrong_use("%s needs%s; see vestibule %s --help", command->name, missing, command->name);
	return false;
}

/* Options and words in any order; "--" ends the options. */
static bool
read_call(const struct ctl_command *command, struct ctl_call *call, int count, char **words)
{
	bool options_end = false;
	unsigned kept = 0;

	call->words = (const char *const *)words;
	for (int i = 0; i < count;) {
		if (!options_end && strcmp(words[i], "--") == 0) {
			options_end = true;
			i++;
		} else if (!options_end && text_starts(words[i], "--")) {
			int used = read_option(command, call, count - i, words + i);

			if (used == 0)
				return false;
			i += used;
		} else if (!options_end && words[i][0] == '-' && words[i][1] != '\0') {
			ctl_wrong_use("%s has no option %s; see vestibule %s --help", command->name,
			    words[i], command->name);
			return false;
		} else {
			words[kept++] = words[i++];
		}
	}
	call->word_count = kept;
	if (kept < command->words_least || kept > command->words_maximum) {
		char usage[USAGE_ROOM];

		write_usage(command, false, usage);
		ctl_wrong_use("%s; see vestibule %s --help", usage, command->name);
		return false;
	}
	return has_needed(command, call);
}

/* Opens what the command needs. False with a message. */
static bool
open_needs(struct ctl *ctl, const struct ctl_command *command)
{
	char message[1024];

	if (command->needs == CTL_NOTHING)
		return true;
	ctl->config = config_load(ctl->config_path, message, sizeof(message));
	if (ctl->config == NULL) {
		ctl_refuse("%s", message);
		return false;
	}
	if ((command->needs & CTL_KEYS) == CTL_KEYS) {
		ctl->keys = crypto_keys_load(ctl->config->key_file, message, sizeof(message));
		if (ctl->keys == NULL) {
			ctl_refuse("%s", message);
			return false;
		}
	}
	if ((command->needs & CTL_DATABASE) == CTL_DATABASE) {
		ctl->db = db_create(ctl->config, CTL_PROGRAM);
		db_begin_request(ctl->db, ctl->arena);
	}
	return true;
}

static int
run_command(struct ctl *ctl, int count, char **words)
{
	const struct ctl_command *command;
	struct ctl_call call = { 0 };
	int used = 0;
	int code = CTL_REFUSED;

	command = find_command(count, words, &used);
	if (command == NULL)
		return list_group(words[0], count > 1 && strcmp(words[1], "--help") == 0);
	for (int i = used; i < count && strcmp(words[i], "--") != 0; i++) {
		if (strcmp(words[i], "--help") == 0) {
			print_help(command);
			return CTL_DONE;
		}
	}
	if (!read_call(command, &call, count - used, words + used))
		return CTL_WRONG_USE;
	if (open_needs(ctl, command))
		code = command->run(ctl, &call);
	db_destroy(ctl->db);
	return code;
}

int
main(int count, char **words)
{
	/* Holds the configuration, which nobody frees, so it lives as long. */
	static struct ctl ctl;
	int code;
	int i;

	log_program("vestibule");
	for (i = 1; i < count && words[i][0] == '-'; i++) {
		if (strcmp(words[i], "--help") == 0 || strcmp(words[i], "-h") == 0) {
			print_usage(stdout);
			return CTL_DONE;
		}
		if (strcmp(words[i], "--version") == 0) {
			puts("vestibule " VESTIBULE_VERSION);
			return CTL_DONE;
		}
		if (strcmp(words[i], "-c") == 0 || strcmp(words[i], "--config") == 0) {
			if (++i == count)
				return ctl_wrong_use("%s needs a file", words[i - 1]);
			ctl.config_path = words[i];
		} else if (text_starts(words[i], "--config=")) {
			ctl.config_path = words[i] + strlen("--config=");
		} else {
			return ctl_wrong_use(
			    "there is no option %s; see vestibule --help", words[i]);
		}
	}
	if (i == count) {
		print_usage(stderr);
		return CTL_WRONG_USE;
	}
	if (!crypto_start())
		return ctl_refuse("libsodium does not start");
	ctl.arena = arena_create();
	code = run_command(&ctl, count - i, words + i);
	arena_destroy(ctl.arena);
	/* A full disk behind standard output is no success. */
	if ((fflush(stdout) != 0 || ferror(stdout)) && code == CTL_DONE)
		code = ctl_refuse("the result could not be written");
	return code;
}
