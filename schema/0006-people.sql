-- Who comes into a workspace, who goes, and groups of members.

CREATE TABLE {invitation} (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	public_id BINARY(16) NOT NULL,
	workspace BIGINT UNSIGNED NOT NULL,
	kind ENUM('email', 'link') NOT NULL COMMENT 'for named addresses, or for whoever has the link (Q24)',
	hash BINARY(32) NOT NULL COMMENT 'keyed hash of the code in the link; a new link replaces it',
	key_id INT UNSIGNED NOT NULL,
	created_by BIGINT UNSIGNED NULL COMMENT 'NULL: the operator',
	created DATETIME(6) NOT NULL,
	expires DATETIME(6) NOT NULL,
	uses_maximum INT UNSIGNED NOT NULL COMMENT 'email: one for each address; link: as chosen',
	uses INT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'changed only by conditional UPDATE',
	revoked DATETIME(6) NULL,
	PRIMARY KEY (id),
	UNIQUE KEY public_id (public_id),
	UNIQUE KEY hash (hash),
	UNIQUE KEY workspace_id (workspace, id),
	KEY open_of_workspace (workspace, revoked, expires),
	CONSTRAINT {invitation.workspace} FOREIGN KEY (workspace) REFERENCES {workspace} (id),
	CONSTRAINT {invitation.creator} FOREIGN KEY (created_by) REFERENCES {person} (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Invitations (Q24 to Q28, Q59 to Q61)';

CREATE TABLE {invitation_address} (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	public_id BINARY(16) NOT NULL,
	workspace BIGINT UNSIGNED NOT NULL,
	invitation BIGINT UNSIGNED NOT NULL,
	email VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'lower case',
	status ENUM('pending', 'accepted', 'declined', 'revoked') NOT NULL,
	pending TINYINT UNSIGNED NULL COMMENT '1 while pending, else NULL: one open invitation an address',
	added DATETIME(6) NOT NULL COMMENT 'PENDING SINCE',
	settled DATETIME(6) NULL COMMENT 'when it was accepted, declined or revoked',
	PRIMARY KEY (id),
	UNIQUE KEY public_id (public_id),
	UNIQUE KEY one_pending (workspace, email, pending),
	KEY invitation (workspace, invitation),
	KEY by_email (email, pending),
	KEY listed (workspace, pending, added),
	CONSTRAINT {invitation_address.invitation} FOREIGN KEY (workspace, invitation)
		REFERENCES {invitation} (workspace, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Who is invited; a pending one takes a seat until it expires';

CREATE TABLE {user_group} (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	public_id BINARY(16) NOT NULL,
	workspace BIGINT UNSIGNED NOT NULL,
	name VARCHAR(100) NOT NULL,
	description VARCHAR(1000) NOT NULL DEFAULT '',
	builtin ENUM('admins', 'queue_admins', 'users') NULL COMMENT 'came with the workspace (Q43); NULL: made by people',
	revision BIGINT UNSIGNED NOT NULL DEFAULT 1 COMMENT 'counts changes; an older form is refused',
	created DATETIME(6) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE KEY public_id (public_id),
	UNIQUE KEY name (workspace, name),
	UNIQUE KEY builtin (workspace, builtin),
	UNIQUE KEY workspace_id (workspace, id),
	CONSTRAINT {user_group.workspace} FOREIGN KEY (workspace) REFERENCES {workspace} (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Groups of members (L1 to L7)';

CREATE TABLE {group_member} (
	workspace BIGINT UNSIGNED NOT NULL,
	user_group BIGINT UNSIGNED NOT NULL,
	person BIGINT UNSIGNED NOT NULL,
	PRIMARY KEY (workspace, user_group, person),
	KEY person (workspace, person),
	CONSTRAINT {group_member.user_group} FOREIGN KEY (workspace, user_group)
		REFERENCES {user_group} (workspace, id),
	CONSTRAINT {group_member.membership} FOREIGN KEY (workspace, person)
		REFERENCES {membership} (workspace, person)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
	COMMENT='Members of groups; none for Users (everybody) and Admins (membership.role)';

CREATE TABLE {invitation_group} (
	workspace BIGINT UNSIGNED NOT NULL,
	invitation BIGINT UNSIGNED NOT NULL,
	user_group BIGINT UNSIGNED NOT NULL,
	PRIMARY KEY (workspace, invitation, user_group),
	CONSTRAINT {invitation_group.invitation} FOREIGN KEY (workspace, invitation)
		REFERENCES {invitation} (workspace, id),
	CONSTRAINT {invitation_group.user_group} FOREIGN KEY (workspace, user_group)
		REFERENCES {user_group} (workspace, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Groups that an invitation puts people into';

ALTER TABLE {membership}
	ADD KEY by_join (workspace, joined),
	ADD COLUMN last_api_use DATETIME(6) NULL COMMENT 'newest use of an API credential here, to the minute';

CREATE TABLE {departure} (
	workspace BIGINT UNSIGNED NOT NULL,
	person BIGINT UNSIGNED NOT NULL,
	ended DATETIME(6) NOT NULL COMMENT 'an invitation made before this never admits the person again',
	PRIMARY KEY (workspace, person),
	CONSTRAINT {departure.workspace} FOREIGN KEY (workspace) REFERENCES {workspace} (id),
	CONSTRAINT {departure.person} FOREIGN KEY (person) REFERENCES {person} (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='When somebody last left or was removed';
