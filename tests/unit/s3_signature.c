/*
 * Signed addresses: the examples that Amazon publishes, names of objects of every kind, and what a
 * change of any part does.
 */
#include "unit.h"

#include "core/clock.h"
#include "core/crypto.h"
#include "core/s3_signature.h"

#define EXAMPLE_KEY "AKIAIOSFODNN7EXAMPLE"
#define EXAMPLE_SECRET "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

static const struct clock_parts may_2013 = { .year = 2013, .month = 5, .day = 24 };

static int
set_up(void **data)
{
	assert_true(crypto_start());
	*data = arena_create();
	return 0;
}

static int
tear_down(void **data)
{
	arena_destroy(*data);
	return 0;
}

static struct s3_signature
example(void)
{
	return (struct s3_signature){
		.method = "GET",
		.origin = "https://examplebucket.s3.amazonaws.com",
		.path = "/test.txt",
		.region = "us-east-1",
		.access_key = EXAMPLE_KEY,
		.secret_key = EXAMPLE_SECRET,
		.token = "",
		.from = clock_moment(&may_2013),
		.seconds = 86400,
	};
}

/* The example of "Authenticating Requests: Using Query Parameters". */
static void
the_published_link(void **data)
{
	struct s3_signature what = example();

	assert_string_equal(s3_signature_link(*data, &what),
	    "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
	    "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
	    "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
	    "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
}

/* The examples of "Create a signing key", in the General Reference, of two editions. */
static void
the_published_keys(void **data)
{
	struct arena *arena = *data;
	uint8_t key[32];

	s3_signature_key(arena, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "20150830", "us-east-1",
	    "iam", key);
	assert_string_equal(crypto_hex(arena, key, sizeof(key)),
	    "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
	s3_signature_key(arena, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "20120215", "us-east-1",
	    "iam", key);
	assert_string_equal(crypto_hex(arena, key, sizeof(key)),
	    "f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d");
}

static void
names_of_objects(void **data)
{
	static const struct {
		const char *name, *path;
	} cases[] = {
		{ "a", "a" },
		{ "a/b//c/", "a/b//c/" },
		{ "a b+c", "a%20b%2Bc" },
		{ "-._~", "-._~" },
		{ "%41?x=1&y#z", "%2541%3Fx%3D1%26y%23z" },
		{ "\xc3\xa4/\xf0\x9f\x94\x91", "%C3%A4/%F0%9F%94%91" },
		{ "!*'()", "%21%2A%27%28%29" },
		{ "", "" },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(s3_signature_path(*data, cases[i].name), cases[i].path);
}

/* Nothing that is signed can be changed without another signature. */
static void
every_part_counts(void **data)
{
	struct s3_signature all[11];
	char signatures[COUNT(all)][65];

	for (size_t i = 0; i < COUNT(all); i++)
		all[i] = example();
	all[1].method = "HEAD";
	all[2].origin = "https://examplebucket.s3.amazonaws.com:8443";
	all[3].path = "/test.txt/";
	all[4].region = "us-east-2";
	all[5].access_key = "AKIAIOSFODNN7EXAMPLF";
	all[6].secret_key = EXAMPLE_SECRET "x";
	all[7].token = "temporary";
	all[8].token = "temporary/+=";
	all[9].from += CLOCK_SECOND;
	all[10].seconds = 86399;
	for (size_t i = 0; i < COUNT(all); i++) {
		const char *link = s3_signature_link(*data, &all[i]);

		assert_int_equal(strlen(link) - (size_t)(strstr(link, "&X-Amz-Signature=") - link),
		    strlen("&X-Amz-Signature=") + 64);
		strcpy(signatures[i], link + strlen(link) - 64);
		assert_null(strstr(link, all[i].secret_key));
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(signatures[i], signatures[j]);
	}
}

static void
a_token_is_encoded_and_in_order(void **data)
{
	struct s3_signature what = example();

	what.token = "a/b+c=";
	assert_non_null(strstr(s3_signature_link(*data, &what),
	    "&X-Amz-Expires=86400&X-Amz-Security-Token=a%2Fb%2Bc%3D&X-Amz-SignedHeaders=host&"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_published_link),
		cmocka_unit_test(the_published_keys),
		cmocka_unit_test(names_of_objects),
		cmocka_unit_test(every_part_counts),
		cmocka_unit_test(a_token_is_encoded_and_in_order),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
