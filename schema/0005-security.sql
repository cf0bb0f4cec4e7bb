-- What keeps an account its owner's: a second factor, a confirmed e-mail address, browsers that are known.

CREATE TABLE {second_factor} (
	person BIGINT UNSIGNED NOT NULL,
	seed VARBINARY(255) NOT NULL COMMENT 'sealed; the secret that the app on the phone has too',
	last_step BIGINT NOT NULL COMMENT 'half minute of the last code that was taken: no code is taken twice',
	created DATETIME(6) NOT NULL,
	PRIMARY KEY (person),
	CONSTRAINT {second_factor.person} FOREIGN KEY (person) REFERENCES {person} (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Who is asked for a code after the password';

CREATE TABLE {recovery_code} (
	person BIGINT UNSIGNED NOT NULL,
	hash BINARY(32) NOT NULL COMMENT 'BLAKE2b of the person and 120 random bits: no key, so it works when the key file is lost',
	created DATETIME(6) NOT NULL,
	used DATETIME(6) NULL,
	PRIMARY KEY (person, hash),
	CONSTRAINT {recovery_code.person} FOREIGN KEY (person) REFERENCES {person} (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Each replaces a code of the app once';

CREATE TABLE {pending_sign_in} (
	session_hash BINARY(32) NOT NULL COMMENT 'of the pre-session cookie that was given out for it',
	person BIGINT UNSIGNED NOT NULL,
	epoch INT UNSIGNED NOT NULL COMMENT 'person.epoch then: it ends as sessions do',
	state VARBINARY(1024) NOT NULL COMMENT 'sealed: how the person came so far and where to',
	failures INT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'wrong codes; it ends with too many',
	expires DATETIME(6) NOT NULL,
	PRIMARY KEY (session_hash),
	KEY expires (expires),
	CONSTRAINT {pending_sign_in.person} FOREIGN KEY (person) REFERENCES {person} (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Password or link was right, the code is awaited; five minutes';

CREATE TABLE {email_change} (
	hash BINARY(32) NOT NULL COMMENT 'keyed hash of the code in the link',
	key_id INT UNSIGNED NOT NULL,
	person BIGINT UNSIGNED NOT NULL,
	email VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'the new address, lower case',
	created DATETIME(6) NOT NULL,
	expires DATETIME(6) NOT NULL COMMENT 'a newer request brings it forward',
	used DATETIME(6) NULL,
	PRIMARY KEY (hash),
	KEY person (person, created),
	KEY expires (expires),
	CONSTRAINT {email_change.person} FOREIGN KEY (person) REFERENCES {person} (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='New e-mail addresses that wait for their confirmation';

CREATE TABLE {known_browser} (
	person BIGINT UNSIGNED NOT NULL,
	hash BINARY(32) NOT NULL COMMENT 'BLAKE2b of the name of the browser and its network',
	first_seen DATETIME(6) NOT NULL,
	last_seen DATETIME(6) NOT NULL,
	PRIMARY KEY (person, hash),
	KEY last_seen (last_seen),
	CONSTRAINT {known_browser.person} FOREIGN KEY (person) REFERENCES {person} (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='From where somebody signed in before: no notice then';
