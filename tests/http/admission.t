# Whom an invitation admits, and whom it does not any more: an address is a claim, the link or a notice is the proof (H10, H11, I5, Q55, Q59, Q60).

use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Vestibule;
use Vestibule::Browser;
use Vestibule::Team;

my $number = 0;
sub fresh () { return 'invited-' . ++$number . "-$$\@example.org" }
sub host ()
{
	my $person = person(name => 'Host ' . ++$number);
	return ($person, Vestibule::Browser->new->sign_in($person), $person->{workspace});
}
sub role ($person, $host)
{
	return value('SELECT role FROM membership WHERE workspace = ? AND person = ?', $host->{workspace_id}, $person->{id}) // 'none';
}
sub offers ($browser)
{
	$browser->page('/settings/workspace');
	return $browser->count('//*[contains(@class, "offer")]');
}
sub opened ($person) { return value('SELECT COUNT(*) FROM notification WHERE person = ? AND closed IS NULL', $person->{id}) }
sub counted ($person) { return value('SELECT notifications FROM person WHERE id = ?', $person->{id}) }
sub pending ($host) { return value('SELECT COUNT(*) FROM invitation_address WHERE workspace = ? AND pending = 1', $host->{workspace_id}) }
sub sign_up ($link, $email)
{
	my $browser = Vestibule::Browser->new;
	$browser->page($link);
	$browser->page('/invite/sign-up');
	my $password = secret(password => "a password of $email");
	my $answer = $browser->submit('/invite/sign-up', name => 'Signed Up', email => $email, password => $password);
	my ($row) = sql('SELECT id, LOWER(HEX(public_id)) FROM person WHERE email = ?', $email);
	return ($answer, $browser, $row ? { id => $row->[0], public_id => $row->[1], email => $email, password => $password } : undef);
}
sub remove ($browser, $person, $ws)
{
	$browser->page("/settings/users/$person->{public_id}/remove?ws=$ws");
	is($browser->submit("/settings/users/$person->{public_id}/remove")->code, 303, "$person->{email} is removed");
}

# --- an address is no proof ---------------------------------------------------------------------------------------------

my ($ada, $adas, $ws) = host();
my ($mal, $mals, $other) = host();
my $victim = fresh();
my $link = invite($adas, $ws, $victim);
my ($answer) = sign_up(invitation_link($mals, $other, 5), $victim);
is($answer->code, 422, 'no account with an address that is invited elsewhere, by a link of somebody else');
is(value('SELECT COUNT(*) FROM person WHERE email = ?', $victim), 0, 'none is made');
execute('UPDATE person SET email = ? WHERE id = ?', $victim, $mal->{id});
$mal->{email} = $victim;
execute("INSERT INTO notification (public_id, person, kind, text, created) VALUES (UNHEX(MD5(?)), ?, 'news', 'News.', UTC_TIMESTAMP(6))", $victim, $mal->{id});
execute('UPDATE person SET notifications = notifications + 1 WHERE id = ?', $mal->{id});
is(offers($mals), 0, 'who takes an invited address is offered nothing');
my $row = offer_of($mal, $ada);
is($mals->page("/settings/invite/offer/$row/join")->code, 404, 'not by the address of the offer');
is($mals->post("/settings/invite/offer/$row/join", [token => craft_token($mals->cookie, "/settings/invite/offer/$row/join")])->code, 404, 'nor by a form of their own');
is(role($mal, $ada), 'none', 'and is no member');
execute('UPDATE person SET email = ? WHERE id = ?', fresh(), $mal->{id});
my ($signed, $victims, $they) = sign_up($link, $victim);
is($signed->code, 303, 'who has the link makes the account');
is(role($they, $ada), 'member', 'and is a member');

