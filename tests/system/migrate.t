#!/usr/bin/perl
# "vestibule migrate": from nothing, again, several at once, broken off, in somebody else's database; and that "doctor"
# sees what is wrong with accounts and schema. Against a MariaDB of its own.
use strict;
use warnings;
use File::Copy qw(copy);
use File::Temp qw(tempdir);
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(sleep);

use Bare;

sub migrated {
	my ($name, $folder, @options) = @_;
	my ($code, $out, $err) = run($folder, 'migrate', @options);
	is($code, 0, "$name: exit code") or diag($out, $err);
	return $out;
}

sub refused {
	my ($name, $pattern, $folder, @options) = @_;
	my ($code, $out, $err) = run($folder, 'migrate', @options);
	is($code, 1, "$name: exit code") or diag($out);
	like($err, $pattern, "$name: says why");
}

# A copy of the schema with further files, name => text.
sub schema_with {
	my (%files) = @_;
	my $folder = tempdir('schemaXXXX', DIR => $work);
	copy($_, $folder) or die for glob "$ENV{VESTIBULE_SCHEMA}/*.sql";
	put("$folder/$_", $files{$_}) for keys %files;
	return $folder;
}

my $migrations = () = glob "$ENV{VESTIBULE_SCHEMA}/[0-9][0-9][0-9][0-9]-*.sql";
my @tables = sort map { content($_) =~ /^CREATE TABLE \{(\w+)\}/mg } glob "$ENV{VESTIBULE_SCHEMA}/0*.sql";

# --- from nothing ---

my $first = installation('first');
my ($code, $out, $err) = run($first, 'migrate', '--dry-run');
is($code, 0, 'dry run: exit code');
like($out, qr/^database   first: would be made$/m, 'dry run: names the database');
like($out, qr/^schema     0001-foundation\.sql: would be applied from statement 1 of \d+$/m, 'dry run: names the file');
is(sql('', "SHOW DATABASES LIKE 'first'"), '', 'dry run: no database');
ok(!-e "$first/keys" && !-e "$first/accounts", 'dry run: no files');

