/* mail_message.c: a mail as bytes. */
#include "core/mail_message.h"

#include <string.h>

#include "core/buffer.h"
#include "core/clock.h"
#include "core/text.h"

#define SUBJECT 200	/* characters */
#define WORD 39		/* bytes in one encoded word: 52 letters, below 76 with "Subject: " */
#define LINE 75		/* characters in a line of quoted-printable before its "=" */

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void
put_base64(struct buffer *out, const char *bytes, size_t length)
{
	const unsigned char *from = (const unsigned char *)bytes;

	for (size_t i = 0; i < length; i += 3) {
		unsigned second = i + 1 < length ? from[i + 1] : 0;
		unsigned third = i + 2 < length ? from[i + 2] : 0;

		buffer_byte(out, letters[from[i] >> 2]);
		buffer_byte(out, letters[(from[i] & 3) << 4 | second >> 4]);
		buffer_byte(out, i + 1 < length ? letters[(second & 15) << 2 | third >> 6] : '=');
		buffer_byte(out, i + 2 < length ? letters[third & 63] : '=');
	}
}

/* The text of a buffer, moved into the arena. */
static char *
finish(struct arena *arena, struct buffer *buffer)
{
	char *text = arena_copy(arena, buffer->bytes != NULL ? buffer->bytes : "", buffer->length);

	buffer_release(buffer);
	return text;
}

/* Short, plain, and nothing that looks like an encoded word. */
static bool
is_plain(const char *text)
{
	for (const char *at = text; *at != '\0'; at++)
		if (*at < ' ' || *at > '~')
			return false;
	return strlen(text) <= 66 && strstr(text, "=?") == NULL;
}

char *
mail_message_subject(struct arena *arena, const char *text)
{
	struct buffer out = { 0 };

	if (is_plain(text))
		return arena_text(arena, text);
	while (*text != '\0') {
		const char *next = text, *end = text;

		/* Whole characters, as many as fit into a word. */
		while (*next != '\0' && (text_next(&next), next - text <= WORD))
			end = next;
		if (out.length > 0)
			buffer_text(&out, "\n ");
		buffer_text(&out, "=?UTF-8?B?");
		put_base64(&out, text, (size_t)(end - text));
		buffer_text(&out, "?=");
		text = end;
	}
	return finish(arena, &out);
}

/* How a byte stands in a line; the last blank of one and a "From " in front are written out. */
static const char *
quoted(struct arena *arena, const char *at, bool first)
{
	unsigned char byte = (unsigned char)*at;
	bool last = at[1] == '\0' || at[1] == '\n';

	if (byte == '=' || byte > '~' || (byte < ' ' && byte != '\t') ||
	    (last && (byte == ' ' || byte == '\t')) ||
	    (first && (byte == '.' || text_starts(at, "From "))))
		return arena_format(arena, "=%02X", byte);
	return arena_copy(arena, at, 1);
}

char *
mail_message_text(struct arena *arena, const char *text)
{
	struct buffer out = { 0 };
	size_t column = 0;

	for (; *text != '\0'; text++) {
		const char *piece;

		if (*text == '\n') {
			buffer_byte(&out, '\n');
			column = 0;
			continue;
		}
		piece = quoted(arena, text, column == 0);
		if (column + strlen(piece) > LINE) {
			buffer_text(&out, "=\n");
			piece = quoted(arena, text, true);
			column = 0;
		}
		buffer_text(&out, piece);
		column += strlen(piece);
	}
	if (column > 0)
		buffer_byte(&out, '\n');
	return finish(arena, &out);
}

char *
mail_message_date(struct arena *arena, int64_t moment)
{
	static const char *const days[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul",
		"Aug", "Sep", "Oct", "Nov", "Dec" };
	struct clock_parts parts = clock_parts(moment);

	/* 1970-01-01 was a Thursday. */
	return arena_format(arena, "%s, %u %s %04u %02u:%02u:%02u +0000",
	    days[moment / CLOCK_DAY % 7], parts.day, months[parts.month - 1], parts.year,
	    parts.hour, parts.minute, parts.second);
}

static bool
is_name(const char *text)
{
	return *text != '\0' && strlen(text) <= 253 &&
	    text[strspn(text,
	        "abcdefghijklmnopqrstuvwxyz"
	        "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]")] == '\0';
}

static bool
is_right(const struct mail_message *mail)
{
	return (mail->from[0] == '\0' || text_is_email(mail->from)) && text_is_email(mail->to) &&
	    text_is_utf8(mail->subject, strlen(mail->subject)) && !text_has_hidden(mail->subject) &&
	    strpbrk(mail->subject, "\r\n\v\f") == NULL &&
	    text_characters(mail->subject) <= SUBJECT &&
	    text_is_utf8(mail->text, strlen(mail->text)) && is_name(mail->id) &&
	    is_name(mail->host) && mail->date > 0;
}

char *
mail_message(struct arena *arena, const struct mail_message *mail)
{
	struct buffer out = { 0 };

	if (!is_right(mail))
		return NULL;
	if (mail->from[0] != '\0')
		buffer_format(&out, "From: Vestibule <%s>\n", mail->from);
	buffer_format(&out, "To: %s\nSubject: %s\nDate: %s\nMessage-ID: <%s@%s>\n", mail->to,
	    mail_message_subject(arena, text_one_line(arena, mail->subject)),
	    mail_message_date(arena, mail->date), mail->id, mail->host);
	buffer_text(&out, "Auto-Submitted: auto-generated\nMIME-Version: 1.0\n"
	    "Content-Type: text/plain; charset=utf-8\n"
	    "Content-Transfer-Encoding: quoted-printable\n\n");
	buffer_text(&out, mail_message_text(arena, mail->text));
	return finish(arena, &out);
}
