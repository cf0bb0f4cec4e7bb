/* zones.c: names of time zones. */
#include "core/zones.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TABLE "/usr/share/zoneinfo/zone.tab"
#define ZONES 1000	/* at most; there are 450 */

static int
compare(const void *left, const void *right)
{
	return strcmp(((const struct zone *)left)->name, ((const struct zone *)right)->name);
}

/* The third column: "DE\t+5230+01322\tEurope/Berlin\tmost of Germany". */
static const char *
name_in(struct arena *arena, const char *line)
{
	const char *start = strchr(line, '\t');

	start = start != NULL && line[0] != '#' ? strchr(start + 1, '\t') : NULL;
	if (start == NULL || strchr(start, '/') == NULL)
		return NULL;
	return arena_copy(arena, start + 1, strcspn(start + 1, "\t\n"));
}

size_t
zones_list(struct arena *arena, struct zone **list)
{
	FILE *file = fopen(TABLE, "re");
	size_t count = 1;
	char line[512];

	*list = arena_allocate(arena, ZONES * sizeof(**list));
	(*list)[0] = (struct zone){ .name = "UTC", .region = "" };
	if (file == NULL)
		return count;
	while (count < ZONES && fgets(line, sizeof(line), file) != NULL) {
		const char *name = name_in(arena, line);

		if (name == NULL || strchr(name, '/') == NULL)
			continue;
		(*list)[count++] = (struct zone){ .name = name,
			.region = arena_copy(arena, name, strcspn(name, "/")) };
	}
	fclose(file);
	qsort(*list + 1, count - 1, sizeof(**list), compare);
	return count;
}
