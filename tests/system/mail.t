# Mail, through a sendmail(8) (msmtp) to a real SMTP server (aiosmtpd): what is sent, to whom and when, that nobody can write into its head,
# what happens while it cannot be sent, and that no link of it stays in the database.

use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/../http/lib";
use Encode ();
use File::Temp 'tempdir';
use IO::Socket::INET;
use MIME::QuotedPrint;
use POSIX ();
use Test::More;
use Time::HiRes 'sleep';

my $work = tempdir(CLEANUP => 1);
chmod 0777, $work;
my $build = $ENV{VESTIBULE_BUILD} // 'build';
my $parent = $$;
my ($sandbox, $sink);
sub stop ($process)
{
	return if !$process;
	kill 'TERM', $process;
	waitpid $process, 0;
}
END {
	if ($$ == $parent) {
		local $?;
		stop($sandbox);
		stop($sink);
	}
}
sub content ($name) { open my $file, '<:raw', $name or return ''; local $/; return <$file> // '' }
sub put ($name, $text, $mode)
{
	open my $file, '>', $name or die "$name: $!";
	print $file $text;
	close $file;
	chmod $mode, $name;
}
sub background (@command)
{
	my $process = fork // die "fork: $!";
	return $process if $process;
	open STDIN, '<', '/dev/null' or die;
	open STDOUT, '>', shift @command or die;
	open STDERR, '>&', \*STDOUT or die;
	exec 'setpriv', '--pdeathsig', 'TERM', @command or POSIX::_exit(127);
}

# --- the server that takes mails, and the program that brings them there ---------------------------------------------------------------

my $port = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1', ReuseAddr => 1)->sockport;
sub start_sink ()
{
	$sink = background("$work/sink.log", 'aiosmtpd', '--nosetuid', '--listen', "127.0.0.1:$port", '--class', 'aiosmtpd.handlers.Mailbox', "$work/mails");
	for (1 .. 200) {
		return if IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port);
		sleep 0.05;
	}
	die "the mail server did not start:\n" . content("$work/sink.log");
}
sub stop_sink () { stop($sink); undef $sink }
start_sink();
put("$work/msmtprc", "account default\nhost 127.0.0.1\nport $port\ntls off\nauth off\n", 0644);
put("$work/sendmail", "#!/bin/sh\nexec msmtp -C $work/msmtprc \"\$\@\"\n", 0755);

