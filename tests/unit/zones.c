/*
 * Time zones to choose from.
 */
#include "unit.h"

#include <stdbool.h>

#include "core/clock.h"
#include "core/zones.h"

static void
test_every_one_can_be_chosen(void **state)
{
	struct arena *arena = arena_create();
	struct zone *zones;
	size_t count = zones_list(arena, &zones);
	bool berlin = false, buenos_aires = false;

	(void)state;
	assert_true(count > 300);
	assert_string_equal(zones[0].name, "UTC");
	assert_string_equal(zones[0].region, "");
	for (size_t i = 0; i < count; i++) {
		assert_true(clock_is_zone(zones[i].name));
		if (i > 1)
			assert_true(strcmp(zones[i - 1].name, zones[i].name) < 0);
		if (strcmp(zones[i].name, "Europe/Berlin") == 0)
			berlin = strcmp(zones[i].region, "Europe") == 0;
		if (strcmp(zones[i].name, "America/Argentina/Buenos_Aires") == 0)
			buenos_aires = strcmp(zones[i].region, "America") == 0;
	}
	assert_true(berlin && buenos_aires);
	arena_destroy(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_one_can_be_chosen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
