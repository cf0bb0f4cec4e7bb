/* app.c: the life of a section's program. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/language.h"
#include "core/log.h"
#include "data/mail_send.h"
#include "web/app.h"
#include "web/describe.h"
#include "web/endpoint.h"
#include "web/frame.h"
#include "web/pages.h"

#define REQUESTS 100000		/* then the process ends and the supervisor starts a fresh one */
#define EXIT_CONFIGURATION 78	/* EX_CONFIG of sysexits.h */

/* What lives as long as the process. */
struct program {
	const struct section *section;
	const struct config *config;
	const struct crypto_keys *keys;
	struct http *transport;
	struct db *db;
	struct arena *arena;
	struct xhtml *x;
	struct buffer fragment;
	struct http_answer answer;
};

static bool
refuse_start(const char *message)
{
	log_write(LOG_ERROR, "start", 1, "message", message);
	return false;
}

static bool
start(struct program *program, const struct section *section)
{
	char message[512];

	program->section = section;
	log_program(section->name);
	if (!crypto_start())
		return refuse_start("libsodium cannot start");
	program->config = config_load(NULL, message, sizeof(message));
	if (program->config == NULL)
		return refuse_start(message);
	program->keys = crypto_keys_load(program->config->key_file, message, sizeof(message));
	if (program->keys == NULL)
		return refuse_start(message);
	if (section->kind == SECTION_PAGES &&
	    !frame_start(program->config, message, sizeof(message)))
		return refuse_start(message);
	clock_zone(program->config->time_zone);
	language_start(program->config->locale_directory);
	program->db = db_create(program->config, section->name);
	program->arena = arena_create();
	program->x = xhtml_create();
	program->transport = http_start();
	return program->transport != NULL ||
	    refuse_start("no FastCGI socket and no CGI environment");
}

static void
stop(struct program *program)
{
	db_destroy(program->db);
	arena_destroy(program->arena);
	xhtml_destroy(program->x);
	buffer_release(&program->fragment);
	buffer_release(&program->answer.headers);
	buffer_release(&program->answer.body);
}

static void
prepare(const struct program *program, struct request *r)
{
	r->section = program->section;
	r->menu = program->section->menu != NULL ? program->section->menu : program->section->name;
	r->config = program->config;
	r->keys = program->keys;
	r->transport = program->transport;
	r->arena = program->arena;
	r->db = program->db;
	r->x = program->x;
	r->now = clock_now();
	r->actor = (struct audit_actor){
		.way = program->section->kind == SECTION_API ? AUDIT_API : AUDIT_FORM,
		.now = r->now,
		.request = r->http.request_id,
		.address = r->http.address,
	};
}

#ifdef VESTIBULE_DEBUG
/* Debug builds send no page that libxml2 does not find well-formed. */
static void
judge(const struct request *r)
{
	const char *fault;

	if (r->section->kind != SECTION_PAGES || r->answer.status == 303 || r->download != NULL)
		return;
	fault = xhtml_judge(r->answer.body.bytes, r->answer.body.length, request_is_fragment(r));
	if (fault == NULL)
		return;
	log_write(LOG_ERROR, "markup", 2, "path", r->http.raw_path, "fault", fault);
	abort();
}
#endif

static void
serve(struct program *program, struct http_request *http)
{
	struct request r = { .http = *http };

	buffer_empty(&program->fragment);
	r.fragment = &program->fragment;
	r.answer = program->answer;
	prepare(program, &r);
	db_begin_request(program->db, program->arena);
	if (program->section->kind == SECTION_API)
		endpoint_handle(&r);
	else
		pages_handle(&r);
#ifdef VESTIBULE_DEBUG
	judge(&r);
#endif
	http_send(program->transport, &r.http, &r.answer);
	if (db_has_mail(program->db))
		mail_send_aside(program->config, program->keys, program->section->name);
	program->answer = r.answer;
}

int
app_run(const struct section *section)
{
	struct program program = { 0 };
	struct http_request http;
	unsigned served = 0;

	if (getenv("VESTIBULE_DESCRIBE") != NULL) {
		describe(section);
		return 0;
	}
	if (!start(&program, section))
		return EXIT_CONFIGURATION;
	while (http_accept(program.transport, program.arena, program.config->base_path, &http)) {
		serve(&program, &http);
		arena_clear(program.arena);
		if (++served == REQUESTS)
			break;
	}
	stop(&program);
	return 0;
}
