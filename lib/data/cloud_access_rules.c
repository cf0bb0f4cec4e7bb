/* cloud_access_rules.c: what the parts of a row may be, and what they say about the store. */
#include <string.h>

#include "core/language.h"
#include "core/pattern.h"
#include "core/text.h"
#include "data/cloud_access.h"

#define GOOGLE "storage.googleapis.com"

/* The address that is meant: what has no scheme gets one (D8). */
static const char *
with_scheme(struct arena *arena, const char *endpoint)
{
	size_t authority = strcspn(endpoint, "/");

	if (strstr(endpoint, "://") != NULL)
		return endpoint;
	if (authority >= 3 && strncmp(endpoint + authority - 3, "443", 3) == 0)
		return arena_format(arena, "https://%s", endpoint);
	return arena_format(arena, "http://%s", endpoint);
}

bool
cloud_access_address(struct arena *arena, const char *endpoint, struct url *url)
{
	const char *reason;

	return endpoint[0] != '\0' && url_parse(arena, with_scheme(arena, endpoint), url, &reason);
}

bool
cloud_access_is_insecure(struct arena *arena, const char *endpoint)
{
	struct url url;

	return cloud_access_address(arena, endpoint, &url) && text_starts(url.text, "http:");
}

static bool
is_azure_host(const char *host)
{
	return pattern_matches("[a-z0-9-]+\\.(blob|dfs)\\.core\\.(windows\\.net|chinacloudapi\\.cn|"
	                       "usgovcloudapi\\.net)",
	    host);
}

enum cloud_access_kind
cloud_access_kind(struct arena *arena, const char *bucket, const char *endpoint)
{
	bool has_address;
	struct url url;

	has_address = cloud_access_address(arena, endpoint, &url);
	if (text_equal(text_lower(arena, bucket), "azure") ||
	    (has_address && is_azure_host(url.host)))
		return CLOUD_ACCESS_AZURE;
	if (!has_address)
		return CLOUD_ACCESS_AWS;
	return text_equal(url.host, GOOGLE) ? CLOUD_ACCESS_GOOGLE : CLOUD_ACCESS_OTHER;
}

const char *
cloud_access_place(struct arena *arena, const struct cloud_access *row)
{
	if (row->endpoint[0] == '\0')
		return row->bucket;
	return arena_format(arena, _("%s at %s"), row->bucket, row->endpoint);
}

const char *
cloud_access_bucket_fault(const char *bucket)
{
	if (text_starts(bucket, ".") || bucket[strcspn(bucket, " /\\?#%")] != '\0')
		return _("Enter only the name of the bucket: no blanks, no slashes, no address.");
	return NULL;
}

const char *
cloud_access_endpoint_fault(const char *endpoint)
{
	struct arena *arena = arena_create();
	struct url url;
	bool fits = cloud_access_address(arena, endpoint, &url);

	/* What is stored is as wide as what is typed, and the scheme belongs to it. */
	fits = fits && strlen(with_scheme(arena, endpoint)) <= CLOUD_ACCESS_ENDPOINT;
	arena_destroy(arena);
	return fits
	    ? NULL
	    : _("Enter a host, like minio.example.lan:9000 or https://storage.example.lan.");
}

const char *
cloud_access_region_fault(const char *region)
{
	return pattern_matches("[a-z0-9]+(-[a-z0-9]+)*", region) ? NULL :
	    _("Enter a region as AWS writes it, like us-east-2.");
}

const char *
cloud_access_value_fault(const char *value)
{
	return text_has_hidden(value) || value[strcspn(value, " \t")] != '\0' ?
	    _("It has a blank or a character that cannot be seen. Copy it again.") : NULL;
}

const char *
cloud_access_sas_fault(const char *sas)
{
	return pattern_matches("\\??[A-Za-z0-9%&=._~:/+,;@!$*'()-]+", sas) ? NULL :
	    _("A shared access signature looks like sv=…&sig=…; it has no blanks. Copy it again.");
}
