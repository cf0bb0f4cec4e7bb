#!/usr/bin/perl
# "vestibule sweep", "audit verify" and "keys": what is over goes, what is not stays, and history cannot be changed unseen.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;

use Bare;

my $site = installation('site', audit_days => 30);
is((run($site, 'migrate'))[0], 0, 'migrated');

sub done {
	my ($name, @arguments) = @_;
	my ($code, $out, $err) = run($site, @arguments);
	is($code, 0, "$name: exit code") or diag($out, $err);
	return $out;
}

# --- what is over ---

sql('site', <<'TEXT');
INSERT INTO person (id, public_id, name, created) VALUES (1, UNHEX(MD5(1)), 'Ann', NOW(6));
INSERT INTO workspace (id, public_id, name, owner, personal, created) VALUES (1, UNHEX(MD5(2)), 'Of Ann', 1, 1, NOW(6));
TEXT

# table => [ row as SELECT over n with the moment in @at, moment of what is over, moment of what stays ]
my $hash = 'UNHEX(CONCAT(MD5(CONCAT(@tag, n)), MD5(n)))';
my $id = 'UNHEX(MD5(CONCAT(@tag, n)))';
my %rows = (
	session => [ "(hash, public_id, person, epoch, way, kept, created, authenticated, last_seen, expires, address, agent)
		SELECT $hash, $id, 1, 1, 'password', 0, \@at, \@at, \@at, \@at, '', ''", '- INTERVAL 1 MINUTE', '+ INTERVAL 1 MINUTE' ],
	form_nonce => [ "(hash, route, object, body_digest, at) SELECT $hash, '', '', $hash, \@at", '- INTERVAL 25 HOUR', '- INTERVAL 23 HOUR' ],
	parked_form => [ "(id, session_hash, object, body, expires) SELECT $id, $hash, '', '', \@at", '- INTERVAL 61 MINUTE', '- INTERVAL 59 MINUTE' ],
	one_time_link => [ "(hash, key_id, person, purpose, created, expires) SELECT $hash, 1, 1, 'sign-in', \@at, \@at", '- INTERVAL 1 MINUTE',
		'+ INTERVAL 1 MINUTE' ],
	one_time_reveal => [ "(id, session_hash, kind, payload, object, expires) SELECT $id, $hash, '', '', 1, \@at", '- INTERVAL 1 MINUTE',
		'+ INTERVAL 1 MINUTE' ],
	token_revoked => [ "(session_id, expires) SELECT $id, \@at", '- INTERVAL 1 MINUTE', '+ INTERVAL 1 MINUTE' ],
	pending_sign_in => [ "(session_hash, person, epoch, state, expires) SELECT $hash, 1, 1, '', \@at", '- INTERVAL 1 MINUTE', '+ INTERVAL 1 MINUTE' ],
	email_change => [ "(hash, key_id, person, email, created, expires) SELECT $hash, 1, 1, 'a\@b', \@at, \@at", '- INTERVAL 25 HOUR',
		'- INTERVAL 23 HOUR' ],
	mail_outbox => [ "(recipient, subject, body, created, next_try, sent, failed) SELECT 'a\@b', '', '', \@at, \@at, IF(n % 2, \@at, NULL),
		IF(n % 2, NULL, \@at)", '- INTERVAL 8 DAY', '- INTERVAL 6 DAY' ],
	known_browser => [ "(person, hash, first_seen, last_seen) SELECT 1, $hash, \@at, \@at", '- INTERVAL 366 DAY', '- INTERVAL 364 DAY' ],
	throttle => [ "(subject, failures, last) SELECT $hash, 1, \@at", '- INTERVAL 25 HOUR', '- INTERVAL 1 HOUR' ],
);
for my $table (sort keys %rows) {
	my ($insert, $over, $stays) = @{ $rows{$table} };
	is(sql('site', <<"TEXT"), '', "$table: filled");
SET time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES';
SET \@at = NOW(6) $over, \@tag = 'over';
INSERT INTO $table $insert FROM (SELECT seq AS n FROM seq_1_to_2500) many;
SET \@at = NOW(6) $stays, \@tag = 'stays';
INSERT INTO $table $insert FROM (SELECT seq AS n FROM seq_1_to_3) few;
TEXT
}

# A rotated credential: the old one was revoked long ago, its successor and another that was revoked yesterday stay.
is(sql('site', <<'TEXT'), '', 'credentials: filled');
SET time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES';
INSERT INTO credential (id, public_id, workspace, person, access_key, key_id, created, revoked, rotated_from) VALUES
	(1, UNHEX(MD5(1)), 1, 1, 'A1', 1, NOW(6), NOW(6) - INTERVAL 31 DAY, NULL),
	(2, UNHEX(MD5(2)), 1, 1, 'A2', 1, NOW(6), NULL, 1),
	(3, UNHEX(MD5(3)), 1, 1, 'A3', 1, NOW(6), NOW(6) - INTERVAL 1 DAY, 2);
TEXT

my $out = done('sweep', 'sweep');
for my $table (sort keys %rows) {
	is(sql('site', "SELECT COUNT(*) FROM $table"), "3\n", "$table: 2,500 went and 3 stayed");
}
like($out, qr/^removed +2500 sessions$/m, 'sweep says what it did');
is(sql('site', 'SELECT id, rotated_from FROM credential ORDER BY id'), "2\tNULL\n3\t2\n", 'credentials: only what was revoked long ago went');
is(done('sweep again', 'sweep'), '', 'sweep again: nothing to say');

# --- history ---

# Some events: settled ones in the past, and a fresh one that may still get neighbours.
sub events {
	my ($count, $age) = @_;
	is(sql('site', <<"TEXT"), '', "$count events of $age ago");
SET time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES';
INSERT INTO audit_event (at, request, actor, way, address, action, object_kind, object_id, before_json, result)
	SELECT NOW(6) - INTERVAL $age, MD5(seq), 1, 'form', '127.0.0.1', 'person.rename', 'person', seq, IF(seq % 2, NULL, '{"name":"Å"}'), 'done'
	FROM seq_1_to_$count;
TEXT
}
sql('site', 'DELETE FROM audit_event');
events(2300, '1 HOUR');
events(2, '10 SECOND');
like(done('sweep with events', 'sweep'), qr/^sealed +2300 audit events$/m, 'what is settled is sealed');
is(sql('site', 'SELECT COUNT(*) FROM audit_seal'), "3\n", 'in ranges of 1,000');
my ($newest) = done('verify', 'audit', 'verify') =~ /^newest seal: ([0-9a-f]{64})$/m;
ok($newest, 'verify names the newest seal');
like(done('verify', 'audit', 'verify'), qr/^2300 events under 3 seals, .*; 2 events not sealed yet$/m, 'verify counts');
done('verify with the seal that was kept', 'audit', 'verify', '--seal', $newest);

# changed(what, SQL that changes, SQL that undoes it)
sub changed {
	my ($what, $change, $undo) = @_;
	is(sql('site', $change), '', "$what: done");
	my ($code, $out) = run($site, 'audit', 'verify');
	is($code, 1, "$what: verify says no");
	like($out, qr/^FAILED /m, "$what: verify says where");
	is(sql('site', $undo), '', "$what: undone");
	done("$what: undone", 'audit', 'verify');
}
my $event = sql('site', 'SELECT id FROM audit_event ORDER BY id LIMIT 1200, 1') + 0;
changed('a changed word', "UPDATE audit_event SET action = 'person.rewrite' WHERE id = $event", "UPDATE audit_event SET action = 'person.rename' WHERE id = $event");
changed('an empty text for nothing', "UPDATE audit_event SET after_json = '' WHERE id = $event", "UPDATE audit_event SET after_json = NULL WHERE id = $event");
changed('another moment', "UPDATE audit_event SET at = at + INTERVAL 1 MICROSECOND WHERE id = $event",
	"UPDATE audit_event SET at = at - INTERVAL 1 MICROSECOND WHERE id = $event");
changed('a missing event', "CREATE TABLE kept AS SELECT * FROM audit_event WHERE id = $event; DELETE FROM audit_event WHERE id = $event",
	'INSERT INTO audit_event SELECT * FROM kept; DROP TABLE kept');
changed('two events exchanged', "UPDATE audit_event a JOIN audit_event b ON b.id = a.id + 1 SET a.object_id = b.object_id, b.object_id = a.object_id WHERE a.id = $event",
	"UPDATE audit_event a JOIN audit_event b ON b.id = a.id + 1 SET a.object_id = 1201, b.object_id = 1202 WHERE a.id = $event");
changed('a missing seal', 'CREATE TABLE kept AS SELECT * FROM audit_seal ORDER BY first_event LIMIT 1, 1; DELETE FROM audit_seal WHERE first_event = (SELECT first_event FROM kept)',
	'INSERT INTO audit_seal SELECT * FROM kept; DROP TABLE kept');

# Somebody who writes both tables seals anew; the kept seal tells.
sql('site', "CREATE TABLE kept_seal AS SELECT * FROM audit_seal; DELETE FROM audit_seal; UPDATE audit_event SET actor = 2 WHERE id = $event");
done('sealed anew', 'sweep');
done('sealed anew: consistent in itself', 'audit', 'verify');
my ($code, $verified) = run($site, 'audit', 'verify', '--seal', $newest);
is($code, 1, 'sealed anew: the kept seal is missed');
like($verified, qr/^FAILED  there is no seal $newest/m, 'sealed anew: verify says so');

# After audit_days the events go, whole ranges only, and the chain stays.
sql('site', "SET time_zone = '+00:00'; DELETE FROM audit_seal; DELETE FROM audit_event");
events(5, '40 DAY');
done('sealed', 'sweep');
is(sql('site', 'SELECT COUNT(*) FROM audit_event'), "5\n", 'events stay until audit_days after their seal');
sql('site', 'UPDATE audit_seal SET at = at - INTERVAL 31 DAY');
events(7, '1 HOUR');
like(done('sealed 31 days ago', 'sweep'), qr/^sealed +7 audit events\nremoved +5 audit events, older/m, 'then they go');
like(done('with removed events', 'audit', 'verify'), qr/^7 events under 2 seals, 1 of them older than 30 days/m, 'verify knows that they went');
changed('a seal made older', 'UPDATE audit_seal SET at = at - INTERVAL 62 DAY ORDER BY first_event DESC LIMIT 1',
	'UPDATE audit_seal SET at = at + INTERVAL 62 DAY ORDER BY first_event DESC LIMIT 1');

# --- keys ---

is(sql('site', "INSERT INTO second_factor VALUES (1, UNHEX(CONCAT('0100000001', REPEAT('00', 72))), 0, NOW(6))"), '', 'keys: a seed, sealed with key 1');
like(done('keys list', 'keys', 'list'), qr/^1 +current +0 +3 +1$/m, 'keys: one, that three links and a seed need');
my $before = content("$site/keys");
done('keys rotate', 'keys', 'rotate');
like(content("$site/keys"), qr/^\Q$before\E2 [0-9a-f]{64}\n$/, 'keys: the older one stays, one is added');
is((stat "$site/keys")[2] & 07777, 0400, 'keys: mode 0400');
like(done('keys list', 'keys', 'list'), qr/^1 +previous +0 +3 +1\n2 +current +0 +0 +0$/m, 'keys: a new current one');
put("$site/keys", content("$site/keys") =~ s/^1 .*\n//mr, 0400);
my ($missing, $listed) = run($site, 'keys', 'list');
is($missing, 1, 'keys: a key that is needed is missing');
like($listed, qr/^1 +MISSING +0 +3 +1$/m, 'keys: which one');

done_testing();
