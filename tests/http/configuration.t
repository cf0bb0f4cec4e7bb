# Configuration, USER PREFERENCES (features C0 to C8): every switch from the page into the store that API clients share, and its effect; the
# list of hidden container arguments; pro tips. What needs another edition or a fixed preference is in tests/system/preferences.t.

use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use HTTP::Tiny;
use JSON::PP;
use MIME::Base64;
use Test::More;
use Vestibule;
use Vestibule::Browser;

my $path = '/settings/configuration';
my $list_path = "$path/arguments";
my $tips_path = "$path/tips";
my @defaults = qw(CLEARML_API_SECRET_KEY CLEARML_AGENT_GIT_PASS AWS_SECRET_ACCESS_KEY AZURE_STORAGE_KEY);

# The same person in the API.
my %pairs;
sub api ($person, $call, $arguments = {})
{
	$pairs{ $person->{id} } //= do {
		my $pair = decode_json(command('credential', 'create', '--json', '--email', $person->{email}));
		secret(secret => $pair->{secret_key});
		encode_base64("$pair->{access_key}:$pair->{secret_key}", '');
	};
	my $answer = HTTP::Tiny->new->post("$url/api/$call", { content => encode_json($arguments),
	    headers => { Authorization => "Basic $pairs{ $person->{id} }", 'Content-Type' => 'application/json' } });
	my $body = decode_json($answer->{content});
	die "$call: $body->{meta}{result_msg}\n" if !$answer->{success};
	return $body->{data};
}
sub preferences ($person) { return api($person, 'users.get_preferences')->{preferences} }
sub set ($person, %change) { return api($person, 'users.set_preferences', { preferences => \%change }) }

sub checked ($browser, $name)
{
	my ($box) = $browser->tree->findnodes("//form//input[\@type='checkbox'][\@name='$name']");
	return $box ? ($box->hasAttribute('checked') ? 1 : 0) : undef;
}

# Opens the page and sends its form with some boxes changed; follows. Returns the answer to the post.
sub choose ($browser, %boxes)
{
	$browser->page($path);
	my $answer = $browser->submit($path, map { ($_ => $boxes{$_} ? 1 : undef) } keys %boxes);
	$browser->follow($answer) if $answer->code == 303;
	return $answer;
}

# Changes one box of a form that is open somewhere: fields as drawn, with the box as given.
sub as_drawn ($browser, $name, $on)
{
	my @fields = $browser->fields_of($path);
	my @out;
	while (my ($field, $value) = splice @fields, 0, 2) { push @out, $field, $value if $field ne $name }
	return [@out, $on ? ($name => 1) : ()];
}

# --- C0 to C8: the page ---------------------------------------------------------------------------------------------------

my $ann = person(name => 'Ann Chooser');
my $browser = Vestibule::Browser->new->sign_in($ann);
is($browser->page($path)->code, 200, 'the page is there');
is($browser->at('//main//h1'), 'Configuration', 'its heading');
is($browser->at('(//main//h2)[1]'), 'USER PREFERENCES', 'C0: the title of the section');
my %label = (show_hidden => 'Show Hidden Projects', hide_examples => "Don't show ClearML examples",
    disable_hidpi => 'Disable HiDPI browser scale override', no_tips => "Don't show pro tips periodically",
    block_scripts => "Block running user's scripts in the browser", hide_arguments => 'Hide specific container arguments');
my @names = map { $_->getAttribute('name') } $browser->tree->findnodes('//form//input[@type="checkbox"]');
is("@names", 'show_hidden hide_examples disable_hidpi no_tips block_scripts hide_arguments', 'the switches, in order; no telemetry here');
for my $name (@names) {
	my ($box) = $browser->tree->findnodes("//input[\@name='$name']");
	is($box->findvalue('normalize-space(..)'), $label{$name}, "$name: its label");
	is(checked($browser, $name), $name eq 'hide_arguments' ? 1 : 0, "$name: its default");
	my @notes = split ' ', $box->getAttribute('aria-describedby');
	cmp_ok(length $browser->at("//*[\@id='$notes[0]']"), '>', 40, "$name: says what it does, visibly");
}
like($browser->at('//div[.//input[@name="show_hidden"]]//span[@class="ghost"]'), qr/Hidden project/, 'C2: the ghost has its words');
ok($browser->tree->findnodes('//span[@class="ghost"]/*[name()="svg"]/*[contains(@href, "#ghost")]')->size, 'C2: and is a ghost');
like($browser->at('//*[@id="block_scripts-help"]'), qr/Debug samples, Hyper-Dataset frame previews and resources embedded in reports/,
    'C6: the consequence');
