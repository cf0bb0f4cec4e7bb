/*
 * A growable run of bytes for building answers.
 *
 * bytes is never NULL after the first append and always has a NUL behind the last byte; length does
 * not count it. Start with "struct buffer b = { 0 };". buffer_empty() keeps the memory for the next
 * answer and wipes what it held; buffer_release() gives it back. Out of memory ends the process.
 */
#ifndef VESTIBULE_CORE_BUFFER_H
#define VESTIBULE_CORE_BUFFER_H

#include <stddef.h>

struct buffer {
	char *bytes;
	size_t length;
	size_t capacity;
};

void buffer_append(struct buffer *, const void *bytes, size_t length);
void buffer_text(struct buffer *, const char *text);
void buffer_byte(struct buffer *, char byte);
void buffer_format(struct buffer *, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Forgets what was appended after the first length bytes. */
void buffer_shorten(struct buffer *, size_t length);

/* Makes room for length bytes more without a further allocation. */
void buffer_reserve(struct buffer *, size_t length);

void buffer_empty(struct buffer *);
void buffer_release(struct buffer *);

#endif
