/*
 * The element writer: what it writes to the byte, what aborts, and that no text makes a page that
 * libxml2 refuses.
 */
#include "unit.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <libxml/parser.h>

#include "core/buffer.h"
#include "core/text.h"
#include "web/xhtml.h"

#define MARK "\xef\xbf\xbd"	/* U+FFFD, for one byte or character that cannot stand */
#define FUZZ_STRINGS 100000

struct fixture {
	struct xhtml *x;
	struct buffer out;
};

static int
set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	assert_non_null(fixture);
	fixture->x = xhtml_create();
	*state = fixture;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *fixture = *state;

	xhtml_destroy(fixture->x);
	buffer_release(&fixture->out);
	free(fixture);
	return 0;
}

/* The bytes so far, without the stamps of debug builds; begins anew. */
static const char *
written(struct fixture *fixture)
{
	static char text[65536];
	static const char stamp[] = " data-from=\"";
	const char *at = fixture->out.bytes, *found;
	size_t length = 0;

	assert_non_null(at);
	assert_int_equal(strlen(at), fixture->out.length);
	assert_true(fixture->out.length < sizeof(text));
	while ((found = strstr(at, stamp)) != NULL) {
		memcpy(text + length, at, (size_t)(found - at));
		length += (size_t)(found - at);
		at = strchr(found + sizeof(stamp) - 1, '"') + 1;
	}
	strcpy(text + length, at);
	buffer_empty(&fixture->out);
	return text;
}

#define begin() \
	struct fixture *fixture = *state; \
	struct xhtml *x = fixture->x; \
	xhtml_start(x, &fixture->out)

/* --- what is written -------------------------------------------------------------------------- */

static void
elements_nest(void **state)
{
	begin();
	xhtml_open(x, "table", "class", "members", NULL);
	xhtml_open(x, "tr", NULL);
	xhtml_open(x, "td", NULL);
	assert_false(xhtml_is_closed(x));
	xhtml_textf(x, "%d & %s", 7, "<b>");
	xhtml_close(x, "td");
	xhtml_leaf(x, "td", "two", "id", "b", "title", NULL, NULL);
	xhtml_leaf(x, "td", NULL, NULL);
	xhtml_close(x, "tr");
	xhtml_close(x, "table");
	assert_true(xhtml_is_closed(x));
	xhtml_finish(x);
	assert_string_equal(written(fixture),
	    "<table class=\"members\"><tr><td>7 &amp; &lt;b&gt;</td>"
	    "<td id=\"b\">two</td><td></td></tr></table>");
}

static void
only_void_elements_are_short(void **state)
{
	begin();
	xhtml_leaf(x, "br", NULL, NULL);
	xhtml_leaf(x, "input", NULL, "name", "a", "checked", "checked", "disabled", NULL, NULL);
	xhtml_leaf(x, "textarea", NULL, NULL);
	xhtml_leaf(x, "script", NULL, "src", "/a.js", NULL);
	xhtml_leaf(x, "a", "", NULL);
	xhtml_open(x, "hr", NULL);
	xhtml_attr(x, "class", "thin");
	xhtml_close(x, "hr");
	xhtml_finish(x);
	assert_string_equal(written(fixture),
	    "<br/><input name=\"a\" checked=\"checked\"/><textarea></textarea>"
	    "<script src=\"/a.js\"></script><a></a><hr class=\"thin\"/>");
}

static void
attributes_come_later_too(void **state)
{
	begin();
	xhtml_open(x, "p", "a", "1", NULL);
	xhtml_attr(x, "b", NULL);
	xhtml_attrf(x, "c", "%s-%d", "\"x\"", 3);
	xhtml_attr(x, "data-into", "");
	xhtml_text(x, NULL);
	xhtml_text(x, "");
	xhtml_attr(x, "d", "still in the tag");
	xhtml_text(x, "t");
	xhtml_close(x, "p");
	xhtml_finish(x);
	assert_string_equal(written(fixture),
	    "<p a=\"1\" c=\"&quot;x&quot;-3\" data-into=\"\" d=\"still in the tag\">t</p>");
}

