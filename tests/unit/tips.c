/*
 * The file of pro tips: what it says, and each mistake with its line. The one that is shipped is
 * good.
 */
#include "unit.h"

#include "core/text.h"
#include "core/tips.h"

static char folder[256], path[300], message[512];
static struct tips tips;

static int
start(void **data)
{
	*data = arena_create();
	unit_folder(folder, sizeof(folder));
	snprintf(path, sizeof(path), "%s/tips.txt", folder);
	return 0;
}

static int
stop(void **data)
{
	arena_destroy(*data);
	unlink(path);
	return rmdir(folder);
}

static bool
load(struct arena *arena, const char *text)
{
	unit_write(path, text, strlen(text), 0644);
	message[0] = '\0';
	return tips_load(arena, path, &tips, message, sizeof(message));
}

static void
refused(struct arena *arena, const char *text, unsigned line, const char *says)
{
	char place[350];

	if (line != 0)
		snprintf(place, sizeof(place), "%s:%u: ", path, line);
	else
		snprintf(place, sizeof(place), "%s: ", path);
	if (load(arena, text) || tips.count != 0)
		fail_msg("taken: %s", text);
	if (!text_starts(message, place) || strstr(message, says) == NULL)
		fail_msg("expected line %u, \"%s\": %s", line, says, message);
}

static void
good_files(void **data)
{
	assert_true(load(*data, "# comment\n\n\nOne\r\nText of\n   one,\ttwo lines\n\n#"
	    " another\nTwo\nText\n/settings/profile\n\n\n"));
	assert_int_equal(tips.count, 2);
	assert_string_equal(tips.items[0].title, "One");
	assert_string_equal(tips.items[0].text, "Text of one, two lines");
	assert_null(tips.items[0].path);
	assert_string_equal(tips.items[1].title, "Two");
	assert_string_equal(tips.items[1].text, "Text");
	assert_string_equal(tips.items[1].path, "/settings/profile");
	assert_true(load(*data, "T\n<b>&amp;</b> # no comment"));
	assert_string_equal(tips.items[0].text, "<b>&amp;</b> # no comment");
	assert_true(load(*data, ""));
	assert_int_equal(tips.count, 0);
	assert_true(load(*data, "# nothing\n"));
	assert_int_equal(tips.count, 0);
	assert_true(tips_load(*data, "/nonexistent/tips.txt", &tips, message, sizeof(message)));
	assert_int_equal(tips.count, 0);
}

static void
mistakes(void **data)
{
	char text[70000] = "";

	refused(*data, "Only a title\n\n", 2, "a title and no text");
	refused(*data, "Title\n/settings\n", 3, "a title and no text");
	refused(*data, "Good\ntext\n\nOnly a title", 4, "a title and no text");
	refused(*data, "Title\ntext\n/settings\nmore\n", 4, "last line");
	refused(*data, "Title\nte\x01xt\n", 2, "cannot be seen");
	refused(*data, "Ti\xe2\x80\xaetle\ntext\n", 1, "cannot be seen");
	refused(*data, "Title\n\xff\n", 0, "UTF-8");
	memset(text, 'a', 101);
	strcpy(text + 101, "\ntext\n");
	refused(*data, text, 1, "longer than 100");
	strcpy(text, "Title\n");
	memset(text + 6, 'a', 1001);
	refused(*data, text, 2, "longer than 1000");
	text[0] = '\0';
	for (unsigned i = 0; i < 101; i++)
		strcat(text, "T\nt\n\n");
	refused(*data, text, 301, "more than 100");
	memset(text, '#', 65537);
	text[65537] = '\0';
	refused(*data, text, 0, "longer than 65536");
	assert_false(tips_load(*data, folder, &tips, message, sizeof(message)));
}

static void
shipped(void **data)
{
	static const char here[] = "tests/unit/tips.c";
	char file[1000];

	snprintf(file, sizeof(file), "%.*shtdocs/tips.txt", (int)(strlen(__FILE__) - strlen(here)),
	    __FILE__);
	if (!tips_load(*data, file, &tips, message, sizeof(message)))
		fail_msg("%s", message);
	assert_int_equal(tips.count, 12);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_files),
		cmocka_unit_test(mistakes),
		cmocka_unit_test(shipped),
	};

	return cmocka_run_group_tests_name("tips", tests, start, stop);
}
