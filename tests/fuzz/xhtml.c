/*
 * The element writer: no text makes a page that libxml2 refuses, and none becomes markup.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "web/xhtml.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static size_t
count(const struct buffer *out, char byte)
{
	size_t found = 0, i;

	for (i = 0; i < out->length; i++)
		if (out->bytes[i] == byte)
			found++;
	return found;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	char *text = strndup((const char *)bytes, length);
	struct buffer out = { 0 };
	struct xhtml *x = xhtml_create();

	xhtml_start(x, &out);
	xhtml_open(x, "p", "title", text, "href", text, NULL);
	xhtml_attrf(x, "data-a", "%s%s", text, text);
	xhtml_text(x, text);
	xhtml_leaf(x, "textarea", text, NULL);
	xhtml_textf(x, "%s%s", text, text);
	xhtml_leaf(x, "br", NULL, NULL);
	xhtml_close(x, "p");
	xhtml_finish(x);
	/* <p>, </p>, <textarea>, </textarea>, <br/>: five, and two quotes an attribute. */
	if (count(&out, '<') != 5 || count(&out, '>') != 5 || count(&out, '\0') != 0)
		abort();
	if (xhtml_judge(out.bytes, out.length, true) != NULL)
		abort();
	xhtml_destroy(x);
	buffer_release(&out);
	free(text);
	return 0;
}