/* More of everything than the writer's first memory holds. */
static void
stacks_and_texts_grow(void **state)
{
	static char text[20000];
	const unsigned depth = 300, names = 100;
	const char *verdict;
	unsigned i;

	begin();
	memset(text, 'x', sizeof(text) - 1);
	for (i = 0; i < depth; i++)
		xhtml_open(x, "div", NULL);
	for (i = 0; i < names; i++) {
		char name[16];

		snprintf(name, sizeof(name), "data-%u", i);
		xhtml_attr(x, name, "v");
	}
	xhtml_textf(x, "%s%s", text, text);
	xhtml_text(x, text);
	for (i = 0; i < depth; i++)
		xhtml_close(x, "div");
	xhtml_finish(x);
	assert_true(fixture->out.length > 3 * (sizeof(text) - 1) + depth * 11 + names * 10);
	/* libxml2 takes 256 levels, we take any number. */
	verdict = xhtml_judge(fixture->out.bytes, fixture->out.length, true);
	assert_non_null(strstr(verdict, "depth"));
	buffer_empty(&fixture->out);
}

static const struct {
	const char *text;
	const char *in_text;
	const char *in_value;
} texts[] = {
	{ "a<b>&\"'c", "a&lt;b&gt;&amp;\"'c", "a&lt;b&gt;&amp;&quot;'c" },
	{ "]]>", "]]&gt;", "]]&gt;" },
	{ "a\tb\nc", "a\tb\nc", "a&#9;b&#10;c" },
	{ "a\r\nb\rc\r", "a\nb\nc\n", "a&#10;b&#10;c&#10;" },
	{ "\x01\x08\x0b\x0c\x1f\x7f", MARK MARK MARK MARK MARK MARK,
	    MARK MARK MARK MARK MARK MARK },
	{ "z\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80.", "z\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80.",
	    "z\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80." },
	/* Overlong forms of "<" and NUL, in two, three and four bytes. */
	{ "\xc0\xbc" "script\xc0\xbe", MARK MARK "script" MARK MARK,
	    MARK MARK "script" MARK MARK },
	{ "\xc0\x80", MARK MARK, MARK MARK },
	{ "\xe0\x80\xbc", MARK MARK MARK, MARK MARK MARK },
	{ "\xf0\x80\x80\xbc", MARK MARK MARK MARK,
	    MARK MARK MARK MARK },
	{ "\xe0\x9f\xbf", MARK MARK MARK, MARK MARK MARK },
	{ "\xe0\xa0\x80", "\xe0\xa0\x80", "\xe0\xa0\x80" },
	/* Surrogates, above U+10FFFF, bytes that never occur. */
	{ "\xed\xa0\x80", MARK MARK MARK, MARK MARK MARK },
	{ "\xed\xbf\xbf", MARK MARK MARK, MARK MARK MARK },
	{ "\xed\x9f\xbf", "\xed\x9f\xbf", "\xed\x9f\xbf" },
	{ "\xf4\x90\x80\x80", MARK MARK MARK MARK,
	    MARK MARK MARK MARK },
	{ "\xf5\xfe\xff", MARK MARK MARK, MARK MARK MARK },
	/* Cut off, alone, and swallowing nothing that follows. */
	{ "\xc3", MARK, MARK },
	{ "\xe2\x82", MARK MARK, MARK MARK },
	{ "\xf0\x9f\x98", MARK MARK MARK, MARK MARK MARK },
	{ "\xc3\"<", MARK "\"&lt;", MARK "&quot;&lt;" },
	{ "\x80\xbf", MARK MARK, MARK MARK },
	/* Whole characters that a document must not have: one mark each. */
	{ "\xef\xbf\xbe", MARK, MARK },
	{ "\xef\xbf\xbf", MARK, MARK },
	{ "\xef\xb7\x90\xef\xb7\xaf", MARK MARK, MARK MARK },
	{ "\xef\xb7\x8f\xef\xb7\xb0", "\xef\xb7\x8f\xef\xb7\xb0", "\xef\xb7\x8f\xef\xb7\xb0" },
	{ "\xf0\x9f\xbf\xbe\xf4\x8f\xbf\xbf", MARK MARK, MARK MARK },
	{ "\xc2\x80\xc2\x85\xc2\x9f\xc2\xa0", MARK MARK MARK "\xc2\xa0",
	    MARK MARK MARK "\xc2\xa0" },
	{ "<!--<![CDATA[<?x?>&nbsp;", "&lt;!--&lt;![CDATA[&lt;?x?&gt;&amp;nbsp;",
	    "&lt;!--&lt;![CDATA[&lt;?x?&gt;&amp;nbsp;" },
};