# Who came with a link for anybody has told an address, no more; who was invited at it has it, as far as a site without mail can know.
my ($ivan, $ivans, $ivans_ws) = host();
my ($claimed, undef, $squatter) = sign_up(invitation_link($mals, $other, 5), fresh());
is($claimed->code, 303, 'an account by a link without an address');
invite($ivans, $ivans_ws, "$squatter->{email} $they->{email}");
is(counted($squatter) . opened($squatter), '00', 'who has only told an address is not told of what is invited there');
is(counted($they), opened($they), 'who was invited at theirs');
is(offers($victims), 1, 'is');
my $squats = Vestibule::Browser->new->sign_in($squatter);
is(offers($squats), 0, 'nor offered to join');
is($squats->page('/settings/invite/offer/' . offer_of($squatter, $ivan) . '/join')->code, 404, 'not by the address of the offer');

# --- invited first, account later ----------------------------------------------------------------------------------------

my $before_them = person(name => 'The One Before');
my $later = $before_them->{email} =~ s/^person-(\d+)/'person-' . ($1 + 1)/er;
$link = invite($adas, $ws, $later);
my $made = person(name => 'Made Later');
is($made->{email}, $later, 'the operator makes the account of an invited address');
is(counted($made), 1, 'who is told at once');
my $mades = Vestibule::Browser->new->sign_in($made);
is(offers($mades), 1, 'and offered to join');
is($mades->submit('/settings/invite/offer/' . offer_of($made, $ada) . '/join')->code, 303, 'JOIN');
is(role($made, $ada), 'member', 'joins');
is(counted($made) . opened($made), '00', 'the notice is closed');

# --- joined in another way -------------------------------------------------------------------------------------------------

