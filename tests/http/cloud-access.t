# WEB APP CLOUD ACCESS: keys for cloud storage, row by row of the specification (D1-D13), and links to objects without a store behind.

use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP;
use Test::More;
use Vestibule;
use Vestibule::Browser;

my $ada = person(name => 'Ada Cloud');
my $browser = Vestibule::Browser->new->sign_in($ada);
my $page = '/settings/cloud-access';

# Where this has run before and was stopped.
execute('DELETE FROM cloud_access WHERE person IS NULL');

sub add (%row)
{
	$browser->page("$page/new");
	return $browser->submit("$page/new", %row);
}
# Cells of the table, a row a list; a mark of the site is part of the first.
sub rows
{
	$browser->page($page);
	return map { [map { $_->textContent =~ s/\s+/ /gr =~ s/^ | $//gr } $_->findnodes('./th | ./td[not(@class = "actions")]')] } $browser->tree->findnodes('//tbody/tr');
}
sub id_of ($bucket) { return value('SELECT LOWER(HEX(public_id)) FROM cloud_access WHERE bucket = ? AND person <=> ?', $bucket, $ada->{id}) }
sub said { return $browser->at('//*[@role="status" or contains(@class, "result")]') =~ s/\s+/ /gr }
sub message ($field) { return $browser->at("//*[\@id='$field-message']") =~ s/\s+/ /gr }
sub entries ($who = $browser)
{
	my $answer = $who->page("$page/entries.json");
	return decode_json($answer->content)->{entries};
}

my $key = secret(cloud_key => 'AKIAEXAMPLE' . 'Q' x 5 . 'WXYZ');
my $secret = secret(cloud_secret => 'canary/Secret+Of.The=Cloud0123456789abcd');
my $token = secret(cloud_token => 'canary-token-' . 'z9' x 40);

# --- D1, D2, D9: the empty page --------------------------------------------------------------------------------------------

$browser->page('/settings/configuration');
is($browser->at('//section[@id="cloud-access"]/h2'), 'WEB APP CLOUD ACCESS', 'D2: a section of Configuration');
like($browser->at('//section[@id="cloud-access"]'), qr/cloud storage, for example debug samples/, 'D1: which says what it is for');
is($browser->count('//section[@id="cloud-access"]//li'), 0, 'D9: nothing is listed');
is($browser->page($page)->code, 200, 'its page');
is($browser->at('//main//h1'), 'WEB APP CLOUD ACCESS', 'D2: title');
like($browser->at('//main'), qr/kept on this server, encrypted, for you alone/, 'D12: says where they are kept');
is($browser->count('//table'), 0, 'D9: no heads without rows');
like($browser->at('//main//*[@class="empty"]'), qr/no access keys yet/, 'but a word about it');
is($browser->at('//main//a[@id="add"]'), '+ ADD ACCESS KEYS', 'D9: + ADD ACCESS KEYS');
$browser->page("$page/new");
is(join('|', map { $_->textContent =~ s/\s*\(optional\)//r } $browser->tree->findnodes('//main//form//label')),
    'Bucket|Key|Secret / SAS|Token|AWS Region|Host (Endpoint)', 'D3 to D8: the fields');
is($browser->at('//input[@name="region"]/@placeholder'), 'us-east-2', 'D7: placeholder');
is($browser->at('//input[@name="endpoint"]/@placeholder'), 'Leave empty for AWS S3', 'D8: placeholder');
is(join('|', map { $_->value } $browser->tree->findnodes('//input[@type="password"]/@autocomplete')), 'off|off|off', 'browsers keep none of them');

# --- adding ------------------------------------------------------------------------------------------------------------------

my $answer = add(bucket => 'my-data', key => $key, secret => $secret, session_token => $token, region => 'eu-west-1');
is($browser->leads_to($answer), $page, 'D9: a row is added');
$browser->follow($answer);
like(said(), qr/The access keys for my-data are added\./, 'and says so');
is_deeply([rows()], [['my-data', 'set (…WXYZ)', 'set', 'set', 'eu-west-1', 'AWS S3']], 'Q12: what is set stands there as set');
is(join('|', map { $_->textContent } $browser->tree->findnodes('//thead//th')), 'Bucket|Key|Secret / SAS|Token|AWS Region|Host (Endpoint)|Actions', 'D9: heads');
$browser->page('/settings/configuration');
like($browser->at('//section[@id="cloud-access"]//li'), qr/my-data/, 'Configuration names the bucket');
for my $path ($page, '/settings/configuration', "$page/" . id_of('my-data') . '/edit', "$page/" . id_of('my-data') . '/remove') {
	$browser->page($path);
	my $content = $browser->res->decoded_content;
	ok(index($content, $secret) < 0 && index($content, $token) < 0 && index($content, $key) < 0, "Q12: none of the values on $path");
}
my ($stored) = sql('SELECT access_key, secret_key, token, endpoint_norm FROM cloud_access WHERE bucket = ?', 'my-data');
ok(!grep({ index($stored->[0] . $stored->[1] . $stored->[2], $_) >= 0 } $key, $secret, $token), 'sealed in the database');
is(length($stored->[1]) - length($secret), 1 + 4 + 24 + 16, 'version, key, nonce and seal around it');
is(value('SELECT COUNT(*) FROM audit_event WHERE action = ? AND actor = ? AND after_json LIKE ?', 'cloud-access.create', $ada->{id}, '%my-data%'), 1, 'an audit event with the bucket');

is_deeply(entries(), [{ bucket => 'my-data', key => $key, secret => $secret, token => $token, region => 'eu-west-1', endpoint => '', read_only => JSON::PP::false }],
    'Q12: one\'s own as JSON');
like($browser->res->header('Cache-Control'), qr/^no-store/, 'which nobody keeps');
like($browser->res->header('Content-Type'), qr{^application/json}, 'as what it is');
for my $site (qw(cross-site same-site)) {
	is($browser->page("$page/entries.json", 'Sec-Fetch-Site' => $site)->code, 403, "not for $site pages");
}
is($browser->page("$page/entries.json", 'Sec-Fetch-Site' => 'same-origin')->code, 200, 'for pages of ours');
is(Vestibule::Browser->new->page("$page/entries.json")->code, 303, 'not without a session');
my $other = Vestibule::Browser->new->sign_in(person(name => 'Otto Other'));
is_deeply(entries($other), [], 'nor for anybody else');

# --- D10: identity -------------------------------------------------------------------------------------------------------

sub is_row ($what, $count, $state = qr/./)
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my @found = sql('SELECT endpoint FROM cloud_access WHERE person = ? AND bucket = ?', $ada->{id}, 'pictures');
	is(scalar @found, $count, $what);
}
for (['minio.example.lan:9000', 1, 'added'], ['http://minio.example.lan:9000', 1, 'replaced'], ['https://minio.example.lan:9000', 1, 'replaced'],
    ['MINIO.example.lan:9000', 1, 'replaced'], ['minio.example.lan:9001', 2, 'added'], ['', 3, 'added'], ['https://minio.example.lan:443', 4, 'added'],
    ['https://minio.example.lan', 4, 'replaced'], ['minio.example.lan:443', 4, 'replaced']) {
	my ($endpoint, $count, $verb) = @$_;
	$browser->follow(add(bucket => 'pictures', key => 'k', secret => 's' x 8, endpoint => $endpoint));
	like(said(), qr/are $verb/, "D10: pictures at '$endpoint': $verb");
	is_row("D10: $count rows", $count);
}
my $edit = "$page/" . id_of('my-data') . '/edit';
$browser->page($edit);
$browser->follow($browser->submit($edit, bucket => 'pictures', endpoint => ''));
like(said(), qr/are replaced/, 'D10: by changing one into another too');
is_row('D10: and the other is gone', 4);
is(id_of('my-data'), undef, 'under its old name');
$answer = entries();
is((grep { $_->{bucket} eq 'pictures' && $_->{endpoint} eq '' } @$answer)[0]{secret}, $secret, 'with the values of the row that was changed');
execute('DELETE FROM cloud_access WHERE person = ?', $ada->{id});

# --- changing: keep, replace, clear --------------------------------------------------------------------------------------

add(bucket => 'my-data', key => $key, secret => $secret, session_token => $token, region => 'eu-west-1');
$edit = "$page/" . id_of('my-data') . '/edit';
sub change (%values)
{
	$browser->page($edit);
	my $answer = $browser->submit($edit, %values);
	$browser->follow($answer) if $answer->code == 303;
	return entries()->[0];
}
$browser->page($edit);
my %drawn = $browser->fields_of($edit);
is_deeply([@drawn{qw(bucket key secret session_token region endpoint)}], ['my-data', '', '', '', 'eu-west-1', ''], 'what is drawn to change');
is_deeply([@{ change(region => 'us-west-2') }{qw(key secret token region)}], [$key, $secret, $token, 'us-west-2'], 'Q12: an empty box keeps');
is_deeply([@{ change(secret => 'anothersecret1') }{qw(key secret token)}], [$key, 'anothersecret1', $token], 'another value replaces');
is_deeply([@{ change(clear_token => 1) }{qw(key secret token)}], [$key, 'anothersecret1', ''], 'Q12: a box clears');
change(key => 'KEYKEYKEY', clear_key => 1);
$browser->page($edit);
$answer = $browser->submit($edit, key => 'KEYKEYKEY', clear_key => 1);
is($answer->code, 422, 'both at once is refused');
like(message('clear_key'), qr/not both/, 'beside the box');
is((rows())[0][3], 'not set', 'a cleared one is not set');

# --- what is refused -----------------------------------------------------------------------------------------------------

for (['bucket', '', qr/./], ['bucket', 'a b', qr/no blanks/], ['bucket', 's3://my-data', qr/no slashes/], ['bucket', '../x', qr/name of the bucket/],
    ['endpoint', 'javascript:alert(1)', qr/Enter a host/], ['endpoint', 'javascript://x/%0aalert(1)', qr/Enter a host/], ['endpoint', 'data:text/html,x', qr/Enter a host/],
    ['endpoint', 'ftp://example.org', qr/Enter a host/], ['endpoint', 'https://user:pass@example.org', qr/Enter a host/], ['endpoint', '//example.org', qr/Enter a host/],
    ['endpoint', 'https://', qr/Enter a host/], ['endpoint', 'example.org:99999', qr/Enter a host/], ['endpoint', "example.org\nHost: x", qr/./], ['endpoint', 'https://example.org/?x=1', qr/Enter a host/],
    ['region', 'US East', qr/like us-east-2/], ['region', '../x', qr/like us-east-2/], ['key', 'a b c', qr/blank/], ['secret', "tab\tinside", qr/blank/],
    ['session_token', "zero\x{200b}width", qr/cannot be seen/]) {
	my ($field, $text, $expected) = @$_;
	my %row = (bucket => 'refused', key => 'kkkkkkkk', secret => 'ssssssss', $field => $text);
	my $answer = unchanged("$field '$text'", sub { add(%row) });
	is($answer->code, 422, "$field '$text' is refused");
	like(message($field), $expected, 'and why is said beside it');
	my %again = $browser->fields_of("$page/new");
	is($again{bucket}, $row{bucket} =~ s/[\r\n]+/ /gr, 'what was typed is still there') if $field ne 'bucket';
}
for (['azure', '?sv=1&sig=a b', 422], ['azure', 'sig="x"', 422], ['azure', '?sv=2020&sig=abc%3D', 303], ['azure', 'sv=2020&sig=abc%3D', 303]) {
	my ($bucket, $sas, $status) = @$_;
	is(add(bucket => $bucket, key => 'azure', secret => $sas)->code, $status, "D5: for Azure the signature $sas: $status");
}
is((grep { $_->[0] eq 'azure' } rows())[0][5], 'Azure Storage', 'D5: Azure Storage');
execute('INSERT INTO cloud_access (public_id, person, bucket, endpoint, endpoint_norm, region, position, changed)'
    . " SELECT UNHEX(MD5(RAND())), ?, CONCAT('many-', seq), '', '', '', seq, UTC_TIMESTAMP(6) FROM seq_1_to_98", $ada->{id});
is(add(bucket => 'one-more', key => 'kkkkkkkk', secret => 'ssssssss')->code, 422, 'the 101st row is refused');
like($browser->at('//*[@role="alert"]'), qr/maximum of 100 rows/, 'and why');
is(add(bucket => 'many-98', key => 'kkkkkkkk', secret => 'ssssssss')->code, 303, 'replacing one of them is not');
execute('DELETE FROM cloud_access WHERE person = ? AND bucket <> ?', $ada->{id}, 'my-data');

# --- D9: removing --------------------------------------------------------------------------------------------------------

my $remove = "$page/" . id_of('my-data') . '/remove';
$browser->page($page);
is($browser->at('//td[@class="actions"]//a[contains(@href, "remove")]/span'), 'Remove', 'D9: Remove');
$browser->page($remove);
is($browser->at('//main//h1'), 'Are you sure?', 'Q12: asks');
cmp_ok($browser->count('//ul[@class="consequences"]/li'), '>=', 3, 'and tells the consequences');
my $again = $browser->request_for($remove, [$browser->fields_of($remove)]);
$answer = $browser->submit($remove);
is($browser->leads_to($answer), $page, 'removed');
is(scalar(rows()), 0, 'D9: the row is gone');
is($browser->page($remove)->code, 404, 'its pages too');

# --- D13: rows of the site ------------------------------------------------------------------------------------------------

my ($site_key, $site_secret) = (secret(cloud_key => 'AKIASITE' . 'S' x 12), secret(cloud_secret => "of-the-site-$$-nobody-sees-it"));
my $bucket = "site-$$";
my ($code, $out, $err) = operator({ input => "$site_key\n$site_secret\n" }, 'cloud-access', 'add', '--site', '--bucket', $bucket, '--endpoint', 'minio.example.lan:9000');
is($code, 0, 'D13: the operator adds one') or diag($err);
is($out, "Added.\n", 'says so');
is((operator({ input => "$site_key\n$site_secret\n" }, 'cloud-access', 'add', '--site', '--bucket', $bucket, '--endpoint', 'https://minio.example.lan:9000'))[1], "Replaced.\n", 'D10: and replaces it');
($code, $out) = operator('cloud-access', 'list', '--site');
like($out, qr{^[0-9a-f]{32}\t\Q$bucket\E\thttps://minio\.example\.lan:9000\t-\tset\tset\t-$}m, 'lists it');
unlike($out, qr/\Q$site_secret\E|\Q$site_key\E/, 'without what it is for');
my ($site_id) = $out =~ /^([0-9a-f]{32})\t\Q$bucket\E\t/m;
add(bucket => 'mine', key => $key, secret => $secret);
my @all = rows();
is((grep { $all[$_][0] =~ /^\Q$bucket\E/ } 0 .. $#all)[0] < $#all, 1, 'D13: it stands before one\'s own');
is((grep { $_->[0] =~ /^\Q$bucket\E/ } @all)[0][0], "$bucket From this site, read-only", 'D13: and says what it is');
is((grep { $_->[0] =~ /^\Q$bucket\E/ } @all)[0][1], 'set', 'with no part of its key');
is($browser->count("//tr[th[contains(., '$bucket')]]//a[contains(\@href, 'edit') or contains(\@href, 'remove')]"), 0, 'D13: nothing to change');
is($browser->page("$page/$site_id/edit")->code, 403, 'D13: nor by its address');
unchanged('changing a row of the site', sub {
	$browser->post("$page/$site_id/edit", [token => craft_token($browser->cookie, "$page/$site_id/edit"), bucket => 'stolen']);
	is($browser->res->code, 403, 'D13: nor by a post');
});
my ($entry) = grep { $_->{bucket} eq $bucket } @{ entries() };
is_deeply([sort keys %$entry], [qw(bucket endpoint read_only region)], 'D13: as JSON without its secrets');
for (['no bucket', 2, "k\ns\n", '--site'], ['not for the site', 2, "k\ns\n", '--bucket', 'x'], ['without a secret', 1, "k\n", '--site', '--bucket', 'x'],
    ['a bad endpoint', 1, "k\ns\n", '--site', '--bucket', 'x', '--endpoint', 'javascript:alert(1)'], ['a long bucket', 1, "k\ns\n", '--site', '--bucket', 'x' x 256]) {
	my ($what, $expected, $input, @options) = @$_;
	unchanged($what, sub { is((operator({ input => $input }, 'cloud-access', 'add', @options))[0], $expected, "cloud-access add: $what") });
}

# --- a link to an object --------------------------------------------------------------------------------------------------

my $object = "$page/object";
sub show_object (%values)
{
	$browser->page($object);
	my $answer = $browser->submit($object, %values);
	return $answer if $answer->code != 303;
	unlike($answer->header('Location'), qr/X-Amz|sig=|picture/, 'the address says nothing of the object');
	return $browser->follow($answer);
}
is(show_object(entry => id_of('mine'), object => 'a folder/picture ü.png')->code, 200, 'D1: an object');
my $link = $browser->at('//main//a[@id="link"]/@href');
like($link, qr{^https://mine\.s3\.us-east-1\.amazonaws\.com/a%20folder/picture%20%C3%BC\.png\?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=\Q$key\E%2F\d{8}%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=\d{8}T\d{6}Z&X-Amz-Expires=600&}, 'D3, D4, D7: signed for 10 minutes, in the default region');
ok(index($browser->res->decoded_content, $secret) < 0, 'without the secret');
is($browser->count('//main//img'), 0, 'a picture of a store that the operator has not listed is not loaded');
like($browser->at('//main//*[@class="empty"]'), qr/has not listed/, 'and why is said');
unlike($browser->res->header('Content-Security-Policy'), qr/amazonaws/, 'nor is it allowed to be');
my $uri = $browser->uri->path;
$browser->page($uri =~ s/^\Q$base\E//r);
is($browser->at('//main//a[@id="link"]/@href'), $link, 'the same when it is loaded again');
is($other->page($uri =~ s/^\Q$base\E//r)->code, 404, 'not for anybody else');
execute('UPDATE one_time_reveal SET expires = UTC_TIMESTAMP(6) WHERE expires > UTC_TIMESTAMP(6)');
is($browser->page($uri =~ s/^\Q$base\E//r)->code, 404, 'and over after its time');
is(show_object(object => 's3://mine/x/y.bin')->code, 200, 'a whole address finds its keys');
like($browser->at('//main'), qr/Only pictures are shown/, 'what is no picture is only a link');
like($browser->at('//main//dl'), qr{Object\s*x/y\.bin}, 'the object is named');
add(bucket => 'temporary', key => $key, secret => $secret, session_token => 'tok/en+1', region => 'eu-central-1', endpoint => 'https://s3.example.lan');
show_object(entry => id_of('temporary'), object => 'x.png');
like($browser->at('//main//a[@id="link"]/@href'), qr{^https://s3\.example\.lan/temporary/x\.png\?.*eu-central-1.*&X-Amz-Security-Token=tok%2Fen%2B1&}, 'D6, D8: the token of temporary keys, another store');
add(bucket => 'hmac', key => 'GOOGEXAMPLE', secret => 'ssssssss', endpoint => 'https://storage.googleapis.com');
show_object(object => 'gs://hmac/x.png');
like($browser->at('//main//a[@id="link"]/@href'), qr{^https://storage\.googleapis\.com/hmac/x\.png\?.*%2Fauto%2Fs3%2F}, 'D8: Google Cloud by HMAC keys');
add(bucket => 'azure', key => 'azure', secret => '?sv=2020&sig=abc%3D');
show_object(object => 'azure://account.blob.core.windows.net/container/x.png');
is($browser->at('//main//a[@id="link"]/@href'), 'https://account.blob.core.windows.net/container/x.png?sv=2020&sig=abc%3D', 'D5: a shared access signature is appended');
show_object(object => 'https://account.blob.core.windows.net/container/x.png?snapshot=2020');
is($browser->at('//main//a[@id="link"]/@href'), 'https://account.blob.core.windows.net/container/x.png?snapshot=2020&sv=2020&sig=abc%3D', 'D5: by & where there is a query');
is(show_object(entry => $site_id, object => 'of/the/site.png')->code, 200, 'D13: a row of the site opens objects');
ok(index($browser->res->decoded_content, $site_secret) < 0, 'and its secret stays here');
for (['', qr/./], ['../x.png', qr/“\.\.”/], ["a\x{202e}b", qr/invisible/], ['x' x 1025, qr/1,024 bytes/], ['javascript:alert(1)', undef]) {
	my ($text, $expected) = @$_;
	my $answer = show_object(entry => id_of('mine'), object => $text);
	if ($expected) {
		is($answer->code, 422, 'the object ' . substr($text, 0, 20) . ' is refused');
		like(message('object'), $expected, 'and why');
	} else {
		like($browser->at('//main//a[@id="link"]/@href'), qr{^https://mine\.s3\.}, 'what looks like a scheme is a path of the bucket');
	}
}
is(show_object(object => 's3://nobody/x')->code, 422, 'an address of no row');
like(message('entry'), qr/None of your access keys fit/, 'is said');
is(show_object(entry => 'f' x 32, object => 'x')->code, 422, 'keys of nobody');

# --- a lost key -----------------------------------------------------------------------------------------------------------

execute('UPDATE cloud_access SET secret_key = CONCAT(LEFT(secret_key, 6), REVERSE(SUBSTRING(secret_key, 7))) WHERE bucket = ? AND person = ?', 'mine', $ada->{id});
@all = rows();
is((grep { $_->[0] eq 'mine' } @all)[0][2], 'cannot be decrypted', 'a value whose key is lost says so');
like($browser->at('//main'), qr/Enter them anew/, 'and what to do');
is(Vestibule::Browser->new->sign_in($ada)->page('/settings/configuration')->code, 200, 'signing in and Configuration go on');
is(show_object(entry => id_of('mine'), object => 'x.png')->code, 422, 'no link is made with it');
is((grep { $_->{bucket} eq 'mine' } @{ entries() })[0]{secret}, undef, 'null as JSON');
$edit = "$page/" . id_of('mine') . '/edit';
$browser->page($edit);
is($browser->submit($edit, secret => 'entered-anew-1')->code, 303, 'it can be entered anew');
is((grep { $_->[0] eq 'mine' } rows())[0][2], 'set', 'and is set');
is((grep { $_->{bucket} eq 'mine' } @{ entries() })[0]{key}, $key, 'the rest was kept');

is((operator('cloud-access', 'remove', $site_id))[1], "Removed.\n", 'the operator removes the row of the site');
is((operator('cloud-access', 'remove', $site_id))[0], 1, 'once');
is((operator('cloud-access', 'remove', id_of('mine')))[0], 1, 'but no row of a person');
finish();
