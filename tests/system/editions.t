# One installation as self-hosted, as enterprise, hosted and intranet, one after another: what the menus and the Workspace page have, which
# addresses are there, and that an edition which comes later makes what is missing and deletes nothing (features A3, A4, E1, E2, H1, I, K1,
# L1; decisions 12).

use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../http/lib";
use Own;
use Test::More;

# The installation as this edition, on the data and the port of before.
sub start_sandbox ($edition) { start_own('--edition', $edition); return }

start_sandbox('self-hosted');
require Vestibule;
Vestibule->import;
require Vestibule::Browser;

my ($ada, $max) = (main::person(name => 'Ada Admin', administrator => 1), main::person(name => 'Max Member'));
my @sections = qw(workspace invite join users groups);

# What each edition has of what several people need.
my %has = ('self-hosted' => {}, enterprise => { users => 1, groups => 1 }, hosted => { users => 1, workspaces => 1, invitations => 1 },
    intranet => { users => 1, groups => 1, workspaces => 1, invitations => 1 });
# Which of it an address needs; "" for none.
sub needs ($path)
{
	return 'groups' if $path =~ m{^/settings/groups};
	return 'workspaces' if $path =~ m{^/settings/workspace/(switch|leave)} || $path =~ m{^/settings/users/:id/remove};
	return 'users' if $path =~ m{^/settings/users};
	return 'invitations' if $path =~ m{^(/settings)?/invite};
	return '';
}
sub texts ($browser, $xpath) { return join '|', map { $_->textContent =~ s/\s+/ /gr =~ s/^ | $//gr } $browser->tree->findnodes($xpath) }

sub look ($edition)
{
	my $has = $has{$edition};
	main::execute('UPDATE person SET active_workspace = NULL') if $edition eq 'hosted';
	for my $person ($ada, $max) {
		my $browser = Vestibule::Browser->new->sign_in($person);
		my ($who, $administers) = ("$edition, $person->{name}", $person == $ada || $has->{workspaces});
		$browser->page('/settings/workspace');
		my $words = $browser->text;

		# Menus.
		is(texts($browser, '//nav[@class="side"]//a'), join('|', 'Profile', 'Configuration', 'Workspace', $has->{users} ? 'Users & Groups' : ()), "$who: the sections");
		my $account = texts($browser, '//details[@class="account"]//*[self::a or self::button or self::h2]');
		($has->{invitations} ? \&like : \&unlike)->($account, qr/Invite a User/, "$who, A3: Invite a User is " . ($has->{invitations} ? '' : 'not ') . 'in the account menu');
		my $several = main::value('SELECT COUNT(*) FROM membership WHERE person = ?', $person->{id}) > 1;
		my $switches = $has->{workspaces} && $several;
		($switches ? \&like : \&unlike)->($account, qr/SWITCH TO WORKSPACE/, "$who, A4: SWITCH TO WORKSPACE is " . ($switches ? '' : 'not ') . 'there');

		# The page.
		if ($has->{workspaces}) {
			is($browser->at('//h1'), 'WORKSPACES', "$who, E1: a panel each");
			is($browser->count('//section[@class="workspace"]/details'), $several ? 2 : 1, "$who, E3: to unfold");
			like($words, $_, "$who: $_") for qr/Currently Active/, qr/Workspace has \d+ users?/, qr/INVITE USERS/, qr/Edit workspace name/;
			($several ? \&like : \&unlike)->($words, qr/LEAVE WORKSPACE/, "$who, I1: leaving is " . ($several ? '' : 'not ') . 'offered');
		} else {
			is($browser->at('//h1'), 'WORKSPACE', "$who, E2: one workspace");
			is($browser->count('//section[@class="workspace"] | //details[not(@class="account")] | //aside'), 0, "$who, E2: no panel");
			unlike($browser->at('//main'), $_, "$who, E2: no $_") for qr/SWITCH/, qr/INVITE/, qr/LEAVE/, qr/Members/, qr/Currently Active/;
			is($browser->count('//section[@class="credentials"]'), 1, "$who, F2: one set of credentials");
			is($browser->count('//main//a[contains(., "Edit workspace name")]'), $person == $ada ? 1 : 0, "$who, E9: the name is the administrator's");
		}

		# Addresses, as the tables of the sections have them.
		my (@wrong, %counted);
		for my $section (grep { my $name = $_->{section}; grep { $_ eq $name } @sections } main::sections()) {
			for my $route (@{ $section->{routes} }) {
				my $path = $route->{path} =~ s/:id/'0' x 32/ger;
				my $needs = needs($route->{path});
				my $there = $needs eq '' || $has->{$needs};
				$counted{ $there ? 'there' : 'not there' }++;
				my $got = $route->{get} ? $browser->page($path)->code : 0;
				my $posted = $route->{post} ? $browser->post($path, [token => 'x'])->code : 0;
				# Of what is there an object may be missing, but never a form of it.
				push @wrong, "GET $path: $got" if $route->{get} && !$there && $got != 404;
				push @wrong, "GET $path: $got" if $route->{get} && $there && $got == 404 && $route->{path} !~ m{:id|^/invite};
				push @wrong, "POST $path: $posted" if $route->{post} && ($there ? $posted == 404 && $route->{path} !~ m{:id|^/invite} : $posted != 404);
			}
		}
		is(join("\n", @wrong), '', "$who: $counted{there} addresses are there, " . ($counted{'not there'} // 0) . ' are not');
		is($browser->page($has->{users} ? '/settings/users' : '/settings/profile')->code, 200, "$who, K1: Users & Groups") if $has->{users};
		if ($has->{users}) {
			is($browser->count('//nav[contains(@class, "tabs")]'), $has->{groups} ? 1 : 0, "$who, L1: user groups are " . ($has->{groups} ? '' : 'not ') . 'beside users');
			is(scalar($browser->text =~ /GROUPS/), $has->{groups} ? 1 : '', "$who, K6: the column of groups, too");
			is($browser->count('//main//a[normalize-space()="+ INVITE USER"]'), $has->{invitations} && $administers ? 1 : 0, "$who, K7: + INVITE USER");
			is($browser->count('//main//a[contains(., "Remove")]'), 0, "$who, K8: nobody is taken out of the workspace that everybody has") if !$has->{workspaces};
		}
	}
}

# One workspace, of the installation.
is(main::value('SELECT COUNT(*) FROM workspace'), 1, 'self-hosted, E2: there is one workspace');
is(main::value('SELECT COUNT(*) FROM workspace WHERE owner IS NULL AND personal IS NULL AND members = 2'), 1, 'self-hosted: of nobody, and all are in it');
look('self-hosted');

# With a limit nobody is half made.
my $installation = main::value('SELECT LOWER(HEX(public_id)) FROM workspace');
main::command('workspace', 'limit', '--workspace', $installation, '--members', 2);
for my $more ([], ['--administrator'], ['--link']) {
	my $before = main::checksums();
	my ($code, $out, $err) = main::operator('person', 'add', '--email', 'third@example.org', @$more);
	is("$code|$out", '1|', "self-hosted: a full workspace takes nobody (@$more)");
	like($err, qr/^vestibule: The workspace has the maximum number of users \(2 of 2\), so nobody is added/, 'self-hosted: and says so');
	is(join(' ', main::changed($before, main::checksums())), '', 'self-hosted: nothing of them is made');
}
for my $words ([], ['--email', 'third@example.org']) {
	my ($code, $out, $err) = main::operator('invitation', 'create', '--workspace', $installation, @$words);
	is("$code|$out", '1|', "self-hosted, H1: the operator makes no invitation either (@$words)");
	like($err, qr/^vestibule: invitations are switched off here/, 'self-hosted, H1: and learns why');
}
is((main::operator('invitation', 'list', '--workspace', $installation))[0], 0, 'self-hosted: those of before can be listed');
{
	my $before = main::checksums();
	my ($code, $out, $err) = main::operator('person', 'disable', '--email', $ada->{email});
	is("$code|$out", '1|', 'self-hosted: the last administrator is not disabled');
	like($err, qr/\Q$ada->{email}\E is the last administrator of Workspace \($installation\) who can sign in\. Make somebody else one first/,
	    'self-hosted: with the reason');
	is(join(' ', main::changed($before, main::checksums())), '', 'self-hosted: and nothing is written');
	main::command('group', 'member', '--workspace', $installation, '--group', 'Admins', '--email', $max->{email});
	main::command('person', 'disable', '--email', $ada->{email});
	is((main::operator('person', 'disable', '--email', $max->{email}))[0], 1, 'self-hosted: of two, one; the other is then the last');
	main::command('person', 'disable', '--email', $ada->{email}, '--undo');
	main::command('group', 'member', '--workspace', $installation, '--group', 'Admins', '--email', $max->{email}, '--remove');
}
my ($taken, undef, $why) = main::operator('person', 'add', '--email', $max->{email});
like("$taken $why", qr/^1 .*is the address of somebody already/, 'self-hosted: an address that is taken is said to be');
main::command('workspace', 'limit', '--workspace', $installation, '--members', 0);
my ($key) = main::command('credential', 'create', '--email', $max->{email}) =~ /= (\S+)/;
my $before = main::sizes();

start_sandbox('enterprise');
is(main::value('SELECT COUNT(*) FROM workspace'), 1, 'enterprise: still one workspace');
look('enterprise');

start_sandbox('hosted');
is(main::value('SELECT COUNT(*) FROM workspace WHERE personal = 1'), 2, 'hosted, E13: everybody has one of their own now');
is(main::value('SELECT COUNT(*) FROM membership'), 4, 'hosted: and is in the one of before');
is(main::value('SELECT COUNT(*) FROM credential WHERE access_key = ? AND revoked IS NULL', $key), 1, 'hosted: with the credentials of before');
look('hosted');

start_sandbox('intranet');
is(main::value('SELECT COUNT(*) FROM workspace'), 3, 'intranet: no workspace more');
look('intranet');
my $after = main::sizes();
is(join(' ', grep { ($after->{$_} // 0) < $before->{$_} } sort keys %$before), '', 'nothing is deleted by another edition');

Vestibule::finish();
