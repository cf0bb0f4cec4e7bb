# An installation of the test's own, where it may change what the others share: started again on the same data and port as often as the
# test wants, ended with it. Sets the environment of the test library, so that is loaded after the first start: require Vestibule.
package Own;
use v5.36;
use Exporter 'import';
use File::Temp 'tempdir';
use POSIX ();
use Time::HiRes 'sleep';

our @EXPORT = qw($folder start_own stop_own);
our $folder = tempdir(CLEANUP => 1);	# its data are in data/
chmod 0755, $folder;

my $build = $ENV{VESTIBULE_BUILD} // 'build';
my $owner = $$;
my ($process, $port);

sub stop_own ()
{
	return if !$process;
	kill 'TERM', $process;
	waitpid $process, 0;
	undef $process;
}
END {
	if ($$ == $owner) {
		local $?;
		stop_own();
	}
}

sub content ($name)
{
	open my $file, '<', $name or return '';
	local $/;
	return <$file> // '';
}

# start_own(option of tests/sandbox/start, …)
sub start_own (@options)
{
	stop_own();
	my ($log, $said) = ("$folder/log", '');
	unlink $log;
	$process = fork // die "fork: $!";
	if (!$process) {
		open STDIN, '<', '/dev/null' or die;
		open STDOUT, '>', $log or die;
		open STDERR, '>&', \*STDOUT or die;
		exec 'setpriv', '--pdeathsig', 'TERM', 'tests/sandbox/start', '--dir', "$folder/data", '--port', $port // 0, '--build', $build,
		    '--no-administrator', '--rate', '2000', '--name', 'test', @options or POSIX::_exit(127);
	}
	for (1 .. 1200) {
		$said = content($log);
		last if $said =~ /^Vestibule is ready/m || waitpid($process, POSIX::WNOHANG()) == $process;
		sleep 0.05;
	}
	($ENV{VESTIBULE_URL}) = $said =~ m{^Vestibule is ready: (.*)/$}m or die "the sandbox did not start:\n$said";
	($port) = $ENV{VESTIBULE_URL} =~ /:(\d+)$/;
	@ENV{qw(VESTIBULE_SANDBOX VESTIBULE_CONF VESTIBULE_COMMAND VESTIBULE_SERVER VESTIBULE_BASE VESTIBULE_BUILD)} = ("$folder/data",
	    "$folder/data/vestibule.conf", "$build/bin/vestibule", 'nginx', '', $build);
	Vestibule::forget_database() if defined &Vestibule::forget_database;
}

1;
