# Changing one's e-mail address where the site sends no mail: the page shows a link to be copied, which works once, for a day, for the person
# who asked. With mail: tests/system/mail.t.

use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Vestibule;
use Vestibule::Browser;
use Vestibule::Nasty;

my $path = '/settings/profile/email';
my $confirm = "$path/confirm";
my $ada = person(name => 'Ada Address');
my $bob = person(name => 'Bob Address');
my $browser = Vestibule::Browser->new->sign_in($ada);
my $number = 0;
sub fresh () { return 'moved-' . ++$number . "-$$\@example.org" }
sub stored ($who = $ada) { return value('SELECT email FROM person WHERE id = ?', $who->{id}) }
sub forget () { execute('DELETE FROM email_change WHERE person = ?', $_->{id}) for $ada, $bob }
sub notices ($who) { return join "\n", map { $_->[0] } sql('SELECT text FROM notification WHERE person = ? ORDER BY id', $who->{id}) }
sub problem ($browser) { return $browser->at('//*[@role="alert"]//li') }

# Asks; on the page of the link then. Returns the link's path and code.
sub ask_for ($email, $browser = $browser)
{
	$browser->page($path);
	my $answer = $browser->submit($path, email => $email);
	is($answer->code, 303, "$email: asked") or diag($browser->text);
	$browser->follow($answer);
	my ($link) = $browser->at('//main//code') =~ m{^\Q$url\E(\Q$confirm\E\?code=[A-Za-z0-9_-]{43})$} or die "no link: " . $browser->text;
	return ($link, secret(link => $link =~ s/.*code=//r));
}
sub open_link ($link, $browser = $browser)
{
	$browser->page($link);
	return $browser->page($confirm);
}

# --- the page, without mail ---------------------------------------------------------------------------------------------------------

$browser->page($path);
is($browser->at('//main//h1'), 'Change e-mail address', 'the page');
like($browser->text, qr/This site sends no mail: the next page shows a link instead/, 'says that no mail is sent, rather than pretend');
like($browser->text, qr/\Q$ada->{email}\E/, 'and which address it is so far');
my $new = fresh();
my ($link, $code) = ask_for($new);
my $shown = $browser->uri->path =~ s/\Q$base\E//r;
like($shown, qr{^\Q$path\E/link/[0-9a-f]{32}$}, 'the link is on a page of its own');
is($browser->res->header('Cache-Control'), 'no-store, no-cache', 'which is not kept');
is($browser->at('//main//code/@data-copy-text'), $browser->at('//main//code'), 'to be copied');
is($browser->at('//main//a[.="Open it here"]/@href'), "$base$link", 'or opened here');
like($browser->text, qr/It works once and for 24 hours/, 'says how long');
like($browser->text, qr/\Q$new\E/, 'and for which address');
is(stored(), $ada->{email}, 'nothing is changed yet');
is(value('SELECT COUNT(*) FROM mail_outbox'), 0, 'and no mail was written');
$browser->page('/settings/profile');
like($browser->text, qr/\Q$new\E waits to be confirmed\./, 'the profile says what waits');
$browser->page($shown);
is($browser->at('//main//code'), "$url$link", 'a reload shows it again');
my $stranger = Vestibule::Browser->new->sign_in($bob);
is($stranger->page($shown)->code, 404, 'to nobody else');
is($browser->leads_to(do { $browser->page($shown); $browser->submit("$shown/done") }), '/settings/profile', 'Done');
is($browser->page($shown)->code, 404, 'ends the page');

# --- confirming -------------------------------------------------------------------------------------------------------------------------

is($stranger->page($link)->code, 303, 'somebody else opens it');
is($stranger->page($confirm)->code, 404, 'which does not work');
like($stranger->text, qr/belong to another account/, 'and says what may be the reason');
my $nobody = Vestibule::Browser->new;
my $answer = $nobody->page($link);
is($answer->code, 303, 'opened by who is not signed in');
is($nobody->leads_to($answer), $confirm, 'the code leaves the address at once');
ok((grep { /^vestibule-email=\Q$code\E; .*HttpOnly; SameSite=Lax/ } $answer->header('Set-Cookie')), 'into a cookie');
$nobody->page($confirm);
like($nobody->text, qr/Sign in first, with the address you have used so far/, 'asks to sign in');
is($nobody->page($nobody->tree->findvalue('//main//a/@href') =~ s/^\Q$base\E//r)->code, 200, 'where sign-in is');
$nobody->submit('/sign-in', email => $ada->{email}, password => $ada->{password});
like($nobody->leads_to($nobody->res), qr{^\Q$confirm\E(\?tip=\d+)?$}, 'and back after it');
$nobody->page($confirm);
like($nobody->text, qr/So far\s*\Q$ada->{email}\E\s*From now on\s*\Q$new\E/, 'the page of the link says what changes');
unlike($nobody->content, qr/\Q$code\E/, 'without the code');
is(stored(), $ada->{email}, 'looking changes nothing');
my $request = $nobody->request_for($confirm, [$nobody->fields_of($confirm)]);
my @answers = $nobody->all_at_once($request, 4);
is(join(' ', map { $_->code } @answers), '303 303 303 303', 'its button, pressed four times at once');
is(stored(), $new, 'the address is changed');
is(value("SELECT COUNT(*) FROM audit_event WHERE actor = ? AND action = 'person.email'", $ada->{id}), 1, 'once, with an audit event');
$nobody->follow($answers[0]);
is($nobody->at('//*[@role="status"]'), "Your e-mail address is now $new.", 'and the page says so');
like(notices($ada), qr/Your e-mail address was changed to \Q$new\E\. From 127\./, 'the person is told');
is(open_link($link)->code, 404, 'the link works once');
my $old = $ada->{email};
$ada->{email} = $new;
my $late = Vestibule::Browser->new;
$late->page('/sign-in');
is($late->submit('/sign-in', email => $old, password => $ada->{password})->code, 422, 'the old address does not sign in any more');
is($late->submit('/sign-in', email => $new, password => $ada->{password})->code, 303, 'the new one does');
is($browser->page('/settings/profile')->code, 200, 'sessions go on');

# --- links that do not work -----------------------------------------------------------------------------------------------------------

forget();
my ($first) = ask_for(fresh());
my ($second) = ask_for(fresh());
is(open_link($first)->code, 404, 'a newer request ends the older link');
is(open_link($second)->code, 200, 'and works itself');
execute('UPDATE email_change SET expires = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE person = ?', $ada->{id});
is($browser->submit($confirm)->code, 422, 'a day later its button does nothing');
is(problem($browser), 'This link cannot be used any more.', 'and says so');
is(open_link($second)->code, 404, 'nor its page');
is(stored(), $new, 'the address is as before');
for my $bad ('', 'x', 'x' x 43, $code . 'x', "a\%0d\%0aSet-Cookie:a=b") {
	$browser->page("$confirm?code=$bad");
	is($browser->page($confirm)->code, 404, 'a code of ' . length($bad) . ' characters that is none');
}

# --- addresses ------------------------------------------------------------------------------------------------------------------------------

forget();
my $wrong = 0;
for my $text (nasty()) {
	my $typed = ref $text ? $text : normal('email', $text);
	next if !ref $text && !fault({ type => 'email', required => 1, most => 254, least => 0 }, $typed);
	$browser->page($path);
	my ($form) = { $browser->fields_of($path) };
	my $answer = $browser->post($path, [token => $form->{token}, email => $text]);
	$wrong++ if $answer->code != 422 && $answer->code != 400;
}
is($wrong, 0, 'what is no address is refused');
is(value('SELECT COUNT(*) FROM email_change WHERE person = ?', $ada->{id}), 0, 'and nothing is written');
$browser->page($path);
is($browser->submit($path, email => $new)->code, 422, 'the address of now');
is(problem($browser), 'New e-mail address: This is your e-mail address already.', 'is said to be that');
my ($large) = ask_for("  MOVED-CASE-$$\@Example.ORG ");
open_link($large);
$browser->submit($confirm);
is(stored(), "moved-case-$$\@example.org", 'capitals and blanks are put in order');
$ada->{email} = stored();

# Of somebody else: nobody learns it by asking.
forget();
my ($taken) = ask_for($bob->{email});
is(open_link($taken)->code, 200, 'an address that somebody else has looks the same');
is($browser->submit($confirm)->code, 422, 'but is not given away');
is(problem($browser), 'This address cannot be used here. Ask the operator of this site.', 'and says whom to ask');
is(stored(), $ada->{email}, 'nobody has it twice');
is(stored($bob), $bob->{email}, 'and its owner keeps it');

# Two people, one address, at once.
forget();
my $wanted = fresh();
my @pair = map { my $one = $_; my ($link) = ask_for($wanted, $one); open_link($link, $one); $one } $browser, $stranger;
is(join(' ', map { $_->submit($confirm)->code } @pair), '303 422', 'two want the same: the first gets it');
is(value('SELECT COUNT(*) FROM person WHERE email = ?', $wanted), 1, 'only that one');
$ada->{email} = $wanted;

# --- how often ---------------------------------------------------------------------------------------------------------------------------------

forget();
ask_for(fresh()) for 1 .. 5;
$browser->page($path);
is($browser->submit($path, email => fresh())->code, 422, 'the sixth time within an hour');
is(problem($browser), 'You have asked for this five times within an hour. Try again later.', 'is refused, and says so');
execute('UPDATE email_change SET created = created - INTERVAL 61 MINUTE WHERE person = ?', $ada->{id});
ask_for(fresh());

# --- without an address so far -------------------------------------------------------------------------------------------------------------------

execute('UPDATE person SET email = NULL WHERE id = ?', $bob->{id});
forget();
$stranger->page('/settings/profile');
like($stranger->text, qr/EMAIL ADDRESS\s*None/, 'who has no address');
$stranger->page($path);
is($stranger->at('//main//h1'), 'Add an e-mail address', 'adds one');
my ($added) = ask_for(fresh(), $stranger);
open_link($added, $stranger);
is($stranger->submit($confirm)->code, 303, 'in the same way');
like(stored($bob), qr/^moved-/, 'and has it');

finish;
