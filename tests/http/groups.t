# Users & Groups, USER GROUPS: the three built-in ones with their protections, making, changing, deleting, and the filter of the form (features
# L1 to L7, Q8, Q43).

use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Vestibule;
use Vestibule::Browser;

my ($ada, $grace) = map { person(name => $_) } 'Ada Host', 'Grace Guest';
join_workspace($grace, $ada, 'member');
my ($host, $guest) = map { Vestibule::Browser->new->sign_in($_) } $ada, $grace;
my $ws = $ada->{workspace};
my $list = "/settings/groups?ws=$ws";
my %built_in = map { @$_ } sql('SELECT builtin, LOWER(HEX(public_id)) FROM user_group WHERE workspace = ?', $ada->{workspace_id});
sub role ($person) { return value('SELECT role FROM membership WHERE workspace = ? AND person = ?', $ada->{workspace_id}, $person->{id}) }

$host->page($list);
is(join('|', map { $_->textContent =~ s/\s+/ /gr } $host->tree->findnodes('//tbody/tr/th')), 'Admins built-in|Queue admins built-in|Users built-in', 'L2: three built-in groups');
is($host->at('//main//a[normalize-space()="+ ADD GROUP"]/@href'), "$base/settings/groups/new?ws=$ws", 'L4: + ADD GROUP');
is($host->page("/settings/groups/$built_in{users}/edit?ws=$ws")->code, 403, 'Q43: Users is not edited');
is($host->page("/settings/groups/$built_in{$_}/delete?ws=$ws")->code, 403, "Q43: $_ is not deleted") for sort keys %built_in;

my $new = '/settings/groups/new';
$host->page("$new?ws=$ws");
my $answer = unchanged('filtering', sub { $host->submit($new, act => 'filter', filter => 'grace', name => 'Half', description => 'typed', member => $ada->{public_id}) });
is($host->at('//input[@name="name"]/@value'), 'Half', 'Q8: Filter keeps the name');
is($host->count("//input[\@name='member'][\@value='$ada->{public_id}'][\@checked]"), 1, 'Q8: and who is chosen');
is($host->count("//input[\@name='member'][\@value='$grace->{public_id}']"), 1, 'Q8: and shows who fits');
$host->page("$new?ws=$ws");
is($host->submit($new, act => 'save', name => 'Team', member => $grace->{public_id})->code, 303, 'L4: saved');
my $team = value('SELECT LOWER(HEX(public_id)) FROM user_group WHERE workspace = ? AND name = ?', $ada->{workspace_id}, 'Team');
$host->page("$new?ws=$ws");
is($host->submit($new, act => 'save', name => 'Team')->code, 422, 'a name twice is refused');

my $admins = "/settings/groups/$built_in{admins}/edit";
$host->page("$admins?ws=$ws");
my ($revision) = map { $_->getAttribute('value') } $host->tree->findnodes('//input[@name="revision"]');
is($host->submit($admins, act => 'save', member => $grace->{public_id})->code, 303, 'Admins takes a member');
is(role($grace), 'administrator', 'as a role');
is($guest->page("$new?ws=$ws")->code, 200, 'with effect at once');
$host->page("$admins?ws=$ws");
is($host->submit($admins, act => 'save', revision => $revision)->code, 422, 'a stale form is refused');
is(role($grace), 'administrator', 'and changes nothing');

$host->page("/settings/groups/$team/delete?ws=$ws");
cmp_ok($host->count('//ul[@class="consequences"]/li'), '>=', 3, 'L7: with consequences');
is($host->submit("/settings/groups/$team/delete")->code, 303, 'L7: deleted');
is(value('SELECT COUNT(*) FROM group_member WHERE workspace = ? AND person = ?', $ada->{workspace_id}, $grace->{id}), 0, 'L7: with its members');

finish;
