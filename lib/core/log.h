/*
 * The log: one JSON line an event on standard error, UTC time, level, program, event and its
 * fields. Never a secret, a form value, a query string or a cookie. Control bytes and bad UTF-8 in
 * values are escaped, so that no value can end a line (ASVS 16.4.1). Under FastCGI standard error
 * of the worker goes to the supervisor, not to nginx.
 */
#ifndef VESTIBULE_CORE_LOG_H
#define VESTIBULE_CORE_LOG_H

enum log_level {
	LOG_ERROR,
	LOG_WARNING,
	LOG_NOTICE,
	LOG_DEBUG	/* written by debug builds only */
};

/* The name that stands in every line; the text must live as long as the process. */
void log_program(const char *name);

/*
 * log_write(LOG_ERROR, "database", 2, "code", "1213", "request", id): the number of pairs, then
 * name and value of each. A NULL value leaves its pair out.
 */
void log_write(enum log_level, const char *event, unsigned pairs, ...);

#endif
