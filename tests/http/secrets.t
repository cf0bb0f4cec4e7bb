# Nothing secret stays anywhere: not in logs, tables, audit events, addresses, pages after the one-time page, nor in the files of the
# database. Looks for every password, cookie, token, link and secret key that any test of this sandbox has used so far, after using
# every kind once more itself.

use v5.36;
use utf8;
use File::Find;
use File::Temp;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP;
use MIME::Base64;
use Test::More;
use Vestibule;
use Vestibule::Browser;
use Vestibule::Forms;
use Vestibule::SecondFactor;

my $person = person(name => 'Ada Secret');
my $ws = $person->{workspace};
my $browser = Vestibule::Browser->new->sign_in($person);
my $plain = "not-secret-$$-" . int rand 1e9;

# --- every kind of secret, used in every way ------------------------------------------------------------------------------

sub api ($name, %headers)
{
	my $answer = LWP::UserAgent->new->get("$url/api/$name", %headers);
	return decode_json($answer->content)->{data} // {};
}
sub basic ($key, $secret)
{
	return (Authorization => 'Basic ' . encode_base64("$key:$secret", ''));
}
sub pair_on_page ()
{
	my ($key, $secret) = map { $_->textContent } $browser->tree->findnodes('//*[@class="reveal"]//code');
	return ($key, secret(secret => $secret));
}

# A credential: made, shown, saved, used, replaced, revoked; its token.
$browser->page("/settings/credentials/new?ws=$ws");
my $answer = $browser->submit('/settings/credentials/new', label => $plain, expiration => '30');
$browser->follow($answer);
my ($key, $secret) = pair_on_page();
my $page = $browser->leads_to($answer) =~ s/\?.*//r;
$browser->page("$page/$_?ws=$ws") for qw(clearml.conf notebook.txt clearml.env);
my $token = secret(token => api('auth.login', basic($key, $secret))->{token});
is(api('users.get_current_user', Authorization => "Bearer $token")->{user}{id}, $person->{public_id}, 'the API works with it');
api('auth.login', basic($key, substr($secret, 0, -1) . 'x'));
api("auth.login?secret_key=$secret");
api('debug.ping', Cookie => "a=$secret", Referer => "$url/?$secret", 'X-Clearml-Worker' => 'a-worker');
my $made = api('auth.create_credentials', Authorization => "Bearer $token")->{credentials};
secret(secret => $made->{secret_key});
ok(length $made->{secret_key}, 'the API made another');
my $id = value('SELECT LOWER(HEX(public_id)) FROM credential WHERE access_key = ?', $key);
$browser->page("/settings/credentials/$id/rotate?ws=$ws");
$browser->follow($browser->submit("/settings/credentials/$id/rotate", hours => 24));
pair_on_page();
my ($operators) = command('credential', 'create', '--email', $person->{email}, '--json') =~ /"secret_key": "([^"]+)"/;
secret(secret => $operators);

