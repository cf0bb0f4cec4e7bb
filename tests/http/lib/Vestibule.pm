package Vestibule;

# What the tests of the pages share: the tables of all sections, people, the database behind, and what must be true of every
# answer. Vestibule::Browser is a browser; fixtures/<section>.pl knows how to make what an ":id" stands for.
# Environment: see tests/README.md.

use v5.36;
use utf8;
use DBI;
use Exporter 'import';
use FindBin;
use IPC::Open3;
use JSON::PP;
use Symbol 'gensym';
use Test::More;
use Time::HiRes 'time';
use Vestibule::Blake2b 'blake2b';
use XML::LibXML;

binmode $_, ':encoding(UTF-8)' for map { Test::More->builder->$_ } qw(output failure_output todo_output);

our @EXPORT = qw($url $base $server $sandbox $conf command operator setting sql value execute person join_workspace sections
    routes routes_off in_short fixture checksums changed unchanged sizes secret secrets locations observe parse parse_text craft_token new_address
    from_base64url to_base64url finish);

our $url = $ENV{VESTIBULE_URL} or plan skip_all => 'VESTIBULE_URL names no installation';
our $base = $ENV{VESTIBULE_BASE} // '';
our $server = $ENV{VESTIBULE_SERVER} // 'nginx';
our $sandbox = $ENV{VESTIBULE_SANDBOX} // die "VESTIBULE_SANDBOX is not set\n";
our $conf = $ENV{VESTIBULE_CONF} // die "VESTIBULE_CONF is not set\n";
my $program = $ENV{VESTIBULE_COMMAND} // die "VESTIBULE_COMMAND is not set\n";
my $build = $ENV{VESTIBULE_BUILD} // die "VESTIBULE_BUILD is not set\n";
my $origin = $url =~ s/\Q$base\E$//r;

# --- the operator -------------------------------------------------------------------------------------------------------