static void
texts_are_escaped_and_scrubbed(void **state)
{
	char expected[256];
	size_t i;

	struct fixture *fixture = *state;
	struct xhtml *x = fixture->x;

	for (i = 0; i < COUNT(texts); i++) {
		xhtml_start(x, &fixture->out);
		xhtml_leaf(x, "p", texts[i].text, "title", texts[i].text, NULL);
		xhtml_finish(x);
		assert_null(xhtml_judge(fixture->out.bytes, fixture->out.length, true));
		snprintf(expected, sizeof(expected), "<p title=\"%s\">%s</p>", texts[i].in_value,
		    texts[i].in_text);
		assert_string_equal(written(fixture), expected);
	}
}

static void
first_newline_of_textarea_and_pre_stays(void **state)
{
	begin();
	xhtml_leaf(x, "textarea", "\na", NULL);
	xhtml_leaf(x, "textarea", "\r\na", NULL);
	xhtml_leaf(x, "pre", "\n", NULL);
	xhtml_leaf(x, "pre", "a\n", NULL);
	xhtml_leaf(x, "p", "\na", NULL);
	xhtml_open(x, "textarea", NULL);
	xhtml_text(x, "");
	xhtml_text(x, "\na");
	xhtml_text(x, "\nb");
	xhtml_close(x, "textarea");
	xhtml_open(x, "pre", NULL);
	xhtml_leaf(x, "b", "\na", NULL);
	xhtml_text(x, "\nc");
	xhtml_close(x, "pre");
	xhtml_finish(x);
	assert_string_equal(written(fixture),
	    "<textarea>\n\na</textarea><textarea>\n\na</textarea><pre>\n\n</pre>"
	    "<pre>a\n</pre><p>\na</p><textarea>\n\na\nb</textarea><pre><b>\na</b>\nc</pre>");
}

static const struct {
	const char *address;
	bool is_safe;
} addresses[] = {
	{ "/", true },
	{ "/settings/profile?a=1&b=2#c", true },
	{ "/a\\b", true },
	{ "/a//b", true },
	{ "#part", true },
	{ "#", true },
	{ "?ws=1", true },
	{ "http://example.org/", true },
	{ "https://x", true },
	{ "/\xc3\xbc", true },
	{ "", false },
	{ "//evil.example", false },
	{ "/\\evil.example", false },
	{ "\\\\evil.example", false },
	{ "\\/evil.example", false },
	{ "/\t/evil.example", false },
	{ "/\n/evil.example", false },
	{ "/\r\\evil.example", false },
	{ "\t//evil.example", false },
	{ " //evil.example", false },
	{ "javascript:alert(1)", false },
	{ "JavaScript:alert(1)", false },
	{ "java\tscript:alert(1)", false },
	{ "java\nscript:alert(1)", false },
	{ " javascript:alert(1)", false },
	{ "\x01javascript:alert(1)", false },
	{ "javascript&colon;alert(1)", false },
	{ "data:text/html,<script>alert(1)</script>", false },
	{ "vbscript:x", false },
	{ "mailto:a@b", false },
	{ "file:///etc/passwd", false },
	{ "http:evil", false },
	{ "https:/evil", false },
	{ "http:\\\\evil", false },
	{ "relative", false },
	{ "./relative", false },
	{ "blob:https://x/1", false },
	{ "HTTP://x", false },
	{ "htt\tp://x", false },
	{ "https://x/\ny", false },
	{ "\xef\xbb\xbf/x", false },
	{ "\xc2\xa0javascript:1", false },
};