like($browser->at('//*[@id="hide_arguments-help"]'), qr/\*{8}: \Q@{[join ', ', @defaults]}\E\./, 'C7: the default list, and eight asterisks');
is($browser->at('//main//form//button[last()]'), 'SAVE', 'Q7: SAVE at the end');
is_deeply(preferences($ann)->{views}{redactedArguments}, [map { { key => $_ } } @defaults], 'clients are served the same defaults');

# --- every switch: stored, served, shown, and back -------------------------------------------------------------------------

my %stored = (
	show_hidden => sub ($p) { $p->{rootProjects}{showHidden} },
	hide_examples => sub ($p) { $p->{rootProjects}{hideExamples} },
	no_tips => sub ($p) { scalar grep { $_ eq 'tip-of-the-day' } @{ $p->{views}{neverShowPopupAgain} } },
	block_scripts => sub ($p) { $p->{rootProjects}{blockUserScript} },
	hide_arguments => sub ($p) { $p->{views}{hideRedactedArguments} },
);
my %by_client = (no_tips => { 'views.neverShowPopupAgain' => ['other-popup', 'tip-of-the-day'] },
    show_hidden => { 'rootProjects.showHidden' => JSON::PP::true }, hide_examples => { 'rootProjects.hideExamples' => JSON::PP::true },
    block_scripts => { 'rootProjects.blockUserScript' => JSON::PP::true },
    hide_arguments => { 'views.hideRedactedArguments' => JSON::PP::true });
set($ann, 'views.neverShowPopupAgain' => ['other-popup'], 'views.other' => { deep => [1, undef] }, foreign => 'ä');
for my $name (sort keys %stored) {
	for my $on ($name eq 'hide_arguments' ? (0, 1) : (1, 0)) {
		my $answer = choose($browser, $name => $on);
		is($answer->code, 303, "$name: taken");
		is($browser->at('//*[@role="status"]'), "“$label{$name}” is " . ($on ? 'on.' : 'off.'), "$name: says so");
		is(checked($browser, $name), $on, "$name: shown");
		is($stored{$name}->(preferences($ann)) ? 1 : 0, $on, "$name: clients see it");
	}
	set($ann, %{ $by_client{$name} });
	$browser->page($path);
	is(checked($browser, $name), 1, "$name: what a client sets is shown");
}
choose($browser, no_tips => 0);
my $all = preferences($ann);
is_deeply($all->{views}{neverShowPopupAgain}, ['other-popup'], 'other popups stay');
is_deeply([$all->{views}{other}, $all->{foreign}], [{ deep => [1, undef] }, 'ä'], 'unknown keys of other clients stay');
my $answer = choose($browser, show_hidden => 0, hide_examples => 0);
is($browser->at('//*[@role="status"]'), '“Show Hidden Projects” is off. “Don\'t show ClearML examples” is off.', 'several at once');
choose($browser);
is($browser->at('//*[@role="status"]'), 'Nothing was changed.', 'none');

# --- two at once: what was not touched here stays as somebody else has made it ---------------------------------------------

$browser->page($path);
my $one = as_drawn($browser, show_hidden => 1);
my $two = do { $browser->page($path); as_drawn($browser, hide_examples => 1) };
is($browser->post($path, $two)->code, 303, 'one window switches this on');
set($ann, 'rootProjects.blockUserScript' => JSON::PP::false);
is($browser->post($path, $one)->code, 303, 'the other, drawn before, switches that on');
is_deeply(preferences($ann)->{rootProjects}, { showHidden => JSON::PP::true, hideExamples => JSON::PP::true,
    blockUserScript => JSON::PP::false }, 'both count, and so does what a client did meanwhile');
$browser->page($path);
my @drawn = @{ as_drawn($browser, hide_examples => 0) };
my @plain = map { $drawn[2 * $_] eq 'was' ? () : @drawn[2 * $_, 2 * $_ + 1] } 0 .. @drawn / 2 - 1;
is($browser->post($path, \@plain)->code, 303, 'a form without its memory');
is(preferences($ann)->{rootProjects}{hideExamples}, JSON::PP::false, 'sets what it says');

