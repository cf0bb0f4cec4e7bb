# The second factor: setting it up with an app (oathtool), signing in with it, what is refused, recovery codes, switching it off, and what
# happens when the key of the seed is lost.

use v5.36;
use utf8;
use File::Temp 'tempfile';
use FindBin;
use lib "$FindBin::Bin/lib";
use MIME::Base64;
use Test::More;
use Vestibule;
use Vestibule::Browser;
use Vestibule::SecondFactor;

my $ada = person(name => 'Ada Factor');
my $browser = Vestibule::Browser->new->sign_in($ada);
my $page = '/settings/second-factor';

# By password, up to the page of the code.
sub half_in ($who, $browser = Vestibule::Browser->new, %more)
{
	$browser->{person} = $who;
	$browser->page('/sign-in');
	my $answer = $browser->submit('/sign-in', email => $who->{email}, password => $who->{password}, %more);
	is($browser->leads_to($answer), '/sign-in/code', 'after the password the code is asked for') or diag($browser->text);
	return $browser;
}
sub is_in ($browser)
{
	return $browser->page('/settings/profile')->code == 200 && $browser->at('//main//h1') eq 'Profile';
}
sub notices ($who)
{
	return join "\n", map { $_->[0] } sql('SELECT text FROM notification WHERE person = ? ORDER BY id', $who->{id});
}

# --- setting it up ----------------------------------------------------------------------------------------------------------

