# A MariaDB of its own and installations on it, without web server and sections: for tests of the operator's command.
package Bare;
use strict;
use warnings;
use Cwd qw(getcwd);
use Exporter qw(import);
use File::Temp qw(tempdir);
use IO::Socket::UNIX;
use POSIX ();
use Time::HiRes qw(sleep);

our @EXPORT = qw($work $socket content put installation start run sql);

our $work = tempdir(CLEANUP => 1);
our $socket = "$work/socket";
my $command = ($ENV{VESTIBULE_BUILD} // 'build') . '/bin/vestibule';
my $server;

$ENV{PATH} .= ':/usr/sbin:/sbin';
$ENV{VESTIBULE_SCHEMA} = getcwd() . '/schema';
delete $ENV{VESTIBULE_CONF};

{
	my @as_root = $> == 0 ? ('--user=root') : ();
	my @storage = ('--no-defaults', "--datadir=$work/database", '--innodb-log-file-size=16M',
		'--innodb-data-file-path=ibdata1:10M:autoextend');
	system("mariadb-install-db @storage @as_root --skip-test-db --skip-name-resolve " .
		"--auth-root-authentication-method=socket > $work/install.log 2>&1") == 0
		or die "mariadb-install-db: ", content("$work/install.log");
	$server = fork // die "fork: $!";
	if ($server == 0) {
		open STDOUT, '>', "$work/server.log" or die;
		open STDERR, '>&', \*STDOUT or die;
		exec 'setpriv', '--pdeathsig', 'KILL', 'mariadbd', @storage, @as_root, "--socket=$socket",
			"--pid-file=$work/pid", '--skip-networking', '--skip-name-resolve', '--innodb-buffer-pool-size=32M'
			or POSIX::_exit(127);
	}
	for (1 .. 400) {
		last if IO::Socket::UNIX->new(Peer => $socket);
		sleep 0.05;
	}
}

END {
	local $?;
	if ($server) { kill 'KILL', $server; waitpid $server, 0 }
}

sub content {
	open my $file, '<', shift or return '';
	local $/;
	return <$file> // '';
}

sub put {
	my ($path, $text, $mode) = @_;
	unlink $path;
	open my $file, '>', $path or die "$path: $!";
	print $file $text;
	close $file or die;
	chmod $mode // 0644, $path;
}

# installation(name, key => value, …): its folder
sub installation {
	my ($name, %keys) = @_;
	my $folder = "$work/$name";
	mkdir $folder;
	mkdir "$folder/run";
	%keys = (web_server => 'http://127.0.0.1:9', plain_http => 'yes', database_socket => $socket, database_name => $name,
		database_accounts => 'accounts', key_file => 'keys', run_directory => 'run', layout_file => 'vestibule.conf',
		%keys);
	$keys{database_user_prefix} //= "${name}_" unless $keys{database_user};
	put("$folder/vestibule.conf", join '', map { "$_ = $keys{$_}\n" } sort keys %keys);
	return $folder;
}

# run(folder, argument, …): (exit code, standard output, standard error)
my $runs = 0;
sub start {
	my ($folder, @arguments) = @_;
	my $output = "$work/run-" . ++$runs;
	my $process = fork // die "fork: $!";
	if ($process == 0) {
		open STDIN, '<', '/dev/null' or die;
		open STDOUT, '>', "$output.out" or die;
		open STDERR, '>', "$output.err" or die;
		exec $command, '-c', "$folder/vestibule.conf", @arguments or POSIX::_exit(127);
	}
	return ($process, $output);
}

sub run {
	my ($process, $output) = start(@_);
	waitpid $process, 0;
	return ($? >> 8, content("$output.out"), content("$output.err"));
}

# sql(database, text, option of mariadb, …): what it prints, with errors
sub sql {
	my ($database, $text, @options) = @_;
	put("$work/statement", $text);
	open my $output, '-|', 'sh', '-c', 'exec mariadb "$@" < "$0" 2>&1', "$work/statement", '--no-defaults',
		(grep({ /^--(user|socket)/ } @options) ? () : "--socket=$socket"), '--batch', '--skip-column-names', @options,
		$database or die;
	local $/;
	return <$output> // '';
}

1;
