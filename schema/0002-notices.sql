-- What people are told: in the app, and by mail through an outbox. And the time zone in which times are shown.

ALTER TABLE {person}
	ADD COLUMN time_zone VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL
		COMMENT 'name of the zone database; NULL: that of the installation (Q10)';

CREATE TABLE {notification} (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	public_id BINARY(16) NOT NULL,
	person BIGINT UNSIGNED NOT NULL COMMENT 'who is told',
	kind VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'security, invitation, removed …',
	reference BIGINT UNSIGNED NULL COMMENT 'what it is about, by kind; closed when that dies',
	text VARCHAR(1000) NOT NULL COMMENT 'a whole sentence',
	created DATETIME(6) NOT NULL,
	closed DATETIME(6) NULL COMMENT 'read, acted upon, or without object',
	PRIMARY KEY (id),
	UNIQUE KEY public_id (public_id),
	KEY open_of_person (person, closed, id),
	KEY reference (kind, reference),
	CONSTRAINT {notification.person} FOREIGN KEY (person) REFERENCES {person} (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='In-app notifications (A6, Q11)';

CREATE TABLE {mail_outbox} (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	recipient VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'a checked address; passed as an argument',
	subject VARCHAR(200) NOT NULL COMMENT 'one line',
	body VARBINARY(16384) NOT NULL COMMENT 'sealed: it may hold a one-time link',
	created DATETIME(6) NOT NULL,
	next_try DATETIME(6) NOT NULL COMMENT 'moved on first by whoever sends, so that nothing goes out twice',
	tries INT UNSIGNED NOT NULL DEFAULT 0,
	sent DATETIME(6) NULL,
	failed DATETIME(6) NULL COMMENT 'given up',
	last_error VARCHAR(255) NULL,
	PRIMARY KEY (id),
	KEY due (sent, failed, next_try),
	KEY created (created)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Mails on their way (Q16)';
