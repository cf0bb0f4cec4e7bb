/*
 * `vestibule cloud-access`: keys for cloud storage that the site gives to everybody (D13). They
 * stand first and read-only on each person's page, and are used on this server only.
 */
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "ctl/ctl.h"
#include "data/cloud_access.h"

enum { OF_SITE, OF_BUCKET, OF_ENDPOINT, OF_REGION };

static const struct ctl_option add_options[] = {
	{ "site", NULL, "for everybody; people enter their own under Configuration" },
	{ "bucket", "NAME", "its name; for Azure Storage the word azure" },
	{ "endpoint", "HOST", "of other S3 servers, like minio.example.lan:9000; default: AWS S3" },
	{ "region", "NAME", "of AWS S3, like us-east-2" },
	{ NULL },
};
static const struct ctl_option site_options[] = {
	{ "site", NULL, "those given to everybody" },
	{ NULL },
};

static const char *const states[] = {
	[CLOUD_ACCESS_NONE] = "-",
	[CLOUD_ACCESS_SET] = "set",
	[CLOUD_ACCESS_LOST] = "LOST",
};

struct work {
	struct ctl *ctl;
	struct audit_actor actor;
	struct cloud_access_input input;
	struct cloud_access row;
	enum cloud_access_outcome outcome;
};

static int
need_site(const struct ctl_call *call)
{
	if (call->options[OF_SITE] != NULL)
		return CTL_DONE;
	return ctl_wrong_use("--site is missing: only the site's keys are kept by this command");
}

/* A line of standard input; "" when there is none. */
static const char *
read_value(struct ctl *ctl)
{
	const char *line = ctl_read_line(ctl->arena);

	return line != NULL ? text_trim(ctl->arena, line) : "";
}

/* What is wrong with the row: a sentence, or NULL. */
static const char *
fault_of(struct ctl *ctl, const struct cloud_access_input *input)
{
	const char *secret = input->values[CLOUD_ACCESS_PART_SECRET];
	const char *fault = cloud_access_bucket_fault(input->bucket);

	if (fault == NULL && input->endpoint[0] != '\0')
		fault = cloud_access_endpoint_fault(input->endpoint);
	if (fault == NULL && input->region[0] != '\0')
		fault = cloud_access_region_fault(input->region);
	for (unsigned part = 0; fault == NULL && part < CLOUD_ACCESS__PARTS; part++)
		fault = cloud_access_value_fault(input->values[part]);
	if (fault == NULL && secret[0] != '\0' &&
	    cloud_access_kind(ctl->arena, input->bucket, input->endpoint) == CLOUD_ACCESS_AZURE)
		fault = cloud_access_sas_fault(secret);
	return fault;
}

static bool
is_too_long(const struct cloud_access_input *input)
{
	return text_characters(input->bucket) > CLOUD_ACCESS_BUCKET ||
	    strlen(input->endpoint) > CLOUD_ACCESS_ENDPOINT ||
	    strlen(input->region) > CLOUD_ACCESS_REGION ||
	    text_characters(input->values[CLOUD_ACCESS_PART_KEY]) > CLOUD_ACCESS_KEY;
}

static bool
add_work(void *argument)
{
	struct work *work = argument;

	work->outcome = cloud_access_save(work->ctl->db, work->ctl->arena, &work->actor,
	    work->ctl->keys, CLOUD_ACCESS_SITE, NULL, &work->input);
	return work->outcome == CLOUD_ACCESS_ADDED || work->outcome == CLOUD_ACCESS_REPLACED;
}

static const char *
given(struct ctl *ctl, const char *option)
{
	return option != NULL ? text_trim(ctl->arena, option) : "";
}