static void
addresses_are_safe_or_refused(void **state)
{
	static const char *const names[] = {
		"href", "src", "action", "cite", "formaction", "poster", "HREF"
	};
	struct fixture *fixture = *state;
	const char *text;
	size_t i, j;

	for (i = 0; i < COUNT(addresses); i++) {
		for (j = 0; j < COUNT(names); j++) {
			xhtml_start(fixture->x, &fixture->out);
			xhtml_leaf(fixture->x, "a", NULL, names[j], addresses[i].address, NULL);
			xhtml_finish(fixture->x);
			text = written(fixture);
			if ((strstr(text, "=\"#refused\"") == NULL) != addresses[i].is_safe)
				fail_msg("%s=\"%s\": %s", names[j], addresses[i].address, text);
		}
	}
	/* Other attributes take any text. */
	xhtml_start(fixture->x, &fixture->out);
	xhtml_leaf(fixture->x, "a", NULL, "title", "javascript:a", "data-href", "//x", NULL);
	xhtml_finish(fixture->x);
	assert_string_equal(written(fixture), "<a title=\"javascript:a\" data-href=\"//x\"></a>");
}

static void
a_fragment_can_be_abandoned(void **state)
{
	begin();
	xhtml_leaf(x, "p", "kept", NULL);
	xhtml_finish(x);
	xhtml_start(x, &fixture->out);
	xhtml_open(x, "table", NULL);
	xhtml_open(x, "tr", "class", "secret", NULL);
	xhtml_abandon(x);
	assert_true(xhtml_is_closed(x));
	xhtml_abandon(x);
	xhtml_start(x, &fixture->out);
	xhtml_leaf(x, "p", "next", NULL);
	xhtml_finish(x);
	assert_string_equal(written(fixture), "<p>kept</p><p>next</p>");
}

static void
an_empty_fragment_has_bytes(void **state)
{
	begin();
	xhtml_finish(x);
	assert_string_equal(written(fixture), "");
}

static void
debug_builds_name_the_line(void **state)
{
	begin();
	xhtml_leaf(x, "p", NULL, NULL);
	xhtml_finish(x);
#ifdef VESTIBULE_DEBUG
	assert_non_null(strstr(fixture->out.bytes, "data-from=\"" __FILE__ ":"));
#else
	assert_null(strstr(fixture->out.bytes, "data-from"));
#endif
}

/* --- what aborts ------------------------------------------------------------------------------ */

#ifdef VESTIBULE_DEBUG
#define DOUBLED(MISTAKE) \
	MISTAKE(doubled, (xhtml_open(x, "p", "class", "a", "class", "b", NULL))) \
	MISTAKE(doubled_later, \
	    (xhtml_open(x, "p", "class", "a", NULL), xhtml_attr(x, "CLASS", "b")))
#else
#define DOUBLED(MISTAKE)
#endif

