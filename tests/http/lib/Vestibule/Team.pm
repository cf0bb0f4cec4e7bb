package Vestibule::Team;

# Inviting and joining, as people do it.
#
#	my $link = invite($browser, $workspace, 'ada@example.org grace@example.org', %more);	the path of the link
#	my $link = invitation_link($browser, $workspace, $uses);
#	my $answer = accept($browser, $link);	opens it and presses JOIN
#	limit($person, 3)	members_maximum of the person's own workspace; undef: none

use v5.36;
use utf8;
use Exporter 'import';
use Vestibule;

our @EXPORT = qw(invite invitation_link accept limit offer_of seats_taken);

# The link on the page that the answer leads to, without what is in front of the base path.
sub link_of ($browser, $answer)
{
	return undef if $answer->code != 303;
	$browser->follow($answer);
	my ($path) = $browser->at('//textarea[@id="link"]') =~ m{^\Q$url\E(/invite\?code=([A-Za-z0-9_-]{43}))$} or return undef;
	secret(invitation => $2);
	return $path;
}

sub invite ($browser, $workspace, $addresses, @more)
{
	$browser->page("/settings/invite?ws=$workspace");
	return link_of($browser, $browser->submit('/settings/invite', addresses => $addresses, @more));
}

sub invitation_link ($browser, $workspace, $uses, @more)
{
	$browser->page("/settings/invite/link?ws=$workspace");
	return link_of($browser, $browser->submit('/settings/invite/link', uses => $uses, @more));
}

sub accept ($browser, $link)
{
	$browser->page($link);
	my $page = $browser->page('/invite/accept');
	return $page if !$browser->form_to('/invite/accept');
	return $browser->submit('/invite/accept');
}

sub limit ($person, $maximum)
{
	execute('UPDATE workspace SET members_maximum = ? WHERE id = ?', $maximum, $person->{workspace_id});
}

# The id of the open invitation of the person to the host's workspace.
sub offer_of ($person, $host)
{
	return value('SELECT LOWER(HEX(public_id)) FROM invitation_address WHERE workspace = ? AND email = ? AND pending = 1',
	    $host->{workspace_id}, $person->{email});
}

# Members as counted and as they are: "3 3".
sub seats_taken ($host)
{
	return join ' ', @{ (sql('SELECT w.members, (SELECT COUNT(*) FROM membership m WHERE m.workspace = w.id) FROM workspace w'
	    . ' WHERE w.id = ?', $host->{workspace_id}))[0] };
}

1;
