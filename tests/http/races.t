# Eight at once for the last of something: the last place, the last use of a link, one place for joining and inviting together, the last
# administrator. Never over, never reused, never none. ROUNDS=1000 is the long form. Under mod_cgid each request is a process of its own.

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

my $rounds = $ENV{ROUNDS} // 30;
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
		my ($won, $fault) = $round->();
		$won{$won}++;
		push @faults, "round $number: $fault" if $fault ne '';
	}
	is(join("\n", @faults), '', "$what, $rounds rounds: nothing is broken");
	is(join(' ', sort keys %won), $winners, "$what, $rounds rounds: $winners each time");
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

# --- the last administrator -----------------------------------------------------------------------------------------------

execute("INSERT INTO workspace (public_id, name, created) VALUES (UNHEX(MD5(?)), 'Of the administrators', UTC_TIMESTAMP(6))", "races $$");
my ($shared, $id) = @{ (sql('SELECT LOWER(HEX(public_id)), id FROM workspace WHERE public_id = UNHEX(MD5(?))', "races $$"))[0] };
rounds('eight administrators leave', 7, sub {
	execute("INSERT IGNORE INTO membership (workspace, person, role, joined) VALUES (?, ?, 'administrator', UTC_TIMESTAMP(6))", $id, $_->{person}{id})
	    for @racers;
	execute('UPDATE workspace SET members = 8 WHERE id = ?', $id);
	my $leave = '/settings/workspace/leave';
	my @answers = at_once(map { request($_->{browser}, "$leave?ws=$shared", $leave) } @racers);
	my ($members, $left) = @{ (sql('SELECT w.members, (SELECT COUNT(*) FROM membership m WHERE m.workspace = w.id) FROM workspace w WHERE w.id = ?',
	    $id))[0] };
	return (won(@answers), $left == 1 && $members == 1 ? '' : "$left left, $members counted");
});

finish;