my ($bob, $bobs) = host();
my ($carol, $carols) = host();
invite($adas, $ws, "$bob->{email} $carol->{email}");
is(pending($ada), 2, 'two are invited');
is(accept($bobs, invitation_link($adas, $ws, 1))->code, 303, 'one joins by a link without an address');
is(pending($ada), 1, 'whose invitation is over: one seat, not two');
is(counted($bob) . opened($bob), '00', 'and so is the notice');
is(offers($bobs), 0, 'nothing is offered any more');
remove($adas, $bob, $ws);
my $carols_row = offer_of($carol, $ada);
$adas->page("/settings/invite/$carols_row/renew?ws=$ws");
my $renewed = $adas->submit("/settings/invite/$carols_row/renew");
$adas->follow($renewed);
my ($newer) = $adas->at('//textarea[@id="link"]') =~ m{(/invite\?code=\S+)};
secret(invitation => $newer =~ s/.*=//r);
is(accept($bobs, $newer)->code, 403, 'the new link of the other one does not admit who was removed');
is(role($bob, $ada), 'none', 'who stays out');
is(accept($carols, $newer)->code, 303, 'but the other one');
is(value('SELECT COUNT(*) FROM invitation_address WHERE workspace = ? AND email = ? AND pending = 1', $ada->{workspace_id}, $bob->{email}), 0, 'no seat is left behind');
$link = invite($adas, $ws, $bob->{email});
is(accept($bobs, $link)->code, 303, 'invited again, they come back');

# The last seat is one's own, also by another link.
my ($dan, $dans) = host();
my ($full, $fulls, $full_ws) = host();
my $open = invitation_link($fulls, $full_ws, 3);
invite($fulls, $full_ws, $dan->{email});
limit($full, 2);
is(accept($dans, $open)->code, 303, 'who has the last seat may come by another link');
is(seats_taken($full) . ' ' . pending($full), '2 2 0', 'and takes one');

# --- the invitation that the page names ---------------------------------------------------------------------------------

my ($eve, $eves, $eves_ws) = host();
my ($first, $second) = (invitation_link($adas, $ws, 5), invitation_link($eves, $eves_ws, 5));
$mals->page($first);
$mals->page('/invite/accept');
my @drawn = $mals->fields_of('/invite/accept');
$mals->page($second);
$answer = $mals->post('/invite/accept', [@drawn]);
is($answer->code, 422, 'a page of another invitation joins nothing');
like($mals->at('//*[@role="alert"]'), qr/Another invitation was opened in this browser meanwhile/, 'and says why');
is(role($mal, $eve) . role($mal, $ada), 'nonenone', 'neither');
like($mals->text, qr/Join the workspace “\Q$eve->{name}\E's workspace”/, 'the page names the other one now');
is($mals->submit('/invite/accept')->code, 303, 'which can be joined');
is(role($mal, $eve), 'member', 'and is the one');
my $stranger = Vestibule::Browser->new;
$stranger->page($first);
$stranger->page('/invite/sign-up');
my %fields = ($stranger->fields_of('/invite/sign-up'), name => 'Signed Up', email => fresh(), password => secret(password => 'a password of nobody'));
$stranger->page($second);
is($stranger->post('/invite/sign-up', [%fields])->code, 422, 'nor is an account made for another invitation');
is(value('SELECT COUNT(*) FROM person WHERE email = ?', $fields{email}), 0, 'none');

# --- what an administrator leaves behind ---------------------------------------------------------------------------------

my ($boss, $bosses, $boss_ws) = host();
my ($mole, $moles) = host();
my $admins = value("SELECT LOWER(HEX(public_id)) FROM user_group WHERE workspace = ? AND builtin = 'admins'", $boss->{workspace_id});
is(accept($moles, invite($bosses, $boss_ws, $mole->{email}, group => $admins))->code, 303, 'an administrator');
is(role($mole, $boss), 'administrator', 'by invitation');
my $back = invitation_link($moles, $boss_ws, 5, group => $admins);
my $friend = fresh();
my $addressed = invite($moles, $boss_ws, $friend, group => $admins);
my $theirs = invitation_link($bosses, $boss_ws, 5);
execute("INSERT INTO notification (public_id, person, kind, reference, text, created) VALUES (UNHEX(MD5(?)), ?, 'news', ?, 'Somebody joined.', UTC_TIMESTAMP(6))",
    "news $$", $mole->{id}, $boss->{workspace_id});
execute('UPDATE person SET notifications = notifications + 1 WHERE id = ?', $mole->{id});
remove($bosses, $mole, $boss_ws);
is(value("SELECT COUNT(*) FROM notification WHERE person = ? AND kind = 'news' AND closed IS NULL", $mole->{id}), 0, 'news of the workspace are closed');
is(counted($mole), opened($mole), 'the number is right');
my $second_face = Vestibule::Browser->new;
$second_face->page($back);
is($second_face->page('/invite/accept')->code, 404, 'links of who was removed have stopped');
$second_face->page($theirs);
is($second_face->page('/invite/accept')->code, 200, 'those of others have not');
my ($joined, undef, $person) = sign_up($addressed, $friend);
is($joined->code, 303, 'who was invited by address can come');
is(role($person, $boss), 'member', 'without the groups that were promised');
is(opened($mole) - value("SELECT COUNT(*) FROM notification WHERE person = ? AND kind = 'removed' AND closed IS NULL", $mole->{id}), 0,
    'who was removed is not told who comes');
$answer = $bosses->page("/settings/users?ws=$boss_ws");
is($answer->code, 200, 'the table');

# --- a form of the group from before -------------------------------------------------------------------------------------

my ($finn, $finns) = host();
$link = invite($bosses, $boss_ws, $finn->{email}, group => $admins);
$bosses->page("/settings/groups/$admins/edit?ws=$boss_ws");
my @stale = $bosses->fields_of("/settings/groups/$admins/edit");
is(accept($finns, $link)->code, 303, 'somebody joins meanwhile, into the group');
is($bosses->post("/settings/groups/$admins/edit", [@stale, act => 'save'])->code, 422, 'the form of before is refused');
is(role($finn, $boss), 'administrator', 'and undoes nothing');

# --- demoted: the links stop, too -----------------------------------------------------------------------------------------

my $finns_link = invitation_link($finns, $boss_ws, 5, group => $admins);
$bosses->page("/settings/groups/$admins/edit?ws=$boss_ws");
my %form = $bosses->fields_of("/settings/groups/$admins/edit");
delete $form{member};
is($bosses->post("/settings/groups/$admins/edit", [%form, member => $boss->{public_id}, act => 'save'])->code, 303, 'demoted');
is(role($finn, $boss), 'member', 'to a member');
$second_face->page($finns_link);
is($second_face->page('/invite/accept')->code, 404, 'their links have stopped');

# --- notices that are over ------------------------------------------------------------------------------------------------

my ($gina, $ginas) = host();
invite($bosses, $boss_ws, $gina->{email});
$ginas->page('/settings/notifications');
my ($notice) = @{ (sql('SELECT LOWER(HEX(public_id)) FROM notification WHERE person = ? AND closed IS NULL', $gina->{id}))[0] };
is($ginas->count('//main//form[contains(@action, "/close")]'), 0, 'an invitation is answered, not read');
is($ginas->post("/settings/notifications/$notice/close", [token => craft_token($ginas->cookie, "/settings/notifications/$notice/close")])->code, 422,
    'and cannot be put away');
execute('UPDATE invitation SET expires = UTC_TIMESTAMP(6) WHERE workspace = ?', $boss->{workspace_id});
$ginas->page('/settings/notifications');
is($ginas->submit("/settings/notifications/$notice/close")->code, 303, 'when it has expired, it can');
is(counted($gina) . opened($gina), '00', 'and is gone');
invite($bosses, $boss_ws, $gina->{email});
execute('UPDATE invitation SET expires = UTC_TIMESTAMP(6) WHERE workspace = ?', $boss->{workspace_id});
$link = invite($bosses, $boss_ws, $gina->{email});
is(counted($gina) . opened($gina), '11', 'invited again: one notice, not two');
is(accept($ginas, $link)->code, 303, 'and joined');
is(counted($gina) . opened($gina), '00', 'none');

# --- how many in a day ------------------------------------------------------------------------------------------------------

my ($jill, $jills, $jills_ws) = host();
my @two = (fresh(), fresh());
invite($jills, $jills_ws, fresh());
execute("INSERT INTO invitation_address (public_id, workspace, invitation, email, status, settled, added) SELECT UNHEX(MD5(CONCAT(?, seq))), a.workspace,"
    . " a.invitation, CONCAT('a', seq, '-', ?, '\@example.org'), 'revoked', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) FROM seq_1_to_998,"
    . ' (SELECT workspace, invitation FROM invitation_address WHERE workspace = ? LIMIT 1) a', "day $$", $$, $jill->{workspace_id});
$jills->page("/settings/invite?ws=$jills_ws");
$answer = unchanged('too many in a day', sub { $jills->submit('/settings/invite', addresses => "@two") });
is($answer->code, 422, 'more than a thousand addresses in a day are refused');
like($jills->at('//*[@role="alert"]'), qr/at most 1000 addresses in 24 hours. Nobody was invited/, 'in words');
like($jills->at('//textarea[@name="addresses"]'), qr/\Q$two[0]\E/, 'and what was typed is kept');
ok(invite($jills, $jills_ws, $two[0]), 'the thousandth is not');
execute('UPDATE invitation_address SET added = added - INTERVAL 1 DAY WHERE workspace = ?', $jill->{workspace_id});
ok(invite($jills, $jills_ws, $two[1]), 'and tomorrow there are more');

# --- taken back: nobody is told what it was -------------------------------------------------------------------------------

my ($hugo) = host();
$link = invite($bosses, $boss_ws, $hugo->{email});
$row = offer_of($hugo, $boss);
$bosses->page("/settings/invite/$row/revoke?ws=$boss_ws");
is($bosses->submit("/settings/invite/$row/revoke")->code, 303, 'taken back');
$stranger = Vestibule::Browser->new;
$stranger->page($link);
is($stranger->page('/invite/accept')->code, 404, 'its link is not known to visitors');
unlike($stranger->content, qr/\Q$boss->{name}\E/, 'and names nothing');
my $hugos = Vestibule::Browser->new->sign_in($hugo);
$hugos->page($link);
is($hugos->page('/invite/accept')->code, 404, 'nor to the invited');

finish;
