-- People by the thousand, for the benchmark and for the test of pages with many members: @members in the workspace "Large", nine of them
-- in "Small", too, and @workspaces workspaces of ten people each beside these two, so that there is an installation to get lost in. Nobody
-- has a workspace of their own or is in a group; the person with the address @host administers "Large" and "Small". Rows are as the product
-- writes them, with the copies and numbers beside them.

SET NAMES utf8mb4;
SET @home = (SELECT MAX(id) FROM workspace);
SET @before = (SELECT MAX(id) FROM person), @administrator = (SELECT id FROM person WHERE email = @host);
INSERT INTO person (id, public_id, name, email, created, last_sign_in, memberships)
	SELECT @before + seq, UNHEX(MD5(CONCAT('person ', seq))),
		CONCAT(ELT(1 + seq % 7, 'Ada', 'Grace', 'Zoë', 'Ирина', 'Linus', 'Barbara', 'Åsa'), ' ', CONV(LEFT(MD5(seq), 8), 16, 36)),
		CONCAT('somebody.', LOWER(CONV(LEFT(MD5(CONCAT('address ', seq)), 8), 16, 36)), '.', seq, '@example.org'), UTC_TIMESTAMP(6),
		IF(seq % 2, UTC_TIMESTAMP(6) - INTERVAL seq * 7919 % 400 DAY - INTERVAL seq SECOND, NULL), 1
	FROM seq_1_to_1000000 WHERE seq < @members + 10 * @workspaces;
SET @large = @home + 1, @small = @home + 2;
INSERT INTO workspace (id, public_id, name, members, created) VALUES
	(@large, UNHEX(MD5('Large')), 'Large', @members, UTC_TIMESTAMP(6)), (@small, UNHEX(MD5('Small')), 'Small', 10, UTC_TIMESTAMP(6));
INSERT INTO workspace (id, public_id, name, members, created)
	SELECT @small + seq, UNHEX(MD5(CONCAT('workspace ', seq))), CONCAT('Workspace ', seq), 10, UTC_TIMESTAMP(6)
	FROM seq_1_to_1000000 WHERE seq <= @workspaces;
INSERT INTO user_group (public_id, workspace, name, builtin, created)
	SELECT UNHEX(MD5(CONCAT(w.id, b.builtin))), w.id, b.name, b.builtin, UTC_TIMESTAMP(6) FROM workspace w
	JOIN (SELECT 'admins' AS builtin, 'Admins' AS name UNION SELECT 'queue_admins', 'Queue admins' UNION SELECT 'users', 'Users') b
	WHERE w.id IN (@large, @small);
INSERT INTO membership (workspace, person, role, joined, listed_id, listed_name, listed_email, listed_sign_in)
	SELECT x.workspace, p.id, x.role, UTC_TIMESTAMP(6) - INTERVAL x.place MINUTE, p.public_id, p.name, p.email, p.last_sign_in FROM (
		SELECT @large AS workspace, @before + seq AS person, 'member' AS role, seq AS place FROM seq_1_to_1000000 WHERE seq < @members
		UNION ALL SELECT @small, @before + seq * 10, 'member', seq FROM seq_1_to_9
		UNION ALL SELECT @large, @administrator, 'administrator', 0
		UNION ALL SELECT @small, @administrator, 'administrator', 0
		UNION ALL SELECT @small + 1 + seq DIV 10, @before + @members + seq, 'member', seq FROM seq_0_to_1000000 WHERE seq < 10 * @workspaces
	) x JOIN person p ON p.id = x.person;
UPDATE person p SET p.memberships = (SELECT COUNT(*) FROM membership m WHERE m.person = p.id);
ANALYZE TABLE person, workspace, membership, user_group, group_member, invitation, invitation_address;
