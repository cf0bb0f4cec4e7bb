#!/usr/bin/perl
# Two thousand forms while workers are killed -9 every 0.2 s and the database five times: nobody sees a failure, and every form is
# carried out exactly once (decision 27 of the design: kill -9).
use v5.36;
use lib 'tests/system/lib';
use Test::More;
use Time::HiRes qw(sleep time);
use Whole;

my $posts = $ENV{POSTS} // 2000;
my $clients = 8;
my $site = whole('--set', 'credential_maximum=0');
my $cookie = sign_in($site);
like($cookie, qr/^vestibule=/, 'signed in');
my ($workspace) = one(GET => "$site->{url}/settings/workspace", headers => { Cookie => $cookie })->{content} =~ /\?ws=([0-9a-f]{32})/;
my $path = '/settings/credentials/new';
my @pipes;

for my $client (1 .. $clients) {
	pipe my $read, my $write or die;
	my $child = fork // die;
	if ($child == 0) {
		close $read;
		my %seen;
		my $worst = 0;
		for my $number (1 .. $posts / $clients) {
			my $label = "form $client $number";
			my $page = one(GET => "$site->{url}$path?ws=$workspace", headers => { Cookie => $cookie });
			$seen{"GET $page->{status}"}++;
			my $token = token_in($page->{content}, $path) // '';
			my $begin = time;
			my $answer = one(POST => "$site->{url}$path", headers => { Cookie => $cookie,
			    'Content-Type' => 'application/x-www-form-urlencoded' },
			    content => "token=$token&ws=$workspace&expiration=never&days=&label=" . $label =~ s/ /+/gr);
			$seen{"POST $answer->{status}"}++;
			$worst = time - $begin if time - $begin > $worst;
		}
		say $write join ' ', $worst, map { "$_=$seen{$_}" =~ s/ /_/gr } sort keys %seen;
		close $write;
		require POSIX;
		POSIX::_exit(0);
	}
	close $write;
	push @pipes, $read;
}

my $killer = fork // die;
if ($killer == 0) {
	my ($round, $database) = (0, 0);
	while (1) {
		sleep 0.2;
		my @workers = sections_of($site, 'credentials');
		kill 'KILL', $workers[rand @workers] if @workers;
		if (++$round % 10 == 5 && $database++ < 5) {
			kill 'KILL', database_of($site);
		}
	}
}
my (%seen, @worst);
for my $pipe (@pipes) {
	my ($worst, @counts) = split ' ', <$pipe> // '0 died=1';
	push @worst, $worst;
	for (@counts) { my ($name, $count) = split /=/; $seen{$name} += $count }
}
kill 'KILL', $killer;
waitpid $killer, 0;
my ($longest) = sort { $b <=> $a } @worst;
diag(join ', ', map { "$_: $seen{$_}" } sort keys %seen);
diag(sprintf 'slowest post %.2f s', $longest);
is_deeply([sort keys %seen], ['GET_200', 'POST_303'], 'nobody saw anything but the form and its success');
is($seen{POST_303}, $posts, 'every form was answered');
my @rows = split /\n/, qx(mariadb --no-defaults -N -S $site->{directory}/run/database/database.socket vestibule -e "SELECT label FROM credential WHERE label LIKE 'form %'");
my %labels;
$labels{$_}++ for @rows;
is(scalar @rows, $posts, 'and carried out');
is_deeply([grep { $labels{$_} > 1 } keys %labels], [], 'once');
done_testing;
