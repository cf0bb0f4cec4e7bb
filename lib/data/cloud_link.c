/* cloud_link.c: from a row and the name of an object to an address that a browser can open. */
#include "data/cloud_link.h"

#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "core/language.h"
#include "core/pattern.h"
#include "core/s3_signature.h"
#include "core/text.h"

#define DEFAULT_REGION "us-east-1"
#define GOOGLE_REGION "auto"

/* Where the objects of a row are: prefix stands before the encoded path, "/bucket/" or "/". */
struct place {
	enum cloud_access_kind kind;
	const char *origin, *prefix, *region;
	const char *host;	/* of origin */
};

static bool
is_dns_label(const char *bucket)
{
	return pattern_matches("[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", bucket);
}

/* Amazon: the bucket is part of the host where it can be, so that the certificate fits. */
static void
find_amazon(struct arena *arena, const struct cloud_access *row, struct place *place)
{
	const char *end = text_starts(place->region, "cn-") ? ".cn" : "";

	if (is_dns_label(row->bucket)) {
		place->origin = arena_format(
		    arena, "https://%s.s3.%s.amazonaws.com%s", row->bucket, place->region, end);
		place->prefix = "/";
	} else {
		place->origin = arena_format(
		    arena, "https://s3.%s.amazonaws.com%s", place->region, end);
		place->prefix = arena_format(arena, "/%s/", s3_signature_path(arena, row->bucket));
	}
}

static void
find_place(struct arena *arena, const struct cloud_access *row, struct place *place)
{
	struct url url;

	*place = (struct place){ .kind = cloud_access_kind(arena, row->bucket, row->endpoint) };
	place->region = row->region[0] != '\0' ? row->region :
	    place->kind == CLOUD_ACCESS_GOOGLE ? GOOGLE_REGION : DEFAULT_REGION;
	if (cloud_access_address(arena, row->endpoint, &url)) {
		place->origin = url.origin;
		place->prefix = text_equal(text_lower(arena, row->bucket), "azure")
		    ? arena_format(arena, "%s/", url.path)
		    : arena_format(
		          arena, "%s/%s/", url.path, s3_signature_path(arena, row->bucket));
	} else if (place->kind == CLOUD_ACCESS_AWS) {
		find_amazon(arena, row, place);
	}
	if (place->origin != NULL)
		place->host = strstr(place->origin, "://") + strlen("://");
}

/* --- the name of an object -------------------------------------------------------------------- */

/* NULL when it has a bad percent sign or is no text afterwards. */
static const char *
decode(struct arena *arena, const char *text)
{
	char *out = arena_text(arena, text), *to = out;

	for (const char *from = text; *from != '\0'; from++) {
		char digits[3] = { 0 };

		if (*from != '%') {
			*to++ = *from;
			continue;
		}
		memcpy(digits, from + 1, strnlen(from + 1, 2));
		if (strspn(digits, "0123456789abcdefABCDEF") != 2)
			return NULL;
		*to++ = (char)strtoul(digits, NULL, 16);
		from += 2;
	}
	*to = '\0';
	return strlen(out) == (size_t)(to - out) && text_is_utf8(out, strlen(out)) ? out : NULL;
}

/* What comes behind a start of the text; NULL when it starts otherwise. */
static const char *
behind(const char *text, const char *start)
{
	return text_starts(text, start) ? text + strlen(start) : NULL;
}

/* Of an address without its scheme: the path in the bucket of this row; NULL: it is in another one.
 */
static const char *
path_of(struct arena *arena, const struct cloud_access *row, const struct place *place,
    const char *rest)
{
	size_t host = strcspn(rest, "/");
	const char *path;

	if ((path = behind(rest, arena_format(arena, "%s/", row->bucket))) != NULL)
		return path;
	rest = arena_format(
	    arena, "%s%s", text_lower(arena, arena_copy(arena, rest, host)), rest + host);
	if ((path = behind(rest, arena_format(arena, "%s%s", place->host, place->prefix))) != NULL)
		return path;
	/* Both ways that Amazon has, with and without the region. */
	if (place->kind == CLOUD_ACCESS_AWS) {
		const char *const hosts[] = { "s3.amazonaws.com",
			arena_format(arena, "s3.%s.amazonaws.com", place->region) };

		for (size_t i = 0; i < 2; i++) {
			path = behind(rest, arena_format(arena, "%s/%s/", hosts[i], row->bucket));
			if (path == NULL)
				path = behind(
				    rest, arena_format(arena, "%s.%s/", row->bucket, hosts[i]));
			if (path != NULL)
				return path;
		}
	}
	return NULL;
}

/* Without a query, decoded where the scheme says that it is encoded. */
static const char *
plain(struct arena *arena, const char *scheme, const char *path)
{
	if (!text_equal(scheme, "http") && !text_equal(scheme, "https"))
		return path;
	return decode(arena, arena_copy(arena, path, strcspn(path, "?#")));
}

