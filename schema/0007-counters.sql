-- What every page shows of a person is kept as a number beside them: counting it for each page cost more than all the rest of the statement.

ALTER TABLE {person}
	ADD COLUMN notifications INT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'open rows of notification; counted again by each change',
	ADD COLUMN memberships INT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'rows of membership; counted again by each change';

UPDATE {person} p SET
	p.notifications = (SELECT COUNT(*) FROM {notification} n WHERE n.person = p.id AND n.closed IS NULL),
	p.memberships = (SELECT COUNT(*) FROM {membership} m WHERE m.person = p.id);
