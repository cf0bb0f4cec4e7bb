# Users & Groups, USERS: the title with its numbers, members and pending invitations with their words and dates, searching, ordering, paging,
# and taking somebody out with everything that hangs on it (features K1 to K9, K11, 3.2, Q45, Q62).

use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use Api;
use Test::More;
use Vestibule;
use Vestibule::Browser;
use Vestibule::Team;

my ($ada, $grace, $zoe) = map { person(name => $_) } 'Ada Host', 'Grace Guest', 'Zoë Ärger';
my ($host, $guest) = map { Vestibule::Browser->new->sign_in($_) } $ada, $grace;
my $ws = $ada->{workspace};
my $list = "/settings/users?ws=$ws";

# As join_workspace, with the number of memberships that pages read.
sub join_it ($person, $host = $ada, $role = 'member')
{
	join_workspace($person, $host, $role);
	execute('UPDATE person SET memberships = (SELECT COUNT(*) FROM membership WHERE person = ?) WHERE id = ?', ($person->{id}) x 2);
}
sub member ($person, $of = $ada)
{
	return value('SELECT role FROM membership WHERE workspace = ? AND person = ?', $of->{workspace_id}, $person->{id});
}
sub tidy ($text) { return $text =~ s/\s+/ /gr =~ s/^ | $//gr }
sub title ($browser) { return tidy($browser->at('//main//section/h2')) }
sub heads ($browser) { return join '|', map { tidy($_->textContent) } $browser->tree->findnodes('//main//thead//th') }
# The first column, row by row.
sub names ($browser) { return map { tidy($_->textContent) } $browser->tree->findnodes('//main//tbody/tr/th') }
# A cell of the row that has the text in its first column.
sub cell ($browser, $who, $head)
{
	return tidy($browser->at(qq(//main//tbody/tr[th[contains(., "$who")]]/td[\@data-head="$head"])));
}
sub search ($browser, $text, $more = '')
{
	utf8::encode(my $bytes = $text);
	$browser->page("$list&q=" . $bytes =~ s/([^A-Za-z0-9])/sprintf '%%%02X', ord $1/ger . $more);
}
my $month = qr/(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)/;

# --- K1, K2: the page and its title -------------------------------------------------------------------------------------

is($host->page('/settings/users')->code, 200, 'K1: the page');
is($host->at('//h1'), 'Users & Groups', 'K1: its name');
is($host->count('//nav[contains(@class, "tabs")]//a'), 2, 'K1: beside the one of groups');
is($host->at('//nav[contains(@class, "tabs")]//a[@aria-current="page"]'), 'Users', 'K1: and marked');
is(title($host), q(1 USERS IN Ada Host's workspace), 'K2: the title without a maximum');
limit($ada, 5);
join_it($_) for $grace, $zoe;
$host->page($list);
is(title($host), q(3 / 5 USERS IN Ada Host's workspace), 'K2: with a maximum');
unlike($host->text, qr/maximum number/, 'K2: not reached: nothing is said of it');
ok(invite($host, $ws, 'pending@example.org late@example.org'), 'two are invited');
$host->page($list);
is(title($host), q(5 / 5 USERS IN Ada Host's workspace), 'K2: pending invitations count');
like($host->at('//p[contains(@class, "warning")]'), qr/This workspace has the maximum number of members\. Pending invitations count\./, 'K2: the maximum reached, in words');
is($host->count('//main//p[contains(@class, "buttons")]'), 0, 'K7: nothing stands where the button would be');
limit($ada, 3);
execute('UPDATE invitation_address SET pending = NULL WHERE workspace = ?', $ada->{workspace_id});
$host->page($list);
like($host->at('//p[contains(@class, "warning")]'), qr/maximum number of members\.\s*$/, 'K2: pending ones are mentioned only when there are some');
execute('UPDATE invitation_address SET pending = 1 WHERE workspace = ?', $ada->{workspace_id});
limit($ada, 5);
$host->page($list);
is($host->count('//main//a[normalize-space()="+ INVITE USER"]'), 0, 'K7: and no button then');
limit($ada, undef);
$host->page($list);
is($host->at('//main//a[normalize-space()="+ INVITE USER"]/@href'), "$base/settings/invite?ws=$ws", 'K7: + INVITE USER');
unlike($host->text, qr/UPGRADE/, 'K10: no hint at a plan where nothing is billed');

# --- K3 to K6: the columns ------------------------------------------------------------------------------------------------

is(heads($host), 'USER|STATUS|PENDING SINCE|GROUPS|LAST SIGN-IN|LAST API USE|Actions', 'the columns of an administrator');
is(join('|', names($host)), "late\@example.org|pending\@example.org|Ada Host Owner$ada->{email}|Grace Guest$grace->{email}|Zoë Ärger$zoe->{email}",
    'K3: pending ones by their address, members by name with their address, the owner marked')
    or diag join '|', names($host);
is(cell($host, 'Grace', 'STATUS'), 'Active', 'K4: Active');
is(cell($host, 'pending@', 'STATUS'), 'Pending', 'K4: Pending');
is($host->count('//main//tr[th[contains(., "Grace")]]/td[@data-head="STATUS"]/*[local-name()="svg"]'), 1, 'K4: with a sign');
like(cell($host, 'pending@', 'PENDING SINCE'), qr/^$month \d{1,2},? \d{4}$/, 'K5: since when, for a pending one');
is(cell($host, 'Grace', 'PENDING SINCE'), '', 'K5: and only for that');
is(cell($host, 'Zoë', 'LAST SIGN-IN'), 'Never', 'never signed in');
like(cell($host, 'Grace', 'LAST SIGN-IN'), qr/^just now|^\d+ minute|$month \d{1,2}/, 'signed in when');
is(cell($host, 'Grace', 'LAST API USE'), 'Never', 'API not used');
my $pair = credential($grace, '--workspace', $ws);
ok_call('users.get_current_user', basic => $pair);
ok(value('SELECT last_api_use FROM membership WHERE workspace = ? AND person = ?', $ada->{workspace_id}, $grace->{id}), 'a use of the API is noted');
$host->page($list);
isnt(cell($host, 'Grace', 'LAST API USE'), 'Never', 'and shown');

execute('UPDATE invitation i JOIN invitation_address a ON a.invitation = i.id SET i.expires = UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE WHERE a.workspace = ?', $ada->{workspace_id});
$host->page($list);
is(cell($host, 'late@', 'STATUS'), 'Pending (expired)', 'K4: expired ones say so');
is(title($host), q(3 USERS IN Ada Host's workspace), 'K2: and take no place');
is($host->at('//tr[th[contains(., "late@")]]//a[1]'), 'Renew', 'an expired one can be renewed');
execute('UPDATE invitation_address SET pending = NULL, status = ? WHERE workspace = ? AND email = ?', 'revoked', $ada->{workspace_id}, 'late@example.org');
invite($host, $ws, 'no@example.org');
execute('UPDATE invitation_address SET pending = NULL, status = ?, settled = UTC_TIMESTAMP(6) WHERE workspace = ? AND email = ?', 'declined', $ada->{workspace_id}, 'no@example.org');
$host->page($list);
is(cell($host, 'no@', 'STATUS'), 'Declined', 'K4: Declined');
is($host->count('//tr[th[contains(., "no@")]]//a'), 1, 'a declined one can only be removed');
is($host->at('//tr[th[contains(., "no@")]]//a/@aria-label'), 'Remove: no@example.org', 'and its link says whom');

# K6: groups.
my @groups = map { my $name = $_; my $id = join '', map { sprintf '%04x', int rand 65536 } 1 .. 8;
    execute('INSERT INTO user_group (public_id, workspace, name, created) VALUES (UNHEX(?), ?, ?, UTC_TIMESTAMP(6))', $id, $ada->{workspace_id}, $name);
    value('SELECT id FROM user_group WHERE public_id = UNHEX(?)', $id) } map { "Team $_" } 1 .. 5;
execute('INSERT INTO group_member (workspace, user_group, person) VALUES (?, ?, ?)', $ada->{workspace_id}, $_, $grace->{id}) for @groups;
$host->page($list);
is(cell($host, 'Grace', 'GROUPS'), 'Team 1 Team 2 Team 3 +2', 'K6: three groups, and how many more');
is(cell($host, 'Ada', 'GROUPS'), 'Admins', 'K6: built-in ones, too');
is(cell($host, 'Zoë', 'GROUPS'), '', 'K6: none');

# --- K11: searching -------------------------------------------------------------------------------------------------------

my %odd = ('100 % Müller' => undef, 'Under_score' => undef, 'Back\\slash' => undef, 'Ирина Петрова' => undef, '陳大文' => undef, q(O'Neil "x") => undef);
for my $name (sort keys %odd) {
	$odd{$name} = person(name => $name);
	join_it($odd{$name});
}
search($host, 'Grace Guest');
is(join('|', names($host)), "Grace Guest$grace->{email}", 'K11: by name');
for my $case (['grace', 'Grace'], ['ЗЛО', ''], ['ирина', 'Ирина'], ['ПЕТРО', 'Ирина'], ['大', '陳大文'], ['%', '100 %'], ['_', 'Under_'], ['\\', 'Back\\slash'], ['r_s', 'Under_'],
    ["O'N", "O'Neil"], ['"x"', "O'Neil"], ['ärger', 'Zoë'], ['x%y', ''], ['100_%', ''], ["' OR 1=1 -- ", '']) {
	my ($text, $expected) = @$case;
	search($host, $text);
	my @found = names($host);
	is(scalar @found, $expected eq '' ? 0 : 1, "K11: \"$text\" finds " . ($expected eq '' ? 'nobody' : 'one')) or diag join '|', @found;
	like($found[0] // '', qr/^\Q$expected\E/, "K11: \"$text\" finds the right one");
	is($host->at('//main//input[@name="q"]/@value'), $text =~ s/^\s+|\s+$//gr, "K11: \"$text\" stays in the box");
}
search($host, 'nobody has this');
like($host->text, qr/Nobody fits this search/, 'K11: nobody: said in words');
search($host, $grace->{email});
is(scalar(my @by_email = names($host)), 1, 'K11: by e-mail');
search($host, uc substr $grace->{email}, 0, 20);
cmp_ok($host->count('//main//tbody/tr'), '>=', 1, 'K11: whatever its case');
search($host, $grace->{public_id});
is($host->count('//main//tbody/tr'), 1, 'K11: by ID');
like((names($host))[0], qr/^Grace/, 'K11: the right one');
search($host, person(name => 'Not here')->{public_id});
is($host->count('//main//tbody/tr'), 0, 'K11: an ID from elsewhere finds nobody');
is($host->page("$list&q=" . 'x' x 101)->code, 200, 'K11: a text that is too long');
is($host->at('//main//input[@name="q"]/@value'), 'x' x 101, 'K11: stays in the box');
is($host->at('//main//input[@name="q"]/@aria-describedby'), 'q-message', 'K11: with a message beside it');
like($host->at('//main//*[@id="q-message"]'), qr/at most 100 characters/, 'K11: that says why');
is($host->count('//main//tbody/tr'), 0, 'K11: and nothing is listed');
$host->page("$list&q=" . 'x' x 100);
is($host->count('//main//*[@id="q-message"]'), 0, 'K11: the longest text is looked for');
my $short = substr $grace->{public_id}, 0, 8;
for ($short, uc $short, "$short\x{2026}", uc $grace->{public_id}) {
	search($host, $_);
	ok((grep { /^Grace/ } names($host)), "K11: by ID, as it is shown: $_");
}
search($host, substr $short, 0, 7);
ok(!(grep { /^Grace/ } names($host)), 'K11: not by less of it');
search($host, 'PENDING@exam');
is(join('|', names($host)), 'pending@example.org', 'K11: pending ones are found by their address');
search($host, '%@%');
is($host->count('//main//tbody/tr'), 0, 'K11: in which nothing is a wild card');
search($host, "\x{44f}");
is($host->count('//main//tbody/tr[@class="pending"]'), 0, 'K11: and which has no such letters');
is($host->page("$list&q=%ff%00")->code, $host->response->code, 'K11: broken bytes');
cmp_ok($host->response->code, '<', 500, 'K11: break nothing');

# --- Q45: order, pages, filter --------------------------------------------------------------------------------------------

execute('UPDATE membership SET joined = UTC_TIMESTAMP(6) - INTERVAL 200 DAY WHERE workspace = ?', $ada->{workspace_id});
execute('UPDATE membership SET joined = UTC_TIMESTAMP(6) WHERE workspace = ? AND person = ?', $ada->{workspace_id}, $odd{'陳大文'}{id});
my @order = map { $_->[0] } sql('SELECT p.name FROM membership m JOIN person p ON p.id = m.person WHERE m.workspace = ? ORDER BY p.name', $ada->{workspace_id});
$host->page("$list&inactive=0&order=name&q=");
my @shown = grep { !/^(no|pending)@/ } names($host);
is(scalar @shown, scalar @order, 'everybody is listed');
ok(!(grep { $shown[$_] !~ /^\Q$order[$_]\E/ } 0 .. $#order), 'by name') or diag join "\n", @shown;
$host->page("$list&order=joined");
like((grep { !/^(no|pending)@/ } names($host))[0], qr/^陳大文/, 'newest first');
$host->page("$list&order=email");
my @emails = map { /(person-\S+@\S+)/ } names($host);
is(join(' ', @emails), join(' ', sort @emails), 'by e-mail');
$host->page("$list&order=sign-in");
like((grep { !/^(no|pending)@/ } names($host))[-1], qr/^(Ada|Grace)/, 'longest away first');
is($host->at('//main//select[@name="order"]/option[@selected]/@value'), 'sign-in', 'the order stays chosen');
is($host->page("$list&order=nonsense&page=0&inactive=x")->code, 200, 'values that are none');
is($host->at('//main//select[@name="order"]/option[@selected]/@value'), 'name', 'count as none');

search($host, '', '&inactive=1');
@shown = names($host);
ok(!(grep { /^(Ada|Grace|陳大文|pending)/ } @shown), 'inactive for 90 days: not who was here, and not who is new') or diag join '|', @shown;
is(scalar @shown, scalar(@order) - 3, 'everybody else');
is($host->count('//main//input[@name="inactive"][@checked]'), 1, 'the filter stays chosen');

execute('INSERT INTO person (public_id, name, email, created) SELECT UNHEX(MD5(CONCAT(?, seq))), CONCAT("Many ", LPAD(seq, 3, "0")), CONCAT("many-", seq, "-", ?, "@example.org"), UTC_TIMESTAMP(6)'
    . ' FROM seq_1_to_110', $$, $$);
execute('INSERT INTO membership (workspace, person, role, joined, listed_id, listed_name, listed_email)'
    . ' SELECT ?, id, "member", UTC_TIMESTAMP(6), public_id, name, email FROM person WHERE email LIKE ?', $ada->{workspace_id}, "many-%-$$\@example.org");
execute('UPDATE workspace SET members = members + 110 WHERE id = ?', $ada->{workspace_id});
my $all = 110 + @order;
my (%seen, $pages);
$host->page($list);
while (1) {
	$pages++;
	my @members = grep { !/^(no|pending)@/ } names($host);
	cmp_ok(scalar @members, '<=', 50, "page $pages has at most 50");
	$seen{$_}++ for @members;
	my ($next) = $host->tree->findnodes('//nav[@class="pager"]//a[normalize-space()="Next"]') or last;
	is($host->count('//main//th[contains(., "pending@")]'), $pages == 1 ? 1 : 0, "page $pages: pending ones are on the first");
	$host->page($next->getAttribute('href') =~ s/^\Q$base\E//r);
}
is($pages, 3, 'three pages');
is(scalar keys %seen, $all, 'everybody is on one of them');
ok(!(grep { $_ != 1 } values %seen), 'and on one only');
$host->page("$list&q=many&order=joined");
my ($next) = $host->tree->findnodes('//nav[@class="pager"]//a[normalize-space()="Next"]/@href');
like($next->value, qr/q=many&order=joined&page=2/, 'the next page keeps search and order');
like($host->at('//nav[@class="pager"]'), qr/Page 1 of 3/, 'how many pages there are, of a search too');
for ('', '&q=many') {
	$host->page("$list$_&page=3");
	my @last = names($host);
	is($host->page("$list$_&page=999")->code, 200, "a page behind the last$_");
	is(join('|', names($host)), join('|', @last), "is the last$_");
	like($host->at('//nav[@class="pager"]'), qr/Page 3 of 3/, "and says so$_");
}
execute('DELETE FROM membership WHERE workspace = ? AND person IN (SELECT id FROM person WHERE email LIKE ?)', $ada->{workspace_id}, "many-%-$$\@example.org");
execute('UPDATE workspace SET members = members - 110 WHERE id = ?', $ada->{workspace_id});

# --- what a member sees --------------------------------------------------------------------------------------------------

$guest->page($list);
is($guest->response->code, 200, 'a member sees the page');
is(heads($guest), 'USER|STATUS|GROUPS', 'a member: fewer columns');
like($guest->at('//form[@role="search"]/label'), qr/^\s*Name or ID/, 'a member: what is searched');
is(join(' ', map { $_->value } $guest->tree->findnodes('//main//select[@name="order"]/option/@value')), 'name joined', 'a member: no order by what they do not see');
is($guest->count('//main//input[@name="inactive"]'), 0, 'a member: no filter by it');
my @plainly = names($guest);
for my $query ('order=sign-in', 'order=email', 'inactive=1') {
	$guest->page("$list&$query");
	is(join('|', names($guest)), join('|', @plainly), "a member: $query changes nothing");
}
like(join('|', names($guest)), qr/Zoë Ärger/, 'a member: the names');
unlike($guest->at('//main'), qr/@/, 'a member: no address');
is($guest->count('//main//table//a'), 0, 'a member: nothing to do');
is($guest->count('//main//a[contains(., "INVITE")]'), 0, 'a member: no invitation');
unlike($guest->text, qr/Pending\b/, 'a member: no pending ones');
is($guest->page("/settings/users/$zoe->{public_id}/remove?ws=$ws")->code, 403, 'a member removes nobody');
is(Vestibule::Browser->new->sign_in($odd{'陳大文'})->page("/settings/users?ws=$grace->{workspace}")->code, 404, 'for others the workspace is not there');
$guest->page("$list&q=" . $zoe->{email} =~ s/@/%40/r);
is($guest->count('//main//tbody/tr'), 0, 'a member cannot try addresses in the search');
$guest->page("$list&order=email");
is((names($guest))[0] =~ s/ Owner//r, $order[0], 'nor learn their order');

# --- K8, K9, 3.2: removing ------------------------------------------------------------------------------------------------

my $remove = "/settings/users/$grace->{public_id}/remove";
$host->page($list);
is($host->count('//main//a[contains(@href, "/remove?")]'), @order - 1, 'K8: every member can be removed, but one');
is($host->count("//main//tr[th[contains(., 'Ada Host')]]//a"), 0, 'K8: not oneself, nor the owner');
is($host->at("//main//a[\@href='$base$remove?ws=$ws']/\@aria-label"), 'Remove Grace Guest', 'K8: the link says whom');
my $elsewhere = credential($grace, '--workspace', $grace->{workspace});
my ($here_key, $elsewhere_key) = map { /^([^:]+)/ } $pair, $elsewhere;
execute('UPDATE person SET active_workspace = ? WHERE id = ?', $ada->{workspace_id}, $grace->{id});
my $token = ok_call('auth.login', basic => $pair)->{token};
is($host->page("$remove?ws=$ws")->code, 200, 'K8: a page');
is($host->at('//h1'), 'Remove User', 'K8: Remove User');
like($host->text, qr/You are about to remove Grace Guest from Ada Host's workspace\./, 'K8: says who and where');
my $consequences = tidy($host->at('//ul[@class="consequences"]'));
like($consequences, $_, "K9: lists $_") for qr/lose access to the workspace's tasks, models and other resources/, qr/Their 1 credential for this workspace is revoked at once/, qr/every group/,
    qr/What they logged stays.*other workspaces are not touched/, qr/only by a new invitation/;
is($host->count("//main//form[\@action='$base$remove']//button[normalize-space()='Delete']"), 1, 'K8: Delete');
is($host->at('//main//a[normalize-space()="Cancel"]/@href'), "$base$list", 'K8: Cancel');
unchanged('looking at it', sub { $host->page("$remove?ws=$ws") });
my $request = $host->request_for($remove, [$host->fields_of($remove)]);
my $own_before = sizes();
my $answer = $host->submit($remove);
is($host->leads_to($answer), $list, 'removed');
$host->follow($answer);
like($host->at('//*[@role="status"]'), qr/Grace Guest is removed from Ada Host's workspace\./, 'and said so');
unlike(join('|', names($host)), qr/Grace/, 'not in the list any more');
is(member($grace), undef, '3.2: the membership is gone');
is(seats_taken($ada), join(' ', (scalar(@order) - 1) x 2), '3.2: the place is free');
is(member($grace, $grace), 'owner', '3.2: the own workspace stays');
is(call('users.get_current_user', basic => $pair)->{status}, 401, '3.2: the credential is refused at once');
is(call('users.get_current_user', bearer => $token)->{status}, 401, '3.2: so is a token that was made with it');
is(call('users.get_current_user', basic => $elsewhere)->{status}, 200, '3.2: the one for another workspace is alive');
is(value('SELECT COUNT(*) FROM credential WHERE access_key = ? AND revoked IS NOT NULL AND secret_hash IS NULL AND revoked_by = ?', $here_key, $ada->{id}), 1, '3.2: revoked, by whom');
is(value('SELECT COUNT(*) FROM group_member WHERE workspace = ? AND person = ?', $ada->{workspace_id}, $grace->{id}), 0, '3.2: in no group');
is(value('SELECT COUNT(*) FROM user_group WHERE workspace = ? AND builtin IS NULL', $ada->{workspace_id}), 5, '3.2: the groups stay');
is(value('SELECT active_workspace FROM person WHERE id = ?', $grace->{id}), $grace->{workspace_id}, '3.2: the personal workspace is the active one again');
is(value('SELECT memberships FROM person WHERE id = ?', $grace->{id}), 1, '3.2: memberships are counted');
is(value('SELECT COUNT(*) FROM departure WHERE workspace = ? AND person = ?', $ada->{workspace_id}, $grace->{id}), 1, '3.2: noted for older invitations');
is(value('SELECT actor FROM audit_event WHERE action = ? AND workspace = ? AND object_id = ?', 'member.remove', $ada->{workspace_id}, $grace->{id}), $ada->{id}, '3.2: in the audit');
is($guest->page($list)->code, 404, '3.2: the workspace is not there any more');
is($guest->page("/settings/workspace")->code, 200, '3.2: still signed in');
$guest->page('/settings/notifications');
like($guest->text, qr/You were removed from the workspace “Ada Host's workspace”\./, '3.2: and is told');
my $after = sizes();
is(join(' ', map { "$_ " . ($after->{$_} - $own_before->{$_}) } grep { $after->{$_} != $own_before->{$_} } sort keys %$after),
    'audit_event 3 departure 1 form_nonce 1 group_member -5 membership -1 notification 1', '3.2: nothing else has gone or come; two events are the refused calls');
is($host->leads_to($host->send($request)), $list, 'the same form again gives the same answer');
is(seats_taken($ada), join(' ', (scalar(@order) - 1) x 2), 'and removes nobody else');
is($host->page("$remove?ws=$ws")->code, 404, 'whoever is gone is not there');

# Whom one may not remove: said at once, not after a confirmation.
join_it($grace, $ada, 'administrator');
for (['the owner, as themselves', $host, $ada, qr/owner cannot be removed/], ['the owner', $guest, $ada, qr/owner cannot be removed/],
    ['oneself', $guest, $grace, qr/cannot remove yourself here\. Leave the workspace/]) {
	my ($what, $browser, $person, $reason) = @$_;
	my $path = "/settings/users/$person->{public_id}/remove";
	unchanged("removing $what", sub {
		is($browser->page("$path?ws=$ws")->code, 403, "$what: refused");
		like($browser->at('//main'), $reason, "$what: with the reason");
		is($browser->count('//main//form'), 0, "$what: and nothing to confirm");
		is($browser->post($path, [token => craft_token($browser->cookie, $path, $ws), ws => $ws])->code, 403, "$what: refused to a form, too");
		like($browser->at('//main'), $reason, "$what: with the same reason");
	});
}
$guest->page($list);
is($guest->count("//main//tr[th[contains(., '$_')]]//a"), 0, "an administrator has no action at $_") for 'Ada Host', 'Grace Guest';
is($guest->count("//main//tr[th[contains(., 'Zoë')]]//a"), 1, 'but at others');
like((grep { /^Grace/ } names($guest))[0], qr/^Grace Guest Admin/, 'administrators are marked');

# An id of another workspace; a member who is removed while posting.
my $foreign = person(name => 'Far Away');
is($host->page("/settings/users/$foreign->{public_id}/remove?ws=$ws")->code, 404, 'somebody who is no member is not there');
unchanged('removing across workspaces', sub {
	my $path = "/settings/users/$zoe->{public_id}/remove";
	is($guest->post($path, [token => craft_token($guest->cookie, $path, $grace->{workspace}), ws => $grace->{workspace}])->code, 404, 'a member of another workspace is not there');
});
my $zoe_path = "/settings/users/$zoe->{public_id}/remove";
$guest->page("$zoe_path?ws=$ws");
like($guest->at('//ul[@class="consequences"]'), qr/They have no credentials for this workspace/, 'K9: without credentials none are counted');
my $late = $guest->request_for($zoe_path, [$guest->fields_of($zoe_path)]);
$host->page("$remove?ws=$ws");
is($host->submit($remove)->code, 303, 'an administrator can be removed');
$answer = $guest->send($late);
is($answer->code, 403, 'what they post then is refused');
like($guest->text, qr/no longer a member of this workspace/, 'with the reason');
is(member($zoe), 'member', 'and nobody is removed by it');

# More pending invitations than are listed.
my $batch = value('SELECT MAX(invitation) FROM invitation_address WHERE workspace = ?', $ada->{workspace_id});
execute('INSERT INTO invitation_address (public_id, workspace, invitation, email, status, added) SELECT UNHEX(MD5(CONCAT("a", ?, seq))), ?, ?, CONCAT("crowd-", seq, "@example.net"),'
    . ' "declined", UTC_TIMESTAMP(6) - INTERVAL 9 DAY FROM seq_1_to_510', $$, $ada->{workspace_id}, $batch);
my $waiting = value('SELECT COUNT(*) FROM invitation_address WHERE workspace = ? AND status IN ("pending", "declined")', $ada->{workspace_id});
$host->page($list);
is($host->count('//main//tr[@class="pending"]'), 500, 'K4: at most 500 pending ones are listed');
like($host->at('//main//p[contains(@class, "more")]'), qr/^${\ ($waiting - 500)} more pending invitations – refine/, 'K4: and how many more there are');
search($host, 'crowd-51');
is($host->count('//main//tr[@class="pending"]'), 2, 'K4: the search finds every one of them');
is($host->count('//main//p[contains(@class, "more")]'), 0, 'K4: and says nothing then');
execute('DELETE FROM invitation_address WHERE workspace = ? AND email LIKE "crowd-%"', $ada->{workspace_id});

# Q62: a pending invitation.
$host->page($list);
my ($link) = $host->tree->findnodes('//tr[th[contains(., "no@")]]//a/@href');
$host->page($link->value =~ s/^\Q$base\E//r);
cmp_ok($host->count('//ul[@class="consequences"]/li'), '>=', 1, 'Q62: a pending invitation is removed on a page, too');

finish;
