#!/usr/bin/perl
# "vestibule migrate": from nothing, again, several at once, broken off, in somebody else's database; and that "doctor"
# sees what is wrong with accounts and schema. Against a MariaDB of its own.
use strict;
use warnings;
use Cwd qw(getcwd);
use File::Copy qw(copy);
use File::Temp qw(tempdir);
use IO::Socket::UNIX;
use POSIX ();
use Test::More;
use Time::HiRes qw(sleep time);

my $build = $ENV{VESTIBULE_BUILD} // 'build';
my $command = "$build/bin/vestibule";
my $work = tempdir(CLEANUP => 1);
my $socket = "$work/socket";
my $account = getpwuid($>);
$ENV{PATH} .= ':/usr/sbin:/sbin';
$ENV{VESTIBULE_SCHEMA} = getcwd() . '/schema';
delete $ENV{VESTIBULE_CONF};

# --- the server ---

my @as_root = $> == 0 ? ('--user=root') : ();
my @storage = ('--no-defaults', "--datadir=$work/database", '--innodb-log-file-size=16M',
	'--innodb-data-file-path=ibdata1:10M:autoextend');
system("mariadb-install-db @storage @as_root --skip-test-db --skip-name-resolve " .
	"--auth-root-authentication-method=socket > $work/install.log 2>&1") == 0
	or BAIL_OUT("mariadb-install-db: see $work/install.log");
my $server = fork // die "fork: $!";
if ($server == 0) {
	open STDOUT, '>', "$work/server.log" or die;
	open STDERR, '>&', \*STDOUT or die;
	exec 'setpriv', '--pdeathsig', 'KILL', 'mariadbd', @storage, @as_root, "--socket=$socket", "--pid-file=$work/pid",
		'--skip-networking', '--skip-name-resolve', '--innodb-buffer-pool-size=32M' or POSIX::_exit(127);
}
END {
	local $?;
	if ($server) { kill 'KILL', $server; waitpid $server, 0 }
}
for (1 .. 400) {
	last if IO::Socket::UNIX->new(Peer => $socket);
	sleep 0.05;
}

# --- helpers ---

sub content {
	open my $file, '<', shift or return '';
	local $/;
	return <$file> // '';
}

sub put {
	my ($path, $text, $mode) = @_;
	unlink $path;
	open my $file, '>', $path or die "$path: $!";
	print $file $text;
	close $file or die;
	chmod $mode // 0644, $path;
}

# installation(name, key => value, …): its folder
sub installation {
	my ($name, %keys) = @_;
	my $folder = "$work/$name";
	mkdir $folder;
	mkdir "$folder/run";
	%keys = (web_server => 'http://127.0.0.1:9', plain_http => 'yes', database_socket => $socket, database_name => $name,
		database_accounts => 'accounts', key_file => 'keys', run_directory => 'run', layout_file => 'vestibule.conf',
		%keys);
	$keys{database_user_prefix} //= "${name}_" unless $keys{database_user};
	put("$folder/vestibule.conf", join '', map { "$_ = $keys{$_}\n" } sort keys %keys);
	return $folder;
}

# run(folder, argument, …): (exit code, standard output, standard error)
my $runs = 0;
sub start {
	my ($folder, @arguments) = @_;
	my $output = "$work/run-" . ++$runs;
	my $process = fork // die "fork: $!";
	if ($process == 0) {
		open STDIN, '<', '/dev/null' or die;
		open STDOUT, '>', "$output.out" or die;
		open STDERR, '>', "$output.err" or die;
		exec $command, '-c', "$folder/vestibule.conf", @arguments or POSIX::_exit(127);
	}
	return ($process, $output);
}

sub run {
	my ($process, $output) = start(@_);
	waitpid $process, 0;
	return ($? >> 8, content("$output.out"), content("$output.err"));
}

# sql(database, text, option of mariadb, …): what it prints, with errors
sub sql {
	my ($database, $text, @options) = @_;
	put("$work/statement", $text);
	open my $output, '-|', 'sh', '-c', 'exec mariadb "$@" < "$0" 2>&1', "$work/statement", '--no-defaults',
		(grep({ /^--(user|socket)/ } @options) ? () : "--socket=$socket"), '--batch', '--skip-column-names', @options,
		$database or die;
	local $/;
	return <$output> // '';
}

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
