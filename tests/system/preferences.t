# Preferences that need an installation of their own: what the operator fixes; usage data of the edition self-hosted (C9), sent to a sink
# of this test; a site without tips; and how often the page asks the database.

use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../http/lib";
use File::Temp 'tempdir';
use HTTP::Tiny;
use IO::Socket::INET;
use JSON::PP;
use MIME::Base64;
use Own;
use POSIX ();
use Test::More;

# --- the sink: writes down every request, answers as the file "answer" says ---------------------------------------------

my $work = tempdir(CLEANUP => 1);
chmod 0755, $work;
my $sink = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 5, Proto => 'tcp', ReuseAddr => 1) or die "sink: $!";
my $address = 'http://127.0.0.1:' . $sink->sockport . '/figures';
my $parent = $$;
my $sink_process = fork // die "fork: $!";
if (!$sink_process) {
	while (my $client = $sink->accept) {
		my ($head, $body) = ('', '');
		while (defined(my $line = <$client>)) { last if $line =~ /^\r?\n$/; $head .= $line }
		my ($length) = $head =~ /^Content-Length: (\d+)/mi;
		read $client, $body, $length // 0;
		my $number = () = glob "$work/request-*";
		open my $file, '>', "$work/request-$number" or POSIX::_exit(1);
		print $file $head, "\n", $body;
		close $file;
		my $status = -e "$work/answer" ? do { open my $f, '<', "$work/answer"; <$f> } : '204 No Content';
		print $client "HTTP/1.1 $status\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
		close $client;
	}
	POSIX::_exit(0);
}
sub requests () { return map { open my $f, '<', $_ or die; local $/; scalar <$f> } sort glob "$work/request-*" }

# --- sandboxes ------------------------------------------------------------------------------------------------------------

END {
	if ($$ == $parent) {
		local $?;
		kill 'KILL', $sink_process;
		waitpid $sink_process, 0;
	}
}

# Started with these keys, on the data of before when there are any.
sub start_sandbox (%keys) { start_own('--edition', 'self-hosted', map { ('--set', "$_=$keys{$_}") } sort keys %keys); return }

# Without a key of before.
sub forget_keys (@names)
{
	open my $in, '<', "$folder/data/vestibule.conf" or die;
	my @lines = grep { my $line = $_; !grep { $line =~ /^\Q$_\E\s*=/ } @names } <$in>;
	open my $out, '>', "$folder/data/vestibule.conf" or die;
	print $out @lines;
	close $out or die;
}

start_sandbox();
require Vestibule;
Vestibule->import;
require Vestibule::Browser;
my $path = '/settings/configuration';

sub checked ($browser, $name)
{
	my ($box) = $browser->tree->findnodes("//form//input[\@type='checkbox'][\@name='$name']");
	return $box ? ($box->hasAttribute('checked') ? 1 : 0) . ($box->hasAttribute('disabled') ? ' fixed' : '') : undef;
}
my %pairs;
sub api ($person, $call, $arguments = {})
{
	$pairs{ $person->{id} } //= do {
		my $pair = decode_json(main::command('credential', 'create', '--json', '--email', $person->{email}));
		encode_base64("$pair->{access_key}:$pair->{secret_key}", '');
	};
	my $answer = HTTP::Tiny->new->post("$ENV{VESTIBULE_URL}/api/$call", { content => encode_json($arguments),
	    headers => { Authorization => "Basic $pairs{ $person->{id} }" } });
	my $body = decode_json($answer->{content});
	return $answer->{success} ? $body->{data} : "$answer->{status}/$body->{meta}{result_subcode}";
}
sub help_of ($browser, $name) { return $browser->at("//*[\@id='$name-help']") =~ s/\s+/ /gr }

# Library and people are those of this installation, wherever it is started again.
sub restart (%keys)
{
	start_sandbox(%keys);
}

my $admin = main::person(name => 'Ada Admin', administrator => 1);
my $member = main::person(name => 'Max Member');

# --- C9: usage data -----------------------------------------------------------------------------------------------------------

