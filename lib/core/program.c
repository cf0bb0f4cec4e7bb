/* program.c: other programs, and work on the side. */
#define _GNU_SOURCE	/* pipe2(), closefrom when spawning */
#include "core/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/clock.h"

#define LOOK_EVERY 20	/* ms between two looks at whether it has ended */

/* What runs. */
struct child {
	pid_t process;
	int input;	/* our end of its standard input, -1 when all is said */
	int errors;	/* our end of its standard error */
	const char *bytes;
	size_t left;
	size_t said;
};

static bool
fail(struct program_end *end, const char *what, int code)
{
	end->code = -1;
	snprintf(end->said, sizeof(end->said), "%s: %s", what, strerror(code));
	return false;
}

/* The other process group makes it possible to end what the program has started, too. */
static int
spawn(const char *const arguments[], int input, int errors, pid_t *process)
{
	char home[512] = "HOME=/";
	static char path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
	static char language[] = "LANG=C";
	char *environment[] = { path, language, home, NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	int code;

	if (getenv("HOME") != NULL)
		snprintf(home, sizeof(home), "HOME=%s", getenv("HOME"));
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes,
	    POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
	posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&files, errors, STDERR_FILENO);
	posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
	code = posix_spawn(process, arguments[0], &files, &attributes,
	    (char *const *)(uintptr_t)arguments, environment);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	return code;
}

static bool
start(struct child *child, const char *const arguments[], struct program_end *end)
{
	int input[2], errors[2], code;

	/* A socket, because writing into a pipe that nobody reads sends a signal. */
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, input) != 0)
		return fail(end, "socketpair", errno);
	if (pipe2(errors, O_CLOEXEC) != 0) {
		close(input[0]);
		close(input[1]);
		return fail(end, "pipe", errno);
	}
	code = spawn(arguments, input[0], errors[1], &child->process);
	close(input[0]);
	close(errors[1]);
	child->input = input[1];
	child->errors = errors[0];
	if (code != 0) {
		close(child->input);
		close(child->errors);
		return fail(end, arguments[0], code);
	}
	fcntl(child->input, F_SETFL, O_NONBLOCK);
	fcntl(child->errors, F_SETFL, O_NONBLOCK);
	return true;
}

/* All is written, or nobody reads: no more comes. */
static void
end_input(struct child *child)
{
	close(child->input);
	child->input = -1;
}

static void
write_some(struct child *child)
{
	ssize_t written = send(child->input, child->bytes, child->left, MSG_NOSIGNAL);

	if (written > 0) {
		child->bytes += written;
		child->left -= (size_t)written;
	}
	if (child->left == 0 || (written < 0 && errno != EAGAIN && errno != EINTR))
		end_input(child);
}

/* Keeps the start, and reads on so that the program is not held up. False at its end. */
static bool
read_some(struct child *child, struct program_end *end)
{
	char bytes[512];
	ssize_t count = read(child->errors, bytes, sizeof(bytes));

	for (ssize_t i = 0; i < count && child->said < PROGRAM_SAID; i++)
		end->said[child->said++] = bytes[i];
	return count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR));
}

/* One printable line. */
static void
tidy(struct program_end *end)
{
	char *newline;
	size_t length;

	while ((newline = strpbrk(end->said, "\r\n")) == end->said && newline != NULL)
		memmove(end->said, end->said + 1, strlen(end->said));
	if (newline != NULL)
		*newline = '\0';
	length = strlen(end->said);
	for (size_t i = 0; i < length; i++)
		if (end->said[i] < ' ' || end->said[i] > '~')
			end->said[i] = '?';
}

/* Feeds and listens until the program has ended or its time is over. */
static bool
attend(struct child *child, int64_t until, int *status, struct program_end *end)
{
	bool listening = true;

	for (;;) {
		struct pollfd files[2] = {
			{ .fd = child->input, .events = POLLOUT },
			{ .fd = listening ? child->errors : -1, .events = POLLIN },
		};

		if (waitpid(child->process, status, WNOHANG) == child->process)
			return true;
		if (clock_now() >= until)
			return false;
		poll(files, 2, LOOK_EVERY);
		if (child->input >= 0 && files[0].revents != 0)
			write_some(child);
		if (listening && files[1].revents != 0)
			listening = read_some(child, end);
	}
}

bool
program_run(const char *const arguments[], const void *input, size_t length, unsigned seconds,
    struct program_end *end)
{
	struct child child = { .bytes = input, .left = length };
	int status = 0;
	bool ended;

	memset(end, 0, sizeof(*end));
	if (!start(&child, arguments, end))
		return false;
	if (length == 0)
		end_input(&child);
	ended = attend(&child, clock_now() + seconds * CLOCK_SECOND, &status, end);
	if (!ended) {
		kill(-child.process, SIGKILL);
		waitpid(child.process, &status, 0);
	}
	/* What it said with its last breath. */
	while (child.said < PROGRAM_SAID && poll(&(struct pollfd){ .fd = child.errors,
	    .events = POLLIN }, 1, 0) == 1 && read_some(&child, end))
		continue;
	if (child.input >= 0)
		close(child.input);
	close(child.errors);
	tidy(end);
	end->code = ended && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	if (!ended)
		snprintf(end->said, sizeof(end->said), "it took longer than %u seconds", seconds);
	else if (end->said[0] == '\0' && end->code > 0)
		snprintf(end->said, sizeof(end->said), "it ended with code %d", end->code);
	else if (end->said[0] == '\0' && end->code < 0)
		snprintf(end->said, sizeof(end->said), "it was ended by signal %d",
		    WTERMSIG(status));
	return end->code == 0;
}

/* In the new process: on its own, without the sockets of the web server. */
static _Noreturn void
work_aside(void (*work)(void *), void *argument, unsigned seconds)
{
	struct sigaction usual = { .sa_handler = SIG_DFL };
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	sigset_t none;

	setsid();
	sigemptyset(&none);
	sigaction(SIGTERM, &usual, NULL);
	sigaction(SIGUSR1, &usual, NULL);
	sigaction(SIGALRM, &usual, NULL);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (nothing >= 0) {
		dup2(nothing, STDIN_FILENO);
		dup2(nothing, STDOUT_FILENO);
		dup2(nothing, STDERR_FILENO);
	}
	alarm(seconds);
	work(argument);
	_exit(0);
}

void
program_aside(void (*work)(void *), void *argument, unsigned seconds)
{
	pid_t child = fork();

	/* The child leaves at once, so that the grandchild is nobody's to wait for. */
	if (child == 0) {
		if (fork() == 0)
			work_aside(work, argument, seconds);
		_exit(0);
	}
	while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
		continue;
}
