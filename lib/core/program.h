/*
 * Other programs, and work on the side. The only file that starts a process.
 *
 * A program is run without a shell: its arguments are given as they are, its environment is PATH,
 * HOME and LANG and nothing of ours, no file of ours is open in it, and it ends when its time is
 * over, with everything it started.
 */
#ifndef VESTIBULE_CORE_PROGRAM_H
#define VESTIBULE_CORE_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

#define PROGRAM_SAID 200	/* bytes that are kept of what it said */

struct program_end {
	int code;			/* exit code; -1: not started, or ended by a signal */
	char said[PROGRAM_SAID + 1];	/* one line: the start of its standard error, or why not */
};

/*
 * Runs arguments[0], an absolute path, with the bytes on its standard input; NULL ends the
 * arguments. True when it ended with 0 within the seconds; end says more in any case.
 */
bool program_run(const char *const arguments[], const void *input, size_t length,
    unsigned seconds, struct program_end *end);

/*
 * Does the work in a process of its own, which nobody waits for and which does not hold standard
 * input and output; at most for so many seconds. It must open its own connections: those of the
 * caller are not its to use. Nothing is done when there is no room for a process.
 */
void program_aside(void (*work)(void *), void *argument, unsigned seconds);

#endif