my $ada = Vestibule::Browser->new->sign_in($admin);
my $max = Vestibule::Browser->new->sign_in($member);
$ada->page($path);
is($ada->at('//input[@name="telemetry"]/..') =~ s/^\s+|\s+$//gr, 'Send anonymous usage data (Global setting)', 'C9: its label');
is(checked($ada, 'telemetry'), 0, 'C9: off, and an administrator may change it');
like(help_of($ada, 'telemetry'), qr/No address is configured, so it is only stored, and nothing is sent/, 'C9: no address');
$max->page($path);
is(checked($max, 'telemetry'), '0 fixed', 'C9: a member sees it');
like(help_of($max, 'telemetry'), qr/Only administrators of this server can change this: Ada Admin\./, 'C9: and who may');
main::unchanged('a forged post', sub {
	is($max->submit($path, telemetry => 1)->code, 422, 'C9: a member who posts it all the same');
	like($max->at('//*[@id="telemetry-message"]'), qr/Only administrators/, 'C9: is told');
});
is(api($member, 'server.report_stats_option', { enabled => JSON::PP::true }), '403/21', 'C9: nor by the API');
is_deeply(api($member, 'server.report_stats_option'), { supported => JSON::PP::true, enabled => JSON::PP::false,
    current_version => main::command('--version') =~ s/^vestibule (\S+)\s*$/$1/r }, 'C9: server.report_stats_option');
$ada->page($path);
is($ada->submit($path, telemetry => 1)->code, 303, 'C9: an administrator switches it on');
$ada->follow($ada->response);
like(help_of($ada, 'telemetry'), qr/Switched on \w+ \d+ \d{4} \d+:\d+ by Ada Admin, at version [0-9.]+\./, 'C9: when, by whom, at which version');
my $told = api($member, 'server.report_stats_option');
is($told->{enabled}, JSON::PP::true, 'C9: members see it in the API');
is($told->{enabled_user}, $admin->{public_id}, 'C9: by whom');
like($told->{enabled_time}, qr/^\d{4}-\d\d-\d\dT/, 'C9: when');
is(main::value(q(SELECT COUNT(*) FROM audit_event WHERE action = 'telemetry.decide' AND actor = ?), $admin->{id}), 1, 'C9: and in the audit');
main::command('sweep');
is(scalar(requests()), 0, 'C9: without an address nothing is sent');

# With one: what the page shows is what arrives, once a day.
restart(telemetry_address => $address);
$ada = Vestibule::Browser->new->sign_in($admin);
$ada->page($path);
like(help_of($ada, 'telemetry'), qr/once a day, figures without names are sent to \Q$address\E\./, 'C9: the address');
$ada->page("$path/telemetry");
my $shown = $ada->at('//pre[@id="report"]');
like($ada->at('//main'), qr/\Q$address\E/, 'C9: the page of what is sent has it too');
like(main::command('sweep'), qr/^sent +1 report of usage data$/m, 'C9: sweep sends');
is(scalar(my @got = requests()), 1, 'C9: one request');
my ($head, $body) = split /\n\n/, $got[0] =~ s/\r//gr, 2;
is($body, $shown, 'C9: exactly what the page shows');
like($head, qr{^POST /figures HTTP/1\.1\n.*^Content-Type: application/json$}ms, 'C9: as JSON');
my $report = decode_json($body);
is_deeply([sort keys %$report], [qw(credentials day edition installation users version workspaces)], 'C9: these figures and no others');
is_deeply([@$report{qw(users workspaces credentials edition)}], [2, 1, 1, 'self-hosted'], 'C9: they are right');
unlike($got[0], qr/Ada|Max|example\.org|\Q@{[main::value(q(SELECT value FROM server_setting WHERE name = 'installation.id'))]}\E/,
    'C9: no names, not the number that clients know');
main::command('sweep') for 1 .. 3;
is(scalar(requests()), 1, 'C9: once a day');
$ada->page("$path/telemetry");
like($ada->at('//main'), qr/Last time.*\d{4}-\d\d-\d\d: sent/s, 'C9: the page says so');
sub yesterday { main::execute(q(UPDATE server_setting SET value = '2020-01-01' WHERE name = 'telemetry.day')) }
yesterday();
{ open my $f, '>', "$work/answer" or die; print $f '503 Service Unavailable' }
my ($code, $out, $err) = main::operator('sweep');
is("$code $out", '0 ', 'C9: a sink that refuses does not stop the sweep');
like($err, qr/could not be sent to \Q$address\E: it answered with status 503/, 'C9: and is named');
$ada->page("$path/telemetry");
like($ada->at('//main'), qr/it answered with status 503/, 'C9: on the page too');
main::command('sweep');
is(scalar(requests()), 2, 'C9: not tried again on that day');
unlink "$work/answer";
yesterday();
my @sweeps = map {
	my $process = fork // die "fork: $!";
	if (!$process) { open STDOUT, '>', '/dev/null'; exec $ENV{VESTIBULE_COMMAND}, '-c', $ENV{VESTIBULE_CONF}, 'sweep' or POSIX::_exit(1) }
	$process;
} 1 .. 4;
waitpid $_, 0 for @sweeps;
is(scalar(requests()), 3, 'C9: four sweeps at once send once');
is(main::command('telemetry', 'off') =~ /^usage data  off$/m ? 1 : 0, 1, 'C9: the operator switches it off');
yesterday();
main::command('sweep');
is(scalar(requests()), 3, 'C9: nothing is sent then');
$ada->page($path);
like(help_of($ada, 'telemetry'), qr/Switched off .* by the operator, /, 'C9: and the page says who');
is(api($admin, 'server.report_stats_option', { enabled => JSON::PP::true })->{enabled}, JSON::PP::true, 'C9: an administrator by the API');
is(api($admin, 'server.report_stats_option', { enabled => 'perhaps' }), '400/12', 'C9: no boolean');

# --- how often the page asks ------------------------------------------------------------------------------------------------------

sub statements ($browser, $page)
{
	$browser->page($page);	# prepares, connects, notes when somebody was last there
	main::execute('SET GLOBAL log_output = ?', 'TABLE');
	main::execute('TRUNCATE mysql.general_log');
	main::execute('SET GLOBAL general_log = 1');
	$browser->page($page) for 1 .. 4;
	main::execute('SET GLOBAL general_log = 0');
	return main::value(q(SELECT COUNT(*) FROM mysql.general_log WHERE command_type IN ('Execute', 'Query')
	    AND user_host LIKE 'vestibule%')) / 4;
}
$ada->page($path) for 1 .. 4;
my $statements = statements($ada, $path);
cmp_ok($statements, '<=', 3, 'the page asks the database for the session, preferences and buckets, once each') or diag("$statements times");
cmp_ok($statements, '>', 0, 'as the log of the database has it');

# --- preferences that the operator has fixed ---------------------------------------------------------------------------------------

api($member, 'users.set_preferences', { preferences => { 'rootProjects.blockUserScript' => JSON::PP::false,
    'rootProjects.showHidden' => JSON::PP::true, mine => 1 } });
restart('preference.block_scripts' => 'on', 'preference_reason.block_scripts' => 'Reports come from outside.',
    'preference.show_hidden' => 'off', 'preference.hide_examples' => 'on', 'preference.disable_hidpi' => 'on', 'preference.no_tips' => 'on',
    'preference.hide_arguments' => 'on', 'preference.telemetry' => 'off', 'preference.arguments' => 'SITE_KEY A.C');
$max = Vestibule::Browser->new;
my $answer = $max->page('/sign-in');
like($answer->header('Content-Security-Policy'), qr/frame-src 'none'/, 'fixed: the policy holds before sign-in');
unlike($answer->content, qr/hidpi\.css/, 'fixed: so does the scale');
$max->sign_in($member);
my %fixed = (block_scripts => '1 fixed', show_hidden => '0 fixed', hide_examples => '1 fixed', disable_hidpi => '1 fixed', no_tips => '1 fixed',
    hide_arguments => '1 fixed', telemetry => '0 fixed');
$answer = $max->page($path);
for my $name (sort keys %fixed) {
	is(checked($max, $name), $fixed{$name}, "fixed: $name is shown, and cannot be changed");
	like(help_of($max, $name), qr/Set for everybody by the operator of this site/, "fixed: $name, and by whom");
}
like(help_of($max, 'block_scripts'), qr/operator of this site: Reports come from outside\.$/, 'fixed: the reason');
like($answer->header('Content-Security-Policy'), qr/img-src 'self'; frame-src 'none'; object-src 'none'/, 'fixed: scripts are blocked');
main::unchanged('forged', sub {
	for my $name (qw(show_hidden telemetry)) {
		$max->page($path);
		is($max->submit($path, $name => 1)->code, 422, "fixed: $name posted otherwise is refused");
		like($max->at("//*[\@id='$name-message']"), qr/operator of this site/, "fixed: $name, with the reason");
	}
	ok(!$max->form_to("$path/tips"), 'fixed: tips have no button') if $max->page("$path?tip=1");
	is($max->post("$path/tips", [token => main::craft_token($max->cookie, "$path/tips")])->code, 422, 'fixed: tips posted all the same');
});
$max->page($path);
is($max->submit($path)->code, 303, 'fixed: the form without them is taken');
my $served = api($member, 'users.get_preferences')->{preferences};
is_deeply([@{ $served->{rootProjects} }{qw(blockUserScript showHidden hideExamples)}], [JSON::PP::true, JSON::PP::false, JSON::PP::true],
    'fixed: clients are served what is in effect');
is_deeply($served->{views}{redactedArguments}, [{ key => 'SITE_KEY' }, { key => 'A.C' }], 'fixed: the list');
is_deeply($served->{views}{neverShowPopupAgain}, ['tip-of-the-day'], 'fixed: tips');
is($served->{mine}, 1, 'fixed: everything else is theirs');
my $set = api($member, 'users.set_preferences', { preferences => { 'rootProjects.blockUserScript' => JSON::PP::false,
    'rootProjects.hideExamples' => JSON::PP::false, 'views.redactedArguments' => [{ key => 'OWN' }] } });
is($set->{fields}{preferences}{rootProjects}{hideExamples}, JSON::PP::true, 'fixed: a client cannot change what is in effect');
is(api($admin, 'server.report_stats_option', { enabled => JSON::PP::true }), '403/21', 'fixed: telemetry, not even by an administrator');
is((main::operator('telemetry', 'on'))[0], 1, 'fixed: nor by the command');
$max->page("$path/arguments");
is($max->at('//main//pre[1]'), "SITE_KEY\nA.C", 'fixed: the list is shown');
ok(!$max->tree->findnodes('//textarea[@name="list"]')->size, 'fixed: and cannot be edited');
is($max->submit("$path/arguments", act => 'try', command => 'OWN=1 SITE_KEY=2 A.C=3')->code, 200, 'fixed: but tried');
is($max->at('//pre[@id="tried"]'), 'OWN=1 SITE_KEY=******** A.C=********', 'fixed: as it is in effect');
is($max->submit("$path/arguments", act => 'save', list => 'OWN')->code, 422, 'fixed: a forged list is refused');
is(main::command({ input => 'OWN=1 SITE_KEY=2' }, 'redact', '--email', $member->{email}), 'OWN=1 SITE_KEY=********', 'fixed: redact');

# What people had chosen counts again.
forget_keys(map { ("preference.$_", "preference_reason.$_") } keys %fixed, 'arguments');
{ open my $f, '>', "$work/no-tips.txt"; print $f "A title without a text\n" }
chmod 0644, "$work/no-tips.txt";
restart(tips_file => "$work/no-tips.txt");
$max = Vestibule::Browser->new->sign_in($member);
$max->page($path);
is(checked($max, 'show_hidden'), 1, 'no longer fixed: as it was chosen');
is(api($member, 'users.get_preferences')->{preferences}{views}{redactedArguments}[0]{key}, 'OWN', 'no longer fixed: as it was set meanwhile');

# --- a site without tips ----------------------------------------------------------------------------------------------------------------

is(checked($max, 'no_tips'), undef, 'a wrong tips file: no switch');
is($max->page("$path/tips")->code, 404, 'a wrong tips file: no page');
is(join('', map { $_->textContent } $max->tree->findnodes('//details[@class="account"]//a')) =~ /Pro tips/ ? 1 : 0, 0, 'a wrong tips file: no entry');
main::execute('UPDATE person SET last_sign_in = NOW(6)');
is(scalar(grep { /tips.*no-tips\.txt:/ } do { open my $f, '<', "$folder/data/log/configuration.log"; <$f> }) > 0 ? 1 : 0, 1, 'and the log names it');
restart(tips_file => "$work/nothing-there.txt");
$max = Vestibule::Browser->new->sign_in($member);
$max->page($path);
is(checked($max, 'no_tips'), undef, 'no tips file: no switch');
unlike($max->page($path)->content, qr/Pro tips/, 'no tips file: nothing of it');

main::finish();
