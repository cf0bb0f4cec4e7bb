# The operator's command: every command with its exit codes, what it prints, and that the pages and the API follow at once.

use v5.36;
use utf8;
use File::Temp;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP;
use MIME::Base64;
use Test::More;
use Time::HiRes qw(sleep time);
use Vestibule;
use Vestibule::Browser;

# A command that is refused: exit code, what it says, and that nothing was written.
sub refused ($code, $says, @words)
{
	my ($got, $out, $err);
	my $what = join ' ', grep { !ref } @words;
	my $before = checksums();
	($got, $out, $err) = operator(@words);
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my @wrong;
	push @wrong, "exit code $got" if $got != $code;
	push @wrong, "says: $err" if $err !~ $says || $err !~ /^(vestibule: |usage: )/;
	push @wrong, "prints: $out" if $out ne '';
	push @wrong, 'writes: ' . join ' ', changed($before, checksums()) if changed($before, checksums());
	return ok(!@wrong, "refused: $what") || diag(join "\n", @wrong);
}

sub login ($key, $secret)
{
	my $answer = LWP::UserAgent->new->get("$url/api/auth.login", Authorization => 'Basic ' . encode_base64("$key:$secret", ''));
	return $answer->code;
}
sub can_sign_in ($email, $password)
{
	my $browser = Vestibule::Browser->new;
	$browser->page('/sign-in');
	return $browser->submit('/sign-in', email => $email, password => $password)->code == 303;
}

# --- help, versions, wrong use --------------------------------------------------------------------------------------------

my ($code, $out, $err) = operator('--help');
is($code, 0, 'help');
like($out, qr/^usage: vestibule /, 'says how');
my @commands = $out =~ /^  ([a-z]+(?: [a-z]+)?)  +\S/mg;
cmp_ok(scalar @commands, '>=', 13, scalar(@commands) . ' commands');
for my $name (@commands) {
	($code, $out, $err) = operator((split ' ', $name), '--help');
	is($code, 0, "$name --help: 0");
	like($out, qr/^usage: vestibule \[-c FILE\] \Q$name\E/, "$name --help: says how");
	is($err, '', "$name --help: nothing on standard error");
	is((grep { length > 100 } split /\n/, $out), 0, "$name --help: lines fit a terminal");
	refused(2, qr/--no-such-option/, split(' ', $name), '--no-such-option');
}
($code, $out) = operator('--version');
is($code, 0, 'version');
like($out, qr/^vestibule \d+\.\d+/i, 'prints it');
refused(2, qr/.../);
refused(2, qr/no-such-command/, 'no-such-command');
refused(2, qr/person/, 'person');
refused(2, qr/person/, 'person', 'no-such-command');

# --- person ---------------------------------------------------------------------------------------------------------------

my $email = "ctl-$$\@example.org";
my $password = secret(password => "the operator's guest $$");
($code, $out, $err) = operator({ input => "$password\n" }, 'person', 'add', '--email', uc $email, '--name', '  Ctl   Guest ', '--password-stdin');
is($code, 0, 'person add') or diag($err);
is($out, "$email is added.\n", 'person add: says so, with the address in small letters');
is(join('|', @{ (sql('SELECT name, email FROM person WHERE email = ?', $email))[0] }), "Ctl Guest|$email", 'person add: the name on one line');
is(value('SELECT COUNT(*) FROM membership m JOIN person p ON p.id = m.person WHERE p.email = ? AND m.role = "owner"', $email), 1,
    'person add: with a workspace of their own');