$browser->page('/settings/profile');
like($browser->at('//section[h2[contains(., "Second factor")]]'), qr/Off/, 'the profile says that it is off');
is($browser->page($page)->code, 200, 'its page');
is($browser->at('//nav[@class="side"]//a[@aria-current]'), ' Profile', 'is one of the profile');
my $answer = $browser->submit("$page/new");
my $new = $browser->leads_to($answer);
like($new, qr{^\Q$page\E/new/[0-9a-f]{32}$}, 'begins');
is(value('SELECT COUNT(*) FROM second_factor WHERE person = ?', $ada->{id}), 0, 'nothing is on before a code confirms it');
$answer = $browser->follow($answer);
is($answer->header('Cache-Control'), 'no-store, no-cache', 'the page of the seed is not kept');
my $seed = secret(seed => $browser->at('(//main//code/@data-copy-text)[1]'));
like($seed, qr/^[A-Z2-7]{32}$/, 'a seed of 160 bits');
is($browser->at('(//main//code)[1]'), join(' ', $seed =~ /.{4}/g), 'to be typed, in groups of four');
my $uri = $browser->at('(//main//code/@data-copy-text)[2]');
my $host = $url =~ s{^\w+://}{}r =~ s{/.*}{}r =~ s/:/%3A/r;
is($uri, "otpauth://totp/Vestibule%20$host:" . ($ada->{email} =~ s/\@/%40/r) . "?secret=$seed&issuer=Vestibule%20$host&algorithm=SHA1&digits=6&period=30",
    'and as an address');
is($browser->count('//main//a[contains(@href, "otpauth")]'), 0, 'which is no link');
is($browser->count('//main//*[local-name()="svg"][@class="qr"]//*[local-name()="title"]'), 1, 'a picture with a title');
is($browser->count('//main//*[local-name()="svg"][@class="qr"]//*[local-name()="path"]'), 1, 'of one path');

# A reader that knows nothing of us reads the picture.
{
	my ($svg) = $browser->tree->findnodes('//main//*[local-name()="svg"][@class="qr"]');
	my $size = (split ' ', $svg->getAttribute('viewBox'))[2];
	my ($path) = $svg->findnodes('.//*[local-name()="path"]');
	my @dots = map { [(255) x ($size * 4)] } 1 .. $size * 4;
	my $drawn = $path->getAttribute('d');
	while ($drawn =~ /M(\d+) (\d+)h(\d+)v1h-\3z/g) {
		my ($x, $y, $run) = ($1, $2, $3);
		for my $row ($y * 4 .. $y * 4 + 3) {
			$dots[$row][$_] = 0 for $x * 4 .. ($x + $run) * 4 - 1;
		}
	}
	my ($picture, $file) = tempfile(SUFFIX => '.pgm', UNLINK => 1);
	binmode $picture;
	printf $picture "P5 %d %d 255\n%s", $size * 4, $size * 4, join '', map { pack 'C*', @$_ } @dots;
	close $picture;
	chomp(my $read = `zbarimg --quiet --raw $file 2>/dev/null`);
	is($read, $uri, 'a reader reads it');
}
$browser->page($new);
is($browser->at('(//main//code/@data-copy-text)[1]'), $seed, 'a reload shows the same seed');
is(Vestibule::Browser->new->sign_in(person())->page($new)->code, 404, 'to nobody else');

# A wrong code, then the right one.
my $wrong = sprintf '%06d', (app_code($seed) + 1) % 1_000_000;
$answer = $browser->submit($new, code => $wrong);
is($answer->code, 422, 'a wrong code');
like($browser->at('//*[@id="code-message"]'), qr/not the code of now/, 'says what to do');
is($browser->at('(//main//code/@data-copy-text)[1]'), $seed, 'the seed is still there');
is($browser->at('//input[@id="code"]/@autocomplete'), 'one-time-code', 'phones offer the code');
$answer = $browser->submit($new, code => ' ' . app_code($seed) =~ s/(...)/$1 /r);
is($answer->code, 303, 'the right one, with blanks');
my $codes_page = $browser->leads_to($answer);
like($codes_page, qr{^\Q$page\E/codes/[0-9a-f]{32}$}, 'leads to the recovery codes');
$browser->follow($answer);
my @codes = recovery_codes($browser);
is(scalar @codes, 10, 'ten of them');
is(scalar(grep { /^([0-9a-hjkmnp-tv-z]{4}-){5}[0-9a-hjkmnp-tv-z]{4}$/ } @codes), 10, 'of 24 characters that are not mistaken for others');
$answer = $browser->page("$codes_page/recovery-codes.txt");
is($answer->header('Content-Type'), 'text/plain; charset=utf-8', 'as a file');
like($answer->header('Content-Disposition'), qr/^attachment; filename="recovery-codes\.txt"$/, 'to be saved');
is(join(' ', grep { /-.*-/ && !/\// } split /\s+/, $answer->content), "@codes", 'with the same codes');
$browser->page($codes_page);
is($browser->leads_to($browser->submit("$codes_page/done")), $page, 'Done');
is($browser->page($codes_page)->code, 404, 'ends the page');
is($browser->page($new)->code, 404, 'the seed is not shown again');
like(notices($ada), qr/A second factor was switched on/, 'the person is told');
is(value('SELECT COUNT(*) FROM second_factor WHERE person = ? AND LOCATE(?, seed) = 0', $ada->{id}, $seed), 1, 'the seed is sealed');
is(value('SELECT COUNT(*) FROM recovery_code WHERE person = ? AND LENGTH(hash) = 32', $ada->{id}), 10, 'the codes are hashes');
$browser->page($page);
like($browser->text, qr/10 of 10 are left/, 'the page says how many are left');
is(value("SELECT GROUP_CONCAT(action ORDER BY id) FROM audit_event WHERE actor = ? AND action REGEXP 'factor|recovery'", $ada->{id}),
    'second-factor.on,recovery-code.create', 'both are audit events');

# --- signing in ---------------------------------------------------------------------------------------------------------------

forget_step($ada);
my $other = half_in($ada);
ok(!is_in($other), 'half in is not in');
is(value('SELECT COUNT(*) FROM session WHERE hash = UNHEX(?)', $other->session_hash), 0, 'there is no session');
is($other->page('/settings/credentials/new')->code, 303, 'other pages ask for the sign-in');
$other->page('/sign-in/code');
is($other->at('//main//h1'), 'Enter your code', 'the page of the code');
my $code = app_code($seed);
$answer = $other->submit('/sign-in/code', code => $wrong eq $code ? '000000' : $wrong);
is($answer->code, 422, 'a wrong code is refused');
is($other->at('//input[@id="code"]/@value'), '', 'and not shown again');
$answer = $other->submit('/sign-in/code', code => $code);
like($other->leads_to($answer), qr{^/settings/profile(\?tip=\d+)?$}, 'the right one lets in') or diag($other->text);
ok(is_in($other), 'in');

# The same code again.
my $third = half_in($ada);
$answer = enter_code($third, $code);
is($answer->code, 422, 'the same code is refused a second time');
like($third->at('//*[@id="code-message"]'), qr/used already/, 'and says why');
ok(!is_in($third), 'not in');

# One half minute to each side, and no more.
for my $case ([-2, 0], [-1, 1], [1, 1], [2, 0]) {
	my ($steps, $right) = @$case;
	my $begun;
	# Within one half minute, or the clock has moved on meanwhile: then once more.
	for my $try (1 .. 5) {
		forget_step($ada);
		my $one = half_in($ada);
		$begun = int(time / 30);
		$answer = enter_code($one, app_code($seed, $steps));
		last if int(time / 30) == $begun;
	}
	is($answer->code, $right ? 303 : 422, "a code $steps half minutes away: " . ($right ? 'taken' : 'refused'));
}
# After a later one an earlier one is as good as used.
forget_step($ada);
is(enter_code(half_in($ada), app_code($seed, 1))->code, 303, 'the code of the next half minute');
is(enter_code(half_in($ada), app_code($seed))->code, 422, 'then not that of this one');

# Four at once let in one.
forget_step($ada);
$code = app_code($seed);
my @separate = map { my $one = half_in($ada); $one->page('/sign-in/code'); $one } 1 .. 4;
my @requests = map { my %f = ($_->fields_of('/sign-in/code'), code => $code); $_->request_for('/sign-in/code', [%f]) } @separate;
my @children = map {
	my $request = $_;
	pipe my $read, my $write or die;
	my $child = fork // die;
	if (!$child) {
		my $answer = LWP::UserAgent->new(max_redirect => 0)->request($request);
		syswrite $write, $answer->code . ' ' . ($answer->header('Location') // '') . "\n";
		require POSIX;
		POSIX::_exit(0);
	}
	[$child, $read];
} @requests;
my @locations = map { my ($child, $read) = @$_; my $line = <$read>; waitpid $child, 0; $line } @children;
is(scalar(grep { m{^303 .*/settings/profile} } @locations), 1, 'one code in four browsers at once lets one in') or diag(@locations);

# With everything that sign-in takes along.
forget_step($ada);
my $kept = half_in($ada, Vestibule::Browser->new, keep => 1, next => '/settings/second-factor');
$answer = enter_code($kept, app_code($seed));
is($kept->leads_to($answer), '/settings/second-factor', 'leads where the sign-in was to lead');
is($kept->session_row('kept'), 1, 'and stays signed in');

# --- the half-way state ----------------------------------------------------------------------------------------------------

# A cookie that was planted before is not the one that is half in.
my $planted = Vestibule::Browser->new;
$planted->page('/sign-in');
my $cookie = $planted->cookie;
half_in($ada, $planted);
isnt($planted->cookie, $cookie, 'the code is asked for under a cookie made for it');
is(Vestibule::Browser->new->page('/sign-in/code')->code, 404, 'without it there is no page of the code');

my $late = half_in($ada);
execute('UPDATE pending_sign_in SET expires = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE session_hash = UNHEX(?)', $late->session_hash);
is($late->page('/sign-in/code')->code, 404, 'after five minutes it is over');
is(value('SELECT ROUND(TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(6), expires) / 60) FROM pending_sign_in WHERE session_hash = UNHEX(?)',
    half_in($ada)->session_hash), 5, 'which it lasts');

forget_step($ada);
my $guesser = half_in($ada);
$guesser->page('/sign-in/code');
for my $try (1 .. 5) {
	is($guesser->submit('/sign-in/code', code => sprintf '%06d', (app_code($seed) + $try) % 1_000_000)->code, 422, "wrong code $try");
}
is($guesser->page('/sign-in/code')->code, 404, 'five wrong codes end it');
like(notices($ada), qr/Somebody who knows your password/, 'and the person is told');
my $blocked = half_in($ada);
is(enter_code($blocked, '000000')->code, 422, 'the sixth');
is(enter_code($blocked, app_code($seed))->code, 422, 'then even the right one has to wait');
like($blocked->at('//*[@id="code-message"]'), qr/^Too many wrong tries\. Try again in \d+ seconds?\.$/, 'which says how long');
my $elsewhere = half_in($ada);
$elsewhere->move;
is(enter_code($elsewhere, app_code($seed))->code, 422, 'from anywhere: codes are short');
forget_step($ada);
is(enter_code($blocked, app_code($seed))->code, 303, 'and then it lets in');

# Whoever changes the password ends what is half in.
my $stale = half_in($ada);
command({ input => secret(password => "a third one of $$") . "\n" }, 'person', 'passwd', '--email', $ada->{email}, '--password-stdin');
$ada->{password} = "a third one of $$";
is($stale->page('/sign-in/code')->code, 404, 'a new password ends who is half in');
command('person', 'disable', '--email', $ada->{email});
my $out = Vestibule::Browser->new;
$out->page('/sign-in');
is($out->submit('/sign-in', email => $ada->{email}, password => $ada->{password})->code, 422, 'the disabled do not get there');
command('person', 'disable', '--email', $ada->{email}, '--undo');

# --- a one-time link proves the mailbox only ------------------------------------------------------------------------------------

forget_step($ada);
my ($link) = command('person', 'link', '--email', $ada->{email}) =~ /link=(\S+)/;
my $by_link = Vestibule::Browser->new;
$by_link->page('/sign-in?link=' . secret(link => $link));
$by_link->page('/sign-in/link');
my $password = secret(password => "chosen by link of $$ it is");
$answer = $by_link->submit('/sign-in/link', password => $password);
is($by_link->leads_to($answer), '/sign-in/code', 'after a one-time link the code is asked for, too');
isnt(value('SELECT used IS NULL FROM one_time_link WHERE person = ?', $ada->{id}), 0, 'the link is not used up yet');
ok(!is_in($by_link), 'not in');
is(enter_code($by_link, $wrong eq app_code($seed) ? '000000' : $wrong)->code, 422, 'a wrong code');
is(enter_code($by_link, app_code($seed))->code, 303, 'the right one');
ok(is_in($by_link), 'in');
is(value('SELECT used IS NOT NULL FROM one_time_link WHERE person = ?', $ada->{id}), 1, 'now the link is used up');
$ada->{password} = $password;
forget_step($ada);
is(enter_code(half_in($ada), app_code($seed))->code, 303, 'the password that was chosen holds');

# --- recovery codes ---------------------------------------------------------------------------------------------------------------

is(enter_code(half_in($ada), uc $codes[0])->code, 303, 'a recovery code, in capitals');
like(notices($ada), qr/One of your recovery codes was used/, 'the person is told');
is(enter_code(half_in($ada), $codes[0])->code, 422, 'not twice');
is(enter_code(half_in($ada), $codes[1] =~ tr/-//dr)->code, 303, 'another one, without hyphens');
is(enter_code(half_in($ada), 'abcd-efgh-jkmn-pqrs-tvwx-yz00')->code, 422, 'one that is none');
my $bob = person_with_factor(name => 'Bob Factor');
execute('DELETE FROM throttle');
is(enter_code(half_in($ada), $bob->{codes}[0])->code, 422, 'those of somebody else');
is(value('SELECT COUNT(*) FROM recovery_code WHERE person = ? AND used IS NULL', $ada->{id}), 8, 'eight are left');

my $again = half_in($ada);
is(enter_code($again, $codes[2])->code, 303, 'in by a recovery code');
$again->page("$page/codes");
$answer = $again->submit("$page/codes");
is($answer->code, 303, 'new codes');
$again->follow($answer);
my @fresh = recovery_codes($again);
is(scalar @fresh, 10, 'ten');
like(notices($ada), qr/New recovery codes were made/, 'the person is told');
execute('DELETE FROM throttle');
is(enter_code(half_in($ada), $codes[3])->code, 422, 'the old ones are over');
is(enter_code(half_in($ada), $fresh[0])->code, 303, 'the new ones work');

# --- asking for a code before a serious act ---------------------------------------------------------------------------------------

forget_step($ada);
$again->set_session('authenticated = UTC_TIMESTAMP(6) - INTERVAL 11 MINUTE');
$again->page("$page/off");
$answer = $again->submit("$page/off");
is($answer->code, 422, 'switching off asks for a proof');
is(join(' ', map { $_->value } $again->tree->findnodes('//main//form//input[@type!="hidden"]/@name')), 'password code', 'the password or a code');
is($again->submit("$page/off")->code, 422, 'neither');
is($again->submit("$page/off", code => '000000')->code, 422, 'a wrong code');
is($again->submit("$page/off", password => 'not this one at all')->code, 422, 'a wrong password');
my $request = do { my %f = ($again->fields_of("$page/off"), code => app_code($seed)); $again->request_for("$page/off", [%f]) };
$answer = $again->send($request);
is($answer->code, 303, 'a code is enough') or diag($again->text);
like(notices($ada), qr/Your second factor was switched off/, 'the person is told');
is($again->send($request)->code, 303, 'the same answer again: 303, although the code is used up');
is(scalar(() = notices($ada) =~ /was switched off/g), 1, 'and nothing is done twice');
is(value('SELECT COUNT(*) FROM second_factor WHERE person = ?', $ada->{id}) + value('SELECT COUNT(*) FROM recovery_code WHERE person = ?', $ada->{id}), 0,
    'it is off, with its codes');
my $plain = Vestibule::Browser->new->sign_in($ada);
ok(is_in($plain), 'the password alone lets in');
is($plain->page("$page/codes") && $plain->submit("$page/codes")->code, 422, 'no recovery codes without it');

# --- two browsers at once, and switching on twice --------------------------------------------------------------------------------

my @both = map { Vestibule::Browser->new->sign_in($ada) } 1, 2;
my @begun = map { my $one = $_; $one->page($page); my $a = $one->submit("$page/new"); $one->follow($a); [$one->leads_to($a), secret(seed => $one->at('(//main//code/@data-copy-text)[1]'))] } @both;
is($both[0]->submit($begun[0][0], code => app_code($begun[0][1]))->code, 303, 'one of two browsers switches it on');
is($both[1]->submit($begun[1][0], code => app_code($begun[1][1]))->code, 422, 'the other one does not replace it');
is($both[1]->page($page) && $both[1]->count('//form[contains(@action, "/new")]'), 0, 'where it is on, it cannot be begun');

# --- the key of the seed is lost, and the operator ----------------------------------------------------------------------------------

execute("UPDATE second_factor SET seed = CONCAT(UNHEX('01000000FF'), SUBSTRING(seed, 6)) WHERE person = ?", $bob->{id});
my $lost = half_in($bob);
$lost->page('/sign-in/code');
$answer = $lost->submit('/sign-in/code', code => app_code($bob->{seed}));
is($answer->code, 422, 'without its key no code of the app is taken');
like($lost->at('//*[@id="code-message"]'), qr/a key of this site is missing\. Use a recovery code, or ask the operator/, 'and the page says what helps');
is($lost->submit('/sign-in/code', code => $bob->{codes}[1])->code, 303, 'a recovery code needs no key');
$lost->page($page);
like($lost->text, qr/a key of this site is missing/, 'the page of the factor says so');
$lost->page('/settings/profile');
like($lost->text, qr/codes of your app cannot be checked/, 'and the profile');
like(command('person', 'second-factor-reset', '--email', $bob->{email}), qr/is off; the password alone lets them in/, 'the operator switches it off');
like(notices($bob), qr/The operator of this site switched your second factor off/, 'the person is told');
my ($code_twice, undef, $errors) = operator('person', 'second-factor-reset', '--email', $bob->{email});
is($code_twice, 1, 'once');
like($errors, qr/has no second factor/, 'and says so');
ok(is_in(Vestibule::Browser->new->sign_in($bob)), 'the password alone lets in');
is(value("SELECT COUNT(*) FROM audit_event WHERE object_id = ? AND action = 'second-factor.reset' AND way = 'command'", $bob->{id}), 1, 'an audit event');

# --- people without an address ---------------------------------------------------------------------------------------------------------

my $no_password = person(name => 'Linked Only', password => undef);
my $linked = Vestibule::Browser->new->sign_in($no_password);
switch_on($linked);
forget_step($no_password);
$linked->set_session('authenticated = UTC_TIMESTAMP(6) - INTERVAL 11 MINUTE');
$linked->page("$page/codes");
$linked->submit("$page/codes");
is(join(' ', map { $_->value } $linked->tree->findnodes('//main//form//input[@type!="hidden"]/@name')), 'code', 'without a password a code is asked for');
is($linked->submit("$page/codes", code => app_code($no_password->{seed}))->code, 303, 'and enough');
recovery_codes($linked) if $linked->follow($linked->res);

finish;