static int
add(struct ctl *ctl, const struct ctl_call *call)
{
	struct work work = { .ctl = ctl, .actor = ctl_actor(ctl->arena) };
	struct cloud_access_input *input = &work.input;
	const char *fault;

	if (need_site(call) != CTL_DONE)
		return CTL_WRONG_USE;
	input->bucket = given(ctl, call->options[OF_BUCKET]);
	input->endpoint = given(ctl, call->options[OF_ENDPOINT]);
	input->region = given(ctl, call->options[OF_REGION]);
	if (input->bucket[0] == '\0')
		return ctl_wrong_use("--bucket is missing");
	if (!text_is_utf8(input->bucket, strlen(input->bucket)))
		return ctl_refuse("the bucket is not UTF-8");
	for (unsigned part = 0; part < CLOUD_ACCESS__PARTS; part++)
		input->values[part] = read_value(ctl);
	if (input->values[CLOUD_ACCESS_PART_KEY][0] == '\0' ||
	    input->values[CLOUD_ACCESS_PART_SECRET][0] == '\0')
		return ctl_refuse("standard input must have the key on its first line and the "
		    "secret on its second; a third is the token");
	fault = is_too_long(input) ? "it is too long" : fault_of(ctl, input);
	if (fault != NULL)
		return ctl_refuse("%s", fault);
	switch (db_transaction(ctl->db, add_work, &work)) {
	case DB_COMMITTED:
		break;
	case DB_ROLLED_BACK:
		return ctl_refuse(
		    "the site has the maximum of %d rows; remove one first", CLOUD_ACCESS_MAXIMUM);
	case DB_BROKEN:
		return ctl_database_failed(ctl->db);
	}
	puts(work.outcome == CLOUD_ACCESS_ADDED ? "Added." : "Replaced.");
	return CTL_DONE;
}

static int
list(struct ctl *ctl, const struct ctl_call *call)
{
	struct cloud_access *rows;
	size_t count;

	if (need_site(call) != CTL_DONE)
		return CTL_WRONG_USE;
	count = cloud_access_list(ctl->db, ctl->arena, ctl->keys, CLOUD_ACCESS_SITE, &rows);
	for (size_t i = 0; i < count; i++)
		printf("%s\t%s\t%s\t%s\t%s\t%s\t%s\n", text_id(ctl->arena, rows[i].public_id),
		    rows[i].bucket, rows[i].endpoint[0] != '\0' ? rows[i].endpoint : "-",
		    rows[i].region[0] != '\0' ? rows[i].region : "-",
		    states[rows[i].states[CLOUD_ACCESS_PART_KEY]],
		    states[rows[i].states[CLOUD_ACCESS_PART_SECRET]],
		    states[rows[i].states[CLOUD_ACCESS_PART_TOKEN]]);
	return db_failed(ctl->db) ? ctl_database_failed(ctl->db) : CTL_DONE;
}

static bool
remove_work(void *argument)
{
	struct work *work = argument;

	return cloud_access_remove(work->ctl->db, work->ctl->arena, &work->actor, &work->row);
}

static int
remove_one(struct ctl *ctl, const struct ctl_call *call)
{
	struct work work = { .ctl = ctl, .actor = ctl_actor(ctl->arena) };
	uint8_t id[16];

	if (!text_parse_id(call->words[0], id))
		return ctl_wrong_use("an id is 32 lower-case hex digits; see cloud-access list");
	if (!cloud_access_find(ctl->db, ctl->arena, ctl->keys, CLOUD_ACCESS_SITE, id, &work.row))
		return db_failed(ctl->db) ? ctl_database_failed(ctl->db) :
		    ctl_refuse("the site has no such keys");
	switch (db_transaction(ctl->db, remove_work, &work)) {
	case DB_COMMITTED:
		break;
	case DB_ROLLED_BACK:
		return ctl_refuse("they are removed already");
	case DB_BROKEN:
		return ctl_database_failed(ctl->db);
	}
	puts("Removed.");
	return CTL_DONE;
}

const struct ctl_command ctl_cloud_access[] = {
	{
		.name = "cloud-access add",
		.summary = "adds keys for cloud storage that everybody uses, or replaces them",
		.help = "Standard input has the key on its first line, the secret or shared\n"
		    "access signature on its second, a session token, if any, on its third.\n"
		    "The same bucket at the same endpoint is replaced.",
		.options = add_options,
		.needs = CTL_ALL,
		.run = add,
	},
	{
		.name = "cloud-access list",
		.summary = "lists them: id, bucket, endpoint, region, key, secret, token",
		.help = "Of key, secret and token whether they are set, or LOST with their key.",
		.options = site_options,
		.needs = CTL_ALL,
		.run = list,
	},
	{
		.name = "cloud-access remove",
		.summary = "removes the row with this id",
		.words = "ID",
		.words_least = 1,
		.words_maximum = 1,
		.needs = CTL_ALL,
		.run = remove_one,
	},
	{ .name = NULL },
};
