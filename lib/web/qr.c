/* qr.c: QR codes. */
#include <qrencode.h>

#include "core/crypto.h"
#include "web/qr.h"

#define MARGIN 4	/* modules of white around it, as readers expect */

/* "M5 4h7v1h-7z": each run of dark modules in a row is a rectangle. */
static const char *
path_of(struct request *r, const QRcode *code)
{
	struct buffer path = { 0 };
	const char *text;

	for (int y = 0; y < code->width; y++) {
		for (int x = 0, run; x < code->width; x += run) {
			const unsigned char *row = code->data + y * code->width;

			run = 1;
			if ((row[x] & 1) == 0)
				continue;
			while (x + run < code->width && (row[x + run] & 1) != 0)
				run++;
			buffer_format(&path, "M%d %dh%dv1h-%dz", x + MARGIN, y + MARGIN, run, run);
		}
	}
	text = arena_copy(r->arena, path.bytes != NULL ? path.bytes : "", path.length);
	buffer_release(&path);
	return text;
}

void
qr_draw(struct request *r, const char *text, const char *title)
{
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	const char *view;

	if (code == NULL)
		return;
	view = arena_format(
	    r->arena, "0 0 %d %d", code->width + 2 * MARGIN, code->width + 2 * MARGIN);
	xhtml_open(r->x, "svg", "xmlns", "http://www.w3.org/2000/svg", "class", "qr", "viewBox",
	    view, "role", "img", "shape-rendering", "crispEdges", NULL);
	xhtml_leaf(r->x, "title", title, NULL);
	xhtml_leaf(r->x, "path", NULL, "d", path_of(r, code), NULL);
	xhtml_close(r->x, "svg");
	crypto_wipe(code->data, (size_t)(code->width * code->width));
	QRcode_free(code);
}
