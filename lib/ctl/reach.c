/*
 * A very small http client: HTTP/1.0, no redirects, 5 seconds.
 */
#include "ctl/reach.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "core/text.h"
#include "core/url.h"

#define ANSWER_MAXIMUM 8192
#define SECONDS 5

/* Connects to "host:port", "[::1]:port" or a host alone. */
static int
connect_to(struct arena *arena, const char *authority, const char **reason)
{
	static const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	static const struct timeval limit = { .tv_sec = SECONDS };
	const char *bracket = strchr(authority, ']');
	const char *colon = strchr(bracket != NULL ? bracket : authority, ':');
	const char *port = colon != NULL ? colon + 1 : "80";
	char *host = arena_text(arena, authority);
	struct addrinfo *addresses;
	int error, socket_number = -1;

	if (colon != NULL)
		host[colon - authority] = '\0';
	if (bracket != NULL) {
		host[bracket - authority] = '\0';
		host++;
	}
	error = getaddrinfo(host, port, &hints, &addresses);
	if (error != 0) {
		*reason = gai_strerror(error);
		return -1;
	}
	for (const struct addrinfo *a = addresses; a != NULL && socket_number < 0; a = a->ai_next) {
		socket_number = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);
		if (socket_number < 0)
			continue;
		setsockopt(socket_number, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
		setsockopt(socket_number, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
		if (connect(socket_number, a->ai_addr, a->ai_addrlen) != 0) {
			*reason = arena_text(arena, strerror(errno));
			close(socket_number);
			socket_number = -1;
		}
	}
	freeaddrinfo(addresses);
	return socket_number;
}

const char *
reach_get(struct arena *arena, const char *url, const char **reason)
{
	const char *authority, *request;
	char *answer;
	struct url parts;
	size_t length = 0;
	ssize_t count;
	int connection;

	if (!url_parse(arena, url, &parts, reason))
		return NULL;
	authority = parts.origin + strlen("http://");
	*reason = "no address";
	connection = connect_to(arena, authority, reason);
	if (connection < 0)
		return NULL;
	request = arena_format(arena, "GET %s HTTP/1.0\r\nHost: %s\r\nConnection: close\r\n\r\n",
	    *parts.path != '\0' ? parts.path : "/", authority);
	answer = arena_allocate(arena, ANSWER_MAXIMUM + 1);
	if (send(connection, request, strlen(request), MSG_NOSIGNAL) == (ssize_t)strlen(request))
		while (length < ANSWER_MAXIMUM &&
		    (count = recv(connection, answer + length, ANSWER_MAXIMUM - length, 0)) > 0)
			length += (size_t)count;
	close(connection);
	if (text_starts(answer, "HTTP/"))
		return answer;
	*reason = length == 0 ? "no answer" : "the answer is not HTTP";
	return NULL;
}
