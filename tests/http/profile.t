# Profile (features B1 to B3): what it shows, the name, the password, the zone that times are shown in, the colours; always of the person who
# is signed in. The e-mail address is in email.t, sessions in sessions.t, the second factor in second-factor.t.

use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use POSIX ();
use Test::More;
use Time::Local 'timegm';
use Vestibule;
use Vestibule::Browser;

my $path = '/settings/profile';
my $ada = person(name => 'Ada Profile');
my $browser = Vestibule::Browser->new->sign_in($ada);

sub said ($browser) { return $browser->at('//*[@role="status"]') }
sub stored ($column, $person = $ada) { return value("SELECT $column FROM person WHERE id = ?", $person->{id}) }
sub rename_to ($name, $browser = $browser)
{
	$browser->page("$path/name");
	my $answer = $browser->submit("$path/name", name => $name);
	$browser->follow($answer) if $answer->code == 303;
	return $answer;
}

# --- B1: the page -------------------------------------------------------------------------------------------------------------------

is($browser->page($path)->code, 200, 'B1: the page is there');
is($browser->at('//main//h1'), 'Profile', 'B1: its heading');
is($browser->at('//main//*[@class="name"]/strong'), 'Ada Profile', 'B1: the name of the person');
is($browser->at('//main//*[contains(@class, "avatar")]'), 'AP', 'B1: beside the round icon');
is($browser->at('//main//dt[.="EMAIL ADDRESS"]/following-sibling::dd/text()'), "$ada->{email} ", 'B1: the address, under its label');
ok(index($browser->res->content, $ada->{public_id}) > 0, 'B1: the user ID, to be copied');
is($browser->at('//nav[@class="side"]//a[@aria-current]'), ' Profile', 'B1: the menu says where one is');
is($browser->page('/settings')->code, 303, 'A2: the settings begin');
is($browser->leads_to($browser->res), $path, 'A2: with the profile');
my @tiles = map { $_->textContent =~ s/^\s+|\s+$//gr } do { $browser->page($path); $browser->tree->findnodes('//main//section/h2') };
is(join(', ', @tiles), 'Password, Second factor, Sessions, Time zone', 'what else is one\'s own');

# --- B2, Q52: the name --------------------------------------------------------------------------------------------------------------

like($browser->at("//main//a[\@href='$base$path/name']"), qr/Edit name/, 'B2: a pencil with words, always there');
$browser->page("$path/name");
my %fields = $browser->fields_of("$path/name");
is($fields{name}, 'Ada Profile', 'B2: the name is in the field');
is($browser->at('//main//form//a[@role="button"]/@href'), "$base$path", 'B2: CANCEL is a link and changes nothing');
is(rename_to('Ada Lovelace')->code, 303, 'B2: saved');
is(said($browser), 'Your name is now “Ada Lovelace”.', 'B2: the page says so');
is($browser->at('//main//*[@class="name"]/strong'), 'Ada Lovelace', 'B2: and shows it');
like($browser->at('//header'), qr/Ada Lovelace/, 'B2: the frame too');
my $colleague = person(name => 'Bob Colleague');
join_workspace($colleague, $ada, 'member');
my $other = Vestibule::Browser->new->sign_in($colleague);
$other->page("/settings/users?ws=$ada->{workspace}");
like($other->text, qr/Ada Lovelace/, 'B2: and what others see, at once');
my $revision = "SELECT COUNT(*) FROM audit_event WHERE actor = ? AND action = 'person.rename'";
my $events = value($revision, $ada->{id});
$browser->page("$path/name");
is($browser->submit("$path/name")->code, 303, 'Q52: an unchanged name is a success');
is(value($revision, $ada->{id}), $events, 'Q52: without a write');
for my $case (['', qr/./], ['A', qr/2/], ['A' x 71, qr/70/], ['   ', qr/./], ["A\x{202e}da", qr/./], ["Ada\x{7}", qr/./]) {
	my ($name, $says) = @$case;
	my $answer = rename_to($name);
	is($answer->code, 422, 'Q52: ' . length($name) . ' characters that are no name');
	like($browser->at('//*[@id="name-message"]'), $says, 'Q52: with a message beside the field');
}
is(stored('name'), 'Ada Lovelace', 'Q52: nothing of that was stored');
for my $case (['  Ada   King  ', 'Ada King'], ['Åd', 'Åd'], ['é' x 70, 'é' x 70], ['<b>"Ada" & Co</b>', '<b>"Ada" & Co</b>']) {
	my ($typed, $kept) = @$case;
	is(rename_to($typed)->code, 303, 'Q52: ' . length($kept) . ' characters are a name');
	is($browser->at('//main//*[@class="name"]/strong'), $kept, 'Q52: with its blanks put in order, and shown as it is');
}
is(rename_to('Ada Same', $other)->code, 303, 'Q52: names need not be');
is(rename_to('Ada Same')->code, 303, 'Q52: different');

# --- B3: only one's own -------------------------------------------------------------------------------------------------------------

is(stored('name', $colleague), 'Ada Same', 'B3: each has changed their own');
my $before = stored('name');
$other->page("$path/name");
my @forged = ($other->fields_of("$path/name"));
unchanged('B3: a person in the form', sub {
	is($other->post("$path/name", [@forged, person => $ada->{public_id}])->code, 400, 'B3: there is no field for somebody else') });
is($other->page("$path/$ada->{public_id}")->code, 404, 'B3: no page of somebody else');
is($other->page("$path/name?person=$ada->{public_id}") && { $other->fields_of("$path/name") }->{name}, 'Ada Same', 'B3: whatever the address says');
is(stored('name'), $before, 'B3: the other one is as before');

# --- password -------------------------------------------------------------------------------------------------------------------------

my $page = "$path/password";
sub try_to ($current, $new, $again = $new)
{
	$browser->page($page);
	return $browser->submit($page, current => $current, password => secret(password => $new), again => $again);
}
my %message = (current => 'This is not your password.', again => 'The two new passwords differ.');
is(try_to('not this one at all', "a good new one $$")->code, 422, 'password: not without the old one');
is($browser->at('//*[@id="current-message"]'), $message{current}, 'password: says so beside the field');
is(try_to($ada->{password}, "a good new one $$", "a good new on $$")->code, 422, 'password: mistyped the second time');
is($browser->at('//*[@id="again-message"]'), $message{again}, 'password: says so');
for my $weak ('short', 'aaaaaaaaaaaaaaaa', 'qwertyuiopasdf', 'LKJHGFDSAPOI', 'x' x 129, 'Ada Same Ada Same') {
	is(try_to($ada->{password}, $weak)->code, 422, 'password: ' . length($weak) . ' characters that are easily guessed, or too many');
	ok(($browser->at('//*[@id="password-message"]') // '') ne '', 'password: says why');
}
is(join('', map { $_->value } $browser->tree->findnodes('//main//input[@type="password"]/@value')), '', 'password: none is drawn again');
my $elsewhere = Vestibule::Browser->new->sign_in($ada);
my $stolen = $elsewhere->cookie;
my $next = "a good new one $$ with ünïcode";
is(try_to($ada->{password}, $next)->code, 303, 'password: changed');
$browser->follow($browser->res);
is(said($browser), 'Your password is changed. Your other sessions have ended.', 'password: the page says what it meant');
is($elsewhere->page($path)->code, 303, 'password: an old session is refused');
is($elsewhere->cookie, $stolen, 'password: with the cookie of before');
my $late = Vestibule::Browser->new;
$late->page('/sign-in');
is($late->submit('/sign-in', email => $ada->{email}, password => $ada->{password})->code, 422, 'password: the old one is refused');
is($late->submit('/sign-in', email => $ada->{email}, password => $next)->code, 303, 'password: the new one lets in');
$ada->{password} = $next;

# --- the zone (Q10) -------------------------------------------------------------------------------------------------------------------------

# "Nov 4 2026 9:05" of this moment in a zone.
sub in_zone ($zone, $moment)
{
	local $ENV{TZ} = $zone;
	POSIX::tzset();
	my @parts = localtime $moment;
	my $text = sprintf '%s %d %d %d:%02d', (qw(Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec))[$parts[4]], $parts[3], $parts[5] + 1900, @parts[2, 1];
	$ENV{TZ} = 'UTC';
	POSIX::tzset();
	return $text;
}
sub choose_zone ($zone)
{
	$browser->page("$path/time-zone");
	my $answer = $browser->submit("$path/time-zone", zone => $zone);
	$browser->follow($answer) if $answer->code == 303;
	return $answer;
}
# Every moment on a page stands there in the zone, with the moment itself in UTC beside it; how many there are.
my $whole = qr/[A-Z][a-z]{2} \d{1,2} \d{4} \d{1,2}:\d{2}/;
sub shows_zone ($address, $zone)
{
	is($browser->page($address)->code, 200, "$zone: $address");
	my @wrong;
	my @times = $browser->tree->findnodes('//time');
	for my $time (@times) {
		my $iso = $time->getAttribute('datetime') // '';
		my ($y, $mo, $d, $h, $mi, $s) = $iso =~ /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z$/ or do { push @wrong, "$iso is no moment"; next };
		my $right = in_zone($zone, timegm($s, $mi, $h, $d, $mo - 1, $y));
		my ($text) = grep { /$whole/ } $time->textContent, $time->getAttribute('title') // '';
		push @wrong, ($text // $time->textContent) . " instead of $right" if defined $text && index($text, $right) < 0;
	}
	is(join('; ', @wrong), '', "$zone: $address: " . @times . ' moments');
	return scalar @times;
}

my $key = $ada->{workspace};
$browser->page("/settings/credentials/new?ws=$key");
$browser->follow($browser->submit('/settings/credentials/new', label => 'zone', expiration => '30'));
secret(secret => $_) for grep { length == 67 } map { $_->textContent } $browser->tree->findnodes('//*[@class="reveal"]//code');
like($browser->page($path) && $browser->text, qr/Times are shown for UTC, where it is $whole now/, 'zone: at first the one of the site');
$browser->page("$path/time-zone");
my ($list) = $browser->tree->findnodes('//select[@name="zone"]');
cmp_ok($list->findnodes('.//option')->size, '>', 300, 'zone: a list of all');
is($list->findvalue('.//option[@selected]'), 'As this site has it', 'zone: none chosen');
for my $zone ('Pacific/Kiritimati', 'America/Los_Angeles', 'Asia/Kathmandu') {
	is(choose_zone($zone)->code, 303, "$zone: chosen");
	is(said($browser), "Times are now shown for $zone.", "$zone: the page says so");
	my ($minute, $now) = (in_zone($zone, time - 60), in_zone($zone, time));
	like($browser->text, qr/Times are shown for \Q$zone\E, where it is (?:\Q$minute\E|\Q$now\E) now/, "$zone: with the time there");
	my $seen = 0;
	$seen += shows_zone($_, $zone) for '/settings/sessions', '/settings/notifications', '/settings/users?ws=' . $key, "/settings/workspace?ws=$key";
	cmp_ok($seen, '>=', 5, "$zone: on every page that has times");
	$browser->page("$path/time-zone");
	is($browser->at('//select[@name="zone"]//option[@selected]/@value'), $zone, "$zone: is chosen in the list");
}
for my $none ('Nowhere/City', 'EST5EDT,M3.2.0,M11.1.0', '../../etc/passwd', ':UTC', 'x' x 70) {
	unchanged("zone: $none", sub { is(choose_zone($none)->code, 422, 'zone: no such one') });
}
is(stored('time_zone'), 'Asia/Kathmandu', 'zone: the last one is kept');
$other->page('/settings/sessions');
my ($time) = $other->tree->findnodes('//tbody//time[@datetime]');
my ($h, $m) = $time->getAttribute('datetime') =~ /T(\d\d):(\d\d)/;
like($time->textContent, qr/ @{[$h + 0]}:$m$/, 'zone: others see their own');
is(choose_zone('')->code, 303, 'zone: back');
is(said($browser), 'Times are now shown for UTC.', 'zone: to the one of the site');
is(value("SELECT COUNT(*) FROM audit_event WHERE actor = ? AND action = 'person.time-zone'", $ada->{id}) > 0 ? 1 : 0, 1, 'zone: an audit event')
    or diag(join ' ', map { $_->[0] } sql('SELECT DISTINCT action FROM audit_event WHERE actor = ?', $ada->{id}));

finish;
