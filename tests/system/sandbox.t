#!/usr/bin/perl
# The sandbox that "make run" and the tests use: what it prints, what it keeps, and that it outlives its parts.
use strict;
use warnings;
use File::Temp qw(tempdir);
use IO::Socket::INET;
use IO::Socket::UNIX;
use Test::More;
use Time::HiRes qw(sleep time);

my $build = $ENV{VESTIBULE_BUILD} // 'build';
my $work = tempdir(CLEANUP => 1);
chmod 0755, $work;
my $directory = "$work/data";

# start(option, …): (process, output file)
my $runs = 0;
sub start {
	my $output = "$work/output-" . ++$runs;
	my $process = fork // die "fork: $!";
	if ($process == 0) {
		open STDIN, '<', '/dev/null' or die;
		open STDOUT, '>', $output or die;
		open STDERR, '>&', \*STDOUT or die;
		exec 'setpriv', '--pdeathsig', 'TERM', 'tests/sandbox/start', '--dir', $directory, '--build', $build, @_
		    or die "exec: $!";
	}
	return ($process, $output);
}

sub content {
	open my $file, '<', shift or return '';
	local $/;
	return <$file> // '';
}

# Waits until the test is true, at most so many seconds; how long it took, or undef.
sub within {
	my ($seconds, $test) = @_;
	my $begin = time;
	until ($test->()) {
		return undef if time - $begin > $seconds;
		sleep 0.02;
	}
	return time - $begin;
}

sub ready {
	my ($process, $output) = @_;
	within(60, sub { content($output) =~ /^Vestibule is ready/m || waitpid($process, 1) > 0 });
	return content($output) =~ m{^Vestibule is ready: http://127\.0\.0\.1:(\d+)/$}m ? $1 : undef;
}

sub stop {
	my ($process) = @_;
	kill 'TERM', $process;
	waitpid $process, 0;
	return $?;
}

sub status {
	my ($port, $path) = @_;
	my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port, Timeout => 3) or return 0;
	print $socket "GET $path HTTP/1.0\r\nHost: 127.0.0.1:$port\r\n\r\n";
	my $line = <$socket> // '';
	return $line =~ m{^HTTP/1\.\d (\d+)} ? $1 : 0;
}

# The processes whose command line has the text: process and parent of each.
sub processes {
	my ($text) = @_;
	my @found;
	for my $folder (glob '/proc/[0-9]*') {
		my $line = content("$folder/cmdline");
		$line =~ tr/\0/ /;
		next unless index($line, $text) >= 0;
		my ($parent) = content("$folder/stat") =~ /\) \S (\d+)/ or next;
		push @found, { process => $folder =~ s{.*/}{}r, parent => $parent, line => $line };
	}
	return @found;
}

sub of_ours {
	return grep { $_->{line} !~ m{sandbox/start|system/sandbox} } processes($directory);
}

# --- the first start ---