# operator(\%options, WORD …): (exit code, output, errors). Options: input, environment.
sub operator (@words)
{
	my $options = ref $words[0] ? shift @words : {};
	local %ENV = (%ENV, %{ $options->{environment} // {} });
	my $process = open3(my $in, my $out, my $err = gensym, $program, '-c', $conf, @words);
	local $SIG{PIPE} = 'IGNORE';
	print $in $options->{input} // '';
	close $in;
	my $output = join '', <$out>;
	my $errors = join '', <$err>;
	waitpid $process, 0;
	return ($? & 127 ? 128 + ($? & 127) : $? >> 8, $output, $errors);
}

# The same, where nothing else than success is expected: its output.
sub command (@words)
{
	my ($code, $output, $errors) = operator(@words);
	die "vestibule @{[grep { !ref } @words]}: exit code $code\n$errors" if $code;
	return $output;
}

sub setting ($key)
{
	open my $file, '<', $conf or die "$conf: $!";
	for (<$file>) {
		return $1 if /^\s*\Q$key\E\s*=\s*(.*?)\s*$/;
	}
	return undef;
}

# --- the database -------------------------------------------------------------------------------------------------------

my $handle;
sub database
{
	return $handle //= DBI->connect('DBI:MariaDB:database=' . setting('database_name') . ';mariadb_socket=' .
	    setting('database_socket'), scalar getpwuid($>), '', { RaiseError => 1, PrintError => 0, AutoInactiveDestroy => 1,
	    mariadb_init_command => q(SET time_zone = '+00:00') });
}

# After the database was started again.
sub forget_database
{
	undef $handle;
}

# Rows as lists; the first column of the first row; a statement without rows.
sub sql ($statement, @values)
{
	return @{ database()->selectall_arrayref($statement, undef, @values) };
}
sub value ($statement, @values)
{
	my @row = database()->selectrow_array($statement, undef, @values);
	return $row[0];
}
sub execute ($statement, @values)
{
	return database()->do($statement, undef, @values);
}

# Written by looking, too: when somebody was last there, and counted failures.
my %noise = (session => [qw(last_seen)], credential => [qw(last_used last_used_from)], membership => [qw(last_api_use)], throttle => undef);
my $checksum;

# Every table with its number of rows and a sum over their content.
sub checksums
{
	if (!$checksum) {
		my (%columns, @parts);
		push @{ $columns{$_->[0]} }, $_->[1] for sql('SELECT table_name, column_name FROM information_schema.columns'
		    . ' WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position');
		for my $table (sort keys %columns) {
			next if exists $noise{$table} && !$noise{$table};
			my %skip = map { $_ => 1 } @{ $noise{$table} // [] };
			my $text = join ', ', map { "COALESCE(HEX(`$_`), '-')" } grep { !$skip{$_} } @{ $columns{$table} };
			push @parts, "SELECT '$table', COUNT(*), COALESCE(BIT_XOR(CAST(CONV(LEFT(MD5(CONCAT_WS('|', $text)), 16), 16,"
			    . " 10) AS UNSIGNED)), 0) FROM `$table`";
		}
		$checksum = join ' UNION ALL ', @parts;
	}
	return { map { $_->[0] => "$_->[1] rows, $_->[2]" } sql($checksum) };
}

# The tables that differ.
sub changed ($before, $after)
{
	return grep { ($before->{$_} // '') ne ($after->{$_} // '') } sort keys %{ { %$before, %$after } };
}

# Rows of each table, to compare what two acts added.
sub sizes
{
	my $sums = checksums();
	return { map { $_ => $sums->{$_} =~ s/ .*//r } keys %$sums };
}

# Runs it; one test that nothing was written. Returns what it returned.
sub unchanged ($what, $code)
{
	my $before = checksums();
	my $result = $code->();
	my @changed = changed($before, checksums());
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is("@changed", '', "$what: nothing is written");
	return $result;
}

# --- secrets, and where they must not be --------------------------------------------------------------------------------

# What every test of this sandbox learned is kept beside its logs: secrets.t looks for all of it everywhere.
my (%secrets, %locations);
sub secret ($kind, $text)
{
	# One letter many times, as tests of limits have it, is everywhere.
	$secrets{"$kind\t$text"} = 1 if defined $text && length $text >= 8 && $text !~ /^(.)\g1*\z/s;
	return $text;
}

sub write_down ($name, $lines)
{
	return if !%$lines;
	open my $file, '>>:encoding(UTF-8)', "$sandbox/$name" or die "$sandbox/$name: $!";
	print $file "$_\n" for sort keys %$lines;
	close $file or die "$sandbox/$name: $!";
	%$lines = ();
}

sub read_down ($name)
{
	open my $file, '<:encoding(UTF-8)', "$sandbox/$name" or return;
	my %seen = map { chomp; ($_ => 1) } <$file>;
	return sort keys %seen;
}

# All so far: ([kind, text], …) and the values of all Location headers.
sub secrets
{
	write_down('secrets', \%secrets);
	return map { [split /\t/, $_, 2] } read_down('secrets');
}
sub locations
{
	write_down('locations', \%locations);
	return read_down('locations');
}

my $owner = $$;
END {
	if ($$ == ($owner // 0)) {
		my $code = $?;
		write_down('secrets', \%secrets);
		write_down('locations', \%locations);
		$? = $code;
	}
}

# --- people -------------------------------------------------------------------------------------------------------------

my $people = 0;

# A person of this test alone, by the operator's command: hash with name, email, password, id, workspace (32 hex digits).
# Options: name, password (undef: none), administrator.
sub person (%o)
{
	my $number = ++$people;
	my $name = $o{name} // "Person $number of $$";
	my $person = { name => $name, email => "person-$number-$$\@example.org",
	    password => exists $o{password} ? $o{password} : "opens all doors of $$ since $number" };
	utf8::encode(my $bytes = $name);
	my @words = ('person', 'add', '--email', $person->{email}, '--name', $bytes);
	push @words, '--administrator' if $o{administrator};
	if (defined $person->{password}) {
		secret(password => $person->{password});
		utf8::encode(my $input = "$person->{password}\n");
		command({ input => $input }, @words, '--password-stdin');
	} else {
		command(@words);
	}
	@$person{qw(id public_id workspace workspace_id)} = @{ (sql('SELECT p.id, LOWER(HEX(p.public_id)), LOWER(HEX(w.public_id)), w.id'
	    . ' FROM person p LEFT JOIN workspace w ON w.id = p.active_workspace WHERE p.email = ?', $person->{email}))[0] };
	return $person;
}

# Makes a person a member of another one's workspace. Invitations will do this; until then the table does.
sub join_workspace ($person, $host, $role)
{
	execute('INSERT INTO membership (workspace, person, role, joined, listed_id, listed_name, listed_email, listed_sign_in)'
	    . ' SELECT ?, id, ?, UTC_TIMESTAMP(6), public_id, name, email, last_sign_in FROM person WHERE id = ?',
	    $host->{workspace_id}, $role, $person->{id});
	execute('UPDATE workspace SET members = members + 1 WHERE id = ?', $host->{workspace_id});
	execute('UPDATE person SET memberships = memberships + 1 WHERE id = ?', $person->{id});
}

# An address of this machine that nobody has used yet: failures are counted by address.
my $addresses = 0;
sub new_address
{
	my $number = ++$addresses;
	return sprintf '127.%d.%d.%d', 1 + $$ % 250, $number >> 8 & 255, 1 + ($number & 127) + ($number >> 16);
}

# --- sections -----------------------------------------------------------------------------------------------------------

my @sections;

# The tables of every section of pages, as the program itself prints them.
sub sections
{
	if (!@sections) {
		for my $file (sort glob "$build/cgi-bin/*") {
			next if !-f $file || !-x _;
			local $ENV{VESTIBULE_DESCRIBE} = 1;
			open my $output, '-|', $file or die "$file: $!";
			my $section = decode_json(do { local $/; <$output> });
			close $output or die "$file describes nothing\n";
			next if $section->{kind} ne 'pages';
			$_->{section} = $section->{section} for @{ $section->{routes} };
			push @sections, $section;
		}
		die "no section in $build/cgi-bin\n" if !@sections;
	}
	return @sections;
}

# All their routes: path, access, get, post, recent, fields, section. Without those that this installation has switched off.
sub routes
{
	return grep { !is_off($_) } map { @{ $_->{routes} } } sections();
}
sub routes_off
{
	return grep { is_off($_) } map { @{ $_->{routes} } } sections();
}
sub is_off ($route)
{
	my $off = fixture($route)->{off};
	return $off && $off->();
}

# The programs are the same behind every web server: nginx gets a list whole, the others every third of it.
sub in_short (@list)
{
	return $server eq 'nginx' && $base eq '' ? @list : @list[grep { $_ % 3 == 0 } 0 .. $#list];
}

# What is special about a route for the generic tests: hash, by default empty. See fixtures/README.md.
my %fixtures;
sub fixture ($route)
{
	my $section = $route->{section};
	$fixtures{$section} //= do {
		my $file = "$FindBin::Bin/lib/fixtures/$section.pl";
		my $table = -e $file ? do $file : {};
		die "$file: ", $@ || $!, "\n" if ref $table ne 'HASH';
		$table;
	};
	my $fixture = $fixtures{$section}{$route->{path}} // {};
	die "$route->{path} needs an object: tests/http/lib/fixtures/$section.pl has to say how to make one\n"
	    if $route->{path} =~ /:id/ && !$fixture->{object};
	return $fixture;
}

# --- every answer -------------------------------------------------------------------------------------------------------

my $parser = XML::LibXML->new(no_network => 1, load_ext_dtd => 0, expand_entities => 0);
my (%counted, @broken);

# A page as a tree without namespaces, undef when it is not well-formed. Fragments get a root.
sub parse_text ($text)
{
	$text = "<fragment>$text</fragment>" if $text !~ /^\s*<!DOCTYPE/i;
	$text =~ s/ xmlns="[^"]*"//g;
	return eval { $parser->parse_string($text) };
}

sub parse ($answer)
{
	return ($answer->header('Content-Type') // '') =~ m{^text/html\b} ? parse_text($answer->decoded_content(charset => 'none')) : undef;
}

# Called for every answer: counts it and remembers what no answer may be. Returns the tree of a page.
sub observe ($answer)
{
	my $request = $answer->request;
	my $what = $request->method . ' ' . $request->uri->path;
	my $tree;
	$counted{answers}++;
	$counted{'status ' . $answer->code}++;
	push @broken, "$what: " . $answer->status_line . "\n" . substr $answer->content, 0, 300
	    if $answer->code >= 500 && !$request->{may_fail};
	$locations{$answer->header('Location')} = 1 if defined $answer->header('Location');
	for my $cookie ($answer->header('Set-Cookie')) {
		secret(cookie => $1) if $cookie =~ /^[^=]+=([A-Za-z0-9_-]{43});/;
	}
	# What a server refuses before it knows whose address it is has a page of the server's.
	my $foreign = $base ne '' && $answer->content =~ m{<hr><center>nginx};
	if ($request->method ne 'HEAD' && !$foreign && ($answer->header('Content-Type') // '') =~ m{^text/html}) {
		$tree = parse($answer);
		$counted{pages}++;
		push @broken, "$what: the page is not well-formed: $@" if !$tree;
		if ($tree) {
			secret(token => $_->value) for $tree->findnodes('//input[@name="token"]/@value');
		}
	}
	return $tree;
}

# At the end of every test.
sub finish
{
	is(join("\n", @broken), '', 'no answer was broken, every page was well-formed');
	diag('answers: ' . join ', ', map { "$counted{$_} $_" } sort keys %counted) if %counted;
	done_testing;
}

# --- tokens -------------------------------------------------------------------------------------------------------------

my %subkeys;

# A form token as lib/web/token.h describes it, for tests that need one the product would not draw: for an act that the person
# may not do, or expired. Options: seconds that it is still good for.
sub craft_token ($cookie, $path, $workspace = undef, %o)
{
	if (!%subkeys) {
		my $name = setting('key_file');
		$name = ($conf =~ s{[^/]*$}{}r) . $name if $name !~ m{^/};
		open my $file, '<', $name or die "$name: $!";
		for (grep { /^\d/ } <$file>) {
			my ($id, $key) = split ' ';
			$subkeys{$id} = blake2b('', key => pack('H*', $key), salt => pack('Q<', 3), personal => 'vestibul');
		}
	}
	my ($id) = sort { $b <=> $a } keys %subkeys;
	my $hash = unpack 'H*', blake2b(from_base64url($cookie));
	my $nonce = join '', map { chr int rand 256 } 1 .. 16;
	my $expiry = time + ($o{seconds} // 3600);
	my $text = sprintf '%s|%s|%s|%s|%d|%d', $hash, $workspace // '', $path, unpack('H*', $nonce), $expiry, $id;
	my $mac = blake2b($text, key => $subkeys{$id});
	return to_base64url($nonce . pack('N N', $expiry, $id) . $mac);
}

sub from_base64url ($text)
{
	require MIME::Base64;
	return MIME::Base64::decode_base64($text =~ tr{_-}{/+}r);
}
sub to_base64url ($bytes)
{
	require MIME::Base64;
	return MIME::Base64::encode_base64($bytes, '') =~ tr{/+}{_-}r =~ s/=+$//r;
}

1;
