# The whole life of API credentials in the pages: made, shown once, saved, labelled, listed, replaced, expired, revoked; and at every
# step what a client with the pair is told.

use v5.36;
use utf8;
use File::Temp;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP;
use MIME::Base64;
use Test::More;
use Vestibule;
use Vestibule::Browser;
use Vestibule::Forms;

my $person = person(name => 'Ada Credential');
my $browser = Vestibule::Browser->new->sign_in($person);
my $ws = $person->{workspace};
my $new = '/settings/credentials/new';

# What the API answers a client with this pair: status, subcode, token.
sub login ($key, $secret, %headers)
{
	my $client = LWP::UserAgent->new(max_redirect => 0);
	my $answer = $client->get("$url/api/auth.login", Authorization => 'Basic ' . encode_base64("$key:$secret", ''), %headers);
	my $json = decode_json($answer->content);
	return ($answer->code, $json->{meta}{result_subcode}, $json->{data}{token});
}
sub bearer ($token)
{
	return LWP::UserAgent->new->get("$url/api/users.get_current_user", Authorization => "Bearer $token")->code;
}

# Fills in the form; the answer, and when it worked: path of the one-time page, key, secret.
sub make (%values)
{
	my $who = delete $values{browser} // $browser;
	my $in = delete $values{workspace} // $ws;
	$who->page("$new?ws=$in");
	my $answer = $who->submit($new, expiration => 'never', %values);
	return ($answer) if $answer->code != 303;
	my $path = $who->leads_to($answer) =~ s/\?.*//r;
	$who->follow($answer);
	my ($key, $secret) = map { $_->textContent } $who->tree->findnodes('//*[@class="reveal"]//code');
	secret(secret => $secret);
	return ($answer, $path, $key, $secret);
}