#define MISTAKES(MISTAKE) \
	MISTAKE(wrong_close, (xhtml_open(x, "p", NULL), xhtml_close(x, "b"))) \
	MISTAKE(outer_close, \
	    (xhtml_open(x, "p", NULL), xhtml_open(x, "b", NULL), xhtml_close(x, "p"))) \
	MISTAKE(close_of_nothing, (xhtml_close(x, "p"))) \
	MISTAKE(close_twice, (xhtml_leaf(x, "p", NULL, NULL), xhtml_close(x, "p"))) \
	MISTAKE(end_with_one_open, (xhtml_open(x, "p", NULL), xhtml_finish(x))) \
	MISTAKE(text_in_void, (xhtml_open(x, "br", NULL), xhtml_text(x, "a"))) \
	MISTAKE(leaf_text_in_void, (xhtml_leaf(x, "img", "a", NULL))) \
	MISTAKE(element_in_void, (xhtml_open(x, "br", NULL), xhtml_open(x, "b", NULL))) \
	MISTAKE(handler, (xhtml_open(x, "p", "onclick", "x()", NULL))) \
	MISTAKE(handler_in_capitals, (xhtml_open(x, "p", "OnClick", "x()", NULL))) \
	MISTAKE(handler_without_value, (xhtml_open(x, "p", "onclick", NULL, NULL))) \
	MISTAKE(style, (xhtml_open(x, "p", "style", "color:red", NULL))) \
	MISTAKE(srcdoc, (xhtml_open(x, "iframe", "srcdoc", "<p>", NULL))) \
	MISTAKE(name_with_blank, (xhtml_open(x, "p", "a b", "c", NULL))) \
	MISTAKE(name_with_quote, (xhtml_open(x, "p", "a\"", "c", NULL))) \
	MISTAKE(name_without_letter, (xhtml_open(x, "p", "", "c", NULL))) \
	MISTAKE(name_with_digit_first, (xhtml_open(x, "p", "1a", "c", NULL))) \
	MISTAKE(name_with_prefix, (xhtml_open(x, "p", "x:a", "c", NULL))) \
	MISTAKE(name_not_ascii, (xhtml_open(x, "p", "\xc3\xbc", "c", NULL))) \
	MISTAKE(tag_with_more, (xhtml_open(x, "p onclick='x'", NULL))) \
	MISTAKE(tag_without_letter, (xhtml_open(x, "", NULL))) \
	MISTAKE(late_attribute, \
	    (xhtml_open(x, "p", NULL), xhtml_text(x, "t"), xhtml_attr(x, "a", "b"))) \
	MISTAKE(attribute_of_closed, (xhtml_leaf(x, "p", NULL, NULL), xhtml_attr(x, "a", "b"))) \
	MISTAKE(attribute_of_nothing, (xhtml_attr(x, "a", "b"))) \
	MISTAKE(open_after_end, (xhtml_finish(x), xhtml_open_at(x, "", 0, "p", NULL))) \
	MISTAKE(text_after_end, (xhtml_finish(x), xhtml_text(x, "t"))) \
	MISTAKE(finish_twice, (xhtml_finish(x), xhtml_finish(x))) \
	MISTAKE(start_in_start, (xhtml_start(x, &(struct buffer){ 0 }))) \
	DOUBLED(MISTAKE)

#define FUNCTION(name, calls) \
	static void \
	mistake_##name(struct xhtml *x) \
	{ \
		calls; \
	}
#define ROW(name, calls) { #name, mistake_##name, true },

MISTAKES(FUNCTION)

/* What looks alike and is right. */
static void
no_mistake(struct xhtml *x)
{
	xhtml_leaf(x, "svg", NULL, "viewBox", "0 0 1 1", "open", "open", "o", "o", "_a.b-c1", "",
	    NULL);
	xhtml_finish(x);
}

static const struct {
	const char *what;
	void (*run)(struct xhtml *);
	bool aborts;
} mistakes[] = {
	{ "no mistake", no_mistake, false },
	MISTAKES(ROW)
};

/* Whether it aborts, tried in a child. */
static bool
aborts(void (*run)(struct xhtml *), struct fixture *fixture)
{
	const struct rlimit none = { 0, 0 };
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		setrlimit(RLIMIT_CORE, &none);
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(1);
		xhtml_start(fixture->x, &fixture->out);
		run(fixture->x);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true((WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT) ||
	    (WIFEXITED(status) && WEXITSTATUS(status) == 0));
	return WIFSIGNALED(status);
}

static void
mistakes_abort(void **state)
{
	size_t i;

	for (i = 0; i < COUNT(mistakes); i++)
		if (aborts(mistakes[i].run, *state) != mistakes[i].aborts)
			fail_msg("%s %s", mistakes[i].what,
			    mistakes[i].aborts ? "did not abort" : "aborted");
}

/* In debug builds it aborts. */
static void
a_doubled_attribute_is_not_written(void **state)
{
#ifdef VESTIBULE_DEBUG
	assert_true(aborts(mistake_doubled, *state));
#else
	begin();
	xhtml_leaf(x, "p", NULL, "class", "a", "id", "b", "class", "c", "ID", "d", NULL);
	xhtml_finish(x);
	assert_string_equal(written(fixture), "<p class=\"a\" id=\"b\"></p>");
#endif
}

