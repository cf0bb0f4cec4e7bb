# Signing in and out: by password and by one-time link, what strangers learn (nothing), how often they may try, where it leads, and every
# way in which a session ends.

use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use HTTP::Request;
use List::Util 'shuffle';
use Test::More;
use Time::HiRes 'time';
use Vestibule;
use Vestibule::Browser;

my $person = person(name => 'Ada Sign-in');
my $profile = "$base/settings/profile";
my $path = $base eq '' ? '/' : $base;

# Fills in the sign-in page; the answer.
sub try_password ($browser, $email, $password, %more)
{
	$browser->page('/sign-in');
	return $browser->submit('/sign-in', email => $email, password => $password, %more);
}
sub is_in ($browser)
{
	my $answer = $browser->page('/settings/profile');
	return $answer->code == 200 && $browser->at('//main//h1') eq 'Profile';
}
sub new_link ($who)
{
	my ($code) = command('person', 'link', '--email', $who->{email}) =~ m{^\Q$url\E/sign-in\?link=([A-Za-z0-9_-]{43})$}m;
	return secret(link => $code);
}

# --- by password ----------------------------------------------------------------------------------------------------------

my $browser = Vestibule::Browser->new;
my $answer = $browser->page('/sign-in');
is($answer->code, 200, 'the sign-in page');
like($answer->header('Set-Cookie') // '', qr/^vestibule=[A-Za-z0-9_-]{43}; Path=\Q$path\E; HttpOnly; SameSite=Lax$/, 'with a cookie for the form');
my $before = $browser->cookie;
is($browser->at('//input[@type="password"]/@autocomplete'), 'current-password', 'password managers know the field');
ok(!$browser->count('//nav[@class="side"]'), 'without the menu');
unlike($browser->text, qr/Logout/, 'without an account');
$answer = $browser->submit('/sign-in', email => $person->{email}, password => $person->{password});
is($answer->code, 303, 'signed in');
is($answer->header('Location'), $profile, 'leads to the profile');
my @cookies = $answer->header('Set-Cookie');
is(scalar @cookies, 1, 'one cookie');
like($cookies[0], qr/^vestibule=[A-Za-z0-9_-]{43}; Path=\Q$path\E; HttpOnly; SameSite=Lax$/, 'its flags: until the browser closes, no Secure over http');
isnt($browser->cookie, $before, 'another one than before');
ok(is_in($browser), 'in');
my $fixed = Vestibule::Browser->new;
my ($host) = $url =~ m{^http://([^:/]+)};
$fixed->cookie_jar->set_cookie(0, 'vestibule', $before, $path, $host, undef, 0, 0, 3600, 0);
ok(!is_in($fixed), 'the cookie of before is worth nothing');
is($browser->page('/sign-in')->header('Location'), $profile, 'who is in is led on from the sign-in page');
is($browser->page('/')->header('Location'), $profile, 'and from the root');
is($browser->page('/profile')->header('Location'), $profile, 'and from the address of older instructions');
isnt(value('SELECT last_sign_in FROM person WHERE id = ?', $person->{id}), undef, 'the last sign-in is kept');
like($browser->session_row('ROUND(TIMESTAMPDIFF(MINUTE, created, expires) / 60)'), qr/^12$/, 'twelve hours');

my $kept = Vestibule::Browser->new;
$answer = try_password($kept, $person->{email}, $person->{password}, keep => 1);
like($answer->header('Set-Cookie') // '', qr/^vestibule=[A-Za-z0-9_-]{43}; Path=\Q$path\E; Max-Age=2592000; HttpOnly; SameSite=Lax$/,
    'keep me signed in: 30 days');
is($kept->session_row('ROUND(TIMESTAMPDIFF(HOUR, created, expires) / 24)'), 30, 'in the table too');

is(try_password(Vestibule::Browser->new, "  \U$person->{email}\E ", $person->{password})->code, 303, 'the address in capitals, with blanks');
my %cookie;
for (1 .. 40) {
	my $one = Vestibule::Browser->new;
	$one->page('/sign-in');
	$cookie{ $one->cookie }++;
}
is(scalar keys %cookie, 40, 'forty browsers have forty cookies');

# --- what strangers learn -------------------------------------------------------------------------------------------------

my ($disabled, $linked) = (person(name => 'Disabled'), person(name => 'No password', password => undef));
command('person', 'disable', '--email', $disabled->{email});
my %strange = (
	'wrong password' => [$person->{email}, 'not the right one at all'],
	'unknown account' => ["nobody-$$\@example.org", 'not the right one at all'],
	'disabled person, right password' => [$disabled->{email}, $disabled->{password}],
	'person without a password' => [$linked->{email}, 'not the right one at all'],
	'longer password' => [$person->{email}, "$person->{password} "],
	'shorter password' => [$person->{email}, substr $person->{password}, 0, -1],
	'capitals' => [$person->{email}, "\U$person->{password}"],
);
my %bodies;
for my $what (sort keys %strange) {
	my $stranger = Vestibule::Browser->new;
	my $answer = try_password($stranger, @{ $strange{$what} });
	is($answer->code, 422, "$what: 422");
	is($stranger->at('//*[@role="alert"]//li'), 'E-mail and password do not fit together.', "$what: the one sentence");
	my %again = $stranger->fields_of('/sign-in');
	is($again{email}, $strange{$what}[0], "$what: the address is kept");
	is($again{password}, '', "$what: the password is not");
	my $body = $answer->content;
	$body =~ s/name="token" value="[^"]*"|\Q$strange{$what}[0]\E//g;
	my $headers = $answer->headers->as_string =~ s/^(X-Request-Id|Date|Client-.*?|Content-Length|Set-Cookie|Client-Date):.*\n//gmr;
	push @{ $bodies{"$headers\n$body"} }, $what;
}
is(scalar keys %bodies, 1, 'all of these answers are the same, byte by byte') or diag(explain([values %bodies]));

# Forty of each, mixed; measured again when the machine was busy, because a real difference stays.
sub median (@numbers)
{
	my @sorted = sort { $a <=> $b } @numbers;
	return ($sorted[$#sorted / 2] + $sorted[@sorted / 2]) / 2;
}
my ($wrong_median, $unknown_median, $off);
for my $round (1 .. 4) {
	my %times;
	for my $kind (shuffle((map { 'wrong' } 1 .. 40), (map { 'unknown' } 1 .. 40))) {
		my $stranger = Vestibule::Browser->new;
		$stranger->page('/sign-in');
		my $email = $kind eq 'wrong' ? $person->{email} : sprintf 'person-%d-%d@example.org', 100000 + int rand 800000, $$;
		my $request = $stranger->request_for('/sign-in', [token => $stranger->token_of('/sign-in'), email => $email,
		    password => 'not the right one at all', next => '']);
		my $begin = time;
		$stranger->send($request);
		push @{ $times{$kind} }, time - $begin;
	}
	($wrong_median, $unknown_median) = (median(@{ $times{wrong} }), median(@{ $times{unknown} }));
	$off = abs($wrong_median - $unknown_median) / $unknown_median;
	last if $off <= 0.1;
}
cmp_ok($off, '<=', 0.1, 'unknown account and wrong password take the same time');
diag(sprintf 'medians of 40: wrong password %.1f ms, unknown account %.1f ms', 1000 * $wrong_median, 1000 * $unknown_median);

# --- how often ------------------------------------------------------------------------------------------------------------

my $attacker = Vestibule::Browser->new;
is(try_password($attacker, $person->{email}, "guess number $_")->code, 422, "wrong password $_ is answered") for 1 .. 6;
is($attacker->at('//*[@role="alert"]//li'), 'E-mail and password do not fit together.', 'as ever');
# The pause is a second now; eight quick tries are within it or lengthen it.
my ($blocked, $said, @took) = (0, '');
for my $guess (7 .. 14) {
	$attacker->page('/sign-in');
	my $begin = time;
	$attacker->submit('/sign-in', email => $person->{email}, password => $person->{password} . "x$guess");
	next if $attacker->at('//*[@role="alert"]//li') !~ /Too many/;
	push @took, time - $begin;
	$blocked++;
	$said = $attacker->at('//*[@role="alert"]//li');
}
cmp_ok($blocked, '>=', 4, 'then there is a pause');
like($said, qr/^Too many wrong passwords from here for this account\. Try again in \d+ seconds?\.$/, 'which says how long');
cmp_ok(median(@took), '<', $wrong_median / 2, 'and costs no hash');
my ($failures, $pause) = @{ (sql('SELECT failures, TIMESTAMPDIFF(MICROSECOND, last, blocked_until) / 1e6 FROM throttle'
    . ' WHERE blocked_until IS NOT NULL ORDER BY last DESC LIMIT 1'))[0] };
is(0 + $pause, 2 ** ($failures - 6), "after $failures failures the pause is twice the one before");
my $mine = 'SELECT subject FROM throttle WHERE blocked_until > UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE ORDER BY last DESC LIMIT 1';
my $subject = value("SELECT HEX(subject) FROM ($mine) t");
execute('UPDATE throttle SET blocked_until = UTC_TIMESTAMP(6) + INTERVAL 45 SECOND WHERE subject = UNHEX(?)', $subject);
$answer = try_password($attacker, $person->{email}, $person->{password});
is($answer->code, 422, 'within the pause not even the right password is looked at');
like($attacker->at('//*[@role="alert"]//li'), qr/in 4\d seconds/, 'and how long it takes is true');
is(try_password(Vestibule::Browser->new, $person->{email}, $person->{password})->code, 303, 'the owner signs in from another address meanwhile');
my $colleague = person(name => 'Colleague');
is(try_password($attacker, $colleague->{email}, $colleague->{password})->code, 303, 'and a colleague from the same one');
$attacker = Vestibule::Browser->new(address => $attacker->local_address);
execute('UPDATE throttle SET failures = 40, blocked_until = UTC_TIMESTAMP(6) WHERE subject = UNHEX(?)', $subject);
try_password($attacker, $person->{email}, 'still guessing on and on');
is(value('SELECT ROUND(TIMESTAMPDIFF(MICROSECOND, last, blocked_until) / 1e6) FROM throttle WHERE subject = UNHEX(?)', $subject), 60,
    'a minute is the longest pause');
execute('UPDATE throttle SET blocked_until = UTC_TIMESTAMP(6) WHERE subject = UNHEX(?)', $subject);
is(try_password($attacker, $person->{email}, $person->{password})->code, 303, 'after it the right password signs in');
is(value('SELECT COUNT(*) FROM throttle WHERE subject = UNHEX(?)', $subject), 0, 'and the failures are forgotten');
# An address that tries many accounts.
my $sprayer = Vestibule::Browser->new;
try_password($sprayer, "somebody-$_-$$\@example.org", 'Summer2026!Summer') for 1 .. 51;
$said = '';
for (52 .. 56) {
	try_password($sprayer, "somebody-$_-$$\@example.org", 'Summer2026!Summer');
	$said .= $sprayer->at('//*[@role="alert"]//li');
}
like($said, qr/Too many/, 'an address that tries fifty accounts has to wait, too');
cmp_ok(value("SELECT COUNT(*) FROM audit_event WHERE action = 'session.create' AND result = 'refused' AND at > UTC_TIMESTAMP(6) - INTERVAL 5 MINUTE"),
    '>', 50, 'refusals are audited');

# --- by link --------------------------------------------------------------------------------------------------------------

my $guest = person(name => 'Guest of a link', password => undef);
my $code = new_link($guest);
my $visitor = Vestibule::Browser->new;
for my $method (qw(HEAD GET HEAD GET)) {
	$answer = $visitor->request(HTTP::Request->new($method => "$url/sign-in?link=$code"));
	is($answer->code, 303, "$method of the link leads on");
	is($answer->header('Location'), "$base/sign-in/link", "$method: to an address without the code");
	is(value('SELECT COUNT(*) FROM one_time_link WHERE person = ? AND used IS NOT NULL', $guest->{id}), 0, "$method: does not spend it");
}
like($answer->header('Set-Cookie') // '', qr/^vestibule-link=\Q$code\E; Path=\Q$path\E; Max-Age=600; HttpOnly; SameSite=Lax$/, 'the code waits in a cookie');
my $page = $visitor->page('/sign-in/link');
is($page->code, 200, 'a page with a button');
unlike($page->content, qr/\Q$code\E/, 'without the code');
like($visitor->text, qr/signs you in once as Guest of a link \(\Q$guest->{email}\E\)/, 'says as whom');
$visitor->page('/sign-in/link') for 1 .. 3;
my $again = $visitor->request_for('/sign-in/link', [$visitor->fields_of('/sign-in/link')]);
$answer = $visitor->submit('/sign-in/link');
is($answer->code, 303, 'its button signs in');
ok((grep { /^vestibule-link=; .*Max-Age=0/ } $answer->header('Set-Cookie')), 'and the code is forgotten');
$visitor->follow($answer);
like($visitor->at('//*[@role="status"]'), qr/no password yet/, 'says that there is no password yet');
my $late = Vestibule::Browser->new;
$late->page("/sign-in?link=$code");
is($late->page('/sign-in/link')->code, 404, 'a second time it is over');
like($late->text, qr/already used/, 'and says why');

my %dead = (
	'expired' => [sub { my $code = new_link($guest); execute('UPDATE one_time_link SET expires = UTC_TIMESTAMP(6) WHERE person = ?',
	    $guest->{id}); $code }, qr/too old/],
	'replaced by a newer one' => [sub { my $code = new_link($guest); new_link($guest); $code }, qr/not known/],
	'unknown' => [sub { to_base64url(join '', map { chr int rand 256 } 1 .. 32) }, qr/not known/],
	'cut short' => [sub { substr new_link($guest), 0, 30 }, qr/not known/],
	'of a disabled person' => [sub { my $who = person(password => undef); my $code = new_link($who);
	    command('person', 'disable', '--email', $who->{email}); $code }, qr/not known|not work/],
	'something else' => [sub { '%00%0d%0aSet-Cookie:%20a=b' }, qr/./],
	'letters of others' => [sub { '%C3%A9' x 43 }, qr/not known/],
);
for my $what (sort keys %dead) {
	my ($make, $says) = @{ $dead{$what} };
	my $late = Vestibule::Browser->new;
	my $answer = $late->page('/sign-in?link=' . $make->());
	if ($what eq 'something else') {
		is($answer->code, 400, "a link that is $what: 400");
		unlike($answer->headers->as_string, qr/^a=b|Set-Cookie: a/m, 'and sets nothing');
		next;
	}
	is($late->page('/sign-in/link')->code, 404, "a link that is $what: 404");
	like($late->text, $says, "a link that is $what: says so");
	ok(!$late->form_to('/sign-in/link'), "a link that is $what: no button");
	my $forced = craft_token($late->cookie // ($late->page('/sign-in') && $late->cookie), '/sign-in/link');
	is($late->post('/sign-in/link', [token => $forced])->code, 422, "a link that is $what: cannot be forced");
	ok(!is_in($late), "a link that is $what: nobody is in");
}
# Two browsers have the same link open.
$code = new_link($guest);
my @two = map { my $one = Vestibule::Browser->new; $one->page("/sign-in?link=$code"); $one->page('/sign-in/link'); $one } 1, 2;
is(join(' ', sort map { $_->submit('/sign-in/link')->code } @two), '303 422', 'of two browsers with the same link one gets in');

# A link is also how the operator resets a password.
my $reset = Vestibule::Browser->new;
$reset->page('/sign-in?link=' . new_link($guest));
$reset->page('/sign-in/link');
for my $bad ('short', 'password1234', 'Guest of a link', "$guest->{email}", 'vestibulevestibule', 'aaaaaaaaaaaaaaaa', 'x' x 129) {
	is($reset->submit('/sign-in/link', password => $bad)->code, 422, "\"$bad\" is no password") or diag($reset->text);
	isnt($reset->at('//*[@id="password-message"]'), '', 'with the reason beside the field');
}
my $chosen = secret(password => "ein neuer Schlüssel 🗝 $$");
$answer = $reset->submit('/sign-in/link', password => $chosen);
is($answer->code, 303, 'a good one is taken');
$reset->follow($answer);
is($reset->at('//*[@role="status"]'), 'You are signed in.', 'and says nothing of a missing one');
is(try_password(Vestibule::Browser->new, $guest->{email}, $chosen)->code, 303, 'it signs in');
ok(!is_in($visitor), 'the older session has ended with the new password');

# --- passwords are taken as they are --------------------------------------------------------------------------------------

for my $password ("  blanks at both ends  ", "two  blanks  inside it", '🗝🍏🐢🌍🎲🚲🗝🧭🪁🥨🛶🧵', 'x1y2z3' x 20 . 'last one', "e\x{301}a\x{308}o\x{302}u\x{30a}i\x{300}n\x{303}",
    'a"b<c>&d\'e%41+f=g', "tab\tin the middle") {
	my $who = person(password => $password);
	my $one = Vestibule::Browser->new;
	is(try_password($one, $who->{email}, $password)->code, 303, 'password ' . length($password) . ' characters: ' .
	    ($password =~ s/[^ -~]/?/gr));
	my $last = substr $password, 0, -1;
	is(try_password(Vestibule::Browser->new, $who->{email}, $last . ($password =~ /x$/ ? 'y' : 'x'))->code, 422, 'its last character counts');
}

# --- where it leads -------------------------------------------------------------------------------------------------------

my $ws = $person->{workspace};
for my $next ('/settings/profile/name', '/settings/workspace', "/settings/workspace?ws=$ws", "/settings/credentials/new?ws=$ws") {
	my $one = Vestibule::Browser->new;
	my $asked = $one->page($next);
	like($asked->header('Location') // '', qr{^\Q$base\E/sign-in\?next=}, "$next: asks to sign in");
	$one->follow($asked);
	my $answer = $one->submit('/sign-in', email => $person->{email}, password => $person->{password});
	is($answer->header('Location'), "$base$next", "$next: and leads there");
}
my @evil = ('https://evil.example/', '//evil.example', '/\\evil.example', '/%09/evil.example', "/\t/evil.example", 'https:evil.example',
    '/..//evil.example', '/settings/profile//evil.example', '/settings/../sign-out', '/settings/profile@evil.example', '/settings/profile?x=1',
    "/settings/profile\r\nLocation: https://evil.example", 'javascript:alert(1)', '/settings/profile#//evil.example', '/settings/nothing',
    '/sign-out', '/api/auth.login', '/settings/profileevil.example', 'settings/profile', '\\\\evil.example', "/settings/workspace?ws=$ws&x=1",
    "\x{2f}\x{2f}evil.example", '/settings/profile/.evil.example', "/settings/profile\0", '///evil.example', 'http://127.0.0.1.evil.example/');
my $open = 0;
for my $next (@evil) {
	my $shown = $next =~ s/([^ -~])/sprintf '\\x%02x', ord $1/ger;
	utf8::encode(my $bytes = $next);
	my $encoded = $bytes =~ s/([^A-Za-z0-9])/sprintf '%%%02X', ord $1/ger;
	my $one = Vestibule::Browser->new;
	$one->page("/sign-in?next=$encoded");
	$one->page('/sign-in') if $one->{tree} && !$one->form_to('/sign-in');
	my $answer = $one->submit('/sign-in', email => $person->{email}, password => $person->{password}, next => $next);
	my $location = $answer->header('Location');
	ok($answer->code >= 400 && $answer->code < 500 && !defined $location || $answer->code == 303 && $location eq $profile,
	    "next \"$shown\" leads nowhere else") or diag($answer->status_line, ' ', $location // '');
	my $in = Vestibule::Browser->new->sign_in($colleague);
	$answer = $in->page("/sign-in?next=$encoded");
	is($answer->header('Location') // $profile, $profile, "next \"$shown\", already in: leads nowhere else");
	$open++;
}
cmp_ok($open, '>=', 14, "$open forms of an open redirect");

# --- cookies that are not ours --------------------------------------------------------------------------------------------

my $in = Vestibule::Browser->new->sign_in($person);
my $cookie = $in->cookie;
my @strange = (["vestibule=$cookie; vestibule=$cookie", 'the cookie twice'], ["__Host-vestibule=$cookie", 'the cookie of https'],
    ["__Secure-vestibule=$cookie", 'the cookie of https below a path'], ["Vestibule=$cookie", 'capitals'], ["vestibule =$cookie", 'a blank in the name'],
    ["vestibule=$cookie=", 'more at the end'], ["vestibule=" . substr($cookie, 0, 42), 'less'], ["vestibule=", 'nothing'],
    ["vestibule=" . $cookie x 100, 'very long'], ["\x{2000}vestibule=$cookie", 'a blank of others'], ["vestibule-theme=$cookie", 'another cookie']);
for my $case (@strange) {
	my ($header, $what) = @$case;
	utf8::encode($header);
	my $answer = Vestibule::Browser->new->page('/settings/profile', Cookie => $header);
	is($answer->code, 303, "$what: nobody is in");
}
is(Vestibule::Browser->new->page('/settings/profile', Cookie => "a=b; vestibule=$cookie; c=d")->code, 200, 'among others it is found');
is(Vestibule::Browser->new->page("/settings/profile?vestibule=$cookie&session=$cookie")->code, 303, 'the address is no place for it');
my $tampered = $cookie;
substr $tampered, 0, 1, substr($cookie, 0, 1) eq 'A' ? 'B' : 'A';
is(Vestibule::Browser->new->page('/settings/profile', Cookie => "vestibule=$tampered")->code, 303, 'one letter changed: nobody is in');

# --- signing out ----------------------------------------------------------------------------------------------------------

my $stays = Vestibule::Browser->new->sign_in($person);
$in->page('/sign-out');
is($in->at('//h1'), 'Logout', 'a page that asks');
ok(is_in($in), 'looking at it ends nothing');
$answer = $in->submit('/sign-out');
is($answer->code, 303, 'signed out');
is($answer->header('Location'), "$base/sign-in?signed-out=1", 'leads to the sign-in page');
like($answer->header('Set-Cookie') // '', qr/^vestibule=; Path=\Q$path\E; Max-Age=0; HttpOnly; SameSite=Lax$/, 'the cookie goes');
$in->follow($answer);
is($in->at('//*[@role="status"]'), 'You are signed out.', 'and says so');
is(Vestibule::Browser->new->page('/settings/profile', Cookie => "vestibule=$cookie")->code, 303, 'the old cookie is worth nothing');
ok(is_in($stays), 'another browser stays in');

# Somebody else signs in on the same browser.
my $shared = Vestibule::Browser->new->sign_in($person);
my $first = $shared->cookie;
my $token = craft_token($first, '/sign-in');
$answer = $shared->post('/sign-in', [token => $token, email => $colleague->{email}, password => $colleague->{password}]);
is($answer->code, 303, 'somebody else signs in on the same browser');
is(Vestibule::Browser->new->page('/settings/profile', Cookie => "vestibule=$first")->code, 303, 'and the first session has ended');

# --- the twenty-first session ---------------------------------------------------------------------------------------------

my $many = person(name => 'Many browsers');
my @browsers = map { Vestibule::Browser->new->sign_in($many) } 1 .. 20;
is(value('SELECT COUNT(*) FROM session WHERE person = ?', $many->{id}), 20, 'twenty sessions');
ok(is_in($browsers[0]), 'the first is alive');
push @browsers, Vestibule::Browser->new->sign_in($many);
is(value('SELECT COUNT(*) FROM session WHERE person = ?', $many->{id}), 20, 'twenty are the most');
ok(!is_in($browsers[0]), 'the oldest has ended');
ok(is_in($browsers[$_]), 'number ' . ($_ + 1) . ' is alive') for 1, 20;

# --- limits of time -------------------------------------------------------------------------------------------------------

my $idle = Vestibule::Browser->new->sign_in($many);
$idle->set_session('last_seen = UTC_TIMESTAMP(6) - INTERVAL 29 MINUTE');
ok(is_in($idle), '29 minutes of nothing: in');
cmp_ok($idle->session_row('TIMESTAMPDIFF(SECOND, last_seen, UTC_TIMESTAMP(6))'), '<', 10, 'and seen again');
$idle->set_session('last_seen = UTC_TIMESTAMP(6) - INTERVAL 31 MINUTE');
ok(!is_in($idle), '31 minutes: out');
my $old = Vestibule::Browser->new->sign_in($many);
$old->set_session('expires = UTC_TIMESTAMP(6) + INTERVAL 1 MINUTE');
ok(is_in($old), 'just before twelve hours: in');
$old->set_session('expires = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND');
ok(!is_in($old), 'after twelve hours: out, however busy');
$kept = Vestibule::Browser->new;
try_password($kept, $many->{email}, $many->{password}, keep => 1);
$kept->set_session('last_seen = UTC_TIMESTAMP(6) - INTERVAL 20 DAY');
ok(is_in($kept), 'kept: in after 20 days of nothing');
$kept->set_session('expires = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND');
ok(!is_in($kept), 'kept: out after 30');

# --- the password changes -------------------------------------------------------------------------------------------------

my ($here, $there) = map { Vestibule::Browser->new->sign_in($colleague) } 1, 2;
$here->page('/settings/profile/password');
my $next = secret(password => "the next one of $$, a long one");
$answer = $here->submit('/settings/profile/password', current => 'not the current one', password => $next, again => $next);
is($answer->code, 422, 'without the current password it does not change');
ok(is_in($there), 'and nobody is thrown out');
$here->page('/settings/profile/password');
is($here->submit('/settings/profile/password', current => $colleague->{password}, password => $next, again => "$next.")->code, 422,
    'two different ones: it does not change');
$here->page('/settings/profile/password');
$answer = $here->submit('/settings/profile/password', current => $colleague->{password}, password => $next, again => $next);
is($answer->code, 303, 'with it, it does');
ok(is_in($here), 'this session goes on');
ok(!is_in($there), 'the other has ended');
is(try_password(Vestibule::Browser->new, $colleague->{email}, $colleague->{password})->code, 422, 'the old password is over');
is(try_password(Vestibule::Browser->new, $colleague->{email}, $next)->code, 303, 'the new one signs in');
my $by_operator = secret(password => "set by the operator $$ today");
command({ input => "$by_operator\n" }, 'person', 'passwd', '--email', $colleague->{email}, '--password-stdin');
ok(!is_in($here), 'the operator sets another one: everybody is out');
is(try_password($here, $colleague->{email}, $by_operator)->code, 303, 'and it signs in');

# --- disabled -------------------------------------------------------------------------------------------------------------

ok(is_in($here), 'in');
my $open_link = new_link($colleague);
command('person', 'disable', '--email', $colleague->{email});
ok(!is_in($here), 'disabled: out at the next request');
is(try_password(Vestibule::Browser->new, $colleague->{email}, $by_operator)->code, 422, 'and cannot come in again');
$late = Vestibule::Browser->new;
$late->page("/sign-in?link=$open_link");
is($late->page('/sign-in/link')->code, 404, 'not by a link either');
command('person', 'disable', '--email', $colleague->{email}, '--undo');
ok(!is_in($here), 'let in again: the old session stays dead');
is(try_password(Vestibule::Browser->new, $colleague->{email}, $by_operator)->code, 303, 'the password works again');

# A form of the sign-in page in another browser's hands.
my $victim = Vestibule::Browser->new;
$victim->page('/sign-in');
my $thief = Vestibule::Browser->new;
$thief->page('/sign-in');
is($victim->post('/sign-in', [token => $thief->token_of('/sign-in'), email => $many->{email}, password => $many->{password}])->code, 403,
    'nobody can be signed in as somebody else by a foreign form');

finish;
