# Eight at once for the last of something: the last place, the last use of a link, one place for joining and inviting together, the last
# administrator who leaves, is removed or demoted; somebody who posts while being removed; an invitation that is sent again. Never over,
# never reused, never none. "make races" is the long form, ROUNDS= how many. Under mod_cgid each request is a process of its own.

use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use HTTP::Response;
use IO::Socket::INET;
use Test::More;
use Vestibule;
use Vestibule::Browser;
use Vestibule::Team;

my $rounds = $ENV{ROUNDS} || 6;
my $ada = person(name => 'Ada Host');
my $host = Vestibule::Browser->new->sign_in($ada);
my @racers = map { my $person = person(name => "Racer $_"); { person => $person, browser => Vestibule::Browser->new->sign_in($person) } } 1 .. 8;
my $ws = $ada->{workspace};
my ($address, $port) = $url =~ m{^http://([^:/]+):(\d+)};

# Different requests at once: one connection each, all written before any is read. Answers.
sub at_once (@requests)
{
	my @sockets = map {
		my $bytes = 'POST ' . $_->uri->path_query . " HTTP/1.0\r\nHost: $address:$port\r\nContent-Length: "
		    . length($_->content) . "\r\n" . $_->headers->as_string("\r\n") . "\r\n" . $_->content;
		my $socket = IO::Socket::INET->new(PeerAddr => $address, PeerPort => $port, Timeout => 30) // die "connect: $!\n";
		# Everything but the last byte; those go together.
		$socket->syswrite(substr $bytes, 0, -1);
		[$socket, substr $bytes, -1];
	} @requests;
	$_->[0]->syswrite($_->[1]) for @sockets;
	my $index = 0;
	return map {
		my $socket = $_->[0];
		local $/;
		my $answer = HTTP::Response->parse(scalar readline($socket) // '');
		$answer->request($requests[$index++]);
		observe($answer);
		$answer;
	} @sockets;
}

# What a browser would post from the page.
sub request ($browser, $page, $form, %values)
{
	$browser->page($page);
	my %fields = ($browser->fields_of($form), %values);
	die "no form $form on $page: " . $browser->text . "\n" if !defined $fields{token};
	return $browser->request_for($form, [%fields]);
}

# Everybody out again, no invitation open, this maximum.
sub reset_workspace ($maximum)
{
	my $id = $ada->{workspace_id};
	execute('DELETE FROM membership WHERE workspace = ? AND person <> ?', $id, $ada->{id});
	execute('UPDATE workspace SET members = 1, members_maximum = ? WHERE id = ?', $maximum, $id);
	execute("UPDATE invitation_address SET pending = NULL, status = 'revoked' WHERE workspace = ? AND pending = 1", $id);
	execute('UPDATE invitation SET revoked = UTC_TIMESTAMP(6) WHERE workspace = ? AND revoked IS NULL', $id);
	# The long form invites more than a workspace may in a day.
	execute('UPDATE invitation_address SET added = added - INTERVAL 1 DAY WHERE workspace = ? AND pending IS NULL AND added > UTC_TIMESTAMP(6) - INTERVAL 1 DAY', $id);
	execute("UPDATE notification SET closed = UTC_TIMESTAMP(6) WHERE kind = 'invitation' AND closed IS NULL");
	execute('UPDATE person p SET notifications = 0, memberships = (SELECT COUNT(*) FROM membership m WHERE m.person = p.id) WHERE p.id IN ('
	    . join(', ', map { $_->{person}{id} } @racers) . ')');
}

# What must hold at every moment; the first that does not, in words.
sub broken ($maximum)
{
	my ($members, $rows, $pending) = @{ (sql('SELECT w.members, (SELECT COUNT(*) FROM membership m WHERE m.workspace = w.id),'
	    . ' (SELECT COUNT(*) FROM invitation_address a WHERE a.workspace = w.id AND a.pending = 1) FROM workspace w WHERE w.id = ?',
	    $ada->{workspace_id}))[0] };
	return "$members counted, $rows there" if $members != $rows;
	return "$rows members and $pending pending of $maximum" if $rows + $pending > $maximum;
	my $over = value('SELECT COUNT(*) FROM invitation WHERE workspace = ? AND uses > uses_maximum', $ada->{workspace_id});
	return "$over links used too often" if $over;
	return '';
}

# Runs the rounds; each returns the number of winners and the words of a fault.
sub rounds ($what, $winners, $round)
{
	my (@faults, %won);
	for my $number (1 .. $rounds) {
		# The long form takes longer than a proof of identity lasts.
		$_->set_session('authenticated = UTC_TIMESTAMP(6)') for $host, map { $_->{browser} } @racers;
		my ($won, $fault) = $round->();
		$won{$won}++;
		push @faults, "round $number: $fault" if $fault ne '';
	}
	is(join("\n", @faults), '', "$what, $rounds rounds: nothing is broken");
	is(join(' ', sort { $a <=> $b } keys %won), $winners, "$what, $rounds rounds: $winners each time");
}

sub won (@answers)
{
	return scalar grep { $_->code == 303 } @answers;
}

# --- the last place -------------------------------------------------------------------------------------------------------

rounds('the last place', 1, sub {
	reset_workspace(undef);
	my $link = invitation_link($host, $ws, 8);
	limit($ada, 2);
	my @answers = at_once(map { $_->{browser}->page($link); request($_->{browser}, '/invite/accept', '/invite/accept') } @racers);
	return (won(@answers), broken(2));
});

# --- the last use ---------------------------------------------------------------------------------------------------------

rounds('the last use of a link', 1, sub {
	reset_workspace(100);
	my $link = invitation_link($host, $ws, 1);
	my @answers = at_once(map { $_->{browser}->page($link); request($_->{browser}, '/invite/accept', '/invite/accept') } @racers);
	return (won(@answers), broken(100));
});

# --- inviting and joining for the same place ------------------------------------------------------------------------------

rounds('inviting for the last places', 1, sub {
	reset_workspace(3);
	my @requests = map { request($host, "/settings/invite?ws=$ws", '/settings/invite', addresses => "a$_\@example.org b$_\@example.org") } 1 .. 8;
	return (won(at_once(@requests)), broken(3));
});

rounds('inviting and joining for the same place', 1, sub {
	reset_workspace(undef);
	my $link = invitation_link($host, $ws, 8);
	my @joining = map { $_->{browser}->page($link); request($_->{browser}, '/invite/accept', '/invite/accept') } @racers[0 .. 3];
	my @inviting = map { request($host, "/settings/invite?ws=$ws", '/settings/invite', addresses => "c$_\@example.org") } 1 .. 4;
	limit($ada, 2);
	return (won(at_once(map { ($joining[$_], $inviting[$_]) } 0 .. 3)), broken(2));
});

# --- one person, eight browsers -------------------------------------------------------------------------------------------

my ($first) = @racers;
rounds('one person presses JOIN in eight windows', 8, sub {
	reset_workspace(100);
	my $link = invitation_link($host, $ws, 8);
	$first->{browser}->page($link);
	my @answers = at_once(map { request($first->{browser}, '/invite/accept', '/invite/accept') } 1 .. 8);
	my $used = value('SELECT uses FROM invitation WHERE workspace = ? ORDER BY id DESC LIMIT 1', $ada->{workspace_id});
	return (won(@answers), broken(100) || ($used == 1 ? '' : "$used uses for one person"));
});

# --- an invitation sent again ---------------------------------------------------------------------------------------------

# By who has left meanwhile: the very request that joined, and forms that were open then.
rounds('an invitation sent again after leaving', 4, sub {
	reset_workspace(100);
	my $link = invitation_link($host, $ws, 8);
	$first->{browser}->page($link);
	my @open = map { request($first->{browser}, '/invite/accept', '/invite/accept') } 1 .. 5;
	return (0, 'joining did not work') if $first->{browser}->send($open[0])->code != 303;
	$first->{browser}->page("/settings/workspace/leave?ws=$ws");
	return (0, 'leaving did not work') if $first->{browser}->submit('/settings/workspace/leave')->code != 303;
	# The same one is answered as it was, which does nothing; the others are refused.
	my @answers = at_once(map { ($open[0], $open[$_]) } 1 .. 4);
	my ($members, $used) = @{ (sql('SELECT (SELECT COUNT(*) FROM membership WHERE workspace = ?), uses FROM invitation WHERE workspace = ? ORDER BY id DESC LIMIT 1',
	    ($ada->{workspace_id}) x 2))[0] };
	return (won(@answers), broken(100) || ($members == 1 && $used == 1 ? '' : "$members members, $used uses"));
});

# The link of an address, by its person, in eight windows, by the link and by the box on the Workspace page.
rounds('one address, by link and in the app', 1, sub {
	reset_workspace(2);
	my $link = invite($host, $ws, $first->{person}{email});
	my $offer = '/settings/invite/offer/' . offer_of($first->{person}, $ada) . '/join';
	$first->{browser}->page($link);
	my @answers = at_once((map { request($first->{browser}, '/invite/accept', '/invite/accept') } 1 .. 4),
	    map { request($first->{browser}, '/settings/workspace', $offer) } 1 .. 4);
	# By the link, who is a member already is led there; an offer that is taken is not there.
	my @strange = ((grep { $_->code != 303 } @answers[0 .. 3]), grep { $_->code !~ /^(303|404|422)$/ } @answers[4 .. 7]);
	my ($used, $status) = @{ (sql('SELECT i.uses, a.status FROM invitation i JOIN invitation_address a ON a.invitation = i.id WHERE i.workspace = ? ORDER BY i.id DESC LIMIT 1',
	    $ada->{workspace_id}))[0] };
	return ($used, broken(2) || ($status eq 'accepted' ? '' : $status) || (@strange ? 'status ' . join ' ', map { $_->code } @strange : ''));
});

# --- removed while posting ------------------------------------------------------------------------------------------------

# Whatever came first: afterwards nothing of theirs is left there.
rounds('a member posts while being removed', 1, sub {
	my $them = $first->{person};
	reset_workspace(100);
	accept($first->{browser}, invitation_link($host, $ws, 1));
	$first->{browser}->page("/settings/workspace/switch?ws=$them->{workspace}");
	$first->{browser}->submit('/settings/workspace/switch');
	my @posts = ((map { request($first->{browser}, "/settings/credentials/new?ws=$ws", '/settings/credentials/new', label => "race $_") } 1 .. 4),
	    map { request($first->{browser}, "/settings/workspace/switch?ws=$ws", '/settings/workspace/switch') } 1 .. 3);
	my $remove = "/settings/users/$them->{public_id}/remove";
	my @answers = at_once(@posts[0, 1, 4], request($host, "$remove?ws=$ws", $remove), @posts[2, 3, 5, 6]);
	my @strange = grep { $_->code !~ /^(303|403)$/ } @answers;
	my ($keys, $groups, $active) = @{ (sql('SELECT (SELECT COUNT(*) FROM credential WHERE workspace = ? AND person = ? AND (revoked IS NULL OR secret_hash IS NOT NULL)),'
	    . ' (SELECT COUNT(*) FROM group_member WHERE workspace = ? AND person = ?), active_workspace FROM person WHERE id = ?',
	    ($ada->{workspace_id}, $them->{id}) x 2, $them->{id}))[0] };
	return ($answers[3]->code == 303 ? 1 : 0, broken(100) || (@strange ? 'status ' . join ' ', map { $_->code } @strange : '')
	    || ($keys ? "$keys credentials are alive" : '') || ($active == $ada->{workspace_id} ? 'the workspace is active' : ''));
});

# --- the last administrator -----------------------------------------------------------------------------------------------

execute("INSERT INTO workspace (public_id, name, created) VALUES (UNHEX(MD5(?)), 'Of the administrators', UTC_TIMESTAMP(6))", "races $$");
my ($shared, $id) = @{ (sql('SELECT LOWER(HEX(public_id)), id FROM workspace WHERE public_id = UNHEX(MD5(?))', "races $$"))[0] };
execute("INSERT INTO user_group (public_id, workspace, name, builtin, created) VALUES (UNHEX(MD5(?)), ?, 'Admins', 'admins', UTC_TIMESTAMP(6))", "races $$", $id);
my $admins = '/settings/groups/' . value('SELECT LOWER(HEX(public_id)) FROM user_group WHERE workspace = ?', $id) . '/edit';

# So many of the racers are its only members and all administrators.
sub assemble ($count)
{
	execute('DELETE FROM membership WHERE workspace = ?', $id);
	execute("INSERT INTO membership (workspace, person, role, joined) VALUES (?, ?, 'administrator', UTC_TIMESTAMP(6))", $id, $_->{person}{id})
	    for @racers[0 .. $count - 1];
	execute('UPDATE workspace SET members = ? WHERE id = ?', $count, $id);
}
# Nobody acts who has lost the right: all events of these are by who was an administrator then. The first that is not, in words.
sub unlawful ($since)
{
	my %administrator = map { $_->{person}{id} => 1 } @racers;
	for my $event (sql('SELECT action, actor, object_id FROM audit_event WHERE workspace = ? AND id > ? ORDER BY id', $id, $since)) {
		my ($action, $actor, $object) = @$event;
		return "$action by somebody who was none" if !$administrator{$actor};
		delete $administrator{$object} if $action eq 'member.remove' || $action eq 'member.leave';
	}
	return '';
}
sub left ()
{
	my ($counted, $members, $administrators) = @{ (sql('SELECT w.members, COUNT(*), SUM(m.role <> ?) FROM workspace w JOIN membership m ON m.workspace = w.id WHERE w.id = ?',
	    'member', $id))[0] };
	return ($counted // 0, $members // 0, $administrators // 0);
}
sub newest { return value('SELECT MAX(id) FROM audit_event') }

rounds('eight administrators leave', 7, sub {
	assemble(8);
	my $leave = '/settings/workspace/leave';
	my @answers = at_once(map { request($_->{browser}, "$leave?ws=$shared", $leave) } @racers);
	my ($counted, $members) = left();
	return (won(@answers), $members == 1 && $counted == 1 ? '' : "$members left, $counted counted");
});

# Each removes the next one, the last the first.
sub remove_next ($count)
{
	assemble($count);
	my $since = newest();
	my @answers = at_once(map {
		my $remove = "/settings/users/$racers[($_ + 1) % $count]{person}{public_id}/remove";
		request($racers[$_]{browser}, "$remove?ws=$shared", $remove)
	} 0 .. $count - 1);
	my ($counted, $members, $administrators) = left();
	my $gone = $count - $members;
	return (\@answers, $administrators < 1 ? 'no administrator is left' : $counted != $members ? "$members left, $counted counted"
	    : won(@answers) != $gone ? "$gone gone, " . won(@answers) . ' said so' : unlawful($since));
}
rounds('two administrators remove each other', 1, sub { my ($answers, $fault) = remove_next(2); return (won(@$answers), $fault) });
rounds('eight administrators remove the next one', 1, sub {
	my ($answers, $fault) = remove_next(8);
	my @strange = grep { $_->code !~ /^(303|403|404)$/ } @$answers;
	return (won(@$answers) >= 4 && won(@$answers) <= 7 ? 1 : 0, $fault || (@strange ? 'status ' . join ' ', map { $_->code } @strange : ''));
});

# Each leaves only themselves in Admins.
for my $count (2, 8) {
	rounds("$count administrators demote each other", 1, sub {
		assemble($count);
		my @answers = at_once(map {
			my ($browser, $page) = ($racers[$_]{browser}, "$admins?ws=$shared");
			$browser->page($page);
			my %fields = ($browser->fields_of($admins), member => $racers[$_]{person}{public_id}, act => 'save');
			$browser->request_for($admins, [%fields]);
		} 0 .. $count - 1);
		my ($counted, $members, $administrators) = left();
		my @strange = grep { $_->code !~ /^(303|403|422)$/ } @answers;
		return (won(@answers), $administrators != 1 ? "$administrators administrators are left" : $members != $count ? "$members members are left"
		    : @strange ? 'status ' . join ' ', map { $_->code } @strange : '');
	});
}

# One demotes the other while that one invites: either before, or not at all.
rounds('an administrator invites while being demoted', 1, sub {
	assemble(2);
	my $since = newest();
	execute('UPDATE invitation SET revoked = UTC_TIMESTAMP(6) WHERE workspace = ?', $id);
	my ($one, $other) = map { $_->{browser} } @racers[0, 1];
	$one->page("$admins?ws=$shared");
	my %fields = ($one->fields_of($admins), member => $racers[0]{person}{public_id}, act => 'save');
	my @answers = at_once((map { request($other, "/settings/invite/link?ws=$shared", '/settings/invite/link', uses => 1) } 1 .. 3),
	    $one->request_for($admins, [%fields]), map { request($other, "/settings/invite/link?ws=$shared", '/settings/invite/link', uses => 1) } 4 .. 7);
	my $demoted = 0;
	for my $event (sql('SELECT action FROM audit_event WHERE workspace = ? AND id > ? ORDER BY id', $id, $since)) {
		$demoted = 1 if $event->[0] eq 'group.change';
		return (1, 'invited after being demoted') if $demoted && $event->[0] eq 'invitation.create';
	}
	return ($answers[3]->code == 303 ? 1 : 0, '');
});

finish;
