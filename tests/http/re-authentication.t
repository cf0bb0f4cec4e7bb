# Asking for a proof before a serious act: the posted form waits, the password or a code of the second factor carries it out. What forms.t
# asks of every such form with the password is here asked with a second factor, with haste, and with several tabs.

use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Vestibule;
use Vestibule::Browser;
use Vestibule::SecondFactor;

my $new = '/settings/credentials/new';
my $email = '/settings/profile/email';

# As if they had signed in an hour ago.
sub outdate ($browser) { $browser->set_session('authenticated = UTC_TIMESTAMP(6) - INTERVAL 1 HOUR'); return $browser }
sub labels ($person)
{
	return join ' ', map { $_->[0] } sql('SELECT label FROM credential WHERE person = ? AND revoked IS NULL ORDER BY id', $person->{id});
}

# Sends the form for new credentials; the browser has the question then.
sub park ($browser, $label)
{
	$browser->page("$new?ws=$browser->{person}{workspace}");
	my $answer = $browser->submit($new, label => $label);
	is($answer->code, 422, "$label: a proof is asked for") or diag($browser->text);
	is($browser->at('//main//h1'), 'Confirm that it is you', "$label: on a page of its own");
	return $answer;
}
sub asked ($browser)
{
	return join ' ', map { $_->value } $browser->tree->findnodes('//main//form//input[@type!="hidden"]/@name');
}
sub message ($browser, $field) { return $browser->at("//*[\@id='$field-message']") }
# The secret that the page shows once.
sub carried_out ($browser, $answer, $what)
{
	is($answer->code, 303, $what) or diag($browser->text);
	$browser->follow($answer);
	secret(secret => $_) for grep { length == 67 } map { $_->textContent } $browser->tree->findnodes('//*[@class="reveal"]//code');
}

# --- password and code --------------------------------------------------------------------------------------------------------------

my $ada = person_with_factor(name => 'Ada Proof');
my $browser = Vestibule::Browser->new;
$browser->{person} = $ada;
sub sign_in_with_code ($browser, $person)
{
	forget_step($person);
	$browser->{person} = $person;
	$browser->page('/sign-in');
	$browser->submit('/sign-in', email => $person->{email}, password => $person->{password});
	is(enter_code($browser, app_code($person->{seed}))->code, 303, 'signed in with password and code');
	forget_step($person);
	return $browser;
}
sign_in_with_code($browser, $ada);

park(outdate($browser), 'one');
is(asked($browser), 'password code', 'the password or a code');
like($browser->text, qr/Enter your password or a code to go on\. What you typed is kept\./, 'one of both');
is($browser->submit($new, password => 'not this one at all')->code, 422, 'a wrong password');
is(message($browser, 'password'), 'This is not your password.', 'says so');
is($browser->submit($new, code => sprintf '%06d', (app_code($ada->{seed}) + 7) % 1_000_000)->code, 422, 'a wrong code');
like(message($browser, 'code'), qr/neither the code that your app shows now nor a recovery code/, 'says so');
is($browser->submit($new)->code, 422, 'neither');
is(message($browser, 'password'), 'Enter a value.', 'says so');
is(labels($ada), '', 'nothing was done so far');
carried_out($browser, $browser->submit($new, password => $ada->{password}), 'the right password after all that carries it out');
is(labels($ada), 'one', 'with what was typed, once');

park(outdate($browser), 'two');
my $code = app_code($ada->{seed});
my $begun = int(time / 30);
carried_out($browser, $browser->submit($new, code => substr($code, 0, 3) . ' ' . substr $code, 3), 'a code of the app, typed in two halves');
is(labels($ada), 'one two', 'once');
# What somebody has read over the shoulder.
my $thief = Vestibule::Browser->new;
$thief->{person} = $ada;
$thief->cookie_jar($browser->cookie_jar);
park(outdate($thief), 'of a thief');
my $replayed = $thief->submit($new, code => $code);
is($replayed->code, 422, 'the same code is refused a second time');
like(message($thief, 'code'), int(time / 30) <= $begun + 1 ? qr/used already/ : qr/used already|neither the code/, 'and says why');
is(labels($ada), 'one two', 'nothing is done');

forget_step($ada);
park(outdate($browser), 'three');
carried_out($browser, $browser->submit($new, code => uc $ada->{codes}[0]), 'a recovery code');
like(join("\n", map { $_->[0] } sql('SELECT text FROM notification WHERE person = ?', $ada->{id})), qr/One of your recovery codes was used\./,
    'the person is told');
park(outdate($browser), 'four');
is($browser->submit($new, code => $ada->{codes}[0])->code, 422, 'not twice');
is(labels($ada), 'one two three', 'nothing is done');

# --- in haste ------------------------------------------------------------------------------------------------------------------------