my ($process, $output) = start('--port', 0);
my $port = ready($process, $output);
ok($port, 'it starts from nothing') or BAIL_OUT(content($output));
my $text = content($output);
is(() = $text =~ /^Vestibule is ready: /mg, 1, 'it says once that it is ready');
like($text, qr{^http://127\.0\.0\.1:$port/sign-in\?link=\S+$}m, 'a link for the first administrator is printed');
is(status($port, '/sign-in'), 200, 'then it answers at once');
ok(-d "$directory/database/mysql" && -e "$directory/keys", 'the data are in the folder');
is((stat "$directory/keys")[2] & 0777, 0400, 'the keys are for their owner alone');

my ($second, $second_output) = start('--port', 0);
waitpid $second, 0;
isnt($?, 0, 'a second one in the same folder ends');
like(content($second_output), qr/Another one runs/, 'and says why');

# --- parts that are killed ---

my $settled = sub { status($port, '/sign-in') == 200 && status($port, '/api/debug.ping') == 200 };
my $socket = content("$directory/vestibule.conf") =~ /^database_socket = (.*)$/m ? $1 : '';

# Others may run the same programs, and ours may be copies: they are the children of this sandbox.
sub watcher {
	return (grep { $_->{parent} == $process && $_->{line} =~ /multiwatch/ } processes("/cgi-bin/sign-in"))[0];
}
sub workers {
	my ($watcher) = @_;
	return grep { $_->{parent} == $watcher->{process} } processes("/cgi-bin/sign-in");
}

my $watcher = watcher();
my @workers = workers($watcher);
kill 'KILL', $workers[0]{process};
my $time = within(2, $settled);
ok(defined $time, 'a killed worker is not missed') and diag sprintf 'worker: %.2f s', $time;
ok(defined within(2, sub { 2 == workers($watcher) }), 'and another one takes its place');

# While the supervisor of a section is started again, its workers go on: not one request fails.
@workers = workers($watcher);
kill 'KILL', $watcher->{process};
my ($asked, $bad) = (0, 0);
within(1.5, sub { $asked++; $bad++ if status($port, '/sign-in') != 200; 0 });
is($bad, 0, "a killed supervisor of a section is not noticed ($asked requests)");
ok(defined within(2, sub {
	my $new = watcher();
	$new && $new->{process} != $watcher->{process} && 2 == workers($new);
}), 'and is back with its workers, within 2 s');
ok(defined within(2, sub { !grep { -d "/proc/$_->{process}" } @workers }), 'the old workers have gone');

my ($nginx) = grep { $_->{line} =~ /nginx: master/ } processes("$directory/nginx");
kill 'KILL', $nginx->{process};
$time = within(2, sub {
	my ($new) = grep { $_->{line} =~ /nginx: master/ } processes("$directory/nginx");
	$new && $new->{process} != $nginx->{process} && $settled->();
});
ok(defined $time, 'a killed nginx is back within 2 s') and diag sprintf 'nginx: %.2f s', $time;

my ($database) = processes("--datadir=$directory/database");
kill 'KILL', $database->{process};
$time = within(2, sub {
	my ($new) = processes("--datadir=$directory/database");
	$new && $new->{process} != $database->{process} && IO::Socket::UNIX->new(Peer => $socket);
});
ok(defined $time, 'a killed database is back within 2 s') and diag sprintf 'database: %.2f s', $time;
ok(defined within(3, $settled), 'and everything answers again');
is(status($port, '/settings/profile'), 303, 'pages that ask the database too');
like(content("$directory/log/sandbox.log"), qr/database ended/, 'what was started again is in the log');

# --- stopped and started again ---

is(stop($process), 0, 'TERM ends it in good order');
is(scalar(of_ours()), 0, 'and nothing is left');
is(status($port, '/sign-in'), 0, 'the port is free again');

my $begin = time;
($process, $output) = start('--edition', 'self-hosted');
is(ready($process, $output), $port, 'it comes back on the port it had');
my $took = time - $begin;
cmp_ok($took, '<', 3, 'within 3 s') or diag sprintf '%.1f s', $took;
my $configuration = content("$directory/vestibule.conf");
like($configuration, qr/^edition = self-hosted$/m, 'the key of the command line is changed');
like(content($output), qr{/sign-in\?link=}, 'as long as nobody has signed in, a new link is printed');

# --- killed itself ---

kill 'KILL', $process;
waitpid $process, 0;
ok(defined within(5, sub { !of_ours() }), 'nothing is left when the sandbox itself is killed') or
    diag join "\n", map { $_->{line} } of_ours();

# --- what the operator wrote stays; ports ---

open my $file, '>>', "$directory/vestibule.conf" or die;
print $file "credential_maximum = 7\n# a remark\n";
close $file;
my $holder = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1, Proto => 'tcp') or die;
my $taken = $holder->sockport;
($process, $output) = start('--port', $taken);
waitpid $process, 0;
isnt($?, 0, 'a taken port ends it');
like(content($output), qr/\b$taken\b.* is taken/, 'and is named');
close $holder;

($process, $output) = start('--port', $taken, '--set', 'session_idle_minutes=45');
is(ready($process, $output), $taken, 'it moves to another port');
$configuration = content("$directory/vestibule.conf");
like($configuration, qr/^credential_maximum = 7\n# a remark$/m, 'lines of others stay');
like($configuration, qr{^web_server = http://127\.0\.0\.1:$taken$}m, 'the addresses follow the port');
like($configuration, qr{^session_idle_minutes = 45$}m, '--set sets a key');
stop($process);

done_testing;