/* --- the judge -------------------------------------------------------------------------------- */

static const struct {
	const char *bytes;
	bool is_fragment;
	bool is_good;
} judged[] = {
	{ "<!DOCTYPE html><html><p/></html>", false, true },
	{ "<p>a</p>b<p/>", true, true },
	{ "", true, true },
	{ "a", true, true },
	{ "<p>a</p>b", false, false },
	{ "", false, false },
	{ "a", false, false },
	{ "<p>", true, false },
	{ "<p></b>", true, false },
	{ "<br>", true, false },
	{ "a & b", true, false },
	{ "&nbsp;", true, false },
	{ "<!DOCTYPE html><p>&nbsp;</p>", false, false },
	{ "<p a='1' a='2'/>", true, false },
	{ "<p a=1/>", true, false },
	{ "<p checked/>", true, false },
	{ "</fragment><fragment>", true, false },
	{ "<x:p/>", true, false },
	{ "\x01", true, false },
	{ "\xff", true, false },
	{ "\xc0\xbc", true, false },
	{ "\xed\xa0\x80", true, false },
	{ "\xef\xbf\xbe", true, false },
	{ "&#1;", true, false },
	{ "<p a='<'/>", true, false },
	{ "]]>", true, false },
	{ "<!-- -- -->", true, false },
	{ "<!DOCTYPE p [<!ENTITY e \"x\">]><p>&e;</p>", false, false },
	{ "<!DOCTYPE p [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><p/>", false, false },
	{ "<!DOCTYPE p SYSTEM \"http://127.0.0.1:1/x.dtd\"><p>&e;</p>", false, false },
};

static void
the_judge_knows_bad_from_good(void **state)
{
	const char *verdict;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(judged); i++) {
		verdict = xhtml_judge(judged[i].bytes, strlen(judged[i].bytes),
		    judged[i].is_fragment);
		if ((verdict == NULL) != judged[i].is_good)
			fail_msg("%s: %s", judged[i].bytes, verdict != NULL ? verdict : "good");
	}
	assert_non_null(xhtml_judge("<p>\0</p>", 8, true));
	verdict = xhtml_judge("<p>\n  <b></p>", 13, true);
	assert_non_null(strstr(verdict, "line 2, column "));
	verdict = xhtml_judge("<a></b>", 7, true);
	assert_true(text_starts(verdict, "line 1, column 8: Opening and ending tag mismatch"));
}

/* --- random texts ----------------------------------------------------------------------------- */

static uint64_t random_state;

static unsigned
random_below(unsigned bound)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (unsigned)((random_state >> 33) % bound);
}

static void
seed(void)
{
	const char *given = getenv("SEED");

	random_state = given != NULL ? strtoull(given, NULL, 10) : 20261124;
	if (random_state == 0)
		random_state = 1;
	print_message("# seed %llu\n", (unsigned long long)random_state);
}

/* Bytes with no order, and pieces that mean something to somebody. */
static void
random_text(char *text, size_t room)
{
	static const char *const pieces[] = {
		"<", ">", "&", "\"", "'", "]]>", "<!--", "-->", "<![CDATA[", "<?", "?>", "&amp;",
		"&#0;", "&#x1;", "&lt", "\r", "\n", "\r\n", "\t", "\x01", "\x1b", "\x7f",
		"\xc0\xbc", "\xc0\x80", "\xe0\x80\xbc", "\xf0\x80\x80\xbc", "\xed\xa0\x80",
		"\xed\xb0\x80", "\xef\xbf\xbe", "\xef\xbf\xbf", "\xf4\x90\x80\x80",
		"\xef\xb7\x90", "\xc2\x85", "\xe2\x80\xae", "\xef\xbb\xbf", "\xc3", "\xe2\x82",
		"\xf0\x9f\x98", "\xf0\x9f\x98\x80", "\xc3\xbc", "</p>", "</textarea>", "<script>",
		"\\", "/", "//", "javascript:", "http://", "#", "?", " ", "a", "xyz"
	};
	size_t length = 0, want = random_below((unsigned)room - 16);
	const char *piece;
	bool in_bytes = random_below(3) == 0;

	while (length < want) {
		if (in_bytes) {
			text[length++] = (char)(1 + random_below(255));
			continue;
		}
		piece = pieces[random_below(COUNT(pieces))];
		memcpy(text + length, piece, strlen(piece));
		length += strlen(piece);
	}
	text[length] = '\0';
}

