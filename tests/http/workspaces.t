# Workspaces: the list, switching from the page and from the account menu, names, members, credentials of each; people in two browsers
# (features A4, E1 to E13, F10, F11, Q23, Q32, Q53 to Q55); and what the API says of them.

use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP;
use MIME::Base64;
use Test::More;
use Vestibule;
use Vestibule::Browser;
use Vestibule::Team;

my ($ada, $grace) = map { person(name => $_) } 'Ada Owner', 'Grace Member';
my ($owner, $member) = map { Vestibule::Browser->new->sign_in($_) } $ada, $grace;
my $switch = '/settings/workspace/switch';
my $menu = '//details[@class="account"]';

sub panel ($name)
{
	return "//section[\@class='workspace'][header/h2[normalize-space() = \"$name\"]]";
}
sub texts ($browser, $xpath)
{
	return join '|', map { $_->textContent =~ s/^\s+|\s+$//gr =~ s/\s+/ /gr } $browser->tree->findnodes($xpath);
}
sub said ($browser)
{
	return $browser->at('//*[@role="status"]//p');
}
# Presses the switch button to this workspace: the one on the page, or the one in the menu.
sub press ($browser, $where, $workspace)
{
	my ($form) = $browser->tree->findnodes("$where//form[\@action='$base$switch'][input[\@name='ws'][\@value='$workspace']]");
	return undef if !$form;
	return $browser->post($switch, [map { $_->getAttribute('name') => $_->getAttribute('value') } $form->findnodes('.//input')]);
}

# --- one workspace: nothing to switch -------------------------------------------------------------------------------------

$owner->page('/settings/workspace');
is($owner->at('//h1'), 'WORKSPACES', 'the heading');
is(texts($owner, '//section[@class="workspace"]/header/h2'), "Ada Owner's workspace", 'the personal workspace came with the account');
is($owner->count("//form[\@action='$base$switch']"), 0, 'with one workspace there is nothing to switch');
unlike($owner->at($menu), qr/SWITCH TO WORKSPACE/, 'nor in the menu');
is($owner->count('//summary//a | //summary//button | //summary//input'), 0, 'no control is inside a summary');
like($owner->at(panel("Ada Owner's workspace") . '//aside'), qr/Workspace has 1 user(?!s| of)/, 'members, without a maximum');
limit($ada, 10);
$owner->page('/settings/workspace');
like($owner->at('//aside'), qr/Workspace has 1 of 10 users/, 'with one');

# --- two ------------------------------------------------------------------------------------------------------------------

accept($member, invite($owner, $ada->{workspace}, $grace->{email}));
my ($own, $joined) = map { panel($_) } "Grace Member's workspace", "Ada Owner's workspace";
$member->page('/settings/workspace');
is(texts($member, '//section[@class="workspace"]/header/h2'), "Grace Member's workspace|Ada Owner's workspace", 'one\'s own is first');
is(texts($member, "$joined/header//*[\@class='state']"), 'Currently Active', 'the joined one is active');
is($member->count("$joined/header//form"), 0, 'without a button');
is($member->at("$own/header//form//button"), 'SWITCH TO WORKSPACE', 'the other has the button');
is($member->count("$joined/details[\@open]"), 1, 'the panel of the active one is open');
is($member->count("$own/details[\@open]"), 0, 'the other is closed');
is($member->at("$joined/header//code/\@data-copy-text"), $ada->{workspace}, 'the whole ID can be copied');
is($member->at("$joined/header//code"), $ada->{workspace}, 'E8: the whole ID, for browsers without style sheets');
is($member->at("$joined/header//code/span[\@class='uncut']"), substr($ada->{workspace}, 8), 'others show the short one');
is(texts($member, "$joined//aside//li"), 'AO Ada Owner|GM Grace Member', 'members by name');
is(texts($member, "$joined//aside//*[\@class='buttons']/a"), 'LEAVE WORKSPACE', 'a guest can leave');
is(texts($member, "$own//aside//*[\@class='buttons']/a"), 'INVITE USERS', 'the owner can invite');
is(texts($member, '//a[contains(., "Edit workspace name")]/@href'), "$base/settings/workspace/name?ws=$grace->{workspace}", 'only one\'s own can be renamed');
is(texts($member, "$menu//h2 | $menu//ul[\@class='workspaces']/li"), "SWITCH TO WORKSPACE|My Workspace|Ada Owner's workspace (Currently Active)", 'the account menu');
is(texts($member, "$menu//*[\@aria-current]/*[local-name() = 'svg']/*/\@href") =~ s/.*#//r, 'check', 'has a check mark at the active one');
$member->page("/settings/workspace?ws=$grace->{workspace}");
is($member->count("$own/details[\@open]"), 1, '?ws= opens another panel');
is(texts($member, '//*[@class="state"]/../h2'), "Ada Owner's workspace", 'and changes nothing');
is($member->page("/settings/workspace?ws=" . '0' x 32)->code, 404, 'one that is not there');
is($owner->page("/settings/workspace?ws=$grace->{workspace}")->code, 404, 'one of others');

# Switching, from the page and from the menu of any page.
$member->page('/settings/workspace');
my $answer = press($member, '//main', $grace->{workspace});
is($member->leads_to($answer), '/settings/workspace', 'switching on the page stays there');
$member->follow($answer);
is(said($member), '“Grace Member\'s workspace” is your active workspace now.', 'and says so');
is($member->at('//*[@class="state"]/../h2'), "Grace Member's workspace", 'it is active');
for my $page ('/settings/profile', '/settings/configuration', '/settings/notifications') {
	my ($from, $to) = $page eq '/settings/configuration' ? ($ada, $grace) : ($grace, $ada);
	$member->page($page);
	$answer = press($member, $menu, $to->{workspace});
	ok($answer, "$page: the menu has it") or next;
	my $expected = $page eq '/settings/notifications' ? '/settings/workspace' : $page;
	is($member->leads_to($answer), $expected, "$page: switching leads to $expected");
	is(value('SELECT active_workspace FROM person WHERE id = ?', $grace->{id}), $to->{workspace_id}, "$page: and switches");
	execute('UPDATE person SET active_workspace = ? WHERE id = ?', $ada->{workspace_id}, $grace->{id}) if $page eq '/settings/configuration';
	execute('UPDATE person SET active_workspace = ? WHERE id = ?', $grace->{workspace_id}, $grace->{id}) if $page eq '/settings/configuration';
}
for my $section ('nowhere', '../etc', '//evil.example', 'profile/name', '', 'sign-out') {
	$member->page("$switch?ws=$ada->{workspace}");
	$answer = $member->submit($switch, section => $section);
	is($member->leads_to($answer), '/settings/workspace', "from \"$section\": to a known place");
}
my $token = craft_token($member->cookie, $switch, $ada->{workspace});
unchanged('another workspace in the form', sub {
	is($member->post($switch, [token => $token, ws => $grace->{workspace}])->code, 403, 'the workspace of the form cannot be exchanged') });
unchanged('a workspace of others', sub {
	is($owner->post($switch, [token => craft_token($owner->cookie, $switch, $grace->{workspace}), ws => $grace->{workspace}])->code, 403,
	    'nobody switches to a workspace of others') });

# --- the name -------------------------------------------------------------------------------------------------------------

my $name = '/settings/workspace/name';
$owner->page("$name?ws=$ada->{workspace}");
is($owner->at('//input[@name="name"]/@value'), "Ada Owner's workspace", 'Edit workspace name has the name');
$owner->follow($owner->submit($name, name => "  Team\tÄpfel  & <b> "));
is(said($owner), 'The workspace is now called “Team Äpfel & <b>”.', 'it is changed');
$member->page('/settings/workspace');
is($member->count(panel('Team Äpfel & <b>')), 1, 'everybody sees it at once');
for my $text ('', '   ', 'x' x 101, "a\x{202e}b") {
	$owner->page("$name?ws=$ada->{workspace}");
	$answer = unchanged('the name', sub { $owner->submit($name, name => $text) });
	is($answer->code, 422, 'refused: "' . ($text =~ s/[^ -~]/?/gr) . '"');
}
is($member->page("$name?ws=$ada->{workspace}")->code, 403, 'a member cannot');
execute("UPDATE membership SET role = 'administrator' WHERE workspace = ? AND person = ?", $ada->{workspace_id}, $grace->{id});
is($member->page("$name?ws=$ada->{workspace}")->code, 403, 'nor can an administrator: it is the owner\'s');
$member->page('/settings/workspace');
is(texts($member, panel('Team Äpfel & <b>') . '//aside//*[@class="buttons"]/a'), 'INVITE USERS|LEAVE WORKSPACE', 'an administrator who is a guest invites and leaves');
execute("UPDATE membership SET role = 'member' WHERE workspace = ? AND person = ?", $ada->{workspace_id}, $grace->{id});
$owner->page("$name?ws=$ada->{workspace}");
$owner->submit($name, name => "Ada Owner's workspace");

# --- many members, many workspaces ----------------------------------------------------------------------------------------

for my $number (1 .. 12) {
	execute('INSERT INTO person (public_id, name, created) VALUES (UNHEX(MD5(?)), ?, UTC_TIMESTAMP(6))', "$$ $number", "Crowd $number");
	my $id = value('SELECT id FROM person WHERE public_id = UNHEX(MD5(?))', "$$ $number");
	execute("INSERT INTO membership (workspace, person, role, joined) VALUES (?, ?, 'member', UTC_TIMESTAMP(6))", $ada->{workspace_id}, $id);
}
execute('UPDATE workspace SET members = 14, members_maximum = NULL WHERE id = ?', $ada->{workspace_id});
$owner->page('/settings/workspace');
is($owner->count('//aside//li[span[@class="avatar"]]'), 10, 'ten members by name');
is($owner->at('//aside//li[last()]'), '+4 more', 'and how many more');
is($owner->at('//aside//li[last()]/a/@href'), "$base/settings/users?ws=$ada->{workspace}", 'which leads to their table');
$member->page('/settings/workspace');
is($member->at("$joined//aside//li[last()]/a/\@href"), "$base/settings/users?ws=$ada->{workspace}", 'Q55: for members too, whom the menu offers it');

# More workspaces than the menu shows: the active one is always among them.
my $wanderer = person(name => 'Busy Everywhere');
my @hosts = map { person(name => sprintf 'Host %02d', $_) } 1 .. 13;
join_workspace($wanderer, $_, 'member') for @hosts;
execute('UPDATE person SET memberships = 14, active_workspace = ? WHERE id = ?', $hosts[-1]{workspace_id}, $wanderer->{id});
my $everywhere = Vestibule::Browser->new->sign_in($wanderer);
$everywhere->page('/settings/profile');
is($everywhere->count("$menu//ul[\@class='workspaces']/li"), 13, 'A4: twelve workspaces, and a link');
is($everywhere->count("$menu//ul[\@class='workspaces']/li[//p[\@aria-current='true']][contains(., 'Host 13')]"), 1, 'A4: the active one is there');
like($everywhere->at("$menu//p[\@aria-current='true']"), qr/Host 13's workspace\s*\(Currently Active\)/, 'A4: and marked');
is($everywhere->count("$menu//ul[\@class='workspaces']/li[contains(., 'Host 12')]"), 0, 'A4: instead of the last one');
like($everywhere->at("$menu//ul[\@class='workspaces']/li[last()]"), qr/All 14 workspaces/, 'A4: the link says how many there are');

# --- credentials: each works in its workspace ------------------------------------------------------------------------------

my %pair;
for my $of ($ada, $grace) {
	my ($key, $secret) = command('credential', 'create', '--email', $grace->{email}, '--workspace', $of->{workspace}, '--label', 'here') =~ /= (\S+)/g;
	$pair{ $of->{workspace} } = "$key:" . secret(secret => $secret);
}
sub api ($pair, $call)
{
	my $request = HTTP::Request->new(GET => "$url/api/$call", [Authorization => 'Basic ' . encode_base64($pair, '')]);
	my $answer = Vestibule::Browser->new->request($request);
	return ($answer->code, eval { decode_json($answer->content)->{data} });
}
for my $of ($ada, $grace) {
	my ($code, $data) = api($pair{ $of->{workspace} }, 'users.get_current_user');
	is($data->{user}{company}{id}, $of->{workspace}, "a pair made in $of->{name}'s workspace is of that workspace");
	($code, $data) = api($pair{ $of->{workspace} }, 'organization.get_user_companies');
	is(join(' ', map { $_->{id} } @{ $data->{companies} }), join(' ', $of->{workspace}, $of == $ada ? $grace->{workspace} : $ada->{workspace}),
	    'organization.get_user_companies: that one first');
	my ($company) = grep { $_->{id} eq $ada->{workspace} } @{ $data->{companies} };
	is($company->{allocated}, 14, 'with its users');
	is_deeply($company->{owners}, [{ id => $ada->{public_id}, name => 'Ada Owner', avatar => undef }], 'and its owner');
}
$owner->page('/settings/workspace');
like($owner->text, qr/CREATED BY.*Grace Member/, 'the owner sees the credentials of everybody there');
$member->page('/settings/workspace');
is(texts($member, "$joined//tbody//code"), $pair{ $ada->{workspace} } =~ s/:.*//r, 'a member sees their own in each panel');
is(texts($member, "$own//tbody//code"), $pair{ $grace->{workspace} } =~ s/:.*//r, 'in its panel');
execute('DELETE FROM membership WHERE workspace = ? AND person = ?', $ada->{workspace_id}, $grace->{id});
is((api($pair{ $ada->{workspace} }, 'users.get_current_user'))[0], 401, 'without the membership the pair is dead');
is((api($pair{ $grace->{workspace} }, 'users.get_current_user'))[0], 200, 'the other one lives');
$member->page('/settings/profile');
is($member->page('/settings/workspace')->code, 200, 'the next page falls back');
is(texts($member, '//*[@class="state"]/../h2'), "Grace Member's workspace", 'to the personal workspace');

# --- how often the page asks ----------------------------------------------------------------------------------------------

# Ten workspaces with twenty pairs each; nobody else uses this installation now.
my $busy = person(name => 'Busy Person');
my @homes = ($busy, map { person(name => "Home $_") } 1 .. 9);
my $reader = Vestibule::Browser->new->sign_in($busy);
for my $home (@homes) {
	execute("INSERT IGNORE INTO membership (workspace, person, role, joined) VALUES (?, ?, 'member', UTC_TIMESTAMP(6))", $home->{workspace_id}, $busy->{id});
	execute('UPDATE workspace w SET members = (SELECT COUNT(*) FROM membership m WHERE m.workspace = w.id) WHERE id = ?', $home->{workspace_id});
	execute('INSERT INTO credential (public_id, workspace, person, access_key, secret_hash, key_id, created) SELECT UNHEX(MD5(CONCAT(?, seq))), ?, ?,'
	    . " LEFT(UPPER(MD5(CONCAT(?, seq, 'key'))), 30), NULL, 1, UTC_TIMESTAMP(6) FROM seq_1_to_20", "$$ $home->{id}", $home->{workspace_id}, $busy->{id},
	    "$$ $home->{id}");
}
execute('UPDATE person SET memberships = 10 WHERE id = ?', $busy->{id});
$reader->page('/settings/workspace') for 1 .. 6;
is($reader->count('//tbody/tr'), 200, 'ten workspaces with twenty pairs each');
sub asked ()
{
	return (sql("SHOW GLOBAL STATUS LIKE 'Com_stmt_execute'"))[0][1];
}
my ($least) = sort { $a <=> $b } map {
	my $before = asked();
	$reader->page('/settings/workspace');
	asked() - $before;
} 1 .. 5;
cmp_ok($least, '<=', 4, 'the page asks the database four times at most') or diag("$least");

finish;
