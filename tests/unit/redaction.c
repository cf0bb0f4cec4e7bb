/*
 * Hiding container arguments: the spellings, quotes, names that look like patterns, broken texts,
 * and texts in pieces of any size.
 */
#include "unit.h"

#include "data/redaction.h"

static const char *const defaults[] = { "CLEARML_API_SECRET_KEY", "CLEARML_AGENT_GIT_PASS",
	"AWS_SECRET_ACCESS_KEY", "AZURE_STORAGE_KEY" };

static int
set_up(void **data)
{
	*data = arena_create();
	return 0;
}

static int
tear_down(void **data)
{
	arena_destroy(*data);
	return 0;
}

static const char *
apply(struct arena *arena, const char *const *names, size_t count, const char *text)
{
	struct buffer out = { 0 };
	const char *copy;

	redaction_apply(redaction_create(arena, names, count), text, strlen(text), &out);
	copy = arena_copy(arena, out.bytes != NULL ? out.bytes : "", out.length);
	buffer_release(&out);
	return copy;
}

static void
becomes(struct arena *arena, const char *name, const char *text, const char *expected)
{
	const char *got = apply(arena, &name, 1, text);

	if (strcmp(got, expected) != 0)
		fail_msg("%s in\n%s\nexpected\n%s\ngot\n%s", name, text, expected, got);
	/* What is hidden stays so. */
	assert_string_equal(apply(arena, &name, 1, got), got);
}

/* Appendix C 7 of the specification. */
static void
default_names_in_all_spellings(void **data)
{
	static const char *const before[] = { "-e ", "--env ", "--env=", "" };
	static const char *const around[] = { "=", " =", "= ", " = ", "\t=\t" };
	static const char *const values[] = { "s3cret", "\"s3cret with blanks\"",
	    "'s3cret \"x\" y'",
		"s3\\ cret", "a'b c'd", "s3=cre=t", "\"s3\\\"cret x\"", "-s3cret",
		    "\xc3\xa9\xf0\x9f\x94\x91" };
	struct arena *arena = *data;

	for (size_t n = 0; n < COUNT(defaults); n++)
		for (size_t b = 0; b < COUNT(before); b++)
			for (size_t a = 0; a < COUNT(around); a++)
				for (size_t v = 0; v < COUNT(values); v++) {
					char *text = arena_format(arena,
					    "docker run -t %s%s%s%s -e B=1 img", before[b],
					    defaults[n], around[a], values[v]);
					char *expected = arena_format(arena,
					    "docker run -t %s%s=******** -e B=1 img", before[b],
					    defaults[n]);

					assert_string_equal(apply(arena, defaults, COUNT(defaults),
					    text), expected);
				}
}

static void
names_are_no_patterns(void **data)
{
	struct arena *arena = *data;

	becomes(arena, "A.C", "ABC=1 A.C=2 AC=3", "ABC=1 A.C=******** AC=3");
	becomes(arena, "A*", "AAA=1 A=2 A*=3", "AAA=1 A=2 A*=********");
	becomes(arena, ".*", "X=1 .*=2", "X=1 .*=********");
	becomes(arena, "*", "X=1 *=2", "X=1 *=********");
	becomes(arena, "A$", "A=1 A$=2", "A=1 A$=********");
	becomes(arena, "^A", "A=1 ^A=2", "A=1 ^A=********");
	becomes(arena, "A|B", "A=1 B=2 A|B=3", "A=1 B=2 A|B=********");
	becomes(arena, "(A)", "A=1 (A)=2", "A=1 (A)=********");
	becomes(arena, "A\\", "A=1 A\\=2", "A=1 A\\=********");
	becomes(arena, "[A-Z]", "B=1 [A-Z]=2", "B=1 [A-Z]=********");
	becomes(arena, "%s%n", "A=1 %s%n=2", "A=1 %s%n=********");
	becomes(arena, "A B", "B=1 A B=2", "B=1 A B=********");
	becomes(arena, "A=B", "A=1 A=B=2", "A=1 A=B=********");
	becomes(arena, "", "=1 A=2", "=1 A=2");
}

static void
only_the_whole_name(void **data)
{
	struct arena *arena = *data;
	static const char *const both[] = { "KEY", "KEY_ID" };

	becomes(arena, "KEY", "API_KEY=1 KEY_ID=2 MY.KEY=3 MY-KEY=4 KEY.X=5 KEY-X=6 KEY=7",
	    "API_KEY=1 KEY_ID=2 MY.KEY=3 MY-KEY=4 KEY.X=5 KEY-X=6 KEY=********");
	becomes(arena, "KEY", "key=1 Key=2 KEY 3 -e KEY img", "key=1 Key=2 KEY 3 -e KEY img");
	becomes(arena, "KEY", "-eKEY=1 x-eKEY=2 --KEY=3 -KEY=4", "-eKEY=******** x-eKEY=2"
	    " --KEY=******** -KEY=********");
	becomes(arena, "KEY", "KEY=1", "KEY=********");
	becomes(arena, "KEY", "KEY=", "KEY=********");
	becomes(arena, "KEY", "(KEY=1) [KEY=2] a,KEY=3 ?KEY=4&b=5", "(KEY=******** [KEY=********"
	    " a,KEY=******** ?KEY=********");
	becomes(arena, "KEY", "export KEY=1; run", "export KEY=******** run");
	becomes(arena, "KEY", "KEYKEY=1 KEY KEY=2", "KEYKEY=1 KEY KEY=********");
	assert_string_equal(apply(arena, both, 2, "KEY_ID=1 KEY=2 KEY_IDS=3"),
	    "KEY_ID=******** KEY=******** KEY_IDS=3");
	assert_string_equal(apply(arena, both, 0, "KEY=1"), "KEY=1");
}

