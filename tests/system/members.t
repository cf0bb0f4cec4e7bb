# Pages of a workspace with very many members, in an installation with very many other people: how many rows the database looks at and
# sorts for each, and how often it is asked. Rows are counted by the server (Handler_read_…, Sort_rows), so this holds on every machine.

use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use DBI;
use Test::More;
use Whole;

my ($members, $workspaces, $page) = (1500, 1000, 50);	# and ten thousand people in those workspaces
my $site = whole('--name', 'members');
my $database = DBI->connect("DBI:MariaDB:database=vestibule;mariadb_socket=$site->{directory}/run/database/database.socket", scalar getpwuid($>), '',
    { RaiseError => 1, PrintError => 0 });

open my $client, '|-', 'exec mariadb --no-defaults --socket "' . "$site->{directory}/run/database/database.socket" . '" vestibule > /dev/null'
    or die "mariadb: $!";
open my $people, '<', "$FindBin::Bin/../bench/people.sql" or die "people.sql: $!";
print $client "SET \@members = $members, \@workspaces = $workspaces, \@host = 'admin\@localhost';\n", <$people>;
close $client or die "people.sql: $?";
my $cookie = sign_in($site);

sub id ($workspace)
{
	return ($database->selectrow_array('SELECT LOWER(HEX(public_id)) FROM workspace WHERE name = ?', undef, $workspace))[0];
}
sub counters ()
{
	my %status = map { @$_ } @{ $database->selectall_arrayref(q(SHOW GLOBAL STATUS WHERE Variable_name LIKE 'Handler\_read%'
	    OR Variable_name IN ('Sort_rows', 'Com_stmt_execute'))) };
	my $rows = 0;
	$rows += $status{$_} for grep { /^Handler_read_/ } keys %status;
	return ($rows, $status{Sort_rows}, $status{Com_stmt_execute});
}

# What a page costs, the least of some tries: rows looked at, rows sorted, statements. What asking costs is taken off.
my $content;
my @asking = (1e9) x 3;
sub cost ($path)
{
	my @least = (1e9) x 3;
	for my $try (1 .. 8) {
		my @before = counters();
		if ($path ne '') {
			my $answer = one(GET => "$site->{url}$path", headers => { Cookie => $cookie });
			die "$path: $answer->{status}\n" if $answer->{status} != 200;
			$content = $answer->{content};
		}
		my @after = counters();
		for (0 .. 2) {
			my $spent = $after[$_] - $before[$_] - ($path ne '' ? $asking[$_] : 0);
			$least[$_] = $spent if $spent < $least[$_];
		}
	}
	return @least;
}
@asking = cost('');

my %ws = map { $_ => id($_) } 'Large', 'Small';
for my $order ('name', 'email', 'joined', 'sign-in') {
	my ($rows, $sorted) = cost("/settings/users?ws=$ws{Large}&order=$order");
	is(scalar(() = $content =~ /<th [^>]*scope="row"/g), $page, "$order: a full page");
	cmp_ok($rows, '<', 8 * $page, "$order: the first page looks at a few rows for each that it shows");
	cmp_ok($sorted, '<', 2 * $page, "$order: and sorts no others");
	my $last = int(($members - 1) / $page);
	($rows, $sorted) = cost("/settings/users?ws=$ws{Large}&order=$order&page=$last");
	cmp_ok($rows, '<', $members + 10 * $page, "$order: a page near the end counts those in front of it");
	cmp_ok($sorted, '<', 4 * $page, "$order: and sorts none of them");
	($rows) = cost("/settings/users?ws=$ws{Large}&order=$order&q=nobody-is-called-so");
	like($content, qr/Nobody fits this search/, "$order: a search for nobody");
	cmp_ok($rows, '>=', $members, "$order: looks at every member");
	cmp_ok($rows, '<', $members + 100, "$order: once, and at nobody else");
	($rows) = cost("/settings/users?ws=$ws{Large}&order=$order&inactive=1");
	cmp_ok($rows, '<', $members + 8 * $page, "$order: so does the filter for the inactive");
}
my ($rows, $sorted, $trips) = cost("/settings/groups/new?ws=$ws{Large}");
like($content, qr/name="member"/, 'choosing the members of a group');
cmp_ok($rows, '<', 6 * $members, 'looks at nobody of other workspaces') or diag($rows);
($rows, $sorted) = cost("/settings/groups?ws=$ws{Large}");
cmp_ok($rows, '<', 200, 'the table of groups looks at no members');
($rows, $sorted, $trips) = cost("/settings/workspace?ws=$ws{Large}");
like($content, qr/\Q${\($members - 10)}\E more/, 'the Workspace page has the members');
cmp_ok($rows, '<', 200, 'the first ten are found without the others');
cmp_ok($sorted, '<', 60, 'and not sorted out of all');
cmp_ok($trips, '<=', 4, 'and asks the database four times at most');
my ($large, $small) = map { (cost("/settings/users?ws=$ws{$_}"))[2] } 'Large', 'Small';
is($large, $small, 'the number of members changes nothing about how often USERS asks');

done_testing;