static void
no_text_makes_a_bad_page(void **state)
{
	struct fixture *fixture = *state;
	struct xhtml *x = fixture->x;
	char text[96];
	const char *verdict;
	unsigned i, bad = 0;

	seed();
	for (i = 0; i < FUZZ_STRINGS; i++) {
		random_text(text, sizeof(text));
		xhtml_start(x, &fixture->out);
		xhtml_open(x, "p", "title", text, NULL);
		xhtml_attr(x, "data-a", text);
		xhtml_text(x, text);
		xhtml_leaf(x, "textarea", text, NULL);
		xhtml_textf(x, "%s|%s", text, text);
		xhtml_close(x, "p");
		xhtml_finish(x);
		verdict = xhtml_judge(fixture->out.bytes, fixture->out.length, true);
		if (verdict != NULL && bad++ < 5)
			print_error("%s\n%s\n", verdict, fixture->out.bytes);
		buffer_empty(&fixture->out);
	}
	print_message("# %u random texts, %u bad pages\n", FUZZ_STRINGS, bad);
	assert_int_equal(bad, 0);
}

/* Whether a document may have it. */
static bool
is_shown(unsigned code)
{
	return (code >= 0x20 || code == '\t' || code == '\n') && !(code >= 0x7f && code < 0xa0) &&
	    !(code >= 0xd800 && code <= 0xdfff) && !(code >= 0xfdd0 && code <= 0xfdef) &&
	    (code & 0xfffe) != 0xfffe;
}

