/*
 * Codes of a second factor: those of RFC 6238, one step to each side, nothing else.
 */
#include "unit.h"

#include <stdbool.h>

#include "core/clock.h"
#include "core/crypto.h"
#include "core/totp.h"

/* "12345678901234567890", the seed of RFC 6238, appendix B. */
#define SEED "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

static struct arena *arena;

static void
test_the_vectors_of_the_rfc(void **state)
{
	static const struct {
		int64_t seconds;
		const char *code;	/* the last six of its eight digits */
	} vectors[] = {
		{ 59, "287082" },
		{ 1111111109, "081804" },
		{ 1111111111, "050471" },
		{ 1234567890, "005924" },
		{ 2000000000, "279037" },
		{ INT64_C(20000000000), "353130" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++) {
		int64_t now = vectors[i].seconds * CLOCK_SECOND, step = -1;

		assert_true(totp_check(SEED, vectors[i].code, now, &step));
		assert_int_equal(step, vectors[i].seconds / 30);
	}
}

/* 059: step 1. Good from 00 s (as the next one) to 89 s (as the last one). */
static void
test_one_step_to_each_side(void **state)
{
	int64_t step;

	(void)state;
	for (int64_t second = 0; second < 200; second++) {
		step = -1;
		assert_int_equal(
		    totp_check(SEED, "287082", second * CLOCK_SECOND, &step), second < 90);
		assert_int_equal(step, second < 90 ? 1 : -1);
	}
}

static void
test_what_is_no_code(void **state)
{
	static const char *const codes[] = { "", "28708", "2870822", "28708a", " 287082", "287082 ",
		"-87082", "94287082", "\xd9\xa2\xd9\xa8\xd9\xa7" };
	int64_t step = -1;

	(void)state;
	for (size_t i = 0; i < COUNT(codes); i++)
		assert_false(totp_check(SEED, codes[i], 59 * CLOCK_SECOND, &step));
	assert_false(totp_check("not base32!", "287082", 59 * CLOCK_SECOND, &step));
	assert_false(totp_check("", "287082", 59 * CLOCK_SECOND, &step));
	assert_int_equal(step, -1);
}

static void
test_seeds_are_new_each_time(void **state)
{
	char *one = totp_seed(arena), *other = totp_seed(arena);

	(void)state;
	assert_int_equal(strlen(one), 32);
	assert_int_equal(strspn(one, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), 32);
	assert_string_not_equal(one, other);
	assert_string_equal(totp_groups(arena, SEED), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
}

static void
test_the_address_for_the_app(void **state)
{
	(void)state;
	assert_string_equal(
	    totp_address(arena, "Vestibule ml.example.org", "ada+x@example.org", SEED),
	    "otpauth://totp/Vestibule%20ml.example.org:ada%2Bx%40example.org?secret=" SEED
	    "&issuer=Vestibule%20ml.example.org&algorithm=SHA1&digits=6&period=30");
}

static void
test_recovery_codes(void **state)
{
	char *code = totp_recovery_code(arena), *other = totp_recovery_code(arena);
	char *normal = totp_recovery_normal(arena, code);

	(void)state;
	assert_int_equal(strlen(code), 29);
	assert_string_not_equal(code, other);
	assert_int_equal(strlen(normal), 24);
	assert_string_equal(totp_recovery_normal(arena, "0OIL-abcd EFGH-jkmn-pqrs\t-tvwx"),
	    "0011abcdefghjkmnpqrstvwx");
	assert_string_equal(totp_recovery_normal(arena, normal), normal);
	assert_null(totp_recovery_normal(arena, ""));
	assert_null(totp_recovery_normal(arena, "123456"));
	assert_null(totp_recovery_normal(arena, "abcd-efgh-jkmn-pqrs-tvwx-yz2"));
	assert_null(totp_recovery_normal(arena, "abcd-efgh-jkmn-pqrs-tvwx-yzu2"));
	assert_null(totp_recovery_normal(arena, "abcd-efgh-jkmn-pqrs-tvwx-yz\xc3\xa4"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_vectors_of_the_rfc),
		cmocka_unit_test(test_one_step_to_each_side),
		cmocka_unit_test(test_what_is_no_code),
		cmocka_unit_test(test_seeds_are_new_each_time),
		cmocka_unit_test(test_the_address_for_the_app),
		cmocka_unit_test(test_recovery_codes),
	};

	if (!crypto_start())
		return 1;
	arena = arena_create();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
