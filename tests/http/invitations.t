# Inviting and joining: addresses, links, seats, the page that shows the link once, accounts made on the way, and every refusal, each with
# its own page (features H1 to H13, Q24 to Q28, Q59 to Q61).

use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Vestibule;
use Vestibule::Browser;
use Vestibule::Team;

my ($ada, $grace, $edsger) = map { person(name => $_) } 'Ada Host', 'Grace Guest', 'Edsger Else';
my ($host, $guest, $else) = map { Vestibule::Browser->new->sign_in($_) } $ada, $grace, $edsger;
my $ws = $ada->{workspace};
my $new = '/settings/invite';

sub member ($person, $of = $ada)
{
	return value('SELECT role FROM membership WHERE workspace = ? AND person = ?', $of->{workspace_id}, $person->{id});
}
sub title ($browser)
{
	return $browser->at('//h1');
}
sub said ($browser)
{
	return $browser->at('//*[@role="status"]//p');
}
# Ends all invitations of a workspace, as if nobody had been invited.
sub clear ($of = $ada)
{
	execute('UPDATE invitation_address SET pending = NULL, status = ? WHERE workspace = ? AND pending = 1', 'revoked', $of->{workspace_id});
	execute('UPDATE invitation SET revoked = UTC_TIMESTAMP(6) WHERE workspace = ? AND revoked IS NULL', $of->{workspace_id});
	execute('UPDATE notification SET closed = UTC_TIMESTAMP(6) WHERE (kind = ? OR person IN (?, ?)) AND closed IS NULL', 'invitation', $grace->{id},
	    $edsger->{id});
	execute('UPDATE person SET notifications = 0 WHERE id IN (?, ?)', $grace->{id}, $edsger->{id});
}
sub leave ($person, $of = $ada)
{
	execute('DELETE FROM group_member WHERE workspace = ? AND person = ?', $of->{workspace_id}, $person->{id});
	my $rows = execute('DELETE FROM membership WHERE workspace = ? AND person = ?', $of->{workspace_id}, $person->{id});
	execute('UPDATE workspace SET members = members - ? WHERE id = ?', 0 + $rows, $of->{workspace_id});
	execute('UPDATE person SET memberships = (SELECT COUNT(*) FROM membership WHERE person = ?) WHERE id = ?', ($person->{id}) x 2);
}

# --- the ways to the form -------------------------------------------------------------------------------------------------

