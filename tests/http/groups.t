# Users & Groups, USER GROUPS: the three built-in ones with their rights and protections, making, changing and deleting with the effect on
# members, names, limits, the picker and its filter, a thousand members, the last administrator (features L1 to L7, Q8, Q43, Q44).

use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes 'time';
use Vestibule;
use Vestibule::Browser;
use Vestibule::Team;

my ($ada, $grace, $zoe) = map { person(name => $_) } 'Ada Host', 'Grace Guest', 'Zoë Ärger';
join_workspace($_, $ada, 'member') for $grace, $zoe;
my ($host, $guest) = map { Vestibule::Browser->new->sign_in($_) } $ada, $grace;
my $ws = $ada->{workspace};
my $list = "/settings/groups?ws=$ws";
my $new = '/settings/groups/new';
my %built_in = map { @$_ } sql('SELECT builtin, LOWER(HEX(public_id)) FROM user_group WHERE workspace = ?', $ada->{workspace_id});

sub role ($person, $of = $ada)
{
	return value('SELECT role FROM membership WHERE workspace = ? AND person = ?', $of->{workspace_id}, $person->{id});
}
sub id_of ($name)
{
	return value('SELECT LOWER(HEX(public_id)) FROM user_group WHERE workspace = ? AND name = ?', $ada->{workspace_id}, $name);
}
# Names of those who are in it, as the database has them.
sub members_of ($name)
{
	return join '|', map { $_->[0] } sql('SELECT p.name FROM group_member g JOIN user_group u ON u.id = g.user_group JOIN person p ON p.id = g.person'
	    . ' WHERE u.workspace = ? AND u.name = ? ORDER BY p.name', $ada->{workspace_id}, $name);
}
sub tidy ($text) { return $text =~ s/\s+/ /gr =~ s/^ | $//gr }
sub said ($browser) { return tidy($browser->at('//*[@role="status"]')) }
sub problem ($browser) { return tidy($browser->at('//*[@role="alert"]')) }
sub rows ($browser) { return map { tidy($_->textContent) } $browser->tree->findnodes('//main//tbody/tr/th') }
# A cell of the row of this group.
sub cell ($browser, $group, $head)
{
	return tidy($browser->at(qq(//main//tbody/tr[th[starts-with(normalize-space(), "$group")]]/td[\@data-head="$head"])));
}
sub actions ($browser, $group)
{
	return join ' ', map { tidy($_->textContent) } $browser->tree->findnodes(qq(//main//tbody/tr[th[starts-with(normalize-space(), "$group")]]//a));
}
# The picker, in its order: a plus before who is chosen, an equals sign before who cannot be changed.
sub picks ($browser)
{
	return map {
		my ($box) = $_->findnodes('.//input');
		($box->hasAttribute('disabled') ? '=' : $box->hasAttribute('checked') ? '+' : '') . tidy($_->findvalue('.//label') =~ s/\S+@\S+//r)
	} $browser->tree->findnodes('//ul[@class="picks"]/li');
}
# The form of the page with these fields and exactly these members.
sub send_form ($browser, $path, $members, %fields)
{
	my @fields = $browser->fields_of($path) or die "no form $path: " . $browser->text . "\n";
	my @kept;
	while (my ($name, $value) = splice @fields, 0, 2) {
		push @kept, $name, exists $fields{$name} ? delete $fields{$name} : $value if $name ne 'member';
	}
	return $browser->post($path, [@kept, %fields, map { (member => ref $_ ? $_->{public_id} : $_) } @$members]);
}
sub make ($name, @members)
{
	$host->page("$new?ws=$ws");
	return send_form($host, $new, \@members, act => 'save', name => $name);
}

# --- L2, L3, Q43: the table and the three built-in groups -----------------------------------------------------------------

is($host->page($list)->code, 200, 'L3: the page');
is($host->at('//h1'), 'User groups', 'L3: its heading');
is($host->at('//main//section/h2'), q(USER GROUPS IN Ada Host's workspace), 'L3: its table, and of which workspace');
is(join('|', map { tidy($_->textContent) } $host->tree->findnodes('//thead//th')), 'Name|Description|Members|Actions', 'L3: name, description, members');
is(join('|', rows($host)), 'Admins built-in|Queue admins built-in|Users built-in', 'L2: three built-in groups, in this order, marked');
is(cell($host, 'Admins', 'Description'), 'Read and modify all resources, except changing queues, and grant permissions', 'L2: what Admins may');
is(cell($host, 'Queue admins', 'Description'), 'Create, delete and rename queues', 'L2: what Queue admins may');
is(cell($host, 'Users', 'Description'), 'Everybody in the workspace', 'L2: who Users are');
is(cell($host, 'Admins', 'MEMBERS'), 'Ada Host', 'Q44: the owner is in Admins');
is(cell($host, 'Queue admins', 'MEMBERS'), '0', 'L3: nobody is in Queue admins');
is(cell($host, 'Users', 'MEMBERS'), '3', 'L3: of Users only the number');
is(join(', ', map { "$_: " . actions($host, $_) } 'Admins', 'Queue admins', 'Users'), 'Admins: Edit, Queue admins: Edit, Users: ',
    'Q43: built-in groups are not deleted, Users is not even changed');
is($host->at('//main//a[normalize-space()="+ ADD GROUP"]/@href'), "$base$new?ws=$ws", 'L4: + ADD GROUP');
is($host->at('//main//a[@aria-label="Edit: Admins"]/@href'), "$base/settings/groups/$built_in{admins}/edit?ws=$ws", 'L6: a link says what it edits');

is($host->page("/settings/groups/$built_in{users}/edit?ws=$ws")->code, 403, 'Q43: Users has no form');
like($host->text, qr/Everybody in the workspace is in this group; it cannot be changed/, 'Q43: and says why');
is($host->page("/settings/groups/$built_in{$_}/delete?ws=$ws")->code, 403, "Q43: $_ has no page that deletes it") for sort keys %built_in;
like($host->text, qr/Built-in groups cannot be deleted/, 'Q43: and says why');
unchanged('forms by hand', sub {
	for my $name (sort keys %built_in) {
		my $path = "/settings/groups/$built_in{$name}/delete";
		is($host->post($path, [token => craft_token($host->cookie, $path, $ws), ws => $ws])->code, 403, "Q43: $name is not deleted by a form made by hand");
	}
	my $path = "/settings/groups/$built_in{users}/edit";
	is($host->post($path, [token => craft_token($host->cookie, $path, $ws), ws => $ws, act => 'save', name => 'Nobody', revision => 1])->code, 403,
	    'Q43: nor is Users changed');
});
my $queue = "/settings/groups/$built_in{queue_admins}/edit";
$host->page("$queue?ws=$ws");
is($host->count('//main//input[@name="name"] | //main//textarea[@name="description"]'), 0, 'Q43: neither name nor description of a built-in group is a field');
is(send_form($host, $queue, [$grace, $zoe], act => 'save', name => 'Renamed', description => 'Rewritten')->code, 303, 'L6: its members are changed');
is(join('|', @{ (sql('SELECT name, description FROM user_group WHERE public_id = UNHEX(?)', $built_in{queue_admins}))[0] }),
    'Queue admins|Create, delete and rename queues', 'Q43: not its name, whatever is sent');
is(members_of('Queue admins'), 'Grace Guest|Zoë Ärger', 'L6: members of a built-in group');
$host->page($list);
is(cell($host, 'Queue admins', 'MEMBERS'), 'Grace Guest, Zoë Ärger', 'L3: by name');
is(role($grace), 'member', 'Queue admins are no administrators');

# What a member sees.
is($guest->page($list)->code, 200, 'L3: a member sees the groups');
is($guest->count('//main//table//a | //main//a[contains(., "ADD GROUP")]'), 0, 'L1: but has nothing to do there');
is($guest->page("$_?ws=$ws")->code, 403, "L1: a member has no $_") for $new, $queue, "/settings/groups/$built_in{queue_admins}/delete";

# --- L4: making one -------------------------------------------------------------------------------------------------------

$host->page("$new?ws=$ws");
is($host->at('//h1'), 'USER GROUP', 'L4: the form');
like($host->at('//main'), qr/In the workspace “Ada Host's workspace”/, 'L4: and of which workspace');

# A8: on a page of another workspace than the active one, the menu is about the page's.
my $side = '//nav[contains(@class, "side")]';
$guest->page('/settings/profile');
my $active = tidy($guest->at("$side//p[\@class='context']"));
isnt($active, "Ada Host's workspace", 'A8: another one is active');
for my $page ($list, "/settings/users?ws=$ws") {
	$guest->page($page);
	is(tidy($guest->at("$side//p[\@class='context']")), "Ada Host's workspace", "A8: $page is named in the menu");
	is($guest->at("$side//a[\@aria-current]/\@href"), "$base/settings/users?ws=$ws", 'A8: where its link leads to');
}
$host->page("$new?ws=$ws");
is(join('|', map { tidy($_->textContent) } $host->tree->findnodes("//form[\@action='$base$new']//div[\@class='buttons']/*")), 'SAVE|CANCEL', 'L4: its buttons');
is($host->at("(//form[\@action='$base$new']//button)[1]/\@value"), 'find', 'Q8: Enter filters: that button is the first');
is($host->count("//form[\@action='$base$new']//button[\@value='find']"), 1, 'Q8: and no other has its value, because text browsers send all that are alike');
is($host->at('//input[@name="filter"]/@placeholder'), 'Add members to group', 'L5: the box says what it is for');
my $answer = send_form($host, $new, [$grace, $zoe], act => 'save', name => "  Team \t Blue ", description => "Two\r\nlines");
is($host->leads_to($answer), $list, 'L4: saved');
$host->follow($answer);
is(said($host), 'The group “Team Blue” is added.', 'L4: and said so');
is(join('|', rows($host)), 'Admins built-in|Queue admins built-in|Users built-in|Team Blue', 'L3: it stands behind the built-in ones');
is(cell($host, 'Team Blue', 'MEMBERS'), 'Grace Guest, Zoë Ärger', 'L3: with its members');
is(actions($host, 'Team Blue'), 'Edit Delete', 'L6, L7: with its actions');
is(value('SELECT description FROM user_group WHERE public_id = UNHEX(?)', id_of('Team Blue')), "Two\nlines", 'L4: the description has its lines');
$host->page("/settings/users?ws=$ws");
is(tidy($host->at('//main//tbody/tr[th[contains(., "Grace Guest")]]/td[@data-head="GROUPS"]')), 'Queue admins Team Blue', 'L1: a user is in several groups');
is(make('Alone')->code, 303, '2.29: members are not required');
is(members_of('Alone'), '', '2.29: an empty group');
is(value("SELECT COUNT(*) FROM audit_event WHERE action = 'group.create' AND workspace = ? AND actor = ?", $ada->{workspace_id}, $ada->{id}), 2,
    'making a group is in the audit');
my $request = do {
	$host->page("$new?ws=$ws");
	my %fields = ($host->fields_of($new), act => 'save', name => 'Once', member => $grace->{public_id});
	$host->request_for($new, [%fields]);
};
my ($once, $again) = ($host->send($request), $host->send($request));
is($again->header('Location'), $once->header('Location'), 'the same form again: the same answer');
is(value('SELECT COUNT(*) FROM user_group WHERE workspace = ? AND name = ?', $ada->{workspace_id}, 'Once'), 1, 'and one group');

# Names and limits.
for my $case (['', qr/Enter a name/, 'no name'], ['   ', qr/Enter a name/, 'blanks'], ['Team Blue', qr/Another group of this workspace has this name/, 'a name twice'],
    ['team blue', qr/Another group/, 'the same name in small letters'], ['Admins', qr/Another group/, 'the name of a built-in group'],
    ['x' x 101, qr/at most 100/, '101 characters'], ["a\x{202e}b", qr/control|invisible|hidden/i, 'a mark that nobody sees']) {
	my ($name, $says, $what) = @$case;
	$host->page("$new?ws=$ws");
	$answer = unchanged($what, sub { send_form($host, $new, [$grace], act => 'save', name => $name, description => 'kept') });
	is($answer->code, 422, "L4: $what is refused");
	like($host->at('//*[@id="name-message"]'), $says, "L4: $what: with the reason");
	is($host->at('//textarea[@name="description"]') =~ s/^\n//r, 'kept', "L4: $what: what was typed is kept");
	is(join('|', grep { /^\+/ } picks($host)), '+Grace Guest', "L4: $what: and who is chosen");
}
is(make('ä' x 100)->code, 303, 'L4: 100 characters are a name');
$host->page("$new?ws=$ws");
$answer = send_form($host, $new, [], act => 'save', name => 'Long', description => 'y' x 1001);
is($answer->code, 422, 'L4: a description of 1001 characters is refused');
$host->page("$new?ws=$ws");
is(send_form($host, $new, [], act => 'save', name => 'Long', description => 'ß' x 1000)->code, 303, 'L4: one of 1000 is not');
my $elsewhere = Vestibule::Browser->new->sign_in($zoe);
$elsewhere->page("$new?ws=$zoe->{workspace}");
is(send_form($elsewhere, $new, [], act => 'save', name => 'Team Blue')->code, 303, 'L4: another workspace has names of its own');
my $far = person(name => 'Far Away');
$host->page("$new?ws=$ws");
$answer = unchanged('somebody from elsewhere', sub { send_form($host, $new, [$grace, $far], act => 'save', name => 'Strangers') });
is($answer->code, 422, 'L4: who is no member is refused');
like(problem($host), qr/not a member of this workspace any more/, 'L4: with the reason');
$answer = unchanged('no such button', sub { $host->page("$new?ws=$ws"); send_form($host, $new, [], act => 'erase', name => 'Erase') });
is($answer->code, 422, 'a button that is none');
execute('INSERT INTO user_group (public_id, workspace, name, created) SELECT UNHEX(MD5(CONCAT(?, seq))), ?, CONCAT("Filling ", seq), UTC_TIMESTAMP(6) FROM seq_1_to_500'
    . ' LIMIT ?', $$, $ada->{workspace_id}, 500 - value('SELECT COUNT(*) FROM user_group WHERE workspace = ?', $ada->{workspace_id}));
$answer = unchanged('too many groups', sub { make('One more') });
is($answer->code, 422, 'a workspace has at most 500 groups');
like(problem($host), qr/at most 500 groups/, 'and says so');
my @listed;
for (my $page = $list; defined $page;) {
	$host->page($page);
	push @listed, scalar rows($host);
	($page) = map { $_->getAttribute('href') =~ s/^\Q$base\E//r } $host->tree->findnodes('//nav[@class="pager"]/a[normalize-space() = "Next"]');
}
is("@listed", join(' ', (50) x 10), 'all of them are listed, fifty a page');
is($host->page("$list&page=$_")->code, 200, "page \"$_\" is answered") for 0, 11, -1, 'x', '9' x 30;
is((rows($host))[0], 'Admins built-in', 'with the first one, where there is no such page');
$host->page("/settings/invite?ws=$ws");
is($host->count("//form[\@action='$base/settings/invite']//input[\@name='group']"), 499, 'H2: the form that invites has all of them');
my @chosen = map { $_->[0] } sql("SELECT LOWER(HEX(public_id)) FROM user_group WHERE workspace = ? AND name LIKE 'Filling %' LIMIT 60", $ada->{workspace_id});
my %inviting = ($host->fields_of('/settings/invite'), addresses => "sixty-$$\@example.org");
is($host->post('/settings/invite', [%inviting, map { (group => $_) } @chosen])->code, 303, 'H2: and takes sixty');
is(value('SELECT COUNT(*) FROM invitation_group WHERE workspace = ?', $ada->{workspace_id}), 60, 'H2: all of which are kept');
execute('DELETE FROM invitation_group WHERE workspace = ?', $ada->{workspace_id});
execute("DELETE FROM user_group WHERE workspace = ? AND name LIKE 'Filling %'", $ada->{workspace_id});

# --- Q8, L5: the picker ---------------------------------------------------------------------------------------------------

execute('INSERT INTO person (public_id, name, email, created) SELECT UNHEX(MD5(CONCAT(?, seq))), CONCAT("Crowd ", LPAD(seq, 4, "0")), CONCAT("crowd-", seq, "-", ?, "@example.org"),'
    . ' UTC_TIMESTAMP(6) FROM seq_1_to_1000', "crowd $$", $$);
execute("INSERT INTO membership (workspace, person, role, joined, listed_id, listed_name, listed_email)"
    . " SELECT ?, id, 'member', UTC_TIMESTAMP(6), public_id, name, email FROM person WHERE email LIKE ?", $ada->{workspace_id},
    "crowd-%-$$\@example.org");
execute('UPDATE workspace SET members = members + 1000 WHERE id = ?', $ada->{workspace_id});
my @crowd = map { $_->[0] } sql('SELECT LOWER(HEX(public_id)) FROM person WHERE email LIKE ? ORDER BY name', "crowd-%-$$\@example.org");

$host->page("$new?ws=$ws");
my @shown = picks($host);
is(scalar @shown, 50, 'Q8: the first 50 are shown');
is("$shown[0]|$shown[1]|$shown[49]", 'Ada Host|Crowd 0001|Crowd 0049', 'Q8: by name');
like($host->at('//p[@class="more"]'), qr/^953 more – refine: type part of the name or e-mail/, 'Q8: n more – refine');
$answer = unchanged('filtering', sub { send_form($host, $new, [$zoe, $grace], act => 'filter', filter => 'CROWD 09', name => 'Half', description => "typed\nhere") });
is($answer->code, 200, 'Q8: Filter shows the form again');
is($host->at('//input[@name="filter"]/@value'), 'CROWD 09', 'Q8: with the filter');
unchanged('Enter', sub { is(send_form($host, $new, [$zoe, $grace], act => 'find', filter => 'CROWD 09', name => 'Half', description => "typed\nhere")->code, 200, 'Q8: Enter does the same') });
is($host->at('//input[@name="name"]/@value'), 'Half', 'Q8: with the name');
is($host->at('//textarea[@name="description"]') =~ s/^\n//r, "typed\nhere", 'Q8: with the description');
@shown = picks($host);
is("$shown[0]|$shown[1]|$shown[2]|$shown[51]", '+Grace Guest|+Zoë Ärger|Crowd 0900|Crowd 0949', 'Q8: who is chosen stands on top, then who fits, whatever the case');
like($host->at('//p[@class="more"]'), qr/^50 more – refine/, 'Q8: 50 more');
send_form($host, $new, [$zoe, $grace, @crowd[899 .. 998]], act => 'filter', filter => 'crowd 09', name => 'Half');
@shown = picks($host);
is(scalar(grep { /^\+/ } @shown), 102, 'Q8: a hundred more are chosen');
is(scalar @shown, 102, 'Q8: nobody stands there twice');
is($host->count('//p[@class="more"]'), 1, 'Q8: nobody else fits');
like($host->at('//p[@class="more"]'), qr/^Nobody else fits this filter/, 'Q8: in words');
send_form($host, $new, [$zoe], act => 'filter', filter => substr($grace->{email}, 0, 12), name => 'Half');
ok((grep { $_ eq 'Grace Guest' } picks($host)), 'Q8: part of the address fits, too; who was unticked is offered again');
for my $filter ('%', '_', 'x%', "' OR 1=1 -- ", '\\') {
	send_form($host, $new, [], act => 'filter', filter => $filter, name => 'Half');
	is(join('|', picks($host)), '', "Q8: \"$filter\" is text like any other");
}
send_form($host, $new, [], act => 'filter', filter => 'ÄRG', name => 'Half');
is(join('|', picks($host)), 'Zoë Ärger', 'Q8: other letters, whatever the case');
is(send_form($host, $new, [], act => 'filter', filter => 'x' x 101)->code, 422, 'Q8: a filter that is too long');
# What comes of filtering twice and saving.
$host->page("$new?ws=$ws");
send_form($host, $new, [$grace], act => 'filter', filter => 'crowd 0500', name => 'Patient');
send_form($host, $new, [$grace, $crowd[499]], act => 'filter', filter => 'zoë');
is(join('|', picks($host)), '+Crowd 0500|+Grace Guest|Zoë Ärger', 'Q8: filtered again: nothing is lost');
is(send_form($host, $new, [$grace, $crowd[499], $zoe], act => 'save')->code, 303, 'Q8: saved');
is(members_of('Patient'), 'Crowd 0500|Grace Guest|Zoë Ärger', 'Q8: all of them are in it');

# --- a thousand members ---------------------------------------------------------------------------------------------------

$host->page("$new?ws=$ws");
my $start = time;
is(send_form($host, $new, \@crowd, act => 'save', name => 'Thousand')->code, 303, 'a group of a thousand');
cmp_ok(time - $start, '<', 2, 'is saved soon');
is(value('SELECT COUNT(*) FROM group_member WHERE user_group = (SELECT id FROM user_group WHERE public_id = UNHEX(?))', id_of('Thousand')), 1000, 'with all of them');
$host->page($list);
is(cell($host, 'Thousand', 'MEMBERS'), 'Crowd 0001, Crowd 0002, Crowd 0003, Crowd 0004, Crowd 0005, +995', 'L3: five names, and how many more');
is(cell($host, 'Users', 'MEMBERS'), '1003', 'L3: of Users the number');
# A hundred like it.
execute('INSERT INTO user_group (public_id, workspace, name, created) SELECT UNHEX(MD5(CONCAT("Large", ?, seq))), ?, CONCAT("Large ", seq), UTC_TIMESTAMP(6) FROM seq_1_to_100',
    $$, $ada->{workspace_id});
execute('INSERT INTO group_member (workspace, user_group, person) SELECT u.workspace, u.id, g.person FROM user_group u'
    . ' JOIN group_member g ON g.workspace = u.workspace AND g.user_group = (SELECT id FROM user_group WHERE public_id = UNHEX(?))'
    . " WHERE u.workspace = ? AND u.name LIKE 'Large %'", id_of('Thousand'), $ada->{workspace_id});
for my $page ("$list&page=2", "/settings/invite?ws=$ws") {
	my @took = map { $start = time; $host->page($page); time - $start } 1 .. 3;
	cmp_ok((sort { $a <=> $b } @took)[0], '<', 1, 'a hundred large groups are shown soon');
}
$host->page("$list&page=2");
is(cell($host, 'Large 60', 'MEMBERS'), 'Crowd 0001, Crowd 0002, Crowd 0003, Crowd 0004, Crowd 0005, +995', 'L3: each with five names');
execute("DELETE g FROM group_member g JOIN user_group u ON u.id = g.user_group WHERE u.workspace = ? AND u.name LIKE 'Large %'", $ada->{workspace_id});
execute("DELETE FROM user_group WHERE workspace = ? AND name LIKE 'Large %'", $ada->{workspace_id});
my $thousand = '/settings/groups/' . id_of('Thousand') . '/edit';
$start = time;
$host->page("$thousand?ws=$ws");
cmp_ok(time - $start, '<', 2, 'its form comes soon');
@shown = picks($host);
is(scalar(grep { /^\+/ } @shown), 1000, 'all of them are in its form');
is(join('|', grep { !/^\+/ } @shown), 'Ada Host|Grace Guest|Zoë Ärger', 'and behind them the others');
$answer = unchanged('more than one form holds', sub { send_form($host, $thousand, [@crowd, $grace], act => 'save') });
is($answer->code, 422, 'one more is refused');
like(problem($host), qr/at most 1000 members; these are 1001/, 'with the number');
is(scalar(grep { /^\+/ } picks($host)), 1001, 'and nothing is lost');
is(send_form($host, $thousand, [$grace, @crowd[1 .. 999]], act => 'save')->code, 303, 'one for another is fine');
is(value('SELECT COUNT(*) FROM group_member WHERE user_group = (SELECT id FROM user_group WHERE public_id = UNHEX(?))', id_of('Thousand')), 1000, 'a thousand as before');
command('group', 'member', '--workspace', $ws, '--group', 'Thousand', '--email', $zoe->{email});
is($host->page("$thousand?ws=$ws")->code, 409, 'a group that is larger has no form');
like($host->text, qr/The operator changes it with “vestibule group member”/, 'but the operator has a command');

# --- L6: changing ---------------------------------------------------------------------------------------------------------

my $team = '/settings/groups/' . id_of('Team Blue') . '/edit';
$host->page("$team?ws=$ws");
is($host->at('//input[@name="name"]/@value'), 'Team Blue', 'L6: the form has the name');
is(join('|', grep { /^\+/ } picks($host)), '+Grace Guest|+Zoë Ärger', 'L6: and the members');
is(join('|', map { tidy($_->textContent) } $host->tree->findnodes("//form[\@action='$base$team']//div[\@class='buttons']/*")), 'Save|CANCEL', 'L6: its buttons');
my @stale = $host->fields_of($team);
unchanged('looking at it', sub { $host->page("$team?ws=$ws") });
$host->follow(send_form($host, $team, [$zoe], act => 'save', name => 'Team Red', description => ''));
is(said($host), 'The group “Team Red” is saved.', 'L6: saved');
is(members_of('Team Red'), 'Zoë Ärger', 'L6: one member less');
$answer = unchanged('a stale form', sub { $host->post($team, [@stale, act => 'save']) });
is($answer->code, 422, 'L6: a form of before is refused');
like(problem($host), qr/Somebody else changed this group since you opened the form/, 'L6: with the reason');
is(join('|', grep { /^\+/ } picks($host)), '+Grace Guest|+Zoë Ärger', 'L6: and keeps what was chosen');
$host->page("$team?ws=$ws");
$answer = unchanged('a name that is taken', sub { send_form($host, $team, [$zoe], act => 'save', name => 'alone') });
is($answer->code, 422, 'L6: a name of another group is refused');
$host->page("$team?ws=$ws");
is(send_form($host, $team, [$zoe], act => 'save', name => 'team red')->code, 303, 'L6: its own name in other letters is fine');
for my $revision ('', '0', 'x', '-1', '9' x 20) {
	$host->page("$team?ws=$ws");
	$answer = unchanged("revision \"$revision\"", sub { send_form($host, $team, [$zoe], act => 'save', revision => $revision) });
	is($answer->code, 422, "L6: revision \"$revision\" is refused");
}

# --- L7: deleting, with its effect ----------------------------------------------------------------------------------------

my $delete = '/settings/groups/' . id_of('team red') . '/delete';
my $link = invite($host, $ws, "later-$$\@example.org", group => id_of('team red'));
$host->page("$delete?ws=$ws");
is($host->at('//h1'), 'Are you sure?', 'L7: it asks');
like($host->text, qr/You are about to delete the group “team red” from Ada Host's workspace\./, 'L7: and names it');
is(tidy($host->at('//main//a[normalize-space()="Cancel"]/@href')), "$base$list", 'L7: Cancel');
my $consequences = tidy($host->at('//ul[@class="consequences"]'));
like($consequences, $_, "L7: says $_") for qr/Its 1 member loses what was given to the group, unless they have it individually or through another group/,
    qr/Nobody leaves the workspace/, qr/cannot be brought back/;
my @fields = $host->fields_of($delete);
$answer = $host->submit($delete);
is($host->leads_to($answer), $list, 'L7: deleted');
$host->follow($answer);
is(said($host), 'The group “team red” is deleted.', 'L7: and said so');
is(value('SELECT COUNT(*) FROM user_group WHERE workspace = ? AND name = ?', $ada->{workspace_id}, 'team red'), 0, 'L7: it is gone');
is(role($zoe), 'member', 'L7: its member is still one of the workspace');
is(members_of('Queue admins') . '|' . members_of('Patient'), 'Grace Guest|Zoë Ärger|Crowd 0500|Grace Guest|Zoë Ärger', 'L7: and in the other groups');
$host->page("/settings/users?ws=$ws&q=Zo%c3%ab");
is(tidy($host->at('//main//tbody/tr/td[@data-head="GROUPS"]')), 'Queue admins Patient Thousand', 'L7: the table of users has it no more');
is($host->page("$delete?ws=$ws")->code, 404, 'L7: its page is not there any more');
is($host->post($delete, [@fields])->header('Location'), $answer->header('Location'), 'L7: the form again: the same answer');
is($host->page("$team?ws=$ws")->code, 404, 'L7: nor is its form');
is($host->post($team, [@stale, act => 'save'])->code, 404, 'L7: a form that was open is not taken');
my $joiner = person(name => 'Later Joiner');
execute('UPDATE person SET email = ? WHERE id = ?', "later-$$\@example.org", $joiner->{id});
$joiner->{email} = "later-$$\@example.org";
is(accept(Vestibule::Browser->new->sign_in($joiner), $link)->code, 303, 'L7: an invitation with the group still admits');
is(value('SELECT COUNT(*) FROM group_member WHERE person = ?', $joiner->{id}), 0, 'L7: without it');

# --- Admins: rights at once, the last one stays ---------------------------------------------------------------------------

my $admins = "/settings/groups/$built_in{admins}/edit";
$host->page("$admins?ws=$ws");
is((grep { /^=/ } picks($host))[0], '=Ada Host owner, always an administrator', 'Q44: the owner cannot be unticked');
is(send_form($host, $admins, [$grace], act => 'save')->code, 303, 'Q44: Admins takes a member');
is(role($grace), 'administrator', 'Q44: who is an administrator');
is(role($ada), 'owner', 'Q44: the owner stays the owner');
is($guest->page("$_?ws=$ws")->code, 200, "L2: an administrator has $_ at once") for $new, '/settings/invite', "/settings/users/$zoe->{public_id}/remove";
is($guest->page("/settings/workspace/name?ws=$ws")->code, 403, '3.4: the name stays the owner\'s');
$host->page($list);
is(cell($host, 'Admins', 'MEMBERS'), 'Ada Host, Grace Guest', 'L3: both are in Admins');
$host->page("$admins?ws=$ws");
is(send_form($host, $admins, [], act => 'save')->code, 303, 'Q44: with the owner nobody else is needed');
is(role($grace), 'member', 'Q44: demoted');
is($guest->page("$_?ws=$ws")->code, 403, "L2: and has no $_ any more") for $new, '/settings/invite';

# A workspace that nobody owns.
execute("INSERT INTO workspace (public_id, name, members, created) VALUES (UNHEX(MD5(?)), 'Nobody owns it', 3, UTC_TIMESTAMP(6))", "groups $$");
my ($shared, $id) = @{ (sql('SELECT LOWER(HEX(public_id)), id FROM workspace WHERE public_id = UNHEX(MD5(?))', "groups $$"))[0] };
my $nobody = { workspace => $shared, workspace_id => $id };
execute('INSERT INTO user_group (public_id, workspace, name, builtin, created) VALUES (UNHEX(MD5(?)), ?, ?, ?, UTC_TIMESTAMP(6))', "groups $$ $_->[1]", $id, @$_)
    for ['Admins', 'admins'], ['Queue admins', 'queue_admins'], ['Users', 'users'];
my $theirs = '/settings/groups/' . value("SELECT LOWER(HEX(public_id)) FROM user_group WHERE workspace = ? AND builtin = 'admins'", $id) . '/edit';
my $second = Vestibule::Browser->new->sign_in($zoe);
my $third = person(name => 'Third Hand');
sub roles (%roles)
{
	my %person = (ada => $ada, zoe => $zoe, third => $third);
	execute('REPLACE INTO membership (workspace, person, role, joined) VALUES (?, ?, ?, UTC_TIMESTAMP(6))', $id, $person{$_}{id}, $roles{$_}) for keys %roles;
	execute('UPDATE workspace w SET members = (SELECT COUNT(*) FROM membership m WHERE m.workspace = w.id), owner = NULL WHERE id = ?', $id);
}
sub demote ($browser, @who)
{
	$browser->page("$theirs?ws=$shared");
	return send_form($browser, $theirs, \@who, act => 'save');
}
sub remove ($browser, $who)
{
	my $path = "/settings/users/$who->{public_id}/remove";
	$browser->page("$path?ws=$shared");
	return $browser->submit($path);
}
sub leave ($browser)
{
	$browser->page("/settings/workspace/leave?ws=$shared");
	return $browser->submit('/settings/workspace/leave');
}
roles(ada => 'administrator', zoe => 'administrator', third => 'member');
$answer = unchanged('demoting everybody', sub { demote($host) });
is($answer->code, 422, 'Q44: nobody in Admins is refused');
like(problem($host), qr/A workspace without an administrator is not possible/, 'Q44: with the reason');
is(demote($host, $ada)->code, 303, 'Q44: one of two can be demoted');
is(role($zoe, $nobody), 'member', 'Q44: and is');
$answer = unchanged('demoting the last one', sub { demote($host) });
is($answer->code, 422, 'Q44: the last one cannot demote themselves');
is(demote($host, $third)->code, 303, 'Q44: but put somebody else in their place');
is(role($ada, $nobody) . ' ' . role($third, $nobody), 'member administrator', 'Q44: who is then the one');
is($host->page("$theirs?ws=$shared")->code, 403, 'Q44: and has no form any more');
roles(ada => 'administrator', zoe => 'administrator', third => 'member');
is(remove($host, $zoe)->code, 303, 'I2: one of two can be removed');
$answer = unchanged('leaving as the last one', sub { leave($host) });
is($answer->code, 422, 'I2: the last one cannot leave');
# Somebody who cannot sign in is no administrator who is left.
roles(ada => 'administrator', zoe => 'administrator', third => 'administrator');
command('person', 'disable', '--email', $third->{email});
is(remove($host, $zoe)->code, 303, 'Q44: of three, one disabled, one can go');
$answer = unchanged('leaving to one who is disabled', sub { leave($host) });
is($answer->code, 422, 'Q44: but not the last who can sign in');
like(problem($host), qr/last administrator/, 'Q44: with the reason');
$answer = unchanged('demoting to one who is disabled', sub { demote($host, $third) });
is($answer->code, 422, 'Q44: nor be demoted');
is(remove($host, $third)->code, 303, 'Q44: the disabled one can be removed');
# Of a workspace whose owner cannot sign in any more.
execute('INSERT INTO membership (workspace, person, role, joined) VALUES (?, ?, ?, UTC_TIMESTAMP(6))', $id, $third->{id}, 'owner');
execute('UPDATE workspace SET owner = ?, members = 2 WHERE id = ?', $third->{id}, $id);
$answer = unchanged('leaving to an owner who is gone', sub { leave($host) });
is($answer->code, 422, 'Q44: an owner who cannot sign in does not count either');
$answer = unchanged('demoting beside an owner who is gone', sub { demote($host) });
is($answer->code, 422, 'Q44: nor when the other is demoted');
command('person', 'disable', '--email', $third->{email}, '--undo');
is(demote($host)->code, 303, 'Q44: the owner back: the other may go');

# --- an id of another workspace -------------------------------------------------------------------------------------------

my $foreign = value("SELECT LOWER(HEX(public_id)) FROM user_group WHERE workspace = ? AND name = 'Team Blue'", $zoe->{workspace_id});
unchanged('groups of another workspace', sub {
	for my $path ("/settings/groups/$foreign/edit", "/settings/groups/$foreign/delete") {
		is($host->page("$path?ws=$ws")->code, 404, 'a group of another workspace is not there');
		is($host->page("$path?ws=$zoe->{workspace}")->code, 404, 'nor is that workspace');
		is($host->post($path, [token => craft_token($host->cookie, $path, $ws), ws => $ws, $path =~ /edit/ ? (act => 'save', name => 'Mine', revision => 1) : ()])->code, 404,
		    'nor can it be changed');
	}
});

finish;
