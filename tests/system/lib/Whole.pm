# A whole installation of its own, for tests that kill parts of it: started by tests/sandbox/start, ended with the test.
package Whole;
use v5.36;
use Exporter 'import';
use File::Temp 'tempdir';
use HTTP::Tiny;
use Time::HiRes 'sleep';

our @EXPORT = qw(whole operator sections_of database_of one sign_in token_in);

my ($process, $work);

sub content ($path)
{
	open my $file, '<', $path or return '';
	local $/;
	return <$file> // '';
}

# whole(option, …): { url, directory, conf }
sub whole (@options)
{
	my $build = $ENV{VESTIBULE_BUILD} // 'build';
	$work = tempdir(CLEANUP => 1);
	chmod 0755, $work;
	$process = fork // die "fork: $!";
	if ($process == 0) {
		open STDIN, '<', '/dev/null' or die;
		open STDOUT, '>', "$work/output" or die;
		open STDERR, '>&', \*STDOUT or die;
		exec 'setpriv', '--pdeathsig', 'TERM', 'tests/sandbox/start', '--dir', "$work/data", '--port', 0, '--build', $build,
		    '--rate', 100000, @options or die "exec: $!";
	}
	for (1 .. 600) {
		last if content("$work/output") =~ /^Vestibule is ready/m || waitpid($process, 1) > 0;
		sleep 0.1;
	}
	my ($url) = content("$work/output") =~ m{^Vestibule is ready: (\S+?)/$}m or die content("$work/output");
	return { url => $url, directory => "$work/data", conf => "$work/data/vestibule.conf", build => $build };
}

END {
	local $?;
	if ($process && $$ != $process) {
		kill 'TERM', $process;
		waitpid $process, 0;
	}
}

sub operator ($site, @words)
{
	open my $out, '-|', "$site->{build}/bin/vestibule", '-c', $site->{conf}, @words or die;
	local $/;
	return <$out> // '';
}

# Process ids of the workers of a section, and of the database.
sub sections_of ($site, $section)
{
	my @found;
	for my $folder (glob '/proc/[0-9]*') {
		next if content("$folder/comm") ne "$section\n";
		push @found, $folder =~ s{.*/}{}r if content("$folder/environ") =~ /(?:^|\0)VESTIBULE_CONF=\Q$site->{conf}\E(?:\0|$)/;
	}
	return @found;
}
sub database_of ($site)
{
	return grep { content("/proc/$_/cmdline") =~ /\Q$site->{directory}\E/ && content("/proc/$_/comm") =~ /^mariadbd/ }
	    map { s{.*/}{}r } glob '/proc/[0-9]*';
}

# One request: a new connection each time, no redirects followed.
sub one ($method, $url, %options)
{
	return HTTP::Tiny->new(max_redirect => 0, timeout => 30, keep_alive => 0, local_address => $options{from})
	    ->request($method, $url, { headers => $options{headers} // {}, defined $options{content} ? (content => $options{content}) : () });
}

sub token_in ($page, $action)
{
	my ($form) = $page =~ m{<form[^>]* action="\Q$action\E"[^>]*>(.*?)</form>}s or return;
	return ($form =~ /name="token" value="([^"]+)"/)[0];
}

# The session cookie of the first administrator.
sub sign_in ($site, $email = 'admin@localhost')
{
	my ($link) = operator($site, 'person', 'link', '--email', $email) =~ /^(http\S+)/m;
	my $kept = one(GET => $link)->{headers}{'set-cookie'} =~ s/;.*//r;
	my $page = one(GET => "$site->{url}/sign-in/link", headers => { Cookie => $kept });
	my ($before) = map { /^(vestibule=[^;]+)/ } ref $page->{headers}{'set-cookie'} ? @{ $page->{headers}{'set-cookie'} }
	    : $page->{headers}{'set-cookie'};
	my $answer = one(POST => "$site->{url}/sign-in/link", headers => { Cookie => "$kept; $before",
	    'Content-Type' => 'application/x-www-form-urlencoded' }, content => 'token=' . token_in($page->{content}, '/sign-in/link'));
	my ($cookie) = map { /^(vestibule=[^;]+)/ } ref $answer->{headers}{'set-cookie'} ? @{ $answer->{headers}{'set-cookie'} }
	    : $answer->{headers}{'set-cookie'};
	return $cookie;
}

1;
