# The operator's commands about workspaces, invitations and groups: what they print, exit codes, what they refuse without a change, their
# audit events, and that pages follow at once (issue 4; decisions 17).

use v5.36;
use utf8;
use Encode 'encode_utf8';
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Vestibule;
use Vestibule::Browser;
use Vestibule::Team;

my ($ada, $grace, $zoe) = map { person(name => $_) } 'Ada Operated', 'Grace Operated', 'Zoë Elsewhere';
my ($host, $guest, $else) = map { Vestibule::Browser->new->sign_in($_) } $ada, $grace, $zoe;
my $ws = $ada->{workspace};
my @of = ('--workspace', $ws);
my $moment = qr/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/;

# A command that succeeds, says exactly this on standard output and nothing on the other; and the events it writes.
sub says ($expected, $events, @words)
{
	my $before = value('SELECT MAX(id) FROM audit_event') // 0;
	my ($code, $out, $err) = operator(map { encode_utf8($_) } @words);
	my $what = join ' ', @words[0, 1];
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is("$code $err", '0 ', "$what: 0");
	utf8::decode($out);
	ref $expected ? like($out, $expected, "$what: says so") : is($out, $expected, "$what: says so");
	my @rows = sql('SELECT action, way, COALESCE(actor, 0), COALESCE(address, ?), workspace FROM audit_event WHERE id > ? ORDER BY id', '', $before);
	is(join('|', map { $_->[0] } @rows), $events, "$what: its audit events");
	is(scalar(grep { $_->[1] ne 'command' || $_->[2] != 0 || $_->[3] ne '' || $_->[4] != $ada->{workspace_id} } @rows), 0, "$what: by the operator, of this workspace");
	return $out;
}
sub refused ($exit, $says, @words)
{
	my $before = checksums();
	my ($code, $out, $err) = operator(map { ref $_ ? $$_ : encode_utf8($_) } @words);
	my @wrong;
	push @wrong, "exit code $code" if $code != $exit;
	push @wrong, "says: $err" if $err !~ $says || $err !~ /^vestibule: .*\n\z/s;
	push @wrong, "prints: $out" if $out ne '';
	push @wrong, 'writes: ' . join ' ', changed($before, checksums()) if changed($before, checksums());
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return ok(!@wrong, 'refused: ' . join ' ', map { ref $_ ? '(bytes)' : $_ } @words) || diag(join "\n", @wrong);
}
# Every command that is about a workspace, asked about one that is none.
sub without_workspace (@words)
{
	refused(2, qr/^vestibule: $words[0] $words[1] needs --workspace ID; see vestibule $words[0] $words[1] --help$/, @words);
	refused(2, qr/--workspace takes 32 lower-case hex digits/, @words, '--workspace', $_) for '', 'x', '1', uc $ws, "$ws ", $ada->{workspace_id}, "' OR 1=1 -- ";
	refused(1, qr/there is no workspace 0{32}/, @words, '--workspace', '0' x 32);
	refused(2, qr/--workspace is given twice/, @words, @of, @of);
}
sub row ($output, $first) { return (grep { /^\Q$first\E\t/ } split /\n/, $output)[0] // '' }

# --- workspace ------------------------------------------------------------------------------------------------------------

is(row(command('workspace', 'list'), $ws), "$ws\tAda Operated's workspace\t$ada->{email}\t1\tunlimited", 'workspace list: id, name, owner, members, limit');
refused(2, qr/workspace list/, 'workspace', 'list', 'more');
says("The workspace is now called Wörk & <Shop>.\n", 'workspace.rename', 'workspace', 'rename', @of, '--name', "  Wörk \t & <Shop> ");
like(row(command('workspace', 'list'), $ws), qr/^$ws\tW\xc3\xb6rk & <Shop>\t/, 'workspace rename: in the list');
$host->page('/settings/workspace');
is($host->at('//section[@class="workspace"]/header/h2'), 'Wörk & <Shop>', 'workspace rename: on the page');
says("The workspace is now called Wörk & <Shop>.\n", '', 'workspace', 'rename', @of, '--name', 'Wörk & <Shop>');
says(qr/^The workspace is now called x{100}\.$/, 'workspace.rename', 'workspace', 'rename', @of, '--name', 'x' x 100);
is(join(' ', @{ (sql("SELECT before_json, after_json FROM audit_event WHERE action = 'workspace.rename' AND workspace = ? ORDER BY id LIMIT 1", $ada->{workspace_id}))[0] }),
    '{"name":"Ada Operated\'s workspace"} {"name":"Wörk & <Shop>"}', 'workspace rename: both names are in the audit');
without_workspace('workspace', 'rename', '--name', 'Any');
refused(1, qr/Enter a name/, 'workspace', 'rename', @of, '--name', $_) for '', '   ';
refused(1, qr/at most 100/, 'workspace', 'rename', @of, '--name', 'x' x 101);
refused(1, qr/control characters|invisible/, 'workspace', 'rename', @of, '--name', $_) for "a\x01", "a\x{202e}b";
refused(2, qr/UTF-8/, 'workspace', 'rename', @of, '--name', \"a\xff");
refused(2, qr/^vestibule: workspace rename needs --name NAME;/, 'workspace', 'rename', @of);
refused(2, qr/^vestibule: workspace rename needs --workspace ID and --name NAME;/, 'workspace', 'rename');
like((operator('workspace', 'rename', '--help'))[1], qr/^usage: vestibule \[-c FILE\] workspace rename --workspace ID --name NAME\n/, 'workspace rename --help: its options');
command('workspace', 'rename', @of, '--name', "Ada Operated's workspace");

says("The limit of Ada Operated's workspace is 3; it has 1 now. Nobody is removed.\n", 'workspace.limit', 'workspace', 'limit', @of, '--members', 3);
is(row(command('workspace', 'list'), $ws), "$ws\tAda Operated's workspace\t$ada->{email}\t1\t3", 'workspace limit: in the list');
$host->page('/settings/workspace');
like($host->at('//aside'), qr/Workspace has 1 of 3 users/, 'workspace limit: on the page');
join_workspace($grace, $ada, 'member');
says("The limit of Ada Operated's workspace is 1; it has 2 now. Nobody is removed.\n", 'workspace.limit', 'workspace', 'limit', @of, '--members', 1);
is(seats_taken($ada), '2 2', 'workspace limit: nobody is removed');
$host->page('/settings/workspace');
like($host->at('//aside'), qr/Workspace has 2 of 1 users?.*maximum number of users/s, 'workspace limit: the page says that it is full');
says("Ada Operated's workspace has no limit any more.\n", 'workspace.limit', 'workspace', 'limit', @of, '--members', 0);
like(row(command('workspace', 'list'), $ws), qr/\t2\tunlimited$/, 'workspace limit: none');
without_workspace('workspace', 'limit', '--members', 3);
refused(2, qr/--members takes a number from 0 to 1000000/, 'workspace', 'limit', @of, '--members', $_) for '', 'x', '-1', '1.5', '1000001', '1e3', ' 1', '+1', '9' x 30;
refused(2, qr/^vestibule: workspace limit needs --members NUMBER;/, 'workspace', 'limit', @of);

# --- invitation -----------------------------------------------------------------------------------------------------------

is(command('invitation', 'list', @of), '', 'invitation list: none');
my $link = says(qr{^\Q$url\E/invite\?code=[A-Za-z0-9_-]{43}\n\z}, 'invitation.create', 'invitation', 'create', @of, '--email', uc $zoe->{email});
secret(invitation => $link =~ s/.*=|\n//gr);
my ($open) = command('invitation', 'list', @of);
like($open, qr/^[0-9a-f]{32}\t\Q$zoe->{email}\E\tpending\t$moment\t$moment\n\z/, 'invitation list: id, address, state, since, until');
$else->page('/settings/profile');
is($else->at('//header//*[@class="dot"]'), 1, 'invitation create: who has an account is notified');
$else->page('/settings/workspace');
like($else->at('//*[contains(@class, "offer")]'), qr/You are invited to join the workspace “Ada Operated's workspace”/, 'invitation create: without the name of an inviter');
refused(1, qr/that address is invited already/, 'invitation', 'create', @of, '--email', $zoe->{email});
refused(1, qr/that person is a member already/, 'invitation', 'create', @of, '--email', $grace->{email});
is(accept($else, $link =~ s/^\Q$url\E|\n//gr)->code, 303, 'invitation create: its link admits');
is(command('invitation', 'list', @of), '', 'invitation list: an accepted one is not listed');

$link = says(qr{^\Q$url\E/invite\?code=[A-Za-z0-9_-]{43}\n\z}, 'invitation.create', 'invitation', 'create', @of, '--uses', 2);
secret(invitation => $link =~ s/.*=|\n//gr);
my ($id) = command('invitation', 'list', @of) =~ /^([0-9a-f]{32})\t-\tpending\t$moment\t$moment\n\z/;
ok($id, 'invitation list: a link has no address');
my $visitor = Vestibule::Browser->new;
$visitor->page($link =~ s/^\Q$url\E|\n//gr);
is($visitor->page('/invite/accept')->code, 200, 'invitation create --uses: the link is open');
refused(1, qr/there is no such open invitation/, 'invitation', 'revoke', '--workspace', $grace->{workspace}, $id);
says("The invitation is taken back.\n", 'invitation.revoke', 'invitation', 'revoke', @of, $id);
is($visitor->page('/invite/accept')->code, 404, 'invitation revoke: the link is dead at once');
refused(1, qr/there is no such open invitation/, 'invitation', 'revoke', @of, $_) for $id, '0' x 32;
refused(2, qr/named by 32 hex digits/, 'invitation', 'revoke', @of, $_) for 'x', uc 'a' x 32, '';
refused(2, qr/invitation revoke/, 'invitation', 'revoke', @of);
refused(2, qr/invitation revoke/, 'invitation', 'revoke', @of, $id, $id);

command('invitation', 'create', @of, '--email', "later-$$\@example.org");
execute('UPDATE invitation SET expires = UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE WHERE workspace = ?', $ada->{workspace_id});
like(command('invitation', 'list', @of), qr/^[0-9a-f]{32}\tlater-$$\@example\.org\texpired\t/m, 'invitation list: expired');
command('workspace', 'limit', @of, '--members', 3);
refused(1, qr/the workspace has 0 free places \(3 of 3 taken, 0 of them by pending invitations\)/, 'invitation', 'create', @of, @$_)
    for ['--email', "seat-$$\@example.org"], ['--uses', 1];
command('workspace', 'limit', @of, '--members', 4);
refused(1, qr/the workspace has 1 free place \(3 of 4 taken, /, 'invitation', 'create', @of, '--uses', 2);
secret(invitation => command('invitation', 'create', @of, '--email', "seat-$$\@example.org") =~ s/.*=|\n//gr);
refused(1, qr/the workspace has 0 free places \(4 of 4 taken, 1 of them by pending/, 'invitation', 'create', @of, '--email', "another-$$\@example.org");
command('workspace', 'limit', @of, '--members', 0);
without_workspace('invitation', 'create');
without_workspace('invitation', 'list');
refused(2, qr/--email takes an e-mail address/, 'invitation', 'create', @of, '--email', $_) for '', 'x', 'a@b@c', "a\@b\nBcc: c", 'ä@example.org', 'a@' . 'b' x 300;
refused(2, qr/--uses takes 1 to 1000/, 'invitation', 'create', @of, '--uses', $_) for '', 0, 1001, -1, 'x', '1.5';
refused(2, qr/--uses/, 'invitation', 'create', @of, '--uses', 1, '--email', "both-$$\@example.org");
is(value('SELECT COUNT(*) FROM mail_outbox WHERE recipient LIKE ?', "%-$$\@example.org"), 0, 'without a mail program none waits');

# --- group ----------------------------------------------------------------------------------------------------------------

my $builtin = join '', map { join("\t", @$_) . "\n" } ['Admins', 'built-in', 1, 'Read and modify all resources, except changing queues, and grant permissions'],
    ['Queue admins', 'built-in', 0, 'Create, delete and rename queues'], ['Users', 'built-in', 3, 'Everybody in the workspace'];
is(command('group', 'list', @of), $builtin, 'group list: name, kind, members, description');
execute('INSERT INTO user_group (public_id, workspace, name, description, created) VALUES (UNHEX(MD5(?)), ?, ?, ?, UTC_TIMESTAMP(6))', "ctl $$",
    $ada->{workspace_id}, 'Blue Team', "two\nlines\tof it");
is(command('group', 'list', @of), "${builtin}Blue Team\tmade\t0\ttwo lines of it\n", 'group list: one line each, whatever is in it');
says("$grace->{email} is in Blue Team.\n", 'group.change', 'group', 'member', @of, '--group', 'Blue Team', '--email', $grace->{email});
says("$zoe->{email} is in Blue Team.\n", 'group.change', 'group', 'member', @of, '--group', 'Blue Team', '--email', uc $zoe->{email});
says("$grace->{email} is already in Blue Team: nothing is changed.\n", '', 'group', 'member', @of, '--group', 'Blue Team', '--email', $grace->{email});
$host->page("/settings/groups?ws=$ws");
is($host->at('//tr[th[starts-with(., "Blue Team")]]/td[@data-head="MEMBERS"]'), 'Grace Operated, Zoë Elsewhere', 'group member: on the page, each once');
says("$zoe->{email} is not in Blue Team.\n", 'group.change', 'group', 'member', @of, '--group', 'Blue Team', '--email', $zoe->{email}, '--remove');
says("$zoe->{email} was not in Blue Team: nothing is changed.\n", '', 'group', 'member', @of, '--group', 'Blue Team', '--email', $zoe->{email}, '--remove');
like(command('group', 'list', @of), qr/^Blue Team\tmade\t1\t/m, 'group member --remove: one less');
says("$grace->{email} is in Admins.\n", 'group.change', 'group', 'member', @of, '--group', 'Admins', '--email', $grace->{email});
is($guest->page("/settings/invite?ws=$ws")->code, 200, 'group member: Admins makes an administrator at once');
says("$grace->{email} is not in Admins.\n", 'group.change', 'group', 'member', @of, '--group', 'Admins', '--email', $grace->{email}, '--remove');
is($guest->page("/settings/invite?ws=$ws")->code, 403, 'group member --remove: and no more');
refused(1, qr/owns this workspace, so they are always in Admins/, 'group', 'member', @of, '--group', 'Admins', '--email', $ada->{email}, '--remove');
refused(1, qr/everybody in the workspace is in this group; it cannot be changed/, 'group', 'member', @of, '--group', 'Users', '--email', $grace->{email}, @$_)
    for [], ['--remove'];
my $stranger = person(name => 'Not A Member');
refused(1, qr/\Q$stranger->{email}\E is not a member of this workspace/, 'group', 'member', @of, '--group', $_, '--email', $stranger->{email}) for 'Blue Team', 'Admins';
refused(1, qr/there is no such group in this workspace; see "vestibule group list"/, 'group', 'member', @of, '--group', $_, '--email', $grace->{email})
    for 'Nobody', '', 'blue team', "' OR 1=1 -- ";
refused(2, qr/^vestibule: group member needs --group NAME;/, 'group', 'member', @of, '--email', $grace->{email});
refused(1, qr/nobody has the address/, 'group', 'member', @of, '--group', 'Blue Team', '--email', 'nobody@example.org');
refused(2, qr/--email takes an e-mail address|--email/, 'group', 'member', @of, '--group', 'Blue Team');
refused(2, qr/--remove takes no value/, 'group', 'member', @of, '--group', 'Blue Team', '--email', $grace->{email}, '--remove=yes');
without_workspace('group', 'list');
without_workspace('group', 'member', '--group', 'Blue Team', '--email', $grace->{email});

# Of a workspace without an owner the last one stays.
execute("INSERT INTO workspace (public_id, name, members, created) VALUES (UNHEX(MD5(?)), 'Nobody owns it', 1, UTC_TIMESTAMP(6))", "ctl $$");
my ($shared, $number) = @{ (sql('SELECT LOWER(HEX(public_id)), id FROM workspace WHERE public_id = UNHEX(MD5(?))', "ctl $$"))[0] };
execute("INSERT INTO user_group (public_id, workspace, name, builtin, created) VALUES (UNHEX(MD5(?)), ?, 'Admins', 'admins', UTC_TIMESTAMP(6))", "admins $$", $number);
execute("INSERT INTO membership (workspace, person, role, joined) VALUES (?, ?, 'administrator', UTC_TIMESTAMP(6))", $number, $grace->{id});
like(row(command('workspace', 'list'), $shared), qr/^$shared\tNobody owns it\t-\t1\tunlimited$/, 'workspace list: nobody owns it');
refused(1, qr/a workspace without an administrator is not possible/, 'group', 'member', '--workspace', $shared, '--group', 'Admins', '--email', $grace->{email}, '--remove');

# --- person disable -------------------------------------------------------------------------------------------------------

my ($alone, $colleague) = map { person(name => $_) } 'Alone Operated', 'Colleague Operated';
my @last = ('person', 'disable', '--email', $alone->{email});
command(@last);
command(@last, '--undo');
join_workspace($colleague, $alone, 'member');
refused(1, qr/\Q$alone->{email}\E is the last administrator of Alone Operated's workspace \($alone->{workspace}\) who can sign in/, @last);
command('person', 'disable', '--email', $colleague->{email});
command(@last);
command('person', 'disable', '--email', $_->{email}, '--undo') for $alone, $colleague;
command(@last, '--even-last');
is(value('SELECT disabled IS NOT NULL FROM person WHERE id = ?', $alone->{id}), 1, 'person disable --even-last: is disabled');
command(@last, '--undo');
command('group', 'member', '--workspace', $alone->{workspace}, '--group', 'Admins', '--email', $colleague->{email});
command(@last);

finish;