# Passwords: wrong, right, asked for again, changed, refused; in fields where they do not belong.
my $wrong = secret(password => "wrong but secret $$");
my $stranger = Vestibule::Browser->new;
$stranger->page('/sign-in');
$stranger->submit('/sign-in', email => $person->{email}, password => $wrong);
$stranger->page('/sign-in');
$stranger->post('/sign-in', [token => 'x', email => 'nobody@example.org', password => $wrong]);
$stranger->post('/sign-in', "email=a&password=" . ($wrong =~ s/ /+/gr) . '&unknown=1');
$stranger->post("/sign-in?password=" . ($wrong =~ s/ /+/gr), [a => 1]);
$browser->set_session('authenticated = UTC_TIMESTAMP(6) - INTERVAL 1 HOUR');
$browser->page("/settings/credentials/new?ws=$ws");
$browser->submit('/settings/credentials/new', label => 'parked');
$browser->submit('/settings/credentials/new', password => $wrong);
$answer = $browser->submit('/settings/credentials/new', password => $person->{password});
is($answer->code, 303, 'a form was parked and carried out');
$browser->follow($answer);
pair_on_page();
my $next = secret(password => "the next secret of $$ in a row");
$browser->page('/settings/profile/password');
is($browser->submit('/settings/profile/password', current => $person->{password}, password => $next, again => $next)->code, 303, 'a password was changed');
# The second factor: set up, used, answered wrongly, used up; the question that it answers.
my $careful = person(name => 'Careful Secret');
my $phone = Vestibule::Browser->new->sign_in($careful);
my ($seed, @codes) = switch_on($phone);
forget_step($careful);
my $half = Vestibule::Browser->new;
$half->page('/sign-in');
$half->submit('/sign-in', email => $careful->{email}, password => $careful->{password});
enter_code($half, $seed);
enter_code($half, "$codes[0]x");
is(enter_code($half, $codes[0])->code, 303, 'in by a recovery code');
$half->page("/settings/profile?code=$codes[1]");
$half->set_session('authenticated = UTC_TIMESTAMP(6) - INTERVAL 1 HOUR');
$half->page('/settings/second-factor/codes');
$half->submit('/settings/second-factor/codes');
$answer = $half->submit('/settings/second-factor/codes', code => $codes[2]);
is($answer->code, 303, 'another one answers the question');
$half->follow($answer);
recovery_codes($half);
# A new e-mail address: the link that is shown where there is no mail.
$half->page('/settings/profile/email');
$answer = $half->submit('/settings/profile/email', email => "secret-$$\@example.org");
$half->follow($answer);
if ($half->at('//main//code') =~ /code=([A-Za-z0-9_-]{43})/) {
	secret(link => $1);
	$half->page("/settings/profile/email/confirm?code=$1");
	$half->page('/settings/profile/email/confirm');
	is($half->submit('/settings/profile/email/confirm')->code, 303, 'an address was changed');
}
# Links: used, unused, wrong.
my $guest = person(password => undef);
my ($unused) = command('person', 'link', '--email', $guest->{email}) =~ /link=(\S+)/;
secret(link => $unused);
Vestibule::Browser->new->page("/sign-in?link=$unused");
Vestibule::Browser->new->page("/sign-in?link=${unused}x&next=/settings/profile");
my $by_link = Vestibule::Browser->new->sign_in_by_link($guest);
# Errors, with secrets in every place of a request.
for my $cookie ($browser->cookie) {
	$stranger->page("/settings/profile?cookie=$cookie&secret=$secret", Referer => "$url/settings?$secret");
	$stranger->page("/nothing-here?$secret");
	$stranger->post('/settings/profile/name', "token=$cookie&name=$secret");
	$stranger->post('/settings/profile/name', 'a' x 70000 . $secret);
	$stranger->page('/settings/profile', Authorization => "Bearer $secret", 'X-Forwarded-For' => $secret, 'User-Agent' => $plain);
}

# --- where it must not be -------------------------------------------------------------------------------------------------

my @secrets = secrets();
my %kinds;
$kinds{ $_->[0] }++ for @secrets;
ok($kinds{$_}, "there are secrets of the kind $_") for qw(cookie link password recovery secret seed token);

