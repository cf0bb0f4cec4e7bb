/* redaction.c: hiding values of container arguments. */
#include "data/redaction.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

#define BLANKS 256	/* around the "=", at most */

struct redaction {
	const char *const *names;
	size_t count;
	bool starts[UCHAR_MAX + 1];	/* bytes that a name begins with */
};

/* What is looked at: one piece, and what came before it. */
struct view {
	const struct redaction *redaction;
	struct redaction_state *state;
	const char *text;
	size_t length;
	bool last;
};

struct redaction *
redaction_create(struct arena *arena, const char *const *names, size_t count)
{
	struct redaction *redaction = arena_allocate(arena, sizeof(*redaction));

	redaction->names = names;
	redaction->count = count;
	for (size_t i = 0; i < count; i++)
		redaction->starts[(unsigned char)names[i][0]] = names[i][0] != '\0';
	return redaction;
}

static bool
is_of_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	    c == '_' || c == '.' || c == '-';
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
is_quote(char c)
{
	return c == '"' || c == '\'';
}

/* The byte so many places before the next one; NUL at the start. */
static char
before(const struct redaction_state *state, unsigned places)
{
	return state->before[sizeof(state->before) - places];
}

static void
remember(struct redaction_state *state, char c)
{
	memmove(state->before, state->before + 1, sizeof(state->before) - 1);
	state->before[sizeof(state->before) - 1] = c;
}

/* Whether a name may begin here: not within a longer word, but behind "-e", "--env=" and dashes. */
static bool
is_start(const struct redaction_state *state)
{
	unsigned places = 1;

	if (before(state, 1) == 'e' && before(state, 2) == '-' && !is_of_name(before(state, 3)))
		return true;
	while (places < sizeof(state->before) && before(state, places) == '-')
		places++;
	return !is_of_name(before(state, places));
}

/* The length of the longest name that stands here; 0: none. */
static size_t
find_name(const struct view *view, size_t at)
{
	const struct redaction *redaction = view->redaction;
	size_t found = 0;

	if (!redaction->starts[(unsigned char)view->text[at]])
		return 0;
	for (size_t i = 0; i < redaction->count; i++) {
		size_t length = strnlen(redaction->names[i], REDACTION_NAME + 1);
		size_t behind = at + length, blanks = 0;

		if (length > REDACTION_NAME || length <= found || behind > view->length ||
		    memcmp(view->text + at, redaction->names[i], length) != 0)
			continue;
		while (behind + blanks < view->length && blanks < BLANKS &&
		    (view->text[behind + blanks] == ' ' || view->text[behind + blanks] == '\t'))
			blanks++;
		if (behind + blanks < view->length && view->text[behind + blanks] == '=')
			found = length;
	}
	return found;
}

/*
 * Where the quote is closed that was opened before from, or SIZE_MAX. escaped: by \" instead of ".
 * A backslash hides what follows it, but not in '…'.
 */
static size_t
find_close(const struct view *view, size_t from, char quote, bool escaped, bool one_line)
{
	size_t end = view->length - from > REDACTION_QUOTED ? from + REDACTION_QUOTED :
	    view->length;

	for (size_t i = from; i < end; i++) {
		char c = view->text[i];

		if (one_line && c == '\n')
			return SIZE_MAX;
		if (c == '\\' && i + 1 < end && escaped && view->text[i + 1] == quote)
			return i;
		if (c == '\\' && (quote == '"' || escaped))
			i++;
		else if (c == quote && !escaped)
			return i;
	}
	return SIZE_MAX;
}

static size_t
end_of_line(const struct view *view, size_t from)
{
	const char *end = memchr(view->text + from, '\n', view->length - from);

	return end != NULL ? (size_t)(end - view->text) : view->length;
}

/* The end of a word without quotes around it. What is quoted within it belongs to it. */
static size_t
skip_word(const struct view *view, size_t at)
{
	struct redaction_state *state = view->state;

	state->inside = false;
	while (at < view->length) {
		char c = view->text[at];

		if (!view->last && view->length - at <= REDACTION_QUOTED + 1)
			break;
		if (is_space(c) || c == state->quote)
			return at;
		if (c == '\\') {
			if (at + 1 < view->length && is_space(view->text[at + 1]) &&
			    view->text[at + 1] != ' ')
				return at;
			at += at + 1 < view->length ? 2 : 1;
		} else if (is_quote(c)) {
			size_t close = find_close(view, at + 1, c, false, true);

			at = close != SIZE_MAX ? close + 1 : at + 1;
		} else {
			at++;
		}
	}
	state->inside = !view->last;
	return at;
}

