-- What pages need of the preferences before they read the document, and when people were last shown a tip.

ALTER TABLE {preference}
	ADD COLUMN blocks_scripts TINYINT UNSIGNED NOT NULL DEFAULT 0
		COMMENT '1: rootProjects.blockUserScript of the document is true, for the headers of every page';

UPDATE {preference} SET blocks_scripts = 1
	WHERE JSON_CONTAINS(document, 'true', '$.rootProjects.blockUserScript') = 1;

CREATE TABLE {tip} (
	person BIGINT UNSIGNED NOT NULL,
	number INT UNSIGNED NOT NULL COMMENT 'of the tip that was shown; the next one follows',
	shown DATETIME(6) NOT NULL,
	PRIMARY KEY (person),
	CONSTRAINT {tip.person} FOREIGN KEY (person) REFERENCES {person} (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Pro tips after sign-in: at most one in three days';