# Every secret as it is, and as bytes: what is base64 would be stored decoded, if somebody stored it.
my (%needles, %hex);
for my $one (@secrets) {
	my ($kind, $text) = @$one;
	utf8::encode(my $bytes = $text);
	$needles{$bytes} = $kind;
	$hex{ uc unpack 'H*', $bytes } = "$kind, as text";
	$hex{ uc unpack 'H*', from_base64url($text) } = "$kind, as bytes" if $text =~ /^[A-Za-z0-9_-]{40,}$/;
	$hex{ uc unpack 'H*', from_base32($text) } = "$kind, as bytes" if $kind eq 'seed';
	next if $kind ne 'recovery';
	$needles{ $text =~ tr/-//dr } = "$kind, without hyphens";
	$hex{ uc unpack 'H*', $text =~ tr/-//dr } = "$kind, without hyphens";
}
sub from_base32 ($text)
{
	my $bits = join '', map { sprintf '%05b', index 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', $_ } split //, $text;
	return pack 'B*', substr $bits, 0, 8 * int(length($bits) / 8);
}
sub pattern_file ($strings)
{
	my $file = File::Temp->new;
	binmode $file;
	print $file map { "$_\n" } @$strings;
	close $file;
	return $file;
}
my $texts = pattern_file([sort keys %needles]);
my $hexes = pattern_file([sort keys %hex]);

# What grep finds of the patterns in a file: list of strings.
sub found_in ($patterns, $file)
{
	open my $out, '-|', 'env', 'LC_ALL=C', 'grep', '-aoF', '-f', "$patterns", '--', $file or die "grep: $!";
	my %found = map { chomp; ($_ => 1) } <$out>;
	close $out;
	return sort keys %found;
}

# The search finds what is there.
my $control = pattern_file([$plain, uc unpack 'H*', $plain]);
my $dump = File::Temp->new;
my ($rows, $tables) = (0, 0);
for my $table (map { $_->[0] } sql('SHOW TABLES')) {
	my @columns = map { $_->[0] } sql('SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ?'
	    . ' ORDER BY ordinal_position', $table);
	my $content = join ', ', map { "COALESCE(HEX(`$_`), '')" } @columns;
	for my $row (sql("SELECT $content FROM `$table`")) {
		print $dump join('|', $table, @$row), "\n";
		$rows++;
	}
	$tables++;
}
close $dump;
is(join(' ', found_in($control, "$dump")), uc unpack('H*', $plain), 'what is no secret is found in the tables');
is(join(' ', map { $hex{$_} } found_in($hexes, "$dump")), '', "no secret in $tables tables, $rows rows");
# Long names are runs of a letter.
my @like_secrets = map { $_->[0] } sql("SELECT CONCAT_WS(' ', before_json, after_json, address, action) AS text FROM audit_event"
    . " HAVING text REGEXP '[A-Za-z0-9_-]{60,}' AND text NOT REGEXP '(.)\\\\1{30}'");
is(join("\n", @like_secrets), '', 'audit events have nothing that looks like a secret');

# All files below a folder: list of "file: pattern". Those that match the second pattern are left out.
sub found_below ($patterns, $folder, $without)
{
	my @files;
	find({ no_chdir => 1, wanted => sub { push @files, $_ if -f $_ && -r _ && -s _ && $_ !~ $without } }, $folder);
	my %found;
	while (my @some = splice @files, 0, 200) {
		open my $out, '-|', 'env', 'LC_ALL=C', 'grep', '-aoHF', '-f', "$patterns", '--', @some or die "grep: $!";
		$found{$_} = 1 for map { chomp; s{^\Q$sandbox\E/}{}r =~ s/:/: /r } <$out>;
		close $out;
	}
	return sort keys %found;
}

# The files of the server, with everything that was ever written to them; logs, and whatever else lies in the sandbox. The keys,
# the password files and our own notes are secrets by themselves.
my $both = pattern_file([sort(keys %needles), $plain]);
my @found = found_below($both, $sandbox, qr{^\Q$sandbox\E/(accounts/|keys$|secrets$|locations$)});
ok((grep { m{^database/.*\Q$plain\E} } @found), 'what is no secret is found in the files of the database');
is(join("\n", grep { !/: \Q$plain\E$/ } @found), '', 'no secret in the files of the database, in logs and in whatever else lies there');
my %logs = map { s{.*/}{}r => -s } glob "$sandbox/log/*.log";
cmp_ok(scalar(grep { $_ } values %logs), '>', 1, 'there are logs with something in them: ' . join ' ', map { "$_ $logs{$_}" } sort keys %logs);

# Addresses that answers led to.
my @locations = locations();
my $list = pattern_file(\@locations);
cmp_ok(scalar @locations, '>', 5, scalar(@locations) . ' addresses that answers led to');
is(join("\n", found_in($texts, "$list")), '', 'no secret in them');

# Pages, later: everything this person and the owner's tools can see.
my $pages = File::Temp->new;
my $count = 0;
$browser->page("$page?ws=$ws");
$browser->submit("$page/done");
for my $route (grep { $_->{get} } routes()) {
	my $fixture = fixture($route);
	next if $route->{path} =~ /created|^\/sign-in/;
	my $id = $fixture->{object} ? $fixture->{object}->($browser, $ws) : '';
	$browser->page(address($route, path_of($route, $id), $ws));
	my $content = $browser->content;
	utf8::encode($content) if utf8::is_utf8($content);
	# The tokens of its own forms are on every page.
	print $pages $content =~ s/name="token" value="[^"]*"//gr, "\n";
	$count++;
	$fixture->{dispose}->($id) if $fixture->{dispose};
}
print $pages operator($_->@*), "\n" for ['credential', 'list', '--email', $person->{email}], ['person', 'list'], ['doctor'], ['keys', 'list'];
close $pages;
is(join(' ', found_in($control, "$pages")), $plain, 'the label is on the pages');
is(join("\n", map { "$needles{$_} $_" } found_in($texts, "$pages")), '', "no secret on $count pages later, nor in what the operator lists");

# Other processes of the machine see command lines.
my @visible;
for my $file (glob '/proc/[0-9]*/cmdline') {
	open my $line, '<', $file or next;
	local $/;
	my $text = readline($line) // '';
	push @visible, $file if index($text, $sandbox) >= 0 && grep { length > 20 && index($text, $_) >= 0 } map { $_->[1] } grep { $_->[0] !~ /^(cookie|token)$/ } @secrets;
}
is("@visible", '', 'no secret on a command line');

diag(join ', ', map { "$kinds{$_} of the kind $_" } sort keys %kinds);
finish;
