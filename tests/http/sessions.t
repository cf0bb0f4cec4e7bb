# One's own sessions: which browsers they are, ending one and all others, what a stolen one is worth then, and word of a new browser.

use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Vestibule;
use Vestibule::Browser;

my $ada = person(name => 'Ada Sessions');
my $page = '/settings/sessions';

sub browser_called ($agent, $address = undef)
{
	my $browser = Vestibule::Browser->new($address ? (address => $address) : ());
	$browser->agent($agent);
	return $browser;
}
sub is_in ($browser)
{
	return $browser->page('/settings/profile')->code == 200 && $browser->at('//main//h1') eq 'Profile';
}
sub notices
{
	return map { $_->[0] } sql('SELECT text FROM notification WHERE person = ? ORDER BY id', $ada->{id});
}

my $firefox = browser_called('Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0')->sign_in($ada);
is(scalar notices(), 0, 'the first browser ever is no news');
my $lynx = browser_called('Lynx/2.9.0dev.12 libwww-FM/2.14')->sign_in($ada);
like((notices())[0] // '', qr/^You signed in from a browser that was not seen before: Lynx\. From 127\./, 'a new one is');
my $phone = browser_called('Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5'
    . ' Mobile/15E148 Safari/604.1')->sign_in($ada);
my $odd = browser_called("<script>alert('x')</script>")->sign_in($ada);
is(scalar notices(), 3, 'each');
my $same = browser_called($firefox->agent, $firefox->local_address)->sign_in($ada);
is(scalar notices(), 3, 'but not a second time from the same place');

# --- the list ---------------------------------------------------------------------------------------------------------------------

is($firefox->page('/settings/profile')->code, 200, 'the profile');
like($firefox->at('//section[h2[contains(., "Sessions")]]'), qr/signed in on 5 browsers/, 'counts them');
is($firefox->page($page)->code, 200, 'the list');
my @rows = map { [map { $_->textContent =~ s/\s+/ /gr } $_->findnodes('./th | ./td')] } $firefox->tree->findnodes('//tbody/tr');
is(scalar @rows, 5, 'has them all');
is($rows[0][0], 'Firefox on Linux This browser', 'this browser first');
like($rows[0][5], qr/Logout/, 'which logs out');
my %names;
$names{ $_->[0] }++ for @rows;
is_deeply(\%names, { 'Firefox on Linux This browser' => 1, 'Firefox on Linux' => 1, Lynx => 1, 'Safari on iPhone' => 1, 'Unknown browser' => 1 },
    'by names that people know') or diag(explain(\%names));
like($rows[0][1], qr/^127\.\d+\.\d+\.\d+$/, 'the address');
is($firefox->count('//tbody//time[@datetime]'), 15, 'when it began, was last seen, and ends');
unlike($firefox->res->content, qr/alert\('x'\)/, 'nothing of what a browser calls itself is on the page');

# Dead ones are not there.
my $idle = browser_called('curl/7.88.1')->sign_in($ada);
$idle->set_session('last_seen = UTC_TIMESTAMP(6) - INTERVAL 31 MINUTE');
my $over = browser_called('Wget/1.21')->sign_in($ada);
$over->set_session('expires = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND');
my $old = browser_called('w3m/0.5.3')->sign_in($ada);
$old->set_session('epoch = epoch - 1');
$firefox->page($page);
is($firefox->count('//tbody/tr'), 5, 'idle, expired and outdated ones are not listed');

# --- ending one -----------------------------------------------------------------------------------------------------------------------

my $id = $lynx->session_row('LOWER(HEX(public_id))');
my $stolen = $lynx->cookie;
my ($link) = $firefox->tree->findnodes("//a[contains(\@href, '$id')]");
ok($link, 'each other one has a link to end it');
is($firefox->page("$page/$id/end")->code, 200, 'a page asks');
like($firefox->text, qr/Lynx/, 'which one it is');
my $answer = $firefox->submit("$page/$id/end");
is($firefox->leads_to($answer), $page, 'ended');
$firefox->follow($answer);
is($firefox->at('//*[@role="status"]'), 'The session of Lynx is ended.', 'says so');
ok(!is_in($lynx), 'a stolen session is worth nothing then');
is($lynx->page($page)->code, 303, 'it is asked to sign in');
like($lynx->res->header('Location'), qr{/sign-in\?next=%2Fsettings%2Fsessions$}, 'and comes back');
is($firefox->page("$page/$id/end")->code, 404, 'the page is gone');
like((notices())[-1], qr/^One of your sessions was ended: Lynx\. From 127/, 'the person is told');
is(value("SELECT COUNT(*) FROM audit_event WHERE actor = ? AND action = 'session.end'", $ada->{id}), 1, 'an audit event');

# What hangs on it goes with it.
$phone->set_session('authenticated = UTC_TIMESTAMP(6)');
$phone->page("/settings/credentials/new?ws=$ada->{workspace}");
$phone->follow($phone->submit('/settings/credentials/new', label => 'of the phone'));
secret(secret => $_) for grep { length == 67 } map { $_->textContent } $phone->tree->findnodes('//main//code');
my $hash = $phone->session_hash;
is(value('SELECT COUNT(*) FROM one_time_reveal WHERE session_hash = UNHEX(?)', $hash), 1, 'a secret that is shown once');
my $of_phone = $phone->session_row('LOWER(HEX(public_id))');
$firefox->page("$page/$of_phone/end");
is($firefox->submit("$page/$of_phone/end")->code, 303, 'its session is ended');
is(value('SELECT COUNT(*) FROM one_time_reveal WHERE session_hash = UNHEX(?)', $hash), 0, 'and the secret is not shown any more');

# Others' sessions are not there.
my $bob = Vestibule::Browser->new->sign_in(person(name => 'Bob Sessions'));
my $of_bob = $bob->session_row('LOWER(HEX(public_id))');
is($firefox->page("$page/$of_bob/end")->code, 404, 'nobody sees those of others');
unchanged('the session of somebody else', sub {
	is($firefox->post("$page/$of_bob/end", [token => craft_token($firefox->cookie, "$page/$of_bob/end")])->code, 404, 'or ends them') });
ok(is_in($bob), 'it goes on');

# One's own ends as a logout does.
my $own = $same->session_row('LOWER(HEX(public_id))');
$same->page("$page/$own/end");
$answer = $same->submit("$page/$own/end");
is($same->leads_to($answer), '/sign-in?signed-out=1', 'ending this browser signs out');
ok(!is_in($same), 'out');

# --- all others ------------------------------------------------------------------------------------------------------------------------

$firefox->page("$page/end-others");
is($firefox->leads_to($firefox->submit("$page/end-others")), $page, 'all others');
ok(is_in($firefox), 'this one goes on');
ok(!is_in($odd), 'the others do not');
is(value('SELECT COUNT(*) FROM session WHERE person = ?', $ada->{id}), 1, 'one is left');
like((notices())[-1], qr/^All your sessions but one were ended\. From/, 'the person is told');
$firefox->page($page);
like($firefox->text, qr/There is no other session/, 'the page says that there is none');
is($firefox->count('//a[contains(@href, "end-others")]'), 0, 'and offers nothing');
$firefox->page('/settings/profile');
like($firefox->text, qr/signed in on this browser only/, 'the profile too');

# --- an old password, a new one ----------------------------------------------------------------------------------------------------------

my $thief = browser_called('curl/8')->sign_in($ada);
my $before = $ada->{password};
my $new = secret(password => "another one of $$ for sessions");
$firefox->page('/settings/profile/password');
is($firefox->submit('/settings/profile/password', current => $before, password => $new, again => $new)->code, 303, 'the password is changed');
ok(!is_in($thief), 'other sessions end with it');
ok(is_in($firefox), 'this one goes on');
like((notices())[-1], qr/^Your password was changed, and your other sessions ended\. From/, 'the person is told');
my $late = Vestibule::Browser->new;
$late->page('/sign-in');
is($late->submit('/sign-in', email => $ada->{email}, password => $before)->code, 422, 'the old password is refused');
is($late->submit('/sign-in', email => $ada->{email}, password => $new)->code, 303, 'the new one lets in');

finish;
