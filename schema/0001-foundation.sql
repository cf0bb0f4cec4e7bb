-- People, workspaces, sessions, credentials and what every write needs.
--
-- {name} is the table with the installation's prefix; `vestibule migrate` expands it. Times are UTC.
-- Numbers (id) stay inside; outside stand 32 hex digits, here BINARY(16) public_id.
-- Every table has a primary key and is InnoDB; nothing here needs LOCK TABLES or GET_LOCK (Galera).

CREATE TABLE {server_setting} (
	name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'for example installation.id',
	value VARCHAR(4096) NOT NULL,
	updated DATETIME(6) NOT NULL,
	PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Values of the whole installation';

CREATE TABLE {person} (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	public_id BINARY(16) NOT NULL COMMENT 'the user id of the API',
	name VARCHAR(70) NOT NULL COMMENT '2 to 70 characters, one line (Q52); not unique',
	email VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'lower case; NULL for people without one',
	password VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'argon2id; NULL: no sign-in by password',
	active_workspace BIGINT UNSIGNED NULL COMMENT 'default of pages without ws, kept only here (decisions 7)',
	created DATETIME(6) NOT NULL,
	last_sign_in DATETIME(6) NULL,
	disabled DATETIME(6) NULL COMMENT 'since when; NULL: may sign in',
	epoch INT UNSIGNED NOT NULL DEFAULT 1 COMMENT 'a session of an older epoch is dead',
	PRIMARY KEY (id),
	UNIQUE KEY public_id (public_id),
	UNIQUE KEY email (email),
	KEY name (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='People; disabled, never deleted, once they own data';

CREATE TABLE {sign_in_name} (
	provider VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'who vouches: proxy, …',
	subject VARCHAR(190) COLLATE utf8mb4_bin NOT NULL COMMENT 'the name there, exact bytes',
	person BIGINT UNSIGNED NOT NULL,
	created DATETIME(6) NOT NULL,
	PRIMARY KEY (provider, subject),
	KEY person (person),
	CONSTRAINT {sign_in_name.person} FOREIGN KEY (person) REFERENCES {person} (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Names that other sign-in services know people by';

CREATE TABLE {preference} (
	person BIGINT UNSIGNED NOT NULL,
	document MEDIUMTEXT NOT NULL COMMENT 'JSON object, at most 64 KiB; unknown keys of other clients are kept',
	revision INT UNSIGNED NOT NULL DEFAULT 1 COMMENT 'counts writes',
	theme VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'system'
		COMMENT 'views.theme of the document, for every page',
	updated DATETIME(6) NOT NULL,
	PRIMARY KEY (person),
	CONSTRAINT {preference.person} FOREIGN KEY (person) REFERENCES {person} (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='One document a person (decisions 20)';

CREATE TABLE {workspace} (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	public_id BINARY(16) NOT NULL COMMENT 'the company id of the API',
	name VARCHAR(100) NOT NULL,
	owner BIGINT UNSIGNED NULL COMMENT 'NULL: of the installation (decisions 11)',
	personal TINYINT UNSIGNED NULL COMMENT '1 for the one that came with the account, else NULL',
	members INT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'rows of membership; changed only by conditional UPDATE',
	members_maximum INT UNSIGNED NULL COMMENT 'NULL: unlimited',
	revision BIGINT UNSIGNED NOT NULL DEFAULT 1 COMMENT 'written first by every act that must not race',
	created DATETIME(6) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE KEY public_id (public_id),
	UNIQUE KEY personal (owner, personal),
	CONSTRAINT {workspace.owner} FOREIGN KEY (owner) REFERENCES {person} (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Workspaces';

CREATE TABLE {membership} (
	workspace BIGINT UNSIGNED NOT NULL,
	person BIGINT UNSIGNED NOT NULL,
	role ENUM('owner', 'administrator', 'member') NOT NULL COMMENT 'Admins is a view of administrator',
	joined DATETIME(6) NOT NULL,
	invited_by BIGINT UNSIGNED NULL,
	revision BIGINT UNSIGNED NOT NULL DEFAULT 1 COMMENT 'written first where this person''s things here are counted',
	PRIMARY KEY (workspace, person),
	KEY person (person, workspace),
	CONSTRAINT {membership.workspace} FOREIGN KEY (workspace) REFERENCES {workspace} (id),
	CONSTRAINT {membership.person} FOREIGN KEY (person) REFERENCES {person} (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Who is in which workspace, as what';

CREATE TABLE {session} (
	hash BINARY(32) NOT NULL COMMENT 'BLAKE2b of the cookie, which is 256 random bits',
	public_id BINARY(16) NOT NULL COMMENT 'names the session in pages',
	person BIGINT UNSIGNED NOT NULL,
	epoch INT UNSIGNED NOT NULL COMMENT 'person.epoch when it was made',
	way ENUM('password', 'link') NOT NULL COMMENT 'how the person signed in',
	kept TINYINT UNSIGNED NOT NULL COMMENT '1: keep me signed in, no idle limit',
	created DATETIME(6) NOT NULL,
	authenticated DATETIME(6) NOT NULL COMMENT 'when the person last proved who they are',
	last_seen DATETIME(6) NOT NULL COMMENT 'to the minute',
	expires DATETIME(6) NOT NULL COMMENT 'absolute limit',
	address VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'where it was made',
	agent VARCHAR(255) NOT NULL COMMENT 'User-Agent of the browser',
	PRIMARY KEY (hash),
	UNIQUE KEY public_id (public_id),
	KEY person (person, created),
	KEY expires (expires),
	CONSTRAINT {session.person} FOREIGN KEY (person) REFERENCES {person} (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Browsers that are signed in; at most 20 a person';

CREATE TABLE {form_nonce} (
	hash BINARY(32) NOT NULL COMMENT 'BLAKE2b of the token''s nonce, or of a client''s request number',
	session_hash BINARY(32) NULL COMMENT 'whose form it was; NULL for API requests',
	route VARCHAR(120) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	object VARCHAR(255) COLLATE utf8mb4_bin NOT NULL COMMENT 'the whole path',
	body_digest BINARY(32) NOT NULL COMMENT 'of the fields: another body is another act',
	status SMALLINT UNSIGNED NOT NULL DEFAULT 0,
	location VARCHAR(1024) CHARACTER SET ascii COLLATE ascii_bin NULL,
	message VARCHAR(1000) NULL COMMENT 'the result in words, shown once at location',
	result MEDIUMBLOB NULL COMMENT 'the sealed answer of an API write; preferences may have 64 KiB',
	at DATETIME(6) NOT NULL,
	PRIMARY KEY (hash),
	KEY at (at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
	COMMENT='What was posted: makes every write happen exactly once (decisions 3); a day long';

CREATE TABLE {parked_form} (
	id BINARY(16) NOT NULL,
	session_hash BINARY(32) NOT NULL,
	object VARCHAR(255) COLLATE utf8mb4_bin NOT NULL COMMENT 'the path it was posted to',
	body MEDIUMBLOB NOT NULL COMMENT 'sealed; bound to session and path',
	expires DATETIME(6) NOT NULL,
	PRIMARY KEY (id),
	KEY session_hash (session_hash),
	KEY expires (expires)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
	COMMENT='Forms that wait for the password (decisions 16), for 10 minutes';

CREATE TABLE {one_time_link} (
	hash BINARY(32) NOT NULL COMMENT 'keyed hash of the link''s code',
	key_id INT UNSIGNED NOT NULL,
	person BIGINT UNSIGNED NOT NULL,
	purpose ENUM('sign-in') NOT NULL,
	created DATETIME(6) NOT NULL,
	expires DATETIME(6) NOT NULL,
	used DATETIME(6) NULL,
	PRIMARY KEY (hash),
	KEY person (person),
	KEY expires (expires),
	CONSTRAINT {one_time_link.person} FOREIGN KEY (person) REFERENCES {person} (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Links that sign in once (decisions 21)';

CREATE TABLE {throttle} (
	subject BINARY(32) NOT NULL COMMENT 'hash of account and address, or of the address alone',
	failures INT UNSIGNED NOT NULL COMMENT 'since the last success or long pause',
	last DATETIME(6) NOT NULL,
	blocked_until DATETIME(6) NULL,
	PRIMARY KEY (subject),
	KEY last (last)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Wrong passwords and secrets, counted';

CREATE TABLE {credential} (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	public_id BINARY(16) NOT NULL,
	workspace BIGINT UNSIGNED NOT NULL,
	person BIGINT UNSIGNED NOT NULL COMMENT 'who made it and as whom it acts',
	access_key CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT '30 times A-Z0-9 (F12)',
	key_id INT UNSIGNED NOT NULL COMMENT 'key of the hash',
	secret_hash BINARY(32) NULL COMMENT 'keyed hash of the secret; NULL once revoked',
	label VARCHAR(100) NULL,
	created DATETIME(6) NOT NULL,
	expires DATETIME(6) NULL COMMENT 'NULL: never',
	last_used DATETIME(6) NULL COMMENT 'to the minute, or when the worker changed (decisions 10)',
	last_used_from VARCHAR(255) NULL COMMENT 'worker name or address',
	revoked DATETIME(6) NULL,
	revoked_by BIGINT UNSIGNED NULL,
	rotated_from BIGINT UNSIGNED NULL COMMENT 'the credential that this one replaces (decisions 23)',
	retiring TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT '1: replaced, valid until expires, not counted',
	PRIMARY KEY (id),
	UNIQUE KEY public_id (public_id),
	UNIQUE KEY access_key (access_key),
	UNIQUE KEY workspace_id (workspace, id),
	KEY listed (workspace, person, revoked, created),
	KEY revoked (revoked),
	CONSTRAINT {credential.workspace} FOREIGN KEY (workspace) REFERENCES {workspace} (id),
	CONSTRAINT {credential.person} FOREIGN KEY (person) REFERENCES {person} (id),
	CONSTRAINT {credential.rotated} FOREIGN KEY (workspace, rotated_from) REFERENCES {credential} (workspace, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='API credentials of a person in a workspace';

CREATE TABLE {one_time_reveal} (
	id BINARY(16) NOT NULL COMMENT 'stands in the URL; useless without the session',
	session_hash BINARY(32) NOT NULL,
	kind VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	payload VARBINARY(4096) NOT NULL COMMENT 'sealed; bound to session and id',
	object BIGINT UNSIGNED NOT NULL COMMENT 'what it belongs to, for example the credential',
	expires DATETIME(6) NOT NULL,
	PRIMARY KEY (id),
	KEY session_hash (session_hash),
	KEY expires (expires)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
	COMMENT='Secrets that are shown once, for 10 minutes (Q6)';

CREATE TABLE {token_revoked} (
	session_id BINARY(16) NOT NULL COMMENT 'claim session_id of an API token',
	expires DATETIME(6) NOT NULL COMMENT 'of the token: the row may go then',
	PRIMARY KEY (session_id),
	KEY expires (expires)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='API tokens that signed out';

CREATE TABLE {audit_event} (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	at DATETIME(6) NOT NULL,
	request CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'number of the request, as in the log',
	workspace BIGINT UNSIGNED NULL,
	actor BIGINT UNSIGNED NULL COMMENT 'person; NULL: nobody signed in, or the operator',
	way ENUM('form', 'api', 'command') NOT NULL,
	credential BIGINT UNSIGNED NULL COMMENT 'used for the call',
	address VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	action VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'credential.create …',
	object_kind VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	object_id BIGINT UNSIGNED NULL,
	before_json VARCHAR(4096) NULL COMMENT 'never secrets',
	after_json VARCHAR(4096) NULL COMMENT 'never secrets',
	result VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'done, refused …',
	PRIMARY KEY (id),
	KEY workspace (workspace, at),
	KEY actor (actor, at),
	KEY at (at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Who did what (Q48, decisions 17); INSERT only';

CREATE TABLE {audit_seal} (
	first_event BIGINT UNSIGNED NOT NULL,
	last_event BIGINT UNSIGNED NOT NULL,
	hash BINARY(32) NOT NULL COMMENT 'of previous and of the rows first_event to last_event',
	previous BINARY(32) NULL COMMENT 'hash of the seal before',
	at DATETIME(6) NOT NULL,
	PRIMARY KEY (first_event)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
	COMMENT='Seals over ranges of audit_event: a changed or missing row shows';
