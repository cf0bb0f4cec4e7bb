/*
 * The judge of markup: libxml2, which did not write it.
 */
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "web/xhtml.h"

#define WRAP "<fragment>"
#define WRAP_END "</fragment>"

/* What libxml2 says of the bytes: NULL when nothing at all, a warning counts. */
static const char *
parsed(xmlParserCtxt *parser, const char *bytes, size_t length, size_t shift)
{
	static char message[512];
	const xmlError *error;
	const char *problem = NULL;
	xmlDoc *document;

	document = xmlCtxtReadMemory(parser, bytes, (int)length, NULL, "UTF-8",
	    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	error = xmlCtxtGetLastError(parser);
	if (error != NULL && error->code != XML_ERR_OK) {
		snprintf(message, sizeof(message), "line %d, column %d: %s", error->line,
		    error->int2 - (error->line == 1 ? (int)shift : 0),
		    error->message != NULL ? error->message : "not well-formed");
		message[strcspn(message, "\n")] = '\0';
		problem = message;
	} else if (document == NULL || !parser->wellFormed) {
		problem = "not well-formed";
	} else if (document->intSubset != NULL && document->intSubset->children != NULL) {
		problem = "declarations in the document type are not allowed";
	}
	xmlFreeDoc(document);
	return problem;
}

const char *
xhtml_judge(const char *bytes, size_t length, bool fragment)
{
	const char *problem;
	struct buffer wrapped = { 0 };
	xmlParserCtxt *parser;

	/* libxml2 lets overlong forms and surrogates through. */
	if (!text_is_utf8(bytes, length))
		return "bytes that are not strict UTF-8";
	if (length > 64 * 1024 * 1024)
		return "longer than 64 MiB";
	if (fragment) {
		buffer_append(&wrapped, WRAP, sizeof(WRAP) - 1);
		buffer_append(&wrapped, bytes, length);
		buffer_append(&wrapped, WRAP_END, sizeof(WRAP_END) - 1);
		bytes = wrapped.bytes;
		length = wrapped.length;
	}
	parser = xmlNewParserCtxt();
	if (parser == NULL)
		abort();
	problem = parsed(parser, bytes, length, fragment ? sizeof(WRAP) - 1 : 0);
	xmlFreeParserCtxt(parser);
	buffer_release(&wrapped);
	return problem;
}