/* Browsers take "." and ".." out of an address, and then it is another one than the signed. */
static const char *
path_fault(const char *path)
{
	if (path == NULL || path[0] == '\0')
		return _("Enter the path of an object in the bucket.");
	if (strlen(path) > CLOUD_LINK_OBJECT)
		return _("The path of an object has at most 1,024 bytes.");
	if (text_has_hidden(path))
		return _("The path has a character that cannot be seen.");
	for (const char *part = path; *part != '\0';) {
		size_t length = strcspn(part, "/");

		if ((length == 1 || length == 2) && strspn(part, ".") == length)
			return _("Browsers cannot open a path with “.” or “..” as a part.");
		part += length + (part[length] == '/');
	}
	return NULL;
}

static bool
names_picture(struct arena *arena, const char *path)
{
	return pattern_matches(
	    "(?s:.*)\\.(png|jpe?g|gif|webp|bmp|avif|svg|ico)", text_lower(arena, path));
}

/* --- the link --------------------------------------------------------------------------------- */

/* The account is in the address where the row names none. */
static const char *
find_account(struct arena *arena, struct place *place, const char *scheme, const char *rest)
{
	const char *host = text_lower(arena, arena_copy(arena, rest, strcspn(rest, "/")));

	if (scheme[0] == '\0' || cloud_access_kind(arena, "", host) != CLOUD_ACCESS_AZURE)
		return _("Enter the whole address, like "
		         "https://account.blob.core.windows.net/container/path: the access keys "
		         "name no host.");
	place->host = host;
	place->origin = arena_format(arena, "https://%s", host);
	place->prefix = "/";
	return NULL;
}

/* The query of an address that names a snapshot or a version; one that is signed already says
 * nothing here. */
static const char *
query_of(struct arena *arena, const char *rest)
{
	const char *query = strchr(rest, '?');

	if (query == NULL)
		return "";
	query = arena_copy(arena, query, strcspn(query, "#"));
	return cloud_access_sas_fault(query) != NULL || strstr(query, "sig=") != NULL ? "" : query;
}

static const char *
link_azure(struct arena *arena, const struct cloud_access *row, const struct place *place,
    const char *query, struct cloud_link *link)
{
	const char *sas = row->values[CLOUD_ACCESS_PART_SECRET];

	link->address = arena_format(arena, "%s%s%s%s", place->origin, place->prefix,
	    s3_signature_path(arena, link->object), query);
	if (sas[0] == '\0')
		return NULL;
	if (cloud_access_sas_fault(sas) != NULL)
		return cloud_access_sas_fault(sas);
	sas += sas[0] == '?';
	link->address = arena_format(
	    arena, "%s%c%s", link->address, query[0] != '\0' ? '&' : '?', sas);
	link->is_signed = true;
	return NULL;
}

static const char *
link_s3(struct arena *arena, const struct cloud_access *row, const struct place *place,
    int64_t from, struct cloud_link *link)
{
	const char *path = arena_format(
	    arena, "%s%s", place->prefix, s3_signature_path(arena, link->object));

	link->is_signed = row->states[CLOUD_ACCESS_PART_KEY] == CLOUD_ACCESS_SET &&
	    row->states[CLOUD_ACCESS_PART_SECRET] == CLOUD_ACCESS_SET;
	link->address = !link->is_signed ? arena_format(arena, "%s%s", place->origin, path) :
	    s3_signature_link(arena, &(struct s3_signature){
		.method = "GET",
		.origin = place->origin,
		.path = path,
		.region = place->region,
		.access_key = row->values[CLOUD_ACCESS_PART_KEY],
		.secret_key = row->values[CLOUD_ACCESS_PART_SECRET],
		.token = row->values[CLOUD_ACCESS_PART_TOKEN],
		.from = from,
		.seconds = (unsigned)(CLOUD_LINK_LIFE / CLOCK_SECOND),
	    });
	return NULL;
}

const char *
cloud_link_make(struct arena *arena, const struct cloud_access *row, const char *object,
    int64_t from, struct cloud_link *link)
{
	const char *colon = strstr(object, "://"), *scheme = "", *rest = object, *query = "",
	           *fault;
	struct place place;

	*link = (struct cloud_link){ 0 };
	for (unsigned part = 0; part < CLOUD_ACCESS__PARTS; part++) {
		if (row->states[part] == CLOUD_ACCESS_LOST)
			return _("These access keys cannot be decrypted, because the key file has "
			         "changed. Enter them anew.");
	}
	if (colon != NULL && pattern_matches("(?i:s3|gs|azure|https?)",
	    arena_copy(arena, object, (size_t)(colon - object)))) {
		scheme = text_lower(arena, arena_copy(arena, object, (size_t)(colon - object)));
		rest = colon + strlen("://");
	}
	find_place(arena, row, &place);
	if (place.origin == NULL && (fault = find_account(arena, &place, scheme, rest)) != NULL)
		return fault;
	if (text_starts(scheme, "http"))
		query = query_of(arena, rest);
	if (scheme[0] != '\0') {
		rest = path_of(arena, row, &place, rest);
		if (rest == NULL)
			return _("This address is not in the bucket of the access keys you have "
			         "chosen.");
	} else {
		rest += strspn(rest, "/");
	}
	link->object = plain(arena, scheme, rest);
	fault = path_fault(link->object);
	if (fault != NULL)
		return fault;
	link->origin = place.origin;
	link->is_picture = names_picture(arena, link->object);
	return place.kind == CLOUD_ACCESS_AZURE ? link_azure(arena, row, &place, query, link) :
	    link_s3(arena, row, &place, from, link);
}
