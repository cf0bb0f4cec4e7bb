/*
 * `vestibule telemetry`: whether figures about the use of this installation are sent, and what they
 * say; and the sending. The only connection that Vestibule makes to the outside by itself.
 */
#include "ctl/telemetry.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "core/text.h"
#include "data/telemetry.h"

#define SECONDS 10L	/* the whole exchange */

/* What the other side answers is of no interest. */
static size_t
ignore(char *bytes, size_t size, size_t count, void *nothing)
{
	(void)bytes;
	(void)nothing;
	return size * count;
}

/* NULL, or half a sentence that says what went wrong. */
static const char *
post(struct arena *arena, CURL *curl, const char *address, const char *report)
{
	char reason[CURL_ERROR_SIZE] = "";
	struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
	long status = 0;
	CURLcode code;

	curl_easy_setopt(curl, CURLOPT_URL, address);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "vestibule/" VESTIBULE_VERSION);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)strlen(report));
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, report);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, ignore);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, SECONDS);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
	code = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	curl_slist_free_all(headers);
	if (code != CURLE_OK)
		return arena_text(arena, reason[0] != '\0' ? reason : curl_easy_strerror(code));
	if (status < 200 || status > 299)
		return arena_format(arena, "it answered with status %ld", status);
	return NULL;
}

bool
telemetry_send(struct ctl *ctl, int64_t now)
{
	const char *address = ctl->config->telemetry_address, *failure = "libcurl does not start";
	struct telemetry telemetry;
	CURL *curl;

	if (!ctl->config->switches[SWITCH_TELEMETRY] || address == NULL)
		return false;
	telemetry_load(ctl->db, ctl->config, 0, &telemetry, NULL);
	if (!telemetry.enabled || !telemetry_claim_day(ctl->db, ctl->arena, now))
		return false;
	curl_global_init(CURL_GLOBAL_DEFAULT);
	curl = curl_easy_init();
	if (curl != NULL)
		failure = post(ctl->arena, curl, address,
		    telemetry_report(ctl->db, ctl->arena, ctl->config, now));
	curl_easy_cleanup(curl);
	curl_global_cleanup();
	telemetry_note(ctl->db, failure != NULL ? failure : "sent", now);
	if (failure != NULL)
		ctl_refuse("the usage data could not be sent to %s: %s", address, failure);
	return failure == NULL;
}

struct decision {
	struct ctl *ctl;
	struct audit_actor actor;
	bool enabled;
};

static bool
decide(void *argument)
{
	const struct decision *decision = argument;

	telemetry_decide(decision->ctl->db, decision->ctl->arena, &decision->actor,
	    decision->enabled);
	return true;
}

static void
print_state(struct ctl *ctl)
{
	const char *address = ctl->config->telemetry_address;
	struct telemetry telemetry;

	telemetry_load(ctl->db, ctl->config, 0, &telemetry, NULL);
	printf("usage data  %s\n", telemetry.enabled ? "on" : "off");
	if (ctl->config->preferences[PREFERENCE_TELEMETRY].fixed)
		printf("decided     by the configuration\n");
	else if (telemetry.at != 0)
		printf("decided     %s by %s, version %s\n", clock_utc(ctl->arena, telemetry.at),
		    telemetry.by[0] != '\0' ? telemetry.by : "the operator", telemetry.version);
	printf("address     %s\n", address != NULL ? address : "none: nothing is sent");
	if (telemetry.day[0] != '\0')
		printf("last        %s, %s\n", telemetry.day, telemetry.result);
	printf("%s\n", telemetry_report(ctl->db, ctl->arena, ctl->config, clock_now()));
}

static int
telemetry(struct ctl *ctl, const struct ctl_call *call)
{
	struct decision decision = { .ctl = ctl, .actor = ctl_actor(ctl->arena) };

	if (!ctl->config->switches[SWITCH_TELEMETRY])
		return ctl_refuse("the switch telemetry is off in this installation");
	if (call->word_count > 0) {
		decision.enabled = text_equal(call->words[0], "on");
		if (!decision.enabled && !text_equal(call->words[0], "off"))
			return ctl_wrong_use("telemetry takes \"on\" or \"off\"");
		if (ctl->config->preferences[PREFERENCE_TELEMETRY].fixed)
			return ctl_refuse("preference.telemetry in the configuration decides");
		db_transaction(ctl->db, decide, &decision);
	}
	print_state(ctl);
	return db_failed(ctl->db) ? ctl_database_failed(ctl->db) : CTL_DONE;
}

const struct ctl_command ctl_telemetry[] = {
	{
		.name = "telemetry",
		.summary = "shows whether usage data are sent and what they say; on or off",
		.help = "Sending is the business of vestibule sweep, once a day, to\n"
		    "telemetry_address of the configuration; without it nothing is ever sent.",
		.words = "[on|off]",
		.words_maximum = 1,
		.needs = CTL_DATABASE,
		.run = telemetry,
	},
	{ .name = NULL },
};
