/* describe.c: the tables of a section as JSON. */
#include <jansson.h>
#include <stdio.h>

#include "web/describe.h"
#include "web/endpoint.h"
#include "web/form.h"

static const char *const accesses[] = {
	[ACCESS_PUBLIC] = "public",
	[ACCESS_SIGNED_IN] = "signed-in",
	[ACCESS_MEMBER] = "member",
	[ACCESS_ADMINISTRATOR] = "administrator",
	[ACCESS_OWNER] = "owner",
};

static const char *const endpoint_accesses[] = {
	[ENDPOINT_PUBLIC] = "public",
	[ENDPOINT_OPTIONAL] = "optional",
	[ENDPOINT_ANY] = "any",
	[ENDPOINT_ADMINISTRATOR] = "administrator",
};

static const char *const types[] = {
	[FIELD_LINE] = "line",
	[FIELD_LINES] = "lines",
	[FIELD_EMAIL] = "email",
	[FIELD_PASSWORD] = "password",
	[FIELD_NUMBER] = "number",
	[FIELD_CHOICE] = "choice",
	[FIELD_SELECT] = "select",
	[FIELD_CODE] = "code",
	[FIELD_CHECK] = "check",
	[FIELD_HIDDEN] = "hidden",
	[FIELD_BUTTON] = "button",
};

static void
describe_options(const struct field *field, json_t *choices)
{
	struct arena *arena = arena_create();
	struct field_option *options;
	size_t count = field->options(arena, &options);

	for (size_t i = 0; i < count; i++)
		json_array_append_new(choices, json_string(options[i].value));
	arena_destroy(arena);
}

static json_t *
describe_field(const struct field *field)
{
	json_t *choices = json_array();

	for (size_t i = 0; i < field->choice_count; i++)
		json_array_append_new(choices, json_string(field->choices[i].value));
	if (field->options != NULL)
		describe_options(field, choices);
	return json_pack("{s:s, s:s, s:b, s:b, s:I, s:I, s:s?, s:o}", "name", field->name, "type",
	    types[field->type], "required", field->required, "many", field->many, "least",
	    (json_int_t)field->least, "most", (json_int_t)field->most, "initial", field->initial,
	    "choices", choices);
}

static json_t *
describe_route(const struct route *route)
{
	json_t *fields = json_array();

	for (size_t i = 0; route->form != NULL && i < route->form->count; i++)
		json_array_append_new(fields, describe_field(&route->form->fields[i]));
	return json_pack("{s:s, s:s, s:b, s:b, s:b, s:b, s:b, s:o}", "path", route->path, "access",
	    accesses[route->access], "get", route->show != NULL, "post", route->act != NULL,
	    "recent", route->recent && route->has_proof == NULL, "switched", route->needs != 0,
	    "whole", route->whole, "fields", fields);
}

void
describe(const struct section *section)
{
	json_t *routes = json_array(), *endpoints = json_array(), *all;

	for (size_t i = 0; i < section->route_count; i++)
		json_array_append_new(routes, describe_route(&section->routes[i]));
	for (size_t i = 0; i < section->endpoint_count; i++)
		json_array_append_new(endpoints,
		    json_pack("{s:s, s:s, s:b}", "name", section->endpoints[i].name, "access",
		        endpoint_accesses[section->endpoints[i].access], "writes",
		        section->endpoints[i].writes));
	all = json_pack("{s:s, s:s, s:o, s:o}", "section", section->name, "kind",
	    section->kind == SECTION_API ? "api" : "pages", "routes", routes, "endpoints",
	    endpoints);
	json_dumpf(all, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(all);
}