sub rows_of ($who = $browser, $in = $ws)
{
	$who->page("/settings/workspace?ws=$in");
	return map {
		my $row = $_;
		+{ map { (($_->getAttribute('data-head') // 'ACTIONS') => $_->textContent =~ s/^\s+|\s+$//gr) } $row->findnodes('th | td') }
	} $who->tree->findnodes('//details[@open or not(//details[@open])]//tbody/tr');
}
# A moment of the table as pages write it: "Sep 28 2025 7:32", hours before ten with one digit (G3).
sub shown ($column, $key)
{
	return value("SELECT DATE_FORMAT($column, '%b %e %Y %k:%i') FROM credential WHERE access_key = ?", $key);
}
sub row_of ($key, @where)
{
	my ($row) = grep { $_->{KEY} eq $key } rows_of(@where);
	return $row;
}
sub id_of ($key)
{
	return value('SELECT LOWER(HEX(public_id)) FROM credential WHERE access_key = ?', $key);
}
sub area ($who, $name)
{
	return $who->at("//textarea[\@id='$name']");
}
sub clear
{
	execute('UPDATE credential SET revoked = UTC_TIMESTAMP(6), secret_hash = NULL WHERE person = ?', $_[0] // $person->{id});
}

# --- made and shown once --------------------------------------------------------------------------------------------------

$browser->page("/settings/workspace?ws=$ws");
like($browser->text, qr/There are no credentials here yet/, 'an empty list says so');
is($browser->count("//a[\@href='$base$new?ws=$ws']"), 1, 'one link to make the first');
$browser->page("$new?ws=$ws");
is($browser->at('//h1'), 'CREATE CREDENTIALS', 'the page has the name of the dialog');

my ($answer, $path, $key, $secret) = make(label => 'build  host', expiration => '30');
is($answer->code, 303, 'made');
like($answer->header('Location'), qr{^\Q$base\E/settings/credentials/created/[0-9a-f]{32}\?ws=$ws&done=[0-9a-f]{16}$}, 'leads to the one-time page');
like($key, qr/^[A-Z0-9]{30}$/, 'access key: 30 capital letters and digits');
like($secret, qr/^[A-Za-z0-9][A-Za-z0-9_-]{66}$/, 'secret key: 67 URL-safe characters, the first a letter or digit');
like($browser->at('//*[@role="status"]//p'), qr/^The credentials are created\. Copy them now/, 'a message');
like($browser->text, qr/cannot be shown again/, 'says that it is shown once');
my $when = value('SELECT DATE_FORMAT(expires, "%b 0?%e %Y") FROM credential WHERE access_key = ?', $key);
like($browser->at('//*[@class="reveal"]//dl'), qr/Expiration.*$when/, 'with the day of its end');
is(value('SELECT ROUND(TIMESTAMPDIFF(SECOND, created, expires) / 86400) FROM credential WHERE access_key = ?', $key), 30, '30 days');
like($browser->text, qr/~\/clearml\.conf.*clearml-init.*clearml-agent init/, 'where to put it: SDK and Agent');
like($browser->text, qr/first cell/, 'where to put it: notebook');
my @stored = map { $_ // '' } @{ (sql('SELECT HEX(secret_hash), label FROM credential WHERE access_key = ?', $key))[0] };
is(length $stored[0], 64, 'the database has a hash');
is($stored[1], 'build host', 'the label on one line with single blanks');
is((login($key, $secret))[0], 200, 'the pair signs in');

my $page = $browser->content;
$browser->page("$path?ws=$ws");
is(join('', $browser->tree->findnodes('//*[@class="reveal"]//dl')), join('', parse_text($page)->findnodes(
    '//*[@class="reveal"]//dl')), 'a reload shows the same pair');
is(value('SELECT COUNT(*) FROM credential WHERE person = ?', $person->{id}), 1, 'a reload makes nothing');

# --- byte rules -----------------------------------------------------------------------------------------------------------

my $web = setting('web_server') . '/';
my ($api, $files) = map { setting("${_}_server") } qw(api files);

# A reader of what clients read: objects, "key: value", "key = value", quotes, comments. Dies at anything else.
sub read_hocon ($text)
{
	my @lines = split /\n/, $text;
	my @stack = ({});
	for my $line (@lines) {
		$line =~ s/^\s+|\s+$//g;
		while ($line ne '') {
			last if $line =~ m{^(#|//)};
			if ($line =~ s/^("?)([a-z_]+)\1\s*\{\s*//) {
				die "$2 twice\n" if exists $stack[-1]{$2};
				push @stack, $stack[-1]{$2} = {};
			} elsif ($line =~ s/^("?)([a-z_]+)\1\s*[:=]\s*(?:"([^"\\]*)"|([^\s"{}\[\]\$?#,]+))\s*//) {
				die "$2 twice\n" if exists $stack[-1]{$2};
				$stack[-1]{$2} = $3 // $4;
			} elsif ($line =~ s/^\}\s*//) {
				pop @stack;
				die "too many ends\n" if !@stack;
			} else {
				die "cannot be read: $line\n";
			}
		}
	}
	die "not closed\n" if @stack != 1;
	return $stack[0];
}

# What the wizards of the clients get of a pasted text: up to the first empty line or the first line that is just "}".
sub pasted ($text)
{
	my @taken;
	for my $line (split /\n/, $text, -1) {
		last if $line eq '';
		push @taken, $line;
		last if $line =~ /^\}\s*$/;
	}
	return join "\n", @taken;
}

sub check_section ($text, $label, $name, $what)
{
	my @wrong;
	utf8::decode(my $shown = $text);
	my @lines = split /\n/, $shown;
	push @wrong, 'no final newline' if $text !~ /\n\z/;
	push @wrong, 'an empty line' if grep { $_ eq '' } @lines;
	push @wrong, 'a line that is not indented' if grep { !/^  / } @lines[1 .. $#lines - 1];
	push @wrong, 'first line' if $lines[0] ne 'api {';
	push @wrong, 'last line' if $lines[-1] ne '}';
	push @wrong, 'blanks at an end' if grep { /\s$/ } @lines;
	push @wrong, 'bytes that have no place there' if $text =~ /[\r\t\x00-\x09\x0b-\x1f\x7f]/ || $text =~ /^\xef\xbb\xbf/;
	push @wrong, 'a comment with a run of blanks' if grep { /#.*\s\s/ } @lines;
	my @expected = ('api {', "  # $name", "  web_server: $web", "  api_server: $api", "  files_server: $files",
	    $label ne '' ? "  # $label" : (), '  credentials {', qq(    "access_key" = "$key"), qq(    "secret_key" = "$secret"), '  }', '}');
	push @wrong, "not as specified:\n$shown\nbut:\n" . join("\n", @expected) if join("\n", @lines) ne join("\n", @expected);
	my %ways = ('a file' => $text, 'pasted into a wizard' => pasted($text),
	    'newlines lost' => join("\n", split / {2,}/, $text =~ s/\n//gr));
	for my $way (sort keys %ways) {
		my $read = eval { read_hocon($ways{$way}) };
		push @wrong, "$way: $@" if !$read;
		my $credentials = $read ? $read->{api}{credentials} : {};
		push @wrong, "$way: other credentials: @{[%$credentials]}" if join(' ', sort keys %$credentials) ne 'access_key secret_key' ||
		    $credentials->{access_key} ne $key || $credentials->{secret_key} ne $secret;
		push @wrong, "$way: other servers" if $read && join(' ', @{ $read->{api} }{qw(web_server api_server files_server)}) ne "$web $api $files";
		push @wrong, "$way: something else: @{[sort keys %{ $read->{api} }]}" if $read && (keys %{ $read->{api} } != 4 || keys %$read != 1);
	}
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return ok(!@wrong, $what) || diag(join "\n", @wrong);
}

# The variables that a shell has after reading the text.
sub sourced ($text, $export)
{
	my $file = File::Temp->new;
	print $file $text;
	close $file;
	my $set = $export ? '' : 'set -a; ';
	open my $out, '-|', 'env', '-i', 'PATH=/usr/bin:/bin', 'sh', '-eu', '-c', "$set. '$file'; exec env" or die "sh: $!";
	my %variables = map { /^(CLEARML_\w+)=(.*)$/ ? ($1 => $2) : () } <$out>;
	close $out;
	return \%variables;
}
my %variables = (CLEARML_WEB_HOST => $web, CLEARML_API_HOST => $api, CLEARML_FILES_HOST => $files, CLEARML_API_ACCESS_KEY => $key,
    CLEARML_API_SECRET_KEY => $secret);
my @order = qw(CLEARML_WEB_HOST CLEARML_API_HOST CLEARML_FILES_HOST CLEARML_API_ACCESS_KEY CLEARML_API_SECRET_KEY);

sub download ($who, $name)
{
	return $who->page("$path/$name?ws=$ws");
}

my @labels = (['' => ''], ['two  blanks' => 'two blanks'], ["line\r\nbreak  \t tab" => 'line break tab'], ['say "yes"' => 'say "yes"'],
    ["it's 'mine'" => "it's 'mine'"], ['{ a = b }' => '{ a = b }'], ['}' => '}'], ['}  }' => '} }'], ['Größe é 你好' => 'Größe é 你好'],
    ['${HOME} $(id) `id`' => '${HOME} $(id) `id`'], ['include "x"' => 'include "x"'], ['# // #' => '# // #'], ['a \\' => 'a \\'],
    ["\x{2028}x\x{a0}\x{a0}y\x{3000}" => 'x y'], ['<b>&amp;' => '<b>&amp;'], ['credentials { "access_key" = "x"' => 'credentials { "access_key" = "x"'],
    ['100 ' . 'é' x 96 => '100 ' . 'é' x 96], ['%env A=b' => '%env A=b'], ["'; export A='b" => "'; export A='b"], ['"""' => '"""']);
my $name = "Ada Credential's workspace";
for my $case (@labels) {
	my ($typed, $label) = @$case;
	$browser->page("$path?ws=$ws");
	my $answer = $browser->submit($path, label => $typed);
	is($answer->code, 303, "label \"$label\": updated");
	$browser->follow($answer);
	is($browser->at('//*[@role="status"]//p'), 'The label is updated.', "label \"$label\": says so");
	my ($shown, $notebook, $shell, $powershell) = map { area($browser, $_) } qw(local-python jupyter-notebook shell powershell);
	my $saved = download($browser, 'clearml.conf')->content;
	check_section($saved, $label, $name, "label \"$label\": clearml.conf keeps every byte rule, read as a file, pasted, and without newlines");
	utf8::encode($shown);
	is($shown, $saved, "label \"$label\": the page shows what is saved");

	my $saved_notebook = download($browser, 'notebook.txt')->decoded_content(charset => 'UTF-8');
	my @lines = map { "%env $_=$variables{$_}" } @order;
	splice @lines, 3, 0, $label ne '' ? "# $label" : ();
	is($saved_notebook, join('', map { "$_\n" } @lines), "label \"$label\": notebook");
	is($notebook, $saved_notebook, "label \"$label\": the page shows the notebook");

	my $environment = download($browser, 'clearml.env')->content;
	my @plain = (($label ne '' ? "# $label" : ()), map { "$_=$variables{$_}" } @order);
	utf8::decode(my $environment_text = $environment);
	is($environment_text, join('', map { "$_\n" } @plain), "label \"$label\": clearml.env");
	is_deeply(sourced($environment, 0), \%variables, "label \"$label\": clearml.env, read by a shell");
	utf8::encode(my $shell_bytes = $shell);
	is_deeply(sourced($shell_bytes, 1), \%variables, "label \"$label\": the shell text, run by a shell");
	is($powershell, join('', map { "$_\n" } ($label ne '' ? "# $label" : ()), map { "\$env:$_ = '$variables{$_}'" } @order),
	    "label \"$label\": PowerShell");
}

# A workspace may have got any name.
for my $odd ("two  blanks\tand a tab", "line\nbreak", '{ } " \' é') {
	execute('UPDATE workspace SET name = ? WHERE id = ?', $odd, $person->{workspace_id});
	check_section(download($browser, 'clearml.conf')->content, '"""', $odd =~ s/\s+/ /gr, 'an odd name of the workspace');
}
execute('UPDATE workspace SET name = ? WHERE id = ?', $name, $person->{workspace_id});

for my $file (qw(clearml.conf notebook.txt clearml.env)) {
	my $one = download($browser, $file);
	my $two = download($browser, $file);
	is($one->code, 200, "$file can be saved");
	is($one->content, $two->content, "$file can be saved twice");
	is($one->header('Content-Type'), 'text/plain; charset=utf-8', "$file is text");
	is($one->header('Content-Disposition'), "attachment; filename=\"$file\"", "$file is saved, not shown");
	is($one->header('Cache-Control'), 'no-store, no-cache', "$file is not kept on the way");
	is($one->header('X-Content-Type-Options'), 'nosniff', "$file is what it says");
	is($browser->page("$path?ws=$ws") && $browser->count("//a[\@download='$file']"), 1, "a link to $file");
}

# --- nobody else ----------------------------------------------------------------------------------------------------------

my $elsewhere = Vestibule::Browser->new->sign_in($person);
is($elsewhere->page("$path?ws=$ws")->code, 404, 'another session of the same person does not see it');
is($elsewhere->page("$path/clearml.conf?ws=$ws")->code, 404, 'nor saves it');
unlike($elsewhere->content, qr/\Q$secret\E/, 'and gets no secret');
is(Vestibule::Browser->new->page("$path?ws=$ws")->code, 303, 'who is not signed in is asked to');

# --- done -----------------------------------------------------------------------------------------------------------------

$browser->page("$path?ws=$ws");
$answer = $browser->submit("$path/done");
is($browser->leads_to($answer), "/settings/workspace?ws=$ws", 'done leads to the list');
$browser->follow($answer);
is($browser->at('//*[@role="status"]//p'), 'Done. The secret key is not shown any more.', 'and says so');
for my $gone ($path, map { "$path/$_" } qw(clearml.conf notebook.txt clearml.env)) {
	is($browser->page("$gone?ws=$ws")->code, 404, "$gone: gone" =~ s/[0-9a-f]{32}/:id/r);
	unlike($browser->content, qr/\Q$secret\E/, 'without the secret');
}
like($browser->text, qr/showed credentials once and is over/, 'says what to do');
is(value('SELECT COUNT(*) FROM one_time_reveal WHERE id = UNHEX(?)', $path =~ s{.*/}{}r), 0, 'the sealed record is gone');

(undef, my $old_path, undef, my $old_secret) = make(label => 'left open');
execute('UPDATE one_time_reveal SET expires = UTC_TIMESTAMP(6) WHERE id = UNHEX(?)', $old_path =~ s{.*/}{}r);
is($browser->page("$old_path?ws=$ws")->code, 404, 'after ten minutes it is over by itself');
my $leaving = Vestibule::Browser->new->sign_in($person);
(undef, my $left) = make(browser => $leaving, label => 'before signing out');
is(value('SELECT COUNT(*) FROM one_time_reveal WHERE id = UNHEX(?)', $left =~ s{.*/}{}r), 1, 'a page is open');
my $signing_out = $leaving->submit('/sign-out');
is(value('SELECT COUNT(*) FROM one_time_reveal WHERE id = UNHEX(?)', $left =~ s{.*/}{}r), 0, 'signing out ends it');

# --- the list -------------------------------------------------------------------------------------------------------------

clear();
(undef, $path, $key, $secret) = make(label => 'listed');
my (undef, undef, $plain_key) = make();
my @rows = rows_of();
is(join(' ', map { $_->{KEY} } @rows), "$plain_key $key", 'newest first');
is(join('|', map { $_->textContent } $browser->tree->findnodes('//details[@open or not(//details[@open])]//thead//th')),
    'LABEL|KEY|CREATED|EXPIRATION|LAST USED|WORKER/IP|Actions', 'the columns');
is($rows[0]{LABEL}, 'No label', 'no label');
is_deeply([@{ $rows[1] }{'LABEL', 'EXPIRATION', 'LAST USED', 'WORKER/IP'}], ['listed', 'Never', 'Never', 'Not available'], 'a new one');
unlike($browser->content, qr/\Q$secret\E/, 'no secret in the list');
login($key, $secret, 'X-Clearml-Worker' => 'gpu-7:0');
my $row = row_of($key);
is($row->{'WORKER/IP'}, 'gpu-7:0', 'the first use shows at once: worker');
like($row->{'LAST USED'}, qr/now|second|minute/, 'and when');
is($browser->at("//tr[.//code[text()='$key']]/td[\@data-head='LAST USED']/time/\@title"), shown(last_used => $key), 'with the moment');
login($key, $secret);
like(row_of($key)->{'WORKER/IP'}, qr/^127\./, 'without a worker: the address');
# Apache refuses a header with a control character by itself.
login($key, $secret, 'X-Clearml-Worker' => ($ENV{VESTIBULE_SERVER} // '') =~ /^apache/ ? '<b>&amp;' : "<b>\x{1}&amp;");
unlike($browser->page("/settings/workspace?ws=$ws") && $browser->content, qr/<b>(?:\x{1}|&amp;)/, 'a worker is a text');

# --- EDIT LABEL -----------------------------------------------------------------------------------------------------------

my $id = id_of($key);
my $edit = "/settings/credentials/$id/label";
$browser->page("$edit?ws=$ws");
is($browser->at('//h1'), 'EDIT LABEL', 'EDIT LABEL');
is($browser->at('//input[@name="label"]/@value'), 'listed', 'has the label there is');
$answer = $browser->submit($edit, label => '  GPU   machine ');
is($browser->leads_to($answer), "/settings/workspace?ws=$ws", 'leads to the list');
$browser->follow($answer);
is($browser->at('//*[@role="status"]//p'), "The label of $key is now “GPU machine”.", 'and says so');
is(row_of($key)->{LABEL}, 'GPU machine', 'which has it');
$browser->page("$edit?ws=$ws");
$browser->follow($browser->submit($edit, label => " \t "));
is($browser->at('//*[@role="status"]//p'), "The label of $key is removed.", 'an empty label removes it');
is(value('SELECT label FROM credential WHERE access_key = ?', $key), undef, 'from the table too');
is(row_of($key)->{LABEL}, 'No label', 'and from the list');
my ($event) = sql("SELECT before_json, after_json FROM audit_event WHERE action LIKE 'credential.%' AND object_id = (SELECT id FROM credential"
    . ' WHERE access_key = ?) ORDER BY id DESC LIMIT 1', $key);
like($event->[0] // '', qr/GPU machine/, 'the audit event has what was there before');

# --- revoke ---------------------------------------------------------------------------------------------------------------

my $revoke = "/settings/credentials/$id/revoke";
my ($status, undef, $token) = login($key, $secret);
is(bearer($token), 200, 'a token of the pair works');
login($key, $secret, 'X-Clearml-Worker' => 'last-one');
$browser->page("$revoke?ws=$ws");
is($browser->at('//h1'), 'Are you sure?', 'revoking asks');
like($browser->text, qr/\Q$key\E.*This is final/, 'names the key and says that it is final');
cmp_ok($browser->count('//ul[@class="consequences"]/li'), '>=', 3, 'lists the consequences');
my $used = shown(last_used => $key);
like($browser->at('//main'), qr/LAST USED\s*\Q$used\E\s*WORKER\/IP.*last-one/s, 'last use and worker');
is(join('|', map { $_->textContent } $browser->tree->findnodes('//main//form//button | //main//form//a')), 'Revoke|Cancel', 'its buttons');
is((login($key, $secret))[0], 200, 'looking at it revokes nothing');
$browser->page("$revoke?ws=$ws");
$answer = $browser->submit($revoke);
is($browser->leads_to($answer), "/settings/workspace?ws=$ws", 'revoked: leads to the list');
($status, my $subcode) = login($key, $secret);
is("$status $subcode", '401 22', 'the next call is refused');
is(bearer($token), 401, 'and the token is dead');
$browser->follow($answer);
like($browser->at('//*[@role="status"]//p'), qr/\Q$key\E are revoked/, 'and says so');
is(row_of($key), undef, 'it is not listed any more');
is(value('SELECT secret_hash IS NULL AND revoked IS NOT NULL FROM credential WHERE access_key = ?', $key), 1, 'the hash is gone');
is($browser->page("$_?ws=$ws")->code, 404, 'its pages too: ' . ($_ =~ s{.*/}{}r)) for $revoke, $edit, "/settings/credentials/$id/rotate";
is($browser->page("$path?ws=$ws")->code, 404, 'and the page that shows the secret');
is($browser->post($revoke, [token => craft_token($browser->cookie, $revoke, $ws), ws => $ws])->code, 404, 'revoking again finds nothing');

# --- expiry ---------------------------------------------------------------------------------------------------------------

clear();
for my $case (['7', '', 7], ['30', '', 30], ['90', '', 90], ['days', 1, 1], ['days', 3650, 3650], ['days', 365, 365], ['never', 5, undef]) {
	my ($choice, $days, $expected) = @$case;
	my (undef, undef, $key) = make(expiration => $choice, days => $days);
	is(value('SELECT ROUND(TIMESTAMPDIFF(SECOND, created, expires) / 86400) FROM credential WHERE access_key = ?', $key // ''), $expected,
	    "expiry $choice $days: " . ($expected // 'never'));
}
for my $days ('', 0, -1, 3651, 2147483648, '9223372036854775808', '1e9', 36500, '١', '1.5', ' ') {
	my ($answer) = make(expiration => 'days', days => $days);
	is($answer->code, 422, "expiry of \"$days\" days is refused");
	isnt($browser->at('//*[@id="days-message"]'), '', 'beside the field');
}
is($browser->at('//input[@name="expiration"][@checked]/@value'), 'days', 'the choice is kept');
clear();
(undef, undef, $key, $secret) = make(label => 'ends', expiration => '30');
$id = id_of($key);
is(row_of($key)->{EXPIRATION}, shown(expires => $key), 'a day far away');
execute('UPDATE credential SET expires = UTC_TIMESTAMP(6) + INTERVAL 6 DAY WHERE access_key = ?', $key);
like(row_of($key)->{EXPIRATION}, qr/Expires soon$/, 'a warning in the last week');
is((login($key, $secret))[0], 200, 'still good');
($status, undef, $token) = login($key, $secret);
execute('UPDATE credential SET expires = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE access_key = ?', $key);
like(row_of($key)->{EXPIRATION}, qr/Expired$/, 'expired');
is($browser->at("//tr[.//code[text()='$key']]//span[contains(\@class, 'badge')]/\@class"), 'badge error', 'as a badge');
is($browser->count("//a[contains(\@href, '$id/rotate')]"), 0, 'nothing to replace');
is($browser->count("//a[contains(\@href, '$id/revoke')]"), 1, 'but to revoke');
is((login($key, $secret))[0], 401, 'and refused');
is(bearer($token), 401, 'with its token');

# --- the maximum ----------------------------------------------------------------------------------------------------------

clear();
my @pairs = map { [command('credential', 'create', '--email', $person->{email}, '--label', "number $_") =~ /= (\S+)/g] } 1 .. 20;
$browser->page("/settings/workspace?ws=$ws");
like($browser->text, qr/You have the maximum of 20 credentials here\. Revoke one to create another\./, 'twenty: the list says that it is full');
is($browser->count("//a[contains(\@href, '$new')]"), 0, 'and has no link to make another');
($answer) = make(label => 'one more');
is($answer->code, 422, 'the twenty-first is refused');
like($browser->at('//*[@role="alert"]'), qr/maximum of 20 credentials.*Revoke one first/, 'with the reason');
is($browser->at('//input[@name="label"]/@value'), 'one more', 'and what was typed');
execute('UPDATE credential SET expires = UTC_TIMESTAMP(6) WHERE access_key = ?', $pairs[0][0]);
($answer) = make(label => 'after one expired');
is($answer->code, 303, 'an expired one does not count');
($answer) = make(label => 'and one more');
is($answer->code, 422, 'full again');
my $rotate = '/settings/credentials/' . id_of($pairs[1][0]) . '/rotate';
$browser->page("$rotate?ws=$ws");
is($browser->submit($rotate, hours => 24)->code, 303, 'replacing one works when it is full: the retiring one does not count');
is(value('SELECT COUNT(*) FROM credential WHERE person = ? AND revoked IS NULL AND retiring = 0 AND (expires IS NULL OR expires > UTC_TIMESTAMP(6))',
    $person->{id}), 20, 'twenty count');
# Eight forms at once for the last place.
clear();
command('credential', 'create', '--email', $person->{email}) for 1 .. 19;
my @forms = map { $browser->page("$new?ws=$ws"); $browser->request_for($new, [$browser->fields_of($new)]) } 1 .. 8;
my @processes = map {
	my $request = $_;
	my $child = fork // die "fork: $!";
	if (!$child) {
		$browser->send($request);
		require POSIX;
		POSIX::_exit(0);
	}
	$child;
} @forms;
waitpid $_, 0 for @processes;
is(value('SELECT COUNT(*) FROM credential WHERE person = ? AND revoked IS NULL', $person->{id}), 20, 'eight at once for the last place: one gets it');

# --- rotate ---------------------------------------------------------------------------------------------------------------

clear();
(undef, undef, $key, $secret) = make(label => 'replace me', expiration => '30');
$id = id_of($key);
$rotate = "/settings/credentials/$id/rotate";
login($key, $secret, 'X-Clearml-Worker' => 'still-running');
($status, undef, $token) = login($key, $secret);
$browser->page("$rotate?ws=$ws");
is($browser->at('//h1'), 'ROTATE CREDENTIALS', 'replacing has a page');
is($browser->at('//input[@name="hours"]/@value'), 24, '24 hours by default');
like($browser->at('//main'), qr/LAST USED.*WORKER\/IP/s, 'shows the last use');
$answer = $browser->submit($rotate, hours => 48);
like($browser->leads_to($answer), qr{^/settings/credentials/created/[0-9a-f]{32}\?ws=$ws$}, 'the new pair is shown once');
$browser->follow($answer);
my ($new_key, $new_secret) = map { $_->textContent } $browser->tree->findnodes('//*[@class="reveal"]//code');
secret(secret => $new_secret);
isnt($new_key, $key, 'a new key');
isnt($new_secret, $secret, 'a new secret');
like($browser->at('//*[@role="status"]//p'), qr/The old pair works for 48 hours more/, 'and says so');
is((login($key, $secret))[0], 200, 'the old pair works');
is(bearer($token), 200, 'its token too');
is((login($new_key, $new_secret))[0], 200, 'the new one too');
is(value('SELECT ROUND(TIMESTAMPDIFF(MINUTE, UTC_TIMESTAMP(), expires) / 60) FROM credential WHERE access_key = ?', $key), 48, 'for 48 hours');
is(value('SELECT ROUND(TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(), expires) / 86400) FROM credential WHERE access_key = ?', $new_key), 30,
    'the new one lives by the same rule');
like(row_of($key)->{EXPIRATION}, qr/Being replaced$/, 'the list says that the old one is being replaced');
like(row_of($key)->{'WORKER/IP'}, qr/127\.|still-running/, 'who still uses it can be seen');
is($browser->count("//a[contains(\@href, '$id/rotate')]"), 0, 'it cannot be replaced again');
is(row_of($new_key)->{LABEL}, 'replace me', 'the new one has the label');
is($browser->page("$rotate?ws=$ws")->code, 200, 'its page is there still');
$answer = $browser->post($rotate, [token => craft_token($browser->cookie, $rotate, $ws), ws => $ws, hours => 24]);
is($answer->code, 422, 'replacing a second time is refused');
like($browser->at('//*[@role="alert"]'), qr/replaced already/, 'with the reason');
execute('UPDATE credential SET expires = UTC_TIMESTAMP(6) WHERE access_key = ?', $key);
is((login($key, $secret))[0], 401, 'the old one stops by itself');
is(bearer($token), 401, 'with its token');
is((login($new_key, $new_secret))[0], 200, 'the new one goes on');

# Not longer than it had to live.
execute('UPDATE credential SET expires = UTC_TIMESTAMP(6) + INTERVAL 2 HOUR WHERE access_key = ?', $new_key);
$rotate = '/settings/credentials/' . id_of($new_key) . '/rotate';
$browser->page("$rotate?ws=$ws");
$browser->submit($rotate, hours => 168);
cmp_ok(value('SELECT TIMESTAMPDIFF(MINUTE, UTC_TIMESTAMP(), expires) FROM credential WHERE access_key = ?', $new_key), '<=', 120,
    'the overlap does not lengthen a life');

# At once.
clear();
(undef, undef, $key, $secret) = make(label => 'leaked');
$rotate = '/settings/credentials/' . id_of($key) . '/rotate';
$browser->page("$rotate?ws=$ws");
$browser->follow($browser->submit($rotate, hours => 0));
like($browser->at('//*[@role="status"]//p'), qr/The old pair has stopped/, '0 hours: says that the old pair has stopped');
is((login($key, $secret))[0], 401, '0 hours: it has');

# --- owner, administrator, member -----------------------------------------------------------------------------------------

clear();
my ($admin, $member) = map { person(name => "Colleague $_") } qw(Admin Member);
join_workspace($admin, $person, 'administrator');
join_workspace($member, $person, 'member');
my %other = map { $_->{email} => Vestibule::Browser->new->sign_in($_) } $admin, $member;
my ($as_admin, $as_member) = map { $other{ $_->{email} } } $admin, $member;
(undef, undef, $key, $secret) = make(label => 'of the owner');
(undef, undef, my $member_key, my $member_secret) = make(browser => $as_member, label => 'of the member');
my %heads = map { $_->[0] => do { rows_of($_->[1]); join '|', map { $_->textContent } $_->[1]->tree->findnodes('//details[@open or not(//details[@open])]//thead//th') } }
    ['owner', $browser], ['administrator', $as_admin], ['member', $as_member];
is($heads{$_}, 'LABEL|KEY|CREATED BY|CREATED|EXPIRATION|LAST USED|WORKER/IP|Actions', "$_: sees who created it") for qw(owner administrator);
is($heads{member}, 'LABEL|KEY|CREATED|EXPIRATION|LAST USED|WORKER/IP|Actions', 'member: only their own, without that column');
is(row_of($member_key)->{'CREATED BY'}, 'Colleague Member', 'owner: the member\'s is there');
is(row_of($key, $as_member), undef, 'member: the owner\'s is not');
unlike($browser->content, qr/\Q$member_secret\E/, 'secrets of others are never there');
my $member_id = id_of($member_key);
rows_of();
is($browser->count("//a[contains(\@href, '$member_id/rotate')]"), 0, 'owner: no link to replace somebody else\'s');
$edit = "/settings/credentials/$member_id/label";
$as_admin->page("$edit?ws=$ws");
is($as_admin->submit($edit, label => 'labelled by an administrator')->code, 303, 'administrator: labels it');
is(row_of($member_key, $as_member)->{LABEL}, 'labelled by an administrator', 'which the member sees');
$revoke = "/settings/credentials/$member_id/revoke";
$browser->page("$revoke?ws=$ws");
like($browser->at('//main'), qr/CREATED BY\s*Colleague Member/, 'owner: the page to revoke says whose it is');
is($browser->submit($revoke)->code, 303, 'owner: revokes it');
is((login($member_key, $member_secret))[0], 401, 'and it has stopped');

finish;
