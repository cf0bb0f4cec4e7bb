/*
 * The memory of one request: everything is taken from one arena and given back as a whole. Nobody
 * frees.
 *
 * Memory is zeroed when given out and wiped when taken back, so that no secret of one request is
 * readable in the next. Out of memory ends the process (the supervisor starts another; the form's
 * nonce makes the retry safe).
 */
#ifndef VESTIBULE_CORE_ARENA_H
#define VESTIBULE_CORE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

struct arena *arena_create(void);
void arena_destroy(struct arena *);

/* Takes everything back and wipes it; keeps one block for the next request. */
void arena_clear(struct arena *);

/* A place to come back to: arena_rewind() takes back all that was given out since. */
struct arena_mark {
	void *block;
	size_t used;
};
struct arena_mark arena_mark(const struct arena *);
void arena_rewind(struct arena *, struct arena_mark);

/* Zeroed bytes, aligned for any type. Never NULL. */
void *arena_allocate(struct arena *, size_t size);

/* A copy with a NUL behind it. arena_text(NULL) is NULL. */
char *arena_copy(struct arena *, const void *bytes, size_t length);
char *arena_text(struct arena *, const char *text);

/* A formatted text. */
char *arena_format(struct arena *, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_format_list(struct arena *, const char *format, va_list)
    __attribute__((format(printf, 2, 0)));

/*
 * malloc, realloc and strdup that end the process instead of returning NULL; for what outlives a
 * request.
 */
void *memory_allocate(size_t size);
void *memory_resize(void *, size_t size);
char *memory_text(const char *text);

#endif