# --- forged values ----------------------------------------------------------------------------------------------------------

for my $bad ([show_hidden => '2', 422], [show_hidden => 'on', 422], [telemetry => '1', 422], [was => 'x' x 8, 422], [nothing => '1', 400],
    [arguments => 'A', 400]) {
	my ($name, $value, $status) = @$bad;
	$browser->page($path);
	my @fields = @{ as_drawn($browser, $name => 0) };
	unchanged("$name=$value", sub { is($browser->post($path, [@fields, $name => $value])->code, $status, "$name=$value is refused") });
}
$browser->page($path);
my $fields = as_drawn($browser, show_hidden => 0);
unchanged('doubled', sub { is($browser->post($path, [@$fields, hide_examples => 1, hide_examples => 1])->code, 400, 'a doubled switch') });
is($browser->post($path, $fields)->code, 303, 'the form as it is');

# What another client has put in the way is not overwritten, and the page still works.
my $odd = person(name => 'Odd Client');
set($odd, rootProjects => 5, views => { redactedArguments => 'none', neverShowPopupAgain => 7, hideRedactedArguments => 'yes' });
my $other = Vestibule::Browser->new->sign_in($odd);
is($other->page($path)->code, 200, 'values of a wrong kind: the page is there');
is(checked($other, 'hide_arguments'), 1, 'and shows the presets');
is(choose($other, show_hidden => 1)->code, 422, 'a switch that has no room is refused');
like($other->at('//*[@role="alert"]'), qr/could not be stored/, 'and says so');
is(preferences($odd)->{rootProjects}, 5, 'nothing is lost');
is(choose($other, no_tips => 1, show_hidden => 0)->code, 303, 'what has room is taken');
is_deeply(preferences($odd)->{views}{neverShowPopupAgain}, ['tip-of-the-day'], 'in place of what nobody understands');

# --- C4: the scale, per browser ----------------------------------------------------------------------------------------------

