/*
 * gettext: English is the text itself; a catalogue is found in the folder; numbers stay those of C.
 */
#include "unit.h"

#include <locale.h>
#include <wctype.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/language.h"

/*
 * A catalogue as msgfmt(1) writes it: 28 bytes of header, a table of originals, one of
 * translations, then the texts. The empty original is the catalogue's own heading.
 */
static void
write_catalogue(const char *path)
{
	static const char heading[] = "Content-Type: text/plain; charset=UTF-8\n"
	                              "Plural-Forms: nplurals=2; plural=(n != 1);\n";
	static const char *const texts[][2] = { { "", heading }, { "Feb", "f\xc3\xa9v." },
		{ "Profile", "Profil" } };
	uint32_t header[7] = { 0x950412de, 0, COUNT(texts), 28, 28 + 8 * COUNT(texts), 0, 0 };
	uint32_t table[2][COUNT(texts)][2];
	char bytes[1024];
	size_t length = 28 + sizeof(table), i, column;

	for (column = 0; column < 2; column++) {
		for (i = 0; i < COUNT(texts); i++) {
			size_t size = strlen(texts[i][column]);

			table[column][i][0] = (uint32_t)size;
			table[column][i][1] = (uint32_t)length;
			memcpy(bytes + length, texts[i][column], size + 1);
			length += size + 1;
		}
	}
	memcpy(bytes, header, sizeof(header));
	memcpy(bytes + 28, table, sizeof(table));
	unit_write(path, bytes, length, 0644);
}

static void
test_english_is_the_text_itself(void **state)
{
	static const char *const marked[] = { N_("Profile"), N_("Feb") };

	(void)state;
	setenv("LC_ALL", "C.UTF-8", 1);
	language_start("/nonexistent");
	assert_string_equal(_("Profile"), "Profile");
	assert_string_equal(gettext(marked[1]), "Feb");
	assert_string_equal(ngettext("%d minute ago", "%d minutes ago", 1), "%d minute ago");
	assert_string_equal(ngettext("%d minute ago", "%d minutes ago", 2), "%d minutes ago");
}

static void
test_letters_are_utf8_and_numbers_are_c(void **state)
{
	char number[32];

	(void)state;
	setenv("LC_ALL", "de_DE.UTF-8", 1);
	language_start("/nonexistent");
	assert_int_equal(towupper(0xe9), 0xc9);
	snprintf(number, sizeof(number), "%.1f", 1234.5);
	assert_string_equal(number, "1234.5");
	assert_string_equal(setlocale(LC_NUMERIC, NULL), "C");
	assert_string_equal(setlocale(LC_TIME, NULL), "C");
	assert_string_equal(setlocale(LC_COLLATE, NULL), "C");
}

static void
test_a_catalogue_is_found(void **state)
{
	char folder[256], language[280], messages[300], file[340];
	struct arena *arena = arena_create();
	struct clock_parts parts = { 2025, 2, 10, 7, 32, 0, 0 };

	(void)state;
	unit_folder(folder, sizeof(folder));
	snprintf(language, sizeof(language), "%s/xx", folder);
	snprintf(messages, sizeof(messages), "%s/LC_MESSAGES", language);
	snprintf(file, sizeof(file), "%s/vestibule.mo", messages);
	assert_int_equal(mkdir(language, 0755), 0);
	assert_int_equal(mkdir(messages, 0755), 0);
	write_catalogue(file);

	/* As a web server starts its programs: no word about a locale. */
	unsetenv("LC_ALL");
	unsetenv("LC_MESSAGES");
	unsetenv("LANG");
	setenv("LANGUAGE", "xx", 1);
	language_start(folder);
	assert_string_equal(_("Profile"), "Profil");
	assert_string_equal(_("not in it"), "not in it");
	assert_true(clock_zone("UTC"));
	assert_string_equal(clock_show(arena, clock_moment(&parts)), "f\xc3\xa9v. 10 2025 7:32");
	arena_destroy(arena);
	unlink(file);
	rmdir(messages);
	rmdir(language);
	rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_english_is_the_text_itself),
		cmocka_unit_test(test_letters_are_utf8_and_numbers_are_c),
		cmocka_unit_test(test_a_catalogue_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