/* Whether the quote here closes what is open: behind it the word is over. */
static bool
closes(const struct view *view, size_t at)
{
	char next = at + 1 < view->length ? view->text[at + 1] : '\0';

	return view->text[at] == view->state->quote &&
	    (is_space(next) || strchr(",;:)]}>\\\"'", next) != NULL);
}

/* The quote that stands before the argument whose name begins here: '"'. \ before it: *escaped. */
static char
quote_before(const struct redaction_state *state, bool *escaped)
{
	static const char *const options[] = { "", "-e", "--env=", "-e=" };

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		unsigned length = (unsigned)strlen(options[i]);
		const char *option = state->before + sizeof(state->before) - length;
		char quote = before(state, length + 1);

		if (memcmp(option, options[i], length) != 0 || !is_quote(quote))
			continue;
		/*
		 * Of "--env=" the backslash may be out of sight; then the quote is taken for a
		 * plain one.
		 */
		*escaped = length + 2 <= sizeof(state->before) && before(state, length + 2) == '\\';
		if (*escaped || state->quote == quote)
			return quote;
	}
	return '\0';
}

/* The end of the value that begins here. */
static size_t
skip_value(const struct view *view, size_t at)
{
	bool escaped = false;
	char quote = quote_before(view->state, &escaped);
	size_t close;

	if (quote != '\0') {
		close = find_close(view, at, quote, escaped, false);
		return close != SIZE_MAX ? close : end_of_line(view, at);
	}
	if (at == view->length)
		return at;
	escaped = view->text[at] == '\\' && at + 1 < view->length && is_quote(view->text[at + 1]);
	if (escaped || (is_quote(view->text[at]) && !closes(view, at))) {
		at += escaped;
		close = find_close(view, at + 1, view->text[at], escaped, false);
		if (close == SIZE_MAX)
			return end_of_line(view, at);
		at = close + 1 + escaped;
	}
	return skip_word(view, at);
}

/* Hides the value of a name of this length; returns where the text goes on. */
static size_t
hide(const struct view *view, size_t at, size_t length, struct buffer *out)
{
	size_t end = at + length;

	buffer_append(out, view->text + at, length);
	buffer_text(out, "=" REDACTION_MASK);
	while (view->text[end] != '=')
		end++;
	end++;
	for (unsigned blanks = 0; blanks < BLANKS && end < view->length; blanks++, end++) {
		if (view->text[end] != ' ' && view->text[end] != '\t')
			break;
	}
	end = skip_value(view, end);
	remember(view->state, '*');
	return end;
}

/* Keeps account of the quotes of a line. An apostrophe within a word is none. */
static void
pass(struct redaction_state *state, char c)
{
	if (c == '\n')
		state->quote = '\0';
	else if (is_quote(c) && before(state, 1) != '\\') {
		if (state->quote == c)
			state->quote = '\0';
		else if (state->quote == '\0' && (c == '"' || !is_of_name(before(state, 1))))
			state->quote = c;
	}
	remember(state, c);
}

size_t
redaction_piece(const struct redaction *redaction, struct redaction_state *state, const char *text,
    size_t length, bool last, struct buffer *out)
{
	struct view view = { redaction, state, text, length, last };
	size_t at = state->inside ? skip_word(&view, 0) : 0, name;

	/* Enough must be in sight to find the end of a name and of a quoted value behind it. */
	while (!state->inside && at < length &&
	    (last || length - at > REDACTION_NAME + 2 * BLANKS + 2 * REDACTION_QUOTED)) {
		name = is_start(state) ? find_name(&view, at) : 0;
		if (name > 0) {
			at = hide(&view, at, name, out);
			continue;
		}
		buffer_byte(out, text[at]);
		pass(state, text[at]);
		at++;
	}
	return at;
}

void
redaction_apply(const struct redaction *redaction, const char *text, size_t length,
    struct buffer *out)
{
	struct redaction_state state = { 0 };

	redaction_piece(redaction, &state, text, length, true, out);
}