sub head ($answer) { return $answer->content =~ s{</head>.*}{}sr }
my $adapted = qr{<link (?:data-from="[^"]*" )?rel="stylesheet" href="\Q$base\E/static/hidpi\.css\?[0-9a-f]+"/>};
like(head($browser->page('/settings/profile')), $adapted, 'HiDPI: the adapted scale at first');
like(head(Vestibule::Browser->new->page('/sign-in')), $adapted, 'HiDPI: before sign-in too');
my $before = value('SELECT document FROM preference WHERE person = ?', $ann->{id});
$answer = choose($browser, disable_hidpi => 1);
my ($cookie) = grep { /hidpi/ } $answer->header('Set-Cookie');
like($cookie, qr/^vestibule-hidpi=off; Path=@{[$base || '\/']}; Max-Age=34560000; HttpOnly; SameSite=Lax$/, 'HiDPI: a long-lived cookie');
unlike(head($browser->page($_)), $adapted, "HiDPI: off, the rule is not sent: $_") for $path, '/settings/profile', '/settings/workspace';
$browser->page($path);
is(checked($browser, 'disable_hidpi'), 1, 'HiDPI: shown as disabled');
is(value('SELECT document FROM preference WHERE person = ?', $ann->{id}), $before, 'HiDPI: nothing of it on the server');
my $laptop = Vestibule::Browser->new->sign_in($ann);
like(head($laptop->page($path)), $adapted, 'HiDPI: another browser of the same person is as it was');
choose($browser, disable_hidpi => 0);
like(head($browser->page($path)), $adapted, 'HiDPI: on again');
my $rule = HTTP::Tiny->new->get("$url/static/hidpi.css");
like($rule->{content}, qr/min-resolution: 1\.5dppx.*:root \{ --pico-font-size/s, 'HiDPI: the rule scales the root font of dense screens');
is(choose($browser, disable_hidpi => 1)->header('Location') =~ /whole=1/ ? 1 : 0, 1, 'HiDPI: the whole page is drawn anew');
is($browser->page("$path?whole=1", 'X-Fragment' => '1')->header('X-Fragment'), undef, 'no fragment, so that script loads it');

# --- C6: the policy of every page ----------------------------------------------------------------------------------------------

sub policy ($answer) { return $answer->header('Content-Security-Policy') // '' }
unlike(policy($browser->page($path)), qr/frame-src/, 'scripts: the usual policy at first');
$answer = choose($browser, block_scripts => 1);
for my $page ($path, '/settings/profile', '/settings/workspace', '/settings/credentials/' . '0' x 32 . '/label') {
	my $policy = policy($browser->page($page));
	like($policy, qr/(^|; )\Q$_\E(;|$)/, "scripts blocked, $page: $_")
	    for "default-src 'none'", "script-src 'self'", "frame-src 'none'", "object-src 'none'", "img-src 'self'";
}
like(policy($browser->page($path, 'X-Fragment' => 1)), qr/frame-src 'none'/, 'scripts: fragments too');
is(value('SELECT blocks_scripts FROM preference WHERE person = ?', $ann->{id}), 1, 'scripts: pages know it with the session');
set($ann, rootProjects => { showHidden => JSON::PP::true });
unlike(policy($browser->page($path)), qr/frame-src/, 'scripts: a client that replaces the object switches it off');
set($ann, 'rootProjects.blockUserScript' => JSON::PP::true);
like(policy($browser->page($path)), qr/frame-src 'none'/, 'scripts: a client switches it on');
unlike(HTTP::Tiny->new->get("$url/static/pico.min.css")->{content}, qr/data:/, 'scripts: our own pictures need no data: addresses');

# --- C7, C8: REDACTED ARGUMENTS ---------------------------------------------------------------------------------------------------

sub listed ($browser) { my %fields = $browser->fields_of($list_path); return $fields{list} }
sub submit_list ($browser, %values) { return $browser->submit($list_path, %values) }
sub in_store ($person) { return join ' ', map { $_->{key} } @{ preferences($person)->{views}{redactedArguments} } }

my $bea = person(name => 'Bea Hides');
$browser = Vestibule::Browser->new->sign_in($bea);
$browser->page($path);
like($browser->at('//a[@href="' . "$base$list_path" . '"]'), qr/^\s*Edit$/, 'C8: Edit beside the switch');
$browser->page($list_path);
is($browser->at('//main//h1'), 'REDACTED ARGUMENTS', 'C8: the title');
is(listed($browser), join("\n", @defaults), 'C8: one name on each line');
is($browser->at('//input[@name="argument"]/@placeholder'), 'Argument', 'C8: the placeholder');
is_deeply([map { $_->textContent } $browser->tree->findnodes('//main//form//button')], ['Add', 'Restore defaults', 'SAVE', 'Show it redacted'],
    'C8: the buttons; Enter adds');
is($browser->at('//main//form//a[@role="button"]'), 'CANCEL', 'C8: CANCEL');

unchanged('everything but SAVE', sub {
	is(submit_list($browser, act => 'add', argument => '')->code, 422, 'C8: Add with an empty field');
	is($browser->at('//*[@id="argument-message"]'), 'Required', 'C8: Required');
	is(submit_list($browser, act => 'add', argument => 'a b')->code, 422, 'C8: no name');
	is(submit_list($browser, act => 'add', argument => ' MY_TOKEN ')->code, 200, 'C8: Add');
	is(listed($browser), join("\n", @defaults, 'MY_TOKEN'), 'C8: at the end of the list');
	is(submit_list($browser, act => 'add', argument => 'MY_TOKEN')->code, 200, 'C8: twice');
	is(listed($browser), join("\n", @defaults, 'MY_TOKEN'), 'C8: is once');
	is(submit_list($browser, act => 'try', list => "MY_TOKEN\n\n  A.C \n", command => 'run -e MY_TOKEN=abc -e ABC=1 A.C="x y"')->code, 200, 'C7: try');
	is($browser->at('//pre[@id="tried"]'), 'run -e MY_TOKEN=******** -e ABC=1 A.C=********', 'C7: shown redacted');
	is(listed($browser), "MY_TOKEN\n\n  A.C \n", 'C7: the list being edited is not lost');
	is(submit_list($browser, act => 'try', command => '')->code, 422, 'C7: nothing to try');
	is(submit_list($browser, act => 'restore')->code, 200, 'Restore defaults');
	is(listed($browser), join("\n", @defaults), 'they are back');
	is(submit_list($browser, act => 'destroy')->code, 422, 'a button that is not there');
	is($browser->page($path)->code, 200, 'CANCEL leads here');
	like($browser->at('//*[@id="hide_arguments-help"]'), qr/AZURE_STORAGE_KEY\.$/, 'and nothing was kept');
});

$browser->page($list_path);
my @rows = map { my $name = $_; map { [$_ . $name, "run $_$name=********"] } '-e ', '--env ', '--env=', '' } @defaults;
my $commands = join "\n", map { "run $_->[0]=secret" } @rows;
is(submit_list($browser, act => 'try', command => $commands)->code, 200, 'Appendix C 7: four names, four spellings');
is($browser->at('//pre[@id="tried"]'), join("\n", map { $_->[1] } @rows), 'Appendix C 7: eight asterisks each');

$browser->page($list_path);
is(submit_list($browser, act => 'save', list => " ONE \r\n\r\nTWO.x-9\r\nONE\r\n_3", argument => 'FOUR')->code, 303, 'SAVE');
is(in_store($bea), 'ONE TWO.x-9 _3 FOUR', 'trimmed, blank ones and doubles dropped, the one not added yet is there');
$browser->page($path);
like($browser->at('//*[@id="hide_arguments-help"]'), qr/: ONE, TWO\.x-9, _3, FOUR\.$/, 'and shown');
for my $bad ('A B', '9A', 'A=B', '-A', 'A*', '.*', 'Ä', '$A', 'A' x 129, "A\nB C", join("\n", map { "N$_" } 1 .. 101)) {
	$browser->page($list_path);
	is(submit_list($browser, act => 'save', list => $bad)->code, 422, 'refused: ' . substr $bad =~ s/\n.*/…/sr, 0, 20);
	is(listed($browser), $bad, 'and as typed');
}
$browser->page($list_path);
is(submit_list($browser, act => '', list => join("\n", map { "N$_" } 1 .. 100))->code, 303, 'a hundred, saved without naming the button');
$browser->page($list_path);
is(submit_list($browser, act => 'save', list => '')->code, 303, 'an empty list');
is(in_store($bea), '', 'is kept');
is($browser->page($list_path)->code, 200, 'and shown');
is(listed($browser), '', 'as empty');

# A stale list is not written over; both are shown, and saving again means it.
$browser->page($list_path);
my @open = $browser->fields_of($list_path);
set($bea, 'views.redactedArguments' => [{ key => 'NEWER' }, { key => '.*', extra => 1 }]);
$answer = $browser->post($list_path, [map { $_ % 2 && $open[$_ - 1] eq 'list' ? 'MINE' : $open[$_] } 0 .. $#open]);
is($answer->code, 422, 'a list that was changed elsewhere');
is($browser->at('//main//pre[1]'), "NEWER\n.*", 'is shown');
is(listed($browser), 'MINE', 'beside mine');
is(in_store($bea), 'NEWER .*', 'and not written over');
is(submit_list($browser, act => 'save')->code, 303, 'saving again');
is(in_store($bea), 'MINE', 'means it');

# What a client stores may be any text; it is literal, and the page keeps it.
set($bea, 'views.redactedArguments' => [{ key => '.*' }, { key => 'A B' }, { nokey => 1 }, 'text', { key => '' }]);
$browser->page($list_path);
is(listed($browser), ".*\nA B", 'odd names of a client are listed');
is(submit_list($browser, act => 'save', argument => 'MORE')->code, 303, 'and may stay');
is(in_store($bea), '.* A B MORE', 'beside a new one');

# --- vestibule redact ------------------------------------------------------------------------------------------------------------------

set($bea, 'views.redactedArguments' => [{ key => 'TOKEN' }, { key => 'A.C' }]);
my $log = "start\n-e TOKEN=abc -e ABC=1\n--env=TOKEN='a\nb' A.C = x\nlast TOKEN=" . 'z' x 300000 . ' end without newline';
my ($code, $out, $err) = operator({ input => $log }, 'redact', '--email', $bea->{email});
is($code, 0, 'redact: done');
is($out, "start\n-e TOKEN=******** -e ABC=1\n--env=TOKEN=******** A.C=********\nlast TOKEN=******** end without newline", 'redact: the log');
is(command({ input => '' }, 'redact', '--email', $bea->{email}), '', 'redact: nothing');
is(command({ input => 'AWS_SECRET_ACCESS_KEY=1' }, 'redact', '--email', $odd->{email}), 'AWS_SECRET_ACCESS_KEY=********', 'redact: the presets');
choose($browser, hide_arguments => 0);
($code, $out, $err) = operator({ input => 'TOKEN=1' }, 'redact', '--email', $bea->{email});
is("$code $out", '0 TOKEN=1', 'redact: switched off');
like($err, qr/has switched hiding off/, 'redact: says so');
is(command({ input => 'TOKEN=1' }, 'redact', '--always', '--email', $bea->{email}), 'TOKEN=********', 'redact: --always');
is((operator({ input => '' }, 'redact', '--email', 'nobody@example.org'))[0], 1, 'redact: nobody');

# --- C5: pro tips ------------------------------------------------------------------------------------------------------------------------

my $tom = person(name => 'Tom Tips');
sub sign_in_again ($person, %fields)
{
	my $browser = Vestibule::Browser->new;
	$browser->page('/sign-in');
	my $answer = $browser->submit('/sign-in', email => $person->{email}, password => $person->{password}, %fields);
	return ($browser, ($answer->header('Location') // '') =~ s/^\Q$base\E//r, $answer);
}
my ($first, $where) = sign_in_again($tom);
is($where, '/settings/profile', 'tips: none at the first sign-in');
($first, $where, $answer) = sign_in_again($tom);
is($where, '/settings/profile?tip=1', 'tips: one at the next');
$first->follow($answer);
like($first->at('//aside[@class="tip"]'), qr/Pro tip: .*Don't show again/s, 'tips: it is on the page');
is($first->at('//aside//a[1]/@href'), "$base/settings/credentials/new", 'tips: with the page it is about');
$first->page('/settings/workspace');
is($first->at('//aside[@class="tip"]'), '', 'tips: the next page is without it');
is((sign_in_again($tom))[1], '/settings/profile', 'tips: none within three days');
execute('UPDATE tip SET shown = shown - INTERVAL 71 HOUR WHERE person = ?', $tom->{id});
is((sign_in_again($tom))[1], '/settings/profile', 'tips: none after 71 hours');
execute('UPDATE tip SET shown = shown - INTERVAL 1 HOUR WHERE person = ?', $tom->{id});
is((sign_in_again($tom, next => '/settings/workspace'))[1], '/settings/workspace?tip=2', 'tips: the second after 72, on the page asked for');
execute('UPDATE tip SET shown = shown - INTERVAL 4 DAY, number = 12 WHERE person = ?', $tom->{id});
($first, $where, $answer) = sign_in_again($tom, next => "/settings/workspace?ws=$tom->{workspace}");
is($where, "/settings/workspace?ws=$tom->{workspace}&tip=1", 'tips: after the last the first, behind a query');
$first->follow($answer);
is($first->submit($tips_path)->code, 303, "tips: Don't show again");
$first->follow($first->response);
like($first->at('//*[@role="status"]'), qr/not shown any more/, 'tips: says so');
is(checked($first, 'no_tips'), 1, 'tips: it is the switch');
is_deeply(preferences($tom)->{views}{neverShowPopupAgain}, ['tip-of-the-day'], 'tips: as other clients store it');
execute('UPDATE tip SET shown = shown - INTERVAL 4 DAY WHERE person = ?', $tom->{id});
is((sign_in_again($tom))[1], '/settings/profile', 'tips: none any more');
is($first->page($tips_path)->code, 200, 'tips: all of them');
is($first->tree->findnodes('//main//h2')->size, 12, 'tips: a dozen');
like($first->at('//details[@class="account"]//a[@href="' . "$base$tips_path" . '"]'), qr/^\s*Pro tips$/, 'tips: always in the menu');
for my $number ('0', '13', '-1', '1x', 'x', '99999999999999999999', '%00', '1&tip=2') {
	my $page = $first->page("/settings/profile?tip=$number");
	is($number =~ /[%]/ ? 400 : $page->code, $number =~ /&/ ? $page->code : $number =~ /%/ ? 400 : 200, "tips: number $number");
	is($first->at('//aside[@class="tip"]') // '', '', "tips: number $number shows none") if $number !~ /&/;
}
for my $link (map { $_->value } $first->page($tips_path) && $first->tree->findnodes('//main//section//a/@href')) {
	my $page = $first->get($url =~ s/\Q$base\E$//r . $link);
	is($page->code, 200, "tips: $link is there");
}

finish;
