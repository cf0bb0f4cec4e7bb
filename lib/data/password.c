/* password.c: whether a new password is good enough. */
#include <string.h>

#include "core/language.h"
#include "core/text.h"
#include "data/person.h"

#define SHORTEST_WORD 4	/* shorter parts of a name say nothing */

/* Words that everybody guesses first here; lower case. */
static const char *const guessed[] = {
	"password",
	"passwort",
	"vestibule",
	"clearml",
	"welcome",
	"letmein",
	"qwerty",
	"asdfgh",
	"changeme",
	"administrator",
	"iloveyou",
	"secret",
	"abc123",
	"login",
	"123456",
};

/* Takes the word out wherever it stands; how many bytes are left. */
static size_t
take_out(char *password, const char *word)
{
	size_t length = strlen(word);
	char *at = password;

	while (length >= SHORTEST_WORD && (at = strstr(at, word)) != NULL)
		memmove(at, at + length, strlen(at + length) + 1);
	return strlen(password);
}

/* Beside each other in the alphabet, in a row of digits, or on a keyboard; in either direction. */
static bool
are_neighbours(char one, char other)
{
	static const char rows[] = "1234567890 qwertyuiop qwertzuiop asdfghjkl zxcvbnm yxcvbnm";

	if (one == other + 1 || other == one + 1)
		return true;
	for (const char *at = rows; at[1] != '\0'; at++) {
		if ((at[0] == one && at[1] == other) || (at[0] == other && at[1] == one))
			return true;
	}
	return false;
}

/*
 * "aaaaaaaaaaaa", "abcabcabcabc", "123456789012", "qwertyuiopas": few different characters, or
 * steps of one. The password in lower case.
 */
static bool
is_monotonous(const char *password)
{
	bool seen[256] = { false };
	size_t different = 0, steps = 0, length = strlen(password);

	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)password[i];

		if (!seen[byte])
			different++;
		seen[byte] = true;
		if (i > 0 && are_neighbours(password[i], password[i - 1]))
			steps++;
	}
	return different < 5 || steps * 4 > length * 3;
}

/* Whether taking out the whole text, or one part of it after the other, leaves nearly nothing. */
static bool
is_made_of(struct arena *arena, const char *password, const char *text)
{
	char *parts = text_lower(arena, text), *state = NULL, *rest = arena_text(arena, password);

	if (take_out(arena_text(arena, password), parts) < PERSON_PASSWORD_LEAST / 2)
		return true;
	for (char *part = strtok_r(parts, " @.-_", &state); part != NULL;
	     part = strtok_r(NULL, " @.-_", &state)) {
		if (take_out(rest, part) < PERSON_PASSWORD_LEAST / 2)
			return true;
	}
	return false;
}

const char *
person_password_fault(const char *password, const char *name, const char *email)
{
	struct arena *arena;
	const char *lower, *fault = NULL;
	size_t length = text_characters(password);

	if (length < PERSON_PASSWORD_LEAST)
		return _("A password has at least 12 characters.");
	if (length > PERSON_PASSWORD)
		return _("A password has at most 128 characters.");
	arena = arena_create();
	lower = text_lower(arena, password);
	if (is_monotonous(lower))
		fault = _("This password is too easy to guess: it repeats a few characters or "
		          "follows the keyboard.");
	for (size_t i = 0; i < sizeof(guessed) / sizeof(guessed[0]); i++) {
		if (take_out(arena_text(arena, lower), guessed[i]) < PERSON_PASSWORD_LEAST / 2)
			fault = _("This password is too easy to guess: it is made of a word that "
			          "everybody tries first.");
	}
	if ((name != NULL && is_made_of(arena, lower, name)) ||
	    (email != NULL && is_made_of(arena, lower, email)))
		fault = _("This password is too easy to guess: it is made of your name or e-mail "
		          "address.");
	arena_destroy(arena);
	return fault;
}
