# The members' table is read from copies beside the membership (schema/0008): whatever changes a person changes the table at once, and in
# every workspace; order and search follow.

use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use Api;
use Test::More;
use Vestibule;
use Vestibule::Browser;
use Vestibule::Team;

my ($ada, $grace) = map { person(name => $_) } 'Ada Listed', 'Grace Listed';
my ($host, $guest) = map { Vestibule::Browser->new->sign_in($_) } $ada, $grace;
my @lists = map { "/settings/users?ws=$_->{workspace}" } $ada, $grace;

# The first words of the rows, and the row of one person.
sub names ($browser, $more = '', $list = $lists[0])
{
	$browser->page("$list$more");
	return join '|', map { $_->textContent =~ s/ (?:Listed|Renamed).*//sr } $browser->tree->findnodes('//main//tbody/tr/th');
}
sub row ($browser, $name)
{
	return $browser->at(qq(//main//tbody/tr[th[contains(., "$name")]])) =~ s/\s+/ /gr;
}
sub stale ()
{
	my $people = join ', ', map { $_->{id} } $ada, $grace;
	return value('SELECT COUNT(*) FROM membership m JOIN person p ON p.id = m.person WHERE NOT (m.listed_id <=> p.public_id'
	    . ' AND BINARY m.listed_name <=> BINARY p.name AND m.listed_email <=> p.email AND m.listed_sign_in <=> p.last_sign_in)'
	    . " AND p.id IN ($people)");
}

# Who joins by an invitation, and who is created.
accept($guest, invite($host, $ada->{workspace}, $grace->{email}));
is(names($host), 'Ada|Grace', 'who joined is listed, by name');
like(row($host, 'Grace'), qr/\Q$grace->{email}\E.*(?:just now|minute)/, 'with the address and the last sign-in');
is(names($guest, '', $lists[1]), 'Grace', 'and in the workspace that came with the account');
is(stale(), 0, 'the copies are those of the people');

# Renaming oneself, with a name that sorts elsewhere, with one that differs in nothing but marks, and by the API.
for my $name ('Zoe Listed', 'Zoë Listed', 'zoË Listed') {
	$guest->page('/settings/profile/name');
	is($guest->submit('/settings/profile/name', name => $name)->code, 303, "renamed on the profile: $name");
	is(names($host), 'Ada|' . $name =~ s/ .*//r, "$name: listed where the name belongs");
	is(names($host, '&q=zo%C3%AB'), $name =~ s/ .*//r, "$name: found by the new name");
	is(names($host, '&q=grace%20l'), '', "$name: not by the old one");
	is(names($guest, '', $lists[1]), $name =~ s/ .*//r, "$name: in every workspace");
	is(stale(), 0, "$name: byte by byte");
}
my $pair = credential($grace);
ok_call('users.update', basic => $pair, args => { user => $grace->{public_id}, name => 'Aaron Renamed' });
is(names($host), 'Aaron|Ada', 'renamed by a client of the API: listed where the name belongs');
is(names($host, '&q=renamed'), 'Aaron', 'and found');

# Another address.
my $address = "listed-$$\@example.org";
$guest->page('/settings/profile/email');
$guest->follow($guest->submit('/settings/profile/email', email => $address));
my $code = secret(email => $guest->at('//main//code/@data-copy-text') =~ s/.*code=//r);
$guest->page("/settings/profile/email/confirm?code=$code");
$guest->page('/settings/profile/email/confirm');
is($guest->submit('/settings/profile/email/confirm')->code, 303, 'another address');
is(names($host, "&q=$address" =~ s/@/%40/r), 'Aaron', 'found by it');
is(names($host, '&q=' . $grace->{email} =~ s/@/%40/r), '', 'not by the old one');
names($host);
like(row($host, 'Aaron'), qr/\Q$address\E/, 'and shown with it');
is(names($host, '&order=email'), 'Aaron|Ada', 'ordered by it');

# Signing in, after a long time.
execute('UPDATE person SET last_sign_in = UTC_TIMESTAMP(6) - INTERVAL 200 DAY WHERE id IN (?, ?)', $ada->{id}, $grace->{id});
execute('UPDATE membership SET listed_sign_in = UTC_TIMESTAMP(6) - INTERVAL 200 DAY, joined = UTC_TIMESTAMP(6) - INTERVAL 300 DAY,'
    . ' last_api_use = NULL WHERE person IN (?, ?)', $ada->{id}, $grace->{id});
is(names($host, '&inactive=1'), 'Aaron|Ada', 'long away');
Vestibule::Browser->new->sign_in($ada);
is(names($host, '&inactive=1'), 'Aaron', 'signing in counts at once');
is(names($host, '&order=sign-in'), 'Aaron|Ada', 'for the order, too');
Vestibule::Browser->new->sign_in({ %$grace, email => $address });
is(stale(), 0, 'and brings all copies of a person up to date');

finish;
