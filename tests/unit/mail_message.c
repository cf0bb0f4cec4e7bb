/*
 * Mails as bytes: nothing breaks out of a header, everything arrives as it was written.
 */
#include "unit.h"

#include <stdbool.h>

#include "core/clock.h"
#include "core/mail_message.h"

static struct arena *arena;

static struct mail_message
good(void)
{
	return (struct mail_message){
		.from = "vestibule@example.org",
		.to = "ada@example.org",
		.subject = "Hello",
		.text = "One\nTwo\n",
		.id = "12.a",
		.host = "ml.example.org",
		.date = 1764000000 * CLOCK_SECOND,
	};
}

static void
test_a_plain_one(void **state)
{
	struct mail_message mail = good();

	(void)state;
	assert_string_equal(mail_message(arena, &mail),
	    "From: Vestibule <vestibule@example.org>\n"
	    "To: ada@example.org\n"
	    "Subject: Hello\n"
	    "Date: Mon, 24 Nov 2025 16:00:00 +0000\n"
	    "Message-ID: <12.a@ml.example.org>\n"
	    "Auto-Submitted: auto-generated\n"
	    "MIME-Version: 1.0\n"
	    "Content-Type: text/plain; charset=utf-8\n"
	    "Content-Transfer-Encoding: quoted-printable\n"
	    "\n"
	    "One\nTwo\n");
	mail.from = "";
	assert_int_equal(strncmp(mail_message(arena, &mail), "To: ", 4), 0);
}

static void
test_nothing_breaks_out(void **state)
{
	static const char *const addresses[] = {
		"", "ada", "ada@", "@example.org", "ada@example.org\nBcc: eve@example.org",
		"ada@example.org\r\nBcc: eve@example.org", "ada@example.org,eve@example.org",
		"ada@example.org eve@example.org", "Ada <ada@example.org>", "-oQ/tmp@example.org",
		"\"a b\"@example.org", "ada@exam ple.org", "ada@example.org\n", "\nada@example.org",
		"ada@example.org;eve@example.org", "a|b c@example.org", "ad\xc3\xa4@example.org",
	};
	static const char *const subjects[] = {
		"Hello\nBcc: eve@example.org",
		"Hello\r\nBcc: eve@example.org",
		"Hello\rBcc: x",
		"Hello\n",
		"\n",
		"a\x01",
		"a\x7f",
		"a\xff",
		"a\xc0\x8a",
		"a\x1b[0m",
		"Hello\n\nbody",
	};
	struct mail_message mail;

	(void)state;
	for (size_t i = 0; i < COUNT(addresses); i++) {
		mail = good();
		mail.to = addresses[i];
		assert_null(mail_message(arena, &mail));
		mail = good();
		mail.from = addresses[i];
		if (*addresses[i] != '\0')
			assert_null(mail_message(arena, &mail));
	}
	for (size_t i = 0; i < COUNT(subjects); i++) {
		mail = good();
		mail.subject = subjects[i];
		assert_null(mail_message(arena, &mail));
	}
	mail = good();
	mail.host = "ml.example.org>\nBcc: eve@example.org";
	assert_null(mail_message(arena, &mail));
	mail = good();
	mail.id = "a b";
	assert_null(mail_message(arena, &mail));
	mail = good();
	mail.text = "bad \xff bytes";
	assert_null(mail_message(arena, &mail));
}

/* The one header that takes people's words: as they are, or in words of RFC 2047. */
static void
test_subjects(void **state)
{
	const char *long_one =
	    "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
	    "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3"
	    "\xa4\xc3\xa4\xc3\xa4\xc3\xa4";

	(void)state;
	assert_string_equal(
	    mail_message_subject(arena, "Your code: 1, 2 & 3"), "Your code: 1, 2 & 3");
	assert_string_equal(mail_message_subject(arena,
	                        "Gr\xc3\xbc\xc3\x9f"
	                        "e"),
	    "=?UTF-8?B?R3LDvMOfZQ==?=");
	assert_string_equal(
	    mail_message_subject(arena, "=?UTF-8?Q?x?="), "=?UTF-8?B?PT9VVEYtOD9RP3g/PQ==?=");
	/* 19 letters of two bytes are 38 bytes; the others stand in a second word. */
	assert_string_equal(mail_message_subject(arena, long_one),
	    "=?UTF-8?B?w6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6Q=?=\n"
	    " =?UTF-8?B?w6TDpMOkw6TDpA==?=");
}

static void
test_texts(void **state)
{
	char text[200], *out;

	(void)state;
	assert_string_equal(mail_message_text(arena, ""), "");
	assert_string_equal(mail_message_text(arena, "no newline"), "no newline\n");
	assert_string_equal(mail_message_text(arena, "a = b\n"), "a =3D b\n");
	assert_string_equal(mail_message_text(arena, "gr\xc3\xbcn \n"), "gr=C3=BCn=20\n");
	/* What mail programs take for the end of a message or the start of another. */
	assert_string_equal(
	    mail_message_text(arena, ".\n..\nFrom here\n"), "=2E\n=2E.\n=46rom here\n");
	assert_string_equal(mail_message_text(arena, "a\rb\x01"), "a=0Db=01\n");
	memset(text, 'x', 160);
	text[160] = '\0';
	out = mail_message_text(arena, text);
	for (char *line = strtok(out, "\n"); line != NULL; line = strtok(NULL, "\n"))
		assert_true(strlen(line) <= 76);
	memset(text, '=', 60);
	text[60] = '\0';
	out = mail_message_text(arena, text);
	for (char *line = strtok(out, "\n"); line != NULL; line = strtok(NULL, "\n"))
		assert_true(strlen(line) <= 76);
}

static void
test_dates(void **state)
{
	(void)state;
	assert_string_equal(
	    mail_message_date(arena, 1 * CLOCK_SECOND), "Thu, 1 Jan 1970 00:00:01 +0000");
	assert_string_equal(
	    mail_message_date(arena, 951782399 * CLOCK_SECOND), "Mon, 28 Feb 2000 23:59:59 +0000");
	assert_string_equal(
	    mail_message_date(arena, 951827696 * CLOCK_SECOND), "Tue, 29 Feb 2000 12:34:56 +0000");
	assert_string_equal(mail_message_date(arena, INT64_C(4102444800) * CLOCK_SECOND),
	    "Fri, 1 Jan 2100 00:00:00 +0000");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_plain_one),
		cmocka_unit_test(test_nothing_breaks_out),
		cmocka_unit_test(test_subjects),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_dates),
	};

	arena = arena_create();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
