# Invitations where mail is on: every invited address gets the link, and only those; it works.

use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../http/lib";
use File::Temp 'tempdir';
use Own;
use Test::More;
use Time::HiRes 'sleep';

my $work = tempdir(CLEANUP => 1);
chmod 0777, $work;
my $mails = "$work/mails";
mkdir $mails;
chmod 0777, $mails;
# What sendmail(8) would be: writes down to whom, and what.
open my $program, '>', "$work/sendmail" or die;
print $program "#!/bin/sh\nfile=\$(mktemp '$mails/mail-XXXXXX')\nfor last; do :; done\n{ printf 'To-argument: %s\\n' \"\$last\"; cat; } > \"\$file.part\"\n"
    . "mv \"\$file.part\" \"\$file\"\n";
close $program;
chmod 0755, "$work/sendmail";

start_own('--set', "mail_program=$work/sendmail", '--set', 'mail_from=vestibule@example.org');
sub content ($name) { open my $file, '<:raw', $name or return ''; local $/; return <$file> // '' }
require Vestibule;
Vestibule->import;
require Vestibule::Browser;
require Vestibule::Team;
Vestibule::Team->import;

my ($ada, $grace) = map { Vestibule::person(name => $_) } 'Ada Mails', 'Grace Reads';
my ($host, $guest) = map { Vestibule::Browser->new->sign_in($_) } $ada, $grace;
my $link = Vestibule::Team::invite($host, $ada->{workspace}, "$grace->{email} new\@example.org $ada->{email}");
like($host->text, qr/also on its way to them by mail/, 'the page says that mails are sent');
is(Vestibule::value('SELECT COUNT(*) FROM mail_outbox WHERE subject LIKE ?', '%invites you%'), 2, 'one for each invited address');
is(Vestibule::value('SELECT COUNT(*) FROM mail_outbox WHERE recipient = ? AND subject LIKE ?', $ada->{email}, '%invites you%'), 0, 'none for who was skipped');
my ($code) = $link =~ /code=(.+)/;
is(Vestibule::value('SELECT COUNT(*) FROM mail_outbox WHERE LOCATE(?, body) > 0', $code), 0, 'the link is not readable in the table');
my %mail;
for (1 .. 300) {
	Vestibule::operator('mail', 'send') if $_ == 100 || $_ == 200;
	%mail = map { /^To-argument: (\S+)/ ? ($1 => $_) : () } grep { /invites/ } map { content($_) } grep { !/\.part$/ } glob "$mails/mail-*";
	last if keys %mail == 2;
	sleep 0.1;
}
is(join(' ', sort keys %mail), join(' ', sort $grace->{email}, 'new@example.org'), 'they go out');
use MIME::QuotedPrint;
use MIME::Base64;
my $text = $mail{ $grace->{email} } // '';
my ($head, $body) = split /\r?\n\r?\n/, $text, 2;
$body = $head =~ /quoted-printable/i ? decode_qp($body) : $head =~ /base64/i ? decode_base64($body) : $body if defined $body;
like($body // '', qr/\Q$code\E/, 'with the link');
like($body // '', qr/Ada Mails invites you to join the workspace/, 'and who asks');
$guest->page($link);
$guest->page('/invite/accept');
is($guest->submit('/invite/accept')->code, 303, 'which works');
my $offer = Vestibule::value('SELECT LOWER(HEX(public_id)) FROM invitation_address WHERE email = ? AND pending = 1', 'new@example.org');
my $renew = "/settings/invite/$offer/renew";
$host->page("$renew?ws=$ada->{workspace}");
is($host->submit($renew)->code, 303, 'a new link');
is(Vestibule::value('SELECT COUNT(*) FROM mail_outbox WHERE recipient = ? AND subject LIKE ?', 'new@example.org', '%invites you%'), 2, 'is mailed, too');
Vestibule::finish();
