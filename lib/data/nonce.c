/* nonce.c: every write exactly once. */
#include <string.h>

#include "core/text.h"
#include "data/nonce.h"

#define DONE_BYTES 8	/* of the hash, in "?done=" */

enum db_outcome
nonce_spend(struct db *db, const struct nonce *nonce, int64_t now)
{
	return db_execute(db, NULL,
	    "INSERT INTO {form_nonce} (hash, session_hash, route, object, body_digest, at) VALUES "
	    "(?, ?, ?, ?, ?, ?)",
	    db_bytes(nonce->hash, 32),
	    nonce->session_hash != NULL ? db_bytes(nonce->session_hash, 32) : db_null(),
	    db_text_value(nonce->route), db_text_value(nonce->object),
	    db_bytes(nonce->body_digest, 32), db_time(now));
}

void
nonce_answer(struct db *db, const struct nonce *nonce, const struct nonce_answer *answer)
{
	db_execute(db, NULL,
	    "UPDATE {form_nonce} SET status = ?, location = ?, message = LEFT(?, 1000), result = ? "
	    "WHERE hash = ?",
	    db_integer(answer->status), db_text_value(answer->location),
	    db_text_value(answer->message),
	    answer->result != NULL ? db_bytes(answer->result, answer->result_length) : db_null(),
	    db_bytes(nonce->hash, 32));
}

bool
nonce_repeat(
    struct db *db, struct arena *arena, const struct nonce *nonce, struct nonce_answer *answer)
{
	struct db_rows *rows = db_query(db,
	    "SELECT status, location, message, result FROM {form_nonce}"
	    " WHERE hash = ? AND route = ? AND object = ? AND body_digest = ?",
	    db_bytes(nonce->hash, 32), db_text_value(nonce->route), db_text_value(nonce->object),
	    db_bytes(nonce->body_digest, 32));

	(void)arena;
	memset(answer, 0, sizeof(*answer));
	if (!db_next(rows))
		return false;
	answer->status = (unsigned)db_column_integer(rows, 0);
	answer->location = db_is_null(rows, 1) ? NULL : db_text(rows, 1);
	answer->message = db_is_null(rows, 2) ? NULL : db_text(rows, 2);
	answer->result = db_is_null(rows, 3) ? NULL
	                                     : db_column_bytes(rows, 3, &answer->result_length);
	return true;
}

const char *
nonce_message(struct db *db, struct arena *arena, const uint8_t session_hash[32], const char *done)
{
	uint8_t low[32], high[32], id[16];
	char padded[33];
	struct db_rows *rows;

	(void)arena;
	if (strlen(done) != DONE_BYTES * 2)
		return NULL;
	memset(padded, '0', 32);
	padded[32] = '\0';
	memcpy(padded, done, DONE_BYTES * 2);
	if (!text_parse_id(padded, id))
		return NULL;
	memset(low, 0x00, sizeof(low));
	memset(high, 0xff, sizeof(high));
	memcpy(low, id, DONE_BYTES);
	memcpy(high, id, DONE_BYTES);
	rows = db_query(db,
	    "SELECT message FROM {form_nonce} WHERE hash BETWEEN ? AND ? AND session_hash = ? AND "
	    "message IS NOT NULL",
	    db_bytes(low, 32), db_bytes(high, 32), db_bytes(session_hash, 32));
	return db_next(rows) ? db_text(rows, 0) : NULL;
}

char *
nonce_done(struct arena *arena, const struct nonce *nonce)
{
	return crypto_hex(arena, nonce->hash, DONE_BYTES);
}

void
nonce_move(struct db *db, const struct nonce *nonce, const uint8_t new_session_hash[32])
{
	db_execute(db, NULL, "UPDATE {form_nonce} SET session_hash = ? WHERE hash = ?",
	    db_bytes(new_session_hash, 32), db_bytes(nonce->hash, 32));
}