/* Appends one. */
static size_t
put_random_character(char *text)
{
	static const unsigned upper[] = { 0x80, 0x800, 0x10000, 0x110000 };
	unsigned code;

	do
		code = random_below(upper[random_below(4)]);
	while (!is_shown(code));
	if (code < 0x80) {
		text[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		text[0] = (char)(0xc0 | code >> 6);
		text[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		text[0] = (char)(0xe0 | code >> 12);
		text[1] = (char)(0x80 | (code >> 6 & 0x3f));
		text[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	text[0] = (char)(0xf0 | code >> 18);
	text[1] = (char)(0x80 | (code >> 12 & 0x3f));
	text[2] = (char)(0x80 | (code >> 6 & 0x3f));
	text[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

/* What libxml2 reads back is what was written, in text and attribute. */
static void
texts_come_back_as_they_were(void **state)
{
	struct fixture *fixture = *state;
	char text[512];
	size_t length, want;
	unsigned i;
	xmlDoc *document;
	xmlChar *value;

	seed();
	for (i = 0; i < FUZZ_STRINGS / 10; i++) {
		want = random_below(400);
		for (length = 0; length < want;)
			length += put_random_character(text + length);
		text[length] = '\0';
		assert_true(text_is_utf8(text, length));
		xhtml_start(fixture->x, &fixture->out);
		xhtml_leaf(fixture->x, "p", text, "title", text, NULL);
		xhtml_finish(fixture->x);
		document = xmlReadMemory(fixture->out.bytes, (int)fixture->out.length, NULL,
		    "UTF-8", XML_PARSE_NONET);
		assert_non_null(document);
		value = xmlNodeGetContent(xmlDocGetRootElement(document));
		assert_string_equal((char *)value, text);
		xmlFree(value);
		value = xmlGetProp(xmlDocGetRootElement(document), (const xmlChar *)"title");
		assert_string_equal((char *)value, text);
		xmlFree(value);
		xmlFreeDoc(document);
		buffer_empty(&fixture->out);
	}
}

/* --- speed ------------------------------------------------------------------------------------ */

/* An ordinary page: a frame, a form of eight fields and a table of five columns, 13 KB in all. */
static void
write_page(struct xhtml *x)
{
	unsigned row;

	xhtml_open(x, "nav", "class", "side", "aria-label", "Settings", NULL);
	xhtml_open(x, "ul", NULL);
	for (row = 0; row < 8; row++) {
		xhtml_open(x, "li", NULL);
		xhtml_leaf(x, "a", "Workspace & credentials", "href", "/settings/workspace", NULL);
		xhtml_close(x, "li");
	}
	xhtml_close(x, "ul");
	xhtml_close(x, "nav");
	xhtml_open(x, "form", "method", "post", "action", "/settings/profile", "class", "form",
	    NULL);
	for (row = 0; row < 8; row++) {
		xhtml_open(x, "div", "class", "field", NULL);
		xhtml_leaf(x, "label", "The name that others see", "for", "name", NULL);
		xhtml_leaf(x, "input", NULL, "type", "text", "id", "name", "name", "name",
		    "value", "Ada \"L\" Lovelace", "maxlength", "128", "required", "required",
		    "aria-describedby", "name-help", NULL);
		xhtml_leaf(x, "small", "At most 128 characters; shown beside everything you make.",
		    "class", "help", "id", "name-help", NULL);
		xhtml_close(x, "div");
	}
	xhtml_close(x, "form");
	xhtml_open(x, "table", "class", "members", NULL);
	for (row = 0; row < 30; row++) {
		xhtml_open(x, "tr", NULL);
		xhtml_leaf(x, "td", "laptop of J\xc3\xbcrgen <home>", "data-head", "LABEL", NULL);
		xhtml_leaf(x, "td", "5QJ2WM0ZB1QK4K0T2C8XHY7PD3A9FE", "data-head", "KEY",
		    "class", "key", NULL);
		xhtml_leaf(x, "td", "Feb 10 2025 7:32", "data-head", "CREATED", NULL);
		xhtml_leaf(x, "td", "3 days ago", "data-head", "LAST USED", NULL);
		xhtml_open(x, "td", "class", "actions", NULL);
		xhtml_leaf(x, "a", "Revoke", "class", "action danger",
		    "href", "/settings/credentials/1/revoke", NULL);
		xhtml_close(x, "td");
		xhtml_close(x, "tr");
	}
	xhtml_close(x, "table");
}

static double
cpu_microseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* A guard against a slip of kind: ten times the 18 microseconds that are aimed at. */
static void
a_page_takes_microseconds(void **state)
{
	const unsigned rounds = 20, pages = 200;
	struct fixture *fixture = *state;
	double best = 1e9, start, took;
	size_t length = 0;
	unsigned round, page;

	for (round = 0; round < rounds; round++) {
		start = cpu_microseconds();
		for (page = 0; page < pages; page++) {
			fixture->out.length = 0;
			xhtml_start(fixture->x, &fixture->out);
			write_page(fixture->x);
			xhtml_finish(fixture->x);
			length = fixture->out.length;
		}
		took = (cpu_microseconds() - start) / pages;
		if (took < best)
			best = took;
	}
	print_message("# a page of %zu bytes takes %.1f microseconds of processor time\n", length,
	    best);
#if !defined(VESTIBULE_DEBUG) && !defined(__SANITIZE_ADDRESS__)
	assert_in_range(length, 12000, 14500);
	assert_true(best < 180);
#endif
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(elements_nest),
		TEST(only_void_elements_are_short),
		TEST(attributes_come_later_too),
		TEST(stacks_and_texts_grow),
		TEST(texts_are_escaped_and_scrubbed),
		TEST(first_newline_of_textarea_and_pre_stays),
		TEST(addresses_are_safe_or_refused),
		TEST(a_fragment_can_be_abandoned),
		TEST(an_empty_fragment_has_bytes),
		TEST(a_doubled_attribute_is_not_written),
		TEST(debug_builds_name_the_line),
		TEST(mistakes_abort),
		TEST(the_judge_knows_bad_from_good),
		TEST(no_text_makes_a_bad_page),
		TEST(texts_come_back_as_they_were),
		TEST(a_page_takes_microseconds),
	};

	return cmocka_run_group_tests_name("xhtml", tests, NULL, NULL);
}