# The answer pressed many times at once: one act, the same answer each time.
for my $how (qw(password code recovery)) {
	forget_step($ada);
	park(outdate($browser), "haste-$how");
	my $before = value('SELECT COUNT(*) FROM credential WHERE person = ?', $ada->{id});
	my %proof = $how eq 'password' ? (password => $ada->{password}) : (code => $how eq 'code' ? app_code($ada->{seed}) : $ada->{codes}[1]);
	my %fields = ($browser->fields_of($new), %proof);
	my @answers = $browser->all_at_once($browser->request_for($new, [%fields]), 6);
	is(join(' ', map { $_->code } @answers), '303 303 303 303 303 303', "$how, six at once: all are led on");
	my %locations = map { ($_->header('Location') // '' => 1) } @answers;
	is(scalar keys %locations, 1, "$how, six at once: to one page");
	is(value('SELECT COUNT(*) FROM credential WHERE person = ?', $ada->{id}), $before + 1, "$how, six at once: one act");
	$browser->get($url =~ s/\Q$base\E$//r . (keys %locations)[0]);
	secret(secret => $_) for grep { length == 67 } map { $_->textContent } $browser->tree->findnodes('//*[@class="reveal"]//code');
}
# And the serious form itself, pressed twice before the question came: each waits for itself, and one is done.
outdate($browser);
$browser->page("$new?ws=$ada->{workspace}");
my %typed = ($browser->fields_of($new), label => 'pressed-twice');
my $request = $browser->request_for($new, [%typed]);
my @questions = map { $browser->send($request); +{ $browser->fields_of($new) } } 1 .. 2;
isnt($questions[0]{parked}, $questions[1]{parked}, 'pressed twice: two forms wait');
my @both = map { $browser->post($new, [%{ { %$_, password => $ada->{password} } }]) } @questions;
is(join(' ', map { $_->code } @both), '303 303', 'pressed twice: both answers lead on');
is($both[0]->header('Location'), $both[1]->header('Location'), 'pressed twice: to one page');
carried_out($browser, $both[1], 'pressed twice: which is there');
is(scalar(() = labels($ada) =~ /pressed-twice/g), 1, 'pressed twice: one pair');

# --- several tabs ------------------------------------------------------------------------------------------------------------------------

outdate($browser);
my @tabs = map { park($browser, $_); +{ $browser->fields_of($new) } } qw(tab-a tab-b);
is($browser->post($new, [%{ { %{ $tabs[1] }, password => $ada->{password} } }])->code, 303, 'the question of one tab is answered');
carried_out($browser, $browser->res, 'and its form carried out');
is($browser->post($new, [%{ $tabs[0] }])->code, 303, 'the other tab goes on without an answer: the proof of a moment ago counts');
carried_out($browser, $browser->res, 'and its form is carried out, too');
like(labels($ada), qr/tab-b tab-a/, 'both, in the order of the answers');

# --- too late, signed out, gone -----------------------------------------------------------------------------------------------------------

park(outdate($browser), 'too-late');
my %question = ($browser->fields_of($new), code => app_code($ada->{seed}));
execute('UPDATE parked_form SET expires = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE id = UNHEX(?)', $question{parked});
is($browser->post($new, [%question])->code, 409, 'after ten minutes it is not carried out any more');
my %again = $browser->fields_of($new);
is($again{label}, 'too-late', 'but what was typed is in the form again');
ok(!exists $again{parked}, 'which is the form itself');
is(value('SELECT last_step FROM second_factor WHERE person = ?', $ada->{id}), 0, 'and the code was not used up for it');
$browser->submit($new);
is($browser->at('//main//h1'), 'Confirm that it is you', 'sent again it asks again');
carried_out($browser, $browser->submit($new, code => app_code($ada->{seed})), 'and is carried out');
like(labels($ada), qr/too-late/, 'with what was typed');

park(outdate($browser), 'signed-out');
%question = ($browser->fields_of($new), password => $ada->{password});
my $cookie = $browser->cookie;
$browser->set_session('expires = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND');
is($browser->post($new, [%question])->code, 403, 'the session ended meanwhile');
like($browser->text, qr/You have been signed out.*signed-out/, 'what was typed can be copied');
unlike($browser->text, qr/\Q$ada->{password}\E/, 'not the password');
sign_in_with_code($browser, $ada);
isnt($browser->cookie, $cookie, 'signed in again');
is($browser->post($new, [%question])->code, 403, 'the old question is none of this session');
unlike(labels($ada), qr/signed-out/, 'nothing was done');

# What the form is about is gone when the proof comes.
command('credential', 'create', '--email', $ada->{email}, '--label', 'goes', '--json') =~ /"secret_key": "([^"]+)"/ and secret(secret => $1);
my $id = value("SELECT LOWER(HEX(public_id)) FROM credential WHERE person = ? AND label = 'goes'", $ada->{id});
outdate($browser);
my $rotate = "/settings/credentials/$id/rotate";
$browser->page("$rotate?ws=$ada->{workspace}");
is($browser->submit($rotate, hours => 24)->code, 422, 'rotating asks for a proof');
%question = ($browser->fields_of($rotate), password => $ada->{password});
execute('UPDATE credential SET revoked = UTC_TIMESTAMP(6) WHERE public_id = UNHEX(?)', $id);
is($browser->post($rotate, [%question])->code, 404, 'what it was about is gone');
is(value('SELECT COUNT(*) FROM credential WHERE person = ? AND rotated_from IS NOT NULL', $ada->{id}), 0, 'nothing was done');

# --- guessing ------------------------------------------------------------------------------------------------------------------------------

forget_step($ada);
park(outdate($browser), 'guessed');
for my $try (1 .. 6) {
	is($browser->submit($new, code => sprintf '%06d', (app_code($ada->{seed}) + $try) % 1_000_000)->code, 422, "wrong code $try");
}
is($browser->submit($new, code => app_code($ada->{seed}))->code, 422, 'then even the right one has to wait');
like(message($browser, 'code'), qr/^Too many wrong tries\. Try again in \d+ seconds?\.$/, 'which says how long');
carried_out($browser, $browser->submit($new, password => $ada->{password}), 'the password is another way, and the form still waits');
like(labels($ada), qr/guessed/, 'and is carried out');
is(value("SELECT COUNT(*) FROM audit_event WHERE actor = ? AND action = 'session.authenticate' AND result = 'refused'"
    . ' AND at > UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE', $ada->{id}) >= 6 ? 'yes' : 'no', 'yes', 'wrong ones are audit events');

# --- a stolen session, an old one ---------------------------------------------------------------------------------------------------------------

# Whoever has only the cookie gets at nothing serious.
outdate($browser);
for my $form ($email, '/settings/second-factor/off', '/settings/second-factor/codes', "$new?ws=$ada->{workspace}") {
	my $path = $form =~ s/\?.*//r;
	my $held = Vestibule::Browser->new;
	$held->cookie_jar($browser->cookie_jar);
	$held->page($form);
	my $before = checksums();
	is($held->submit($path, $path eq $email ? (email => "thief-$$\@example.org") : ())->code, 422, "$path: a stolen session alone is asked for a proof");
	is(join(' ', changed($before, checksums())), 'parked_form', "$path: and nothing is done");
}
# The password change has its own proof.
$browser->page('/settings/profile/password');
my $next = secret(password => "what nobody guesses $$");
is($browser->submit('/settings/profile/password', current => 'not this one at all', password => $next, again => $next)->code, 422,
    'a new password without the old one is refused');
is(message($browser, 'current'), 'This is not your password.', 'and says so beside the field, without another question');
is(asked($browser), 'current password again', 'with all three fields');
is($browser->submit('/settings/profile/password', current => $ada->{password}, password => $next, again => $next)->code, 303, 'with it, it is changed');
is($browser->page('/settings/profile')->code, 200, 'who changed it is still in');
my $old = $ada->{password};
$ada->{password} = $next;
park(outdate($browser), 'after-change');
is($browser->submit($new, password => $old)->code, 422, 'the old password proves nothing any more');
carried_out($browser, $browser->submit($new, password => $next), 'the new one does');

# --- somebody who has no proof to give ---------------------------------------------------------------------------------------------------------------

my $linked = person(name => 'Linda Linked', password => undef);
$browser = Vestibule::Browser->new->sign_in($linked);
outdate($browser);
$browser->page("$new?ws=$linked->{workspace}");
is($browser->submit($new, label => 'nothing')->code, 422, 'without a password and a second factor');
is($browser->at('//main//h1'), 'Sign in again', 'the page says what helps');
is(labels($linked), '', 'nothing is done');

# The e-mail address is parked like anything else.
my $eve = person(name => 'Eve Proof');
$browser = Vestibule::Browser->new->sign_in($eve);
outdate($browser);
$browser->page($email);
is($browser->submit($email, email => "new-$$\@example.org")->code, 422, 'a new address asks for the password');
is(asked($browser), 'password', 'only for that, without a second factor');
my $answer = $browser->submit($email, password => $eve->{password});
is($answer->code, 303, 'and goes on');
$browser->follow($answer);
secret(link => $1) if $browser->at('//main//code') =~ /code=([A-Za-z0-9_-]{43})/;
is(value('SELECT email FROM email_change WHERE person = ?', $eve->{id}), "new-$$\@example.org", 'with the address that was typed');

finish;