like(migrated('first run', $first), qr/^schema     0001-foundation\.sql: applied, \d+ statements$/m, 'first run: says what it did');
is_deeply([ sort split /\n/, sql('first', 'SHOW TABLES') ], [ sort @tables, 'schema_version' ], 'first run: all tables');
is(sql('first', "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'first' AND (ENGINE <> 'InnoDB' OR
	TABLE_COMMENT = '')"), "0\n", 'every table is InnoDB and has a comment');
is(sql('first', "SELECT TABLE_NAME FROM information_schema.TABLES t WHERE TABLE_SCHEMA = 'first' AND NOT EXISTS (SELECT 1 FROM
	information_schema.TABLE_CONSTRAINTS c WHERE c.TABLE_SCHEMA = 'first' AND c.TABLE_NAME = t.TABLE_NAME AND
	CONSTRAINT_TYPE = 'PRIMARY KEY')"), '', 'every table has a primary key');
like(sql('first', "SELECT value FROM server_setting WHERE name = 'installation.id'"), qr/^[0-9a-f]{32}$/, 'the installation has a number');
is((stat "$first/keys")[2] & 07777, 0400, 'key file: mode 0400');
my @accounts = map { s{.*/}{}r } glob "$first/accounts/*";
ok(@accounts >= 6, 'a password file for each program');
is_deeply([ grep { ((stat "$first/accounts/$_")[2] & 07777) != 0400 } @accounts ], [], 'password files: mode 0400');

my $state = sub { sql('first', 'SELECT * FROM schema_version WHERE number > 0; SELECT * FROM server_setting') .
	join '', map { content($_) } "$first/keys", glob "$first/accounts/*" };
my $before = $state->();
is(migrated('second run', $first), '', 'second run: nothing to say');
is($state->(), $before, 'second run: nothing changed');

# --- warnings of the server, with and without prefix ---

for my $prefix ('', 'v_') {
	sql('', 'CREATE OR REPLACE DATABASE warnings CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci');
	my $text = "SET SESSION sql_mode = 'STRICT_ALL_TABLES';\n" . join '', map { content($_) } sort glob "$ENV{VESTIBULE_SCHEMA}/0*.sql";
	$text =~ s/\{([a-z0-9_.]+)\}/'`' . $prefix . $1 =~ tr|.|_|r . '`'/ge;
	is(sql('warnings', $text, '--show-warnings'), '', "no warnings with the prefix \"$prefix\"");
}

# --- accounts and doctor ---

sub doctor {
	my ($code, $out) = run($first, 'doctor');
	return join '', grep { /^\w+\s+(account|schema|database|connections)/ } split /(?<=\n)/, $out;
}
unlike(doctor(), qr/^(?!ok)/m, 'doctor: accounts and schema are well');
my $password = content("$first/accounts/workspace") =~ s/\n//r;
my @as_workspace = ("--socket=$socket", '--user=first_workspace', "--password=$password");
like(sql('first', 'SELECT COUNT(*) FROM person', @as_workspace), qr/^\d+$/, 'workspace may read people');
like(sql('first', 'DELETE FROM person', @as_workspace), qr/ERROR 1142/, 'workspace may not remove people');
like(sql('first', 'SELECT * FROM audit_event', @as_workspace), qr/ERROR 1142/, 'workspace may not read the audit events');
sql('first', "REVOKE SELECT ON credential FROM 'first_workspace'\@'localhost'");
like(doctor(), qr/^FAILED\s+account workspace\s+lacks 1 rights, among them SELECT on credential /m, 'doctor: a right is missing');
sql('first', "GRANT DELETE ON person TO 'first_workspace'\@'localhost'");
migrated('repair', $first);
like(doctor(), qr/^warning\s+account workspace\s+has 1 rights more .*DELETE on person$/m, 'doctor: a right too many');
sql('first', "REVOKE DELETE ON person FROM 'first_workspace'\@'localhost'");
sql('first', "ALTER USER 'first_api'\@'localhost' IDENTIFIED BY 'another'");
like(doctor(), qr/^FAILED\s+account api\s+Access denied/m, 'doctor: another password');
chmod 0440, "$first/accounts/profile";
like(doctor(), qr/^FAILED\s+account profile\s.*mode 0400/m, 'doctor: a password file for all to read');
chmod 0400, "$first/accounts/profile";
migrated('repair', $first);
unlike(doctor(), qr/^(?!ok)/m, 'migrate gives rights and passwords again');

# --- several at once ---

my $many = installation('many', table_prefix => 'm_');
my @started = map { [ start($many, 'migrate') ] } 1 .. 6;
for my $run (@started) {
	waitpid $run->[0], 0;
	is($? >> 8, 0, 'several at once: exit code') or diag(content("$run->[1].err"));
}
is(sql('many', 'SELECT COUNT(*), SUM(finished IS NOT NULL) FROM m_schema_version WHERE number > 0'), "$migrations\t$migrations\n",
	'several at once: every file is applied');
is(sql('many', "SELECT COUNT(*) FROM m_server_setting"), "1\n", 'several at once: one number of the installation');

# --- a file that fails, is corrected, goes on ---

my $half = installation('half');
migrated('before the failure', $half);
my $broken = <<'TEXT';
-- It's a comment; with a quote, and {person}.
CREATE TABLE {extra} (id INT PRIMARY KEY, word VARCHAR(40) NOT NULL DEFAULT 'a;b''c') ENGINE=InnoDB; /* ; */
INSERT INTO {extra} VALUES (1, 'x;y'), (2, "it's one"), (3, 'in {braces}');
CREATE TABLE {workspace} (id INT PRIMARY KEY);
INSERT INTO {extra} (id) VALUES (4);
TEXT
my $schema = schema_with('9001-extra.sql' => $broken);
refused('a file that fails', qr/9001-extra\.sql, statement 3: .*already exists \(1050\)/, $half, '--schema', $schema);
refused('the same again', qr/9001-extra\.sql, statement 3: .*already exists \(1050\)/, $half, '--schema', $schema);
is(sql('half', 'SELECT id, word FROM extra'), "1\tx;y\n2\tit's one\n3\tin {braces}\n", 'what is before the failure happened once');
put("$schema/9001-extra.sql", $broken =~ s/CREATE TABLE \{workspace\} \(id INT PRIMARY KEY\)/ALTER TABLE {extra} ADD COLUMN more INT/r);
migrated('the corrected file', $half, '--schema', $schema);
is(sql('half', 'SELECT id, word, more FROM extra WHERE id > 2'), "3\tin {braces}\tNULL\n4\ta;b'c\tNULL\n", 'the rest happened');
put("$schema/9001-extra.sql", $broken);
refused('a file that changed', qr/9001-extra\.sql is not the file that was applied/, $half, '--schema', $schema);
refused('an older version', qr/the database is newer than this program: 9001-extra\.sql/, $half);

# What was begun and perhaps happened, when the run was broken off.
put("$schema/9001-extra.sql", $broken =~ s/CREATE TABLE \{workspace\} \(id INT PRIMARY KEY\)/ALTER TABLE {extra} ADD COLUMN more INT/r);
put("$schema/9002-more.sql", <<'TEXT');
ALTER TABLE {extra} ADD COLUMN other INT, ADD KEY other (other);
CREATE TABLE {extra_part} (id INT PRIMARY KEY, CONSTRAINT {extra_part.extra} FOREIGN KEY (id) REFERENCES {extra} (id)) ENGINE=InnoDB;
TEXT
sql('half', 'ALTER TABLE extra ADD COLUMN other INT, ADD KEY other (other);' .
	"INSERT INTO schema_version (number, name, begun, done, started) VALUES (9002, '9002-more.sql', 1, 0, NOW(6))");
migrated('broken off after a statement', $half, '--schema', $schema);
is(sql('half', 'SELECT begun, done, finished IS NOT NULL FROM schema_version WHERE number = 9002'), "2\t2\t1\n", 'it went on behind it');

# --- killed again and again ---

my $tables = 40;
my $killed = installation('killed');
$schema = schema_with('9003-many.sql' => join '', map {
	"CREATE TABLE {t_$_} (id INT AUTO_INCREMENT PRIMARY KEY, word INT) ENGINE=InnoDB;\nINSERT INTO {t_$_} (word) VALUES (1);\n"
} 1 .. $tables);
my $kills = 0;
for my $try (1 .. 200) {
	my ($process, $output) = start($killed, 'migrate', '--schema', $schema);
	if ($kills < 12) {
		sleep 0.004 + rand 0.06;
		kill 'KILL', $process;
	}
	waitpid $process, 0;
	last if $? == 0;
	BAIL_OUT(content("$output.err")) unless $? & 127;
	$kills++;
	# The server ends what it was told last; then the lease of the dead would be waited for.
	sleep 0.01 until sql('killed', "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE DB = 'killed'") eq "1\n"
		|| sql('', "SHOW DATABASES LIKE 'killed'") eq '';
	sql('killed', 'UPDATE schema_version SET lease = NULL WHERE number = 0');
}
cmp_ok($kills, '>=', 3, "killed $kills times");
is(sql('killed', join ' UNION ALL ', map { "SELECT COUNT(*) FROM t_$_" } 1 .. $tables), "1\n" x $tables,
	'killed: every statement happened exactly once');

# --- somebody else's database, one account ---

sql('', "CREATE DATABASE shared; CREATE USER 'guest'\@'localhost' IDENTIFIED BY 'it''s secret'; GRANT ALL ON shared.* TO 'guest'\@'localhost'");
sql('shared', "CREATE TABLE person (id INT PRIMARY KEY); INSERT INTO person VALUES (7)");
my $shared = installation('shared', database_user => 'guest');
mkdir "$shared/accounts";
put("$shared/accounts/all", "it's secret\n", 0400);
refused('a table of another application', qr/Table 'person' already exists/, $shared) for 1 .. 2;
is(sql('shared', 'SELECT * FROM person'), "7\n", 'the other application is as it was');
sql('shared', 'DROP DATABASE shared; CREATE DATABASE shared; CREATE TABLE shared.person (id INT PRIMARY KEY)');
$shared = installation('shared', database_user => 'guest', table_prefix => 'ours_');
migrated('with a prefix', $shared);
is_deeply([ map { s{.*/}{}r } glob "$shared/accounts/*" ], ['all'], 'one account: no further password files');
my ($doctor_code, $doctor_out) = run($shared, 'doctor');
like($doctor_out, qr/^note\s+accounts\s+all programs sign in as guest$/m, 'one account: doctor says so');
like($doctor_out, qr/^ok\s+schema\s+$migrations files are applied$/m, 'one account: doctor sees the schema');

# --- editions ---

my $edition = installation('edition', edition => 'self-hosted');
migrated('self-hosted', $edition);
is(sql('edition', 'SELECT name, owner IS NULL FROM workspace'), "Workspace\t1\n", 'self-hosted: one workspace of the installation');
sql('edition', 'INSERT INTO person (public_id, name, created) VALUES (UNHEX(MD5(1)), "Ann", NOW(6)), (UNHEX(MD5(2)), "Bob", NOW(6))');
migrated('self-hosted with people', $edition);
is(sql('edition', 'SELECT members, (SELECT COUNT(*) FROM membership WHERE role = "member") FROM workspace'), "2\t2\n", 'self-hosted: people are in it');
$edition = installation('edition', edition => 'intranet');
migrated('intranet now', $edition);
migrated('intranet again', $edition);
is(sql('edition', "SELECT w.name, p.name, m.role FROM workspace w LEFT JOIN person p ON p.id = w.owner JOIN membership m ON m.workspace = w.id
	AND (w.owner IS NULL OR m.person = w.owner) ORDER BY w.id, m.person"),
	"Workspace\tNULL\tmember\nWorkspace\tNULL\tmember\nAnn's workspace\tAnn\towner\nBob's workspace\tBob\towner\n",
	'intranet now: personal workspaces are made, nothing is deleted');

# --- command lines ---

is((run($first, 'migrate', '--no-such-option'))[0], 2, 'an unknown option is wrong use');
is((run($first, 'migrate', 'word'))[0], 2, 'a word too many is wrong use');
is((run($first, 'migrate', '--owner', 'no such user'))[0], 2, 'an unknown owner is wrong use');
is((run("$work/nowhere", 'migrate'))[0], 1, 'no configuration is refused');
is((run($first, 'migrate', '--schema', "$work/nowhere"))[0], 1, 'no schema is refused');
is((run($first, 'migrate', '--admin-user', 'nobody-of-that-name'))[0], 1, 'an unknown administrator is refused');
like((run($first, 'migrate', '--help'))[1], qr/^  --dry-run /m, 'there is help');

done_testing();