$host->page('/settings/profile');
is($host->at('//details[@class="account"]//a[contains(., "Invite a User")]/@href'), "$base$new?ws=$ws", 'Invite a User in the account menu names the workspace');
$host->page('/settings/workspace');
is($host->at('//a[normalize-space() = "INVITE USERS"]/@href'), "$base$new?ws=$ws", 'INVITE USERS on the Workspace page');
$host->page("$new?ws=$ws");
like(title($host), qr/^Invite users to Ada Host's workspace$/, 'the page names the workspace');
is($host->at("//form[\@action='$base$new']//button"), 'ADD', 'its button');
is($host->count("//form[\@action='$base$new/link']"), 1, 'a link without an address is offered on the same page');

# --- reading addresses ----------------------------------------------------------------------------------------------------

my $link = invite($host, $ws, " B.Two\@Example.org,c\@d;e\@f.g|h\@i.j\t\n  b.two\@example.org ,, ;C\@D ");
ok($link, 'addresses with every separator are taken');
is(join(' ', map { $_->textContent =~ s/\s+/ /gr } $host->tree->findnodes('//ul[@class="addresses"]/li')),
    'b.two@example.org Added c@d Added e@f.g Added h@i.j Added', 'each once, whatever its case, with what became of it');
like($host->text, qr/works only for their addresses/, 'the page says for whom the link is');
like($host->text, qr/find the invitation in their account menu/, 'and where else they find it');
like($host->at('//main'), qr/Valid until\s*[A-Z][a-z]{2} \d+ \d{4}/, 'and how long');
is(value('SELECT ROUND(TIMESTAMPDIFF(MINUTE, created, expires) / 1440) FROM invitation WHERE workspace = ? ORDER BY id DESC LIMIT 1', $ada->{workspace_id}), 7, 'seven days');
is(value('SELECT COUNT(*) FROM invitation_address WHERE workspace = ? AND pending = 1', $ada->{workspace_id}), 4, 'four are pending');
like(said($host), qr/^4 people are invited to “Ada Host's workspace”\.$/, 'and said so');

join_workspace($edsger, $ada, 'member');
$link = invite($host, $ws, "$edsger->{email} $ada->{email} c\@d $grace->{email}");
is(join('|', map { $_->textContent =~ s/\s+/ /gr } $host->tree->findnodes('//ul[@class="addresses"]/li')),
    "$edsger->{email} Is a member already|$ada->{email} Is your own address|c\@d Was invited already|$grace->{email} Added",
    'members, pending ones and one\'s own address are skipped and reported, the rest is added');
leave($edsger);
clear();

for my $case (['', qr/Enter a value/], [', ;|', qr/at least one/], ['nobody', qr/no e-mail address: nobody/], ['a@b a@@b x', qr/no e-mail addresses: a\@\@b, x/],
    ['ä@example.org', qr/no e-mail address/], ['a@b_c', qr/no e-mail address/], ['a@' . 'b' x 260, qr/no e-mail address/],
    [join(' ', map { "p$_\@example.org" } 1 .. 51), qr/At most 50/], ["$ada->{email}", qr/invited already, or it is your own address/],
    ['x' x 3001, qr/at most 3000/]) {
	my ($text, $expected) = @$case;
	my $show = length $text > 30 ? substr($text, 0, 30) . '…' : $text;
	$host->page("$new?ws=$ws");
	my $answer = unchanged("addresses \"$show\"", sub { $host->submit($new, addresses => $text) });
	is($answer->code, 422, "addresses \"$show\" are refused");
	like($host->at('//*[@id="addresses-message"]'), $expected, 'with the reason beside the field');
	is($host->at('//textarea[@name="addresses"]'), $text, 'and everything typed');
}
ok(invite($host, $ws, join ' ', map { "p$_\@example.org" } 1 .. 50), '50 at once are taken');
clear();

# --- seats ----------------------------------------------------------------------------------------------------------------

limit($ada, 3);
$host->page("$new?ws=$ws");
like($host->text, qr/1 of 3 places are taken\. 2 places are free\./, 'the form says how many places are free');
my $answer = unchanged('more than are free', sub { $host->submit($new, addresses => 'a@b c@d e@f') });
is($answer->code, 422, 'more addresses than free places: the whole batch is refused');
like($host->at('//*[@role="alert"]'), qr/Only 2 places are free\. Nobody was invited/, 'and says how many are');
$link = invite($host, $ws, "a\@b $grace->{email}");
ok($link, 'as many as there are are taken');
$host->page("$new?ws=$ws");
like($host->text, qr/3 of 3 places are taken, 2 of them by pending invitations\./, 'pending ones take places');
like($host->text, qr/None is free\./, 'full: in words');
for my $page ("$new?ws=$ws", "$new/link?ws=$ws") {
	$host->page($page);
	is($host->count("//form[starts-with(\@action, '$base$new')]"), 0, 'full: no form');
	like($host->text, qr/nobody can be invited/, 'full: but the reason');
	is($host->at('//main//div[@class="buttons"]/a[normalize-space() = "CANCEL"]/@href'), "$base/settings/workspace?ws=$ws", 'full: a way out');
	is($host->at('//main//div[@class="buttons"]/a[contains(., "Users & Groups")]/@href'), "$base/settings/users?ws=$ws", 'full: and to where there is room to make');
}
limit($ada, 2);
$host->page("$new?ws=$ws");
like($host->text, qr/3 places are taken, though the workspace has only 2\./, 'a limit below what is taken');
limit($ada, 3);
$host->page('/settings/workspace');
like($host->at('//aside'), qr/Workspace has 1 of 3 users, and 2 invitations are pending/, 'the Workspace page has the numbers');
like($host->at('//aside'), qr/maximum number of users/, 'and says that it is full');
is($host->count('//a[normalize-space() = "INVITE USERS"]'), 0, 'without the button');

# --- joining by the link --------------------------------------------------------------------------------------------------

my $visitor = Vestibule::Browser->new;
$answer = $visitor->page($link);
is($visitor->leads_to($answer), '/invite/accept', 'the link leads on at once');
like($answer->header('Set-Cookie'), qr/vestibule-invitation=[A-Za-z0-9_-]{43}; Path=[^;]+; Max-Age=3600; HttpOnly; SameSite=Lax/, 'with its code in a cookie');
$visitor->page('/invite/accept');
is(title($visitor), 'Ada invites you', 'not signed in: the page has the first name of the inviter');
like($visitor->text, qr/Sign in to join the team of the workspace “Ada Host's workspace”/, 'and the offer');
unlike($visitor->content, qr/\Q$grace->{email}\E|a\@b/, 'and no address');
$answer = $visitor->submit('/sign-in', email => $grace->{email}, password => $grace->{password});
like($visitor->leads_to($answer), qr{^/invite/accept(\?tip=1)?$}, 'signing in leads back to the invitation');
$visitor->follow($answer);
is($visitor->at('//form//button[normalize-space() = "JOIN"]'), 'JOIN', 'which has one button');
unchanged('looking at it', sub { $visitor->page('/invite/accept') });
$answer = $visitor->submit('/invite/accept');
is($visitor->leads_to($answer), "/settings/workspace?ws=$ws", 'JOIN leads to the workspace');
$visitor->follow($answer);
like(said($visitor), qr/^Welcome to “Ada Host's workspace”.*switch.*leave/s, 'which welcomes');
is(member($grace), 'member', 'and is joined');
is(value('SELECT active_workspace FROM person WHERE id = ?', $grace->{id}), $ada->{workspace_id}, 'and active');
is(seats_taken($ada), '2 2', 'the count is right');
is($visitor->at('//section[@class="workspace"][.//*[@open]]//h2[@class="title"]'), "Ada Host's workspace", 'its panel is open');
$host->page('/settings/notifications');
like($host->text, qr/Grace Guest has joined the workspace/, 'the inviter is told');

# --- every refusal, each with its page -----------------------------------------------------------------------------------

sub refused ($browser, $code, $status, $expected, $what)
{
	$browser->page('/sign-in') if !defined $browser->cookie;
	$browser->page($code) if defined $code;
	my $before = checksums();
	my $page = $browser->page('/invite/accept');
	is($page->code, $status, "$what: $status");
	is(title($browser), $expected, "$what: its page");
	is($browser->count("//form[\@action='$base/invite/accept']"), 0, "$what: no button to join");
	unlike($browser->content, qr/a\@b/, "$what: no invited address");
	my $answer = $browser->post('/invite/accept', [token => craft_token($browser->cookie, '/invite/accept')]);
	ok($answer->code == 422 || ($expected =~ /member already/ && $answer->code == 303), "$what: pressing it anyway does not help");
	is(join(' ', grep { !/^(session|person|form_nonce|audit_event)$/ && !(/^(workspace|membership)$/ && $expected =~ /member already/) } changed($before, checksums())), '', "$what: nothing changes");
}

refused(Vestibule::Browser->new, undef, 404, 'This invitation is not known', 'no link at all');
refused(Vestibule::Browser->new, '/invite?code=' . 'A' x 43, 404, 'This invitation is not known', 'an unknown code');
refused(Vestibule::Browser->new, '/invite?code=%0d%0aSet-Cookie:x', 404, 'This invitation is not known', 'a broken code');
refused($visitor, $link, 200, 'You are a member already', 'a member');
$visitor->page('/invite/accept');
is($visitor->count("//main//form[\@action='$base/settings/workspace/switch']"), 1, 'a member: can switch');
refused($else, $link, 403, 'This invitation is for somebody else', 'signed in with another address');
like($else->text, qr/signed in as \Q$edsger->{email}\E/, 'another address: says as whom one is signed in');
is($else->count("//main//form[\@action='$base/sign-out']"), 1, 'another address: offers to sign out');
unlike($else->text, qr/Ada Host's workspace/, 'another address: is not told which workspace');

clear();
leave($grace);
limit($ada, undef);
refused($guest, $link, 404, 'This invitation is not known', 'taken back');
$link = invite($host, $ws, $grace->{email});
execute('UPDATE invitation SET expires = UTC_TIMESTAMP(6) WHERE workspace = ?', $ada->{workspace_id});
refused($guest, $link, 410, 'This invitation has expired', 'expired');
refused(Vestibule::Browser->new, $link, 410, 'This invitation has expired', 'expired, not signed in');
clear();
$link = invite($host, $ws, $grace->{email});
limit($ada, 1);
refused($guest, $link, 409, 'The workspace is full', 'full');
is(value('SELECT status FROM invitation_address WHERE workspace = ? AND email = ? ORDER BY id DESC LIMIT 1', $ada->{workspace_id}, $grace->{email}), 'pending', 'full: the invitation stays');
limit($ada, undef);
is(accept($guest, $link)->code, 303, 'room is made: joining works');
is(member($grace), 'member', 'and is joined');

# Who left since.
$guest->page("/settings/workspace/leave?ws=$ws");
is($guest->submit('/settings/workspace/leave')->code, 303, 'leaving');
refused($guest, $link, 403, 'This invitation is too old', 'the same link again, after leaving');
my $old = invite($host, $ws, $grace->{email});
execute('UPDATE departure SET ended = UTC_TIMESTAMP(6) + INTERVAL 1 SECOND WHERE workspace = ?', $ada->{workspace_id});
refused($guest, $old, 403, 'This invitation is too old', 'older than the departure');
execute('UPDATE departure SET ended = UTC_TIMESTAMP(6) - INTERVAL 1 HOUR WHERE workspace = ?', $ada->{workspace_id});
is(accept($guest, $old)->code, 303, 'a newer invitation admits again');
leave($grace);
clear();

# --- a link without an address -------------------------------------------------------------------------------------------

$link = invitation_link($host, $ws, 1);
like($host->text, qr/Whoever has it can join/, 'a link: says that whoever has it can join');
unlike($host->text, qr/account menu, too/, 'a link: nobody finds it in a menu');
limit($ada, 1);
$host->page("$new?ws=$ws");
like($host->text, qr/The only place of the workspace is taken\./, 'one place');
limit($ada, undef);
is(value('SELECT ROUND(TIMESTAMPDIFF(MINUTE, created, expires) / 60) FROM invitation WHERE workspace = ? ORDER BY id DESC LIMIT 1', $ada->{workspace_id}), 24, 'for 24 hours');
is(accept($guest, $link)->code, 303, 'anybody joins');
is(member($grace), 'member', 'and is a member');
refused($else, $link, 410, 'This invitation is used up', 'a link that was used');
leave($grace);
$link = invitation_link($host, $ws, 2);
is(accept($guest, $link)->code, 303, 'a link for two: the first');
is(accept($else, $link)->code, 303, 'a link for two: the second');
leave($_) for $grace, $edsger;
limit($ada, 3);
$host->page("$new/link?ws=$ws");
is($host->submit("$new/link", uses => 3)->code, 422, 'more uses than free places are refused');
like($host->at('//*[@id="uses-message"]'), qr/Only 2 places are free/, 'with the number');
limit($ada, undef);
clear();

# --- the page that shows the link ----------------------------------------------------------------------------------------

$host->page("$new?ws=$ws");
my $request = $host->request_for($new, [$host->fields_of($new), addresses => 'twice@example.org']);
my @fields = $host->fields_of($new);
my %fields = (@fields, addresses => 'twice@example.org');
$request = $host->request_for($new, [%fields]);
my ($first, $second) = ($host->send($request), $host->send($request));
is($second->header('Location'), $first->header('Location'), 'the form sent twice leads to the same page');
is(value('SELECT COUNT(*) FROM invitation_address WHERE workspace = ? AND email = ?', $ada->{workspace_id}, 'twice@example.org'), 1, 'and invites once');
my ($created) = $host->leads_to($first) =~ m{^(/settings/invite/created/[0-9a-f]{32})\?ws=$ws$};
ok($created, 'the page has an address of its own');
is($host->page("$created?ws=$ws")->code, 200, 'it can be read');
is(Vestibule::Browser->new->sign_in($ada)->page("$created?ws=$ws")->code, 404, 'not by another session');
is($guest->page("$created?ws=$ws")->code, 404, 'nor by somebody else');
$host->page("$created?ws=$ws");
$answer = $host->submit("$created/done");
like($host->leads_to($answer), qr{^/settings/(users|workspace)\?ws=$ws$}, 'Done leads to the list of pending ones');
is($host->page("$created?ws=$ws")->code, 404, 'and ends it');
clear();

# --- renewing, taking back ------------------------------------------------------------------------------------------------

$link = invite($host, $ws, $grace->{email});
my $offer = offer_of($grace, $ada);
$host->page("$new/$offer/renew?ws=$ws");
is(title($host), 'New link', 'New link');
$answer = $host->submit("$new/$offer/renew");
$host->follow($answer);
my ($newer) = $host->at('//textarea[@id="link"]') =~ m{(/invite\?code=\S+)};
secret(invitation => $newer =~ s/.*=//r);
isnt($newer, $link, 'gives another link');
refused($guest, $link, 404, 'This invitation is not known', 'the old link');
execute('UPDATE invitation SET expires = UTC_TIMESTAMP(6) WHERE workspace = ?', $ada->{workspace_id});
$host->page("$new/$offer/renew?ws=$ws");
is(title($host), 'Renew', 'expired: Renew');
limit($ada, 1);
$answer = $host->submit("$new/$offer/renew");
is($answer->code, 422, 'when its place is taken meanwhile, it cannot be renewed');
like($host->at('//*[@role="alert"]'), qr/its place is taken/, 'and says why');
limit($ada, undef);
$host->page("$new/$offer/renew?ws=$ws");
is($host->submit("$new/$offer/renew")->code, 303, 'with room it can');
is(value('SELECT expires > UTC_TIMESTAMP(6) + INTERVAL 6 DAY FROM invitation WHERE workspace = ? AND revoked IS NULL ORDER BY id DESC LIMIT 1', $ada->{workspace_id}), 1, 'for as long as a new one');
$host->page("$new/$offer/revoke?ws=$ws");
is(title($host), 'Are you sure?', 'taking back asks');
cmp_ok($host->count('//ul[@class="consequences"]/li'), '>=', 3, 'and lists the consequences');
is($host->submit("$new/$offer/revoke")->code, 303, 'taken back');
is($guest->page("/settings/invite/offer/$offer/join")->code, 404, 'it is not offered any more');
# She has signed in from a second browser on the way, and was told of it.
execute("UPDATE notification SET closed = UTC_TIMESTAMP(6) WHERE person = ? AND kind = 'security' AND closed IS NULL", $grace->{id});
execute('UPDATE person SET notifications = (SELECT COUNT(*) FROM notification WHERE person = ? AND closed IS NULL) WHERE id = ?', ($grace->{id}) x 2);
is(value('SELECT notifications FROM person WHERE id = ?', $grace->{id}), 0, 'and its notification is closed');

# --- in the app -----------------------------------------------------------------------------------------------------------

$link = invite($host, $ws, "$grace->{email} nobody\@example.org");
my $badges = join ' ', map { $_->textContent } $host->tree->findnodes('//ul[@class="addresses"]//*[contains(@class, "badge")]');
is($badges, 'Added Added', 'whether somebody has an account is not told');
$guest->page('/settings/profile');
is($guest->at('//header//*[@class="dot"]'), 1, 'the invited has a dot on the account button');
like($guest->at('//details[@class="account"]'), qr/1 notification/, 'and an entry in the account menu');
$guest->page('/settings/workspace');
$offer = offer_of($grace, $ada);
like($guest->at('//*[contains(@class, "offer")]'), qr/Ada Host invites you to join the workspace “Ada Host's workspace”/, 'a box on the Workspace page');
$answer = $guest->submit("/settings/invite/offer/$offer/decline");
$guest->follow($answer);
like(said($guest), qr/You have declined/, 'DECLINE');
is(value('SELECT status FROM invitation_address WHERE public_id = UNHEX(?)', $offer), 'declined', 'is kept');
is($guest->count('//*[contains(@class, "offer")]') + $guest->count('//header//*[@class="dot"]'), 0, 'the box and the dot are gone');
$host->page('/settings/notifications');
like($host->text, qr/Grace Guest has declined the invitation/, 'the inviter is told');
refused($guest, $link, 410, 'You have declined this invitation', 'the link of a declined invitation');
invite($host, $ws, $grace->{email});
$offer = offer_of($grace, $ada);
is($else->page("/settings/invite/offer/$offer/join")->code, 404, 'an offer of somebody else is not there');
is($else->post("/settings/invite/offer/$offer/join", [token => craft_token($else->cookie, "/settings/invite/offer/$offer/join")])->code, 404, 'and not to be taken');
$guest->page('/settings/workspace');
$answer = $guest->submit("/settings/invite/offer/$offer/join");
is($guest->leads_to($answer), "/settings/workspace?ws=$ws", 'JOIN joins');
is(member($grace), 'member', 'and is a member');
is(value('SELECT notifications FROM person WHERE id = ?', $grace->{id}), 0, 'and the notification is done');
leave($grace);
clear();

# --- groups ---------------------------------------------------------------------------------------------------------------

my %group = map { $_->[0] => $_->[1] } sql('SELECT builtin, LOWER(HEX(public_id)) FROM user_group WHERE workspace = ?', $ada->{workspace_id});
$host->page("$new?ws=$ws");
is(join('|', map { $_->textContent =~ s/^\s+//r } $host->tree->findnodes("//form[\@action='$base$new']//label[input[\@name='group']]")), 'Admins|Queue admins', 'groups can be chosen, Users is everybody');
$link = invite($host, $ws, $grace->{email}, group => $group{queue_admins});
accept($guest, $link);
is(value('SELECT COUNT(*) FROM group_member g JOIN user_group u ON u.id = g.user_group WHERE g.person = ? AND u.builtin = ?', $grace->{id}, 'queue_admins'), 1, 'whoever joins is in the chosen group');
leave($grace);
$link = invitation_link($host, $ws, 1, group => $group{admins});
accept($guest, $link);
is(member($grace), 'administrator', 'Admins makes an administrator');
leave($grace);
my $foreign = value('SELECT LOWER(HEX(public_id)) FROM user_group WHERE workspace = ? AND builtin = ?', $edsger->{workspace_id}, 'admins');
for my $id ($foreign, '0' x 32, 'x') {
	$host->page("$new?ws=$ws");
	$answer = unchanged("group $id", sub { $host->submit($new, addresses => 'new@example.org', group => $id) });
	is($answer->code, 422, "a group that is not of this workspace is refused");
}
clear();

# --- a new account --------------------------------------------------------------------------------------------------------

my $email = "new-$$\@example.org";
$link = invite($host, $ws, "$email $grace->{email}");
$visitor = Vestibule::Browser->new;
$visitor->page($link);
$visitor->page('/invite/accept');
is($visitor->at('//a[normalize-space() = "Make one"]/@href'), "$base/invite/sign-up", 'no account yet: one can be made');
$visitor->page('/invite/sign-up');
is(title($visitor), 'Ada invites you', 'the form has the inviter');
my $password = secret(password => "a quiet place for $$ trees");
my %new = (name => 'Nora New', email => $email, password => $password);
for my $case ([email => "other-$$\@example.org", qr/not an address that was invited/], [password => 'short', qr/at least 12/i],
    [name => 'N', qr/at least 2/], [email => $grace->{email}, qr/No account can be made with this address/]) {
	my ($field, $text, $expected) = @$case;
	$visitor->page('/invite/sign-up');
	$answer = unchanged("sign-up with $field $text", sub { $visitor->submit('/invite/sign-up', %new, $field => $text) });
	is($answer->code, 422, "sign-up with $field $text is refused");
	like($visitor->at("//*[\@id='$field-message']"), $expected, 'with the reason');
}
$visitor->page('/invite/sign-up');
my $before = $visitor->cookie;
$answer = $visitor->submit('/invite/sign-up', %new);
is($visitor->leads_to($answer), "/settings/workspace?ws=$ws", 'the account is made, and joins');
isnt($visitor->cookie, $before, 'with a session of its own');
$visitor->follow($answer);
is($visitor->count('//section[@class="workspace"]'), 2, 'it has its own workspace and the joined one');
is($visitor->at('//header//*[@class="name"]'), 'Nora New', 'and is signed in');
is(value('SELECT COUNT(*) FROM person p JOIN workspace w ON w.owner = p.id AND w.personal = 1 WHERE p.email = ?', $email), 1, 'with a personal workspace');
is(Vestibule::Browser->new->sign_in({ email => $email, password => $password })->page('/settings/profile')->code, 200, 'the password works');
$visitor = Vestibule::Browser->new;
$visitor->page($link);
$visitor->page('/invite/sign-up');
is($visitor->submit('/invite/sign-up', %new)->code, 422, 'a second account with the address is refused');

# Replaying the form that made the account.
my $email2 = "again-$$\@example.org";
$link = invite($host, $ws, $email2);
$visitor = Vestibule::Browser->new;
$visitor->page($link);
$visitor->page('/invite/sign-up');
%fields = ($visitor->fields_of('/invite/sign-up'), name => 'Twice New', email => $email2, password => $password);
$request = $visitor->request_for('/invite/sign-up', [%fields]);
my @answers = $visitor->all_at_once($request, 4);
is(join(' ', map { $_->code } @answers), '303 303 303 303', 'the form four times at once: one answer');
is(value('SELECT COUNT(*) FROM person WHERE email = ?', $email2), 1, 'one account');
is(seats_taken($ada), '3 3', 'one place');

# --- who may not invite ---------------------------------------------------------------------------------------------------

$link = invitation_link($host, $ws, 1);
accept($guest, $link);
is($guest->page("$_?ws=$ws")->code, 403, "a member has no $_") for $new, "$new/link";
$guest->page('/settings/profile');
is($guest->at('//details[@class="account"]//a[contains(., "Invite a User")]/@href'), "$base$new?ws=$grace->{workspace}", 'a member invites to their own workspace');
is($else->page("$new?ws=$ws")->code, 404, 'for others the workspace is not there');
clear();
invite($host, $ws, 'pending@example.org');
$offer = value('SELECT LOWER(HEX(public_id)) FROM invitation_address WHERE workspace = ? AND email = ? AND pending = 1', $ada->{workspace_id}, 'pending@example.org');
is($else->page("$new/$offer/$_?ws=$edsger->{workspace}")->code, 404, "an invitation of another workspace is not there ($_)") for qw(renew revoke);
unchanged('from another workspace', sub {
	is($else->post("$new/$offer/$_", [token => craft_token($else->cookie, "$new/$offer/$_", $edsger->{workspace}), ws => $edsger->{workspace}])->code, 404,
	    "nor to be changed ($_)") for qw(renew revoke);
});

finish;