static void
quotes(void **data)
{
	struct arena *arena = *data;

	becomes(arena, "K", "-e \"K=a b\" -e X=1", "-e \"K=********\" -e X=1");
	becomes(arena, "K", "-e 'K=a \"b\" c' x", "-e 'K=********' x");
	becomes(arena, "K", "\"--env=K=a b\" x", "\"--env=K=********\" x");
	becomes(arena, "K", "'-eK=a b' x", "'-eK=********' x");
	becomes(arena, "K", "[\"-e\",\"K=a b\",\"img\"]", "[\"-e\",\"K=********\",\"img\"]");
	becomes(arena, "K", "['-e', 'K=a b', 'img']", "['-e', 'K=********', 'img']");
	becomes(arena, "K", "\"K=a \\\" b\" x", "\"K=********\" x");
	becomes(arena, "K", "sh -c \"run -e K=abc -e X=1\" y",
	    "sh -c \"run -e K=******** -e X=1\" y");
	becomes(arena, "K", "{\"cmd\":\"run -e K=abc\",\"n\":1}", "{\"cmd\":\"run -e"
	    " K=********\",\"n\":1}");
	becomes(arena, "K", "{\"cmd\":\"run -e K=\\\"a b\\\" -e X=1\"}",
	    "{\"cmd\":\"run -e K=******** -e X=1\"}");
	becomes(arena, "K", "{\"cmd\":\"run -e \\\"K=a b\\\" -e X=1\"}",
	    "{\"cmd\":\"run -e \\\"K=********\\\" -e X=1\"}");
	becomes(arena, "K", "cmd: \"run -e K=\"a b\" img\"", "cmd: \"run -e K=******** img\"");
	becomes(arena, "K", "\"run -e K=\" x", "\"run -e K=********\" x");
	becomes(arena, "K", "K=\"one\ntwo\nthree\" x", "K=******** x");
	becomes(arena, "K", "-e \"K=one\ntwo\" x", "-e \"K=********\" x");
	becomes(arena, "K", "K=a\"b c\"d'e f'g h", "K=******** h");
	becomes(arena, "K", "K=\"a\"b x", "K=******** x");
	becomes(arena, "K", "K=$'a b' x", "K=******** x");
	becomes(arena, "K", "don't K=it's x", "don't K=******** x");
	becomes(arena, "K", "K=a\\\n -e X=1", "K=********\\\n -e X=1");
	becomes(arena, "K", "K=a \\\n  -e X=1", "K=******** \\\n  -e X=1");
}

static void
broken_texts(void **data)
{
	struct arena *arena = *data;

	becomes(arena, "K", "K=\"abc def\nnext line", "K=********\nnext line");
	becomes(arena, "K", "-e \"K=abc def\nnext line", "-e \"K=********\nnext line");
	becomes(arena, "K", "K=\\\"abc def", "K=********");
	becomes(arena, "K", "K=abc\\", "K=********");
	becomes(arena, "K", "K=\xff\xfe\x80 x", "K=******** x");
	becomes(arena, "K", "K", "K");
	becomes(arena, "K", "K ", "K ");
	becomes(arena, "K", "K=\r\nX=1\r\n", "K=********\r\nX=1\r\n");
	becomes(arena, "K", "=K= =x", "=K=********");
	becomes(arena, "K", "\"K=\"", "\"K=********\"");
}

/* The pieces give what the whole gives, and long values are hidden to their end. */
static void
pieces(void **data)
{
	struct arena *arena = *data;
	const char *name = "K";
	struct redaction *redaction = redaction_create(arena, &name, 1);
	struct buffer text = { 0 }, whole = { 0 }, parts = { 0 };
	static const size_t sizes[] = { REDACTION_PIECE + 1, 100000, 299999 };

	for (unsigned i = 0; text.length < 600000; i++) {
		buffer_format(&text, "%u -e K=%u \"K=a %u\" K='b\n%u' don't\n", i, i, i, i);
		if (i == 5000 || i == 9000) {
			buffer_text(&text, "K=");
			for (unsigned j = 0; j < 150000; j++)
				buffer_byte(&text, "secret\\ \"x y\""[j % 13]);
			buffer_text(&text, " end\n");
		}
	}
	redaction_apply(redaction, text.bytes, text.length, &whole);
	assert_null(strstr(whole.bytes, "secret"));
	assert_non_null(strstr(whole.bytes, "K=******** end\n"));
	for (size_t s = 0; s < COUNT(sizes); s++) {
		struct redaction_state state = { 0 };
		size_t done = 0;

		buffer_empty(&parts);
		while (done < text.length) {
			size_t left = text.length - done, piece = left < sizes[s] ? left : sizes[s];
			size_t used = redaction_piece(redaction, &state, text.bytes + done, piece,
			    piece == left, &parts);

			assert_true(used > 0);
			done += used;
		}
		assert_int_equal(parts.length, whole.length);
		assert_memory_equal(parts.bytes, whole.bytes, whole.length);
	}
	buffer_release(&text);
	buffer_release(&whole);
	buffer_release(&parts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(default_names_in_all_spellings, set_up, tear_down),
		cmocka_unit_test_setup_teardown(names_are_no_patterns, set_up, tear_down),
		cmocka_unit_test_setup_teardown(only_the_whole_name, set_up, tear_down),
		cmocka_unit_test_setup_teardown(quotes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(broken_texts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(pieces, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("redaction", tests, NULL, NULL);
}
