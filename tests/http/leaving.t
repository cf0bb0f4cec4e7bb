# Leaving a workspace and being removed: what is lost, what stays, and what open pages do then (features I1 to I7, 3.2, Q62, Q63).

use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use MIME::Base64;
use Test::More;
use Vestibule;
use Vestibule::Browser;
use Vestibule::Team;

my ($ada, $grace) = map { person(name => $_) } 'Ada Stays', 'Grace Leaves';
my ($owner, $member, $elsewhere) = map { Vestibule::Browser->new->sign_in($_) } $ada, $grace, $grace;
my $ws = $ada->{workspace};
my $leave = '/settings/workspace/leave';
limit($ada, 2);

sub pair ($of)
{
	my ($key, $secret) = command('credential', 'create', '--email', $grace->{email}, '--workspace', $of->{workspace}) =~ /= (\S+)/g;
	return "$key:" . secret(secret => $secret);
}
sub works ($pair)
{
	return Vestibule::Browser->new->request(HTTP::Request->new(GET => "$url/api/users.get_current_user",
	    [Authorization => 'Basic ' . encode_base64($pair, '')]))->code;
}
sub join_again
{
	accept($member, invite($owner, $ws, $grace->{email}));
}

# --- leaving --------------------------------------------------------------------------------------------------------------

join_again();
my ($there, $own) = (pair($ada), pair($grace));
my $group = value('SELECT id FROM user_group WHERE workspace = ? AND builtin = ?', $ada->{workspace_id}, 'queue_admins');
execute('INSERT INTO group_member (workspace, user_group, person) VALUES (?, ?, ?)', $ada->{workspace_id}, $group, $grace->{id});
$member->page("$leave?ws=$ws");
is($member->at('//h1'), "Leave Ada Stays's workspace", 'the page is called after the workspace');
is(join('|', map { $_->textContent } $member->tree->findnodes('//main//form//button | //main//form//a')), 'Leave|Cancel', 'its buttons');
my $text = $member->at('//ul[@class="consequences"]');
like($text, $_, "it says: $_") for qr/lose access to its resources/, qr/1 pair of credentials for this workspace is revoked/, qr/cannot be recovered/,
    qr/Tasks and artifacts.*stay there/, qr/only if you are invited again/, qr/preferences.*not touched/;