ok(can_sign_in($email, $password), 'person add: signs in');
refused(1, qr/\Q$email\E is the address of somebody already/, 'person', 'add', '--email', $email);
refused(1, qr/\Q$email\E/, 'person', 'add', '--email', uc $email);
refused(2, qr/person add needs --email ADDRESS/, 'person', 'add');
refused(2, qr/e-mail address/, 'person', 'add', '--email', $_) for '', 'x', 'a@b@c', "a\@b.example\nBcc: c", 'a b@example.org', 'a@' . 'b' x 300;
refused(2, qr/--email/, 'person', 'add', '--email');
refused(1, qr/at least 2|Enter a name/, 'person', 'add', '--email', "x$email", '--name', $_) for 'x', ' ', '';
refused(1, qr/at most 70/, 'person', 'add', '--email', "x$email", '--name', 'x' x 71);
refused(1, qr/control characters|UTF-8/, 'person', 'add', '--email', "x$email", '--name', $_) for "a\x01b", "a\xffb", "a\xe2\x80\x8eb";
refused(1, qr/at least 12/, { input => "short\n" }, 'person', 'add', '--email', "x$email", '--password-stdin');
refused(1, qr/no password/, { input => '' }, 'person', 'add', '--email', "x$email", '--password-stdin');
refused(1, qr/easy to guess/, { input => "passwordpassword\n" }, 'person', 'add', '--email', "x$email", '--password-stdin');
($code, $out) = operator('person', 'add', '--email', "link-$email", '--link');
is($code, 0, 'person add --link');
like($out, qr{^\Q$url\E/sign-in\?link=[A-Za-z0-9_-]{43}\n$}, 'person add --link: prints the link alone');
secret(link => $out =~ s/.*link=|\n//gr);
is(value('SELECT name FROM person WHERE email = ?', "link-$email"), "link-ctl-$$", 'person add: the name is the part before the @');

my $browser = Vestibule::Browser->new->sign_in({ email => $email, password => $password });
my $new = secret(password => "another of the operator $$");
($code, $out) = operator({ input => "$new\n" }, 'person', 'passwd', '--email', $email, '--password-stdin');
is($code, 0, 'person passwd');
like($out, qr/^The password of \Q$email\E is changed/, 'person passwd: says so');
is($browser->page('/settings/profile')->code, 303, 'person passwd: sessions have ended');
ok(!can_sign_in($email, $password), 'person passwd: the old one is over');
ok(can_sign_in($email, $new), 'person passwd: the new one signs in');
refused(1, qr/nobody has the address/, { input => "$new\n" }, 'person', 'passwd', '--email', 'nobody@example.org');
refused(1, qr/at least 12/, { input => "x\n" }, 'person', 'passwd', '--email', $email);

($code, $out) = operator('person', 'link', '--email', $email);
is($code, 0, 'person link');
like($out, qr{^\Q$url\E/sign-in\?link=[A-Za-z0-9_-]{43}\n$}, 'person link: prints the link alone');
secret(link => $out =~ s/.*link=|\n//gr);
refused(1, qr/nobody has the address/, 'person', 'link', '--email', 'nobody@example.org');

my ($key, $secret) = command('credential', 'create', '--email', $email) =~ /= (\S+)/g;
secret(secret => $secret);
is(login($key, $secret), 200, 'a credential');
($code, $out) = operator('person', 'disable', '--email', $email);
is($code, 0, 'person disable');
like($out, qr/cannot sign in any more; sessions and API credentials have stopped/, 'person disable: says so');
is(login($key, $secret), 401, 'person disable: credentials stop');
ok(!can_sign_in($email, $new), 'person disable: no sign-in');
refused(1, qr/disabled/, 'person', 'link', '--email', $email);
($code, $out) = operator('person', 'list');
is($code, 0, 'person list');
like($out, qr/^\Q$email\E\tCtl Guest\tpassword\t\d{4}-\d\d-\d\dT\S+\tdisabled$/m, 'person list: disabled');
like($out, qr/^link-\Q$email\E\tlink-ctl-$$\tno password\tnever\tactive$/m, 'person list: never there');
is((grep { tr/\t// != 4 } split /\n/, $out), 0, 'person list: five columns');
unlike($out, qr/argon2|\$/, 'person list: no hashes');
is((operator('person', 'disable', '--email', $email, '--undo'))[0], 0, 'person disable --undo');
ok(can_sign_in($email, $new), 'person disable --undo: signs in again');
is(login($key, $secret), 200, 'person disable --undo: credentials work again');
refused(1, qr/nobody has the address/, 'person', 'disable', '--email', 'nobody@example.org');

# --- credential -----------------------------------------------------------------------------------------------------------

my $person = person(name => 'Ctl Credential');
($code, $out, $err) = operator('credential', 'create', '--email', $person->{email}, '--label', '  two   blanks ', '--expires', 30);
is($code, 0, 'credential create') or diag($err);
($key, $secret) = $out =~ /^access_key = ([A-Z0-9]{30})\nsecret_key = ([A-Za-z0-9][A-Za-z0-9_-]{66})\n\z/;
secret(secret => $secret);
ok(defined $secret, 'credential create: prints the pair');
is(login($key, $secret), 200, 'credential create: which works');
is(value('SELECT label FROM credential WHERE access_key = ?', $key), 'two blanks', 'credential create: the label on one line');
is(value('SELECT ROUND(TIMESTAMPDIFF(SECOND, created, expires) / 86400) FROM credential WHERE access_key = ?', $key), 30, 'credential create: 30 days');
($code, $out) = operator('credential', 'create', '--email', $person->{email}, '--workspace', $person->{workspace}, '--json');
is($code, 0, 'credential create --json');
my $json = decode_json($out);
secret(secret => $json->{secret_key});
is(join(' ', sort keys %$json), 'access_key secret_key', 'credential create --json: the two keys');
is(login($json->{access_key}, $json->{secret_key}), 200, 'credential create --json: which work');
for my $expires (1, 3650, '2027-02-28') {
	($code, $out) = operator('credential', 'create', '--email', $person->{email}, '--json', '--expires', $expires);
	is($code, 0, "--expires $expires");
	my $made = decode_json($out);
	secret(secret => $made->{secret_key});
	my ($days, $moment) = @{ (sql('SELECT ROUND(TIMESTAMPDIFF(SECOND, created, expires) / 86400), DATE_FORMAT(expires, "%Y-%m-%d %H:%i:%s")'
	    . ' FROM credential WHERE access_key = ?', $made->{access_key}))[0] };
	like($expires =~ /-/ ? $moment : $days, $expires =~ /-/ ? qr/^(2027-02-28 23:59:59|2027-02-28 00:00:00|2027-03-01 00:00:00)$/ : qr/^$expires$/,
	    "--expires $expires: $moment UTC");
}
refused(2, qr/--expires/, 'credential', 'create', '--email', $person->{email}, '--expires', $_) for '', 0, -1, 3651, '1.5', 'never', '2020-01-01', '2027-02-29',
    '2027-13-01', '2999-01-01', '2147483648', '9223372036854775808', '1e3', '30 days', '27-02-03';
refused(2, qr/--workspace/, 'credential', 'create', '--email', $person->{email}, '--workspace', $_) for 'x', uc $person->{workspace}, '1';
refused(1, qr/not a member/, 'credential', 'create', '--email', $person->{email}, '--workspace', '0' x 32);
refused(1, qr/not a member/, 'credential', 'create', '--email', $person->{email}, '--workspace', person()->{workspace});
refused(1, qr/at most 100/, 'credential', 'create', '--email', $person->{email}, '--label', 'x' x 101);
refused(1, qr/control characters|UTF-8/, 'credential', 'create', '--email', $person->{email}, '--label', $_) for "a\x01", "\xff", "\xe2\x80\xae";
refused(1, qr/nobody has the address/, 'credential', 'create', '--email', 'nobody@example.org');
refused(2, qr/--email/, 'credential', 'create');
($code, $out) = operator('credential', 'list', '--email', $person->{email});
is($code, 0, 'credential list');
like($out, qr/^$key\ttwo blanks\t\d{4}-\d\d-\d\dT\S+\t\d{4}-\d\d-\d\dT\S+\t\d{4}-\d\d-\d\dT\S+\t127\.0\.0\.1$/m, 'credential list: key, label, created, expires, last used, from');
like($out, qr/^$json->{access_key}\t-\t\S+\tnever\t/m, 'credential list: no label, no end');
unlike($out, qr/\Q$secret\E/, 'credential list: no secret');
is((operator('credential', 'revoke', $key))[0], 0, 'credential revoke');
is(login($key, $secret), 401, 'credential revoke: it stops');
unlike(command('credential', 'list', '--email', $person->{email}), qr/$key/, 'credential revoke: it is not listed');
refused(1, qr/no such credentials/, 'credential', 'revoke', $key);
refused(1, qr/.../, 'credential', 'revoke', $_) for 'A' x 30, 'x', '';
refused(2, qr/.../, 'credential', 'revoke');
command('credential', 'create', '--email', $person->{email}) for 1 .. 16;
refused(1, qr/maximum of 20/, 'credential', 'create', '--email', $person->{email});
is(value("SELECT COUNT(*) FROM audit_event WHERE way = 'command' AND action = 'credential.create' AND at > UTC_TIMESTAMP(6) - INTERVAL 5 MINUTE"
    . " AND object_id IN (SELECT id FROM credential WHERE person = ?)", $person->{id}), 21, 'every one has its audit event');

# --- sweep, audit, keys, doctor, migrate ----------------------------------------------------------------------------------

my $old = Vestibule::Browser->new->sign_in($person);
my $kept = Vestibule::Browser->new->sign_in($person);
my $row = value('SELECT HEX(hash) FROM session WHERE hash = UNHEX(?)', $old->session_hash);
$old->set_session('expires = UTC_TIMESTAMP(6) - INTERVAL 2 DAY');
execute('UPDATE form_nonce SET at = UTC_TIMESTAMP(6) - INTERVAL 3 DAY ORDER BY at DESC LIMIT 1');
# The newest events are not sealed yet, because their transactions may still run.
execute('UPDATE audit_event SET at = at - INTERVAL 1 HOUR WHERE id > (SELECT COALESCE(MAX(last_event), 0) FROM audit_seal)');
($code, $out) = operator('sweep');
is($code, 0, 'sweep');
like($out, qr/^sealed\s+\d+ audit events$/m, 'sweep: seals audit events');
like($out, qr/^removed\s+\d+ sessions$/m, 'sweep: says what it removed');
is(value('SELECT COUNT(*) FROM session WHERE hash = UNHEX(?)', $row), 0, 'sweep: the expired session is gone');
is($kept->page('/settings/profile')->code, 200, 'sweep: others are not');
is(value('SELECT COUNT(*) FROM form_nonce WHERE at < UTC_TIMESTAMP(6) - INTERVAL 2 DAY'), 0, 'sweep: old forms are gone');
unlike((operator('sweep'))[1], qr/^removed/m, 'sweep: again there is nothing to remove');
($code, $out) = operator('audit', 'verify');
is($code, 0, 'audit verify: the seals are right') or diag($out);
my ($first, $after) = @{ (sql('SELECT id, after_json FROM audit_event WHERE after_json IS NOT NULL ORDER BY id LIMIT 1'))[0] };
execute('UPDATE audit_event SET after_json = ? WHERE id = ?', '{"changed":"by hand"}', $first);
is((operator('audit', 'verify'))[0], 1, 'audit verify: a changed event is noticed');
execute('UPDATE audit_event SET after_json = ? WHERE id = ?', $after, $first);
is((operator('audit', 'verify'))[0], 0, 'audit verify: put back, all is well');

($code, $out) = operator('keys', 'list');
is($code, 0, 'keys list');
like($out, qr/^1\s+current\s+\d+\s+\d+\s+\d+$/m, 'keys list: the current key and what needs it');
unlike($out, qr/[0-9a-f]{32}/, 'keys list: no key itself');

my %schema = (environment => { VESTIBULE_SCHEMA => "$FindBin::Bin/../../schema" });
unchanged('doctor', sub {
	($code, $out) = operator(\%schema, 'doctor');
	is($code, 0, 'doctor: nothing has failed') or diag($out);
});
like($out, qr/^ok\s+configuration\s/m, 'doctor: configuration');
like($out, qr/^ok\s+key file\s/m, 'doctor: key file');
like($out, qr/^ok\s+database\s/m, 'doctor: database');
like($out, qr/^(note|ok)\s+web_server\s+\Q$url\E/m, 'doctor: addresses');
is((grep { !/^(ok|note|warning|FAILED)\s/ } split /\n/, $out), 0, 'doctor: one line a finding');

SKIP: {
	skip 'the database has another administrator', 3 if !defined setting('database_socket');
	my $tables = join ' ', map { $_->[0] } sql('SHOW TABLES');
	for (1, 2) {
		my $before = checksums();
		($code, $out, $err) = operator(\%schema, 'migrate', '--admin-socket', setting('database_socket'), '--admin-user',
		    scalar getpwuid($>));
		is($code, 0, "migrate: again is harmless, number $_") or diag($out, $err);
		# The first may make what workspaces of other tests lack; each notes that it runs.
		is(join(' ', grep { $_ ne 'schema_version' } changed($before, checksums())), '', 'migrate: again changes nothing') if $_ == 2;
	}
	is(join(' ', map { $_->[0] } sql('SHOW TABLES')), $tables, 'migrate: the same tables');
}

# --- without what it needs ------------------------------------------------------------------------------------------------

sub with_configuration (%changes)
{
	open my $file, '<', $conf or die "$conf: $!";
	my $text = do { local $/; <$file> };
	for my $key (keys %changes) {
		$text =~ s/^\s*\Q$key\E\s*=.*\n//mg;
		$text .= "$key = $changes{$key}\n" if defined $changes{$key};
	}
	my $folder = $conf =~ s{/[^/]*$}{}r;
	$text =~ s{^(key_file|database_accounts)\s*=\s*(?!/)(.*)$}{$1 = $folder/$2}mg;
	my $changed = File::Temp->new;
	print $changed $text;
	close $changed;
	return $changed;
}
sub other (@words)
{
	local $Vestibule::conf = $words[0];
	return operator(@words[1 .. $#words]);
}
for my $case ([{ web_server => 'http://x/?a' }, qr/web_server/, 'an address with a query'],
    [{ api_server => setting('web_server') }, qr/api_server|equal|differ|same/, 'two equal addresses'],
    [{ edition => 'none' }, qr/edition/, 'an edition that is none'], [{ no_such_key => 1 }, qr/no_such_key/, 'an unknown key'],
    [{ key_file => '/nowhere/keys' }, qr{/nowhere/keys}, 'no key file'], [{ plain_http => 'perhaps' }, qr/plain_http/, 'neither yes nor no'],
    [{ database_socket => '/nowhere/socket' }, qr/database|socket/i, 'no database']) {
	my ($changes, $says, $what) = @$case;
	my $file = with_configuration(%$changes);
	my ($code, $out, $err) = other("$file", 'person', 'list');
	is($code, 1, "$what: 1") or diag($out, $err);
	like($err, $says, "$what: says why");
	isnt((other("$file", 'doctor'))[0], 0, "$what: doctor sees it");
}
my ($none, undef, $why) = other('/nowhere/vestibule.conf', 'person', 'list');
is($none, 1, 'no configuration: 1');
like($why, qr{/nowhere/vestibule\.conf}, 'no configuration: says which');

# --- keys rotate, in an installation of its own ---------------------------------------------------------------------------

SKIP: {
	skip 'once, under nginx', 1 if $server ne 'nginx' || $base ne '';
	my $folder = File::Temp->newdir;
	chmod 0755, "$folder";
	my ($process, $address);
	my $start = sub {
		my $log = "$folder/start.log";
		unlink $log;
		$process = fork // die "fork: $!";
		if (!$process) {
			open STDIN, '<', '/dev/null';
			open STDOUT, '>', $log;
			open STDERR, '>&', \*STDOUT;
			exec 'setpriv', '--pdeathsig', 'TERM', "$FindBin::Bin/../sandbox/start", '--dir', "$folder/data", '--port', 0, '--build',
			    $ENV{VESTIBULE_BUILD}, '--no-administrator', '--rate', 2000, '--name', 'test' or die "exec: $!";
		}
		my $until = time + 120;
		until (defined $address) {
			if (open my $file, '<', $log) {
				($address) = map { m{^Vestibule is ready: (.*)/$} ? $1 : () } <$file>;
			}
			die "no installation\n" if time > $until || waitpid($process, 1) > 0;
			sleep 0.05;
		}
	};
	my $stop = sub { kill 'TERM', $process; waitpid $process, 0; undef $address };
	local $Vestibule::conf = "$folder/data/vestibule.conf";
	local $Vestibule::url = $address;
	$start->();
	$Vestibule::url = $address;
	my $api = sub ($call, @headers) { LWP::UserAgent->new->get("$address/api/$call", @headers) };
	my $basic = sub ($pair) { (Authorization => 'Basic ' . encode_base64(join(':', @$pair), '')) };
	my $password = "rotation of keys in $$";
	command({ input => "$password\n" }, 'person', 'add', '--email', 'keys@example.org', '--password-stdin');
	my @old = command('credential', 'create', '--email', 'keys@example.org') =~ /= (\S+)/g;
	my $token = decode_json($api->('auth.login', $basic->(\@old))->content)->{data}{token};
	my ($link) = command('person', 'link', '--email', 'keys@example.org') =~ m{/(sign-in\?link=\S+)};
	my $agent = LWP::UserAgent->new(cookie_jar => {}, requests_redirectable => []);
	my ($form) = $agent->get("$address/sign-in")->content =~ /name="token" value="([^"]+)"/;

	($code, $out) = operator('keys', 'rotate');
	is($code, 0, 'keys rotate');
	($code, $out) = operator('keys', 'list');
	like($out, qr/^2\s+current\s/m, 'keys rotate: a second key is the current one');
	like($out, qr/^1\s+\S+\s+1\s+1\s+0$/m, 'keys rotate: the first is needed by a credential and a link');
	is((stat "$folder/data/keys")[2] & 07777, 0400, 'keys rotate: the file is nobody else\'s');
	is($api->('auth.login', $basic->(\@old))->code, 200, 'keys rotate: the running programs go on');
	$stop->();
	$start->();
	$Vestibule::url = $address;
	is($api->('auth.login', $basic->(\@old))->code, 200, 'keys rotate: the old credential signs in');
	is($api->('users.get_current_user', Authorization => "Bearer $token")->code, 200, 'keys rotate: its token works');
	# The port is another one now, and cookies belong to the host.
	my $answer = $agent->post("$address/sign-in", { token => $form, email => 'keys@example.org', password => $password, next => '' });
	is($answer->code, 303, 'keys rotate: a form that was open is taken');
	is($agent->get("$address/settings/profile")->code, 200, 'keys rotate: and the session is one');
	my $other = LWP::UserAgent->new(cookie_jar => {}, requests_redirectable => []);
	$other->get("$address/$link");
	like($other->get("$address/sign-in/link")->content, qr/signs you in once/, 'keys rotate: the old link works');
	my @new = command('credential', 'create', '--email', 'keys@example.org') =~ /= (\S+)/g;
	is($api->('auth.login', $basic->(\@new))->code, 200, 'keys rotate: a new credential too');
	like((operator('keys', 'list'))[1], qr/^2\s+current\s+1\s+0\s+0$/m, 'keys rotate: under the new key');
	is((operator({ environment => { VESTIBULE_SCHEMA => "$FindBin::Bin/../../schema" } }, 'doctor'))[0], 0, 'keys rotate: doctor finds nothing');
	$stop->();
}

finish;
