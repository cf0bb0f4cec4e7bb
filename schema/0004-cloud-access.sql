-- Keys for data kept in cloud storage, which the pages show people their objects with (features 1.D).

CREATE TABLE {cloud_access_owner} (
	owner BIGINT UNSIGNED NOT NULL COMMENT 'a person; 0: the site',
	revision BIGINT UNSIGNED NOT NULL COMMENT 'written first by every change, so that two of one owner wait for each other',
	PRIMARY KEY (owner)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Guards of the rules over all rows of an owner';

CREATE TABLE {cloud_access} (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	public_id BINARY(16) NOT NULL COMMENT 'also names the row in what its values are sealed for',
	person BIGINT UNSIGNED NULL COMMENT 'whose; NULL: given by the site to everybody (D13)',
	owner BIGINT UNSIGNED AS (COALESCE(person, 0)) PERSISTENT COMMENT 'the same with 0 for NULL, because NULLs are never equal',
	bucket VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
	endpoint VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'as entered; empty for AWS S3',
	endpoint_norm VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'host, port and path without the scheme (D10)',
	region VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'empty: the default of the store',
	access_key VARBINARY(1100) NULL COMMENT 'sealed, as are the next two',
	secret_key VARBINARY(16500) NULL COMMENT 'secret key or shared access signature',
	token VARBINARY(16500) NULL COMMENT 'session key of temporary credentials',
	position INT UNSIGNED NOT NULL COMMENT 'order of the rows',
	revision BIGINT UNSIGNED NOT NULL DEFAULT 1,
	changed DATETIME(6) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE KEY public_id (public_id),
	UNIQUE KEY place (owner, bucket, endpoint_norm),
	KEY person (person),
	CONSTRAINT {cloud_access.person} FOREIGN KEY (person) REFERENCES {person} (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Web App Cloud Access (Q12)';
