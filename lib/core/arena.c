/*
 * Blocks taken from malloc and handed out from the front; the arena itself lives at the start of
 * its first block.
 */
#include "core/arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "core/log.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#define hide(address, size) ASAN_POISON_MEMORY_REGION(address, size)
#define unhide(address, size) ASAN_UNPOISON_MEMORY_REGION(address, size)
#define GAP 16		/* a hidden strip behind each piece, so that an overrun is seen */
#else
#define hide(address, size) ((void)(address), (void)(size))
#define unhide(address, size) ((void)(address), (void)(size))
#define GAP 0
#endif

/* A page with its rows fits into one block; larger requests take more. */
#define BLOCK_SIZE ((size_t)32 * 1024)
#define ALIGNMENT (_Alignof(max_align_t))

struct block {
	struct block *older;
	size_t size;
	size_t used;
	_Alignas(max_align_t) unsigned char bytes[];
};

struct arena {
	struct block *newest;
};

static _Noreturn void
out_of_memory(void)
{
	log_write(LOG_ERROR, "out_of_memory", 0);
	/* No exit handlers: they might want memory. */
	_exit(EX_OSERR);
}

static size_t
rounded(size_t size)
{
	return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static struct block *
block_create(size_t size, struct block *older)
{
	struct block *block = calloc(1, sizeof(*block) + size);

	if (block == NULL)
		out_of_memory();
	block->older = older;
	block->size = size;
	block->used = 0;
	hide(block->bytes, size);
	return block;
}

/* Wipes what was given out behind the first used bytes. The rest of the block is zero already. */
static void
block_wipe(struct block *block, size_t used)
{
	unhide(block->bytes + used, block->used - used);
	explicit_bzero(block->bytes + used, block->used - used);
	hide(block->bytes + used, block->size - used);
	block->used = used;
}

static void
block_destroy(struct block *block)
{
	block_wipe(block, 0);
	unhide(block->bytes, block->size);
	free(block);
}

struct arena *
arena_create(void)
{
	struct block *first = block_create(BLOCK_SIZE, NULL);
	struct arena *arena = (struct arena *)(void *)first->bytes;

	first->used = rounded(sizeof(*arena));
	unhide(first->bytes, first->used);
	arena->newest = first;
	return arena;
}

void
arena_destroy(struct arena *arena)
{
	struct block *block, *older;

	if (arena == NULL)
		return;
	/* The first block, which holds the arena, goes last. */
	for (block = arena->newest; block != NULL; block = older) {
		older = block->older;
		block_destroy(block);
	}
}

void
arena_clear(struct arena *arena)
{
	struct block *block, *older;

	for (block = arena->newest; block->older != NULL; block = older) {
		older = block->older;
		block_destroy(block);
	}
	arena->newest = block;
	block_wipe(block, rounded(sizeof(*arena)));
}

struct arena_mark
arena_mark(const struct arena *arena)
{
	return (struct arena_mark){ .block = arena->newest, .used = arena->newest->used };
}

void
arena_rewind(struct arena *arena, struct arena_mark mark)
{
	while (arena->newest != mark.block) {
		struct block *block = arena->newest;

		/* A mark of another arena, or one that was rewound past. */
		assert(block->older != NULL);
		arena->newest = block->older;
		block_destroy(block);
	}
	assert(mark.used <= arena->newest->used);
	block_wipe(arena->newest, mark.used);
}

void *
arena_allocate(struct arena *arena, size_t size)
{
	struct block *block = arena->newest;
	unsigned char *bytes;
	size_t need;

	if (size > SIZE_MAX / 2)
		out_of_memory();
	need = rounded(size == 0 ? 1 : size) + GAP;
	if (need > block->size - block->used) {
		block = block_create(need > BLOCK_SIZE ? need : BLOCK_SIZE, block);
		arena->newest = block;
	}
	bytes = block->bytes + block->used;
	block->used += need;
	unhide(bytes, size);
	return bytes;
}

char *
arena_copy(struct arena *arena, const void *bytes, size_t length)
{
	char *copy;

	if (length >= SIZE_MAX / 2)
		out_of_memory();
	copy = arena_allocate(arena, length + 1);
	if (length > 0)
		memcpy(copy, bytes, length);
	return copy;
}

char *
arena_text(struct arena *arena, const char *text)
{
	if (text == NULL)
		return NULL;
	return arena_copy(arena, text, strlen(text));
}

char *
arena_format_list(struct arena *arena, const char *format, va_list values)
{
	char short_text[256], *text;
	va_list again;
	int length;

	/* Most texts are short: formatted once, then copied. */
	va_copy(again, values);
	length = vsnprintf(short_text, sizeof(short_text), format, again);
	va_end(again);
	if (length < 0)
		out_of_memory();
	if ((size_t)length < sizeof(short_text)) {
		text = arena_copy(arena, short_text, (size_t)length);
		memset(short_text, 0, (size_t)length);
		return text;
	}
	text = arena_allocate(arena, (size_t)length + 1);
	vsnprintf(text, (size_t)length + 1, format, values);
	return text;
}

char *
arena_format(struct arena *arena, const char *format, ...)
{
	va_list values;
	char *text;

	va_start(values, format);
	text = arena_format_list(arena, format, values);
	va_end(values);
	return text;
}

void *
memory_allocate(size_t size)
{
	void *memory = calloc(1, size == 0 ? 1 : size);

	if (memory == NULL)
		out_of_memory();
	return memory;
}

void *
memory_resize(void *memory, size_t size)
{
	void *resized = realloc(memory, size == 0 ? 1 : size);

	if (resized == NULL)
		out_of_memory();
	return resized;
}

char *
memory_text(const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(memory_allocate(size), text, size);
}