my %before = map { $_ => checksums()->{$_} } qw(preference workspace);
my $form = [$elsewhere->page('/settings/credentials/new?ws=' . $ws) && $elsewhere->fields_of('/settings/credentials/new')];
my @fields = $member->fields_of($leave);
my $request = $member->request_for($leave, [@fields]);
my ($first, $second) = ($member->send($request), $member->send($request));
is($member->leads_to($first), '/settings/workspace', 'left');
is($second->header('Location'), $first->header('Location'), 'pressed twice: the same answer');
$member->follow($first);
like($member->at('//*[@role="status"]//p'), qr/You have left the workspace “Ada Stays's workspace”/, 'and said so');
is(seats_taken($ada), '1 1', 'the place is free');
is(works($there), 401, 'the credentials of that workspace are dead at once');
is(works($own), 200, 'those of the other one live');
is(value('SELECT revoked IS NOT NULL AND secret_hash IS NULL FROM credential WHERE access_key = ?', $there =~ s/:.*//r), 1, 'revoked, not only hidden');
is(value('SELECT COUNT(*) FROM group_member WHERE person = ?', $grace->{id}), 0, 'no group of it is left');
is(value('SELECT active_workspace FROM person WHERE id = ?', $grace->{id}), $grace->{workspace_id}, 'the personal workspace is active');
is(checksums()->{preference}, $before{preference}, 'preferences are as they were');
is(value("SELECT COUNT(*) FROM audit_event WHERE action = 'member.leave' AND object_id = ?", $grace->{id}), 1, 'one event is written');
is($member->page("$_?ws=$ws")->code, 404, "$_ of that workspace is not there any more") for '/settings/workspace', $leave, '/settings/credentials/new';
my $answer = unchanged('a form of before', sub { $elsewhere->post('/settings/credentials/new', [@$form]) });
is($answer->code, 403, 'a form that was open in another browser is refused');
like($elsewhere->text, qr/no longer a member of this workspace\. Nothing was changed/, 'with the reason');

# --- who cannot -----------------------------------------------------------------------------------------------------------

is($owner->page("$leave?ws=$ws")->code, 403, 'one\'s own workspace cannot be left');
like($owner->text, qr/your own workspace/, 'and says why');
unchanged('leaving one\'s own', sub {
	is($owner->post($leave, [token => craft_token($owner->cookie, $leave, $ws), ws => $ws])->code, 403, 'nor by a made-up form') });
$owner->page('/settings/workspace');
is($owner->count("//a[contains(\@href, '$leave')]"), 0, 'there is no button');
# Of nobody's workspace the last administrator stays.
execute("INSERT INTO workspace (public_id, name, members, created) VALUES (UNHEX(MD5(?)), 'Nobody', 2, UTC_TIMESTAMP(6))", "nobody $$");
my ($nobodys, $id) = @{ (sql('SELECT LOWER(HEX(public_id)), id FROM workspace WHERE public_id = UNHEX(MD5(?))', "nobody $$"))[0] };
execute('INSERT INTO membership (workspace, person, role, joined) VALUES (?, ?, ?, UTC_TIMESTAMP(6))', $id, @$_) for [$ada->{id}, 'administrator'],
    [$grace->{id}, 'member'];
$owner->page("$leave?ws=$nobodys");
$answer = unchanged('the last administrator', sub { $owner->submit($leave) });
is($answer->code, 422, 'the last administrator of a workspace without an owner stays');
like($owner->at('//*[@role="alert"]'), qr/last administrator/, 'and is told why');
$member->page("$leave?ws=$nobodys");
is($member->submit($leave)->code, 303, 'a member leaves it');

# --- being removed --------------------------------------------------------------------------------------------------------

join_again();
is($member->page("/settings/workspace?ws=$ws")->code, 200, 'invited again: back');
is(works($there), 401, 'the old credentials stay dead');
is(value('SELECT COUNT(*) FROM group_member WHERE person = ?', $grace->{id}), 0, 'and the old groups are not given back');
$there = pair($ada);
my $remove = "/settings/users/$grace->{public_id}/remove";
$member->page("/settings/credentials/new?ws=$ws");
$form = [$member->fields_of('/settings/credentials/new')];
$owner->page("$remove?ws=$ws");
my $removed = $owner->form_to($remove) ? $owner->submit($remove) : undef;
is($removed && $removed->code, 303, 'the owner removes the member');
$answer = unchanged('a form of before', sub { $member->post('/settings/credentials/new', [@$form]) });
is($answer->code, 403, 'the removed one was just posting: refused');
like($member->text, qr/no longer a member/, 'with the reason');
is($member->page('/settings/profile')->code, 200, 'the next page is there');
like($member->at('//header'), qr/You were removed from the workspace “Ada Stays's workspace”/, 'and tells it');
$member->page('/settings/workspace');
is($member->at('//*[@class="state"]/../h2'), "Grace Leaves's workspace", 'the personal workspace is active');
is(works($there), 401, 'the credentials are dead');
is(works($own), 200, 'those of other workspaces live');
is(seats_taken($ada), '1 1', 'the place is free');
$member->page('/settings/notifications');
my ($close) = map { $_->getAttribute('action') =~ s/^\Q$base\E//r } $member->tree->findnodes('//form[contains(@action, "/close")]');
$member->submit($close);
$member->page('/settings/profile');
unlike($member->at('//header'), qr/You were removed/, 'once read it is gone');

# An invitation of before does not admit; a new one does.
my $old = invite($owner, $ws, $grace->{email});
accept($member, $old);
$owner->page("/settings/invite/link?ws=$ws");
is($owner->count("//form[\@action='$base/settings/invite/link']"), 0, 'no link where there is no place');
like($owner->text, qr/The workspace has the maximum number of users, so nobody can be invited/, 'and why');
limit($ada, 9);
my $link = invitation_link($owner, $ws, 5);
$member->page("$leave?ws=$ws");
$member->submit($leave);
$member->page($link);
is($member->page('/invite/accept')->code, 403, 'a link made before leaving');
is($member->at('//h1'), 'This invitation is too old', 'does not admit');
accept($member, invitation_link($owner, $ws, 1));
is(seats_taken($ada), '2 2', 'a new one does');

finish;
