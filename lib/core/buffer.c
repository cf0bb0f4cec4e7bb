/*
 * The growable run of bytes. Growing copies to a fresh piece and wipes the old one: realloc() would
 * leave what was written readable in freed memory.
 */
#include "core/buffer.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"

#define FIRST_CAPACITY ((size_t)4096)

void
buffer_reserve(struct buffer *buffer, size_t length)
{
	size_t need, capacity;
	char *bytes;

	if (length < buffer->capacity - buffer->length)
		return;
	/* A sum that wraps asks for more than there is, and memory_allocate() ends the process. */
	if (__builtin_add_overflow(buffer->length, length, &need) || need > SIZE_MAX / 4)
		need = SIZE_MAX / 4;
	capacity = buffer->capacity == 0 ? FIRST_CAPACITY : buffer->capacity;
	while (capacity <= need)
		capacity *= 2;
	bytes = memory_allocate(capacity);
	if (buffer->bytes != NULL) {
		memcpy(bytes, buffer->bytes, buffer->length);
		explicit_bzero(buffer->bytes, buffer->length);
		free(buffer->bytes);
	}
	buffer->bytes = bytes;
	buffer->capacity = capacity;
}

void
buffer_append(struct buffer *buffer, const void *bytes, size_t length)
{
	buffer_reserve(buffer, length);
	if (length > 0)
		memcpy(buffer->bytes + buffer->length, bytes, length);
	buffer->length += length;
	buffer->bytes[buffer->length] = '\0';
}

void
buffer_text(struct buffer *buffer, const char *text)
{
	buffer_append(buffer, text, strlen(text));
}

void
buffer_byte(struct buffer *buffer, char byte)
{
	buffer_append(buffer, &byte, 1);
}

void
buffer_format(struct buffer *buffer, const char *format, ...)
{
	va_list values;
	size_t room;
	int length;

	buffer_reserve(buffer, 128);
	room = buffer->capacity - buffer->length;
	va_start(values, format);
	length = vsnprintf(buffer->bytes + buffer->length, room, format, values);
	va_end(values);
	assert(length >= 0);
	if ((size_t)length >= room) {
		buffer_reserve(buffer, (size_t)length);
		va_start(values, format);
		vsnprintf(buffer->bytes + buffer->length, (size_t)length + 1, format, values);
		va_end(values);
	}
	buffer->length += (size_t)length;
}

void
buffer_shorten(struct buffer *buffer, size_t length)
{
	assert(length <= buffer->length);
	if (buffer->bytes == NULL)
		return;
	explicit_bzero(buffer->bytes + length, buffer->length - length);
	buffer->length = length;
}

void
buffer_empty(struct buffer *buffer)
{
	buffer_shorten(buffer, 0);
}

void
buffer_release(struct buffer *buffer)
{
	buffer_empty(buffer);
	free(buffer->bytes);
	*buffer = (struct buffer){ 0 };
}
