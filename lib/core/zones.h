/*
 * The names of time zones that people choose from: those that the zone database lists by country,
 * and UTC. Which names are taken is wider: clock_is_zone().
 */
#ifndef VESTIBULE_CORE_ZONES_H
#define VESTIBULE_CORE_ZONES_H

#include <stddef.h>

#include "core/arena.h"

struct zone {
	const char *name;	/* "Europe/Berlin" */
	const char *region;	/* "Europe"; "" for UTC, which comes first */
};

/* Sorted by name; at least UTC. */
size_t zones_list(struct arena *, struct zone **);

#endif