# All that have arrived: hashes with to (of the envelope), from, head, subject and body as texts.
sub arrived ()
{
	return map {
		my ($head, $body) = split /\r?\n\r?\n/, content($_), 2;
		my $unfolded = $head =~ s/\r?\n[ \t]+/ /gr;
		my %field = map { /^([A-Za-z-]+): (.*?)\r?$/ ? (lc $1 => "$2") : () } split /\n/, $unfolded;
		my %one = (head => $head, to => $field{'x-rcptto'} // '', from => $field{'x-mailfrom'} // '', id => $field{'message-id'} // '');
		$one{subject} = Encode::decode('MIME-Header', $field{subject} // '');
		$one{body} = Encode::decode('UTF-8', decode_qp($body // '')) =~ s/\r\n/\n/gr;
		\%one;
	} glob "$work/mails/new/*";
}
# Those to an address with this subject, when there are so many; waits for them.
sub mails_to ($address, $subject, $count = 1)
{
	my @found;
	for (1 .. 300) {
		@found = grep { $_->{to} eq $address && $_->{subject} =~ $subject } arrived();
		last if @found >= $count;
		sleep 0.05;
	}
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is(scalar @found, $count, "$address: $count of $subject") or diag(join "\n", map { "$_->{to}: $_->{subject}" } arrived());
	return @found;
}

# --- the installation -----------------------------------------------------------------------------------------------------------------------

my $log = "$work/sandbox.log";
$sandbox = background($log, 'tests/sandbox/start', '--dir', "$work/data", '--port', 0, '--build', $build, '--no-administrator', '--rate', 2000, '--name', 'test',
    '--set', "mail_program=$work/sendmail", '--set', 'mail_from=vestibule@example.org');
for (1 .. 1200) {
	last if content($log) =~ /^Vestibule is ready/m || waitpid($sandbox, POSIX::WNOHANG()) == $sandbox;
	sleep 0.05;
}
($ENV{VESTIBULE_URL}) = content($log) =~ m{^Vestibule is ready: (.*)/$}m or die "the sandbox did not start:\n" . content($log);
@ENV{qw(VESTIBULE_SANDBOX VESTIBULE_CONF VESTIBULE_COMMAND VESTIBULE_SERVER VESTIBULE_BASE VESTIBULE_BUILD)} = ("$work/data",
    "$work/data/vestibule.conf", "$build/bin/vestibule", 'nginx', '', $build);
require Vestibule;
Vestibule->import;
require Vestibule::Browser;
require Vestibule::SecondFactor;
require Vestibule::Team;
sub value { return Vestibule::value(@_) }
sub execute { return Vestibule::execute(@_) }
sub person { return Vestibule::person(@_) }
sub browser { return Vestibule::Browser->new }
my $url = $ENV{VESTIBULE_URL};
my $path = '/settings/profile/email';
my $waiting = 'SELECT COUNT(*) FROM mail_outbox WHERE sent IS NULL AND failed IS NULL';
sub settle () { for (1 .. 300) { return if !value($waiting); sleep 0.05 } die "mails wait for ever\n" }
sub due () { execute('UPDATE mail_outbox SET next_try = UTC_TIMESTAMP(6) WHERE sent IS NULL AND failed IS NULL') }

# --- an address is confirmed by mail ----------------------------------------------------------------------------------------------------------

my $ada = person(name => 'Ada Mail');
my $browser = browser()->sign_in($ada);
$browser->page($path);
like($browser->text, qr/We send a link to the new address\. Your address changes when you open it\./, 'the page says that mail is sent');
unlike($browser->text, qr/sends no mail/, 'and nothing else');
my $answer = $browser->submit($path, email => 'ada.new@example.org');
is($browser->leads_to($answer), '/settings/profile', 'asked: back to the profile');
$browser->follow($answer);
like($browser->at('//*[@role="status"]'), qr/^A link is on its way to ada\.new\@example\.org\./, 'which says where it went');
unlike($browser->content, qr/code=/, 'and does not show it');
my ($mail) = mails_to('ada.new@example.org', qr/^Confirm your e-mail address$/);
like($mail->{head}, qr/^From: Vestibule <vestibule\@example\.org>\r?$/m, 'From');
like($mail->{head}, qr/^To: ada\.new\@example\.org\r?$/m, 'To');
like($mail->{head}, qr/^Auto-Submitted: auto-generated\r?$/m, 'no answer is expected');
like($mail->{head}, qr/^Date: (Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d+ \w{3} \d{4} \d\d:\d\d:\d\d \+0000\r?$/m, 'Date');
is($mail->{from}, 'vestibule@example.org', 'the sender of the envelope');
like($mail->{id}, qr/^<[A-Za-z0-9.]+\@[A-Za-z0-9.-]+>$/, 'Message-ID');
my ($link) = $mail->{body} =~ m{^\Q$url\E(\Q$path\E/confirm\?code=[A-Za-z0-9_-]{43})$}m;
ok($link, 'the link, on a line of its own') or diag($mail->{body});
my ($code) = $link =~ /code=(.*)/;
Vestibule::secret(link => $code);
settle();
is(value("SELECT CONCAT(body = '', tries) FROM mail_outbox WHERE recipient = 'ada.new\@example.org'"), '11', 'sent at the first try without a sweep, and its text is gone');
$browser->page($link);
$browser->page("$path/confirm");
is($browser->submit("$path/confirm")->code, 303, 'the link works');
is(value('SELECT email FROM person WHERE id = ?', $ada->{id}), 'ada.new@example.org', 'the address is changed');
my ($told) = mails_to($ada->{email}, qr/^Your e-mail address was changed$/);
like($told->{body}, qr/Your e-mail address was changed to ada\.new\@example\.org\./, 'the old address is told');
like($told->{body}, qr/^Hello Ada Mail,$/m, 'by name');
like($told->{body}, qr/^When:    \d{4}-\d\d-\d\d \d\d:\d\d UTC$/m, 'when');
like($told->{body}, qr/^From:    127\.\d+\.\d+\.\d+$/m, 'from where');
unlike($told->{body}, qr/code=|link=/, 'without a link that does anything');
$ada->{email} = 'ada.new@example.org';

# Whose address it is already learns that somebody asked, and nothing that works.
my $bob = person(name => 'Bob Mail');
$browser->page($path);
$browser->follow($browser->submit($path, email => $bob->{email}));
like($browser->at('//*[@role="status"]'), qr/^A link is on its way to \Q$bob->{email}\E\./, 'an address that is taken looks the same');
my ($warned) = mails_to($bob->{email}, qr/^Your e-mail address was entered at Vestibule$/);
unlike($warned->{body}, qr/code=/, 'its owner gets no link');

# --- notices ---------------------------------------------------------------------------------------------------------------------------------

# act: what happens to whom; subject of the mail; sentence in it. The same sentence is in the app.
my $cay = person(name => 'Cay Notices');
my $first = browser()->sign_in($cay);
sub notice ($what, $subject, $sentence, $count = 1)
{
	my @mails = mails_to($cay->{email}, qr/^\Q$subject\E$/, $count);
	like($mails[-1]{body} // '', $sentence, "$what: by mail");
	ok((grep { $_->[0] =~ $sentence } Vestibule::sql('SELECT text FROM notification WHERE person = ?', $cay->{id})), "$what: in the app");
}
my $lynx = browser();
$lynx->agent('Lynx/2.9.0dev.12 libwww-FM/2.14');
$lynx->sign_in($cay);
notice('a new browser', 'New sign-in to your account', qr/You signed in from a browser that was not seen before: Lynx\./);
my $again = browser();
$again->agent($lynx->agent);
$again->local_address($lynx->local_address);
$again->sign_in($cay);
my $lynx_id = $lynx->session_row('LOWER(HEX(public_id))');
$first->page("/settings/sessions/$lynx_id/end");
$first->submit("/settings/sessions/$lynx_id/end");
notice('a session ended', 'One of your sessions was ended', qr/One of your sessions was ended: Lynx\./);
$first->page('/settings/sessions/end-others');
$first->submit('/settings/sessions/end-others');
notice('all others ended', 'Your other sessions were ended', qr/All your sessions but one were ended\./);
is(scalar(grep { $_->{to} eq $cay->{email} && $_->{subject} eq 'New sign-in to your account' } arrived()), 1, 'a browser that is known by now is no news');
my $password = Vestibule::secret(password => "by mail and otherwise $$");
$first->page('/settings/profile/password');
$first->submit('/settings/profile/password', current => $cay->{password}, password => $password, again => $password);
$cay->{password} = $password;
notice('the password', 'Your password was changed', qr/Your password was changed, and your other sessions ended\./);
my ($seed, @codes) = Vestibule::SecondFactor::switch_on($first);
notice('a second factor', 'Second factor switched on', qr/A second factor was switched on/);
my $half = browser();
$half->agent($lynx->agent);
$half->local_address($lynx->local_address);
for my $try (1 .. 5) {
	if ($try == 1) {
		$half->page('/sign-in');
		$half->submit('/sign-in', email => $cay->{email}, password => $cay->{password});
	}
	$half->page('/sign-in/code');
	$half->submit('/sign-in/code', code => sprintf '%06d', (Vestibule::SecondFactor::app_code($seed) + 9 + $try) % 1_000_000);
}
notice('wrong codes', 'Wrong codes for your account', qr/entered wrong codes several times/);
Vestibule::SecondFactor::forget_step($cay);
$half->page('/sign-in');
$half->submit('/sign-in', email => $cay->{email}, password => $cay->{password});
is(Vestibule::SecondFactor::enter_code($half, $codes[0])->code, 303, 'a recovery code lets in');
notice('a recovery code', 'A recovery code was used', qr/One of your recovery codes was used\./);
$first->page('/settings/second-factor/codes');
$first->follow($first->submit('/settings/second-factor/codes'));
Vestibule::SecondFactor::recovery_codes($first);
notice('new recovery codes', 'New recovery codes', qr/New recovery codes were made/);
$first->page('/settings/second-factor/off');
$first->submit('/settings/second-factor/off');
notice('switched off', 'Second factor switched off', qr/Your second factor was switched off: the password alone/);
settle();
my $all = join "\n", map { "$_->{head}\n$_->{body}" } arrived();
is(join(' ', grep { index($all, $_) >= 0 } $seed, @codes, $password), '', 'no mail has a seed, a code or a password');

# Without an address there is no mail, and nothing fails.
execute('UPDATE person SET email = NULL WHERE id = ?', $cay->{id});
my $before = value('SELECT COUNT(*) FROM mail_outbox');
Vestibule::SecondFactor::switch_on($first);
is(value('SELECT COUNT(*) FROM mail_outbox'), $before, 'without an address no mail is written');

# --- a new link goes to all who had the old one; nobody is written to for ever -----------------------------------------------------------------

{
	my $host = person(name => 'Renewing Host');
	my $team = browser()->sign_in($host);
	my @both = map { "batch-$_-" . value('SELECT COUNT(*) FROM person') . '@example.org' } 1, 2;
	Vestibule::Team::invite($team, $host->{workspace}, "@both");
	mails_to($_, qr/invites you/) for @both;
	my $row = value('SELECT LOWER(HEX(public_id)) FROM invitation_address WHERE email = ?', $both[0]);
	my $renew = sub {
		$team->page("/settings/invite/$row/renew?ws=$host->{workspace}");
		my $answer = $team->submit("/settings/invite/$row/renew");
		$team->follow($answer);
		return Vestibule::secret(invitation => ($team->at('//textarea[@id="link"]') =~ m{code=(\S+)})[0]);
	};
	my $code = $renew->();
	like($team->text, qr/\Q$_\E/, "New link: the page names $_") for @both;
	for my $address (@both) {
		my @mails = mails_to($address, qr/invites you/, 2);
		ok(index($mails[-1]{body}, $code) >= 0, "and $address gets it, too");
	}
	$renew->() for 1 .. 12;
	settle();
	is(value('SELECT COUNT(*) FROM mail_outbox WHERE recipient = ?', $_), 10, "at most ten mails in a day to $_") for @both;
}

# --- nobody writes into the head --------------------------------------------------------------------------------------------------------------

# Names that the product takes.
for my $name ('Jörg =?UTF-8?Q?x?= "Ünïcode" <a@b> 漢字', 'é' x 70, 'a, b; c: d', 'To: victim@example.org', '.', "\x{1f600} \x{1f600}", '=?us-ascii?Q?=0aBcc:_x?=') {
	next if length $name < 2;
	my $host = person(name => $name);
	my $team = browser()->sign_in($host);
	my $guest = 'guest-' . value('SELECT COUNT(*) FROM person') . '@example.org';
	Vestibule::Team::invite($team, $host->{workspace}, $guest);
	my ($invited) = mails_to($guest, qr/invites you/);
	next if !$invited;
	ok(index($invited->{subject}, $name) == 0, 'the subject has the name as it is: ' . length($name) . ' characters') or diag($invited->{head});
	ok(index($invited->{body} =~ s/\s+/ /gr, $name) >= 0, 'and the text, too');
	is(scalar(grep { !/^(X-Peer|X-MailFrom|X-RcptTo|From|To|Subject|Date|Message-ID|Auto-Submitted|MIME-Version|Content-Type|Content-Transfer-Encoding): /i }
	    split /\r?\n(?![ \t])/, $invited->{head}), 0, 'and the head nothing else') or diag($invited->{head});
	is(join("\n", grep { length > 78 && !/^X-/ } split /\r?\n/, $invited->{head}), '', 'in lines that are not too long');
}
# What no form lets through, as if it had come into the tables all the same.
my $eve = person(name => 'Eve Head');
my $eves = browser()->sign_in($eve);
sub change_password ()
{
	my $next = Vestibule::secret(password => 'another one ' . rand);
	$eves->page('/settings/profile/password');
	my $answer = $eves->submit('/settings/profile/password', current => $eve->{password}, password => $next, again => $next);
	$eve->{password} = $next;
	return $answer->code;
}
execute('UPDATE person SET name = ? WHERE id = ?', "Eve\r\nBcc: victim\@example.org\r\n\r\nHello", $eve->{id});
is(change_password(), 303, 'a name with lines');
my ($odd) = mails_to($eve->{email}, qr/^Your password was changed$/);
unlike($odd->{head}, qr/victim/, 'is in the text at most');
my $sum = scalar arrived();
for my $address ("eve\@example.org\r\nBcc: victim\@example.org", "eve\@example.org\nTo: victim\@example.org", "eve\@example.org, victim\@example.org",
    "<victim\@example.org>", "victim\@example.org eve\@example.org", "-oQ/tmp\@example.org") {
	execute('UPDATE person SET email = ? WHERE id = ?', $address, $eve->{id});
	is(change_password(), 303, 'an address that is none: what was to be done is done');
}
settle();
is(scalar arrived(), $sum, 'and nothing is sent');
is(join(' ', grep { /victim/ } map { $_->{to} } arrived()), '', 'to nobody');
like(join('', map { content($_) } glob "$work/data/log/*.log"), qr/mail.*refused/, 'what was refused is in the log');

# --- while it cannot be sent -----------------------------------------------------------------------------------------------------------------

stop_sink();
my $dan = person(name => 'Dan Delay');
my $dans = browser()->sign_in($dan);
$dans->page($path);
is($dans->submit($path, email => 'dan.new@example.org')->code, 303, 'the server of mails is away: nobody notices');
my $row = "FROM mail_outbox WHERE recipient = 'dan.new\@example.org'";
for (1 .. 300) { last if value("SELECT last_error IS NOT NULL $row"); sleep 0.05 }
like(value("SELECT last_error $row"), qr/connect/, 'what went wrong is kept');
is(value("SELECT CONCAT(tries, ' ', ROUND(TIMESTAMPDIFF(SECOND, created, next_try) / 60)) $row"), '1 1', 'after a minute it is tried again');
my $list = Vestibule::command('mail', 'list');
like($list, qr/^\d+\t\S+\tdan\.new\@example\.org\twaiting\tConfirm your e-mail address\t1\t.*connect/m, 'vestibule mail list says so');
unlike($list, qr/code=/, 'and not the text');
my ($exit, $out, $errors) = Vestibule::operator('mail', 'send');
is("$exit $out", "0 0 sent, 0 failed\n", 'not before that');
for my $pause (2, 4) {
	due();
	($exit, $out, $errors) = Vestibule::operator('mail', 'send');
	is("$exit $out", "1 0 sent, 1 failed\n", 'tried again, in vain');
	like($errors, qr/tried again later/, 'which is said');
	is(value("SELECT ROUND(TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(6), next_try) / 60) $row"), $pause, "the next time after $pause minutes");
}
execute("UPDATE mail_outbox SET tries = 40 WHERE recipient = 'dan.new\@example.org'");
due();
Vestibule::operator('mail', 'send');
is(value("SELECT ROUND(TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(6), next_try) / 60) $row"), 60, 'an hour is the longest pause');
is(value("SELECT LENGTH(body) > 100 $row"), 1, 'its text waits');
is(value("SELECT LOCATE('$url', body) + LOCATE('Confirm', body) $row"), 0, 'sealed');
start_sink();
due();
like(Vestibule::command('sweep'), qr/^sent +1 mails$/m, 'when the server is back, the sweep sends it');
my ($delayed) = mails_to('dan.new@example.org', qr/^Confirm your e-mail address$/);
($link) = $delayed->{body} =~ m{\Q$url\E(\S+code=\S+)};
Vestibule::secret(link => $link =~ s/.*=//r);
$dans->page($link);
$dans->page("$path/confirm");
is($dans->submit("$path/confirm")->code, 303, 'its link still works');
settle();

# Given up after a day, and the text goes.
stop_sink();
$dans->page($path);
$dans->submit($path, email => 'dan.never@example.org');
for (1 .. 300) { last if value("SELECT last_error IS NOT NULL FROM mail_outbox WHERE recipient = 'dan.never\@example.org'"); sleep 0.05 }
execute("UPDATE mail_outbox SET created = created - INTERVAL 25 HOUR WHERE recipient = 'dan.never\@example.org'");
due();
Vestibule::operator('mail', 'send');
like(Vestibule::command('mail', 'list'), qr/^\d+\t\S+\tdan\.never\@example\.org\tgiven up\t/m, 'given up after a day');
is(value("SELECT LENGTH(body) FROM mail_outbox WHERE recipient = 'dan.never\@example.org'"), 0, 'with its text');

# Many that send at once send each once.
$dans->page('/settings/sessions');
for my $number (1 .. 12) {
	my $one = browser();
	$one->agent("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0");
	$one->{person} = { %$dan, email => 'dan.new@example.org' };
	$one->sign_in($one->{person});
}
my $count = value($waiting);
cmp_ok($count, '>=', 1, "$count mails wait");
for (1 .. 300) { last if value("$waiting AND tries = 0") == 0; sleep 0.05 }
start_sink();
due();
my @processes = map { background("$work/send-$_.log", $ENV{VESTIBULE_COMMAND}, '-c', $ENV{VESTIBULE_CONF}, 'mail', 'send') } 1 .. 6;
waitpid $_, 0 for @processes;
is(value($waiting), 0, 'six that send at once: all are sent');
my %ids;
$ids{ $_->{id} }++ for arrived();
is(join(' ', grep { $ids{$_} > 1 } sort keys %ids), '', 'and none twice');

# A program that is not there, or ends badly, harms nobody.
put("$work/sendmail", "#!/bin/sh\necho 'no such user here' >&2\nexit 67\n", 0755);
my $fay = person(name => 'Fay Fails');
my $fays = browser()->sign_in($fay);
$fays->page($path);
is($fays->submit($path, email => 'fay.new@example.org')->code, 303, 'a program that refuses: nobody notices');
for (1 .. 300) { last if value("SELECT last_error IS NOT NULL FROM mail_outbox WHERE recipient = 'fay.new\@example.org'"); sleep 0.05 }
like(value("SELECT last_error FROM mail_outbox WHERE recipient = 'fay.new\@example.org'"), qr/no such user here/, 'what it said is kept');
unlink "$work/sendmail";
due();
(undef, $out) = Vestibule::operator('mail', 'send');
like($out, qr/0 sent, 1 failed/, 'a program that is not there');
ok(value("SELECT last_error FROM mail_outbox WHERE recipient = 'fay.new\@example.org'") ne '', 'is an error, too');

# --- what stays in the database ------------------------------------------------------------------------------------------------------------------

# Every secret of all of this, looked for in tables, files and logs by the test that does so everywhere.
Vestibule::secrets();
my $found = `prove -Itests/http/lib tests/http/secrets.t 2>&1`;
is($?, 0, 'no password, seed, code, cookie or link is left anywhere') or diag($found);

Vestibule::finish();
